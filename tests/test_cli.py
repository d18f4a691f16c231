"""The command line: one line for what a person can mend, and commands beside a running server."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Generator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import asyncpg
import httpx
import pytest

from tests import pictures
from tests.processes import Serving, free_port, serving
from tests.standins.process import PLAIN


def run(*arguments: str, cwd: Path, **env: str) -> subprocess.CompletedProcess[str]:
    kept = {name: os.environ[name] for name in ("PATH", "HOME") if name in os.environ}
    return subprocess.run(
        [sys.executable, "-m", "aiimagecraft", *arguments],
        cwd=cwd,
        env={**kept, **env},
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("HOST", "0.0.0.0"),
        ("AUTH", "maybe"),
        ("JWT_SECRET", "short"),
        ("TRASH_DAYS", "0"),
        ("PORT", "none"),
        ("DATABASE_URL", "sqlite:///x"),
    ],
)
def test_a_bad_setting_stops_the_start_with_one_line(tmp_path: Path, name: str, value: str) -> None:
    result = run("serve", cwd=tmp_path, **{name: value})
    assert result.returncode == 1
    assert result.stderr.startswith(f"Error: {name}:")
    assert result.stderr.count("\n") == 1
    assert list(tmp_path.iterdir()) == []


def test_a_database_that_is_not_there_is_one_line(tmp_path: Path) -> None:
    url = f"postgresql://nobody:hush@127.0.0.1:{free_port()}/none"
    result = run("serve", cwd=tmp_path, DATABASE_URL=url)
    assert result.returncode == 1
    assert result.stderr.startswith("Error: DATABASE_URL:")
    assert result.stderr.count("\n") == 1
    assert "hush" not in result.stderr


def test_the_env_file_is_read(tmp_path: Path) -> None:
    (tmp_path / ".env").write_text("TRASH_DAYS=never\n")
    assert "TRASH_DAYS" in run("serve", cwd=tmp_path).stderr


@pytest.fixture(scope="module")
def data_dir(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("cli") / "data"


@pytest.fixture(scope="module")
def served(data_dir: Path) -> Generator[Serving]:
    with serving(data_dir) as running:
        yield running


def test_it_says_where_it_is(served: Serving) -> None:
    assert f"aiimagecraft is at {served.url}" in served.output


def test_a_port_in_use_is_said(served: Serving, tmp_path: Path) -> None:
    result = run("serve", "--port", served.url.rpartition(":")[2], cwd=tmp_path)
    assert result.returncode == 1
    assert "in use" in result.stderr
    assert "Traceback" not in result.stderr


def test_the_cleanup_runs_beside_a_server(served: Serving, data_dir: Path) -> None:
    with httpx.Client(base_url=served.url, verify=PLAIN, trust_env=False) as http:
        item = http.post("/api/images", files={"file": ("a.png", pictures.png())}).json()["items"][0]
        http.patch(f"/api/image/{item['id']}", json={"deleteToTrash": True})
        command = ["cleanup", "--older-than", "0"]
        dry = run(*command, "--dry-run", cwd=data_dir.parent, DATA_DIR=str(data_dir))
        assert dry.stdout == "Would remove 1 images from Trash and 0 unused sources.\n", dry.stderr
        assert http.get(item["full"]).status_code == 200
        wet = run(*command, cwd=data_dir.parent, DATA_DIR=str(data_dir))
        assert wet.stdout == "Removed 1 images from Trash and 0 unused sources.\n"
        assert http.get(item["full"]).status_code == 404
    assert served.is_ready()


async def test_migrations_at_the_same_time(postgres: str, tmp_path: Path) -> None:
    connection = await asyncpg.connect(postgres)
    await connection.execute("CREATE DATABASE crowded")
    url = postgres.replace("/postgres?", "/crowded?")
    with ThreadPoolExecutor(4) as threads:
        runs = [threads.submit(run, "migrate", cwd=tmp_path, DATABASE_URL=url) for _ in range(4)]
        results = [future.result() for future in runs]
    assert [result.returncode for result in results] == [0] * 4, [result.stderr for result in results]
    assert sum("now" in result.stdout for result in results) == 1
    crowded = await asyncpg.connect(url)
    assert await crowded.fetchval("SELECT count(*) FROM piccolo_user WHERE username = 'demo'") == 1
    assert await crowded.fetchval("SELECT to_regclass('saq_jobs') IS NOT NULL")
    assert run("migrate", cwd=tmp_path, DATABASE_URL=url).stdout == "The database was up to date.\n"
    await crowded.close()
    await connection.execute("DROP DATABASE crowded")
    await connection.close()


@pytest.mark.parametrize("password", ["s3cr/et", "s3cr#et", "s3[cr]et", "s3cr@et"])
def test_no_piece_of_a_password_is_printed(tmp_path: Path, password: str) -> None:
    url = f"postgresql://u:{password}@127.0.0.1:{free_port()}/none"
    result = run("migrate", cwd=tmp_path, DATABASE_URL=url)
    assert result.returncode == 1
    assert result.stderr.startswith("Error: DATABASE_URL:")
    assert "cr" not in result.stderr.replace("percent-encode", "")

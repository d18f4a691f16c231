"""Accounts as whoever runs the server manages them."""

from __future__ import annotations

import asyncio
import stat
import subprocess
import sys
from pathlib import Path
from typing import Any

import httpx
import msgspec
import pytest
from tests import pictures
from tests.accounts.conftest import PASSWORD, log_in, visitor
from tests.conftest import Studio

from aiimagecraft.accounts import people, secret
from aiimagecraft.config import Settings
from aiimagecraft.errors import Conflict

KINDS = ("image", "source", "generation_job", "archive", "change")


async def owners(studio: Studio) -> dict[str, Any]:
    return {kind: await studio.rows(f"SELECT DISTINCT user_id FROM {kind}") for kind in KINDS}


class TestAdoption:
    @pytest.fixture
    def settings(self, settings: Settings) -> Settings:
        return msgspec.structs.replace(settings, auth="none", jwt_secret=None)

    async def fill(self, client: httpx.AsyncClient) -> None:
        made = await client.post("/api/images", files={"file": ("a.png", pictures.png())})
        ids = [made.json()["items"][0]["id"]]
        await client.post("/api/sources", files={"file": ("b.png", pictures.png())})
        await client.post("/api/images/zip", json={"ids": ids})
        await client.patch("/api/images/bulk", json={"ids": ids, "starred": True})
        await client.post("/api/generate", json={"prompt": "a fox"})

    async def test_everything_is_handed_over(self, studio: Studio, client: httpx.AsyncClient) -> None:
        await self.fill(client)
        anna = await people.add_user("Anna", PASSWORD, admin=True, adopt_demo=True)
        assert all([row["user_id"] for row in rows] == [anna] for rows in (await owners(studio)).values())
        # A job that was queued meanwhile is run for its new owner.
        await studio.work()
        rows = await studio.rows("SELECT user_id FROM image")
        assert [row["user_id"] for row in rows] == [anna, anna]

    async def test_a_running_job_stops_it_and_nothing_is_changed(
        self, studio: Studio, client: httpx.AsyncClient
    ) -> None:
        await self.fill(client)
        await studio.rows("UPDATE generation_job SET status = 'running'")
        with pytest.raises(Conflict, match="A job of demo is running"):
            await people.add_user("anna", PASSWORD, admin=True, adopt_demo=True)
        assert all(
            [row["user_id"] for row in rows] == [studio.owner] for rows in (await owners(studio)).values()
        )
        assert [row["username"] for row in await people.list_users()] == ["demo"]


async def test_a_name_is_given_once(studio: Studio) -> None:
    tries = [
        people.add_user(name, PASSWORD, admin=False, adopt_demo=False) for name in ("Anna", "anna", " anna")
    ]
    results = await asyncio.gather(*tries, return_exceptions=True)
    assert sum(isinstance(result, Conflict) for result in results) == 2
    async with visitor(studio) as client:
        assert (await log_in(client, "ANNA")).status_code == 200


async def test_it_is_said_what_to_do_first(studio: Studio) -> None:
    assert "user add NAME --admin`" in (await people.first_steps() or "")
    await people.add_user("anna", PASSWORD, admin=False, adopt_demo=False)
    assert await people.first_steps() is None
    await people.set_active("anna", active=False)
    assert await people.first_steps() is not None
    del studio


def test_the_secret_is_made_once_by_processes_that_start_together(tmp_path: Path) -> None:
    data_dir = tmp_path / "data"
    ask = (
        "import pathlib, sys; from aiimagecraft.accounts.secret import local_secret; "
        "sys.stdin.read(); print(local_secret(pathlib.Path(sys.argv[1])))"
    )
    started = [
        subprocess.Popen(
            [sys.executable, "-c", ask, str(data_dir)],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )
        for _ in range(4)
    ]
    for process in started:
        assert process.stdin
        process.stdin.close()
    said = {process.stdout.read().strip() for process in started if process.stdout}
    assert [process.wait(30) for process in started] == [0] * 4
    for process in started:
        assert process.stdout
        process.stdout.close()
    (kept,) = said
    assert len(kept) >= 32
    assert [path.name for path in data_dir.iterdir()] == [secret.NAME]
    assert stat.S_IMODE((data_dir / secret.NAME).stat().st_mode) == 0o600

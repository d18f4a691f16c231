import os
import signal
import stat
import subprocess
import sys
import time
from collections.abc import Callable, Generator
from pathlib import Path
from urllib.parse import parse_qs, urlsplit

import asyncpg
import psycopg
import pytest

from aiimagecraft.embedded import EmbeddedPostgresError, embedded_postgres, server, system

HOLDER = """
import resource, signal, sys
from pathlib import Path
from aiimagecraft.embedded import EmbeddedPostgresError, embedded_postgres
signal.signal(signal.SIGINT, signal.SIG_IGN)
if len(sys.argv) > 2:
    resource.setrlimit(resource.RLIMIT_FSIZE, (int(sys.argv[2]), int(sys.argv[2])))
try:
    with embedded_postgres(Path(sys.argv[1])) as dsn:
        print(dsn, flush=True)
        sys.stdin.read()
except EmbeddedPostgresError as error:
    print("refused:", error, flush=True)
"""

Rows = list[tuple[object, ...]]


def query(dsn: str, statement: str) -> Rows:
    with psycopg.connect(dsn, autocommit=True) as connection:
        cursor = connection.execute(statement.encode())
        return cursor.fetchall() if cursor.description else []


def sockets_of(dsn: str) -> Path:
    return Path(parse_qs(urlsplit(dsn).query)["host"][0])


def postmaster(data: Path) -> int:
    return int((data / "postgres" / "postmaster.pid").read_text().split("\n", 1)[0])


def alive(pid: int) -> bool:
    """Tell whether a process runs; one that only waits to be reaped does not."""
    return bool(system.command_line(pid))


def until(condition: Callable[[], bool]) -> None:
    deadline = time.monotonic() + 30
    while not condition():
        assert time.monotonic() < deadline
        time.sleep(0.01)


def another(data: Path, *arguments: str) -> subprocess.Popen[str]:
    """Another process that enters the context, says its DSN and leaves when its input ends."""
    command = [sys.executable, "-c", HOLDER, str(data), *arguments]
    return subprocess.Popen(
        command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, start_new_session=True
    )


def said(process: subprocess.Popen[str]) -> str:
    assert process.stdout
    return process.stdout.readline().strip()


@pytest.fixture
def data(tmp_path: Path) -> Generator[Path]:
    folder = tmp_path / "data"
    yield folder
    marker = folder / "postgres" / "postmaster.pid"
    if marker.exists() and alive(pid := postmaster(folder)):
        os.kill(pid, signal.SIGQUIT)
        until(lambda: not alive(pid))


@pytest.fixture
def made(data: Path) -> Path:
    """A data directory whose server has stopped."""
    with embedded_postgres(data):
        pass
    return data


async def test_both_drivers_connect(data: Path) -> None:
    with embedded_postgres(data) as dsn:
        connection = await asyncpg.connect(dsn)
        assert await connection.fetchval("select 'Ä' ilike 'ä'")
        await connection.close()
        settings = "server_encoding", "fsync", "data_checksums", "timezone", "listen_addresses", "jit"
        (row,) = query(dsn, "select " + ", ".join(f"current_setting('{name}')" for name in settings))
        assert row == ("UTF8", "on", "on", "UTC", "", "off")


def test_data_outlive_the_server(data: Path) -> None:
    with embedded_postgres(data) as dsn:
        query(dsn, "create table kept as select 7 as n")
        first = postmaster(data)
    assert not alive(first)
    with embedded_postgres(data) as dsn:
        assert query(dsn, "select n from kept") == [(7,)]


def test_ignores_the_environment(data: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    for name, value in {
        "LC_ALL": "xx_YY",
        "PGPORT": "1",
        "PGDATA": "/nowhere",
        "PGOPTIONS": "-c x=1",
    }.items():
        monkeypatch.setenv(name, value)
    with embedded_postgres(data) as dsn:
        monkeypatch.undo()
        assert query(dsn, "select current_setting('port')") == [("5432",)]


def test_only_the_owner_can_reach_it(data: Path) -> None:
    with embedded_postgres(data) as dsn:
        info = sockets_of(dsn).stat()
        assert stat.S_IMODE(info.st_mode) == 0o700
        assert info.st_uid != 0
        assert stat.S_IMODE((data / "postgres.log").stat().st_mode) == 0o600
        assert stat.S_IMODE(data.stat().st_mode) & 0o066 == 0


def test_root_gives_only_the_traverse_bit(tmp_path: Path) -> None:
    closed, shared = tmp_path / "closed", tmp_path / "shared"
    closed.mkdir(mode=0o700)
    shared.mkdir(mode=0o750)
    for data in (closed / "data", shared):
        for _ in range(2):
            with embedded_postgres(data) as dsn:
                assert query(dsn, "select 1") == [(1,)]
    modes = [stat.S_IMODE(path.stat().st_mode) for path in (closed, closed / "data", shared)]
    assert modes == ([0o701, 0o710, 0o751] if os.geteuid() == 0 else [0o700, 0o700, 0o750])


def test_a_second_process_joins_and_the_last_one_stops(data: Path) -> None:
    with embedded_postgres(data) as dsn:
        pid = postmaster(data)
        with another(data) as one, another(data) as two:
            assert said(one) == said(two) == dsn
            assert postmaster(data) == pid
            two.kill()
            one.communicate()
        assert query(dsn, "select 1") == [(1,)]
    assert not alive(pid)


def test_the_first_may_leave_before_the_second(data: Path) -> None:
    with another(data) as first:
        dsn = said(first)
        with another(data) as second:
            assert said(second) == dsn
            pid = postmaster(data)
            first.communicate()
            assert query(dsn, "select 1") == [(1,)]
            second.communicate()
            assert not alive(pid)


def test_a_server_left_by_a_kill_is_adopted(data: Path) -> None:
    with another(data) as process:
        dsn = said(process)
        process.kill()
    pid = postmaster(data)
    with embedded_postgres(data) as adopted:
        assert adopted == dsn
        assert postmaster(data) == pid
    assert not alive(pid)


def test_a_killed_server_recovers(data: Path) -> None:
    with another(data) as process:
        dsn = said(process)
        query(dsn, "create table kept as select 7 as n")
        # The process of an idle connection must not stand in the way of the next server.
        with psycopg.connect(dsn, autocommit=True):
            os.kill(postmaster(data), signal.SIGKILL)
            with embedded_postgres(data) as again:
                assert again == dsn
                assert query(dsn, "select n from kept") == [(7,)]
        pid = postmaster(data)
        process.communicate()
        assert not alive(pid)


def test_a_reused_process_number_fools_nobody(made: Path) -> None:
    cluster = made / "postgres"
    lines = [str(os.getpid()), str(cluster), "1", "5432", str(cluster), "", "", "ready   "]
    (cluster / "postmaster.pid").write_text("\n".join(lines) + "\n")
    for name, text in ((server.SOCKET, ""), (f"{server.SOCKET}.lock", "\n".join(lines[:5]))):
        (cluster / name).write_text(text)
    with embedded_postgres(made) as dsn:
        assert query(dsn, "select 1") == [(1,)]


@pytest.mark.parametrize("name", ["long" * 30, "with, comma", 'with space "and" %quotes\''])
async def test_awkward_paths(tmp_path: Path, name: str) -> None:
    with embedded_postgres(tmp_path / name) as dsn:
        assert query(dsn, "select 1") == [(1,)]
        assert stat.S_IMODE(sockets_of(dsn).stat().st_mode) == 0o700
        await (await asyncpg.connect(dsn)).close()
        with embedded_postgres(tmp_path / name) as again:
            assert again == dsn


def test_a_planted_socket_directory_is_refused(made: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    long = made.rename(made.parent / ("long" * 30))
    monkeypatch.setenv("TMPDIR", str(made.parent))
    planted = made.parent / f"{server.Server(long).tag}-{(long / 'postgres').stat().st_uid}"
    planted.mkdir()
    planted.chmod(0o777)
    with pytest.raises(EmbeddedPostgresError, match="mode 0700"), embedded_postgres(long):
        pass


def test_another_major_version_is_refused(made: Path) -> None:
    (made / "postgres" / "PG_VERSION").write_text("17\n")
    with pytest.raises(EmbeddedPostgresError, match="made by PostgreSQL 17"), embedded_postgres(made):
        pass


def test_what_is_no_cluster_is_refused(data: Path) -> None:
    (data / "postgres").mkdir(parents=True)
    (data / "postgres" / "precious").touch()
    with pytest.raises(EmbeddedPostgresError, match="no PostgreSQL cluster"), embedded_postgres(data):
        pass


def test_a_failed_start_says_why_and_where(made: Path) -> None:
    with (made / "postgres" / "postgresql.conf").open("a") as settings:
        settings.write("no_such_setting = 1\n")
    with (
        pytest.raises(EmbeddedPostgresError, match=r"no_such_setting.*\(log: .*postgres\.log\)") as caught,
        embedded_postgres(made),
    ):
        pass
    assert "\n" not in str(caught.value)


def test_a_missing_package_is_named(data: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(server, "MAJOR", 99)
    with (
        pytest.raises(EmbeddedPostgresError, match=r"PostgreSQL 99.*is not installed"),
        embedded_postgres(data),
    ):
        pass


def test_a_system_user_that_cannot_be_made_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(system, "SYSTEM_USER", "not a user's name")
    with pytest.raises(EmbeddedPostgresError, match=r"not a user's name cannot be made: .*invalid"):
        system.system_user()


def test_a_data_directory_that_is_a_file_is_refused(data: Path) -> None:
    data.touch()
    with pytest.raises(EmbeddedPostgresError, match="cannot be used"), embedded_postgres(data):
        pass


def test_a_first_start_without_room_leaves_nothing_half_made(data: Path) -> None:
    with another(data, "100000") as process:
        message, _ = process.communicate()
        assert message.startswith("refused: PostgreSQL could not be set up")
        assert "File too large" in message
    (data / "postgres.new" / "left").mkdir(parents=True, exist_ok=True)
    with embedded_postgres(data) as dsn:
        assert query(dsn, "select 1") == [(1,)]


def test_a_first_start_that_was_killed_is_begun_again(data: Path) -> None:
    with another(data) as process:
        until((data / "postgres.new" / "PG_VERSION").exists)
        process.kill()
    with embedded_postgres(data) as dsn:
        assert query(dsn, "select 1") == [(1,)]
        assert not (data / "postgres.new").exists()


def test_two_first_starts_at_once(data: Path) -> None:
    with another(data) as one, another(data) as two:
        assert said(one) == said(two) != ""
        pid = postmaster(data)
        one.communicate()
        two.communicate()
        assert not alive(pid)


def test_ctrl_c_does_not_reach_the_server(data: Path) -> None:
    with another(data) as process:
        dsn = said(process)
        os.killpg(process.pid, signal.SIGINT)
        assert query(dsn, "select 1") == [(1,)]
        assert os.getsid(postmaster(data)) != os.getsid(process.pid)


def test_a_large_log_is_put_aside(made: Path) -> None:
    (made / "postgres.log").write_bytes(b"x" * (server.LOG_BYTES + 1))
    with embedded_postgres(made):
        pass
    assert (made / "postgres.log.1").stat().st_size > server.LOG_BYTES
    assert (made / "postgres.log").stat().st_size < 10_000

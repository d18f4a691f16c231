"""Processes killed in the middle of a job, and databases that restart: nothing acknowledged is lost."""

from __future__ import annotations

import os
import signal
from collections.abc import Generator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, LiteralString

import httpx
import psycopg
from psycopg import sql
from tests import pictures
from tests.processes import Serving, is_alive, serving, wait_for
from tests.standins.process import PLAIN
from websockets.exceptions import ConnectionClosed
from websockets.sync.client import ClientConnection, connect

from aiimagecraft.embedded.server import Server

IMAGES = 6
Database = psycopg.Connection[tuple[Any, ...]]
GATES = 4711
"""The space of the gates' advisory locks."""


def client(served: Serving) -> httpx.Client:
    return httpx.Client(base_url=served.url, timeout=30, verify=PLAIN, trust_env=False)


def begin(served: Serving) -> str:
    """Begin a job of several images and wait until it is well under way."""
    with client(served) as http:
        body = {"prompt": "a lighthouse above a stormy sea", "n": IMAGES, "size": "1536x1024"}
        job_id = str(http.post("/api/generate", json=body).json()["job"]["id"])
        assert wait_for(lambda: len(job(http, job_id)["images"]) >= 1)
        assert job(http, job_id)["status"] == "running"
    return job_id


def job(http: httpx.Client, job_id: str) -> dict[str, Any]:
    return next(item for item in http.get("/api/jobs").json()["items"] if item["id"] == job_id)


def check_done(served: Serving, job_id: str) -> None:
    """Wait until the job is done, and see each image exactly once, with its bytes."""
    with client(served) as http:
        assert wait_for(lambda: job(http, job_id)["status"] == "done"), (job(http, job_id), served.output)
        items = http.get("/api/gallery").json()["items"]
        assert len(items) == len({item["id"] for item in items}) == IMAGES
        assert len({http.get(item["full"]).content for item in items}) == IMAGES


def test_a_killed_worker_is_replaced_and_its_job_finished(tmp_path: Path) -> None:
    with serving(tmp_path / "data") as served:
        job_id = begin(served)
        worker = served.children()["worker"]
        os.kill(worker, signal.SIGKILL)
        assert wait_for(lambda: served.children().get("worker", worker) != worker)
        check_done(served, job_id)


def test_a_killed_web_server_is_replaced_and_the_job_goes_on(tmp_path: Path) -> None:
    with serving(tmp_path / "data") as served:
        job_id = begin(served)
        web = served.children()["web"]
        os.kill(web, signal.SIGKILL)
        assert wait_for(lambda: served.children().get("web", web) != web)
        served.wait_until_ready()
        check_done(served, job_id)


def test_everything_is_there_after_the_whole_server_was_killed(tmp_path: Path) -> None:
    with serving(tmp_path / "data") as first:
        with client(first) as http:
            upload = http.post("/api/images", files={"file": ("a heron.png", pictures.png())})
            assert upload.status_code == 201
            image = upload.json()["items"][0]
            http.patch(f"/api/image/{image['id']}", json={"starred": True, "deleteToTrash": True})
        job_id = begin(first)
        children = first.children()
        first.kill()
        assert wait_for(lambda: not any(is_alive(pid) for pid in children.values()))
        with serving(tmp_path / "data") as second:
            check_done(second, job_id)
            with client(second) as http:
                (trashed,) = http.get("/api/gallery?trash=1&starred=1").json()["items"]
                assert trashed["id"] == image["id"]
                assert http.get(image["full"]).content == pictures.png()


def test_the_database_may_restart_under_an_open_socket(tmp_path: Path) -> None:
    with serving(tmp_path / "data") as served, connect(f"ws{served.url[4:]}/ws") as socket:
        assert '"ready"' in str(socket.recv(10))
        database = Server(tmp_path / "data")
        database.stop()
        assert wait_for(lambda: not served.is_ready())
        assert httpx.get(f"{served.url}/health/live", verify=PLAIN, trust_env=False).status_code == 200
        database.start_or_adopt()
        assert '"ready"' in str(socket.recv(30))
        served.wait_until_ready()
        with client(served) as http:
            job_id = http.post("/api/generate", json={"prompt": "a fox"}).json()["job"]["id"]
            assert wait_for(lambda: job(http, job_id)["status"] == "done"), served.output
        names = [str(socket.recv(10)).split('"')[3] for _ in range(3)]
        assert names[:2] == ["jobQueued", "jobRunning"]


def test_a_killed_database_comes_back(tmp_path: Path) -> None:
    with serving(tmp_path / "data") as served, client(served) as http:
        item = http.post("/api/images", files={"file": ("a heron.png", pictures.png())}).json()["items"][0]
        database = int((tmp_path / "data/postgres/postmaster.pid").read_text().splitlines()[0])
        web = served.children()["web"]
        os.kill(database, signal.SIGKILL)
        os.kill(web, signal.SIGKILL)
        assert wait_for(lambda: served.children().get("web", web) != web)
        assert wait_for(served.is_ready), served.output
        assert [found["id"] for found in http.get("/api/gallery").json()["items"]] == [item["id"]]


def test_events_reach_the_sockets_of_another_process(tmp_path: Path) -> None:
    data = tmp_path / "data"
    with (
        serving(data) as first,
        serving(data) as second,
        connect(f"ws{second.url[4:]}/") as socket,
        client(first) as http,
    ):
        assert '"ready"' in str(socket.recv(10))
        item = http.post("/api/images", files={"file": ("a heron.png", pictures.png())}).json()["items"][0]
        created = str(socket.recv(10))
        assert created.startswith('{"ev":"imageCreated"')
        assert item["id"] in created


def test_ctrl_c_ends_all_of_it(tmp_path: Path) -> None:
    with serving(tmp_path / "data") as served:
        children = served.children()
        assert set(children) == {"web", "worker"}
        database = int((tmp_path / "data/postgres/postmaster.pid").read_text().splitlines()[0])
        served.stop()
        assert not any(is_alive(pid) for pid in [*children.values(), database])


def test_a_socket_that_does_not_read_is_cut_off(tmp_path: Path) -> None:
    long = pictures.with_chunks(pictures.png(8, 8), pictures.text_chunk("Description", "fox " * 8_000))
    with serving(tmp_path / "data") as served, client(served) as http:
        files = [("file", ("a.png", long))] * 50
        ids = [item["id"] for item in http.post("/api/images", files=files).json()["items"]]
        with connect(f"ws{served.url[4:]}/ws") as slow, connect(f"ws{served.url[4:]}/ws") as quick:
            assert '"ready"' in str(quick.recv(10))
            for turn in range(20):
                body = {"ids": ids, "starred": turn % 2 == 0}
                assert http.patch("/api/images/bulk", json=body).json()["updated"] == len(ids)
                for _ in ids:
                    assert '"starred":' in str(quick.recv(10))
            assert close_code(slow) == 1013


def close_code(socket: ClientConnection) -> int | None:
    """Read all that is left and return the code that the server closed with."""
    while True:
        try:
            socket.recv(10)
        except ConnectionClosed as closed:
            return closed.rcvd.code if closed.rcvd else None


class Gate:
    """Keeps certain rows from being written: whoever tries waits in the middle of the statement.

    Args:
        database: Commits each statement; it holds the lock that the others wait for.
        number: Of the lock.
    """

    def __init__(self, database: Database, number: int) -> None:
        self._database = database
        self._lock = (GATES, number)
        self._is_closed = False

    def waiting(self) -> list[int]:
        """The database's process ids of those that wait."""
        rows = self._database.execute(
            """SELECT pid FROM pg_locks WHERE locktype = 'advisory' AND NOT granted
               AND classid::int = %s AND objid::int = %s""",
            self._lock,
        )
        return [int(row[0]) for row in rows]

    def close(self) -> None:
        self._database.execute("SELECT pg_advisory_lock(%s, %s)", self._lock)
        self._is_closed = True

    def open(self) -> None:
        if self._is_closed:
            self._database.execute("SELECT pg_advisory_unlock(%s, %s)", self._lock)
            self._is_closed = False


@contextmanager
def gate(
    database: Database,
    number: int,
    table: str,
    event: LiteralString,
    when: sql.Composable,
) -> Generator[Gate]:
    """Put a closed gate before the rows of a table for which a condition holds.

    It cannot be taken away while somebody who holds a lock on that table waits at another; open those first.
    """
    database.execute(
        """CREATE OR REPLACE FUNCTION wait_at_gate() RETURNS trigger LANGUAGE plpgsql AS
           'BEGIN PERFORM pg_advisory_xact_lock_shared(TG_ARGV[0]::int, TG_ARGV[1]::int); RETURN NEW; END'"""
    )
    name = sql.Identifier(f"gate_{number}")
    database.execute(
        sql.SQL(
            "CREATE TRIGGER {} BEFORE {} ON {} FOR EACH ROW WHEN ({}) EXECUTE FUNCTION wait_at_gate({}, {})"
        ).format(name, sql.SQL(event), sql.Identifier(table), when, GATES, number)
    )
    closed = Gate(database, number)
    closed.close()
    try:
        yield closed
    finally:
        closed.open()
        database.execute(sql.SQL("DROP TRIGGER {} ON {}").format(name, sql.Identifier(table)))


def make_due(database: Database, key: str) -> None:
    """Let a periodic task that waits for its time be due now."""
    database.execute(
        """UPDATE saq_jobs SET scheduled = floor(extract(epoch FROM now())), job = convert_to(jsonb_set(
               convert_from(job, 'UTF8')::jsonb, '{scheduled}',
               to_jsonb(floor(extract(epoch FROM now()))::bigint))::text, 'UTF8')
           WHERE key = %s AND status = 'queued'""",
        [key],
    )

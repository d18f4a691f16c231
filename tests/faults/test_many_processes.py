"""Two web servers and two workers, each a process of its own, on one database and one store."""

from __future__ import annotations

import os
import signal
from collections.abc import Callable, Generator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import Any

import msgspec
import psycopg
import pytest
from tests.faults.test_kill import Database, client, job, make_due
from tests.processes import Serving, is_alive, launched, wait_for
from tests.standins.images_api import StandIn, images_api
from tests.standins.images_pictures import picture
from tests.standins.objects import objects
from websockets.sync.client import ClientConnection, connect

KEY = "sk-stand-in"
RECOVERY_SECONDS = 60.0
TICK_SECONDS = 100.0
JOBS = 12
WORKERS = """SELECT count(*) FROM pg_stat_activity
    WHERE datname = current_database() AND query = 'LISTEN "saq:default"'"""
"""How many workers listen to the queue."""


class House:
    """The processes and what they share.

    Args:
        stack: Ends what it launches.
        folder: For a data directory of each process.
        env: Their settings.
        api: The images server that they ask.
        database: Commits each statement.
    """

    def __init__(
        self,
        stack: ExitStack,
        folder: Path,
        env: dict[str, str],
        api: StandIn,
        database: Database,
    ) -> None:
        self._stack = stack
        self._folder = folder
        self._env = env
        self.api = api
        self.database = database
        self.webs = [
            self.launch("web 1", "serve", "--no-worker"),
            self.launch("web 2", "serve", "--no-worker"),
        ]
        self.workers = [self.launch("worker 1", "worker"), self.launch("worker 2", "worker")]

    def launch(self, name: str, *command: str) -> Serving:
        return self._stack.enter_context(launched(self._folder / name, *command, **self._env))

    def wait_until_working(self, workers: int) -> None:
        """Wait until as many workers listen to the queue."""
        assert wait_for(lambda: self.database.execute(WORKERS).fetchall() == [(workers,)]), self.output

    @property
    def output(self) -> str:
        return "\n".join(process.output for process in [*self.webs, *self.workers])

    def takers(self, jobs: list[str]) -> list[str]:
        """The workers that took jobs last, in the order of the jobs."""
        rows = self.database.execute(
            "SELECT key, convert_from(job, 'UTF8')::jsonb ->> 'worker_id' FROM saq_jobs WHERE key = ANY(%s)",
            [[f"generate:{job_id}:1" for job_id in jobs]],
        )
        found = {str(key): str(worker) for key, worker in rows}
        return [found[f"generate:{job_id}:1"] for job_id in jobs]

    def asked(self, prompt: str) -> int:
        return [request.fields.get("prompt") for request in self.api.requests()].count(prompt)


@pytest.fixture(scope="module")
def address(postgres: str) -> Generator[str]:
    """The address of an empty database."""
    name = "many_processes"
    with psycopg.connect(postgres, autocommit=True) as server:
        server.execute(f"CREATE DATABASE {name}")
        yield postgres.replace("@/postgres?", f"@/{name}?")
        server.execute(f"DROP DATABASE {name} WITH (FORCE)")


@pytest.fixture(scope="module")
def house(address: str, tmp_path_factory: pytest.TempPathFactory) -> Generator[House]:
    with (
        images_api(key=KEY) as api,
        objects() as store,
        psycopg.connect(address, autocommit=True) as database,
        ExitStack() as stack,
    ):
        settings = {"DATABASE_URL": address, "OPENAI_BASE_URL": api.url, "OPENAI_API_KEY": KEY}
        env = settings | store.bucket().environment
        house = House(stack, tmp_path_factory.mktemp("house"), env, api, database)
        for web in house.webs:
            web.wait_until_ready()
        house.wait_until_working(2)
        log_runs(database)
        yield house


def log_runs(database: Database) -> None:
    """Write down each time that a worker takes or completes a periodic task."""
    database.execute("CREATE TABLE cron_log (key text, scheduled bigint, status text, workers int)")
    database.execute(
        f"""CREATE FUNCTION log_cron() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN
               INSERT INTO cron_log SELECT NEW.key, NEW.scheduled, NEW.status, ({WORKERS});
               RETURN NEW;
           END $$"""
    )
    database.execute(
        """CREATE TRIGGER log_cron AFTER UPDATE ON saq_jobs FOR EACH ROW
           WHEN (NEW.key LIKE 'cron:%' AND NEW.status <> OLD.status AND NEW.status <> 'queued')
           EXECUTE FUNCTION log_cron()"""
    )


def runs(house: House, key: str) -> list[tuple[Any, ...]]:
    """What was written down of a periodic task, by when it was due."""
    return house.database.execute(
        "SELECT scheduled, status, workers FROM cron_log WHERE key = %s ORDER BY scheduled, status", [key]
    ).fetchall()


def post(web: Serving, prompt: str) -> str:
    with client(web) as http:
        body = {"prompt": prompt, "model": "gpt-image-2"}
        return str(http.post("/api/generate", json=body).json()["job"]["id"])


def status(web: Serving, job_id: str) -> str:
    with client(web) as http:
        return str(job(http, job_id)["status"])


@contextmanager
def socket_of(web: Serving) -> Generator[ClientConnection]:
    with connect(f"ws{web.url[4:]}/ws") as socket:
        assert '"ready"' in str(socket.recv(10))
        yield socket


def hear(socket: ClientConnection, wanted: Callable[[str, dict[str, Any]], bool]) -> dict[str, Any]:
    """Read until a wanted event comes, and return what it carries."""
    while True:
        frame = msgspec.json.decode(socket.recv(30))
        if wanted(frame["ev"], frame["data"]):
            return frame["data"]


def test_all_start_at_once_on_an_empty_database(house: House) -> None:
    applied = "SELECT count(*), count(DISTINCT name) FROM migration WHERE app_name = 'aiimagecraft'"
    ((rows, names),) = house.database.execute(applied).fetchall()
    assert rows == names > 0
    assert house.database.execute("SELECT count(*) FROM piccolo_user").fetchall() == [(1,)]
    assert "starting it again" not in house.output
    assert "ERROR" not in house.output


def test_clients_of_both_hear_of_a_job_and_see_its_image(house: House) -> None:
    first, second = house.webs
    prompt = "a heron that both see"
    with socket_of(first) as one, socket_of(second) as other:
        job_id = post(first, prompt)
        for name in ("jobQueued", "jobRunning", "jobDone"):
            for socket in (one, other):
                hear(socket, lambda ev, data, name=name: ev == name and data["job"]["id"] == job_id)
    for web in house.webs:
        with client(web) as http:
            (item,) = job(http, job_id)["images"]
            assert http.get(item["full"]).content == picture(prompt)


def test_a_star_on_one_is_seen_on_the_other(house: House) -> None:
    first, second = house.webs
    with client(first) as http, socket_of(first) as one, socket_of(second) as other:
        item = http.get("/api/gallery").json()["items"][0]
        http.patch(f"/api/image/{item['id']}", json={"starred": True})
        for socket in (one, other):
            # The worker may tell of the preview that it made first.
            hear(socket, lambda ev, data: ev == "imageUpdated" and data["image"]["starred"])
    with client(second) as http:
        assert [found["id"] for found in http.get("/api/gallery?starred=1").json()["items"]] == [item["id"]]


def test_jobs_of_both_webs_are_made_once_by_both_workers(house: House) -> None:
    prompts = [f"job {number} of twelve [hold]" for number in range(JOBS)]
    posted: list[str] = []

    def post_some(until: int) -> None:
        while len(posted) < until:
            number = len(posted)
            posted.append(post(house.webs[number % 2], prompts[number]))
        assert wait_for(lambda: house.api.held() == until), house.output

    with house.workers[0].paused("worker"):
        post_some(JOBS // 3)
    with house.workers[1].paused("worker"):
        post_some(2 * JOBS // 3)
    post_some(JOBS)
    takers = house.takers(posted)
    assert len(set(takers[: JOBS // 3])) == len(set(takers[JOBS // 3 : 2 * JOBS // 3])) == 1
    assert takers[0] != takers[JOBS // 3]
    assert set(takers) == {takers[0], takers[JOBS // 3]}
    assert house.api.release() == JOBS
    for web in house.webs:
        assert wait_for(lambda web=web: all(status(web, job_id) == "done" for job_id in posted))
        with client(web) as http:
            items = [item for item in http.get("/api/gallery").json()["items"] if item["prompt"] in prompts]
            assert sorted(item["prompt"] for item in items) == sorted(prompts)
    assert [house.asked(prompt) for prompt in prompts] == [1] * JOBS


def test_a_cleanup_that_is_due_runs_once(house: House) -> None:
    make_due(house.database, "cron:cleanup")
    waiting = "SELECT status, scheduled > extract(epoch FROM now()) FROM saq_jobs WHERE key = 'cron:cleanup'"
    assert wait_for(lambda: len(runs(house, "cron:cleanup")) >= 2)
    assert wait_for(lambda: house.database.execute(waiting).fetchall() == [("queued", True)])
    assert [run[1:] for run in runs(house, "cron:cleanup")] == [("active", 2), ("complete", 2)]


def test_the_other_worker_finishes_what_a_killed_one_left(house: House) -> None:
    prompt = "a job of a killed worker [hang 1]"
    killed, other = house.workers
    with other.paused("worker"):
        job_id = post(house.webs[0], prompt)
        assert wait_for(lambda: house.asked(prompt) == 1)
    (taker,) = house.takers([job_id])
    child = killed.children()["worker"]
    os.kill(child, signal.SIGKILL)
    killed.kill()
    assert wait_for(lambda: not is_alive(child))
    # In its place, for the tick that the next test waits for.
    house.workers[0] = house.launch("worker 3", "worker")
    assert wait_for(lambda: status(house.webs[1], job_id) == "done", RECOVERY_SECONDS), house.output
    assert house.takers([job_id]) != [taker]
    assert house.asked(prompt) == 2
    with client(house.webs[1]) as http:
        assert [item["prompt"] for item in http.get("/api/gallery").json()["items"]].count(prompt) == 1


def test_each_minute_the_sweep_runs_once(house: House) -> None:
    def ticked() -> bool:
        done = runs(house, "cron:sweep")
        return len(done) % 2 == 0 and any(run[2] == 2 for run in done)

    assert wait_for(ticked, TICK_SECONDS), house.output
    minutes = [run[0] for run in runs(house, "cron:sweep") if run[1] == "active"]
    assert minutes == list(range(minutes[0], minutes[-1] + 1, 60))
    assert [run[:2] for run in runs(house, "cron:sweep")] == [
        (minute, kind) for minute in minutes for kind in ("active", "complete")
    ]

"""A worker killed at each step of jobs that cost money: each image is there once, what is paid is bounded.

All steps share one killed worker, because a killed worker's job is taken up only when its heartbeat has been
missing for ten seconds.
"""

from __future__ import annotations

import json
import os
import signal
from collections.abc import Generator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from pathlib import Path

import httpx
import psycopg
import pytest
from psycopg import sql
from tests.conftest import Studio
from tests.faults.test_kill import Database, client, gate, job, make_due
from tests.processes import Serving, is_alive, pause, serving, wait_for
from tests.standins.images_api import StandIn, images_api
from tests.standins.images_exchange import Received
from tests.standins.images_pictures import picture

from aiimagecraft.embedded import embedded_postgres
from aiimagecraft.jobs import GENERATE
from aiimagecraft.worker import TIMERS

KEY = "sk-stand-in"
RECOVERY_SECONDS = 110.0
SILENT_SECONDS = GENERATE.heartbeat + TIMERS["sweep"] + 1

QUEUED = "a job that no worker took"
TAKEN = "a job that was taken and not asked for"
OUTSTANDING = "an answer that does not come [hang 1] [fresh]"
HALF = "half an answer [hang body 1] [fresh]"
UNSTORED = "an answer without a store [fresh]"
UNWRITTEN = "an object without a row [fresh]"
PARTLY = "one image of two [hang 1] [fresh]"
UNFINISHED = "a job whose image is kept [fresh]"
CANCELLED = "an object of a cancelled job [hold] [fresh]"
DROPPED = "a cancelled job without an answer [hang] [fresh]"
RUNNING = "a job of the next worker [hold] [fresh]"
PRESSED = "a press whose answer is lost [fresh]"
PRESS = "the key of the press"


class Scene:
    """A server, the images server that it asks, and its database.

    Args:
        served: The server.
        api: The images server.
        database: Commits each statement.
        objects: The folder of its objects.
    """

    def __init__(self, served: Serving, api: StandIn, database: Database, objects: Path) -> None:
        self.served = served
        self.api = api
        self.database = database
        self.objects = objects

    def post(self, prompt: str, n: int = 1, key: str = "") -> str:
        """Begin a job, with an idempotency key if there is one, and return its id."""
        with client(self.served) as http:
            body = {"prompt": prompt, "n": n, "model": "gpt-image-2"}
            headers = {"Idempotency-Key": key} if key else {}
            return str(http.post("/api/generate", json=body, headers=headers).json()["job"]["id"])

    def cancel(self, job_id: str) -> None:
        with client(self.served) as http:
            assert http.delete(f"/api/jobs/{job_id}").json()["job"]["status"] == "cancelled"

    def requests(self, prompt: str) -> list[Received]:
        return [request for request in self.api.requests() if request.fields.get("prompt") == prompt]

    def outcomes(self, prompt: str) -> list[str | None]:
        return [request.outcome for request in self.requests(prompt)]

    def images(self, prompt: str) -> list[str]:
        """The ids of the images that were made of a prompt, oldest first."""
        rows = self.database.execute("SELECT id FROM image WHERE prompt = %s ORDER BY id", [prompt])
        return [str(row[0]) for row in rows]

    def status(self, job_id: str) -> str:
        rows = self.database.execute("SELECT status FROM generation_job WHERE id = %s", [job_id])
        return str(rows.fetchall()[0][0])

    def is_over(self, job_id: str) -> bool:
        """Tell whether the queue has nothing left to do for a job."""
        rows = self.database.execute(
            "SELECT status FROM saq_jobs WHERE key LIKE %s", [f"generate:{job_id}:%"]
        ).fetchall()
        # The sweep may have begun another run.
        return {status for (status,) in rows} == {"complete"}

    def originals(self) -> dict[str, bytes]:
        """The originals in the store, by the id of their image."""
        return {path.stem: path.read_bytes() for path in self.objects.glob("*.*")}

    def check(
        self, job_id: str, prompt: str, *, numbers: Sequence[int], requests: int, status: str = "done"
    ) -> None:
        """Wait until a job is over, and see each of its images exactly once.

        Args:
            job_id: The job.
            prompt: What it asks for, as no other job does.
            numbers: Which of the images server's pictures must be there.
            requests: How often the server was asked for one.
            status: Of the job.
        """
        assert wait_for(lambda: self.is_over(job_id), RECOVERY_SECONDS), self.served.output
        with client(self.served) as http:
            shown = job(http, job_id)
            items = [
                item
                for item in http.get("/api/gallery?limit=100").json()["items"]
                if item["prompt"] == prompt
            ]
            bodies = [http.get(item["full"]).content for item in items]
        assert shown["status"] == status, shown
        assert len(items) == len(numbers)
        assert sorted(item["id"] for item in items) == sorted(item["id"] for item in shown["images"])
        assert sorted(bodies) == sorted(picture(prompt, number) for number in numbers)
        assert len(self.requests(prompt)) == requests, self.outcomes(prompt)


@pytest.fixture(scope="module")
def scene(tmp_path_factory: pytest.TempPathFactory) -> Generator[Scene]:
    data = tmp_path_factory.mktemp("paid") / "data"
    with (
        images_api(key=KEY) as api,
        serving(data, OPENAI_BASE_URL=api.url, OPENAI_API_KEY=KEY) as served,
        embedded_postgres(data) as url,
        psycopg.connect(url, autocommit=True) as database,
    ):
        yield Scene(served, api, database, data / "objects")


@pytest.fixture(scope="module")
def killed(scene: Scene) -> dict[str, str]:
    """Bring a job to each step, kill the worker, and return the jobs' ids by prompt."""
    api, database = scene.api, scene.database
    rows = sql.SQL("NEW.prompt IN ({}, {})").format(UNWRITTEN, CANCELLED)
    end = sql.SQL("NEW.status = 'done' AND NEW.prompt = {}").format(UNFINISHED)
    with (
        gate(database, 1, "image", "INSERT", rows) as images,
        gate(database, 2, "generation_job", "UPDATE", end) as jobs,
    ):
        posted = {prompt: scene.post(prompt) for prompt in (OUTSTANDING, HALF, UNWRITTEN, UNFINISHED)}
        posted[PARTLY] = scene.post(PARTLY, n=2)
        posted |= {prompt: scene.post(prompt) for prompt in (CANCELLED, DROPPED)}
        for prompt in (OUTSTANDING, HALF, DROPPED):
            assert wait_for(lambda prompt=prompt: scene.outcomes(prompt) == ["hung"])
        assert wait_for(lambda: sorted(map(str, scene.outcomes(PARTLY))) == ["answered", "hung"])
        assert wait_for(lambda: len(scene.images(PARTLY)) == 1)
        assert wait_for(lambda: len(jobs.waiting()) == 1)
        assert wait_for(lambda: api.held() == 1)
        scene.cancel(posted[CANCELLED])
        scene.cancel(posted[DROPPED])
        assert api.release() == 1
        assert wait_for(lambda: len(images.waiting()) == 2)
        # The larger versions are tasks of their own, which are not what is killed here.
        derived = "SELECT count(*) FROM image WHERE derived_at IS NULL"
        assert wait_for(lambda: database.execute(derived).fetchall() == [(0,)])
        with blocked(scene.objects):
            posted[UNSTORED] = scene.post(UNSTORED)
            assert wait_for(lambda: "generation.keep_failed" in scene.served.output)
            worker = scene.served.children()["worker"]
            pause(worker)
            posted[TAKEN] = scene.post(TAKEN)
            with database.transaction():
                # Before it asks, a worker looks up the job's sources.
                database.execute("LOCK TABLE source IN ACCESS EXCLUSIVE MODE")
                os.kill(worker, signal.SIGCONT)
                assert wait_for(lambda: scene.status(posted[TAKEN]) == "running")
                pause(worker)
            posted[QUEUED] = scene.post(QUEUED)
            os.kill(worker, signal.SIGKILL)
            assert wait_for(lambda: not is_alive(worker))
        images.open()
        jobs.open()
    posted[RUNNING] = scene.post(RUNNING)
    assert wait_for(lambda: api.held() == 1), scene.served.output
    return posted


@contextmanager
def blocked(folder: Path) -> Generator[None]:
    """Put a file in the place of a folder, so that nothing can be written there."""
    away = folder.rename(folder.with_name("away"))
    folder.touch()
    try:
        yield
    finally:
        folder.unlink()
        away.rename(folder)


def test_an_answer_to_a_cancelled_job_is_kept(scene: Scene) -> None:
    prompt = "a cancelled job [hold]"
    job_id = scene.post(prompt)
    assert wait_for(lambda: scene.api.held() == 1)
    scene.cancel(job_id)
    assert scene.api.release() == 1
    scene.check(job_id, prompt, numbers=[0], requests=1, status="cancelled")


@pytest.fixture(scope="module")
def pressed(scene: Scene, killed: dict[str, str]) -> str:
    """Kill the web server between a job's row and its place in the queue, and return the job's id."""
    assert killed
    web = scene.served.children()["web"]
    enqueued = sql.SQL("NEW.key LIKE 'generate:%'")
    with gate(scene.database, 3, "saq_jobs", "INSERT", enqueued) as queue, ThreadPoolExecutor() as threads:
        press = threads.submit(scene.post, PRESSED, key=PRESS)
        assert wait_for(lambda: len(queue.waiting()) == 1)
        os.kill(web, signal.SIGKILL)
        assert isinstance(press.exception(), httpx.TransportError)
        # The database does not notice; it would still put the job into the queue.
        scene.database.execute("SELECT pg_terminate_backend(%s)", queue.waiting())
        assert wait_for(lambda: not queue.waiting())
    assert wait_for(lambda: scene.served.children().get("web", web) != web)
    scene.served.wait_until_ready()
    (row,) = scene.database.execute("SELECT id FROM generation_job WHERE prompt = %s", [PRESSED]).fetchall()
    return str(row[0])


def test_a_press_that_is_sent_again_after_a_lost_answer_is_the_same_job(scene: Scene, pressed: str) -> None:
    assert scene.post(PRESSED, key=PRESS) == scene.post(PRESSED, key=PRESS) == pressed


def test_a_job_that_no_worker_took_is_asked_for_once(scene: Scene, killed: dict[str, str]) -> None:
    scene.check(killed[QUEUED], QUEUED, numbers=[0], requests=1)


def test_a_job_that_was_not_asked_for_is_asked_for_once(scene: Scene, killed: dict[str, str]) -> None:
    scene.check(killed[TAKEN], TAKEN, numbers=[0], requests=1)


def test_an_answer_that_was_outstanding_is_asked_for_again(scene: Scene, killed: dict[str, str]) -> None:
    scene.check(killed[OUTSTANDING], OUTSTANDING, numbers=[0], requests=2)
    assert scene.outcomes(OUTSTANDING) == ["client left", "answered"]


def test_half_an_answer_is_asked_for_again(scene: Scene, killed: dict[str, str]) -> None:
    scene.check(killed[HALF], HALF, numbers=[1], requests=2)
    assert scene.outcomes(HALF) == ["client left", "answered"]


def test_an_answer_that_was_in_memory_only_is_asked_for_again(scene: Scene, killed: dict[str, str]) -> None:
    scene.check(killed[UNSTORED], UNSTORED, numbers=[1], requests=2)


def test_an_object_without_a_row_is_not_asked_for_again(scene: Scene, killed: dict[str, str]) -> None:
    scene.check(killed[UNWRITTEN], UNWRITTEN, numbers=[0], requests=1)


def test_of_two_images_only_the_missing_one_is_asked_for_again(scene: Scene, killed: dict[str, str]) -> None:
    scene.check(killed[PARTLY], PARTLY, numbers=[0, 1], requests=3)


def test_a_job_whose_image_is_kept_only_ends(scene: Scene, killed: dict[str, str]) -> None:
    scene.check(killed[UNFINISHED], UNFINISHED, numbers=[0], requests=1)


def test_an_object_of_a_cancelled_job_is_kept(scene: Scene, killed: dict[str, str]) -> None:
    scene.check(killed[CANCELLED], CANCELLED, numbers=[0], requests=1, status="cancelled")


def test_a_cancelled_job_without_an_answer_is_not_asked_for_again(
    scene: Scene, killed: dict[str, str]
) -> None:
    scene.check(killed[DROPPED], DROPPED, numbers=[], requests=1, status="cancelled")


def test_a_press_whose_answer_was_lost_is_asked_for_once(scene: Scene, pressed: str) -> None:
    old = "SELECT created_at < now() - interval '10 seconds' FROM generation_job WHERE id = %s"
    assert wait_for(lambda: scene.database.execute(old, [pressed]).fetchall() == [(True,)])
    make_due(scene.database, "cron:sweep")
    scene.check(pressed, PRESSED, numbers=[0], requests=1)


def test_a_running_job_is_left_alone_while_those_of_a_killed_worker_are_found(
    scene: Scene, killed: dict[str, str]
) -> None:
    others = [job_id for prompt, job_id in killed.items() if prompt != RUNNING]
    assert wait_for(lambda: all(scene.is_over(job_id) for job_id in others), RECOVERY_SECONDS)
    outcomes = scene.outcomes(RUNNING)
    scene.api.release()
    assert outcomes == [None]
    scene.check(killed[RUNNING], RUNNING, numbers=[0], requests=1)


def test_a_worker_does_not_take_a_job_that_it_runs_for_lost(scene: Scene) -> None:
    prompt = "a job whose signs of life are late [hold]"
    job_id = scene.post(prompt)
    key = f"generate:{job_id}:1"
    assert wait_for(lambda: scene.api.held() == 1)
    life = sql.SQL("NEW.key = {} AND NEW.status = 'active'").format(key)
    with gate(scene.database, 4, "saq_jobs", "UPDATE", life):
        assert wait_for(lambda: silence(scene.database, key) > SILENT_SECONDS)
    assert wait_for(lambda: is_swept(scene.database))
    outcomes = scene.outcomes(prompt)
    scene.api.release()
    assert outcomes == [None]
    scene.check(job_id, prompt, numbers=[0], requests=1)


def silence(database: Database, key: str) -> float:
    """The seconds since a task's last sign of life."""
    rows = database.execute(
        """SELECT extract(epoch FROM clock_timestamp())
               - (convert_from(job, 'UTF8')::jsonb ->> 'touched')::float8 / 1000
           FROM saq_jobs WHERE key = %s""",
        [key],
    )
    return float(rows.fetchall()[0][0])


def is_swept(database: Database) -> bool:
    """Tell whether a task that a worker left long ago was found; the first call puts it there."""
    key = "derive:left"
    left = {"function": "derive", "queue": "default", "key": key, "attempts": 1, "started": 1, "touched": 1}
    database.execute(
        """INSERT INTO saq_jobs (key, job, queue, status)
           VALUES (%s, convert_to(%s, 'UTF8'), 'default', 'active') ON CONFLICT DO NOTHING""",
        [key, json.dumps(left)],
    )
    return database.execute("SELECT status FROM saq_jobs WHERE key = %s", [key]).fetchall() == [("aborted",)]


def test_objects_and_rows_agree(scene: Scene, killed: dict[str, str]) -> None:
    assert wait_for(lambda: all(scene.is_over(job_id) for job_id in killed.values()))
    rows = scene.database.execute("SELECT id::text FROM image").fetchall()
    assert sorted(scene.originals()) == sorted(row[0] for row in rows)


async def test_a_job_that_the_queue_is_ending_counts_as_alive(studio: Studio) -> None:
    response = await studio.client.post("/api/generate", json={"prompt": "a fox", "model": "sketch"})
    job_id = response.json()["job"]["id"]
    assert await studio.queue.alive(GENERATE, f"{job_id}:1")
    await studio.rows("UPDATE saq_jobs SET status = 'aborting'")
    assert await studio.queue.alive(GENERATE, f"{job_id}:1")

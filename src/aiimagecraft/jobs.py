"""The queue: every task by name, with its limits, and how to enqueue it."""

from __future__ import annotations

import logging
from collections.abc import AsyncGenerator, Generator
from contextlib import asynccontextmanager, contextmanager
from typing import Any

import msgspec
import psycopg
from saq.job import ACTIVE_STATUSES, Job, Status
from saq.queue.postgres import PostgresQueue
from saq.utils import now

logger = logging.getLogger(__name__)


class Task(msgspec.Struct, frozen=True):
    """A task's name and limits.

    Attributes:
        name: How the worker knows it.
        timeout: Seconds one attempt may take.
        attempts: How often it is tried in all.
        heartbeat: Seconds without a sign of life after which a worker counts as dead, 0 for the
            timeout alone.
        retry_delay: Seconds before the second attempt; each later wait is up to twice as long.
    """

    name: str
    timeout: int
    attempts: int
    heartbeat: int = 0
    retry_delay: float = 2.0


GENERATE = Task("generate", timeout=3 * 3600, attempts=3, heartbeat=20)
"""An image may take 300 s, twice when its first answer is lost, and a job holds up to ten. A database that is
away for less than the heartbeat costs no answer that is paid for."""
DERIVE = Task("derive", timeout=120, attempts=3)

TASKS = (GENERATE, DERIVE)
"""What is enqueued by name; the worker knows each."""

LIVE = frozenset({*ACTIVE_STATUSES, Status.ABORTING})
ABORT_SECONDS = 0.01
"""How long a sweep waits for each dead job. SAQ waits five seconds, and judges those after it by what it read
before, so that after the death of a busy worker living jobs counted as dead."""


class _Queue(PostgresQueue):
    """SAQ's queue, whose sweep takes no job of this process for dead.

    A process that stood still, as when the machine slept, would else sweep its own jobs before they
    could show that they live, and ask again for images that it is about to get.
    """

    def __init__(self, url: str, connections: int) -> None:
        super().__init__(url=url, min_size=1, max_size=connections)
        self.running: set[str] = set()

    def deserialize(
        self, payload: dict[str, Any] | str | bytes | None, status: Status | str | None = None
    ) -> Job | None:
        job = super().deserialize(payload, status)
        if job is not None and job.key in self.running:
            job.touched = now()
        return job

    async def sweep(self, lock: int = 60, abort: float = ABORT_SECONDS) -> list[str]:
        return await super().sweep(lock, min(abort, ABORT_SECONDS))


class JobQueue:
    """This process's door to the queue.

    Args:
        queue: SAQ's queue, connected.
    """

    def __init__(self, queue: _Queue) -> None:
        self.saq = queue

    @contextmanager
    def running(self, key: str) -> Generator[None]:
        """Mark a job as one that this process runs, by its key in the queue."""
        self.saq.running.add(key)
        try:
            yield
        finally:
            self.saq.running.discard(key)

    async def enqueue(self, task: Task, key: str, **kwargs: str | int) -> bool:
        """Enqueue a task unless one with the same key is waiting or running.

        The row that the work belongs to is committed by then, so a queue that fails is logged and not
        raised: the sweep enqueues again what is missing.

        Args:
            task: What to run.
            key: Names this piece of work; unique among unfinished work of all tasks.
            kwargs: The task's arguments; ids, never bytes.

        Returns:
            Whether it was enqueued.
        """
        try:
            job = await self.saq.enqueue(
                task.name,
                key=f"{task.name}:{key}",
                timeout=task.timeout,
                retries=task.attempts,
                heartbeat=task.heartbeat,
                retry_delay=task.retry_delay,
                retry_backoff=True,
                **kwargs,
            )
        except (psycopg.Error, OSError) as error:
            logger.warning("jobs.enqueue_failed: %s %s: %s", task.name, key, type(error).__name__)
            return False
        return job is not None

    async def check(self) -> None:
        """Raise when the queue cannot be reached."""
        await self.saq.count("queued")

    async def alive(self, task: Task, key: str) -> bool:
        """Tell whether work with this key is waiting or running."""
        job = await self.saq.job(f"{task.name}:{key}")
        return job is not None and job.status in LIVE


@asynccontextmanager
async def job_queue(url: str, *, connections: int = 4) -> AsyncGenerator[JobQueue]:
    """Connect to the queue in the database at `url` and disconnect at the end.

    Args:
        url: PostgreSQL address.
        connections: Most connections that this process may use for it.
    """
    queue = _Queue(url, connections)
    await queue.connect()
    try:
        yield JobQueue(queue)
    finally:
        await queue.disconnect()

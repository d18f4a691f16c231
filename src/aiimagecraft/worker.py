"""The worker process: the one place that wires it."""

from __future__ import annotations

import logging
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager
from typing import Any, cast

from saq import CronJob, Worker

from aiimagecraft.config import Settings
from aiimagecraft.db import database
from aiimagecraft.gallery import tasks as gallery
from aiimagecraft.generation import tasks as generation
from aiimagecraft.generation.keep import Studio
from aiimagecraft.generation.providers.openai import ImagesServer
from aiimagecraft.jobs import DERIVE, GENERATE, JobQueue, job_queue
from aiimagecraft.outbound import outbound
from aiimagecraft.storage import Storage

CONCURRENCY = 24
"""Jobs at a time; they wait for providers far more than they compute."""
CONNECTIONS = 8
"""Of the queue to the database."""
TIMERS = {"schedule": 1, "worker_info": 10, "sweep": 5, "abort": 1}
"""Seconds between SAQ's upkeep rounds; a killed worker's jobs are found within one sweep."""

Context = dict[str, Any]


async def sweep(ctx: Context) -> None:
    """Find what a killed process left behind."""
    await generation.sweep_jobs(ctx)
    await gallery.sweep_derivatives(ctx)
    await gallery.forget(ctx)


# SAQ types its context with its own keys only; the tasks read what `startup` adds.
FUNCTIONS: list[tuple[str, Any]] = [(GENERATE.name, generation.generate), (DERIVE.name, gallery.derive)]
CRON_JOBS: list[CronJob[Any]] = [
    CronJob(cast("Any", gallery.cleanup), cron="0 3 * * *", timeout=3600, retries=2),
    CronJob(cast("Any", sweep), cron="* * * * *", timeout=120, retries=1),
]
"""Times are UTC; a run is enqueued once, however many workers there are."""


@asynccontextmanager
async def resources(settings: Settings, queue: JobQueue) -> AsyncGenerator[Context]:
    """Open what the tasks find in their context, and close it at the end."""
    storage = Storage(settings)
    async with outbound() as opened:
        studio = Studio(storage, queue, ImagesServer(opened, settings))
        try:
            yield {"settings": settings, "storage": storage, "queue": queue, "studio": studio}
        finally:
            await studio.settle()


async def run_worker(settings: Settings) -> None:
    """Work until SIGINT or SIGTERM.

    Args:
        settings: With a `database_url`.
    """
    if settings.database_url is None:
        raise ValueError("The worker needs a database address")
    url = settings.database_url
    # SAQ warns of unfinished tasks at every stop: they are its own, waiting for work.
    logging.getLogger("saq").setLevel(logging.ERROR)
    async with (
        database(url),
        job_queue(url, connections=CONNECTIONS) as queue,
        resources(settings, queue) as context,
    ):

        async def startup(ctx: Context) -> None:
            ctx.update(context)

        worker: Worker[Any] = Worker(
            queue.saq,
            functions=FUNCTIONS,
            cron_jobs=CRON_JOBS,
            concurrency=CONCURRENCY,
            startup=cast("Any", startup),
            timers=cast("Any", TIMERS),
        )
        await worker.start()

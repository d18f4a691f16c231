"""Generation's tasks."""

from __future__ import annotations

import asyncio
import logging
from functools import partial
from typing import Any
from uuid import UUID

import psycopg
from saq.job import Job as QueuedJob

from aiimagecraft.errors import urn
from aiimagecraft.generation import claims
from aiimagecraft.generation.claims import Claimed
from aiimagecraft.generation.keep import insist
from aiimagecraft.generation.providers.failures import ProviderError
from aiimagecraft.generation.run import make_images
from aiimagecraft.generation.schemas import JobError
from aiimagecraft.jobs import GENERATE, JobQueue

logger = logging.getLogger(__name__)

Context = dict[str, Any]

EARLIER_SECONDS = 1.0
"""Between two looks whether an earlier run has come to its end."""
MISSED_SECONDS = 1.0
"""Before the next beat, after one that did not get through."""
STOPPED = JobError(
    type=urn("stopped"),
    title="The worker was stopped while the images server was at work",
    detail="That happened several times, and each may have been billed. Retry asks again.",
)
FAILED = JobError(
    type=urn("generation-failed"),
    title="The image could not be made",
    detail="The failure was logged; try again.",
)


async def generate(ctx: Context, *, job_id: str, run: int) -> None:
    """Make the images of a job."""
    queued: QueuedJob = ctx["job"]
    beating = asyncio.create_task(beat(queued))
    try:
        with ctx["queue"].running(queued.key):
            await _after_earlier_run(ctx["queue"], job_id, run)
            job = await claims.claim(UUID(job_id), run)
            if job is not None:
                await _make(ctx, job, queued)
    finally:
        beating.cancel()
        await asyncio.gather(beating, return_exceptions=True)


async def _after_earlier_run(queue: JobQueue, job_id: str, run: int) -> None:
    """Wait while an earlier run of the job is still to be answered: its answer may be all that is wanted."""
    while run > 1 and await queue.alive(GENERATE, f"{job_id}:{run - 1}"):  # noqa: ASYNC110 - another process.
        await asyncio.sleep(EARLIER_SECONDS)


async def _make(ctx: Context, job: Claimed, queued: QueuedJob) -> None:
    if queued.attempts > queued.retries:
        # A worker that is stopped hands its job back without counting; each time may have been billed.
        await insist(partial(claims.fail, job, STOPPED))
        return
    try:
        await make_images(ctx["studio"], job, seen=job.run > 1 or queued.attempts > 1)
    except ProviderError as error:
        # It was asked as often as helps; the queue's own attempts are for failures of ours.
        failed = JobError(type=urn(error.slug), title=error.title, detail=error.detail)
        await insist(partial(claims.fail, job, failed))
    except Exception:
        # The queue tries again after a pause; only the last attempt's failure is the job's.
        if queued.attempts < queued.retries:
            raise
        logger.exception("generation.failed: job %s", job.id)
        await insist(partial(claims.fail, job, FAILED))
    else:
        await insist(partial(claims.succeed, job))


async def beat(queued: QueuedJob) -> None:
    """Show the queue that this worker lives, well within the heartbeat."""
    pause = GENERATE.heartbeat / 4
    while True:
        await asyncio.sleep(pause)
        try:
            await queued.update()
            pause = GENERATE.heartbeat / 4
        except (psycopg.Error, OSError) as error:
            # The next beat may get through; a worker that falls silent for good is found by the sweep.
            logger.warning("generation.beat_missed: %s", type(error).__name__)
            pause = min(pause, MISSED_SECONDS)


async def sweep_jobs(ctx: Context) -> None:
    """Enqueue again what was lost between a commit and the queue."""
    await claims.sweep(ctx["queue"])

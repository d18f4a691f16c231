"""Generation's tasks."""

from __future__ import annotations

import asyncio
import logging
from typing import Any
from uuid import UUID

import psycopg
from saq.job import Job as QueuedJob

from aiimagecraft.errors import urn
from aiimagecraft.generation import claims, run
from aiimagecraft.generation.claims import Claimed
from aiimagecraft.generation.providers.failures import ProviderError
from aiimagecraft.generation.schemas import JobError
from aiimagecraft.jobs import GENERATE

logger = logging.getLogger(__name__)

Context = dict[str, Any]

FAILED = JobError(
    type=urn("generation-failed"),
    title="The image could not be made",
    detail="The failure was logged; try again.",
)


async def generate(ctx: Context, *, job_id: str, run: int) -> None:
    """Make the images of a job."""
    queued: QueuedJob = ctx["job"]
    job = await claims.claim(UUID(job_id), run)
    if job is None:
        return
    beating = asyncio.create_task(beat(queued))
    try:
        await _make(ctx, job, queued)
    finally:
        beating.cancel()
        await asyncio.gather(beating, return_exceptions=True)


async def _make(ctx: Context, job: Claimed, queued: QueuedJob) -> None:
    try:
        await run.make_images(ctx["studio"], job, seen=job.run > 1 or queued.attempts > 1)
    except ProviderError as error:
        # It was asked as often as helps; the queue's own attempts are for failures of ours.
        await claims.fail(job, JobError(type=urn(error.slug), title=error.title, detail=error.detail))
    except Exception:
        # The queue tries again after a pause; only the last attempt's failure is the job's.
        if queued.attempts < queued.retries:
            raise
        logger.exception("generation.failed: job %s", job.id)
        await claims.fail(job, FAILED)
    else:
        await claims.succeed(job)


async def beat(queued: QueuedJob) -> None:
    """Show the queue that this worker lives, well within the heartbeat."""
    while True:
        await asyncio.sleep(GENERATE.heartbeat / 4)
        try:
            await queued.update()
        except (psycopg.Error, OSError) as error:
            # The next beat may get through; a worker that falls silent for good is found by the sweep.
            logger.warning("generation.beat_missed: %s", type(error).__name__)


async def sweep_jobs(ctx: Context) -> None:
    """Enqueue again what was lost between a commit and the queue."""
    await claims.sweep(ctx["queue"])

"""Generation's tasks."""

from __future__ import annotations

import asyncio
import logging
from typing import Any
from uuid import UUID

import psycopg
from saq.job import Job as QueuedJob

from aiimagecraft.errors import AppError, urn
from aiimagecraft.gallery.service import ImageRefused
from aiimagecraft.generation import run, service
from aiimagecraft.generation.schemas import JobError
from aiimagecraft.jobs import GENERATE

logger = logging.getLogger(__name__)

Context = dict[str, Any]


async def generate(ctx: Context, *, job_id: str, run: int) -> None:
    """Make the images of a job."""
    queued: QueuedJob = ctx["job"]
    job = await service.claim(UUID(job_id), run)
    if job is None:
        return
    beating = asyncio.create_task(beat(queued))
    try:
        await _make(ctx, job, last=queued.attempts >= queued.retries)
    finally:
        beating.cancel()
        await asyncio.gather(beating, return_exceptions=True)


async def _make(ctx: Context, job: service.Claimed, *, last: bool) -> None:
    try:
        await run.make_images(ctx["storage"], ctx["queue"], job)
    except Exception as error:
        # The queue tries again after a pause; only the last attempt's failure is the job's.
        if not last:
            raise
        logger.exception("generation.failed: job %s", job.id)
        await service.fail(job, _explain(error))
    else:
        await service.succeed(job)


def _explain(error: Exception) -> JobError:
    """Say why, in words that were written for a person; other texts tell of the server's inside."""
    detail = str(error) if isinstance(error, AppError | ImageRefused) else "The failure was logged; try again"
    return JobError(type=urn("generation-failed"), title="The image could not be made", detail=detail)


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
    await service.sweep(ctx["queue"])

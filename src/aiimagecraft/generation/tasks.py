"""Generation's tasks."""

from __future__ import annotations

import asyncio
import logging
from contextlib import suppress
from typing import Any
from uuid import UUID

from saq.job import Job as QueuedJob

from aiimagecraft.errors import urn
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
    beating = asyncio.create_task(_beat(queued))
    try:
        await _make(ctx, job, last=queued.attempts >= queued.retries)
    finally:
        beating.cancel()
        with suppress(asyncio.CancelledError):
            await beating


async def _make(ctx: Context, job: service.Claimed, *, last: bool) -> None:
    try:
        await run.make_images(ctx["storage"], ctx["queue"], job)
    except Exception as error:
        # The queue tries again after a pause; only the last attempt's failure is the job's.
        if not last:
            raise
        logger.exception("generation.failed", extra={"job": str(job.id)})
        await service.fail(job.id, _explain(error))
    else:
        await service.succeed(job)


def _explain(error: Exception) -> JobError:
    return JobError(
        type=urn("generation-failed"),
        title="The image could not be made",
        detail=f"{type(error).__name__}: {error}"[:500],
    )


async def _beat(queued: QueuedJob) -> None:
    """Show the queue that this worker lives, well within the heartbeat."""
    while True:
        await asyncio.sleep(GENERATE.heartbeat / 4)
        await queued.update()


async def sweep_jobs(ctx: Context) -> None:
    """Enqueue again what was lost between a commit and the queue."""
    await service.sweep(ctx["queue"])

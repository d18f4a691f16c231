"""What a worker records of a job that it runs, how a job ends, and how a lost one is found."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal
from uuid import UUID

import asyncpg
import msgspec

from aiimagecraft import db
from aiimagecraft.errors import urn
from aiimagecraft.gallery import service as gallery
from aiimagecraft.generation.schemas import JobError
from aiimagecraft.jobs import GENERATE, JobQueue
from aiimagecraft.ownership import owned_by
from aiimagecraft.realtime import EventName, publish
from aiimagecraft.schema import derived_uuid7

MAX_LOST = 5
"""How often a job is queued again by itself before it counts as failed."""
ABANDONED = JobError(
    type=urn("abandoned"),
    title="The job was given up",
    detail="It was started several times and never came to an end.",
)


def image_ids(job_id: UUID, n: int) -> list[UUID]:
    """Return the ids of a job's images, which exist before the images do."""
    return [derived_uuid7(job_id, index) for index in range(n)]


def pictures_of(sources: Sequence[UUID], mask: UUID | None) -> list[UUID]:
    """Return what a job holds while it is unfinished; a source may mask itself."""
    return list({*sources, *([mask] if mask else [])})


async def enqueue_run(queue: JobQueue, job_id: UUID, run: int) -> None:
    """Enqueue a run of a job; its row is committed by then."""
    await queue.enqueue(GENERATE, f"{job_id}:{run}", job_id=str(job_id), run=run)


class Claimed(msgspec.Struct, frozen=True):
    """A job that this worker runs; everything it does to the job's row holds only while `run` does.

    Attributes:
        run: The run that was claimed; a retry begins another.
        status: `running`, or `cancelled` when only what was paid for is to be kept.
        n: Images asked for.
        answers: Objects that were answered and are no pictures.
        made: Indexes of those that were kept already, even if they are purged by now.
    """

    id: UUID
    run: int
    user_id: int
    status: str
    prompt: str
    model: str
    params: dict[str, str]
    n: int
    made: list[int]
    sources: list[UUID]
    mask: UUID | None
    answers: list[str]


_CLAIMED = "id, runs AS run, user_id, status, prompt, model, params, n, made, sources, mask, answers"


async def claim(job_id: UUID, run: int) -> Claimed | None:
    """Take a queued job, or take up one that a killed worker left; None when there is nothing to do.

    A job that was cancelled meanwhile is returned too, as `cancelled`: an answer may be in the store.
    """
    async with db.transaction():
        rows = await db.fetch(
            f"""UPDATE generation_job SET status = 'running', notice = NULL
               WHERE id = $1 AND runs = $2 AND status IN ('queued', 'running')
               RETURNING {_CLAIMED}""",
            job_id,
            run,
        )
        if rows:
            await db.fetch("DELETE FROM generation_partial WHERE job_id = $1", job_id)
            await publish(rows[0]["user_id"], "jobRunning", [job_id])
        else:
            rows = await db.fetch(
                f"SELECT {_CLAIMED} FROM generation_job WHERE id = $1 AND runs = $2 AND status = 'cancelled'",
                job_id,
                run,
            )
    if not rows:
        return None
    params = msgspec.json.decode(rows[0]["params"])
    return msgspec.convert({**dict(rows[0]), "params": params}, Claimed)


async def report(job: Claimed, progress: float | None, notice: str | None) -> None:
    """Show how far a running job is, 0 to 1 or null when nobody knows, and what it waits for."""
    async with db.transaction():
        rows = await db.fetch(
            f"""UPDATE generation_job SET progress = $3, notice = $4
               WHERE id = $1 AND runs = $2 AND {owned_by(5)} AND status = 'running' RETURNING id""",
            job.id,
            job.run,
            progress,
            notice,
            job.user_id,
        )
        await publish(job.user_id, "jobProgress", [row["id"] for row in rows])


async def show_partial(job: Claimed, index: int, picture: bytes) -> None:
    """Show an image while it is being made; the next report tells of it."""
    await db.fetch(
        f"""INSERT INTO generation_partial (id, job_id, place, version, picture)
           SELECT $1, id, $4, 1, $5 FROM generation_job
           WHERE id = $2 AND runs = $3 AND {owned_by(6)} AND status = 'running'
           ON CONFLICT (id) DO UPDATE
               SET version = generation_partial.version + 1, picture = EXCLUDED.picture""",
        derived_uuid7(job.id, index),
        job.id,
        job.run,
        index,
        picture,
        job.user_id,
    )


async def note_answer(job: Claimed, key: str) -> None:
    """Record an object that was answered and is no picture, so that it can be downloaded."""
    await db.fetch(
        """UPDATE generation_job SET answers = array_append(answers, $2)
           WHERE id = $1 AND NOT $2 = ANY(answers)""",
        job.id,
        key,
    )


async def is_wanted(job: Claimed) -> bool:
    """Tell whether the job still runs: nobody cancelled it, and no retry began another run."""
    rows = await db.fetch(
        f"SELECT FROM generation_job WHERE id = $1 AND runs = $2 AND {owned_by(3)} AND status = 'running'",
        job.id,
        job.run,
        job.user_id,
    )
    return bool(rows)


async def note_made(job: Claimed, index: int, cost: Decimal | None) -> bool:
    """Record that an image is kept, in the transaction of its row and before anything else in it.

    Args:
        job: Whose image it is.
        index: Which of its images.
        cost: What it cost in US dollars, as far as that is known.

    Returns:
        False when it was kept before, by whichever run, even if it was purged since.
    """
    rows = await db.fetch(
        """UPDATE generation_job
           SET made = array_append(made, $2), cost = coalesce(cost + $3, cost, $3)
           WHERE id = $1 AND NOT $2 = ANY(made) RETURNING id, status""",
        job.id,
        index,
        cost,
    )
    await db.fetch("DELETE FROM generation_partial WHERE id = $1", derived_uuid7(job.id, index))
    await publish(job.user_id, "jobProgress", [row["id"] for row in rows if row["status"] == "running"])
    return bool(rows)


async def succeed(job: Claimed) -> None:
    """Mark a running job as done; one that was cancelled meanwhile stays so."""
    await finish(job.id, job.user_id, "done", run=job.run)


async def fail(job: Claimed, error: JobError) -> None:
    """Mark a running job as failed; one that was cancelled meanwhile stays so."""
    await finish(job.id, job.user_id, "failed", run=job.run, error=error)


_ENDED: dict[str, EventName] = {"done": "jobDone", "failed": "jobFailed", "cancelled": "jobCancelled"}


async def finish(
    job_id: UUID,
    owner: int,
    status: str,
    *,
    run: int | None = None,
    error: JobError | None = None,
) -> bool:
    """End an unfinished job of a user, whichever way, and let go of its sources.

    Returns:
        Whether this call ended it; with a run, only while that is the job's.
    """
    async with db.transaction():
        rows = await db.fetch(
            f"""UPDATE generation_job SET status = $2::text, error = $3, finished_at = now(), notice = NULL,
                   progress = CASE WHEN $2::text = 'done' THEN 1 END
               WHERE id = $1 AND {owned_by(4)} AND status IN ('queued', 'running')
                   AND ($5::int IS NULL OR runs = $5)
               RETURNING sources, mask""",
            job_id,
            status,
            msgspec.json.encode(error).decode() if error else None,
            owner,
            run,
        )
        if rows:
            held = pictures_of(rows[0]["sources"], rows[0]["mask"])
            await gallery.release(owner, held)
            await db.fetch("DELETE FROM generation_partial WHERE job_id = $1", job_id)
            await publish(owner, _ENDED[status], [job_id])
    return bool(rows)


async def sweep(queue: JobQueue) -> None:
    """Enqueue again every unfinished job that the queue has lost, and forget old idempotency keys."""
    rows = await db.fetch(
        """SELECT id, user_id, runs, lost FROM generation_job WHERE status IN ('queued', 'running')
           AND created_at < now() - interval '10 seconds' ORDER BY created_at LIMIT 500"""
    )
    for row in rows:
        if not await queue.alive(GENERATE, f"{row['id']}:{row['runs']}"):
            await _run_again(queue, row)
    await db.fetch(
        """UPDATE generation_job SET idempotency_key = NULL
           WHERE idempotency_key IS NOT NULL AND created_at < now() - interval '7 days'"""
    )


async def _run_again(queue: JobQueue, job: asyncpg.Record) -> None:
    if job["lost"] >= MAX_LOST:
        await finish(job["id"], job["user_id"], "failed", run=job["runs"], error=ABANDONED)
        return
    rows = await db.fetch(
        f"""UPDATE generation_job SET runs = runs + 1, lost = lost + 1
           WHERE id = $1 AND runs = $2 AND {owned_by(3)} AND status IN ('queued', 'running') RETURNING id""",
        job["id"],
        job["runs"],
        job["user_id"],
    )
    if rows:
        await enqueue_run(queue, job["id"], job["runs"] + 1)

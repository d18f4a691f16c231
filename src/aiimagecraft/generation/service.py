"""Jobs: how one begins, how far it is, and how it ends."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from typing import Any
from uuid import UUID

import msgspec

from aiimagecraft import db
from aiimagecraft.errors import Conflict, InvalidRequest, NotFound, Unprocessable, urn
from aiimagecraft.gallery import service as gallery
from aiimagecraft.generation.models import model_for
from aiimagecraft.generation.schemas import GenerateRequest, JobError
from aiimagecraft.jobs import GENERATE, JobQueue
from aiimagecraft.realtime import EventName, publish
from aiimagecraft.schema import derived_uuid7, uuid7

RECENT = 50
"""Finished jobs that are still listed."""
MAX_LOST = 5
"""How often a job is queued again by itself before it counts as failed."""
KEY_BYTES = 255
ABANDONED = JobError(
    type=urn("abandoned"),
    title="The job was given up",
    detail="It was started several times and never came to an end.",
)

Row = dict[str, Any]


async def submit(queue: JobQueue, owner: int, request: GenerateRequest, key: str | None) -> Row:
    """Begin a job, or return the one that the same key began.

    Args:
        queue: Where it is enqueued, after its row is committed.
        owner: Whose job it is.
        request: What to make.
        key: The client's idempotency key.

    Raises:
        InvalidRequest: The model cannot do it, or a source is not there.
        Unprocessable: The key belongs to another request.
    """
    model = model_for(request)
    if key is not None and not 0 < len(key) <= KEY_BYTES:
        raise InvalidRequest("Use 1 to 255 characters", field="Idempotency-Key")
    job_id, fingerprint = uuid7(), hashlib.sha256(msgspec.json.encode(request)).hexdigest()
    async with db.transaction():
        created = await _insert(job_id, owner, model.name, request, key, fingerprint)
        if created:
            await gallery.hold(owner, request.sources)
            await publish(owner, "jobQueued", [job_id])
    if not created:
        job_id = await _same_request(owner, key, fingerprint)
    else:
        await _enqueue(queue, job_id, 1)
    return await show(owner, job_id)


async def _insert(  # noqa: PLR0913, PLR0917 - the columns of one row.
    job_id: UUID, owner: int, model: str, request: GenerateRequest, key: str | None, fingerprint: str
) -> bool:
    params = {"size": request.size} if request.size else {}
    rows = await db.fetch(
        """INSERT INTO generation_job (id, user_id, status, prompt, model, params, n, sources,
               idempotency_key, request_hash, runs, created_at)
           VALUES ($1, $2, 'queued', $3, $4, $5, $6, $7, $8, $9, 1, now())
           ON CONFLICT (user_id, idempotency_key) WHERE idempotency_key IS NOT NULL DO NOTHING
           RETURNING id""",
        job_id,
        owner,
        request.prompt,
        model,
        msgspec.json.encode(params).decode(),
        request.n,
        request.sources,
        key,
        fingerprint,
    )
    return bool(rows)


async def _same_request(owner: int, key: str | None, fingerprint: str) -> UUID:
    rows = await db.fetch(
        "SELECT id, request_hash FROM generation_job WHERE user_id = $1 AND idempotency_key = $2", owner, key
    )
    if rows[0]["request_hash"] != fingerprint:
        raise Unprocessable("This key was used for another request", field="Idempotency-Key")
    return rows[0]["id"]


async def _enqueue(queue: JobQueue, job_id: UUID, run: int) -> None:
    await queue.enqueue(GENERATE, f"{job_id}:{run}", job_id=str(job_id), run=run)


async def show(owner: int, job_id: UUID) -> Row:
    """Return a job as it is shown.

    Raises:
        NotFound: There is no such job of this user.
    """
    jobs = await jobs_by_id(owner, [job_id])
    if not jobs:
        raise NotFound("There is no such job")
    return jobs[0]


async def recent(owner: int) -> list[Row]:
    """Return unfinished jobs and the latest others, newest first."""
    rows = await db.fetch(
        """(SELECT id FROM generation_job WHERE user_id = $1 AND status IN ('queued', 'running'))
           UNION (SELECT id FROM generation_job WHERE user_id = $1
                  ORDER BY created_at DESC, id DESC LIMIT $2)""",
        owner,
        RECENT,
    )
    return await jobs_by_id(owner, [row["id"] for row in rows])


async def jobs_by_id(owner: int, ids: Sequence[UUID]) -> list[Row]:
    """Return those of the jobs that belong to the user, newest first, with their images."""
    rows = await db.fetch(
        """SELECT id, status, prompt, model, progress, error, n, created_at AS "createdAt"
           FROM generation_job WHERE id = ANY($1) AND user_id = $2 ORDER BY created_at DESC, id DESC""",
        list(ids),
        owner,
    )
    wanted = {row["id"]: image_ids(row["id"], row["n"]) for row in rows}
    every = [image_id for ids in wanted.values() for image_id in ids]
    items = {item["id"]: item for item in await gallery.items(owner, every)}
    return [_view(dict(row), [items[key] for key in wanted[row["id"]] if key in items]) for row in rows]


def _view(row: Row, images: list[Row]) -> Row:
    del row["n"]
    row["error"] = msgspec.Raw(row["error"].encode()) if row["error"] else None
    row["images"] = images
    return row


def image_ids(job_id: UUID, n: int) -> list[UUID]:
    """Return the ids of a job's images, which exist before the images do."""
    return [derived_uuid7(job_id, index) for index in range(n)]


async def cancel(owner: int, job_id: UUID) -> Row:
    """Cancel a job. A queued one never calls its provider; what a running one still gets is kept.

    Raises:
        NotFound: There is no such job of this user.
        Conflict: It is finished.
    """
    if not await _finish(job_id, "cancelled", owner=owner):
        job = await show(owner, job_id)
        raise Conflict(f"The job is {job['status']}")
    return await show(owner, job_id)


async def retry(queue: JobQueue, owner: int, job_id: UUID) -> Row:
    """Run a failed or cancelled job again; images that it made already stay.

    Raises:
        NotFound: There is no such job of this user.
        Conflict: It is not failed or cancelled.
        InvalidRequest: A source is gone.
    """
    async with db.transaction():
        rows = await db.fetch(
            """UPDATE generation_job SET status = 'queued', runs = runs + 1, lost = 0, error = NULL,
                   progress = NULL, finished_at = NULL
               WHERE id = $1 AND user_id = $2 AND status IN ('failed', 'cancelled')
               RETURNING runs, sources""",
            job_id,
            owner,
        )
        if rows:
            await gallery.hold(owner, rows[0]["sources"])
            await publish(owner, "jobQueued", [job_id])
    job = await show(owner, job_id)
    if not rows:
        raise Conflict(f"The job is {job['status']}")
    await _enqueue(queue, job_id, rows[0]["runs"])
    return job


class Claimed(msgspec.Struct, frozen=True):
    """A job that this worker runs; everything it does to the job's row holds only while `run` does.

    Attributes:
        run: The run that was claimed; a retry begins another.
        n: Images asked for.
        made: Indexes of those that were kept already, even if they are purged by now.
    """

    id: UUID
    run: int
    user_id: int
    prompt: str
    model: str
    params: dict[str, str]
    n: int
    made: list[int]
    sources: list[UUID]


async def claim(job_id: UUID, run: int) -> Claimed | None:
    """Take a queued job, or take up one that a killed worker left; None when it is not to be run."""
    async with db.transaction():
        rows = await db.fetch(
            """UPDATE generation_job SET status = 'running', progress = 0
               WHERE id = $1 AND runs = $2 AND status IN ('queued', 'running')
               RETURNING id, runs AS run, user_id, prompt, model, params, n, made, sources""",
            job_id,
            run,
        )
        if not rows:
            return None
        await publish(rows[0]["user_id"], "jobRunning", [job_id])
    params = msgspec.json.decode(rows[0]["params"])
    return msgspec.convert({**dict(rows[0]), "params": params}, Claimed)


async def report(job: Claimed, progress: float) -> None:
    """Show how far a running job is, 0 to 1."""
    async with db.transaction():
        rows = await db.fetch(
            """UPDATE generation_job SET progress = $3
               WHERE id = $1 AND runs = $2 AND status = 'running' RETURNING id""",
            job.id,
            job.run,
            progress,
        )
        await publish(job.user_id, "jobProgress", [row["id"] for row in rows])


async def is_wanted(job: Claimed) -> bool:
    """Tell whether the job still runs: nobody cancelled it, and no retry began another run."""
    rows = await db.fetch(
        "SELECT FROM generation_job WHERE id = $1 AND runs = $2 AND status = 'running'", job.id, job.run
    )
    return bool(rows)


async def note_made(job: Claimed, index: int) -> bool:
    """Record that an image is kept, in the transaction of its row and before anything else in it.

    Returns:
        False when it was kept before, by whichever run, even if it was purged since.
    """
    rows = await db.fetch(
        """UPDATE generation_job SET made = array_append(made, $2)
           WHERE id = $1 AND NOT $2 = ANY(made) RETURNING id""",
        job.id,
        index,
    )
    return bool(rows)


async def succeed(job: Claimed) -> None:
    """Mark a running job as done; one that was cancelled meanwhile stays so."""
    await _finish(job.id, "done", run=job.run)


async def fail(job: Claimed, error: JobError) -> None:
    """Mark a running job as failed; one that was cancelled meanwhile stays so."""
    await _finish(job.id, "failed", run=job.run, error=error)


_ENDED: dict[str, EventName] = {"done": "jobDone", "failed": "jobFailed", "cancelled": "jobCancelled"}


async def _finish(
    job_id: UUID,
    status: str,
    *,
    run: int | None = None,
    error: JobError | None = None,
    owner: int | None = None,
) -> bool:
    async with db.transaction():
        rows = await db.fetch(
            """UPDATE generation_job SET status = $2::text, error = $3, finished_at = now(),
                   progress = CASE WHEN $2::text = 'done' THEN 1 END
               WHERE id = $1 AND status IN ('queued', 'running') AND ($4::int IS NULL OR user_id = $4)
                   AND ($5::int IS NULL OR runs = $5)
               RETURNING user_id, sources""",
            job_id,
            status,
            msgspec.json.encode(error).decode() if error else None,
            owner,
            run,
        )
        if rows:
            await gallery.release(rows[0]["sources"])
            await publish(rows[0]["user_id"], _ENDED[status], [job_id])
    return bool(rows)


async def sweep(queue: JobQueue) -> None:
    """Enqueue again every unfinished job that the queue has lost, and forget old idempotency keys."""
    rows = await db.fetch(
        """SELECT id, runs, lost FROM generation_job WHERE status IN ('queued', 'running')
           AND created_at < now() - interval '10 seconds' ORDER BY created_at LIMIT 500"""
    )
    for row in rows:
        if not await queue.alive(GENERATE, f"{row['id']}:{row['runs']}"):
            await _run_again(queue, row["id"], row["runs"], row["lost"])
    await db.fetch(
        """UPDATE generation_job SET idempotency_key = NULL
           WHERE idempotency_key IS NOT NULL AND created_at < now() - interval '7 days'"""
    )


async def _run_again(queue: JobQueue, job_id: UUID, run: int, lost: int) -> None:
    if lost >= MAX_LOST:
        await _finish(job_id, "failed", run=run, error=ABANDONED)
        return
    rows = await db.fetch(
        """UPDATE generation_job SET runs = runs + 1, lost = lost + 1
           WHERE id = $1 AND runs = $2 AND status IN ('queued', 'running') RETURNING id""",
        job_id,
        run,
    )
    if rows:
        await _enqueue(queue, job_id, run + 1)

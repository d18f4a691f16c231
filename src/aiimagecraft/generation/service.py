"""Jobs: how one begins, how far it is, and how it ends."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from datetime import UTC, date, datetime
from typing import Any
from uuid import UUID

import asyncpg
import msgspec

from aiimagecraft import db
from aiimagecraft.config import Settings
from aiimagecraft.errors import Conflict, InvalidRequest, NotFound, Unprocessable
from aiimagecraft.gallery import service as gallery
from aiimagecraft.generation.claims import enqueue_run, finish, image_ids, pictures_of
from aiimagecraft.generation.inputs import prepare_sources
from aiimagecraft.generation.models import check, model_named
from aiimagecraft.generation.schemas import MAX_IMAGES, GenerateRequest
from aiimagecraft.jobs import JobQueue
from aiimagecraft.ownership import owned_by
from aiimagecraft.realtime import publish
from aiimagecraft.schema import uuid7
from aiimagecraft.storage import Storage

RECENT = 50
"""Finished jobs that are still listed."""
KEY_BYTES = 255
MOST = 1_000_000
"""Of versions and answers: far beyond what there can be, and within what the database can compare."""

Row = dict[str, Any]


class Asked(msgspec.Struct, frozen=True):
    """How a job was asked for.

    Attributes:
        settings: Which models are offered.
        key: The client's idempotency key.
    """

    settings: Settings
    key: str | None


async def submit(
    storage: Storage, queue: JobQueue, owner: int, request: GenerateRequest, asked: Asked
) -> Row:
    """Begin a job, or return the one that the same key began.

    Args:
        storage: Where a mask that comes with the request is kept.
        queue: Where the job is enqueued, after its row is committed.
        owner: Whose job it is.
        request: What to make.
        asked: How it was asked for.

    Raises:
        InvalidRequest: The model cannot do it, or a source is not there.
        Unprocessable: The key belongs to another request.
    """
    if asked.key is not None and not 0 < len(asked.key) <= KEY_BYTES:
        raise InvalidRequest("Use 1 to 255 characters", field="Idempotency-Key")
    digest = hashlib.sha256(msgspec.json.encode(request)).hexdigest()
    job_id = await _begun_by(owner, asked.key, digest)
    if job_id is None:
        model = model_named(request.model, asked.settings, today()).info
        check(request, model)
        mask = await prepare_sources(storage, owner, request, model)
        job_id = await _begin(owner, model.name, request, mask, _Key(asked.key, digest))
    # Also when the key is known: whoever was first may have been killed between the row and the queue.
    await _enqueue_if_queued(queue, owner, job_id)
    return await show(storage, owner, job_id)


async def _enqueue_if_queued(queue: JobQueue, owner: int, job_id: UUID) -> None:
    rows = await db.fetch(
        f"SELECT runs FROM generation_job WHERE id = $1 AND {owned_by(2)} AND status = 'queued'",
        job_id,
        owner,
    )
    for row in rows:
        await enqueue_run(queue, job_id, row["runs"])


class _Key(msgspec.Struct, frozen=True):
    """A client's idempotency key, and the digest of the request that it stands for."""

    text: str | None
    digest: str


async def _begin(owner: int, model: str, request: GenerateRequest, mask: UUID | None, key: _Key) -> UUID:
    """Add the job's row; when another request with the same key was faster, return that one's."""
    job_id = uuid7()
    async with db.transaction():
        if await _insert(job_id, owner, model, request, mask, key):
            await gallery.hold(owner, pictures_of(request.sources, mask))
            await publish(owner, "jobQueued", [job_id])
            return job_id
    return await _begun_by(owner, key.text, key.digest) or job_id


async def _begun_by(owner: int, key: str | None, digest: str) -> UUID | None:
    """Return the job that a key began.

    Raises:
        Unprocessable: The key belongs to another request.
    """
    rows = await db.fetch(
        f"SELECT id, request_hash FROM generation_job WHERE {owned_by(1)} AND idempotency_key = $2",
        owner,
        key,
    )
    if rows and rows[0]["request_hash"] != digest:
        raise Unprocessable("This key was used for another request", field="Idempotency-Key")
    return rows[0]["id"] if rows else None


async def _insert(  # noqa: PLR0913, PLR0917 - the columns of one row.
    job_id: UUID,
    owner: int,
    model: str,
    request: GenerateRequest,
    mask: UUID | None,
    key: _Key,
) -> bool:
    options = {
        "size": request.size,
        "quality": request.quality,
        "background": request.background,
        "outputFormat": request.output_format,
    }
    params = {name: value for name, value in options.items() if value}
    rows = await db.fetch(
        """INSERT INTO generation_job (id, user_id, status, prompt, model, params, n, sources, mask,
               idempotency_key, request_hash, runs, created_at)
           VALUES ($1, $2, 'queued', $3, $4, $5, $6, $7, $8, $9, $10, 1, now())
           ON CONFLICT (user_id, idempotency_key) WHERE idempotency_key IS NOT NULL DO NOTHING
           RETURNING id""",
        job_id,
        owner,
        request.prompt,
        model,
        msgspec.json.encode(params).decode(),
        request.n,
        request.sources,
        mask,
        key.text,
        key.digest,
    )
    return bool(rows)


def today() -> date:
    """Return the day by which models are retired, UTC."""
    return datetime.now(UTC).date()


async def show(storage: Storage, owner: int, job_id: UUID) -> Row:
    """Return a job as it is shown.

    Raises:
        NotFound: There is no such job of this user.
    """
    jobs = await jobs_by_id(storage, owner, [job_id])
    if not jobs:
        raise NotFound("There is no such job")
    return jobs[0]


async def recent(storage: Storage, owner: int) -> list[Row]:
    """Return unfinished jobs and the latest others, newest first."""
    rows = await db.fetch(
        f"""(SELECT id FROM generation_job WHERE {owned_by(1)} AND status IN ('queued', 'running'))
           UNION (SELECT id FROM generation_job WHERE {owned_by(1)}
                  ORDER BY created_at DESC, id DESC LIMIT $2)""",
        owner,
        RECENT,
    )
    return await jobs_by_id(storage, owner, [row["id"] for row in rows])


async def jobs_by_id(storage: Storage, owner: int, ids: Sequence[UUID]) -> list[Row]:
    """Return those of the jobs that belong to the user, newest first, with their images."""
    rows = await db.fetch(
        f"""SELECT id, status, prompt, model, n, progress, notice, error, answers, cost::float8 AS cost,
               created_at AS "createdAt"
           FROM generation_job WHERE id = ANY($1) AND {owned_by(2)} ORDER BY created_at DESC, id DESC""",
        list(ids),
        owner,
    )
    coming = await db.fetch(
        f"""SELECT job_id, place, version FROM generation_partial JOIN generation_job job ON job.id = job_id
           WHERE job_id = ANY($1) AND {owned_by(2)} ORDER BY place""",
        [row["id"] for row in rows if row["status"] == "running"],
        owner,
    )
    wanted = {row["id"]: image_ids(row["id"], row["n"]) for row in rows}
    every = [image_id for ids in wanted.values() for image_id in ids]
    items = {item["id"]: item for item in await gallery.items(storage, owner, every)}
    return [
        {
            **row,
            "error": msgspec.Raw(row["error"].encode()) if row["error"] else None,
            "images": [items[key] for key in wanted[row["id"]] if key in items],
            "partials": [_partial(partial) for partial in coming if partial["job_id"] == row["id"]],
            "answers": [f"/api/jobs/{row['id']}/answers/{place}" for place in range(len(row["answers"]))],
        }
        for row in rows
    ]


def _partial(row: asyncpg.Record) -> Row:
    address = f"/api/jobs/{row['job_id']}/partials/{row['place']}/{row['version']}"
    return {"index": row["place"], "url": address}


async def partial(owner: int, job_id: UUID, place: int, version: int) -> bytes:
    """Return the latest state of an image that is still being made, as WebP, if it is this one or later.

    Raises:
        NotFound: There is none, or the job is another user's.
    """
    if not 0 <= place < MAX_IMAGES or not 0 < version <= MOST:
        raise NotFound("There is no such picture")
    rows = await db.fetch(
        f"""SELECT picture FROM generation_partial partial JOIN generation_job job ON job.id = job_id
           WHERE job_id = $1 AND {owned_by(2)} AND place = $3 AND version >= $4""",
        job_id,
        owner,
        place,
        version,
    )
    if not rows:
        raise NotFound("There is no such picture; it may be finished")
    return rows[0]["picture"]


async def answer_key(owner: int, job_id: UUID, place: int) -> str:
    """Return the key of an answer that was no picture.

    Raises:
        NotFound: There is none, or the job is another user's.
    """
    if not 0 <= place <= MOST:
        raise NotFound("There is no such answer")
    rows = await db.fetch(
        f"SELECT answers[$3 + 1] AS key FROM generation_job WHERE id = $1 AND {owned_by(2)}",
        job_id,
        owner,
        place,
    )
    if not rows or rows[0]["key"] is None:
        raise NotFound("There is no such answer")
    return rows[0]["key"]


async def cancel(storage: Storage, owner: int, job_id: UUID) -> Row:
    """Cancel a job. A queued one never calls its provider; what a running one still gets is kept.

    Raises:
        NotFound: There is no such job of this user.
        Conflict: It is finished.
    """
    if not await finish(job_id, owner, "cancelled"):
        job = await show(storage, owner, job_id)
        raise Conflict(f"The job is {job['status']}")
    return await show(storage, owner, job_id)


async def retry(storage: Storage, queue: JobQueue, owner: int, job_id: UUID, settings: Settings) -> Row:
    """Run a failed or cancelled job again; images that it made already stay.

    Raises:
        NotFound: There is no such job of this user.
        Conflict: It is not failed or cancelled.
        InvalidRequest: A source is gone, or the model is not offered any more.
    """
    async with db.transaction():
        rows = await db.fetch(
            f"""UPDATE generation_job SET status = 'queued', runs = runs + 1, lost = 0, error = NULL,
                   progress = NULL, finished_at = NULL
               WHERE id = $1 AND {owned_by(2)} AND status IN ('failed', 'cancelled')
               RETURNING runs, model, sources, mask""",
            job_id,
            owner,
        )
        if rows:
            model_named(rows[0]["model"], settings, today())
            await gallery.hold(owner, pictures_of(rows[0]["sources"], rows[0]["mask"]))
            await publish(owner, "jobQueued", [job_id])
    job = await show(storage, owner, job_id)
    if not rows:
        raise Conflict(f"The job is {job['status']}")
    await enqueue_run(queue, job_id, rows[0]["runs"])
    return job

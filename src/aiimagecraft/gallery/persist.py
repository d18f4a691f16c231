"""How a picture gets into the gallery: objects first, then the rows, then the event."""

from __future__ import annotations

import asyncio
import os
from collections.abc import Awaitable, Callable, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime
from decimal import Decimal
from pathlib import PurePath
from typing import Any, NamedTuple, TypeVar
from uuid import UUID

import msgspec

from aiimagecraft import db
from aiimagecraft.errors import AppError, Unprocessable, UnsupportedMedia
from aiimagecraft.gallery import imaging, metadata
from aiimagecraft.gallery.query import shown
from aiimagecraft.gallery.tables import Image, Source
from aiimagecraft.gallery.uploads import Upload
from aiimagecraft.jobs import DERIVE, JobQueue
from aiimagecraft.ownership import owned_by
from aiimagecraft.realtime import publish
from aiimagecraft.schema import uuid7
from aiimagecraft.storage import CONTENT_TYPES, Storage, original_key, preview_key, thumb2x_key, thumb_key

T = TypeVar("T")

WEBP = CONTENT_TYPES["webp"]
UPLOAD_MODEL = "upload"
"""Model name of an image that was not made here."""

_imaging = ThreadPoolExecutor(os.cpu_count(), "imaging")
"""Decoding is all processor time: more threads than cores would only hold more pictures in memory."""


class NewImage(msgspec.Struct, frozen=True):
    """What is known of an image before its bytes are looked at.

    Attributes:
        id: Derived from the job and the index when a job makes it, so that a retry is idempotent.
        user_id: Its owner.
        prompt: 0 to 32,000 characters.
        model: Name of the model, or `UPLOAD_MODEL`.
        params: The request's other parameters.
        sources: Ids of images and sources it was made from, in order.
        cost_tokens: Tokens that the provider counted.
        cost: What they come to in US dollars.
    """

    id: UUID
    user_id: int
    prompt: str
    model: str
    params: dict[str, Any]
    sources: Sequence[UUID] = ()
    cost_tokens: int | None = None
    cost: Decimal | None = None


async def in_thread(function: Callable[..., T], *args: object) -> T:
    """Run imaging off the event loop."""
    return await asyncio.get_running_loop().run_in_executor(_imaging, function, *args)


async def thumbnail(data: bytes) -> bytes:
    """Return a picture's thumbnail, WebP of 256 px; nothing is kept.

    Raises:
        imaging.ImageRefused: The bytes are no picture that is kept here.
    """
    return (await in_thread(imaging.prepare, data)).thumb


async def persist(
    storage: Storage, queue: JobQueue, new: NewImage, data: bytes, admit: Callable[[], Awaitable[bool]]
) -> bool:
    """Keep an image: once, however often it is called with the same id.

    Args:
        storage: Where the objects go.
        queue: Where the larger versions are ordered.
        new: What the row says.
        data: The original bytes; they are stored untouched.
        admit: Called first in the transaction of the row; tells whether the image may be added.

    Returns:
        Whether the image is new.

    Raises:
        imaging.ImageRefused: The bytes are no picture that is kept here.
    """
    if kind := imaging.sniff(data):
        # Bytes that may have been paid for are put before anything can go wrong with them.
        key = original_key(new.id, kind)
        if not await storage.put(key, data, CONTENT_TYPES[kind]):
            # Another answer for this image came first; the row must tell of the bytes that are kept.
            data = await storage.read(key)
    picture = await in_thread(imaging.prepare, data)
    await storage.put(thumb_key(new.id), picture.thumb, WEBP)
    async with db.transaction():
        inserted = await admit() and await _insert_image(new, picture)
        if inserted:
            await _link(new)
            await publish(new.user_id, "imageCreated", [new.id])
    if not inserted:
        await _discard_unowned(storage, {new.id: picture})
        return False
    await queue.enqueue(DERIVE, str(new.id), image_id=str(new.id))
    return True


async def add_uploads(storage: Storage, queue: JobQueue, owner: int, uploads: Sequence[Upload]) -> list[UUID]:
    """Add uploaded files to the gallery, all or none.

    Raises:
        UnsupportedMedia: A file is not PNG, JPEG, WebP or GIF.
        Unprocessable: A file is broken, or too large in pixels.
    """

    async def insert(looked: Mapping[UUID, _Looked]) -> None:
        for image_id, (upload, picture, prompt) in looked.items():
            params = {"filename": upload.name}
            await _insert_image(NewImage(image_id, owner, prompt, UPLOAD_MODEL, params), picture)
        await publish(owner, "imageCreated", list(looked))

    ids = await _add(storage, uploads, insert)
    for image_id in ids:
        if not await queue.enqueue(DERIVE, str(image_id), image_id=str(image_id)):
            # A queue that is away would make the client wait for each; the sweep orders the rest.
            break
    return ids


async def add_sources(storage: Storage, owner: int, uploads: Sequence[Upload]) -> list[dict[str, Any]]:
    """Keep uploaded files as sources, all or none, and return them shaped as `SourceItem`.

    Raises:
        UnsupportedMedia: A file is not PNG, JPEG, WebP or GIF.
        Unprocessable: A file is broken, or too large in pixels.
    """

    async def insert(looked: Mapping[UUID, _Looked]) -> None:
        rows = [_columns(source_id, owner, picture) for source_id, (_, picture, _) in looked.items()]
        await Source.insert(*(Source(**row) for row in rows))

    ids = await _add(storage, uploads, insert)
    rows = await db.fetch(
        f"""SELECT id, thumb_key AS thumb, object_key AS "full", width, height,
               created_at AS "createdAt", placeholder
           FROM source WHERE id = ANY($1) AND {owned_by(2)} ORDER BY id""",
        ids,
        owner,
    )
    return [shown(storage, row) for row in rows]


class _Looked(NamedTuple):
    """An uploaded file that was looked at."""

    upload: Upload
    picture: imaging.Prepared
    prompt: str


async def _add(
    storage: Storage,
    uploads: Sequence[Upload],
    insert: Callable[[Mapping[UUID, _Looked]], Awaitable[None]],
) -> list[UUID]:
    """Look at every file first, so that one bad file leaves nothing behind."""
    looked = {uuid7(): found for found in await _examine(uploads)}
    try:
        for picture_id, (upload, picture, _) in looked.items():
            original, thumb = _keys(picture_id, picture)
            await storage.put(original, await asyncio.to_thread(upload.read), CONTENT_TYPES[picture.format])
            await storage.put(thumb, picture.thumb, WEBP)
        async with db.transaction():
            await insert(looked)
    except BaseException:
        pictures = {picture_id: found.picture for picture_id, found in looked.items()}
        await asyncio.shield(_discard_unowned(storage, pictures))
        raise
    return list(looked)


async def _discard_unowned(storage: Storage, pictures: Mapping[UUID, imaging.Prepared]) -> None:
    """Delete objects that no row stands for.

    A failure around a commit does not tell whether the rows are there, so the database is asked; an
    object too many harms less than a row whose bytes are gone.
    """
    rows = await db.fetch(
        """SELECT id FROM image WHERE id = ANY($1) AND purging_at IS NULL
           UNION ALL SELECT id FROM source WHERE id = ANY($1)""",
        list(pictures),
    )
    owned = {row["id"] for row in rows}
    await storage.delete([key for row in pictures.items() if row[0] not in owned for key in _keys(*row)])


async def _examine(uploads: Sequence[Upload]) -> list[_Looked]:
    """Look at all files, as many at a time as there are processors, and refuse the first bad one."""
    results = await asyncio.gather(*(in_thread(_look, upload) for upload in uploads))
    for index, (upload, result) in enumerate(zip(uploads, results, strict=True)):
        if isinstance(result, imaging.ImageRefused):
            raise _refusal(index, upload.name, result) from result
    return [result for result in results if isinstance(result, _Looked)]


def _look(upload: Upload) -> _Looked | imaging.ImageRefused:
    data = upload.read()
    try:
        picture = imaging.prepare(data)
    except imaging.ImageRefused as refused:
        return refused
    prompt = metadata.prompt_of(data, picture.format) or PurePath(upload.name).stem
    return _Looked(upload, picture, prompt)


def _refusal(index: int, name: str, refused: imaging.ImageRefused) -> AppError:
    kind = UnsupportedMedia if refused.reason == "unsupported" else Unprocessable
    return kind(f"File {index + 1}, {name!r}: {refused}", field=f"file[{index}]")


def _keys(picture_id: UUID, picture: imaging.Prepared) -> tuple[str, str]:
    return original_key(picture_id, picture.format), thumb_key(picture_id)


def _columns(picture_id: UUID, owner: int, picture: imaging.Prepared) -> dict[str, Any]:
    original, thumb = _keys(picture_id, picture)
    return {
        "id": picture_id,
        "user_id": owner,
        "width": picture.width,
        "height": picture.height,
        "object_key": original,
        "thumb_key": thumb,
        "format": picture.format,
        "bytes": picture.bytes,
        "sha256": picture.sha256,
        "placeholder": picture.placeholder,
        "created_at": datetime.now(UTC),
    }


async def _insert_image(new: NewImage, picture: imaging.Prepared) -> bool:
    row = Image(
        **_columns(new.id, new.user_id, picture),
        prompt=new.prompt,
        model=new.model,
        params=msgspec.json.encode(new.params).decode(),
        cost_tokens=new.cost_tokens,
        cost=new.cost,
    )
    inserted: list[dict[str, Any]] = (
        await Image.insert(row).on_conflict(target=Image.id, action="DO NOTHING").returning(Image.id)
    )
    return bool(inserted)


async def _link(new: NewImage) -> None:
    """Record what an image was made from; a picture that is gone by now leaves an empty link."""
    for position, picture in enumerate(new.sources):
        await db.fetch(
            f"""INSERT INTO image_source (id, image_id, position, parent_id, source_id) VALUES ($1, $2, $3,
                   (SELECT id FROM image
                    WHERE id = $4 AND {owned_by(5)} AND purging_at IS NULL FOR SHARE),
                   (SELECT id FROM source
                    WHERE id = $4 AND {owned_by(5)} AND purging_at IS NULL FOR SHARE))""",
            uuid7(),
            new.id,
            position,
            picture,
            new.user_id,
        )


async def derive(storage: Storage, image_id: UUID, *, anew: bool = False) -> None:
    """Make the 512 and 1,024 px versions of an image, unless they are made or it is gone.

    Args:
        storage: Where the objects are.
        image_id: The image.
        anew: Make them though they are there, and the thumbnail too, in place of those.
    """
    rows = await db.fetch(
        "SELECT object_key FROM image WHERE id = $1 AND purging_at IS NULL AND (derived_at IS NULL OR $2)",
        image_id,
        anew,
    )
    if not rows:
        return
    data = await storage.read(rows[0]["object_key"])
    thumb2x, preview = await in_thread(imaging.derivatives, data)
    made = {thumb2x_key(image_id): thumb2x, preview_key(image_id): preview}
    if anew:
        made[thumb_key(image_id)] = (await in_thread(imaging.prepare, data)).thumb
    for key, picture in made.items():
        await (storage.replace if anew else storage.put)(key, picture, WEBP)
    async with db.transaction():
        updated = await db.fetch(
            "UPDATE image SET derived_at = now() WHERE id = $1 AND purging_at IS NULL RETURNING user_id",
            image_id,
        )
        if updated:
            await publish(updated[0]["user_id"], "imageUpdated", [image_id])
    if not updated:
        await storage.delete(list(made))

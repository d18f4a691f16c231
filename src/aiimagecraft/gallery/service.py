"""What a person does with images that are there: look at one, star, trash, restore."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Sequence
from uuid import UUID

import msgspec

from aiimagecraft import db
from aiimagecraft.errors import InvalidRequest, NotFound
from aiimagecraft.gallery import query
from aiimagecraft.gallery.imaging import ImageRefused
from aiimagecraft.gallery.masks import MAX_MASK_BYTES, MaskRefusedError, check_mask
from aiimagecraft.gallery.persist import UPLOAD_MODEL, NewImage, add_sources, persist, thumbnail
from aiimagecraft.gallery.query import Row, items
from aiimagecraft.gallery.schemas import Created, Item, SourcesCreated
from aiimagecraft.gallery.uploads import Upload
from aiimagecraft.ownership import owned_by
from aiimagecraft.schema import UUID_PATTERN
from aiimagecraft.storage import Storage

__all__ = [
    "MAX_MASK_BYTES",
    "UPLOAD_MODEL",
    "Created",
    "ImageRefused",
    "Item",
    "MaskRefusedError",
    "NewImage",
    "SourcesCreated",
    "Upload",
    "add_sources",
    "check_mask",
    "items",
    "persist",
    "thumbnail",
]
"""What other domains use besides the functions below."""


async def detail(storage: Storage, owner: int, image_id: UUID) -> Row:
    """Return everything that is kept of an image, shaped as `ImageDetail`.

    Raises:
        NotFound: There is no such image of this user.
    """
    rows = await db.fetch(
        f"""SELECT {query.ITEM}, params, cost_tokens AS "costTokens", cost::float8 AS cost, bytes, format
            FROM image WHERE id = $1 AND {owned_by(2)} AND purging_at IS NULL""",
        image_id,
        owner,
    )
    if not rows:
        raise NotFound("There is no such image")
    row = query.shown(storage, rows[0])
    row["params"] = msgspec.Raw(row["params"].encode())
    row["sources"] = await _sources(storage, owner, image_id)
    row["lineage"] = {"edits": await _edits(storage, owner, image_id)}
    return row


async def _sources(storage: Storage, owner: int, image_id: UUID) -> list[Row]:
    rows = await db.fetch(
        f"""SELECT coalesce(parent.id, source.id) AS id,
               CASE WHEN source.id IS NULL THEN 'image' ELSE 'source' END AS kind,
               coalesce(parent.thumb_key, source.thumb_key, link.thumb_key) AS thumb,
               coalesce(parent.object_key, source.object_key) AS "full"
           FROM image_source link
           LEFT JOIN image parent ON parent.id = link.parent_id AND {owned_by(2, "parent")}
               AND parent.purging_at IS NULL
           LEFT JOIN source ON source.id = link.source_id AND {owned_by(2, "source")}
           WHERE link.image_id = $1 ORDER BY link.position""",
        image_id,
        owner,
    )
    return [query.shown(storage, row) for row in rows]


async def _edits(storage: Storage, owner: int, image_id: UUID) -> list[Row]:
    rows = await db.fetch(
        f"""SELECT DISTINCT image.id, image.thumb_key AS thumb, prompt, created_at
            FROM image_source link JOIN image ON image.id = link.image_id
            WHERE link.parent_id = $1 AND {owned_by(2, "image")} AND {query.LIVE}
            ORDER BY created_at""",
        image_id,
        owner,
    )
    return [{"id": row["id"], "thumb": storage.url(row["thumb"]), "prompt": row["prompt"]} for row in rows]


async def hold(owner: int, ids: Sequence[UUID]) -> None:
    """Keep pictures from being purged while a job uses them; inside the caller's transaction.

    Raises:
        InvalidRequest: One of them is unknown, gone or another user's.
    """
    held: set[UUID] = set()
    for table in ("image", "source"):
        rows = await db.fetch(
            f"""UPDATE {table} SET holds = holds + 1 WHERE id IN (
                    SELECT id FROM {table} WHERE id = ANY($1) AND {owned_by(2)} AND purging_at IS NULL
                    ORDER BY id FOR UPDATE)
                RETURNING id""",
            list(ids),
            owner,
        )
        held.update(row["id"] for row in rows)
    if missing := set(ids) - held:
        raise InvalidRequest(f"There is no picture {min(missing)}", field="sources")


async def release(owner: int, ids: Sequence[UUID]) -> None:
    """End what `hold` began; inside the transaction that finishes the job."""
    for table in ("image", "source"):
        await db.fetch(
            f"""UPDATE {table} SET holds = holds - 1 WHERE id IN (
                    SELECT id FROM {table} WHERE id = ANY($1) AND {owned_by(2)} AND holds > 0
                    ORDER BY id FOR UPDATE)""",
            list(ids),
            owner,
        )


class Picture(msgspec.Struct, frozen=True):
    """An image or a source, as far as a job must know it.

    Attributes:
        format: Its stored format.
        width: Pixels, after orientation.
        height: Pixels, after orientation.
        bytes: Of its original.
    """

    id: UUID
    object_key: str
    format: str
    width: int
    height: int
    bytes: int


async def pictures(owner: int, ids: Sequence[UUID]) -> dict[UUID, Picture]:
    """Return those of the images and sources that are a user's, by id."""
    columns = "id, object_key, format, width, height, bytes"
    rows = await db.fetch(
        f"""SELECT {columns} FROM image WHERE id = ANY($1) AND {owned_by(2)} AND purging_at IS NULL
            UNION ALL
            SELECT {columns} FROM source WHERE id = ANY($1) AND {owned_by(2)} AND purging_at IS NULL""",
        list(ids),
        owner,
    )
    return {row["id"]: msgspec.convert(dict(row), Picture) for row in rows}


class FoundObject(msgspec.Struct, frozen=True):
    """An object that a user may read.

    Attributes:
        key: Its name in the store.
        format: Its stored format.
        etag: Its strong validator; keys are never reused, so the key's digest serves.
    """

    key: str
    format: str
    etag: str


_OBJECT_KEY = re.compile(
    rf"(?P<original>{UUID_PATTERN})\.(?:png|jpg|webp|gif)"
    rf"|thumb/(?P<thumb>{UUID_PATTERN})(?:@2x)?\.webp"
    rf"|preview/(?P<preview>{UUID_PATTERN})\.webp"
)


async def find_object(owner: int, key: str) -> FoundObject:
    """Return the object of this name, when it belongs to something the user can see.

    Raises:
        NotFound: The name has no object's shape, is unknown or another user's.
    """
    match = _OBJECT_KEY.fullmatch(key)
    if match is None:
        raise NotFound("There is no such object")
    rows = await db.fetch(
        f"""SELECT object_key, format FROM image WHERE id = $1 AND {owned_by(2)} AND purging_at IS NULL
           UNION ALL
           SELECT object_key, format FROM source WHERE id = $1 AND {owned_by(2)}
           UNION ALL
           SELECT link.thumb_key, 'webp' FROM image_source link JOIN image ON image.id = link.image_id
           WHERE link.id = $1 AND link.thumb_key IS NOT NULL AND {owned_by(2, "image")}""",
        UUID(match[match.lastgroup or 0]),
        owner,
    )
    if not rows or (match.lastgroup == "original" and rows[0]["object_key"] != key):
        raise NotFound("There is no such object")
    kind = rows[0]["format"] if match.lastgroup == "original" else "webp"
    return FoundObject(key, kind, f'"{hashlib.blake2b(key.encode(), digest_size=12).hexdigest()}"')


async def underived() -> list[UUID]:
    """Return images whose larger versions should be there by now.

    An object that can never be decoded again is given up after a day.
    """
    rows = await db.fetch(
        """SELECT id FROM image WHERE derived_at IS NULL AND purging_at IS NULL
           AND created_at BETWEEN now() - interval '1 day' AND now() - interval '2 minutes'
           ORDER BY created_at LIMIT 500"""
    )
    return [row["id"] for row in rows]

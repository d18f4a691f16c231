"""The one way in which images leave for ever: claim, then delete objects, then the row."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from datetime import timedelta
from typing import Any
from uuid import UUID

import msgspec

from aiimagecraft import db
from aiimagecraft.accounts import service as accounts
from aiimagecraft.errors import Conflict, InvalidRequest, NotFound
from aiimagecraft.gallery.changes import check_all_there
from aiimagecraft.gallery.filters import Chosen, Matches
from aiimagecraft.gallery.query import TRASH, Condition, selected
from aiimagecraft.ownership import owned_by
from aiimagecraft.realtime import publish
from aiimagecraft.storage import Storage, preview_key, thumb2x_key, thumb_key

BATCH = 200
SOURCE_LIFE = timedelta(days=1)
"""How long a source that nothing refers to is kept."""
CLEANUP_LOCK = 0x61690001
"""Advisory lock of the one cleanup that may run."""

Row = dict[str, Any]


class Outcome(msgspec.Struct):
    """What a cleanup removed, or would remove."""

    images: int
    sources: int


async def delete_image(storage: Storage, owner: int, image_id: UUID) -> None:
    """Remove one image of Trash for ever.

    Raises:
        NotFound: There is no such image of this user.
        Conflict: It is not in Trash, or an unfinished job uses it.
    """
    async with db.transaction():
        claimed = await _claim(selected(owner, [image_id]))
        if not claimed:
            raise await _refusal(owner, image_id)
        await accounts.note("images.purged", image_id, images=1, owner=owner)
    await remove(storage, claimed)


async def purge(storage: Storage, owner: int, target: Chosen) -> int:
    """Remove images of Trash for ever, all of them or none, and return how many these were.

    Of a filter, images that an unfinished job uses stay.

    Raises:
        InvalidRequest: A filter is not one of Trash.
        NotFound: An id is unknown or another user's.
        Conflict: An image by id is not in Trash, or an unfinished job uses it.
    """
    if isinstance(target, Matches):
        if not target.selection.trash:
            raise InvalidRequest("Only images in Trash can be deleted for ever", field="filter.trash")
        return await _purge_all(storage, owner, selected(owner, target))
    async with db.transaction():
        await check_all_there(owner, target)
        claimed = await _claim(selected(owner, target))
        if left := set(target).difference(row["id"] for row in claimed):
            raise await _refusal(owner, min(left))
        await accounts.note("images.purged", images=len(claimed), owner=owner)
    return await remove(storage, claimed)


async def empty_trash(storage: Storage, owner: int) -> int:
    """Remove all of a user's Trash for ever and return how many images that was.

    Images that an unfinished job uses stay.
    """
    return await _purge_all(storage, owner, Condition.of(owner))


async def _purge_all(storage: Storage, owner: int, condition: Condition) -> int:
    async with db.transaction():
        claimed = await _claim(condition)
        if claimed:
            await accounts.note("images.purged", images=len(claimed), owner=owner)
    return await remove(storage, claimed)


async def cleanup(storage: Storage, older_than: timedelta, *, dry_run: bool = False) -> Outcome:
    """Remove what has been in Trash for too long, unused sources, and what a killed run left.

    Args:
        storage: Where the objects are.
        older_than: How long an image stays in Trash.
        dry_run: Count only.

    Raises:
        Conflict: Another cleanup is going on.
    """
    async with db.advisory_lock(CLEANUP_LOCK) as held:
        if not held:
            raise Conflict("A cleanup is already going on")
        if dry_run:
            return await _count(older_than)
        condition = Condition([], [])
        condition.add("deleted_at < now() - {}::interval", older_than)
        async with db.transaction():
            if claimed := await _claim(condition):
                await accounts.note("images.purged", "all users", images=len(claimed))
        await accounts.forget_entries()
        images = await db.fetch("SELECT id, user_id, object_key FROM image WHERE purging_at IS NOT NULL")
        removed = await remove(storage, [dict(row) for row in images])
        return Outcome(removed, await _sweep_sources(storage))


async def _claim(condition: Condition) -> list[Row]:
    """Take rows out of Trash in one committed statement; a restore cannot win from then on.

    Rows are locked in the order of their ids, as bulk changes lock them.
    """
    rows = await db.fetch(
        f"""UPDATE image SET purging_at = now() WHERE {TRASH} AND holds = 0 AND id IN (
                SELECT id FROM image WHERE {TRASH} AND holds = 0 AND {condition} ORDER BY id FOR UPDATE)
            RETURNING id, user_id, object_key""",
        *condition.values,
    )
    return [dict(row) for row in rows]


async def _refusal(owner: int, image_id: UUID) -> Conflict | NotFound:
    rows = await db.fetch(
        f"SELECT holds FROM image WHERE id = $1 AND {owned_by(2)} AND purging_at IS NULL", image_id, owner
    )
    if not rows:
        return NotFound("There is no such image")
    if rows[0]["holds"]:
        return Conflict("An unfinished job uses this image as a source")
    return Conflict("Only an image in Trash can be deleted for ever")


async def remove(storage: Storage, claimed: Sequence[Row]) -> int:
    """Delete objects and rows; return how many rows this call deleted, for another may be at the same."""
    removed = 0
    for start in range(0, len(claimed), BATCH):
        batch = claimed[start : start + BATCH]
        ids = [row["id"] for row in batch]
        await _keep_thumbnails(storage, ids)
        copies = await db.fetch(
            "SELECT thumb_key FROM image_source WHERE image_id = ANY($1) AND thumb_key IS NOT NULL", ids
        )
        objects = [key for row in batch for key in _objects(row)]
        await storage.delete([*objects, *(row["thumb_key"] for row in copies)])
        removed += await _forget(ids)
    return removed


async def _keep_thumbnails(storage: Storage, ids: Sequence[UUID]) -> None:
    """Leave a copy of its thumbnail with every image that was made from a purged one."""
    links = await db.fetch(
        "SELECT id, parent_id FROM image_source WHERE parent_id = ANY($1) AND NOT image_id = ANY($1)", ids
    )
    for link in links:
        copy = thumb_key(link["id"])
        await storage.copy(thumb_key(link["parent_id"]), copy)
        await db.fetch("UPDATE image_source SET thumb_key = $2 WHERE id = $1", link["id"], copy)


def _objects(row: Row) -> list[str]:
    image_id = row["id"]
    return [row["object_key"], thumb_key(image_id), thumb2x_key(image_id), preview_key(image_id)]


async def _forget(ids: Sequence[UUID]) -> int:
    by_owner: defaultdict[int, list[UUID]] = defaultdict(list)
    async with db.transaction():
        deleted = await db.fetch(
            """DELETE FROM image WHERE id IN (SELECT id FROM image WHERE id = ANY($1) ORDER BY id FOR UPDATE)
               RETURNING id, user_id""",
            ids,
        )
        for row in deleted:
            by_owner[row["user_id"]].append(row["id"])
        for owner, gone in by_owner.items():
            await publish(owner, "imageDeleted", gone)
    return len(deleted)


async def _sweep_sources(storage: Storage) -> int:
    await db.fetch(
        """UPDATE source SET purging_at = now() WHERE purging_at IS NULL AND holds = 0
             AND created_at < now() - $1::interval
             AND NOT EXISTS (SELECT FROM image_source WHERE source_id = source.id)""",
        SOURCE_LIFE,
    )
    # A link that was being written while the sources were claimed shows only now; no later one can be.
    await db.fetch(
        """UPDATE source SET purging_at = NULL WHERE purging_at IS NOT NULL
             AND EXISTS (SELECT FROM image_source WHERE source_id = source.id)"""
    )
    unused = await db.fetch("SELECT id, object_key, thumb_key FROM source WHERE purging_at IS NOT NULL")
    for start in range(0, len(unused), BATCH):
        batch = unused[start : start + BATCH]
        await storage.delete([key for row in batch for key in (row["object_key"], row["thumb_key"])])
        await db.fetch("DELETE FROM source WHERE id = ANY($1)", [row["id"] for row in batch])
    return len(unused)


async def _count(older_than: timedelta) -> Outcome:
    rows = await db.fetch(
        f"""SELECT
              (SELECT count(*) FROM image WHERE purging_at IS NOT NULL
                 OR {TRASH} AND holds = 0 AND deleted_at < now() - $1::interval) AS images,
              (SELECT count(*) FROM source WHERE created_at < now() - $2::interval AND holds = 0
                 AND NOT EXISTS (SELECT FROM image_source WHERE source_id = source.id)) AS sources""",
        older_than,
        SOURCE_LIFE,
    )
    return Outcome(rows[0]["images"], rows[0]["sources"])

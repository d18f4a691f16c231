"""Starring, trashing and restoring, of one image or of all that match, and taking it back."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import timedelta
from typing import NamedTuple
from uuid import UUID

import msgspec

from aiimagecraft import db
from aiimagecraft.errors import InvalidRequest, NotFound
from aiimagecraft.gallery.filters import Chosen, Matches
from aiimagecraft.gallery.query import Condition, selected
from aiimagecraft.gallery.schemas import Change
from aiimagecraft.ownership import owned_by
from aiimagecraft.realtime import MAX_IDS, publish
from aiimagecraft.schema import uuid7

UNDO_LIFE = timedelta(minutes=10)


class Changed(NamedTuple):
    """What a change did: how many rows changed, and the name by which it is taken back."""

    updated: int
    undo: UUID


async def change(owner: int, target: Chosen, wanted: Change) -> Changed:
    """Star, unstar, trash or restore images, all of them or none.

    A row that is so already is left alone and causes no event.

    Raises:
        InvalidRequest: Nothing to change was named.
        NotFound: An id is unknown or another user's.
    """
    star = None if wanted.starred is msgspec.UNSET else wanted.starred
    trash = None if wanted.delete_to_trash is msgspec.UNSET else wanted.delete_to_trash
    if star is None and trash is None:
        raise InvalidRequest("Name at least one of starred and deleteToTrash")
    change_id = uuid7()
    async with db.transaction():
        updated = await _note_rows(change_id, selected(owner, target), star=star, trash=trash)
        if not isinstance(target, Matches):
            await check_all_there(owner, target)
        if updated:
            await db.fetch(
                "INSERT INTO change (id, user_id, starred, trash) VALUES ($1, $2, $3, $4)",
                change_id,
                owner,
                star,
                trash,
            )
            await _apply(owner, change_id)
            await _tell(owner, change_id, updated)
    return Changed(updated, change_id)


async def undo(owner: int, change_id: UUID) -> int:
    """Take a change back, of the rows that are still as it left them, and return how many these are.

    Raises:
        NotFound: There is no such change of this user, it was taken back, or it is older than 10 minutes.
    """
    async with db.transaction():
        found = await db.fetch(
            f"""DELETE FROM change WHERE id = $1 AND {owned_by(2)} AND created_at > now() - $3::interval
               RETURNING starred, trash""",
            change_id,
            owner,
            UNDO_LIFE,
        )
        if not found:
            raise NotFound("This cannot be taken back any more")
        star, trash = found[0]["starred"], found[0]["trash"]
        # Locked first, in the order of their ids, as every change locks them.
        await db.fetch(
            f"""SELECT count(*) FROM (
                   SELECT FROM image JOIN change_row row ON row.image_id = image.id
                   WHERE change_id = $1 AND {owned_by(2)} ORDER BY image.id FOR UPDATE OF image) AS locked""",
            change_id,
            owner,
        )
        reverted = await db.fetch(
            f"""WITH reverted AS (
                   UPDATE image SET
                       starred = CASE WHEN image.starred = $2 THEN row.starred ELSE image.starred END,
                       deleted_at = CASE WHEN (image.deleted_at IS NOT NULL) = $3 THEN row.deleted_at
                                    ELSE image.deleted_at END
                   FROM change_row row
                   WHERE row.change_id = $1 AND row.image_id = image.id AND {owned_by(5, "image")}
                     AND purging_at IS NULL
                     AND (image.starred = $2 AND row.starred <> $2
                          OR (image.deleted_at IS NOT NULL) = $3 AND (row.deleted_at IS NOT NULL) <> $3)
                   RETURNING image.id, image.deleted_at IS NOT NULL AS trashed)
               SELECT count(*) AS count,
                   (array_agg(id) FILTER (WHERE trashed))[:$4] AS trashed,
                   (array_agg(id) FILTER (WHERE NOT trashed))[:$4] AS live
               FROM reverted""",
            change_id,
            star,
            trash,
            MAX_IDS + 1,
            owner,
        )
        await db.fetch("DELETE FROM change_row WHERE change_id = $1", change_id)
        # Of what was moved, all lies on the other side again; what only got its star back stayed where it is.
        await publish(
            owner, "imageTrashed" if trash is False else "imageUpdated", reverted[0]["trashed"] or []
        )
        await publish(owner, "imageRestored" if trash else "imageUpdated", reverted[0]["live"] or [])
    return reverted[0]["count"]


async def forget_changes() -> None:
    """Forget what can no longer be taken back."""
    await db.fetch("DELETE FROM change WHERE created_at <= now() - $1::interval", UNDO_LIFE)
    await db.fetch("DELETE FROM change_row WHERE NOT EXISTS (SELECT FROM change WHERE change.id = change_id)")


async def check_all_there(owner: int, ids: Sequence[UUID]) -> None:
    """See that all images are there and the user's own.

    Raises:
        NotFound: One is not; the error names it.
    """
    rows = await db.fetch(
        f"SELECT id FROM image WHERE id = ANY($1) AND {owned_by(2)} AND purging_at IS NULL", list(ids), owner
    )
    if missing := set(ids).difference(row["id"] for row in rows):
        raise NotFound(f"There is no image {min(missing)}")


async def _note_rows(change_id: UUID, condition: Condition, *, star: bool | None, trash: bool | None) -> int:
    """Lock the rows that will change, in the order of their ids, and note how they are.

    Two changes cannot wait for each other, and however many rows there are, none of them comes here.
    """
    condition.add("(starred <> {}::bool OR (deleted_at IS NOT NULL) <> {}::bool)", star, trash)
    rows = await db.fetch(
        f"""WITH noted AS (
                INSERT INTO change_row (change_id, image_id, starred, deleted_at)
                SELECT ${len(condition.values) + 1}::uuid, id, starred, deleted_at
                FROM (SELECT id, starred, deleted_at FROM image
                      WHERE {condition} ORDER BY id FOR UPDATE) AS found
                RETURNING 1)
            SELECT count(*) AS count FROM noted""",
        *condition.values,
        change_id,
    )
    return rows[0]["count"]


async def _apply(owner: int, change_id: UUID) -> None:
    await db.fetch(
        f"""UPDATE image SET starred = coalesce(change.starred, image.starred),
               deleted_at = CASE WHEN change.trash THEN coalesce(image.deleted_at, now())
                                 WHEN change.trash IS NULL THEN image.deleted_at END
           FROM change JOIN change_row row ON row.change_id = change.id
           WHERE change.id = $1 AND image.id = row.image_id AND {owned_by(2, "image")}""",
        change_id,
        owner,
    )


async def _tell(owner: int, change_id: UUID, updated: int) -> None:
    """Publish what changed of each image; of more than 50 only that much has changed."""
    if updated > MAX_IDS:
        await publish(owner, "imagesChanged", [change_id])
        return
    rows = await db.fetch(
        f"""SELECT image.id, row.starred <> image.starred AS starred, image.deleted_at IS NOT NULL AS trashed,
               (row.deleted_at IS NOT NULL) <> (image.deleted_at IS NOT NULL) AS moved
           FROM change_row row JOIN image ON image.id = row.image_id
           WHERE change_id = $1 AND {owned_by(2)}""",
        change_id,
        owner,
    )
    moved = [row["id"] for row in rows if row["moved"]]
    trashed = any(row["moved"] and row["trashed"] for row in rows)
    updates = [row["id"] for row in rows if row["starred"] and (trashed or not row["moved"])]
    await publish(owner, "imageUpdated", updates)
    await publish(owner, "imageTrashed" if trashed else "imageRestored", moved)

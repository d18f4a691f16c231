"""Many originals in one download: a zip archive that is written while it is read, with nothing staged."""

from __future__ import annotations

import asyncio
import re
import zipfile
from collections.abc import AsyncIterator
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

import msgspec

from aiimagecraft import db
from aiimagecraft.errors import NotFound, Unprocessable
from aiimagecraft.gallery.changes import check_all_there
from aiimagecraft.gallery.filters import Chosen, Matches
from aiimagecraft.gallery.query import selected
from aiimagecraft.gallery.window import Window
from aiimagecraft.ownership import owned_by
from aiimagecraft.schema import uuid7
from aiimagecraft.storage import EXTENSIONS, Storage

LIFE = timedelta(minutes=10)
BATCH = 100
SLUG = 60
"""Characters of a prompt in a file's name."""
MISSING = "MISSING.txt"


class Archive(msgspec.Struct, frozen=True):
    """An archive that can be downloaded for ten minutes."""

    id: UUID
    count: int
    bytes: int


async def prepare(owner: int, target: Chosen) -> Archive:
    """Note which images an archive will hold.

    Raises:
        NotFound: An id is unknown or another user's.
        Unprocessable: No image matches the filter.
    """
    if not isinstance(target, Matches):
        await check_all_there(owner, target)
    condition = selected(owner, target)
    archive_id = uuid7()
    place = len(condition.values)
    rows = await db.fetch(
        f"""WITH chosen AS (SELECT id, bytes, created_at FROM image WHERE {condition}),
            noted AS (
                INSERT INTO archive (id, user_id, images)
                SELECT ${place + 1}, ${place + 2}, array_agg(id ORDER BY created_at DESC, id DESC)
                FROM chosen HAVING count(*) > 0)
            SELECT count(*) AS count, coalesce(sum(bytes), 0)::bigint AS bytes FROM chosen""",
        *condition.values,
        archive_id,
        owner,
    )
    if not rows[0]["count"]:
        raise Unprocessable("No image matches this filter", field="filter")
    return Archive(archive_id, rows[0]["count"], rows[0]["bytes"])


async def find(owner: int, archive_id: UUID) -> None:
    """See that an archive can be downloaded.

    Raises:
        NotFound: It is unknown, another user's, or older than ten minutes.
    """
    rows = await db.fetch(
        f"SELECT FROM archive WHERE id = $1 AND {owned_by(2)} AND created_at > now() - $3::interval",
        archive_id,
        owner,
        LIFE,
    )
    if not rows:
        raise NotFound("There is no such archive; one can be downloaded for ten minutes")


async def stream(storage: Storage, owner: int, archive_id: UUID) -> AsyncIterator[bytes]:
    """Yield an archive's bytes, one original at a time.

    Originals are stored as they are, for they are compressed already. One that is missing by now becomes
    a line of MISSING.txt.
    """
    window = Window()
    missing: list[str] = []
    with zipfile.ZipFile(window, "w", zipfile.ZIP_STORED) as archive:  # pyright: ignore[reportArgumentType]
        async for row in _rows(owner, archive_id):
            name = _name(row["created_at"], row["prompt"], row["id"], row["format"])
            try:
                data = await storage.read(row["object_key"])
            except FileNotFoundError:
                missing.append(name)
                continue
            await asyncio.to_thread(_add, archive, name, row["created_at"], data)
            yield window.take()
        if missing:
            archive.writestr(MISSING, "".join(f"{name}\n" for name in missing))
    yield window.take()


async def _rows(owner: int, archive_id: UUID) -> AsyncIterator[Any]:
    """Yield the images of an archive that are still there, in its order."""
    held = await db.fetch(
        f"SELECT cardinality(images) AS total FROM archive WHERE id = $1 AND {owned_by(2)}", archive_id, owner
    )
    total: int = held[0]["total"] if held else 0
    for start in range(1, total + 1, BATCH):
        rows = await db.fetch(
            f"""SELECT image.id, prompt, object_key, format, image.created_at
               FROM archive, unnest(images[$2:$3]) WITH ORDINALITY AS wanted (id, place)
               JOIN image ON image.id = wanted.id
               WHERE archive.id = $1 AND {owned_by(4, "archive")} AND {owned_by(4, "image")}
                 AND purging_at IS NULL ORDER BY place""",
            archive_id,
            start,
            start + BATCH - 1,
            owner,
        )
        for row in rows:
            yield row


def _add(archive: zipfile.ZipFile, name: str, created: datetime, data: bytes) -> None:
    entry = zipfile.ZipInfo(name, date_time=created.timetuple()[:6])
    entry.external_attr = 0o644 << 16
    archive.writestr(entry, data)


def _name(created: datetime, prompt: str, image_id: UUID, kind: str) -> str:
    slug = "-".join(re.findall(r"\w+", prompt.lower()))[:SLUG].strip("-")
    parts = (f"{created:%Y-%m-%d}", slug, str(image_id))
    return "-".join(part for part in parts if part) + f".{EXTENSIONS[kind]}"


async def forget_archives() -> None:
    """Forget archives whose download cannot be going on any more, which on a slow line takes hours."""
    await db.fetch("DELETE FROM archive WHERE created_at <= now() - $1::interval - interval '1 day'", LIFE)

"""The statements that read images as they are shown, and the pages of a filter."""

from __future__ import annotations

import string
from collections.abc import Sequence
from datetime import UTC, date, datetime, time
from typing import Any
from uuid import UUID

import asyncpg
import msgspec

from aiimagecraft import db
from aiimagecraft.errors import InvalidRequest
from aiimagecraft.gallery.filters import MAX_LIMIT, Chosen, GalleryFilter, GalleryQuery, Matches
from aiimagecraft.ownership import owned_by
from aiimagecraft.schema import Cursor, scope_of
from aiimagecraft.storage import Storage

ITEM = """id, thumb_key AS thumb,
    CASE WHEN derived_at IS NOT NULL THEN 'thumb/' || id || '@2x.webp' END AS thumb2x,
    CASE WHEN derived_at IS NOT NULL THEN 'preview/' || id || '.webp' END AS preview,
    object_key AS "full", prompt, model, width, height, created_at AS "createdAt",
    starred, deleted_at AS "deletedAt", placeholder"""
"""The columns of an `Item`, under the names that clients see; `shown` turns its keys into addresses."""

ADDRESSES = ("thumb", "thumb2x", "preview", "full")

LIVE = "deleted_at IS NULL AND purging_at IS NULL"
TRASH = "deleted_at IS NOT NULL AND purging_at IS NULL"

Row = dict[str, Any]


def shown(storage: Storage, record: asyncpg.Record) -> Row:
    """Return a row with addresses in place of the keys of its objects."""
    row = dict(record)
    for name in ADDRESSES:
        if key := row.get(name):
            row[name] = storage.url(key)
    return row


class Page(msgspec.Struct, rename="camel"):
    """A page whose items are rows."""

    items: list[Row]
    next_cursor: str | None
    prev_cursor: str | None


class Condition(msgspec.Struct):
    """A WHERE clause and its values."""

    clauses: list[str]
    values: list[object]

    @classmethod
    def of(cls, owner: int, *clauses: str) -> Condition:
        """Begin a condition of one user's images."""
        return cls([*clauses, owned_by(1)], [owner])

    def add(self, clause: str, *values: object) -> None:
        """Add a clause whose `{}` stand for the values."""
        first = len(self.values) + 1
        self.clauses.append(clause.format(*(f"${first + place}" for place in range(len(values)))))
        self.values.extend(values)

    def __str__(self) -> str:
        return " AND ".join(self.clauses)


ORIENTATIONS = {"landscape": 1, "portrait": -1, "square": 0}
_NO_WORDS = str.maketrans(dict.fromkeys(string.punctuation, " "))


def search_words(text: str) -> str:
    """Return what finds prompts that hold all words of a text, each at least its beginning.

    Prompts are indexed with the same marks taken for spaces, so a word with a hyphen is found by its parts.
    """
    return " & ".join(f"'{word}':*" for word in text.translate(_NO_WORDS).split())


def matching(owner: int, wanted: GalleryFilter) -> Condition:
    """Return the condition of a filter, phrased as the partial indexes are."""
    condition = Condition.of(owner, TRASH if wanted.trash else LIVE)
    if wanted.starred:
        condition.clauses.append("starred")
    if wanted.model is not None:
        condition.add("model = {}", wanted.model)
    if wanted.orientation is not None:
        condition.add("sign(width - height) = {}", ORIENTATIONS[wanted.orientation])
    if wanted.q is not None and wanted.q.strip():
        condition.add("words @@ to_tsquery('simple', {})", search_words(wanted.q))
    if wanted.from_ is not None:
        condition.add("created_at >= {}", _midnight(wanted.from_))
    if wanted.to is not None:
        condition.add("created_at < {}", _midnight(wanted.to))
    return condition


def selected(owner: int, target: Chosen) -> Condition:
    """Return the condition of images by their ids, or of all that match and were there at a time."""
    if not isinstance(target, Matches):
        condition = Condition.of(owner, "purging_at IS NULL")
        condition.add("id = ANY({})", list(target))
        return condition
    wanted = target.selection
    condition = matching(owner, wanted)
    condition.add("created_at <= {}", wanted.before)
    if wanted.trash:
        condition.add("deleted_at <= {}", wanted.before)
    if target.without:
        condition.add("id <> ALL({})", list(target.without))
    return condition


def page_statement(owner: int, query: GalleryQuery, cursor: Cursor | None) -> tuple[str, list[object]]:
    """Return the statement of a page: one row more than the limit tells whether another follows.

    Its column `beyond` tells whether rows lie beyond the cursor, on the side that the page is not on.
    """
    condition = matching(owner, query)
    older = cursor is None or cursor.older
    beyond = "false"
    if query.at is not None:
        end = end_of(query.at)
        outside = Condition([*condition.clauses], [*condition.values])
        outside.add("created_at >= {}", end)
        beyond = f"({query.skip > 0} OR EXISTS (SELECT FROM image WHERE {outside}))"
        condition.add("created_at < {}", end)
        if query.skip:
            # The place is found in the index alone, without the columns of what is passed over.
            place = (
                f"SELECT created_at, id FROM image WHERE {condition} "
                f"ORDER BY created_at DESC, id DESC OFFSET {query.skip} LIMIT 1"
            )
            condition.clauses.append(f"(created_at, id) <= ({place})")
    if cursor is not None:
        here, there = ("<", ">") if older else (">", "<")
        outside = Condition([*condition.clauses], [*condition.values])
        outside.add(f"(created_at, id) {there}= ({{}}, {{}})", cursor.created_at, cursor.id)
        beyond = f"EXISTS (SELECT FROM image WHERE {outside})"
        condition.add(f"(created_at, id) {here} ({{}}, {{}})", cursor.created_at, cursor.id)
    way = "DESC" if older else "ASC"
    limit = min(query.limit, MAX_LIMIT) + 1
    statement = (
        f"SELECT {ITEM}, {beyond} AS beyond FROM image WHERE {condition} "
        f"ORDER BY created_at {way}, id {way} LIMIT {limit}"
    )
    return statement, condition.values


async def page(storage: Storage, owner: int, query: GalleryQuery) -> Page:
    """Return a page of a user's images, newest first.

    Raises:
        InvalidRequest: The cursor is garbage, or of another filter or user; or `at` and `skip` do not fit.
    """
    if query.at is not None and query.cursor is not None:
        raise InvalidRequest("Use either at or cursor", field="at")
    if query.at is None and query.skip:
        raise InvalidRequest("This goes with at", field="skip")
    scope = scope_of(owner, *(getattr(query, name) for name in GalleryFilter.__struct_fields__))
    cursor = None
    if query.cursor is not None and (cursor := Cursor.parse(query.cursor, scope)) is None:
        raise InvalidRequest("This cursor does not belong to this list", field="cursor")
    statement, values = page_statement(owner, query, cursor)
    rows = [shown(storage, record) for record in await db.fetch(statement, *values)]
    beyond = [row.pop("beyond") for row in rows]
    limit = min(query.limit, MAX_LIMIT)
    more, items = len(rows) > limit, rows[:limit]
    if cursor is not None and not cursor.older:
        items.reverse()
        older, newer = bool(beyond and beyond[0]), more
    else:
        older, newer = more, bool(beyond and beyond[0])
    return Page(
        items,
        _cursor(items[-1], scope, older=True) if items and older else None,
        _cursor(items[0], scope, older=False) if items and newer else None,
    )


async def items(storage: Storage, owner: int, ids: Sequence[UUID]) -> list[Row]:
    """Return those of the images that the user can see, in the order of `ids`."""
    statement = f"SELECT {ITEM} FROM image WHERE id = ANY($1) AND {owned_by(2)} AND purging_at IS NULL"
    found = {record["id"]: shown(storage, record) for record in await db.fetch(statement, list(ids), owner)}
    return [found[image_id] for image_id in ids if image_id in found]


def _cursor(row: Row, scope: bytes, *, older: bool) -> str:
    return Cursor.at(row["createdAt"], row["id"], scope, older=older)


def end_of(month: str) -> datetime:
    """Return the instant at which a month written as YYYY-MM ends."""
    year, number = int(month[:4]), int(month[5:])
    return datetime(year + number // 12, number % 12 + 1, 1, tzinfo=UTC)


def _midnight(day: date) -> datetime:
    return datetime.combine(day, time(), UTC)

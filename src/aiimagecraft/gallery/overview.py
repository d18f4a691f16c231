"""What a list holds as a whole: its months, its models, and where an image stands in it."""

from __future__ import annotations

from datetime import UTC, datetime
from itertools import groupby

from aiimagecraft import db
from aiimagecraft.gallery.filters import GalleryFilter, PlaceQuery
from aiimagecraft.gallery.query import Row, end_of, matching
from aiimagecraft.gallery.schemas import Place

MAX_UNSPLIT = 5_000
"""A month with more images tells of its days, too."""


async def timeline(owner: int, wanted: GalleryFilter) -> Row:
    """Return the months of a user's images, shaped as `Timeline`."""
    condition = matching(owner, wanted)
    # The time comes with the counts, also where there are none.
    days = await db.fetch(
        f"""SELECT to_char(day, 'YYYY-MM') AS month, to_char(day, 'YYYY-MM-DD') AS day, count, now() AS now
            FROM (SELECT) AS once LEFT JOIN (
                SELECT (created_at AT TIME ZONE 'UTC')::date AS day, count(*) AS count
                FROM image WHERE {condition} GROUP BY 1) AS days ON true
            ORDER BY days.day DESC""",
        *condition.values,
    )
    months: list[Row] = []
    counted = (row for row in days if row["month"] is not None)
    for month, rows in groupby(counted, key=lambda row: row["month"]):
        counts = [{"day": row["day"], "count": row["count"]} for row in rows]
        total = sum(day["count"] for day in counts)
        months.append({"month": month, "count": total, **({"days": counts} if total > MAX_UNSPLIT else {})})
    return {"months": months, "now": days[0]["now"]}


async def place(owner: int, wanted: PlaceQuery) -> Place | None:
    """Return where an image stands among those of a filter, or nothing when it is not among them."""
    here = matching(owner, wanted)
    here.add("id = {}", wanted.id)
    statement = f"SELECT created_at FROM image WHERE {here}"
    rows = await db.fetch(statement, *here.values)
    if not rows:
        return None
    created: datetime = rows[0]["created_at"].astimezone(UTC)
    month = f"{created:%Y-%m}"
    condition = matching(owner, wanted)
    condition.add("(created_at, id) > ({}, {})", created, wanted.id)
    condition.add("created_at < {}", end_of(month))
    newer = await db.fetch(
        f"SELECT count(*) AS count FROM image WHERE {condition}",
        *condition.values,
    )
    return Place(month, newer[0]["count"])


async def models(owner: int, *, trash: bool) -> list[Row]:
    """Return the models of a user's images, those of most images first, shaped as `ModelCount`."""
    condition = matching(owner, GalleryFilter(trash=trash))
    rows = await db.fetch(
        f"""SELECT model AS name, count(*) AS count FROM image WHERE {condition}
            GROUP BY model ORDER BY count DESC, name""",
        *condition.values,
    )
    return [dict(row) for row in rows]

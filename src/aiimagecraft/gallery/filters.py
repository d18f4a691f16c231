"""Which images: filters, their pages and their months."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime
from typing import Annotated, Literal
from uuid import UUID

import msgspec

from aiimagecraft.schema import In, Out, Text

MAX_LIMIT = 100
MAX_SEARCH = 500
MONTH = r"^[12][0-9]{3}-(?:0[1-9]|1[0-2])$"


class GalleryFilter(In):
    """Which images of one's own."""

    starred: bool = False
    """Only starred ones."""
    trash: bool = False
    """Only those in Trash; only live ones without."""
    q: Annotated[Text, msgspec.Meta(max_length=MAX_SEARCH)] | None = None
    """Words of the prompt, each at least its beginning, in any order."""
    model: Text | None = None
    """Only of this model, by its exact name."""
    orientation: Literal["landscape", "portrait", "square"] | None = None
    from_: Annotated[date | None, msgspec.Meta(description="First day, UTC.")] = msgspec.field(
        default=None, name="from"
    )
    to: Annotated[date | None, msgspec.Meta(description="Day after the last, UTC.")] = None


class Selection(GalleryFilter, kw_only=True):
    """All images of a filter that were there when the person looked."""

    before: datetime
    """Later arrivals are left alone: the time of the newest image that was seen, or a later one."""


class Matches(msgspec.Struct, frozen=True):
    """All images of a filter but those that were taken out again."""

    selection: Selection
    without: Sequence[UUID] = ()


Chosen = Sequence[UUID] | Matches
"""Images by their ids, or all that match a filter."""


class GalleryQuery(GalleryFilter):
    """A page of a filter."""

    at: Annotated[str, msgspec.Meta(pattern=MONTH)] | None = None
    """Begin at the newest image of this month (UTC) or before; excludes `cursor`."""
    skip: Annotated[int, msgspec.Meta(ge=0)] = 0
    """Images of that month to pass over; only with `at`."""

    cursor: Text | None = None
    """`nextCursor` or `prevCursor` of a page of the same filter."""
    limit: Annotated[int, msgspec.Meta(ge=1, description="Above 100 is 100.")] = 50


class Day(Out):
    """How many images a day holds."""

    day: str
    count: int


class Month(Out, omit_defaults=True):
    """How many images a month holds, and its days when these are more than 5,000."""

    month: str
    count: int
    days: list[Day] | msgspec.UnsetType = msgspec.UNSET


class Timeline(Out):
    """The months of a filter, newest first, UTC, and the server's time when they were counted."""

    months: list[Month]
    now: datetime


class PlaceQuery(GalleryFilter, kw_only=True):
    """An image among those of a filter."""

    id: UUID


class ModelsQuery(In):
    """Which images' models."""

    trash: bool = False
    """Those in Trash; live ones without."""

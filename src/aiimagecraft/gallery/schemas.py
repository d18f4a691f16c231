"""What the gallery's routes take and give."""

from __future__ import annotations

from datetime import date, datetime
from typing import Annotated, Any, Literal
from uuid import UUID

import msgspec

from aiimagecraft.schema import In, Ok, Out, Text

MAX_LIMIT = 100
MAX_BULK = 1_000


class GalleryFilter(In):
    """Which images of one's own."""

    starred: bool = False
    """Only starred ones."""
    trash: bool = False
    """Only those in Trash; only live ones without."""
    model: Text | None = None
    """Only of this model, by its exact name."""
    from_: Annotated[date | None, msgspec.Meta(description="First day, UTC.")] = msgspec.field(
        default=None, name="from"
    )
    to: Annotated[date | None, msgspec.Meta(description="Day after the last, UTC.")] = None


class GalleryQuery(GalleryFilter):
    """A page of a filter."""

    cursor: Text | None = None
    """`nextCursor` or `prevCursor` of a page of the same filter."""
    limit: Annotated[int, msgspec.Meta(ge=1, description="Above 100 is 100.")] = 50


class Item(Out):
    """An image as a grid shows it.

    `width` and `height` are pixels after orientation, `placeholder` is a ThumbHash in base64, and
    `thumb2x` (512 px) and `preview` (1,024 px) are null until they are made.
    """

    id: UUID
    thumb: str
    thumb2x: str | None
    preview: str | None
    full: str
    prompt: str
    model: str
    width: int
    height: int
    created_at: datetime
    starred: bool
    deleted_at: datetime | None
    placeholder: str


class GalleryPage(Out):
    """Images, newest first; a cursor is null at its end."""

    items: list[Item]
    next_cursor: str | None
    prev_cursor: str | None


class SourceLink(Out):
    """A picture that an image was made from; after its purge only the thumbnail is left."""

    id: UUID | None
    kind: Literal["image", "source"]
    thumb: str | None
    full: str | None


class Edit(Out):
    """An image that was made from another."""

    id: UUID
    thumb: str
    prompt: str


class Lineage(Out):
    """What came of an image."""

    edits: list[Edit]


class ImageDetail(Item):
    """Everything that is kept of an image."""

    params: dict[str, Any]
    sources: list[SourceLink]
    lineage: Lineage
    cost_tokens: int | None
    cost: float | None
    bytes: int
    format: Literal["png", "jpeg", "webp", "gif"]


class Change(In):
    """What to change; an absent field stays as it is."""

    starred: bool | msgspec.UnsetType = msgspec.UNSET
    delete_to_trash: bool | msgspec.UnsetType = msgspec.UNSET


class BulkChange(Change, kw_only=True):
    """What to change of many images."""

    ids: Annotated[list[UUID], msgspec.Meta(min_length=1, max_length=MAX_BULK)]


class Updated(Ok):
    """How many rows changed; those that were so already do not count."""

    updated: int


class Deleted(Ok):
    """How many images were removed for ever."""

    deleted: int


class Created(Out):
    """The images that were added, in the order of the request."""

    items: list[Item]


class SourceItem(Out):
    """A picture that only serves to make images."""

    id: UUID
    thumb: str
    full: str
    width: int
    height: int
    created_at: datetime
    placeholder: str


class SourcesCreated(Out):
    """The sources that were added, in the order of the request."""

    items: list[SourceItem]

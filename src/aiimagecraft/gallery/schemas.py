"""What the gallery's routes take and give."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, Any, Literal
from uuid import UUID

import msgspec

from aiimagecraft.gallery.filters import Selection
from aiimagecraft.schema import In, Ok, Out

MAX_BULK = 1_000


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


class Place(Out):
    """Where an image stands: the `at` and `skip` of the page that begins with it."""

    at: str
    skip: int


class Placed(Out):
    """Where an image stands in a list; null when it is not in it."""

    place: Place | None


class ModelCount(Out):
    """A model, and how many images are of it."""

    name: str
    count: int


class Models(Out):
    """The models of one's images, those of most images first."""

    items: list[ModelCount]


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


class Target(In):
    """Many images: either by their ids, or all that match a filter."""

    ids: Annotated[list[UUID], msgspec.Meta(min_length=1, max_length=MAX_BULK)] | msgspec.UnsetType = (
        msgspec.UNSET
    )
    filter: Selection | msgspec.UnsetType = msgspec.UNSET
    without: Annotated[list[UUID], msgspec.Meta(max_length=MAX_BULK)] | msgspec.UnsetType = msgspec.field(
        default=msgspec.UNSET, name="except"
    )
    """Images that match `filter` and are left alone; only with it."""


class BulkChange(Target):
    """What to change of many images."""

    starred: bool | msgspec.UnsetType = msgspec.UNSET
    delete_to_trash: bool | msgspec.UnsetType = msgspec.UNSET


class Updated(Ok):
    """How many rows changed; those that were so already do not count.

    `undo` names the change for ten minutes: `POST /api/undo/{undo}` takes it back.
    """

    updated: int
    undo: UUID


class Undone(Ok):
    """How many rows are as they were; those that were changed again meanwhile are left alone."""

    updated: int


class Deleted(Ok):
    """How many images were removed for ever."""

    deleted: int


class ArchiveReady(Out):
    """A download that waits for ten minutes; `bytes` are those of the originals."""

    url: str
    count: int
    bytes: int


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

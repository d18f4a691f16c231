"""What the routes of scenes take and give."""

from __future__ import annotations

from typing import Annotated

import msgspec

from aiimagecraft.proxy.stash import Sort
from aiimagecraft.schema import NO_NUL, In, Out

MAX_PAGE = 1_000_000
MAX_SEARCH = 500


class SceneQuery(In):
    """Which scenes are wanted."""

    page: Annotated[int, msgspec.Meta(ge=1, le=MAX_PAGE)] = 1
    q: Annotated[str, msgspec.Meta(max_length=MAX_SEARCH, pattern=NO_NUL)] | None = None
    sort: Sort = "newest"


class SceneItem(Out):
    """A scene as a card shows it.

    `duration` is in seconds. `screenshot`, `preview` and `sprite` (a sheet of frames, in rows) are addresses
    here. What the last two lead to need not have been made yet; then they answer 404.
    """

    id: str
    title: str
    studio: str | None
    date: str | None
    duration: float | None
    screenshot: str
    preview: str | None
    sprite: str | None


class ScenePage(Out):
    """A page of scenes; there are `count` on `pages` pages, and none beyond them."""

    items: list[SceneItem]
    page: int
    pages: int
    count: int

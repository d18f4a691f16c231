"""What is asked of Stash's GraphQL, and how its answers are read."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Annotated, Generic, Literal, NamedTuple, TypeVar

import msgspec

from aiimagecraft.errors import BadGateway
from aiimagecraft.proxy.upstream import Upstream

T = TypeVar("T")

PATH = "/graphql"
PER_PAGE = 24

Sort = Literal["newest", "oldest", "title", "rating", "duration"]
_SORTS: Mapping[Sort, tuple[str, str]] = {
    "newest": ("created_at", "DESC"),
    "oldest": ("created_at", "ASC"),
    "title": ("title", "ASC"),
    "rating": ("rating", "DESC"),
    "duration": ("duration", "DESC"),
}
"""Stash's names of the orders, and the direction."""

# Neither `paths.stream`, which holds the key, nor the sums of durations and sizes, which take seconds.
_FIELDS = "id title date updated_at studio { name } files { basename duration } paths { preview sprite }"
_FIND_SCENES = (
    "query FindScenes($filter: FindFilterType) "
    f"{{ findScenes(filter: $filter) {{ count scenes {{ {_FIELDS} }} }} }}"
)
_FIND_SCENE = f"query FindScene($id: ID!) {{ findScene(id: $id) {{ {_FIELDS} }} }}"


class Studio(msgspec.Struct, frozen=True):
    """Who made a scene."""

    name: str


class VideoFile(msgspec.Struct, frozen=True):
    """A file of a scene; seconds."""

    basename: str
    duration: float


class Paths(msgspec.Struct, frozen=True):
    """Stash's own addresses, of which only matters whether they are there."""

    preview: str | None
    sprite: str | None


class Scene(msgspec.Struct, frozen=True):
    """A scene as Stash tells of it."""

    id: Annotated[str, msgspec.Meta(pattern=r"^(?:0|[1-9][0-9]{0,17})$")]
    title: str | None
    date: str | None
    updated_at: datetime
    studio: Studio | None
    files: list[VideoFile]
    paths: Paths


class Found(msgspec.Struct, frozen=True):
    """A page of the scenes that match; `count` is how many there are on all pages."""

    count: Annotated[int, msgspec.Meta(ge=0)]
    scenes: list[Scene]


class Order(NamedTuple):
    """Which scenes are wanted, and which page of them from 1; an empty search finds all."""

    q: str
    sort: Sort
    page: int


async def find_scenes(upstream: Upstream, order: Order) -> Found:
    """Return a page of scenes.

    Raises:
        AppError: They cannot be had.
    """
    sort, direction = _SORTS[order.sort]
    wanted = {"page": order.page, "per_page": PER_PAGE, "sort": sort, "direction": direction}
    if order.q:
        wanted["q"] = order.q
    return (await _ask(upstream, _FIND_SCENES, {"filter": wanted}, _Scenes)).findScenes


async def find_scene(upstream: Upstream, scene_id: str) -> Scene | None:
    """Return a scene, or None when there is none of this id.

    Raises:
        AppError: It cannot be had.
    """
    return (await _ask(upstream, _FIND_SCENE, {"id": scene_id}, _OneScene)).findScene


class _Scenes(msgspec.Struct, frozen=True):
    findScenes: Found  # noqa: N815 - Stash's name, as the next one.


class _OneScene(msgspec.Struct, frozen=True):
    findScene: Scene | None  # noqa: N815


class _Answer(msgspec.Struct, Generic[T], frozen=True):
    data: T | None = None
    errors: list[msgspec.Raw] | None = None


async def _ask(upstream: Upstream, query: str, variables: Mapping[str, object], shape: type[T]) -> T:
    body = msgspec.json.encode({"query": query, "variables": variables})
    text = await upstream.post_json(PATH, body)
    try:
        answer = msgspec.json.decode(text, type=_Answer[shape])
    except (msgspec.MsgspecError, UnicodeDecodeError) as error:
        raise BadGateway("What answers at STASH_URL does not answer as a Stash server does") from error
    if answer.errors or answer.data is None:
        # Its own words are left out: nobody knows what they hold, and Stash writes them to its log.
        raise BadGateway("The Stash server could not carry the search out; its log says why")
    return answer.data

"""The HTTP routes of scenes."""

from __future__ import annotations

import asyncio
import re
from collections.abc import Coroutine
from typing import Any, TypeVar

from litestar import Response, get, post
from litestar.di import NamedDependency
from litestar.params import FromPath
from litestar.status_codes import HTTP_201_CREATED

from aiimagecraft.errors import InvalidRequest
from aiimagecraft.jobs import JobQueue
from aiimagecraft.operations import query_operation
from aiimagecraft.proxy import scenes
from aiimagecraft.proxy.schemas import SceneImages, ScenePage, SceneQuery, SceneSources
from aiimagecraft.proxy.upstream import Upstream
from aiimagecraft.storage import Storage
from aiimagecraft.web import AnyRequest, json_response, parse_query

T = TypeVar("T")


@get("/api/scenes", operation_class=query_operation(SceneQuery), tags=["scenes"])
async def list_scenes(request: AnyRequest, upstream: NamedDependency[Upstream]) -> Response[ScenePage]:
    """List scenes of the Stash server, 24 a page."""
    wanted = parse_query(request, SceneQuery)
    return json_response(await _while_there(request, scenes.find(upstream, wanted)))


@post("/api/scenes/{scene_id:str}/source", status_code=HTTP_201_CREATED, tags=["scenes"])
async def use_scene(
    request: AnyRequest,
    scene_id: FromPath[str],
    owner: NamedDependency[int],
    upstream: NamedDependency[Upstream],
    storage: NamedDependency[Storage],
) -> Response[SceneSources]:
    """Keep the screenshot of a scene as a source."""
    screenshot = await _while_there(request, scenes.take_screenshot(upstream, _checked(scene_id)))
    return json_response({"items": await scenes.add_source(storage, owner, screenshot)}, HTTP_201_CREATED)


@post("/api/scenes/{scene_id:str}/keep", status_code=HTTP_201_CREATED, tags=["scenes"])
async def keep_scene(  # noqa: PLR0913, PLR0917 - the services that an image is added with.
    request: AnyRequest,
    scene_id: FromPath[str],
    owner: NamedDependency[int],
    upstream: NamedDependency[Upstream],
    storage: NamedDependency[Storage],
    queue: NamedDependency[JobQueue],
) -> Response[SceneImages]:
    """Add the screenshot of a scene to the gallery, with its title as the prompt."""
    screenshot = await _while_there(request, scenes.take_screenshot(upstream, _checked(scene_id)))
    return json_response({"items": await scenes.keep(storage, queue, owner, screenshot)}, HTTP_201_CREATED)


def _checked(scene_id: str) -> str:
    if not re.fullmatch(r"0|[1-9][0-9]{0,17}", scene_id):
        raise InvalidRequest("This is not the number of a scene", field="id")
    return scene_id


async def _while_there(request: AnyRequest, work: Coroutine[Any, Any, T]) -> T:
    """Return what the work returns; it is cancelled when the browser leaves, and nobody gets an answer."""
    working, leaving = asyncio.create_task(work), asyncio.create_task(_departure(request))
    try:
        await asyncio.wait([working, leaving], return_when=asyncio.FIRST_COMPLETED)
        if working.done():
            return working.result()
        leaving.result()
        raise InvalidRequest("The client left")
    finally:
        working.cancel()
        leaving.cancel()
        await asyncio.wait([working, leaving])


async def _departure(request: AnyRequest) -> None:
    while (await request.receive())["type"] != "http.disconnect":
        pass


ROUTES = [list_scenes, use_scene, keep_scene]

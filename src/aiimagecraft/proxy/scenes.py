"""Scenes of the Stash server: looked through, and their screenshots taken over."""

from __future__ import annotations

import io
from typing import Any, NamedTuple

from aiimagecraft.errors import NotFound, Unprocessable, UnsupportedMedia
from aiimagecraft.gallery import service as gallery
from aiimagecraft.jobs import JobQueue
from aiimagecraft.proxy import policy, stash
from aiimagecraft.proxy.policy import Target
from aiimagecraft.proxy.schemas import SceneItem, ScenePage, SceneQuery
from aiimagecraft.proxy.upstream import Upstream
from aiimagecraft.schema import uuid7
from aiimagecraft.storage import Storage

MAX_TITLE = 1_000


class Screenshot(NamedTuple):
    """A scene's picture, which the gallery can keep."""

    scene_id: str
    title: str
    data: bytes


async def find(upstream: Upstream, wanted: SceneQuery) -> ScenePage:
    """Return a page of scenes.

    Raises:
        AppError: The upstream does not have it.
    """
    order = stash.Order((wanted.q or "").strip(), wanted.sort, wanted.page)
    found = await stash.find_scenes(upstream, order)
    pages = -(-found.count // stash.PER_PAGE)
    return ScenePage([_shown(scene) for scene in found.scenes], wanted.page, pages, found.count)


async def take_screenshot(upstream: Upstream, scene_id: str) -> Screenshot:
    """Fetch the screenshot of a scene.

    Raises:
        NotFound: There is no such scene.
        UnsupportedMedia: It is of a format that is not kept here.
        Unprocessable: It cannot be decoded, or is too large in pixels.
        AppError: The upstream does not have it.
    """
    scene = await stash.find_scene(upstream, scene_id)
    if scene is None:
        raise NotFound(f"The Stash server has no scene {scene_id}")
    data = await upstream.fetch_image(_target(scene, "screenshot"), policy.LIMITS["image"])
    try:
        await gallery.thumbnail(data)
    except gallery.ImageRefused as refused:
        kind = UnsupportedMedia if refused.reason == "unsupported" else Unprocessable
        raise kind(f"The screenshot of this scene cannot be kept: {refused}") from refused
    return Screenshot(scene.id, title_of(scene), data)


async def add_source(storage: Storage, owner: int, screenshot: Screenshot) -> list[dict[str, Any]]:
    """Keep a screenshot as a source, and return it shaped as `SourceItem`."""
    upload = gallery.Upload(f"scene-{screenshot.scene_id}", io.BytesIO(screenshot.data))
    return await gallery.add_sources(storage, owner, [upload])


async def keep(storage: Storage, queue: JobQueue, owner: int, screenshot: Screenshot) -> list[dict[str, Any]]:
    """Add a screenshot to the gallery under the scene's title, and return it shaped as `Item`."""
    new = gallery.NewImage(
        uuid7(), owner, screenshot.title, gallery.UPLOAD_MODEL, {"scene": screenshot.scene_id}
    )
    await gallery.persist(storage, queue, new, screenshot.data, _admit)
    return await gallery.items(storage, owner, [new.id])


def title_of(scene: stash.Scene) -> str:
    """Return a scene's title: its own, else its file's name as Stash shows it, else its number."""
    name = scene.files[0].basename.rpartition(".") if scene.files else ("", "", "")
    for title in (scene.title, name[0] or name[2]):
        if title and (usable := title.replace("\0", "").strip()):
            return usable[:MAX_TITLE]
    return f"Scene {scene.id}"


def _shown(scene: stash.Scene) -> SceneItem:
    return SceneItem(
        id=scene.id,
        title=title_of(scene),
        studio=scene.studio.name if scene.studio else None,
        date=scene.date or None,
        duration=scene.files[0].duration if scene.files else None,
        screenshot=_target(scene, "screenshot").url,
        preview=_target(scene, "preview").url if scene.files and scene.paths.preview else None,
        sprite=_target(scene, "sprite").url if scene.files and scene.paths.sprite else None,
    )


def _target(scene: stash.Scene, variant: str) -> Target:
    """Return what Stash has of a scene; its version is that of the scene, as in Stash's own addresses."""
    return Target("scene", scene.id, variant, str(max(0, int(scene.updated_at.timestamp()))))


async def _admit() -> bool:
    return True

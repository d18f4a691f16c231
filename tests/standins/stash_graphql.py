"""As much of Stash's GraphQL as there is of its library here: a query is checked field by field."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from typing import Any, cast

import msgspec

from tests.standins.stash_library import BEGIN, COVER, Library, Scene
from tests.standins.wire import Reply, json_reply

Selection = dict[str, "Selection"]
BASE = "http://stash.internal:9999"
"""Stash's own idea of where it is, which is wrong as soon as somebody stands between."""
FIELDS: dict[str, dict[str, str]] = {
    "Query": {
        "findScenes": "FindScenesResultType",
        "findScene": "Scene",
        "version": "Version",
        "systemStatus": "SystemStatus",
    },
    "FindScenesResultType": {"count": "", "duration": "", "filesize": "", "scenes": "Scene"},
    "Scene": {
        **dict.fromkeys(("id", "title", "date", "rating100", "organized", "created_at", "updated_at"), ""),
        "files": "VideoFile",
        "paths": "ScenePathsType",
        "studio": "Studio",
    },
    "VideoFile": dict.fromkeys(("id", "path", "basename", "size", "width", "height", "duration"), ""),
    "ScenePathsType": dict.fromkeys(("screenshot", "preview", "stream", "webp", "vtt", "sprite"), ""),
    "Studio": {"id": "", "name": ""},
    "Version": {"version": "", "hash": "", "build_time": ""},
    "SystemStatus": {"databaseSchema": "", "status": "", "appSchema": ""},
}
"""Of each type its fields, and of each field its type, which is empty for a plain value."""
_TOKEN = re.compile(r"\s*([A-Za-z_]\w*|[{}]|\([^)]*\))")


class Asked(msgspec.Struct):
    """A request."""

    query: str
    variables: dict[str, Any] = {}


class WrongQuery(Exception):  # noqa: N818 - says what is the matter.
    pass


def answer(library: Library, key: str | None, body: bytes) -> Reply:
    """Return what Stash answers to the body of a request."""
    try:
        asked = msgspec.json.decode(body, type=Asked)
    except msgspec.MsgspecError:
        return json_reply({"errors": [{"message": "json request body could not be decoded"}]}, 400)
    try:
        selection = _parse(asked.query)
        _check(selection, "Query")
        resolvers = _resolvers(library, key)
        data = {name: _pick(resolvers[name](asked.variables), inner) for name, inner in selection.items()}
    except WrongQuery as error:
        code = {"code": "GRAPHQL_VALIDATION_FAILED"}
        return json_reply({"errors": [{"message": str(error), "extensions": code}], "data": None}, 422)
    return json_reply({"data": data})


def _parse(query: str) -> Selection:
    """Return the fields asked for; arguments are passed by, for they are read from the variables."""
    root: Selection = {}
    latest, stack = root, [root]
    at, text = 0, query.strip()
    while at < len(text):
        match = _TOKEN.match(text, at)
        if match is None:
            raise WrongQuery(f"Unexpected {text[at]!r}")
        token, at = match[1], match.end()
        if token == "{":
            stack.append(latest)
        elif token == "}":
            stack.pop()
        elif not token.startswith("(") and len(stack) > 1:
            # Outside of all braces stand only `query` and its name.
            latest = stack[-1][token] = {}
    if len(stack) != 1:
        raise WrongQuery("Expected Name, found <EOF>")
    return root


def _check(selection: Selection, kind: str) -> None:
    for name, inner in selection.items():
        if name not in FIELDS[kind]:
            raise WrongQuery(f'Cannot query field "{name}" on type "{kind}".')
        below = FIELDS[kind][name]
        if bool(below) != bool(inner):
            raise WrongQuery(
                f'Field "{name}" of type "{below or "String"}" has a wrong selection of subfields.'
            )
        if below:
            _check(inner, below)


def _pick(value: Any, selection: Selection) -> Any:
    if isinstance(value, list):
        return [_pick(one, selection) for one in cast("list[Any]", value)]
    if isinstance(value, Mapping):
        return {name: _pick(value[name], inner) for name, inner in selection.items()}
    return value


def _resolvers(library: Library, key: str | None) -> dict[str, Callable[[Mapping[str, Any]], Any]]:
    def find_scenes(variables: Mapping[str, Any]) -> dict[str, Any]:
        found, page = _find(library, variables.get("filter") or {})
        whole = {"duration": sum(scene.duration for scene in found), "filesize": 1_000_000.0 * len(found)}
        return {"count": len(found), "scenes": [_show(scene, key) for scene in page], **whole}

    def find_scene(variables: Mapping[str, Any]) -> dict[str, Any] | None:
        return next((_show(scene, key) for scene in library.scenes if str(scene.id) == variables["id"]), None)

    return {
        "findScenes": find_scenes,
        "findScene": find_scene,
        "version": lambda _: {"version": "v0.30.0", "hash": "cf3489ef", "build_time": "2026-01-11 00:00:00"},
        "systemStatus": lambda _: {"databaseSchema": 75, "appSchema": 75, "status": "OK"},
    }


_KNOWN = {"q": str, "page": int, "per_page": int, "sort": str, "direction": str}
_SORTS: dict[str, Callable[[Scene], Any]] = {
    "created_at": lambda scene: scene.created_at,
    "updated_at": lambda scene: scene.updated_at,
    "date": lambda scene: scene.date or "",
    "title": lambda scene: (scene.title or scene.basename).casefold(),
    "rating": lambda scene: scene.rating or 0,
    "duration": lambda scene: scene.duration,
}


def _find(library: Library, given: Mapping[str, Any]) -> tuple[list[Scene], list[Scene]]:
    """Return all that match, and the page of them."""
    for name, value in given.items():
        if name not in _KNOWN or (value is not None and not isinstance(value, _KNOWN[name])):
            raise WrongQuery(f"unknown or wrong field {name}")
    words = str(given.get("q") or "").casefold().split()
    found = [
        scene
        for scene in library.scenes
        if all(word in f"{scene.title} {scene.basename}".casefold() for word in words)
    ]
    if given.get("direction") not in {None, "ASC", "DESC"}:
        raise WrongQuery("direction is not a valid SortDirectionEnum")
    backwards = given.get("direction") == "DESC"
    sort = given.get("sort") or "title"
    if sort not in _SORTS:
        raise WrongQuery(f"invalid sort: {sort}")
    found.sort(key=_SORTS[sort], reverse=backwards)
    per_page = given.get("per_page") or 25
    if per_page < 0:
        return found, found
    start = (max(1, given.get("page") or 1) - 1) * per_page
    return found, found[start : start + per_page]


def _show(scene: Scene, key: str | None) -> dict[str, Any]:
    at = f"{BASE}/scene/{scene.id}"
    hashed = f"{BASE}/scene/{scene.oshash}"
    width, height = COVER
    file = {
        "id": str(1000 + scene.id),
        "path": f"/data/{scene.basename}",
        "basename": scene.basename,
        "size": 1_000_000,
        "width": width,
        "height": height,
        "duration": scene.duration,
    }
    return {
        "id": str(scene.id),
        "title": scene.title,
        "date": scene.date,
        "rating100": scene.rating,
        "organized": False,
        "created_at": f"{scene.created_at:%Y-%m-%dT%H:%M:%SZ}",
        "updated_at": f"{scene.updated_at:%Y-%m-%dT%H:%M:%S}+00:00",
        "files": [file] if scene.has_file else [],
        "studio": {"id": str(BEGIN.year + scene.id), "name": scene.studio} if scene.studio else None,
        "paths": {
            "screenshot": f"{at}/screenshot?t={int(scene.updated_at.timestamp())}",
            "preview": f"{at}/preview",
            "stream": f"{at}/stream?apikey={key}" if key else f"{at}/stream",
            "webp": f"{at}/webp",
            "vtt": f"{hashed}_thumbs.vtt",
            "sprite": f"{hashed}_sprite.jpg",
        },
    }

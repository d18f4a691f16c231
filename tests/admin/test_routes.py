"""Every route and verb that Piccolo Admin has or could have, tried through the door."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import httpx
import piccolo_admin
import pytest
from piccolo_admin.endpoints import create_admin
from starlette.routing import Mount
from tests import pictures
from tests.admin.conftest import everything, picture
from tests.conftest import Studio, problem

from aiimagecraft.admin.desk import build, tables
from aiimagecraft.admin.forms import form_configs

READS = {
    "/", "/assets", "/api/forms/", "/api/forms/grouped/", "/api/forms/{form_slug}/",
    "/api/forms/{form_slug}/schema/", "/api/links/", "/api/tables/", "/api/tables/grouped/",
    "/api/tables/{table}/", "/api/tables/{table}/count/", "/api/tables/{table}/ids/",
    "/api/tables/{table}/new/", "/api/tables/{table}/references/", "/api/tables/{table}/schema/",
    "/api/tables/{table}/{row_id}/", "/api/user/", "/public/meta/", "/public/translations/",
    "/public/translations/{language_code}/",
}  # fmt: skip
LEADS = {"/public/login", "/public/logout/", "/api/change-password/"}
SHUT = {
    "/openapi.json", "/api/openapi.json", "/public/openapi.json", "/api/docs/", "/public/docs/",
    "/api/docs/oauth2-redirect/", "/public/docs/oauth2-redirect/", "/api/media/",
}  # fmt: skip
"""They show documents that load scripts from other servers, or take files in."""
WRITES = {
    ("POST", "/api/forms/{form_slug}/"),
    ("POST", "/api/media/generate-file-url/"),
    ("PATCH", "/api/tables/image/{row_id}/"),
    ("PATCH", "/api/tables/piccolo_user/{row_id}/"),
}
"""What is let through with another verb than GET: the one to the forms, the others to our own services."""
REFUSED = {
    ("POST", "/api/tables/{table}/"),
    ("PUT", "/api/tables/{table}/{row_id}/"),
    ("PATCH", "/api/tables/{table}/{row_id}/"),
    ("DELETE", "/api/tables/{table}/{row_id}/"),
    ("POST", "/api/media/"),
}
"""What Piccolo Admin does with rows by itself when it may, and what is never done."""
SCRIPT = next((Path(piccolo_admin.__file__).parent / "dist" / "assets").glob("*.js")).name
NAMES = {
    "image", "source", "generation_job", "piccolo_user", "session", "api_token", "audit",
}  # fmt: skip


def offered(app: Any, prefix: str = "") -> Iterator[tuple[str, str]]:
    """The verbs and paths of an application and of all that is mounted in it; `*` is any verb."""
    while not hasattr(app, "routes") and hasattr(app, "app"):
        app = app.app
    for route in getattr(app, "routes", [None]):
        if route is None:
            yield "*", prefix
        elif isinstance(route, Mount):
            yield from offered(route.app, prefix + route.path)
        else:
            for method in getattr(route, "methods", None) or ["*"]:
                yield method, re.sub(r"\{(\w+):\w+\}", r"{\1}", prefix + route.path)


def anything(path: str) -> str:
    """A path with any table for the one it names."""
    return re.sub(rf"^/api/tables/(?:{'|'.join(NAMES)})/", "/api/tables/{table}/", path)


def all_offers() -> set[tuple[str, str]]:
    """What Piccolo Admin has, and what it would have besides if we had not told it to read only."""
    desk = build(lambda: pytest.fail("Nothing is opened when the desk is built"))
    unbound = create_admin(tables(desk.media), forms=form_configs(), auto_include_related=False)
    return {*offered(desk.app), *offered(unbound)}


OFFERED = all_offers()


def test_every_route_is_judged() -> None:
    """A new one is let through or refused by the door as before, but somebody must look at it."""
    judged = READS | LEADS | SHUT | {path for _, path in WRITES}
    assert {anything(path) for _, path in OFFERED} - judged == set()
    assert judged - {anything(path) for _, path in OFFERED} <= {path for _, path in WRITES}
    written = {(method, anything(path)) for method, path in OFFERED if method not in {"GET", "HEAD", "*"}}
    known = REFUSED | {(method, anything(path)) for method, path in WRITES}
    assert written - known == {("POST", path) for path in LEADS - {"/public/login"}}


def test_piccolo_admin_itself_writes_nothing() -> None:
    desk = build(lambda: pytest.fail("Nothing is opened when the desk is built"))
    writing = {path for method, path in offered(desk.app) if method not in {"GET", "HEAD", "*"}}
    assert {path for path in writing if path.startswith("/api/tables/")} == set()


async def test_piccolo_admin_itself_lets_nobody_in() -> None:
    """Only the door says who asks: no cookie and no header does."""
    desk = build(lambda: pytest.fail("Nothing is opened when the desk is built"))
    transport = httpx.ASGITransport(desk.app)  # pyright: ignore[reportArgumentType]
    headers = {"cookie": "id=1; aiimagecraft=1", "authorization": "Bearer 1", "x-user": "anna"}
    async with httpx.AsyncClient(transport=transport, base_url="http://127.0.0.1", headers=headers) as client:
        for path in ("/api/tables/", "/api/tables/image/", "/api/user/"):
            assert (await client.get(path)).status_code == 401


async def test_each_verb_on_each_route_changes_nothing(
    studio: Studio, anna: httpx.AsyncClient, ben: httpx.AsyncClient
) -> None:
    """Each of POST, PUT, PATCH, DELETE on each path, for a row that is there, with values that would do."""
    await rows_of_each_table(ben)
    before = await everything(studio)
    tried = 0
    for path in sorted({path for _, path in OFFERED} | {f"/api/tables/{name}/" for name in NAMES}):
        for method in ("POST", "PUT", "PATCH", "DELETE"):
            if (method, path) in WRITES or path in LEADS:
                continue
            body = body_for(path, before)
            for given, params in ((body, {}), (body, {"id": "1"}), (None, {})):
                response = await anna.request(method, address(path, before), json=given, params=params)
                assert "Rows are not added" in problem(response, 405), (method, path)
                tried += 1
    assert await everything(studio) == before
    assert tried > 700


async def test_each_read_answers_administrators_only(
    studio: Studio, anna: httpx.AsyncClient, ben: httpx.AsyncClient, nobody: httpx.AsyncClient
) -> None:
    await rows_of_each_table(ben)
    before = await everything(studio)
    for path in sorted({path for _, path in OFFERED if anything(path) in READS}):
        for method in ("GET", "HEAD"):
            response = await anna.request(method, address(path, before))
            assert response.status_code == 200, (method, path, response.text)
            assert (await ben.request(method, address(path, before))).status_code == 403, path
            wanted = {303, 401} if path == "/" else {401}
            assert (await nobody.request(method, address(path, before))).status_code in wanted, path
    for path in SHUT:
        problem(await anna.get(address(path, before)), 404)
    assert await everything(studio) == before


TRICKS = [
    ("DELETE", "/admin//api//tables//image//{id}//"),
    ("DELETE", "/admin/./api/tables/image/{id}/"),
    ("DELETE", "/admin/api/tables/source/../image/{id}/"),
    ("DELETE", "/admin/api/tables/image%2F{id}/"),
    ("DELETE", "/admin/api/tables/image/{id}/%2e%2e/{id}/"),
    ("DELETE", "/admin/api/tables/image/{id};a=b/"),
    ("DELETE", "/admin/api/tables/image/{id}/?_method=PATCH"),
    ("PUT", "/admin/api/tables/image/{id}"),
    ("POST", "/admin/api/tables/image"),
    ("PATCH", "/admin/api/tables/image/{id}/x/"),
    ("PATCH", "/admin/api/tables/IMAGE/{id}/"),
    ("PATCH", "/admin/api/tables/image/{id}%00/"),
    ("POST", "/admin/admin/api/tables/image/"),
    ("POST", "/admin/api/forms/../tables/image/"),
    ("OPTIONS", "/admin/api/tables/image/{id}/"),
    ("TRACE", "/admin/api/tables/image/{id}/"),
]


@pytest.mark.parametrize(("method", "path"), TRICKS)
async def test_tricks_with_the_path_change_nothing(
    studio: Studio, anna: httpx.AsyncClient, method: str, path: str
) -> None:
    item = await picture(anna, "a fox")
    before = await everything(studio)
    headers = {"x-http-method-override": "DELETE", "x-original-url": f"/api/tables/image/{item['id']}/"}
    response = await anna.request(
        method, path.replace("{id}", item["id"]), json={"starred": True}, headers=headers
    )
    assert response.status_code in {204, 400, 404, 405}, response.text
    assert await everything(studio) == before


async def rows_of_each_table(client: httpx.AsyncClient) -> None:
    await picture(client, "a fox", trash=True)
    await client.post("/api/sources", files={"file": ("b.png", pictures.png(64, 64))})
    await client.post("/api/generate", json={"prompt": "a heron"})
    await client.post("/api/tokens", json={"name": "a token", "scope": "write"})


def address(path: str, rows: dict[str, list[Any]]) -> str:
    """Where a route is, with the name of something that is there for each of its parameters."""
    table = path.split("/")[3] if path.startswith("/api/tables/") and path.count("/") > 3 else ""
    row = str(rows[table][-1]["id"]) if table in rows else ""
    names = {"row_id": row, "form_slug": "purge", "language_code": "en"}
    if path == "/assets":
        path = f"/assets/{SCRIPT}"
    return "/admin" + re.sub(r"\{(\w+)\}", lambda match: names[match[1]], path)


def body_for(path: str, rows: dict[str, list[Any]]) -> dict[str, Any]:
    """Values of a row that is there, with a few that are others."""
    table = path.split("/")[3] if path.startswith("/api/tables/") and path.count("/") > 3 else ""
    row = {key: str(value) for key, value in (rows[table][-1].items() if table in rows else ())}
    return row | {"starred": True, "prompt": "changed", "username": "eve", "action": "changed"}

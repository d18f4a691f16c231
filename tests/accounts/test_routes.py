"""Every route of the API document, asked by nobody and by the wrong people."""

from __future__ import annotations

from typing import Any
from uuid import UUID

import httpx
import pytest
from litestar.routes import HTTPRoute
from tests import pictures
from tests.accounts.conftest import account, log_in, visitor
from tests.accounts.test_login import BAD_TOKENS
from tests.conftest import Studio, problem
from tests.contracts.test_errors import routes

from aiimagecraft.accounts import people
from aiimagecraft.accounts.cookies import ACCESS, RENEWAL

OPEN = {
    ("POST", "/api/login"),
    ("POST", "/api/cleanup"),
    ("GET", "/metrics"),
    ("GET", "/health/live"),
    ("GET", "/health/ready"),
}
CLOSED = sorted(set(routes()) - OPEN)
NOTHING = "019aa000-0000-7000-8000-000000000000"
NAMES = {
    "kind": "scene",
    "picture": "1",
    "variant": "screenshot",
    "scene_id": "1",
    "place": "0",
    "version": "1",
    "key": f"{NOTHING}.png",
}


def address(path: str, **names: str) -> str:
    for part in path.split("{")[1:]:
        name = part.partition("}")[0]
        path = path.replace(f"{{{name}}}", names.get(name, NAMES.get(name, NOTHING)))
    return path


def test_the_routes_that_are_open_are_still_there() -> None:
    assert set(routes()) >= OPEN
    assert len(CLOSED) > 35


@pytest.mark.parametrize(("method", "path"), CLOSED)
async def test_nobody_gets_in(nobody: httpx.AsyncClient, method: str, path: str) -> None:
    response = await nobody.request(method, address(path))
    if method == "HEAD":
        assert response.status_code == 401
    else:
        problem(response, 401)
    assert response.headers["www-authenticate"] == "Bearer"
    assert response.headers["cache-control"] == "no-store"


async def test_no_bad_token_opens_any_route(
    studio: Studio, anna: httpx.AsyncClient, nobody: httpx.AsyncClient
) -> None:
    tokens = {kind: make(anna.cookies[ACCESS]) for kind, make in BAD_TOKENS.items()}
    async with visitor(studio) as other:
        await log_in(other, "anna")
        tokens["revoked"] = other.cookies[ACCESS]
        await other.post("/api/logout")
    async with visitor(studio) as disabled:
        await account("carl")
        await log_in(disabled, "carl")
        tokens["disabled"] = disabled.cookies[ACCESS]
        theirs = (await disabled.post("/api/tokens", json={"name": "a", "scope": "write"})).json()["token"]
        await people.set_active("carl", active=False)
        rest = {"cookie": f"{RENEWAL}={disabled.cookies[RENEWAL]}"}
    api_token = (await anna.post("/api/tokens", json={"name": "a", "scope": "write"})).json()
    await anna.delete(f"/api/tokens/{api_token['id']}")
    wrong = (
        api_token["token"],
        theirs,
        "let-me-clean",
        "aic_",
        "",
        anna.cookies[RENEWAL],
        anna.cookies[ACCESS],
    )
    headers = [
        rest,
        *({"cookie": f"{ACCESS}={token}"} for token in tokens.values()),
        *({"cookie": f"{RENEWAL}={token}"} for token in (anna.cookies[ACCESS], "x", "")),
        *({"authorization": f"Bearer {token}"} for token in wrong),
    ]
    tried = 0
    for method, path in CLOSED:
        for header in headers:
            response = await nobody.request(method, address(path), headers=header)
            assert response.status_code == 401, (method, path, header)
            tried += 1
    assert tried == len(CLOSED) * len(headers)
    print(f"{tried:,} requests: {len(CLOSED)} routes with {len(headers)} wrong proofs each")  # noqa: T201


async def test_no_route_takes_a_proof_from_its_address(
    anna: httpx.AsyncClient, nobody: httpx.AsyncClient
) -> None:
    """What is in addresses is in histories and logs; sockets alone take a token there, of 30 seconds."""
    made = (await anna.post("/api/ws-token")).json()["token"]
    for method, path in CLOSED:
        for name in ("token", "access_token", ACCESS):
            for proof in (made, anna.cookies[ACCESS]):
                response = await nobody.request(method, address(path), params={name: proof})
                assert response.status_code == 401, (method, path, name)


PAGES = {
    "/",
    "/gallery",
    "/trash",
    "/scenes",
    "/login",
    "/account",
    # The desk sees to its door itself: a page leads to the login, and only administrators pass.
    "/admin",
    "/admin/{rest}",
    "/{path}",
    "/assets/{file}",
    "/offline.html",
    "/service-worker.js",
}


def test_what_is_open_is_meant_to_be(studio: Studio) -> None:
    """Also of what the API document leaves out."""
    opened = {
        (method, route.path_format)
        for route in studio.app.routes
        if isinstance(route, HTTPRoute)
        for method, (handler, _) in route.route_handler_map.items()
        if handler.opt.get("public") and method != "OPTIONS"
    }
    assert {path for _, path in opened - OPEN} == PAGES
    assert opened >= OPEN


@pytest.mark.parametrize(
    "path", ["/", "/gallery", "/api/nope", "/schema", "/schema/openapi.json", "/health/live"]
)
async def test_pages_are_open_and_the_api_document_is_not(nobody: httpx.AsyncClient, path: str) -> None:
    status = (await nobody.get(path, headers={"accept": "text/html"}, follow_redirects=True)).status_code
    assert status == (404 if "nope" in path else 401 if "schema" in path else 200)


async def test_the_cleanup_has_a_token_of_its_own(nobody: httpx.AsyncClient) -> None:
    header = {"authorization": "Bearer let-me-clean"}
    assert (await nobody.post("/api/cleanup", headers=header)).json() == {"ok": True, "deleted": 0}
    problem(await nobody.post("/api/cleanup"), 401)
    problem(await nobody.get("/api/gallery", headers=header), 401)


class Belongings:
    """Something of each kind that Anna has."""

    def __init__(self, studio: Studio, anna: httpx.AsyncClient) -> None:
        self.studio, self.client = studio, anna
        self.names: dict[str, str] = {}
        self.bodies: dict[tuple[str, str], dict[str, Any]] = {}

    async def fill(self) -> Belongings:
        made = await self.client.post("/api/images", files={"file": ("a.png", pictures.png())})
        image = made.json()["items"][0]
        made = await self.client.post("/api/sources", files={"file": ("b.png", pictures.png())})
        source = made.json()["items"][0]
        body = {"prompt": "a fox", "sources": [source["id"]]}
        job = (await self.client.post("/api/generate", json=body)).json()["job"]
        await self.studio.rows(
            "UPDATE generation_job SET answers = ARRAY['answer/of-anna.bin'] WHERE id = $1", UUID(job["id"])
        )
        await self.studio.storage.put("answer/of-anna.bin", b"no picture", "application/octet-stream")
        await self.studio.rows(
            "INSERT INTO generation_partial (id, job_id, place, version, picture) VALUES ($1, $1, 0, 1, 'x')",
            UUID(job["id"]),
        )
        ids = [image["id"]]
        zipped = (await self.client.post("/api/images/zip", json={"ids": ids})).json()
        starred = await self.client.patch("/api/images/bulk", json={"ids": ids, "starred": True})
        token = (await self.client.post("/api/tokens", json={"name": "t", "scope": "read"})).json()
        session = (await self.client.get("/api/sessions")).json()["items"][0]
        self.names = {
            "image_id": image["id"],
            "key": image["full"].removeprefix("/uploads/"),
            "job_id": job["id"],
            "archive_id": zipped["url"].rpartition("/")[2],
            "change_id": starred.json()["undo"],
            "token_id": token["id"],
            "session_id": session["id"],
        }
        self.bodies = {
            ("PATCH", "/api/image/{image_id}"): {"starred": True},
            ("PATCH", "/api/images/bulk"): {"ids": ids, "starred": False},
            ("POST", "/api/images/purge"): {"ids": ids},
            ("POST", "/api/images/zip"): {"ids": ids},
            ("POST", "/api/generate"): {"prompt": "a fox", "sources": [source["id"]]},
        }
        self.keys = [image["full"], image["thumb"], source["full"], source["thumb"]]
        return self

    async def state(self) -> list[Any]:
        """Everything in the database that is not a time of use."""
        tables = ("image", "source", "generation_job", "archive", "change", "api_token")
        return [await self.studio.rows(f"SELECT * FROM {table} ORDER BY id") for table in tables]


LISTS = {"/api/gallery", "/api/gallery/models", "/api/gallery/timeline", "/api/jobs", "/api/tokens"}
OWN = {
    ("GET", "/api/config"),
    ("GET", "/api/me"),
    ("GET", "/api/sessions"),
    ("POST", "/api/trash/empty"),
    ("POST", "/api/ws-token"),
    ("POST", "/api/logout"),
    ("POST", "/api/password"),
    ("POST", "/api/tokens"),
    ("POST", "/api/images"),
    ("POST", "/api/sources"),
}
"""Routes that name nothing which could be another's."""


async def test_another_user_gets_and_changes_nothing(
    studio: Studio, anna: httpx.AsyncClient, ben: httpx.AsyncClient
) -> None:
    annas = await Belongings(studio, anna).fill()
    before = await annas.state()
    sessions = await studio.rows("SELECT id FROM session ORDER BY id")
    refused = 0
    for method, path in CLOSED:
        if (method, path) in OWN or "/scenes" in path or "/proxy/" in path:
            continue
        if path == "/api/gallery/place":
            place = await ben.get(path, params={"id": annas.names["image_id"]})
            assert place.json() == {"place": None}
            continue
        response = await ben.request(
            method, address(path, **annas.names), json=annas.bodies.get((method, path))
        )
        if path in LISTS:
            assert response.json().get("items", []) == response.json().get("months", []) == [], path
            continue
        expected = 400 if path == "/api/generate" else 404
        assert response.status_code == expected, (method, path, response.text)
        refused += 1
    assert refused == 17
    for method, path in CLOSED:
        if (
            method == "GET"
            and path not in LISTS | {"/api/gallery/place"}
            and "/scenes" not in path
            and "{kind}" not in path
        ):
            assert (await anna.get(address(path, **annas.names))).status_code == 200, path
    for key in annas.keys:
        assert (await anna.get(key)).status_code == 200
        problem(await ben.get(key), 404)
    assert (await ben.post("/api/trash/empty")).json() == {"ok": True, "deleted": 0}
    assert await annas.state() == before
    assert await studio.rows("SELECT id FROM session ORDER BY id") == sessions


async def test_anothers_cursor_is_worth_nothing(anna: httpx.AsyncClient, ben: httpx.AsyncClient) -> None:
    files = [("file", (f"{number}.png", pictures.png())) for number in range(2)]
    await anna.post("/api/images", files=files)
    cursor = (await anna.get("/api/gallery?limit=1")).json()["nextCursor"]
    assert cursor
    problem(await ben.get("/api/gallery", params={"limit": 1, "cursor": cursor}), 400, "cursor")


async def test_a_filter_reaches_ones_own_only(anna: httpx.AsyncClient, ben: httpx.AsyncClient) -> None:
    item = (await anna.post("/api/images", files={"file": ("a.png", pictures.png())})).json()["items"][0]
    every = {"filter": {"before": "2100-01-01T00:00:00Z"}}
    changed = await ben.patch("/api/images/bulk", json={**every, "deleteToTrash": True})
    assert changed.json()["updated"] == 0
    problem(await ben.post("/api/images/zip", json=every), 422, "filter")
    assert (await anna.get(f"/api/image/{item['id']}")).json()["deletedAt"] is None


async def test_a_reading_token_reads_and_nothing_else(
    studio: Studio, anna: httpx.AsyncClient, nobody: httpx.AsyncClient
) -> None:
    annas = await Belongings(studio, anna).fill()
    before = await annas.state()
    made = (await anna.post("/api/tokens", json={"name": "backup", "scope": "read"})).json()
    nobody.headers["authorization"] = f"Bearer {made['token']}"
    assert (await nobody.get("/api/gallery")).json()["items"]
    assert (await nobody.get(annas.keys[0])).status_code == 200
    for method, path in CLOSED:
        if method not in {"GET", "HEAD"}:
            problem(await nobody.request(method, address(path, **annas.names)), 403)
    after = await annas.state()
    assert after[:-1] == before[:-1]


async def test_a_writing_token_writes_but_is_no_person(
    anna: httpx.AsyncClient, nobody: httpx.AsyncClient
) -> None:
    made = await anna.post("/api/tokens", json={"name": "import", "scope": "write"})
    assert made.status_code == 201
    token = made.json()
    assert token["token"].startswith("aic_")
    nobody.headers["authorization"] = f"bearer {token['token']}"
    added = await nobody.post("/api/images", files={"file": ("a.png", pictures.png())})
    assert added.status_code == 201
    assert (await anna.get("/api/gallery")).json()["items"][0]["id"] == added.json()["items"][0]["id"]
    assert (await nobody.get("/api/me")).json()["scope"] == "write"
    for method, path in (
        ("POST", "/api/tokens"), ("GET", "/api/tokens"), ("DELETE", f"/api/tokens/{token['id']}"),
        ("GET", "/api/sessions"), ("POST", "/api/password"), ("POST", "/api/logout"),
        ("POST", "/api/ws-token"),
    ):  # fmt: skip
        problem(await nobody.request(method, path), 403)


async def test_a_token_is_shown_once_hashed_and_revocable(
    studio: Studio, anna: httpx.AsyncClient, ben: httpx.AsyncClient, nobody: httpx.AsyncClient
) -> None:
    made = (await anna.post("/api/tokens", json={"name": "laptop", "scope": "read"})).json()
    (kept,) = await studio.rows("SELECT * FROM api_token")
    assert made["token"] not in str(dict(kept))
    (item,) = (await anna.get("/api/tokens")).json()["items"]
    assert item == {name: value for name, value in made.items() if name != "token"}
    assert item["lastUsedAt"] is None
    header = {"authorization": f"Bearer {made['token']}"}
    assert (await nobody.get("/api/me", headers=header)).json()["username"] == "anna"
    assert (await anna.get("/api/tokens")).json()["items"][0]["lastUsedAt"]
    problem(await ben.delete(f"/api/tokens/{made['id']}"), 404)
    assert (await anna.delete(f"/api/tokens/{made['id']}")).json() == {"ok": True}
    problem(await nobody.get("/api/me", headers=header), 401)
    assert (await anna.get("/api/tokens")).json()["items"] == []


@pytest.mark.parametrize(
    ("body", "field"),
    [
        ({"name": "", "scope": "read"}, "name"),
        ({"name": "a", "scope": "all"}, "scope"),
        ({"name": "a"}, "scope"),
    ],
)
async def test_a_malformed_token_request_names_the_field(
    anna: httpx.AsyncClient, body: dict[str, str], field: str
) -> None:
    problem(await anna.post("/api/tokens", json=body), 400, field)


async def test_a_token_of_a_disabled_account_rests(
    studio: Studio, anna: httpx.AsyncClient, nobody: httpx.AsyncClient
) -> None:
    made = (await anna.post("/api/tokens", json={"name": "laptop", "scope": "read"})).json()
    nobody.headers["authorization"] = f"Bearer {made['token']}"
    await account("carl")
    await studio.rows("UPDATE piccolo_user SET active = false WHERE username = 'anna'")
    problem(await nobody.get("/api/gallery"), 401)

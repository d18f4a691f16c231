from __future__ import annotations

import gzip
from collections.abc import AsyncGenerator, Callable
from pathlib import Path
from typing import Any, cast

import brotli
import httpx
import pytest
from litestar import Litestar, get
from scripts.build_frontend import write_all

from aiimagecraft.accounts.cookies import RENEWAL
from aiimagecraft.spa import negotiate, spa_routes

PAGE = b"<!doctype html><title>aiimagecraft</title>"
SCRIPT = b"console.log('aiimagecraft');" * 20
EXPAND: dict[str, Callable[[bytes], bytes]] = {"br": cast("Any", brotli).decompress, "gzip": gzip.decompress}
BROWSER = {"accept": "text/html,*/*;q=0.8"}


@pytest.fixture
def dist(tmp_path: Path) -> Path:
    pages = {"index.html": PAGE.decode(), "offline.html": '<script src="{main.js}"></script>'}
    write_all(tmp_path, {"main.js": SCRIPT}, pages, b"work();")
    return tmp_path


@get("/api/known")
async def known() -> str:
    return "known"


@pytest.fixture
async def client(dist: Path) -> AsyncGenerator[httpx.AsyncClient]:
    app = Litestar([known, *spa_routes(dist)], openapi_config=None)
    transport = httpx.ASGITransport(cast("Any", app))
    async with httpx.AsyncClient(
        transport=transport, base_url="http://localhost", headers={"accept-encoding": "identity"}
    ) as client:
        yield client


@pytest.fixture
def script(dist: Path) -> str:
    return f"/assets/{next((dist / 'assets').glob('main-*.js')).name}"


@pytest.mark.parametrize(
    ("accepted", "coding"),
    [
        (None, "identity"),
        ("", "identity"),
        ("gzip, deflate, br, zstd", "br"),
        ("gzip", "gzip"),
        ("br;q=0.5, gzip;q=0.8", "gzip"),
        ("br;q=0, gzip;q=0", "identity"),
        ("BR ; Q=1", "br"),
        ("*", "br"),
        ("*;q=0.5, br;q=0", "gzip"),
        ("identity, br;q=0.2", "identity"),
        ("br;q=nonsense", "identity"),
    ],
)
def test_weights_choose_the_coding(accepted: str | None, coding: str) -> None:
    assert negotiate(accepted) == coding


async def test_assets_are_immutable_and_compressed(client: httpx.AsyncClient, script: str) -> None:
    plain = await client.get(script)
    assert plain.content == SCRIPT
    assert plain.headers["content-type"].startswith("text/javascript")
    assert plain.headers["cache-control"] == "public, max-age=31536000, immutable"
    assert plain.headers["vary"] == "Accept-Encoding"
    assert "content-encoding" not in plain.headers
    for coding in ("br", "gzip"):
        request = client.build_request("GET", script, headers={"accept-encoding": coding})
        response = await client.send(request, stream=True)
        raw = b"".join([chunk async for chunk in response.aiter_raw()])
        assert response.headers["content-encoding"] == coding
        assert int(response.headers["content-length"]) == len(raw) < len(SCRIPT)
        assert EXPAND[coding](raw) == SCRIPT
        assert response.headers["etag"] != plain.headers["etag"]


async def test_a_matching_validator_is_answered_304(client: httpx.AsyncClient, script: str) -> None:
    for address in (script, "/"):
        etag = (await client.get(address)).headers["etag"]
        assert not etag.startswith("W/")
        response = await client.get(address, headers={"if-none-match": f'"other", {etag}'})
        assert (response.status_code, response.content) == (304, b"")
        assert response.headers["etag"] == etag
        assert response.headers["vary"] == "Accept-Encoding"
        other = await client.get(address, headers={"if-none-match": etag, "accept-encoding": "br"})
        assert other.status_code == 200


async def test_head_has_the_headers_and_no_body(client: httpx.AsyncClient, script: str) -> None:
    for address in (script, "/gallery"):
        full, head = await client.get(address), await client.head(address)
        assert head.content == b""
        for name in ("content-length", "content-type", "etag", "cache-control"):
            assert head.headers[name] == full.headers[name]


@pytest.mark.parametrize("address", ["/", "/gallery", "/trash", "/gallery?image=1"])
async def test_the_apps_own_addresses_are_the_page(client: httpx.AsyncClient, address: str) -> None:
    response = await client.get(address)
    assert (response.status_code, response.content) == (200, PAGE)
    assert response.headers["content-type"] == "text/html; charset=utf-8"
    assert response.headers["cache-control"] == "no-cache"
    assert response.headers["x-content-type-options"] == "nosniff"
    assert response.headers["referrer-policy"] == "same-origin"
    assert response.headers["cross-origin-opener-policy"] == "same-origin"
    policy = response.headers["content-security-policy"]
    assert "unsafe" not in policy
    assert policy.startswith("default-src 'none'; script-src 'self'; style-src 'self';")
    assert " img-src 'self' data: blob:; " in policy


@pytest.mark.parametrize(
    ("address", "leads_to"),
    [
        ("/", "/login"),
        ("/gallery?q=a%20fox&starred=1", "/login?next=%2Fgallery%3Fq%3Da%2520fox%26starred%3D1"),
        ("/account", "/login?next=%2Faccount"),
    ],
)
async def test_who_has_no_session_is_sent_to_the_login(dist: Path, address: str, leads_to: str) -> None:
    app = Litestar(spa_routes(dist, login=True), openapi_config=None)
    transport = httpx.ASGITransport(cast("Any", app))
    async with httpx.AsyncClient(transport=transport, base_url="http://localhost") as client:
        sent = await client.get(address)
        assert (sent.status_code, sent.headers["location"]) == (302, leads_to)
        assert sent.headers["cache-control"] == "no-store"
        assert (await client.get("/login")).status_code == 200
        client.cookies.set(RENEWAL, "whatever it is")
        assert (await client.get(address)).status_code == 200


async def test_pictures_of_another_origin_are_shown_only_when_it_is_named(dist: Path) -> None:
    app = Litestar(spa_routes(dist, "https://store.example.org"), openapi_config=None)
    async with httpx.AsyncClient(
        transport=httpx.ASGITransport(cast("Any", app)), base_url="http://localhost"
    ) as client:
        for address, status in (("/", 200), ("/no/such/page", 404)):
            page = await client.get(address, headers=BROWSER)
            assert page.status_code == status
            policy = page.headers["content-security-policy"]
            assert " img-src 'self' data: blob: https://store.example.org; " in policy


async def test_an_unknown_address_is_a_page_for_people_only(client: httpx.AsyncClient) -> None:
    page = await client.get("/no/such/page", headers=BROWSER)
    assert (page.status_code, page.content) == (404, PAGE)
    assert "content-security-policy" in page.headers
    again = await client.get("/no/such/page", headers={**BROWSER, "if-none-match": page.headers["etag"]})
    assert again.status_code == 404
    program = await client.get("/no/such/page")
    assert (program.status_code, program.headers["content-type"]) == (404, "application/json")
    assert (await client.post("/no/such/page", headers=BROWSER)).status_code == 404


async def test_the_worker_lies_beside_the_page_and_knows_what_to_keep(
    client: httpx.AsyncClient, script: str
) -> None:
    response = await client.get("/service-worker.js")
    assert response.headers["content-type"].startswith("text/javascript")
    assert response.headers["cache-control"] == "no-cache"
    assert response.text.endswith("work();")
    for address in ("/offline.html", script):
        assert f'"{address}"' in response.text
        assert (await client.get(address)).status_code == 200
    assert "script-src 'self'" in (await client.get("/offline.html")).headers["content-security-policy"]
    assert "worker-src 'self'" in (await client.get("/")).headers["content-security-policy"]
    assert (await client.get("/manifest.json")).status_code == 404


@pytest.mark.parametrize("area", ["api", "uploads", "assets", "ws", "health", "schema"])
async def test_addresses_for_programs_are_never_a_page(client: httpx.AsyncClient, area: str) -> None:
    for address in (f"/{area}/none", f"/{area}/none/at/all"):
        response = await client.get(address, headers=BROWSER)
        assert response.status_code == 404
        assert response.content != PAGE


async def test_a_front_end_that_was_not_built_is_named(tmp_path: Path) -> None:
    with pytest.raises(RuntimeError, match=r"run scripts/build_frontend\.py"):
        spa_routes(tmp_path)


async def test_a_post_to_a_page_is_405(client: httpx.AsyncClient) -> None:
    assert (await client.post("/gallery")).status_code == 405

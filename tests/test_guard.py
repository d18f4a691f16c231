"""Who may talk to a server without login."""

from __future__ import annotations

from typing import Any, cast

import httpx
import pytest

from aiimagecraft.guard import OriginGuard
from tests.conftest import problem


async def hello(scope: object, receive: object, send: Any) -> None:
    del scope, receive
    await send({"type": "http.response.start", "status": 200, "headers": []})
    await send({"type": "http.response.body", "body": b"hello"})


Headers = dict[str, str] | list[tuple[str, str]]


async def ask(headers: Headers, *, method: str = "POST", public_origin: str | None = None) -> httpx.Response:
    guard: Any = OriginGuard(cast("Any", hello), public_origin)
    transport = httpx.ASGITransport(guard)
    async with httpx.AsyncClient(transport=transport, base_url="http://localhost:3000") as client:
        return await client.request(method, "/", headers=headers)


OWN = [
    {},
    {"host": "127.0.0.1"},
    {"host": "127.0.0.1:9999"},
    {"host": "[::1]:3000"},
    {"host": "LOCALHOST:3000"},
    {"origin": "http://localhost:3000"},
    {"origin": "http://127.0.0.1:5173"},
    {"origin": "http://[::1]"},
    {"sec-fetch-site": "same-origin"},
    {"sec-fetch-site": "none"},
    {"host": "Images.Example.org"},
    {"host": "images.example.org:443"},
    {"host": "images.example.org"},
    {"origin": "https://images.example.org"},
]
FOREIGN = [
    {"host": "evil.example"},
    {"host": "evil.example:3000"},
    {"host": "localhost.evil.example"},
    {"host": "127.0.0.1.evil.example"},
    {"host": "localhost@evil.example"},
    {"host": "evil.example@localhost"},
    {"host": ""},
    {"host": "localhost:port"},
    {"host": "images.example.org:444"},
    {"origin": "null"},
    {"origin": "http://evil.example"},
    {"origin": "http://localhost.evil.example"},
    {"origin": "http://evil.example@localhost"},
    {"origin": "http://images.example.org"},
    {"origin": "file://localhost"},
    {"origin": ""},
    {"sec-fetch-site": "cross-site", "sec-fetch-mode": "no-cors"},
    {"sec-fetch-site": "cross-site"},
    {"sec-fetch-site": "same-site"},
    {"sec-fetch-site": "same-site", "origin": "http://localhost:5173"},
    {"sec-fetch-site": "cross-site", "origin": "http://localhost:3000"},
    {"sec-fetch-site": "cross-site", "sec-fetch-mode": "navigate"},
]


@pytest.mark.parametrize("headers", OWN)
async def test_own_pages_and_programs_pass(headers: dict[str, str]) -> None:
    assert (await ask(headers, public_origin="https://images.example.org")).text == "hello"


@pytest.mark.parametrize("headers", FOREIGN)
async def test_foreign_pages_are_refused(headers: dict[str, str]) -> None:
    problem(await ask(headers, public_origin="https://images.example.org"), 403)


@pytest.mark.parametrize(
    "headers", [{"host": "images.example.org"}, {"origin": "https://images.example.org"}]
)
async def test_without_a_public_origin_only_this_machine_is_own(headers: dict[str, str]) -> None:
    problem(await ask(headers), 403)


async def test_a_link_from_another_site_may_lead_here() -> None:
    link = {"sec-fetch-site": "cross-site", "sec-fetch-mode": "navigate"}
    assert (await ask(link, method="GET")).status_code == 200
    problem(await ask({**link, "sec-fetch-mode": "no-cors"}, method="GET"), 403)


@pytest.mark.parametrize("name", ["host", "origin"])
async def test_a_repeated_header_is_refused(name: str) -> None:
    value = "localhost" if name == "host" else "http://localhost"
    evil = "evil.example" if name == "host" else "http://evil.example"
    problem(await ask([(name, evil), (name, value)]), 403)

"""Bodies and heads that are too many, too large, or do not come."""

from __future__ import annotations

import asyncio
import io
import time
from contextlib import suppress
from typing import Any

import httpx
import pytest
from tests.attacks.conftest import PATIENCE, House, request, say
from tests.standins.process import PLAIN

from aiimagecraft import bodies
from aiimagecraft.app import MAX_BODY_BYTES
from aiimagecraft.bodies import GRACE_SECONDS, Bodies
from aiimagecraft.errors import TooSlow
from aiimagecraft.generation.controllers import GENERATE_BODY_BYTES
from aiimagecraft.server import HEAD_SECONDS

JSON = {"content-type": "application/json"}
BOUNDARY = "-" * 20 + "parts"
FORM = {"content-type": f"multipart/form-data; boundary={BOUNDARY}"}
MEGABYTE = 1024 * 1024


def part(head: str, body: str = "x") -> str:
    return f"--{BOUNDARY}\r\n{head}\r\n\r\n{body}\r\n"


FILE = 'Content-Disposition: form-data; name="file"; filename="a.png"'
FORMS = {
    "10,000 files": part(FILE) * 10_000 + f"--{BOUNDARY}--\r\n",
    "10,000 fields": part('Content-Disposition: form-data; name="note"') * 10_000 + f"--{BOUNDARY}--\r\n",
    "10,000 headers of a part": part(FILE + "\r\nX-A: a" * 10_000) + f"--{BOUNDARY}--\r\n",
    "a header of 1 MB": part(f'{FILE}; x="{"a" * MEGABYTE}"') + f"--{BOUNDARY}--\r\n",
    "a name of 1 MB": part(f'Content-Disposition: form-data; name="{"a" * MEGABYTE}"'),
    "a head without an end": f"--{BOUNDARY}\r\n" + "X-A: a" * 100_000,
    "no last boundary": part(FILE),
    "10,000 boundaries": f"--{BOUNDARY}\r\n" * 10_000,
    "nothing": "",
}


@pytest.mark.parametrize("kind", FORMS)
def test_10000_parts_and_other_odd_forms_are_refused(house: House, kind: str) -> None:
    with house.browser() as anna, house.watched() as grown:
        started = time.monotonic()
        answer = anna.post("/api/images", content=FORMS[kind].encode(), headers=FORM)
        seconds, most = time.monotonic() - started, grown() / MEGABYTE
    print(f"{kind}: {answer.status_code} after {seconds:.2f} s, {most:.1f} MB more")  # noqa: T201
    assert most < 50
    assert answer.status_code in {400, 413}, answer.text
    assert answer.headers["content-type"] == "application/problem+json"
    assert answer.json()["errors"][0]["field"]


@pytest.mark.parametrize("boundary", ["", "a" * 10_000, "é", '"', "a b;c"])
def test_an_odd_boundary_is_refused(house: House, boundary: str) -> None:
    given = {"content-type": f"multipart/form-data; boundary={boundary}".encode()}
    with house.browser() as anna:
        answer = anna.post("/api/images", content=b"--x--", headers=given)  # pyright: ignore[reportArgumentType]
    assert answer.status_code in {400, 413}


def test_a_body_that_is_declared_too_large_is_refused_before_it_comes(house: House) -> None:
    for target, kind, size in (
        ("/api/login", JSON, MAX_BODY_BYTES + 1), ("/api/login", JSON, 2**63), ("/api/images", FORM, 2**40),
    ):  # fmt: skip
        head = request(target, "POST", {**kind, "cookie": house.cookie, "content-length": str(size)})
        assert say(house, head).status == 413


@pytest.mark.parametrize(
    ("method", "target", "most"),
    [
        ("POST", "/api/login", MAX_BODY_BYTES),
        ("PATCH", "/api/images/bulk", MAX_BODY_BYTES),
        ("POST", "/api/generate", GENERATE_BODY_BYTES),
    ],
)
def test_a_body_that_grows_too_large_is_refused_on_the_way(
    house: House, method: str, target: str, most: int
) -> None:
    """Without a length, so that only what has come tells."""
    head = request(target, method, {**JSON, "cookie": house.cookie, "transfer-encoding": "chunked"})
    piece = b"10000\r\n" + b" " * 0x10000 + b"\r\n"
    with house.watched() as grown:
        assert say(house, head + piece * (most // 0x10000 + 1)).status == 413
        assert grown() < 100 * MEGABYTE


def test_who_is_not_known_is_refused_before_the_body_comes(house: House) -> None:
    """Neither 5 GB that were announced nor a form is waited for."""
    for target in ("/api/images", "/api/sources", "/api/generate", "/api/images/zip"):
        assert say(house, request(target, "POST", {**FORM, "content-length": "5000000"})).status == 401


DEEP = {
    "lists": b"[" * 500_000,
    "objects": b'{"a":' * 200_000,
    "in a field": b'{"ids":' + b"[" * 400_000,
    "a long number": b'{"ids":' + b"9" * 900_000 + b"}",
    "a large exponent": b'{"prompt":"a","n":1e999999999}',
    "100,000 ids": b'{"ids":[' + b",".join([b'"019aa000-0000-7000-8000-000000000000"'] * 20_000) + b"]}",
    "the same field 100,000 times": b"{" + b'"n":1,' * 100_000 + b'"n":1}',
    "half a pair": b'{"prompt":"\\ud800"}',
    "no text": b'{"prompt":"\xff"}',
    "NUL": b'{"prompt":"\\u0000"}',
    "another type": b"<!DOCTYPE x [<!ENTITY a SYSTEM 'file:///etc/passwd'>]><x>&a;</x>",
    "not a number": b'{"prompt":"a","n":NaN}',
}


@pytest.mark.parametrize("kind", DEEP)
def test_json_that_is_deep_or_odd_is_refused(house: House, kind: str) -> None:
    with house.browser() as anna:
        for method, target in (
            ("POST", "/api/generate"), ("PATCH", "/api/images/bulk"), ("POST", "/api/images/zip"),
            ("POST", "/api/login"), ("POST", "/api/tokens"),
        ):  # fmt: skip
            answer = anna.request(method, target, content=DEEP[kind], headers=JSON)
            assert answer.status_code == 400, (target, answer.text)
            assert b"root:" not in answer.content


HEADS = {
    "a header of 64 KB": {"x-a": "a" * 64_000},
    "a header of 1 MB": {"x-a": "a" * MEGABYTE},
    "a cookie of 1 MB": {"cookie": "a=" + "b" * MEGABYTE},
    "a token of 1 MB": {"authorization": "Bearer " + "a" * MEGABYTE},
    "1,000 headers": {f"x-{number}": "a" for number in range(1000)},
    "10,000 headers": {f"x-{number}": "a" for number in range(10_000)},
}


@pytest.mark.parametrize("kind", HEADS)
def test_an_oversized_head_is_refused(house: House, kind: str) -> None:
    reply = say_unheard(house, request("/health/live", headers=HEADS[kind]))
    assert reply in {431, None}
    assert say(house, request("/health/live")).status == 200


def test_an_oversized_address_is_refused(house: House) -> None:
    assert say_unheard(house, request("/" + "a" * MEGABYTE)) in {414, 431, None}


def say_unheard(house: House, head: bytes) -> int | None:
    """Send a head that the server need not read to its end: it may break the connection instead."""
    with suppress(BrokenPipeError, ConnectionResetError):
        return say(house, head).status or None
    return None


POST = b"POST /api/login HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Type: application/json\r\n"
SLOW = {
    "a head": (b"GET / HTTP/1.1\r\nHost: 127.0.0.1\r\n", b"X"),
    "lines of a head": (b"GET / HTTP/1.1\r\nHost: 127.0.0.1\r\n", b"X: a\r\n"),
    "nothing": (b"", b""),
    "a body": (POST + b"Content-Length: 1000\r\n\r\n", b"{"),
    "chunks": (POST + b"Transfer-Encoding: chunked\r\n\r\n", b"1\r\n{\r\n"),
}
EACH = 60


async def drip(house: House, kind: str, begun: list[str]) -> tuple[float, bytes]:
    """Send a byte or so a second until the server has had enough; return how long that took."""
    start, drop = SLOW[kind]
    reader, writer = await asyncio.open_connection("127.0.0.1", house.port)
    began = time.monotonic()
    writer.write(start)
    begun.append(kind)
    said = b""
    ended = asyncio.create_task(reader.read())
    with suppress(ConnectionError):
        while not ended.done():
            writer.write(drop)
            await asyncio.wait([ended], timeout=1)
        said = ended.result()
    writer.close()
    return time.monotonic() - began, said


async def test_300_slow_connections_keep_nobody_waiting_and_end(house: House) -> None:
    """A fifth of them each: heads, lines of heads, nothing at all, bodies and chunks."""
    begun: list[str] = []
    dripping = {kind: [asyncio.create_task(drip(house, kind, begun)) for _ in range(EACH)] for kind in SLOW}
    waits: list[float] = []
    async with asyncio.timeout(PATIENCE):
        while len(begun) < 300:  # noqa: ASYNC110 - a list has nothing to wait for.
            await asyncio.sleep(0.01)
    async with httpx.AsyncClient(
        base_url=house.served.url, verify=PLAIN, trust_env=False, timeout=PATIENCE
    ) as client:
        for _ in range(20):
            began = time.monotonic()
            assert (await client.get("/api/gallery", headers={"cookie": house.cookie})).status_code == 200
            waits.append(time.monotonic() - began)
        assert not any(task.done() for tasks in dripping.values() for task in tasks)
    print(f"beside 300 slow connections: slowest answer {max(waits):.3f} s")  # noqa: T201
    async with asyncio.timeout(PATIENCE):
        for kind, tasks in dripping.items():
            ends = await asyncio.gather(*tasks)
            times = [end for end, _ in ends]
            print(f"{kind}: ended after {min(times):.1f} to {max(times):.1f} s")  # noqa: T201
            if kind in {"a body", "chunks"}:
                assert all(said.startswith(b"HTTP/1.1 408 ") for _, said in ends), ends[0]
                assert min(times) >= GRACE_SECONDS
            else:
                assert min(times) >= HEAD_SECONDS - 1


class Sender:
    """The receiving end of a body whose pieces come after pauses."""

    def __init__(self, *pieces: tuple[float, bytes], more: bool = False) -> None:
        self._pieces = list(pieces)
        self._more = more

    async def receive(self) -> dict[str, Any]:
        if not self._pieces:
            await asyncio.Event().wait()
        pause, piece = self._pieces.pop(0)
        await asyncio.sleep(pause)
        return {"type": "http.request", "body": piece, "more_body": self._more or bool(self._pieces)}


async def read(sender: Sender) -> bytes:
    whole = io.BytesIO()

    async def app(_scope: object, receive: Any, _send: object) -> None:
        more = True
        while more:
            message = await receive()
            whole.write(message["body"])
            more = message["more_body"]

    scope: Any = {"type": "http"}
    await Bodies(app)(scope, sender.receive, None)  # pyright: ignore[reportArgumentType]
    return whole.getvalue()


async def test_what_comes_buys_time(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(bodies, "GRACE_SECONDS", 0.2)
    monkeypatch.setattr(bodies, "LEAST_RATE", 1)
    assert await read(Sender((0, b"0123456789"), (0.3, b"x"))) == b"0123456789x"
    with pytest.raises(TooSlow):
        await read(Sender((0, b""), (60, b"x")))
    with pytest.raises(TooSlow):
        await read(Sender((0.05, b""), (60, b"x"), more=True))

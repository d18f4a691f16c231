"""Addresses from outside: which are fetched, and what a broken connection is called."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncGenerator, Awaitable, Callable
from contextlib import asynccontextmanager

import pytest

from aiimagecraft.causes import causes_of, reason_of
from aiimagecraft.outbound import FetchError, is_public, origin_of, outbound

Handler = Callable[[asyncio.StreamReader, asyncio.StreamWriter], Awaitable[None]]
ANSWER = b"HTTP/1.1 200 OK\r\ncontent-length: 5\r\n\r\nhello"


@asynccontextmanager
async def serving(answer: bytes = ANSWER) -> AsyncGenerator[tuple[str, list[bytes]]]:
    """A server that gives everyone the same answer, and the heads of the requests that it got."""
    heads: list[bytes] = []

    async def handle(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        heads.append(await reader.readuntil(b"\r\n\r\n"))
        writer.write(answer)
        await writer.drain()
        writer.close()

    server = await asyncio.start_server(handle, "127.0.0.1", 0)
    async with server:
        yield f"http://127.0.0.1:{server.sockets[0].getsockname()[1]}", heads


@pytest.mark.parametrize(
    "text",
    [
        "127.0.0.1", "10.1.2.3", "192.168.0.1", "172.16.9.9", "169.254.169.254", "100.64.0.1", "0.0.0.0",
        "224.0.0.1", "255.255.255.255", "168.63.129.16", "::1", "::", "fe80::1%eth0", "fc00::1", "fec0::1",
        "::ffff:127.0.0.1", "::127.0.0.1", "64:ff9b::10.0.0.1", "64:ff9b::a9fe:a9fe", "2002:7f00:1::",
        "2001:0:53aa:64c::1", "ff02::1",
    ],
)  # fmt: skip
def test_addresses_of_this_network_are_not_public(text: str) -> None:
    assert not is_public(text)


@pytest.mark.parametrize("text", ["1.1.1.1", "93.184.216.34", "2606:4700::1111", "64:ff9b::101:101"])
def test_others_are(text: str) -> None:
    assert is_public(text)


@pytest.mark.parametrize(
    ("url", "origin"),
    [
        ("https://api.openai.com/v1/x?y#z", "https://api.openai.com:443"),
        ("http://Images.Example.org:8080", "http://images.example.org:8080"),
        ("http://[::1]:80/a", "http://[::1]:80"),
        ("http://a@b/", None),
        ("http://a:b@c/", None),
        ("http://127.0.0.1:9\\@api.openai.com/x", None),
        ("http://api.openai.com\\.evil.org/", None),
        ("http://a b/", None),
        ("http://a/\r\nx: y", None),
        ("http://a..b/", None),
        (f"http://{'a' * 64}.org/", None),
        ("ftp://a/", None),
        ("file:///etc/passwd", None),
        ("//a/b", None),
        ("http://ä.org/", None),
        ("javascript:alert(1)", None),
        ("", None),
    ],
)
def test_the_origin_of_an_address(url: str, origin: str | None) -> None:
    assert origin_of(url) == origin


async def test_only_the_origin_of_the_settings_may_be_private_and_gets_the_headers() -> None:
    async with outbound() as out, serving() as (url, heads), serving() as (other, others):
        assert await out.fetch(f"{url}/x", 100, trusted=origin_of(url), headers={"x-key": "k"}) == b"hello"
        assert b"x-key: k" in heads[0].lower()
        with pytest.raises(FetchError, match="not public"):
            await out.fetch(f"{other}/x", 100, trusted=origin_of(url), headers={"x-key": "k"})
        trick = f"{other}\\@{url.removeprefix('http://')}/x"
        with pytest.raises(FetchError, match="plain"):
            await out.fetch(trick, 100, trusted=origin_of(url), headers={"x-key": "k"})
        with pytest.raises(FetchError, match="not public"):
            await out.fetch(other.replace("127.0.0.1", "localhost"), 100, trusted=origin_of(url))
        assert others == []


@pytest.mark.parametrize(
    ("answer", "says"),
    [
        (b"HTTP/1.1 302 Found\r\nlocation: http://127.0.0.1:1/\r\ncontent-length: 0\r\n\r\n", "302"),
        (b"HTTP/1.1 200 OK\r\ncontent-length: 101\r\n\r\n" + b"x" * 101, "longer"),
        (b"HTTP/1.1 200 OK\r\ncontent-length: 50\r\n\r\nhalf", "could not be read"),
        (b"HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\nzz\r\n", "could not be read"),
        (b"nonsense\r\n\r\n", "could not be read"),
    ],
)
async def test_what_cannot_be_had_says_why(answer: bytes, says: str) -> None:
    async with outbound() as out, serving(answer) as (url, _):
        with pytest.raises(FetchError, match=says):
            await out.fetch(f"{url}/x", 100, trusted=origin_of(url))


def test_the_causes_of_an_error_may_be_a_circle() -> None:
    first, second = OSError("first"), ValueError("second")
    first.__cause__, second.__context__ = second, first
    assert list(causes_of(first)) == [first, second]
    assert reason_of(first) == "second"

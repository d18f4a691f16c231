"""The upstream's side of the proxy, over real sockets: time, size, kept connections, and JSON."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncGenerator, Awaitable, Callable
from contextlib import aclosing, asynccontextmanager
from typing import Any, cast

import pytest
from tests.proxy.conftest import KEY, until
from tests.standins.stash import Upstream as StandIn

from aiimagecraft.config import Settings
from aiimagecraft.errors import AppError, BadGateway, GatewayTimeout, NotFound
from aiimagecraft.outbound import AHEAD_BYTES, PIECE_BYTES, WINDOW_BYTES, hold_little, session_for_one
from aiimagecraft.proxy.policy import Target
from aiimagecraft.proxy.upstream import Upstream, open_upstream

READ_SECONDS = 0.3
PICTURE = Target("scene", "1", "screenshot", "1")
QUERY = b'{"query":"{findScenes{count}}"}'
ANSWER = b"HTTP/1.1 200 OK\r\ncontent-type: image/png\r\ncontent-length: 5\r\n\r\nhello"

Handler = Callable[[asyncio.StreamReader, asyncio.StreamWriter], Awaitable[None]]


@asynccontextmanager
async def impatient(url: str, seconds: float = 10.0) -> AsyncGenerator[Upstream]:
    """An upstream that is given little time."""
    settings = Settings(stash_url=url, stash_api_key=KEY)
    async with session_for_one(6) as images, session_for_one(4) as streams:
        sessions = {"image": images, "stream": streams}
        yield Upstream(settings, sessions, read_seconds=READ_SECONDS, seconds=seconds)  # pyright: ignore[reportArgumentType]


@asynccontextmanager
async def answering(handler: Handler) -> AsyncGenerator[str]:
    """A server that does as the handler does with each connection."""

    async def handle(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        try:
            await handler(reader, writer)
        finally:
            writer.close()

    server = await asyncio.start_server(handle, "127.0.0.1", 0)
    async with server:
        yield f"http://127.0.0.1:{server.sockets[0].getsockname()[1]}"


@pytest.fixture
def upstream(stand_in: StandIn) -> StandIn:
    stand_in.reset()
    stand_in.pace(0)
    return stand_in


@pytest.mark.parametrize("fault", ["hang", "stall"])
async def test_an_upstream_that_falls_silent_loses_its_place(upstream: StandIn, fault: str) -> None:
    upstream.fault("/scene/1/", fault)
    async with impatient(upstream.url) as proxy:
        began = asyncio.get_running_loop().time()
        with pytest.raises(GatewayTimeout):
            await proxy.fetch_image(PICTURE, 10**9)
        assert asyncio.get_running_loop().time() - began < READ_SECONDS + 0.5
        assert proxy.lanes["image"].active == 0
        await until(lambda: upstream.stats().active == 0)
        assert await proxy.fetch_image(PICTURE, 10**9)


async def test_an_upstream_that_trickles_loses_its_place(upstream: StandIn) -> None:
    upstream.fault("/scene/1/", "slow")
    async with impatient(upstream.url, seconds=0.5) as proxy:
        with pytest.raises(GatewayTimeout):
            await proxy.fetch_image(PICTURE, 10**9)
        assert proxy.lanes["image"].active == 0


async def test_the_time_that_the_client_takes_is_not_the_upstreams(upstream: StandIn) -> None:
    upstream.fault("/scene/1/", "large")
    async with impatient(upstream.url, seconds=1.5) as proxy, proxy.open(PICTURE, "GET", {}) as answer:
        size = 0
        async for piece in answer.pieces:
            if not size:
                await asyncio.sleep(2)
            size += len(piece)
            if size > 1_000_000:
                break
        assert size > 1_000_000


async def test_a_picture_has_its_limit(upstream: StandIn) -> None:
    async with impatient(upstream.url) as proxy:
        body = await proxy.fetch_image(PICTURE, 10**9)
        assert body.startswith(b"\xff\xd8\xff")
        with pytest.raises(BadGateway, match="larger"):
            await proxy.fetch_image(PICTURE, len(body) - 1)
        assert await proxy.fetch_image(PICTURE, len(body)) == body
        upstream.fault("/scene/1/", "gzip")
        with pytest.raises(BadGateway, match="encoding"):
            await proxy.fetch_image(PICTURE, 10**9)


async def test_little_of_a_body_is_read_before_it_is_wanted(upstream: StandIn) -> None:
    """What holds it back is not public in the library; this is where a change of it shows."""
    upstream.fault("/scene/1/", "large")
    async with session_for_one(1) as session:
        response = await session.get(
            f"{upstream.url}/scene/1/screenshot", headers={"ApiKey": KEY}, stream=True, allow_redirects=False
        )
        async with response, aclosing(await response.iter_raw(-1)) as pieces:
            hold_little(response)
            connection: Any = getattr(cast("object", response.raw), "_connection", None)
            reader = connection.sock._reader  # noqa: SLF001
            async with asyncio.timeout(10):
                sizes = [len(await anext(pieces)) for _ in range(100)]
                held = [len(reader._buffer) for _ in range(100) if await anext(pieces)]  # noqa: SLF001
    assert max(sizes) <= PIECE_BYTES
    assert max(held) < 2 * (AHEAD_BYTES + 2 * WINDOW_BYTES)
    assert reader._limit == AHEAD_BYTES  # noqa: SLF001


async def test_nobody_there_is_told(unused_tcp_port: int) -> None:
    async with impatient(f"http://127.0.0.1:{unused_tcp_port}") as proxy:
        with pytest.raises(BadGateway, match="cannot be reached"):
            await proxy.fetch_image(PICTURE, 100)
        with pytest.raises(BadGateway, match="cannot be reached"):
            await proxy.post_json("/graphql", QUERY)


async def test_a_kept_connection_that_was_closed_is_replaced() -> None:
    connections = 0

    async def handle(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        nonlocal connections
        connections += 1
        await reader.readuntil(b"\r\n\r\n")
        writer.write(ANSWER)
        if connections == 1:
            # The next request is on its way when the connection is closed.
            await reader.readuntil(b"\r\n\r\n")

    async with answering(handle) as url, impatient(url) as proxy:
        assert await proxy.fetch_image(PICTURE, 100) == b"hello"
        assert await proxy.fetch_image(PICTURE, 100) == b"hello"
        assert connections == 2


async def test_a_server_that_always_hangs_up_is_asked_twice() -> None:
    connections = 0

    async def handle(reader: asyncio.StreamReader, _writer: asyncio.StreamWriter) -> None:
        nonlocal connections
        connections += 1
        await reader.readuntil(b"\r\n\r\n")

    async with answering(handle) as url, impatient(url) as proxy:
        with pytest.raises(BadGateway):
            await proxy.fetch_image(PICTURE, 100)
        assert connections == 2


async def test_json_is_asked_for_beside_the_lane(upstream: StandIn) -> None:
    upstream.fault("/scene/", "hold", 4)
    settings = Settings(stash_url=upstream.url, stash_api_key=KEY)
    async with open_upstream(settings) as proxy:
        pictures = [asyncio.create_task(proxy.fetch_image(PICTURE, 10**9)) for _ in range(4)]
        await until(lambda: upstream.stats().held == 4)
        assert b'"count"' in await proxy.post_json("/graphql", QUERY)
        many = [proxy.post_json("/graphql", QUERY) for _ in range(10)]
        assert len(await asyncio.gather(*many)) == 10
        stats = upstream.stats()
        assert stats.peak <= 6
        assert stats.connections <= 6
        assert {one["headers"]["apikey"] for one in stats.requests} == {KEY}
        upstream.release()
        await asyncio.gather(*pictures)


@pytest.mark.parametrize(
    ("fault", "status", "says"),
    [
        ("status401", 502, "STASH_API_KEY"),
        ("status404", 502, "404"),
        ("status500", 502, "500"),
        ("status503", 503, "busy"),
        ("huge", 502, "longer"),
        ("cut", 502, "cannot be reached"),
    ],
)
async def test_json_that_cannot_be_had(upstream: StandIn, fault: str, status: int, says: str) -> None:
    upstream.fault("/graphql", fault)
    async with impatient(upstream.url) as proxy:
        with pytest.raises(AppError, match=says) as caught:
            await proxy.post_json("/graphql", QUERY)
        assert caught.value.status == status
        assert KEY not in str(caught.value)
        assert await proxy.post_json("/graphql", QUERY)


async def test_without_a_server_nothing_is_asked() -> None:
    async with open_upstream(Settings()) as proxy:
        assert not proxy.is_configured
        with pytest.raises(NotFound, match="STASH_URL"):
            await proxy.post_json("/graphql", QUERY)
        with pytest.raises(NotFound, match="STASH_URL"):
            await proxy.fetch_image(PICTURE, 100)

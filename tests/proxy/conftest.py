"""The real app as a process, in front of a stand-in for Stash."""

from __future__ import annotations

import asyncio
import re
from collections.abc import AsyncGenerator, Callable, Generator, Mapping
from pathlib import Path
from typing import NamedTuple

import httpx
import pytest
from tests.processes import Serving, launched
from tests.standins.process import PLAIN
from tests.standins.stash import Upstream, stash

KEY = "eyJhbGciOiJIUzI1NiJ9.key-of-the-upstream"
LATENCY = 0.05
DEADLINE = 4.0
PICTURE = "/api/proxy/stash/scene/{}/screenshot?t=1700000000"


@pytest.fixture(scope="session")
def stand_in() -> Generator[Upstream]:
    with stash(key=KEY, latency=LATENCY) as running:
        yield running


@pytest.fixture(scope="session")
def served(stand_in: Upstream, tmp_path_factory: pytest.TempPathFactory) -> Generator[Serving]:
    data_dir = tmp_path_factory.mktemp("proxy") / "data"
    options = {"STASH_URL": stand_in.url, "STASH_API_KEY": KEY, "PROXY_DEADLINE": str(DEADLINE)}
    with launched(data_dir, "serve", "--no-worker", **options) as running:
        running.wait_until_ready()
        yield running


class Proxy:
    """The app, seen from outside."""

    def __init__(self, served: Serving) -> None:
        self.url = served.url
        self.port = int(served.url.rpartition(":")[2])
        self.client = httpx.AsyncClient(
            base_url=served.url,
            verify=PLAIN,
            trust_env=False,
            timeout=30,
            limits=httpx.Limits(max_connections=None),
        )

    async def get(
        self, path: str, headers: Mapping[str, str] | None = None, method: str = "GET"
    ) -> httpx.Response:
        return await self.client.request(
            method, path, headers={"accept-encoding": "identity"} | dict(headers or {})
        )

    async def picture(self, number: int) -> httpx.Response:
        return await self.get(PICTURE.format(number))

    async def metrics(self) -> dict[str, float]:
        """The proxy's figures by name and lane, such as `queued image`."""
        text = (await self.client.get("/metrics")).raise_for_status().text
        found = re.findall(
            r'^aiimagecraft_proxy_(\w+?)(?:_total)?\{lane="(\w+)"\} ([\d.]+)$', text, re.MULTILINE
        )
        return {f"{name} {lane}": float(value) for name, lane, value in found}

    async def wait_for(self, **figures: float) -> None:
        """Wait until figures of the image lane are as given."""

        async def reached() -> bool:
            now = await self.metrics()
            return all(now[f"{name} image"] == value for name, value in figures.items())

        async with asyncio.timeout(10):
            while not await reached():  # noqa: ASYNC110 - another process changes it.
                await asyncio.sleep(0.02)

    async def open(self, path: str, extra: bytes = b"", method: bytes = b"GET") -> Visit:
        """Send a request over a connection of its own, the address as it is."""
        reader, writer = await asyncio.open_connection("127.0.0.1", self.port)
        writer.write(
            method + b" " + path.encode("latin-1") + b" HTTP/1.1\r\nHost: 127.0.0.1\r\n" + extra + b"\r\n"
        )
        await writer.drain()
        return Visit(reader, writer)


class Visit(NamedTuple):
    """One connection with one request."""

    reader: asyncio.StreamReader
    writer: asyncio.StreamWriter

    def leave(self) -> None:
        self.writer.close()


@pytest.fixture
async def proxy(served: Serving) -> AsyncGenerator[Proxy]:
    opened = Proxy(served)
    async with opened.client:
        yield opened


@pytest.fixture
async def upstream(stand_in: Upstream, proxy: Proxy) -> AsyncGenerator[Upstream]:
    """The stand-in, with nothing seen and nothing wrong; afterwards nothing of the test goes on."""
    stand_in.reset()
    stand_in.pace(LATENCY)
    yield stand_in
    stand_in.reset()
    await proxy.wait_for(active=0, queued=0)


async def until(condition: Callable[[], bool], seconds: float = 10) -> None:
    """Wait until something holds."""
    async with asyncio.timeout(seconds):
        while not condition():  # noqa: ASYNC110 - another process changes it.
            await asyncio.sleep(0.005)


def resident(pid: int) -> int:
    """The bytes of a process that are in memory."""
    match = re.search(r"^VmRSS:\s+(\d+) kB", Path(f"/proc/{pid}/status").read_text(), re.MULTILINE)
    assert match
    return int(match[1]) * 1024

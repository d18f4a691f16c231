"""What a browser test has at hand besides the browser: the server's gallery, and an eye on every page."""

from __future__ import annotations

import asyncio
from collections.abc import Generator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from typing import Any

import asyncpg
import httpx
from playwright.async_api import BrowserContext, ConsoleMessage, Request
from tests import pictures
from tests.processes import Serving, serving

from aiimagecraft.embedded import embedded_postgres

Item = dict[str, Any]

# Each image is like the first one, and a step older than the one before.
COPIES = """
INSERT INTO image (id, user_id, prompt, model, params, width, height, object_key, thumb_key, format, bytes,
    sha256, placeholder, created_at)
SELECT made.id, user_id, 'image ' || number, model, params, width, height, made.id || '.png',
    'thumb/' || made.id || '.webp', format, bytes, sha256, placeholder,
    created_at - number * $2::interval
FROM image, generate_series(1, $1) AS number,
    LATERAL (SELECT uuidv7(number * -$2::interval) AS id) AS made
RETURNING object_key, thumb_key
"""

# What is scheduled for later waits in the queue, too.
UNFINISHED = """SELECT FROM saq_jobs WHERE status = 'active'
    OR status = 'queued' AND scheduled <= extract(epoch FROM now())"""


@dataclass(frozen=True, slots=True)
class House:
    """What a running server is made of.

    Attributes:
        server: The processes.
        data_dir: Their data directory.
        dsn: Their database.
    """

    server: Serving
    data_dir: Path
    dsn: str


@contextmanager
def housing(data_dir: Path, **env: str) -> Generator[House]:
    """Run a server with an embedded database and these settings besides."""
    with serving(data_dir, **env) as server, embedded_postgres(data_dir) as dsn:
        yield House(server, data_dir, dsn)


class Gallery:
    """The gallery of the running server, changed behind the browser's back.

    Args:
        house: The running server.
        client: Asks the server over HTTP.
    """

    def __init__(self, house: House, client: httpx.AsyncClient) -> None:
        self.house = house
        self.server = house.server
        self.url = house.server.url
        self.objects = house.data_dir / "objects"
        self.client = client
        self._dsn = house.dsn

    async def rows(self, sql: str, *values: object) -> list[asyncpg.Record]:
        connection = await asyncpg.connect(self._dsn)
        try:
            return await connection.fetch(sql, *values)
        finally:
            await connection.close()

    async def empty(self) -> None:
        """Forget everything; a worker may still be at a job of the test before, and one of the two yields."""
        await self.rows("DELETE FROM saq_jobs WHERE status = 'queued'")
        for _ in range(10):
            try:
                await self.rows("TRUNCATE image, source, image_source, generation_job CASCADE")
            except asyncpg.DeadlockDetectedError:
                continue
            return
        raise AssertionError("The worker does not come to an end")

    async def add(self, *names: str) -> list[Item]:
        """Upload a picture for each name, its prompt; the last one is the newest."""
        return [await self._upload(name, seed) for seed, name in enumerate(names)]

    async def _upload(self, name: str, seed: int) -> Item:
        file = (f"{name}.png", pictures.png(seed=seed), "image/png")
        response = await self.client.post("/api/images", files={"file": file})
        assert response.status_code == 201, response.text
        return response.json()["items"][0]

    async def fill(self, count: int, step: timedelta = timedelta(minutes=1)) -> None:
        """Add `image 1`, the newest, to `image {count}`, a step apart; they share their files."""
        (first,) = await self.add("first")
        original, thumb = (first[kind].removeprefix("/uploads/") for kind in ("full", "thumb"))
        for copy in await self.rows(COPIES, count, step):
            self._link(original, copy["object_key"])
            self._link(thumb, copy["thumb_key"])
        await self.rows("DELETE FROM image WHERE id = $1", first["id"])

    def _link(self, key: str, copy: str) -> None:
        (self.objects / copy).hardlink_to(self.objects / key)

    async def item(self, image_id: str) -> Item:
        response = await self.client.get(f"/api/image/{image_id}")
        assert response.status_code == 200, response.text
        return response.json()

    async def with_preview(self, item: Item) -> None:
        """Wait until all that is made of an image is there."""
        async with asyncio.timeout(30):
            while not (await self.client.get(f"/api/image/{item['id']}")).json()["preview"]:  # noqa: ASYNC110 - another process makes them.
                await asyncio.sleep(0.02)

    async def at_rest(self) -> None:
        """Wait until the worker has nothing more to do."""
        async with asyncio.timeout(30):
            while await self.rows(UNFINISHED):  # noqa: ASYNC110 - another process finishes it.
                await asyncio.sleep(0.02)

    async def lose_objects(self, item: Item) -> None:
        """Remove an image's files, as a broken disk would, once all of them are there."""
        await self.with_preview(item)
        for path in self.objects.rglob(f"{item['id']}*"):
            path.unlink()


class Watch:
    """Collects what must never happen on a page.

    Args:
        origin: The only origin that pages may ask.
    """

    def __init__(self, origin: str) -> None:
        self._origin = origin
        self._problems: list[str] = []
        self._tolerated: list[str] = []

    def tolerate(self, text: str) -> None:
        """Let console errors pass that hold this text, in the test that provokes them."""
        self._tolerated.append(text)

    def attach(self, context: BrowserContext) -> None:
        context.on("console", self._on_console)
        context.on("weberror", lambda error: self._problems.append(f"uncaught: {error.error}"))
        context.on("request", self._on_request)

    def problems(self) -> list[str]:
        return [problem for problem in self._problems if not any(text in problem for text in self._tolerated)]

    def _on_console(self, message: ConsoleMessage) -> None:
        if message.type == "error":
            self._problems.append(f"console: {message.text} ({message.location['url']})")

    def _on_request(self, request: Request) -> None:
        inside = (f"{self._origin}/", f"{self._origin.replace('http', 'ws', 1)}/", "data:", "blob:")
        if not request.url.startswith(inside):
            self._problems.append(f"request to another origin: {request.url}")

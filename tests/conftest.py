from __future__ import annotations

import asyncio
import os
from collections.abc import AsyncGenerator, Generator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any, cast

import asyncpg
import httpx
import hypothesis
import pytest
from litestar import Litestar
from saq import Worker

from aiimagecraft import db, worker
from aiimagecraft.app import create_app, resources
from aiimagecraft.config import Settings
from aiimagecraft.embedded import embedded_postgres
from aiimagecraft.guard import OriginGuard
from aiimagecraft.jobs import JobQueue
from aiimagecraft.migrations import migrate
from aiimagecraft.storage import Storage, media_origin
from tests.standins.objects import Bucket, Objects, objects

STORES = (pytest.param("local"), pytest.param("s3", marks=pytest.mark.s3))
BOTH = ("gallery", "generation")
"""Folders whose tests run on each store; in others it plays no part."""
TABLES = (
    "image_source", "generation_partial", "change_row", "change", "archive", "saq_jobs", "image", "source",
    "generation_job", "audit", "session", "api_token", "login_throttle",
)  # fmt: skip
"""What tests fill, each before those that it refers to."""

os.environ.pop("DATABASE_URL", None)
# How long an example takes says more about the machine than about the code.
hypothesis.settings.register_profile("untimed", deadline=None)
hypothesis.settings.load_profile("untimed")


@pytest.fixture(scope="session")
def postgres(tmp_path_factory: pytest.TempPathFactory) -> Generator[str]:
    """The address of a real server that lives as long as the tests."""
    with embedded_postgres(tmp_path_factory.mktemp("postgres")) as url:
        yield url


@pytest.fixture(scope="session")
async def migrated(postgres: str) -> str:
    await migrate(postgres)
    connection = await asyncpg.connect(postgres)
    try:
        # No test of this server pulls its plug, so none waits for its disk.
        await connection.execute("ALTER SYSTEM SET fsync = off")
        await connection.execute("SELECT pg_reload_conf()")
    finally:
        await connection.close()
    return postgres


@pytest.fixture
async def database_url(migrated: str) -> str:
    """The address of a database with the schema and no rows."""
    connection = await asyncpg.connect(migrated)
    try:
        # For a few rows ten times as fast as TRUNCATE, which makes new files.
        await connection.execute(";".join(f"DELETE FROM {table}" for table in TABLES))
    finally:
        await connection.close()
    return migrated


def pytest_configure(config: pytest.Config) -> None:
    config.addinivalue_line("markers", "s3: keeps its objects in a bucket, its twin in a directory")
    config.addinivalue_line("markers", "one_store(reason): runs on the local directory only")


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    """Run what keeps objects once in a local directory and once in a bucket."""
    if "store" in metafunc.fixturenames:
        one = metafunc.definition.get_closest_marker("one_store") is not None
        path = metafunc.definition.path
        both = (path.parent.name in BOTH or path.name == "test_storage.py") and not one
        metafunc.parametrize("store", STORES if both else STORES[:1], indirect=True)


@pytest.fixture(scope="session")
def objects_server() -> Generator[Objects]:
    with objects() as server:
        yield server


@pytest.fixture
def bucket(objects_server: Objects) -> Bucket:
    """An empty bucket of one's own."""
    return objects_server.bucket()


@pytest.fixture
def store(request: pytest.FixtureRequest) -> dict[str, Any]:
    """Where the objects of a test are kept, as fields of `Settings`."""
    if request.param == "local":
        return {}
    bucket: Bucket = request.getfixturevalue("bucket")
    return bucket.settings


@pytest.fixture
def settings(database_url: str, tmp_path: Path, store: dict[str, Any]) -> Settings:
    return Settings(database_url=database_url, data_dir=tmp_path, cleanup_token="let-me-clean", **store)


class Studio:
    """The web application with its resources, and a worker on demand."""

    def __init__(self, app: Litestar, client: httpx.AsyncClient) -> None:
        self.app = app
        self.client = client
        self.settings: Settings = app.state.settings
        self.storage: Storage = app.state.storage
        self.queue: JobQueue = app.state.queue
        self.owner: int = app.state.owner

    async def work(self) -> None:
        """Run the worker's own functions until the queue is empty."""
        async with worker.resources(self.settings, self.queue) as context, asyncio.timeout(60):
            await self._burst(context)
            # On a busy machine a burst may be over before it has seen anything, or hand back what it took.
            while await self.queue.saq.count("incomplete"):
                await self._burst(context)

    async def _burst(self, context: dict[str, Any]) -> None:
        async def startup(ctx: dict[str, object]) -> None:
            ctx.update(context)

        burst: Worker[Any] = Worker(
            self.queue.saq,
            functions=worker.FUNCTIONS,
            startup=cast("Any", startup),
            burst=True,
            dequeue_timeout=0.2,
            concurrency=1,
        )
        burst.SIGNALS = []
        await burst.start()

    async def rows(self, sql: str, *args: object) -> list[asyncpg.Record]:
        return await db.fetch(sql, *args)


_built: dict[tuple[str | None, str], Litestar] = {}


def built(settings: Settings) -> Litestar:
    """Return an application without resources: of all settings, only two shape it."""
    shape = (media_origin(settings), settings.auth)
    if shape not in _built:
        _built[shape] = create_app(settings)
    return _built[shape]


@asynccontextmanager
async def open_studio(settings: Settings) -> AsyncGenerator[Studio]:
    app = built(settings)
    async with resources(settings)(app):
        async with asyncio.timeout(10), app.state.hub.subscription(app.state.owner) as events:
            await events.next()
        transport = httpx.ASGITransport(OriginGuard(app, settings.public_origin))  # pyright: ignore[reportArgumentType]
        async with httpx.AsyncClient(transport=transport, base_url="http://127.0.0.1:3000") as client:
            yield Studio(app, client)


@pytest.fixture
async def studio(settings: Settings) -> AsyncGenerator[Studio]:
    # The lifespan must end in the task that began it, and a fixture is set up and torn down in two.
    opened: asyncio.Future[Studio] = asyncio.get_running_loop().create_future()
    over = asyncio.Event()

    async def live() -> None:
        try:
            async with open_studio(settings) as studio:
                opened.set_result(studio)
                await over.wait()
        except BaseException as error:
            if not opened.done():
                opened.set_exception(error)
            raise

    life = asyncio.create_task(live())
    yield await opened
    over.set()
    await life


@pytest.fixture
def client(studio: Studio) -> httpx.AsyncClient:
    return studio.client


async def stored(studio: Studio) -> list[str]:
    """The keys of all objects."""
    return [key async for key in studio.storage.list_keys()]


async def other_user() -> int:
    """A user whose things nobody else may see."""
    rows = await db.fetch(
        """INSERT INTO piccolo_user (username, password, email, active, admin, superuser)
           VALUES ('other', '!', 'other@localhost', false, false, false)
           ON CONFLICT (username) DO UPDATE SET active = false RETURNING id"""
    )
    return rows[0]["id"]


def problem(response: httpx.Response, status: int, *fields: str) -> str:
    """Check that a response is a problem about these fields, and return its detail."""
    assert response.status_code == status, response.text
    assert response.headers["content-type"] == "application/problem+json"
    body = response.json()
    assert body["status"] == status
    assert body["type"].startswith("urn:aiimagecraft:problem:")
    assert body["title"]
    assert [error["field"] for error in body.get("errors", [])] == list(fields)
    return body["detail"]

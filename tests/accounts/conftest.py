from __future__ import annotations

from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager

import httpx
import msgspec
import pytest
from piccolo.apps.user.tables import BaseUser
from tests.conftest import TABLES, Studio

from aiimagecraft import db
from aiimagecraft.accounts import people
from aiimagecraft.config import Settings
from aiimagecraft.guard import OriginGuard

SECRET = "a-secret-of-the-tests-that-signs-their-logins"
PASSWORD = "gravel otter violin"
"""Of every account here."""
HERE = "http://127.0.0.1:3000"
"""Where the studio is in these tests."""
KEPT = BaseUser.hash_password(PASSWORD, iterations=1_000)
"""Compared within a millisecond; what is kept names its rounds."""


@pytest.fixture
def settings(settings: Settings) -> Settings:
    return msgspec.structs.replace(settings, auth="required", jwt_secret=SECRET)


@asynccontextmanager
async def visitor(studio: Studio, address: str = "127.0.0.1") -> AsyncGenerator[httpx.AsyncClient]:
    """A browser of its own, without cookies."""
    app = OriginGuard(studio.app, studio.settings.public_origin)
    transport = httpx.ASGITransport(app, client=(address, 50_000))  # pyright: ignore[reportArgumentType]
    async with httpx.AsyncClient(transport=transport, base_url=HERE) as client:
        yield client


async def account(name: str, *, admin: bool = False) -> int:
    """An account."""
    rows = await db.fetch(
        """INSERT INTO piccolo_user (username, password, email, active, admin, superuser)
           VALUES ($1, $2, $3, true, $4, $4) RETURNING id""",
        people.check_name(name),
        KEPT,
        f"{name}@localhost",
        admin,
    )
    return rows[0]["id"]


async def log_in(client: httpx.AsyncClient, name: str, password: str = PASSWORD) -> httpx.Response:
    return await client.post("/api/login", json={"username": name, "password": password})


@pytest.fixture(autouse=True)
async def nobody_else(database_url: str, studio: Studio) -> AsyncGenerator[None]:
    """Leave no accounts behind, and no failures to count."""
    del database_url
    yield
    await leave_nobody(studio)


async def leave_nobody(studio: Studio) -> None:
    """Remove everybody but `demo`, after what they have."""
    for table in TABLES:
        await studio.rows(f"DELETE FROM {table}")
    await studio.rows("DELETE FROM piccolo_user WHERE username <> 'demo'")


@pytest.fixture
async def anna(studio: Studio) -> AsyncGenerator[httpx.AsyncClient]:
    """A browser in which Anna is logged in."""
    await account("anna", admin=True)
    async with visitor(studio) as client:
        assert (await log_in(client, "anna")).status_code == 200
        yield client


@pytest.fixture
async def ben(studio: Studio) -> AsyncGenerator[httpx.AsyncClient]:
    """A browser in which Ben is logged in."""
    await account("ben")
    async with visitor(studio) as client:
        assert (await log_in(client, "ben")).status_code == 200
        yield client


@pytest.fixture
async def nobody(studio: Studio) -> AsyncGenerator[httpx.AsyncClient]:
    async with visitor(studio) as client:
        yield client

"""Brings a database up to date, once, however many processes start together."""

from __future__ import annotations

import contextlib
import io
import os
from typing import Any

import asyncpg

from aiimagecraft import db
from aiimagecraft.config import bundled
from aiimagecraft.jobs import job_queue

LOCK = 0x61690002
"""Advisory lock of the one process that may migrate."""


OLDEST = 15
"""The oldest PostgreSQL that is served."""


class MigrationError(Exception):
    """A migration failed; the database is as it was before."""


class DatabaseError(Exception):
    """The database cannot be used; the message is one line and holds no secret."""


async def migrate(url: str) -> bool:
    """Apply the migrations that are missing, the queue's tables too.

    Every migration of one call is one transaction, so a killed process leaves nothing half done.

    Args:
        url: PostgreSQL address.

    Returns:
        Whether anything was missing.

    Raises:
        DatabaseError: The database does not answer, refuses, or is too old.
        MigrationError: A migration failed.
    """
    connection = await _connect(url)
    try:
        if await _is_current(connection):
            return False
        await connection.execute("SELECT pg_advisory_lock($1)", LOCK)
        if await _is_current(connection):
            return False
        await _apply(url)
        # SAQ makes its tables when it connects; several at once would trip over each other.
        async with job_queue(url, connections=1):
            return True
    finally:
        await connection.close()


async def _connect(url: str) -> asyncpg.Connection[Any]:
    try:
        connection = await asyncpg.connect(url)
    except ValueError as error:
        # The parser quotes what it stumbled over, which may be a piece of the password.
        raise DatabaseError(
            "DATABASE_URL: no valid address; percent-encode / # ? [ ] @ in the password"
        ) from error
    except (OSError, asyncpg.PostgresError, asyncpg.InterfaceError) as error:
        reason = " ".join(str(error).split()) or type(error).__name__
        raise DatabaseError(f"DATABASE_URL: the database cannot be reached: {reason}") from error
    version = connection.get_server_version().major
    if version < OLDEST:
        await connection.close()
        raise DatabaseError(f"DATABASE_URL: PostgreSQL {OLDEST} or later is needed, this is {version}")
    return connection


async def _is_current(connection: asyncpg.Connection[Any]) -> bool:
    tables = "SELECT to_regclass('migration') IS NOT NULL AND to_regclass('saq_jobs') IS NOT NULL"
    if not await connection.fetchval(tables):
        return False
    applied = await connection.fetch("SELECT name FROM migration WHERE app_name = 'aiimagecraft'")
    return _names() <= {row["name"] for row in applied}


def _names() -> set[str]:
    """Return the ids of the migrations on disk, as they stand in their files' `ID`."""
    ids: set[str] = set()
    for path in bundled("piccolo_migrations").glob("aiimagecraft_*.py"):
        line = next(
            line for line in path.read_text(encoding="utf-8").splitlines() if line.startswith("ID = ")
        )
        ids.add(line.split('"')[1])
    return ids


async def _apply(url: str) -> None:
    # Piccolo's migrations import code formatters and more, so they are imported only when needed.
    os.environ["PICCOLO_CONF"] = "aiimagecraft.piccolo_conf"
    from piccolo.apps.migrations.commands.forwards import run_forwards  # noqa: PLC0415

    said = io.StringIO()
    async with db.database(url), db.transaction():
        with contextlib.redirect_stdout(said):
            result = await run_forwards("all")
        if not result.success:
            raise MigrationError(f"{result.message}\n{said.getvalue()}")

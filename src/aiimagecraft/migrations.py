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


class MigrationError(Exception):
    """A migration failed; the database is as it was before."""


async def migrate(url: str) -> bool:
    """Apply the migrations that are missing, the queue's tables too.

    Every migration of one call is one transaction, so a killed process leaves nothing half done.

    Args:
        url: PostgreSQL address.

    Returns:
        Whether anything was missing.

    Raises:
        MigrationError: A migration failed.
    """
    connection = await asyncpg.connect(url)
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

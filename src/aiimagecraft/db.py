"""The database: one pool in each process, and transactions."""

from __future__ import annotations

from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager
from typing import Any, NamedTuple, cast

import asyncpg
from asyncpg.pool import PoolConnectionProxy
from piccolo.engine.postgres import PostgresEngine, PostgresTransaction


class Engine(PostgresEngine):
    """Piccolo's engine without the connections that it opens when it is made."""

    async def check_version(self) -> None:
        """Leave the server's version to the migrations, which need what they need."""

    async def prep_database(self) -> None:
        """Leave the database as it is; no extension is used."""


DB = Engine(config={})
"""Every table's engine. It knows no address until `database` opens the pool."""

POOL_SIZE = 10
"""Connections of one process; a page is one query of a millisecond, so few suffice."""


@asynccontextmanager
async def database(url: str) -> AsyncGenerator[None]:
    """Open the pool of this process and close it at the end."""
    DB.config = {"dsn": url}
    # Sessions hold no state (no SET, no session lock, no LISTEN), so the round trip that resets one
    # when it returns to the pool would be spent for nothing.
    await DB.start_connection_pool(min_size=1, max_size=POOL_SIZE, reset=_keep)
    try:
        yield
    finally:
        await DB.close_connection_pool()


async def _keep(connection: asyncpg.Connection[Any]) -> None:
    """Return a connection to the pool as it is, but for a transaction that a cancelled task left."""
    if connection.is_in_transaction():
        await connection.execute("ROLLBACK")


class _Current(NamedTuple):
    """What Piccolo looks up to run a query inside the current transaction."""

    connection: PoolConnectionProxy[Any]


@asynccontextmanager
async def transaction() -> AsyncGenerator[None]:
    """Run the context in one transaction; inside another, join that.

    Piccolo's own loses its pooled connection when the task is cancelled while the transaction
    begins, as happens when a client hangs up.
    """
    if DB.current_transaction.get() is not None:
        yield
        return
    async with _pool().acquire() as connection, connection.transaction():
        token = DB.current_transaction.set(cast("PostgresTransaction", _Current(connection)))
        try:
            yield
        finally:
            DB.current_transaction.reset(token)


async def fetch(sql: str, *args: object) -> list[asyncpg.Record]:
    """Run a statement and return its rows, inside the current transaction if there is one.

    Args:
        sql: The statement with `$1` placeholders.
        args: Its values.
    """
    current = DB.current_transaction.get()
    source = current.connection if current else _pool()
    return await source.fetch(sql, *args)


def _pool() -> asyncpg.Pool[Any]:
    if DB.pool is None:
        raise RuntimeError("The database pool is not open")
    return DB.pool


@asynccontextmanager
async def advisory_lock(key: int) -> AsyncGenerator[bool]:
    """Try to be the only holder of a lock in the whole database.

    The lock belongs to a connection of its own, so it ends with this process at the latest.

    Args:
        key: Names the lock, 64 bits.

    Yields:
        Whether the lock is held.
    """
    connection = await asyncpg.connect(**DB.config)
    try:
        yield await connection.fetchval("SELECT pg_try_advisory_lock($1)", key)
    finally:
        await connection.close()

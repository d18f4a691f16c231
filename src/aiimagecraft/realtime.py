"""Events: published inside a transaction, carried by PostgreSQL, fanned out to open sockets."""

from __future__ import annotations

import asyncio
import logging
from collections import defaultdict
from collections.abc import AsyncGenerator, Awaitable, Callable, Mapping, Sequence
from contextlib import asynccontextmanager, suppress
from secrets import token_hex
from typing import Any, Literal
from uuid import UUID

import asyncpg
import msgspec

from aiimagecraft import db

logger = logging.getLogger(__name__)

CHANNEL = "aiimagecraft_events"
STAMP = "x-aiimagecraft-stamp"
"""Header of an answer whose rows are at least as new as this point of the stream of events."""
MAX_IDS = 50
"""Ids in one notification; PostgreSQL carries at most 8,000 bytes."""
NOTICES = 10_000
"""Notices that wait to be fanned out."""
BACKLOG = 256
"""Frames that wait for one socket before it is cut off."""
PROBE_SECONDS = 15.0
RETRY_SECONDS = (0.1, 5.0)
"""First and longest wait before the listener connects again."""

EventName = Literal[
    "imageCreated",
    "imageUpdated",
    "imageRestored",
    "imageTrashed",
    "imageDeleted",
    "imagesChanged",
    "jobQueued",
    "jobRunning",
    "jobProgress",
    "jobDone",
    "jobFailed",
    "jobCancelled",
]
BARE = frozenset({"imageTrashed", "imageDeleted"})
"""Events that carry an id and no row, which may be gone."""

Loader = Callable[[int, Sequence[UUID]], Awaitable[Sequence[Mapping[str, Any]]]]
"""Returns the rows of a user as they are shown, each with its `id`."""


class Notice(msgspec.Struct):
    """What travels through PostgreSQL."""

    user: int
    ev: EventName | Literal["accessChanged"]  # The latter is no frame: sockets see whether they may go on.
    ids: list[UUID] = []


async def publish(user_id: int, ev: EventName, ids: Sequence[UUID]) -> None:
    """Announce a change of rows, delivered when the current transaction commits.

    Args:
        user_id: Whose rows they are; only this user's sockets hear of it.
        ev: What happened to each.
        ids: The rows; above `MAX_IDS` clients are told to fetch again instead.
    """
    if not ids:
        return
    notice = Notice(user_id, ev, list(ids)) if len(ids) <= MAX_IDS else Notice(user_id, "imagesChanged")
    await _notify(notice)


async def publish_access(user_id: int) -> None:
    """Announce, when the current transaction commits, that a user's access may have ended somewhere."""
    await _notify(Notice(user_id, "accessChanged"))


async def _notify(notice: Notice) -> None:
    await db.fetch("SELECT pg_notify($1, $2)", CHANNEL, msgspec.json.encode(notice).decode())


class Subscription:
    """The frames that wait for one socket."""

    def __init__(self) -> None:
        self.overflowed = asyncio.Event()
        self.doubted = asyncio.Event()
        """Whether the user's access may have ended since the socket last looked."""
        self._frames: asyncio.Queue[str] = asyncio.Queue(BACKLOG)

    def offer(self, frame: str) -> None:
        """Add a frame, or mark the subscription as too slow to go on."""
        try:
            self._frames.put_nowait(frame)
        except asyncio.QueueFull:
            self.overflowed.set()

    async def next(self) -> str:
        """Wait for the next frame."""
        return await self._frames.get()


class Hub:
    """Fans this process's notifications out to its sockets.

    Args:
        url: PostgreSQL address; the listener has a connection of its own.
        loaders: By event prefix, `image` or `job`, how rows are loaded at the edge.
    """

    def __init__(self, url: str, loaders: Mapping[str, Loader]) -> None:
        self.listening = False
        self._url = url
        self._loaders = loaders
        self._notices: asyncio.Queue[Notice] = asyncio.Queue(NOTICES)
        self._tasks: list[asyncio.Task[None]] = []
        self._subscriptions: defaultdict[int, set[Subscription]] = defaultdict(set)
        self._stream = ""
        self._told: defaultdict[int, int] = defaultdict(int)

    @asynccontextmanager
    async def running(self) -> AsyncGenerator[Hub]:
        """Listen and fan out until the end of the context."""
        self._tasks = [asyncio.create_task(self._listen()), asyncio.create_task(self._fan_out())]
        try:
            yield self
        finally:
            for task in self._tasks:
                task.cancel()
            await asyncio.gather(*self._tasks, return_exceptions=True)

    @asynccontextmanager
    async def subscription(self, user_id: int) -> AsyncGenerator[Subscription]:
        """Subscribe to a user's events; the first frame is `ready`, once the listener is live."""
        subscription = Subscription()
        if self.listening:
            subscription.offer(self._ready(user_id))
        self._subscriptions[user_id].add(subscription)
        try:
            yield subscription
        finally:
            self._subscriptions[user_id].discard(subscription)
            if not self._subscriptions[user_id]:
                del self._subscriptions[user_id]

    def stamp(self, user_id: int) -> str:
        """Name this point of the stream of a user's events.

        What is read after this call holds everything that was told before. A client that connected later and
        got `ready` with the same stamp has therefore missed nothing since.
        """
        return f"{self._stream}-{self._told[user_id]}"

    async def check(self) -> None:
        """Raise when events do not arrive."""
        if not self.listening or any(task.done() for task in self._tasks):
            raise ConnectionError("The listener is not connected")

    async def _listen(self) -> None:
        delay, longest = RETRY_SECONDS
        while True:
            try:
                async with _connection(self._url) as (connection, lost):
                    await connection.add_listener(CHANNEL, self._receive)
                    delay = RETRY_SECONDS[0]
                    self._announce()
                    await _until_lost(connection, lost)
            except Exception as error:  # noqa: BLE001 - whatever ends a connection, another is tried.
                logger.warning("realtime.listener_lost: %s", type(error).__name__)
            self.listening = False
            await asyncio.sleep(delay)
            delay = min(delay * 2, longest)

    def _receive(self, _connection: object, _pid: int, _channel: str, payload: object) -> None:
        try:
            self._notices.put_nowait(msgspec.json.decode(str(payload), type=Notice))
        except msgspec.MsgspecError:
            logger.warning("realtime.malformed_notice")
        except asyncio.QueueFull:
            # Whoever cannot be told what changed is told to fetch what it shows.
            self._announce()

    def _announce(self) -> None:
        """Tell every socket that the stream begins anew, so that it fetches what it may have missed."""
        self.listening = True
        self._stream = token_hex(4)
        for user_id, subscriptions in self._subscriptions.items():
            for subscription in subscriptions:
                subscription.offer(self._ready(user_id))
                subscription.doubted.set()

    async def _fan_out(self) -> None:
        while True:
            notice = await self._notices.get()
            if notice.user not in self._subscriptions:
                self._told[notice.user] += 1
                continue
            if notice.ev == "accessChanged":
                for subscription in self._subscriptions[notice.user]:
                    subscription.doubted.set()
                continue
            try:
                frames = await self._frames(notice)
            except Exception:
                # One notice that cannot be told must not silence those after it.
                logger.exception("realtime.load_failed: %s", notice.ev)
                frames = [self._ready(notice.user)]
            self._told[notice.user] += 1
            for subscription in tuple(self._subscriptions.get(notice.user, ())):
                for frame in frames:
                    subscription.offer(frame)

    def _ready(self, user_id: int) -> str:
        return _frame("ready", {"user": user_id, "stamp": self.stamp(user_id)})

    async def _frames(self, notice: Notice) -> list[str]:
        if notice.ev == "imagesChanged":
            return [_frame(notice.ev, {})]
        if notice.ev in BARE:
            return [_frame(notice.ev, {"id": row_id}) for row_id in notice.ids]
        kind = "job" if notice.ev.startswith("job") else "image"
        rows = await self._loaders[kind](notice.user, notice.ids)
        return [_frame(notice.ev, {kind: row}) for row in rows]


def _frame(ev: str, data: Mapping[str, object]) -> str:
    return msgspec.json.encode({"ev": ev, "data": data}).decode()


@asynccontextmanager
async def _connection(url: str) -> AsyncGenerator[tuple[asyncpg.Connection[asyncpg.Record], asyncio.Event]]:
    lost = asyncio.Event()
    connection = await asyncpg.connect(url, timeout=5)
    connection.add_termination_listener(lambda _: lost.set())
    try:
        yield connection, lost
    finally:
        with suppress(OSError, asyncpg.PostgresError, asyncpg.InterfaceError, TimeoutError):
            await connection.close(timeout=2)


async def _until_lost(connection: asyncpg.Connection[asyncpg.Record], lost: asyncio.Event) -> None:
    """Return when the connection has ended; a silent end is found by asking now and then."""
    while not lost.is_set():
        try:
            await asyncio.wait_for(lost.wait(), PROBE_SECONDS)
        except TimeoutError:
            await connection.fetchval("SELECT 1", timeout=5)

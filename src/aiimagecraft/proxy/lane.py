"""A lane: so many at once, the others in a queue of limited length and time, first come first served."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager

from aiimagecraft.errors import TooMany, Unavailable

GRACE_SECONDS = 5.0
"""Beyond the deadline, before a lane in which nothing moves is called stuck."""
PAUSE_SECONDS = 0.02
"""Before the place of somebody who left goes to the next who waits: a browser that turns a page drops all of
its requests, and the news of that comes from one after the other."""


class Lane:
    """Places that are taken in order of arrival; it belongs to one event loop.

    Whoever leaves, from the queue or from a place, leaves at once: cancel the task.

    Args:
        places: How many may be active.
        waiting: How many may wait.
        deadline: Seconds that one may wait.

    Attributes:
        active: Places that are taken.
        granted: Places that were given so far.
        refused: Who came when the queue was full.
        late: Who waited for the whole deadline.
        abandoned: Who left while waiting or active.
    """

    def __init__(self, places: int, waiting: int, deadline: float) -> None:
        self.places = places
        self.active = self.granted = self.refused = self.late = self.abandoned = 0
        self._waiting = waiting
        self._deadline = deadline
        self._queue: dict[asyncio.Future[bool], None] = {}
        self._pausing = 0
        self._starved_at: float | None = None

    @property
    def queued(self) -> int:
        """How many wait."""
        return len(self._queue)

    @property
    def is_stuck(self) -> bool:
        """Whether somebody has waited and no place was given up for longer than anybody may wait."""
        if self._starved_at is None:
            return False
        return asyncio.get_running_loop().time() - self._starved_at > self._deadline + GRACE_SECONDS

    @asynccontextmanager
    async def place(self) -> AsyncGenerator[None]:
        """Take a place, when it is one's turn, until the context ends.

        Raises:
            TooMany: The queue is full.
            Unavailable: The turn did not come before the deadline.
        """
        try:
            await self._take()
            left = False
            try:
                yield
            except asyncio.CancelledError:
                left = True
                raise
            finally:
                self._release(left=left)
        except asyncio.CancelledError:
            self.abandoned += 1
            if not self._queue:
                self._starved_at = None  # Who waited left by choice.
            raise

    async def _take(self) -> None:
        # A place that is given up goes straight to who waits, so a free one means that nobody does.
        if self.active + self._pausing < self.places:
            self.active += 1
            self.granted += 1
            return
        if len(self._queue) >= self._waiting:
            self.refused += 1
            raise TooMany("Too many pictures are waiting for the Stash server already")
        if not await self._turn():
            self.late += 1
            raise Unavailable("The Stash server is too slow: the turn did not come in time")

    async def _turn(self) -> bool:
        """Wait in the queue; return whether a place was handed over."""
        loop = asyncio.get_running_loop()
        turn: asyncio.Future[bool] = loop.create_future()
        self._queue[turn] = None
        self._starved_at = loop.time() if self._starved_at is None else self._starved_at
        expiry = loop.call_later(self._deadline, _expire, turn)
        try:
            return await turn
        except asyncio.CancelledError:
            if turn.done() and not turn.cancelled() and turn.result():
                self._release(left=True)  # It was handed over in the moment of leaving.
            raise
        finally:
            expiry.cancel()
            self._queue.pop(turn, None)

    def _release(self, *, left: bool = False) -> None:
        self.active -= 1
        self._starved_at = None
        if left and self._queue:
            self._pausing += 1
            asyncio.get_running_loop().call_later(PAUSE_SECONDS, self._resume)
        else:
            self._hand_over()

    def _resume(self) -> None:
        self._pausing -= 1
        self._hand_over()

    def _hand_over(self) -> None:
        """Give a place that is free to who has waited longest and still does."""
        while self._queue:
            turn = next(iter(self._queue))
            del self._queue[turn]
            if not turn.done():
                turn.set_result(True)
                self.active += 1
                self.granted += 1
                break
        if self._queue:
            self._starved_at = asyncio.get_running_loop().time()


def _expire(turn: asyncio.Future[bool]) -> None:
    if not turn.done():
        turn.set_result(False)

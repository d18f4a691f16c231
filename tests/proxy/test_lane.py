"""The lane against a model of it: who is active, who waits, in which order, and for how long."""

from __future__ import annotations

import asyncio
from collections.abc import Generator

import pytest
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, precondition, rule
from tests.proxy.clock import ClockedLoop

from aiimagecraft.errors import TooMany, Unavailable
from aiimagecraft.proxy.lane import GRACE_SECONDS, PAUSE_SECONDS, Lane

DEADLINE = 30.0


class Visitor:
    """A task that wants a place, and keeps it until it is let go."""

    def __init__(self, loop: ClockedLoop, lane: Lane) -> None:
        self.came_at = loop.time()
        self.is_active = False
        self.over = asyncio.Event()
        self.task = loop.create_task(self._visit(lane))

    async def _visit(self, lane: Lane) -> None:
        async with lane.place():
            self.is_active = True
            try:
                await self.over.wait()
            finally:
                self.is_active = False


class LaneMachine(RuleBasedStateMachine):
    """Visitors come, finish, leave and grow old; several things may happen before the loop turns."""

    @initialize(places=st.integers(1, 3), waiting=st.integers(0, 4))
    def open(self, places: int, waiting: int) -> None:
        self.loop = ClockedLoop()
        self.places, self.waiting = places, waiting
        self.lane = Lane(places, waiting, DEADLINE)
        self.active: list[Visitor] = []
        self.queue: list[Visitor] = []
        self.granted = self.refused = self.late = self.abandoned = 0

    def teardown(self) -> None:
        for visitor in [*self.active, *self.queue]:
            visitor.task.cancel()
        self.loop.settle()
        assert self.lane.active == self.lane.queued == 0
        self.loop.close()

    @rule()
    def come(self) -> None:
        visitor = Visitor(self.loop, self.lane)
        self.loop.settle()
        if len(self.active) < self.places:
            self.active.append(visitor)
            self.granted += 1
        elif len(self.queue) < self.waiting:
            self.queue.append(visitor)
        else:
            self.refused += 1
            assert isinstance(visitor.task.exception(), TooMany)

    @precondition(lambda self: self.active)
    @rule(data=st.data())
    def finish(self, data: st.DataObject) -> None:
        visitor = self._take(data, self.active)
        visitor.over.set()
        self.loop.settle()
        assert visitor.task.exception() is None
        self._move_up()

    @precondition(lambda self: self.active or self.queue)
    @rule(data=st.data())
    def leave(self, data: st.DataObject) -> None:
        visitor = self._take(data, self.active, self.queue)
        visitor.task.cancel()
        self.loop.settle()
        assert visitor.task.cancelled()
        self.abandoned += 1
        assert self.lane.active == len(self.active)
        self.pass_time(PAUSE_SECONDS)
        self._move_up()

    @precondition(lambda self: self.active and self.queue)
    @rule(data=st.data(), own=st.booleans())
    def finish_and_leave_at_once(self, data: st.DataObject, own: bool) -> None:
        """Somebody leaves in the very moment when a place becomes free, perhaps the one it goes to."""
        leaver = self.queue.pop(0) if own else self._take(data, self.queue)
        finisher = self._take(data, self.active)
        finisher.over.set()
        self.loop.call_soon(leaver.task.cancel)
        self.loop.settle()
        assert leaver.task.cancelled()
        self.abandoned += 1
        self.pass_time(PAUSE_SECONDS)
        self.granted = self.lane.granted  # A place that is handed over and given up at once may count.
        self._move_up(counted=True)

    @rule(seconds=st.sampled_from([1.0, DEADLINE / 2, DEADLINE]))
    def wait(self, seconds: float) -> None:
        self.pass_time(seconds)

    def pass_time(self, seconds: float) -> None:
        self.loop.advance(seconds)
        for visitor in [one for one in self.queue if self.loop.time() + 1e-9 > one.came_at + DEADLINE]:
            self.queue.remove(visitor)
            self.late += 1
            assert isinstance(visitor.task.exception(), Unavailable)

    def _take(self, data: st.DataObject, *lists: list[Visitor]) -> Visitor:
        chosen = data.draw(st.sampled_from([one for visitors in lists for one in visitors]))
        for visitors in lists:
            if chosen in visitors:
                visitors.remove(chosen)
        return chosen

    def _move_up(self, *, counted: bool = False) -> None:
        while self.queue and len(self.active) < self.places:
            self.active.append(self.queue.pop(0))
            self.granted += 0 if counted else 1

    @invariant()
    def is_as_the_model(self) -> None:
        assert [one.is_active for one in self.active] == [True] * len(self.active)
        assert [one.is_active for one in self.queue] == [False] * len(self.queue)
        assert (self.lane.active, self.lane.queued) == (len(self.active), len(self.queue))
        assert (self.lane.granted, self.lane.refused, self.lane.late, self.lane.abandoned) == (
            self.granted, self.refused, self.late, self.abandoned
        )  # fmt: skip


LaneMachine.TestCase.settings = settings(max_examples=60, stateful_step_count=40, deadline=None)
test_the_lane_is_as_its_model = LaneMachine.TestCase


@pytest.fixture
def loop() -> Generator[ClockedLoop]:
    clocked = ClockedLoop()
    yield clocked
    clocked.close()


def crowd(loop: ClockedLoop, lane: Lane, count: int) -> list[Visitor]:
    visitors = [Visitor(loop, lane) for _ in range(count)]
    loop.settle()
    return visitors


def test_those_who_leave_together_are_given_no_place_on_the_way(loop: ClockedLoop) -> None:
    lane = Lane(4, 64, DEADLINE)
    visitors = crowd(loop, lane, 60)
    for visitor in visitors:
        visitor.task.cancel()
        loop.settle()
    loop.advance(PAUSE_SECONDS)
    assert (lane.active, lane.queued, lane.granted, lane.abandoned) == (0, 0, 4, 60)


def test_a_lane_in_which_nothing_moves_is_stuck(loop: ClockedLoop) -> None:
    lane = Lane(1, 2, DEADLINE)
    (holder,) = crowd(loop, lane, 1)
    loop.advance(10 * DEADLINE)
    assert not is_stuck(loop, lane), "nobody waits"
    waiting = crowd(loop, lane, 2)
    loop.advance(DEADLINE)
    assert [type(one.task.exception()) for one in waiting] == [Unavailable, Unavailable]
    waiting = crowd(loop, lane, 1)
    loop.advance(GRACE_SECONDS)
    assert not is_stuck(loop, lane)
    loop.advance(1)
    assert is_stuck(loop, lane)
    holder.over.set()
    loop.settle()
    assert not is_stuck(loop, lane)
    waiting[0].over.set()
    loop.settle()
    assert lane.active == 0


def test_a_lane_is_not_stuck_because_of_who_gave_up(loop: ClockedLoop) -> None:
    lane = Lane(1, 2, DEADLINE)
    (holder,) = crowd(loop, lane, 1)
    (waiting,) = crowd(loop, lane, 1)
    waiting.task.cancel()
    loop.advance(2 * DEADLINE)
    assert not is_stuck(loop, lane)
    holder.over.set()
    loop.settle()


def is_stuck(loop: ClockedLoop, lane: Lane) -> bool:
    async def ask() -> bool:
        return lane.is_stuck

    return loop.run_until_complete(ask())

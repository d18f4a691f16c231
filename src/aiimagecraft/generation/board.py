"""How far a running job is, told at a rate that readers can follow."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager

from aiimagecraft.generation import claims
from aiimagecraft.generation.claims import Claimed

logger = logging.getLogger(__name__)

REPORT_SECONDS = 0.25
"""Least time between two progress events of a job."""


class Board:
    """The progress of a job's images.

    Args:
        job: Whose images they are.
        made: How many were there before.
    """

    def __init__(self, job: Claimed, made: int) -> None:
        self.job = job
        self._made = made
        self._parts: dict[int, float] = {}
        self._waits: dict[int, str] = {}

    def note(self, index: int, value: float) -> None:
        """Take note of an image's progress, 0 to 1; may be called from another thread."""
        self._parts[index] = value

    async def pause(self, index: int, reason: str, seconds: float) -> None:
        """Wait, and show why."""
        self._waits[index] = f"{reason}. Asking again in {max(1, round(seconds))} s."
        try:
            await asyncio.sleep(seconds)
        finally:
            del self._waits[index]

    @asynccontextmanager
    async def shown(self) -> AsyncGenerator[None]:
        """Publish what changes until the end of the context."""
        reporting = asyncio.create_task(self._report())
        try:
            yield
        finally:
            reporting.cancel()
            await asyncio.gather(reporting, return_exceptions=True)

    async def _report(self) -> None:
        shown: tuple[float | None, str | None] = (None, None)
        while True:
            if (state := self._state()) != shown:
                shown = state
                try:
                    await claims.report(self.job, *state)
                except Exception as error:  # noqa: BLE001 - the next report tells more than the lost one.
                    logger.warning("generation.report_failed: job %s: %s", self.job.id, error)
            await asyncio.sleep(REPORT_SECONDS)

    def _state(self) -> tuple[float | None, str | None]:
        """Return progress and notice; there is no progress until something is known of any image."""
        done = self._made + sum(self._parts.values())
        progress = min(1.0, done / self.job.n) if self._parts or self._made else None
        return progress, next(iter(self._waits.values()), None)

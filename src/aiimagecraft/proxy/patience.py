"""How long somebody else may keep us waiting, in one step and in all."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable
from typing import TypeVar

T = TypeVar("T")


class Patience:
    """Time for the other side of a transfer; what we spend elsewhere in between is not counted.

    Args:
        step: Seconds for one step.
        total: Seconds in all.
        rate: Bytes that earn another second of the total; without it none do.
    """

    def __init__(self, step: float, total: float, rate: float | None = None) -> None:
        self._step = step
        self._left = total
        self._rate = rate

    async def wait(self, step: Awaitable[T]) -> T:
        """Return what a step returns.

        Raises:
            TimeoutError: It takes longer than is left; it was cancelled.
        """
        loop = asyncio.get_running_loop()
        began = loop.time()
        try:
            async with asyncio.timeout(min(self._step, max(0.0, self._left))):
                return await step
        finally:
            self._left -= loop.time() - began

    def passed(self, size: int) -> None:
        """Count bytes that came through."""
        if self._rate is not None:
            self._left += size / self._rate

"""An event loop whose time passes when it is told to."""

from __future__ import annotations

import asyncio


class ClockedLoop(asyncio.SelectorEventLoop):
    """Runs everything that is due, and stands still otherwise."""

    def __init__(self) -> None:
        super().__init__()
        self._now = 0.0

    def time(self) -> float:
        return self._now

    def settle(self) -> None:
        """Run until nothing more happens by itself."""
        for _ in range(10):
            self.run_until_complete(asyncio.sleep(0))

    def advance(self, seconds: float) -> None:
        """Let time pass, and what it brings happen."""
        self._now += seconds
        self.settle()

"""Work that goes on only as long as somebody waits for it."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Coroutine
from typing import Any, TypeVar

from aiimagecraft.errors import InvalidRequest

Receive = Callable[[], Awaitable[Any]]
T = TypeVar("T")


class Departed(InvalidRequest):
    """The browser left before it had its answer, which nobody gets."""


async def while_there(receive: Receive, work: Coroutine[Any, Any, T]) -> T:
    """Return what the work returns; it is cancelled as soon as the browser leaves.

    Args:
        receive: Asks the server for news of the browser, whose request has been read.
        work: What it waits for.

    Raises:
        Departed: It left before.
        AppError: Its request never came whole.
    """
    working, leaving = asyncio.create_task(work), asyncio.create_task(_departure(receive))
    try:
        await asyncio.wait([working, leaving], return_when=asyncio.FIRST_COMPLETED)
    finally:
        working.cancel()
        leaving.cancel()
        await asyncio.wait([working, leaving])
    if working.cancelled():
        if not leaving.cancelled():
            leaving.result()
        raise Departed("The client left")
    return working.result()


async def _departure(receive: Receive) -> None:
    while (await receive())["type"] != "http.disconnect":
        pass

"""One exchange with a browser, which ends as soon as the browser leaves."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Mapping
from typing import Any

from aiimagecraft.errors import AppError
from aiimagecraft.proxy.patience import Patience
from aiimagecraft.proxy.policy import Target
from aiimagecraft.proxy.upstream import Method, Upstream

Receive = Callable[[], Awaitable[Any]]
Send = Callable[[Any], Awaitable[None]]

CLIENT_SECONDS = 30.0
"""A browser may take nothing for this long, and in all be this much slower than the rate below."""
CLIENT_RATE = 64 * 1024.0


class Exchange:
    """An ASGI application that answers one request with what the upstream has.

    It asks the server for the browser's departure from the first moment on, so also in the queue, and cancels
    the work then.

    Args:
        upstream: Where it is asked for.
        target: What is asked for.
        method: How.
        headers: Of the browser's request, names in lower case.
        extra: Headers that every answer has.
    """

    def __init__(
        self,
        upstream: Upstream,
        target: Target,
        method: Method,
        headers: Mapping[str, str],
        extra: Mapping[str, str],
    ) -> None:
        self._upstream = upstream
        self._target = target
        self._method: Method = method
        self._headers = headers
        self._extra = extra

    async def __call__(self, scope: object, receive: Receive, send: Send) -> None:
        """Answer, or end with the browser.

        Raises:
            AppError: There is nothing to answer with, and the answer has not begun.
        """
        del scope  # The route has read it.
        work = asyncio.create_task(self._answer(send))
        departure = asyncio.create_task(_departure(receive))
        try:
            await asyncio.wait([work, departure], return_when=asyncio.FIRST_COMPLETED)
        finally:
            work.cancel()
            departure.cancel()
            await asyncio.wait([work, departure])
        # The browser left, or never sent its request whole, or there is what the work came to.
        (departure if work.cancelled() else work).result()

    async def _answer(self, send: Send) -> None:
        has_begun = False
        try:
            async with self._upstream.open(self._target, self._method, self._headers) as answer:
                patience = Patience(CLIENT_SECONDS, CLIENT_SECONDS, CLIENT_RATE)
                # An answer that breaks off before it has brought anything can still be told as an error.
                piece = await anext(answer.pieces, b"")
                has_begun = True
                await send(_start(answer.status, {**answer.headers, **self._extra}))
                while piece:
                    await patience.wait(send(_body(piece, more=True)))
                    patience.passed(len(piece))
                    piece = await anext(answer.pieces, b"")
            await send(_body(b"", more=False))
        except (AppError, TimeoutError):
            # Ending without the last piece makes the server break the connection, which is all that is left.
            if not has_begun:
                raise


async def _departure(receive: Receive) -> None:
    """Wait until the browser has left."""
    while (await receive())["type"] != "http.disconnect":
        pass


def _start(status: int, headers: dict[str, str]) -> Any:  # noqa: ANN401 - ASGI's own.
    encoded = [(name.encode(), value.encode("latin-1")) for name, value in headers.items()]
    return {"type": "http.response.start", "status": status, "headers": encoded}


def _body(piece: bytes, *, more: bool) -> Any:  # noqa: ANN401 - ASGI's own.
    return {"type": "http.response.body", "body": piece, "more_body": more}

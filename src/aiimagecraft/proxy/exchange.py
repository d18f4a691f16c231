"""One exchange with a browser, which ends as soon as the browser leaves."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping
from contextlib import suppress
from typing import Any

from aiimagecraft.errors import AppError
from aiimagecraft.proxy.patience import Patience
from aiimagecraft.proxy.policy import Target
from aiimagecraft.proxy.presence import Departed, Receive, while_there
from aiimagecraft.proxy.upstream import Method, Upstream

Send = Callable[[Any], Awaitable[None]]

CLIENT_SECONDS = 30.0
"""A browser may take nothing for this long, and in all be this much slower than the rate below."""
CLIENT_RATE = 64 * 1024.0


class Exchange:
    """An ASGI application that answers one request with what the upstream has.

    It learns of the browser's departure from the first moment on, so also in the queue.

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
        with suppress(Departed):
            await while_there(receive, self._answer(send))

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


def _start(status: int, headers: dict[str, str]) -> Any:  # noqa: ANN401 - ASGI's own.
    encoded = [(name.encode(), value.encode("latin-1")) for name, value in headers.items()]
    return {"type": "http.response.start", "status": status, "headers": encoded}


def _body(piece: bytes, *, more: bool) -> Any:  # noqa: ANN401 - ASGI's own.
    return {"type": "http.response.body", "body": piece, "more_body": more}

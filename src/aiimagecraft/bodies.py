"""How the body of a request comes: a connection that only drips is given up, one that breaks off is told."""

from __future__ import annotations

import asyncio
import time

from litestar.types import ASGIApp, HTTPReceiveMessage, Receive, Scope, Send, WebSocketReceiveMessage

from aiimagecraft.errors import InvalidRequest, TooSlow

GRACE_SECONDS = 30.0
"""For which a body may pause in all; the server itself gives the head of a request as long."""
LEAST_RATE = 4096
"""Bytes a second that buy more time, so that a large upload on a poor line comes through."""


class Bodies:
    """Answers 408 where a body does not come, and 400 where it ends too early.

    Only the time that is spent waiting counts, not what the app does meanwhile.

    Args:
        app: The application behind it.
    """

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass a request on; its body is read through a clock."""
        if scope["type"] == "http":
            await self._app(scope, _Clock(receive).receive, send)
        else:
            await self._app(scope, receive, send)


class _Clock:
    """Receives the messages of one request."""

    def __init__(self, receive: Receive) -> None:
        self._receive = receive
        self._left = GRACE_SECONDS
        self._is_whole = False

    async def receive(self) -> HTTPReceiveMessage | WebSocketReceiveMessage:
        """Return the next message; after the body, wait for the client to leave as long as it takes.

        Raises:
            TooSlow: The body did not come in time.
            InvalidRequest: It ended before it was whole.
        """
        if self._is_whole:
            return await self._receive()
        began = time.monotonic()
        try:
            async with asyncio.timeout(self._left):
                message = await self._receive()
        except TimeoutError:
            self._is_whole = True
            raise TooSlow("The body came too slowly") from None
        self._left -= time.monotonic() - began
        if message["type"] == "http.request":
            self._left += len(message["body"]) / LEAST_RATE
            self._is_whole = not message["more_body"]
        elif message["type"] == "http.disconnect":
            raise InvalidRequest("The body broke off, or its chunks are malformed", field="body")
        return message

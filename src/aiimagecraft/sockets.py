"""The WebSocket route."""

from __future__ import annotations

import asyncio
from contextlib import suppress
from typing import Any

from litestar import WebSocket, websocket
from litestar.di import NamedDependency
from litestar.exceptions import WebSocketDisconnect

from aiimagecraft.realtime import Hub, Subscription

PROTOCOL = "aiimagecraft"
TOO_SLOW = 1013

AnySocket = WebSocket[Any, Any, Any]


@websocket(["/", "/ws"])
async def events(socket: AnySocket, owner: NamedDependency[int], hub: NamedDependency[Hub]) -> None:
    """Send a user's events until either side ends the connection."""
    await socket.accept(subprotocols=_protocol(socket))
    async with hub.subscription(owner) as subscription:
        tasks: set[asyncio.Task[Any]] = {
            asyncio.create_task(_until_disconnect(socket)),
            asyncio.create_task(_send(socket, subscription)),
            asyncio.create_task(subscription.overflowed.wait()),
        }
        try:
            done, _ = await asyncio.wait(tasks, return_when=asyncio.FIRST_COMPLETED)
        finally:
            for task in tasks:
                task.cancel()
            await asyncio.gather(*tasks, return_exceptions=True)
    for task in done:
        task.result()
    if subscription.overflowed.is_set():
        with suppress(WebSocketDisconnect, RuntimeError):
            await socket.close(code=TOO_SLOW, reason="The connection is too slow")


def _protocol(socket: AnySocket) -> str | None:
    """Select the app's own protocol; a lone token is echoed, as a client that sends one expects."""
    offered = [part.strip() for part in socket.headers.get("sec-websocket-protocol", "").split(",")]
    if PROTOCOL in offered:
        return PROTOCOL
    return offered[0] if len(offered) == 1 and offered[0] else None


async def _until_disconnect(socket: AnySocket) -> None:
    with suppress(WebSocketDisconnect):
        while True:
            await socket.receive_data("text")


async def _send(socket: AnySocket, subscription: Subscription) -> None:
    with suppress(WebSocketDisconnect):
        while True:
            await socket.send_text(await subscription.next())

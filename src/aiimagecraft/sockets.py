"""The WebSocket route."""

from __future__ import annotations

import asyncio
import logging
from contextlib import suppress
from typing import Any

import asyncpg
from litestar import WebSocket, websocket
from litestar.di import NamedDependency
from litestar.exceptions import WebSocketDisconnect

from aiimagecraft.access import identify
from aiimagecraft.accounts.auth import Identity, is_still
from aiimagecraft.errors import Unauthorized
from aiimagecraft.realtime import Hub, Subscription

logger = logging.getLogger(__name__)

PROTOCOL = "aiimagecraft"
TOO_SLOW = 1013
NO_ACCESS = 4401
RECHECK_SECONDS = 30.0
"""The longest that a socket outlives its session or token, even if nobody tells of the end."""

AnySocket = WebSocket[Any, Any, Any]


@websocket(["/", "/ws"])
async def events(socket: AnySocket, hub: NamedDependency[Hub]) -> None:
    """Send a user's events until either side ends the connection."""
    try:
        identity = await identify(socket, _token(socket))
    except Unauthorized:
        # Pages learn nothing of a refused handshake, so it is accepted for the code that tells them why.
        await socket.accept(subprotocols=_protocol(socket))
        await _close(socket, NO_ACCESS, "Log in again")
        return
    await socket.accept(subprotocols=_protocol(socket))
    async with hub.subscription(identity.user) as subscription:
        # Whatever ended since the token was looked at was told to nobody here.
        subscription.doubted.set()
        tasks: set[asyncio.Task[Any]] = {
            asyncio.create_task(_until_disconnect(socket)),
            asyncio.create_task(_send(socket, subscription)),
            asyncio.create_task(subscription.overflowed.wait()),
            (ended := asyncio.create_task(until_ended(identity, subscription))),
        }
        try:
            done, _ = await asyncio.wait(tasks, return_when=asyncio.FIRST_COMPLETED)
        finally:
            for task in tasks:
                task.cancel()
            await asyncio.gather(*tasks, return_exceptions=True)
    for task in done:
        task.result()
    if ended in done:
        await _close(socket, NO_ACCESS, "Log in again")
    elif subscription.overflowed.is_set():
        await _close(socket, TOO_SLOW, "The connection is too slow")


async def _close(socket: AnySocket, code: int, reason: str) -> None:
    with suppress(WebSocketDisconnect, RuntimeError):
        await socket.close(code=code, reason=reason)


def _offered(socket: AnySocket) -> list[str]:
    header = socket.headers.get("sec-websocket-protocol", "")
    return [part for text in header.split(",") if (part := text.strip())]


def _protocol(socket: AnySocket) -> str | None:
    """Select the app's own protocol; a lone token is echoed, as a client that sends one expects."""
    offered = _offered(socket)
    if PROTOCOL in offered:
        return PROTOCOL
    return offered[0] if len(offered) == 1 else None


def _token(socket: AnySocket) -> str | None:
    """Return the token that came with the address, or with the protocols."""
    if token := socket.query_params.get("token"):
        return str(token)
    return next((part for part in _offered(socket) if part != PROTOCOL), None)


async def until_ended(identity: Identity, subscription: Subscription) -> None:
    """Return when the session or token has ended; without login there is none."""
    while True:
        with suppress(TimeoutError):
            await asyncio.wait_for(subscription.doubted.wait(), RECHECK_SECONDS)
        subscription.doubted.clear()
        try:
            if not await is_still(identity):
                return
        except (OSError, asyncpg.PostgresError, asyncpg.InterfaceError) as error:
            logger.warning("sockets.recheck_failed: %s", type(error).__name__)


async def _until_disconnect(socket: AnySocket) -> None:
    with suppress(WebSocketDisconnect):
        while True:
            await socket.receive_data("text")


async def _send(socket: AnySocket, subscription: Subscription) -> None:
    with suppress(WebSocketDisconnect):
        while True:
            await socket.send_text(await subscription.next())

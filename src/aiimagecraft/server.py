"""Runs the web application on Granian, in this process's event loop."""

from __future__ import annotations

import asyncio
import signal
from typing import Any

import click
from granian.constants import HTTPModes, Interfaces
from granian.http import HTTP1Settings
from granian.log import LogLevels
from granian.server.embed import Server
from litestar.types import ASGIApp

from aiimagecraft.app import create_asgi
from aiimagecraft.config import Settings

BACKLOG = 1024
BUFFER_BYTES = 32 * 1024
"""Of one connection; the head of a request may have as much, and up to twice that when it comes at once."""
HEAD_SECONDS = 30
"""For the head of a request, and for a connection that is kept without one."""


async def run_web(settings: Settings) -> None:
    """Serve until SIGTERM.

    Args:
        settings: With a `database_url`.

    Raises:
        OSError: The address cannot be bound.
        RuntimeError: The application cannot start.
    """
    stopping = False
    server = Server(
        _announcing(create_asgi(settings), f"http://{_bracketed(settings.host)}:{settings.port}"),
        address=settings.host,
        port=settings.port,
        interface=Interfaces.ASGI,
        http=HTTPModes.http1,
        http1_settings=HTTP1Settings(max_buffer_size=BUFFER_BYTES, header_read_timeout=HEAD_SECONDS * 1000),
        backlog=BACKLOG,
        log_level=LogLevels.error,
    )

    def stop() -> None:
        nonlocal stopping
        stopping = True
        server.stop()

    asyncio.get_running_loop().add_signal_handler(signal.SIGTERM, stop)
    await server.serve()
    if not stopping:
        raise RuntimeError("The web server ended by itself")


def _bracketed(host: str) -> str:
    return f"[{host}]" if ":" in host else host


def _announcing(app: ASGIApp, url: str) -> Any:  # noqa: ANN401 - Litestar's types leave the lifespan out.
    """Say where the app is as soon as it is there; the socket listens since before the app began."""

    async def announcing(scope: Any, receive: Any, send: Any) -> None:  # noqa: ANN401
        async def tell(message: Any) -> None:  # noqa: ANN401
            await send(message)
            if message["type"] == "lifespan.startup.complete":
                click.echo(f"aiimagecraft is at {url}  (Ctrl-C ends it)")

        await app(scope, receive, tell if scope["type"] == "lifespan" else send)

    return announcing

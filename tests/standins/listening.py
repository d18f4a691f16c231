"""Serve connections on loopback until the process is told to end."""

from __future__ import annotations

import asyncio
import signal
import sys
from collections.abc import Callable, Coroutine
from typing import Any

from tests.standins.wire import READ_BYTES

Serve = Callable[[asyncio.StreamReader, asyncio.StreamWriter], Coroutine[Any, Any, None]]
BACKLOG = 512


async def listen(serve: Serve, port: int, announcement: str) -> None:
    """Serve until SIGTERM or SIGINT, then drop all connections.

    Args:
        serve: Serves one connection to its end.
        port: Where; 0 takes a free one.
        announcement: The line to print once it serves; `{port}` in it is the port.
    """
    over = asyncio.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        asyncio.get_running_loop().add_signal_handler(number, over.set)
    connections: set[asyncio.Task[None]] = set()

    def accept(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        # Not a coroutine, of which asyncio would report every cancellation.
        task = asyncio.create_task(serve(reader, writer))
        connections.add(task)
        task.add_done_callback(connections.discard)

    listening = await asyncio.start_server(accept, "127.0.0.1", port, limit=READ_BYTES, backlog=BACKLOG)
    sys.stdout.write(announcement.format(port=listening.sockets[0].getsockname()[1]) + "\n")
    sys.stdout.flush()
    await over.wait()
    listening.close()
    for task in connections:
        task.cancel()
    await asyncio.gather(*connections, return_exceptions=True)

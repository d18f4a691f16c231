"""One answer on its way, and what is written down of its request."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable
from typing import TypedDict

from tests.standins.wire import Head, Reply, Wire

PIECE = 64 * 1024
ZEROS = bytes(PIECE)
SLOW_SECONDS = 2.0
DRIPS = 20
"""The pieces of a slow body."""
NOT_MODIFIED = 304
GARBAGE = b"\x00\x01SSH-2.0-none of this is HTTP\r\n\r\n"


class Seen(TypedDict):
    """One request, as evidence: `began` and `ended` are of the machine's monotonic clock.

    Its path has the query, its headers are in lower case, and it is aborted when the client left before the
    end. Until it is answered its status is None, until it is over `ended` is.
    """

    path: str
    method: str
    headers: dict[str, str]
    status: int | None
    aborted: bool
    began: float
    ended: float | None


def see(head: Head) -> Seen:
    """Write a request down that begins."""
    return {
        "path": head.path + (f"?{head.query}" if head.query else ""),
        "method": head.method,
        "headers": head.headers,
        "status": None,
        "aborted": False,
        "began": time.monotonic(),
        "ended": None,
    }


class Delivery:
    """Sends one answer, or as much of it as its fault lets through.

    Args:
        wire: Where to.
        writer: Of the same connection, for what is no HTTP.
        seen: The request.
        end: Is told when the request is over.
    """

    def __init__(
        self, wire: Wire, writer: asyncio.StreamWriter, seen: Seen, end: Callable[[Seen], None]
    ) -> None:
        self._wire = wire
        self._writer = writer
        self._seen = seen
        self._end = end

    async def send(self, reply: Reply, fault: str) -> None:
        """Send a reply; a body shorter than the length it declares is filled up."""
        if fault == "garbage":
            self._writer.write(GARBAGE)
            await self._writer.drain()
            self._cut(reset=False)
            return
        self._seen["status"] = reply.status
        if fault == "endless":
            await self._wire.start(reply.status, reply.headers)
            while True:
                await self._wire.send(ZEROS)
        length = int(reply.headers.get("content-length", len(reply.body)))
        declared = {} if reply.status == NOT_MODIFIED else {"content-length": str(length)}
        await self._wire.start(reply.status, {**reply.headers, **declared})
        await self._send_body(reply.body, length, fault)

    async def _send_body(self, body: bytes, length: int, fault: str) -> None:
        breaks_off = fault in {"stall", "reset", "cut"}
        stop = length // 2 if breaks_off else length
        step = length // DRIPS + 1 if fault == "slow" else PIECE
        piece = b""
        for at in range(0, stop, step):
            if piece:
                await self._wire.send(piece)
                await asyncio.sleep(SLOW_SECONDS / DRIPS if fault == "slow" else 0)
            piece = body[at : min(at + step, stop)].ljust(min(step, stop - at), b"\0")
        if breaks_off:
            await self._wire.send(piece)
            if fault == "stall":
                await asyncio.Event().wait()
            self._cut(reset=fault == "reset")
            return
        # Before it is sent: whoever has the answer finds it written down.
        self._end(self._seen)
        await self._wire.send(piece, last=True)

    def _cut(self, *, reset: bool) -> None:
        self._end(self._seen)
        self._wire.cut(reset=reset)

"""A way to the stand-in for S3 on which things go wrong: real sockets, in a thread of its own."""

from __future__ import annotations

import asyncio
import socket
import struct
import threading
from collections.abc import Generator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, replace
from typing import Literal, cast
from urllib.parse import urlsplit

from tests.standins.objects import Bucket

Kind = Literal["lose", "busy", "stall", "reset", "cut"]
READ_BYTES = 1 << 20
BUSY = b"HTTP/1.1 503 Slow Down\r\ncontent-length: 0\r\nconnection: close\r\n\r\n"


@dataclass(slots=True)
class Fault:
    """What happens to the next requests of a method.

    Attributes:
        kind: `lose` the answer after the store has done its work; be `busy` with 503, without the store;
            `stall` for ever; `reset` or `cut` the connection in the middle of the answer's body.
        method: The requests that it happens to.
        times: How many of them.
    """

    kind: Kind
    method: str
    times: int = 1


@dataclass(frozen=True, slots=True)
class Request:
    """A request that arrived: its method, its target and the Range that it asked for."""

    method: str
    target: str
    range: str | None


class Road:
    """The way to a bucket.

    Args:
        bucket: The bucket at its end.
    """

    def __init__(self, bucket: Bucket) -> None:
        self._far = bucket
        self._faults: list[Fault] = []
        self._over = asyncio.Event()
        self.requests: list[Request] = []
        self.bucket = bucket

    def plan(self, kind: Kind, method: str, times: int = 1) -> None:
        """Let something go wrong from now on; what was planned before comes first."""
        self._faults.append(Fault(kind, method, times))

    def clear(self) -> None:
        """Let nothing go wrong any more, and forget the requests."""
        self._faults.clear()
        self.requests.clear()

    def count(self, method: str) -> int:
        return sum(request.method == method for request in self.requests)

    async def run(self, ready: threading.Event) -> None:
        """Forward until `stop`."""
        listening = await asyncio.start_server(self._serve, "127.0.0.1", 0, limit=READ_BYTES)
        host, port = listening.sockets[0].getsockname()
        self.bucket = replace(self._far, endpoint=f"http://{host}:{port}")
        self._loop = asyncio.get_running_loop()
        ready.set()
        await self._over.wait()
        listening.close()

    def stop(self) -> None:
        self._loop.call_soon_threadsafe(self._over.set)

    async def _serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        # One request for each connection: every fault then has a whole one for itself.
        with suppress(ConnectionError, asyncio.IncompleteReadError, asyncio.CancelledError):
            head = await reader.readuntil(b"\r\n\r\n")
            body = await reader.readexactly(int(_field(head, b"content-length") or 0))
            fault = self._note(head)
            if fault == "stall":
                await self._over.wait()
            elif fault == "busy":
                writer.write(BUSY)
                await writer.drain()
            else:
                answer = await self._forward(head, body)
                await _send(writer, answer, fault)
        writer.close()

    def _note(self, head: bytes) -> Kind | None:
        method, target, _ = head.partition(b"\r\n")[0].decode().split(" ")
        asked = _field(head, b"range")
        self.requests.append(Request(method, target, asked.decode() if asked else None))
        for fault in self._faults:
            if fault.method == method and fault.times:
                fault.times -= 1
                return fault.kind
        return None

    async def _forward(self, head: bytes, body: bytes) -> bytes:
        place = urlsplit(self._far.endpoint)
        reader, writer = await asyncio.open_connection(place.hostname, place.port, limit=READ_BYTES)
        writer.write(head.removesuffix(b"\r\n") + b"connection: close\r\n\r\n" + body)
        await writer.drain()
        answer = await reader.read()
        writer.close()
        return answer


async def _send(writer: asyncio.StreamWriter, answer: bytes, fault: Kind | None) -> None:
    if fault == "lose":
        return
    head, _, body = answer.partition(b"\r\n\r\n")
    if fault is None:
        writer.write(answer)
        await writer.drain()
        return
    writer.transport.set_write_buffer_limits(high=0)
    writer.write(head + b"\r\n\r\n" + body[: len(body) // 2])
    await writer.drain()
    # What was sent must be read before a reset throws it away.
    await asyncio.sleep(0.1)
    if fault == "reset":
        plug = cast("socket.socket", writer.get_extra_info("socket"))
        plug.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))


def _field(head: bytes, name: bytes) -> bytes | None:
    for line in head.split(b"\r\n")[1:]:
        key, _, value = line.partition(b":")
        if key.strip().lower() == name:
            return value.strip()
    return None


@contextmanager
def road_to(bucket: Bucket) -> Generator[Road]:
    """Put a forwarder in front of a bucket until the context ends."""
    road, ready = Road(bucket), threading.Event()
    thread = threading.Thread(target=lambda: asyncio.run(road.run(ready)), name="road", daemon=True)
    thread.start()
    assert ready.wait(10)
    try:
        yield road
    finally:
        road.stop()
        thread.join(10)

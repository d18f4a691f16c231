"""HTTP/1.1 on a bare socket, so that a stand-in may stop, dawdle or cut wherever a real network does."""

from __future__ import annotations

import asyncio
import socket
import struct
from collections.abc import Coroutine, Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from email.utils import formatdate
from typing import Any, cast

import h11
import msgspec

READ_BYTES = 1024 * 1024
MAX_BODY_BYTES = 200 * 1024 * 1024
MAX_HEAD_BYTES = 64 * 1024
JSON = {"content-type": "application/json"}


@dataclass(frozen=True, slots=True)
class Head:
    """A request without its body; names of headers are in lower case."""

    method: str
    path: str
    query: str
    headers: dict[str, str]


@dataclass(frozen=True, slots=True)
class Reply:
    """A whole answer."""

    status: int
    body: bytes
    headers: Mapping[str, str] = field(default_factory=lambda: JSON)


class Refused(Exception):  # noqa: N818 - the server refuses; nothing in it went wrong.
    """Ends the handling of a request with this answer."""

    def __init__(self, reply: Reply) -> None:
        super().__init__(f"{reply.status}")
        self.reply = reply


class BodyTooLarge(Exception):  # noqa: N818 - says what is the matter.
    pass


def json_reply(content: object, status: int = 200) -> Reply:
    return Reply(status, msgspec.json.encode(content))


class Wire:
    """One connection as its server sees it."""

    def __init__(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self._reader = reader
        self._writer = writer
        self._h11 = h11.Connection(h11.SERVER, max_incomplete_event_size=MAX_HEAD_BYTES)
        self._bodiless = False
        # So that what was drained is with the kernel, and a cut comes after it.
        writer.transport.set_write_buffer_limits(high=0)

    async def head(self) -> Head | None:
        """Wait for the next request; None when the client has closed the connection."""
        event = await self._next_event()
        if not isinstance(event, h11.Request):
            return None
        headers: dict[str, str] = {}
        for name, value in event.headers:
            key = name.decode("latin-1")
            text = value.decode("latin-1")
            headers[key] = f"{headers[key]}, {text}" if key in headers else text
        path, _, query = event.target.decode("latin-1").partition("?")
        self._bodiless = event.method == b"HEAD"
        return Head(event.method.decode("ascii"), path, query, headers)

    async def body(self) -> bytes:
        """Receive the body of the request whose head was received.

        Raises:
            BodyTooLarge: It is over `MAX_BODY_BYTES`.
            h11.RemoteProtocolError: The client left in the middle of it.
        """
        received = bytearray()
        while isinstance(event := await self._next_event(), h11.Data):
            received += event.data
            if len(received) > MAX_BODY_BYTES:
                raise BodyTooLarge
        return bytes(received)

    async def start(self, status: int, headers: Mapping[str, str]) -> None:
        """Send the head of an answer; without a content-length its body will be chunked."""
        sent = [*headers.items(), ("date", formatdate(usegmt=True))]
        await self._send(h11.Response(status_code=status, headers=sent))

    async def send(self, data: bytes, *, last: bool = False) -> None:
        """Send a part of the body; the last one and the mark of the end leave together."""
        events: list[h11.Event] = [] if self._bodiless else [h11.Data(data=data)]
        await self._send(*events, *([h11.EndOfMessage()] if last else []))

    async def reply(self, reply: Reply) -> None:
        await self.start(reply.status, {**reply.headers, "content-length": str(len(reply.body))})
        await self.send(reply.body, last=True)

    def cut(self, *, reset: bool) -> None:
        """End the connection in the middle of what is being sent, as a server does or as a lost network."""
        if reset:
            plug = cast("socket.socket", self._writer.get_extra_info("socket"))
            plug.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
        self._writer.transport.abort()

    def is_reusable(self) -> bool:
        """Get ready for another request, if both sides are through with this one and keep the connection."""
        if self._h11.our_state is not h11.DONE or self._h11.their_state is not h11.DONE:
            return False
        self._h11.start_next_cycle()
        return True

    def close(self) -> None:
        self._writer.close()

    async def attend(self, work: Coroutine[Any, Any, None]) -> bool:
        """Work for a client until it is done or the client leaves; tell whether it was done."""
        working = asyncio.create_task(work)
        leaving = asyncio.create_task(self._wait_until_left())
        try:
            await asyncio.wait((working, leaving), return_when=asyncio.FIRST_COMPLETED)
            if not working.done():
                return False
            working.result()
        except ConnectionError:
            return False
        finally:
            working.cancel()
            leaving.cancel()
            await asyncio.gather(working, leaving, return_exceptions=True)
        return True

    async def _wait_until_left(self) -> None:
        """Read ahead: only a read tells that the other side has closed."""
        with suppress(ConnectionError):
            while data := await self._reader.read(READ_BYTES):
                self._h11.receive_data(data)

    async def _next_event(self) -> h11.Event | type[h11.PAUSED]:
        while (event := self._h11.next_event()) is h11.NEED_DATA:
            if self._h11.they_are_waiting_for_100_continue:
                await self._send(h11.InformationalResponse(status_code=100, headers=[]))
            try:
                data = await self._reader.read(READ_BYTES)
            except ConnectionError:
                data = b""
            self._h11.receive_data(data)
        return cast("h11.Event | type[h11.PAUSED]", event)

    async def _send(self, *events: h11.Event) -> None:
        self._writer.write(b"".join(self._h11.send(event) or b"" for event in events))
        await self._writer.drain()

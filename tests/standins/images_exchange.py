"""One request at a time: what is written down of it, and how its answer may go astray."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Mapping
from typing import Any

import msgspec

from tests.standins.images_faults import Faults
from tests.standins.images_forms import SentFile
from tests.standins.wire import Reply, Wire

DRIPS = 20
"""The pieces of a slow body."""


class Received(msgspec.Struct):
    """One request, as evidence.

    Args:
        method: Of the request.
        path: With the query.
        authorization: "right", "wrong" or "missing"; without a key of its own the server takes any as right.
        headers: All but authorization, names in lower case.
        fields: Of a JSON body as they were sent, of multipart as text.
        files: Of multipart, in the order sent.
        request_id: The x-request-id of the answer.
        received_at: When its head was there, in seconds since 1970.
        answered_at: When the last byte was about to be sent or the connection ended; None before.
        outcome: "answered", "cut", "client left", "hung"; None while it is under way.
        status: Of the answer; None before it began.
    """

    method: str
    path: str
    authorization: str
    headers: dict[str, str]
    fields: dict[str, Any]
    files: list[SentFile]
    request_id: str
    received_at: float
    answered_at: float | None = None
    outcome: str | None = None
    status: int | None = None

    def end(self, outcome: str) -> None:
        self.outcome = outcome
        self.answered_at = time.time()


class Gate:
    """Holds requests until they are released."""

    def __init__(self) -> None:
        self._held: set[asyncio.Future[None]] = set()

    @property
    def held(self) -> int:
        return len(self._held)

    async def wait(self) -> None:
        waiting = asyncio.get_running_loop().create_future()
        self._held.add(waiting)
        try:
            await waiting
        finally:
            self._held.discard(waiting)

    def release(self) -> int:
        """Let all go on, and return how many they were."""
        released = [waiting for waiting in self._held if not waiting.done()]
        self._held.clear()
        for waiting in released:
            waiting.set_result(None)
        return len(released)


class Exchange:
    """A request under way: sends its answer, and writes down what becomes of it."""

    def __init__(self, wire: Wire, received: Received, gate: Gate) -> None:
        self.received = received
        self.gate = gate
        self._wire = wire

    async def reply(self, reply: Reply) -> None:
        await self.start(reply.status, {**reply.headers, "content-length": str(len(reply.body))})
        await self.finish(reply.body)

    async def start(self, status: int, headers: Mapping[str, str]) -> None:
        self.received.status = status
        more = {"x-request-id": self.received.request_id, "openai-version": "2020-10-01"}
        await self._wire.start(status, {**headers, **more})

    async def send(self, data: bytes) -> None:
        await self._wire.send(data)

    async def finish(self, data: bytes, faults: Faults | None = None) -> None:
        """Send the last part of the body, unless a fault keeps it from its end."""
        if faults is not None:
            data = await self._stray(data, faults)
        if self.received.outcome is None:
            # Before it is sent: whoever has the answer finds it written down.
            self.received.end("answered")
            await self._wire.send(data, last=True)

    async def hang(self) -> None:
        self.received.outcome = "hung"
        await asyncio.Event().wait()

    async def _stray(self, data: bytes, faults: Faults) -> bytes:
        """Do what the faults want done in the middle of a body, and return what is left to send of it."""
        if seconds := faults.seconds("slow body"):
            step = len(data) // DRIPS + 1
            while len(data) > step:
                await self.send(data[:step])
                await asyncio.sleep(seconds / DRIPS)
                data = data[step:]
        half = len(data) // 2
        for word in ("cut", "reset", "hang body", "hold body"):
            if faults.take(word):
                await self.send(data[:half])
                if word == "hang body":
                    await self.hang()
                if word == "hold body":
                    await self.gate.wait()
                    return data[half:]
                self.received.end("cut")
                self._wire.cut(reset=word == "reset")
                return b""
        return data

"""The stand-in itself: who asks, what is sent, how long it takes and how it goes wrong."""

from __future__ import annotations

import asyncio
import time
from dataclasses import dataclass

import h11
import msgspec

from tests.standins.images_exchange import Gate
from tests.standins.stash_delivery import Delivery, Seen, see
from tests.standins.stash_faults import Fault, Faults, spoil
from tests.standins.stash_files import serve
from tests.standins.stash_graphql import answer
from tests.standins.stash_library import Library, Media
from tests.standins.wire import Head, Reply, Wire, json_reply

CONTROL = "/_control/"
NOT_FOUND = Reply(404, b"404 page not found\n", {"content-type": "text/plain; charset=utf-8"})
NO_KEY = Reply(401, b"", {"www-authenticate": "FormBased"})


class Stats(msgspec.Struct):
    """What the stand-in has seen since it began or was reset, but for its controls.

    Args:
        active: Requests under way now.
        peak: The most that were under way at once.
        connections: That carried a request.
        requests: In the order in which they came.
        aborted: How many of them the client left.
        held: How many wait for `release`.
    """

    active: int = 0
    peak: int = 0
    connections: int = 0
    requests: list[Seen] = []
    aborted: int = 0
    held: int = 0


class Pace(msgspec.Struct):
    """How long an answer takes.

    Args:
        latency: Seconds.
        capacity: How many requests at once it bears; with more it slows down, all the more the more they are.
    """

    latency: float = 0
    capacity: int | None = None

    def seconds(self, active: int) -> float:
        return self.latency * max(1, active / self.capacity if self.capacity else 1) ** 2


@dataclass(frozen=True, slots=True)
class Options:
    """How the server is run: see its `--help`."""

    library: Library
    pace: Pace
    key: str | None = None
    prefix: str = ""


class Server:
    """Stash and the controls, for any number of connections at a time."""

    def __init__(self, options: Options) -> None:
        self._options = options
        self._pace = options.pace
        self._stats = Stats()
        self._faults = Faults()
        self._gate = Gate()
        self._made: dict[str, Media] = {}

    async def serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        """Serve one connection."""
        wire, counted = Wire(reader, writer), False
        try:
            while (head := await wire.head()) is not None:
                body = await wire.body()
                if head.path.startswith(CONTROL):
                    await wire.reply(self._control(f"{head.method} {head.path.removeprefix(CONTROL)}", body))
                else:
                    self._stats.connections += not counted
                    counted = True
                    await self._exchange(wire, writer, head, body)
                if not wire.is_reusable():
                    break
        except (h11.ProtocolError, ConnectionError):
            pass
        finally:
            wire.close()

    def _control(self, request: str, body: bytes) -> Reply:
        if request == "GET stats":
            self._stats.held = self._gate.held
            return json_reply(self._stats)
        if request == "DELETE stats":
            self._stats = Stats(active=self._stats.active, peak=self._stats.active)
            self._faults.clear()
            self._gate.release()
            return json_reply(self._stats)
        if request == "POST fault" and self._faults.add(msgspec.json.decode(body, type=Fault)):
            return json_reply({})
        if request == "POST release":
            return json_reply({"released": self._gate.release()})
        if request == "PUT pace":
            self._pace = msgspec.json.decode(body, type=Pace)
            return json_reply(self._pace)
        return json_reply({"error": f"There is no {request}"}, 404)

    async def _exchange(self, wire: Wire, writer: asyncio.StreamWriter, head: Head, body: bytes) -> None:
        seen, stats = see(head), self._stats
        stats.requests.append(seen)
        stats.active += 1
        stats.peak = max(stats.peak, stats.active)
        delivery = Delivery(wire, writer, seen, self._end)
        if not await wire.attend(self._answer(delivery, head, body)) and seen["ended"] is None:
            seen["aborted"] = True
            stats.aborted += 1
        self._end(seen)

    def _end(self, seen: Seen) -> None:
        if seen["ended"] is None:
            seen["ended"] = time.monotonic()
            self._stats.active -= 1

    async def _answer(self, delivery: Delivery, head: Head, body: bytes) -> None:
        fault = self._faults.take(head.path)
        if fault == "hold":
            await self._gate.wait()
        if fault == "hang":
            await asyncio.Event().wait()
        if seconds := self._pace.seconds(self._stats.active):
            await asyncio.sleep(seconds)
        reply = await self._reply(head, body)
        elsewhere = f"http://localhost:{head.headers.get('host', '').rpartition(':')[2]}/elsewhere"
        await delivery.send(spoil(reply, fault, elsewhere), fault)

    async def _reply(self, head: Head, body: bytes) -> Reply:
        options = self._options
        if options.key is not None and head.headers.get("apikey") != options.key:
            return NO_KEY
        if not head.path.startswith(options.prefix):
            return NOT_FOUND
        path = head.path.removeprefix(options.prefix)
        if path == "/graphql" and head.method == "POST":
            return answer(options.library, options.key, body)
        if path not in self._made and (make := options.library.find(path)) is not None:
            self._made[path] = await asyncio.to_thread(make)
        if path not in self._made or head.method not in {"GET", "HEAD"}:
            return NOT_FOUND
        return serve(self._made[path], head.headers, head.query)

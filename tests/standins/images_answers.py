"""What is made of a valid order: JSON or a stream of events."""

from __future__ import annotations

import asyncio
import base64
import hashlib
import time
from dataclasses import dataclass, replace
from typing import Any
from urllib.parse import quote

import msgspec
from PIL import Image

from tests.standins.images_exchange import Exchange
from tests.standins.images_faults import Fault, Faults
from tests.standins.images_orders import Order
from tests.standins.images_pictures import Painter, encode, unfinished, usage_for, without_cost
from tests.standins.wire import JSON

SSE = {"content-type": "text/event-stream; charset=utf-8", "cache-control": "no-store"}
KEEP_ALIVE = b": keep-alive\n\n"
KEEP_ALIVE_SECONDS = 0.5
STRANGE = b"no picture at all, but bytes that nothing can make sense of " * 50
FAILURE = {"message": "The server had an error while processing your request.", "type": "server_error"}


@dataclass(frozen=True, slots=True)
class Site:
    """Where this server answers, and the pictures that it has there."""

    origin: str
    pictures: dict[str, bytes]


class Batch:
    """The pictures of one order, as its faults will have them.

    Args:
        order: What was asked for.
        faults: Of its prompt.
        first: The number of the first picture.
        site: Where pictures can be published.
    """

    def __init__(self, order: Order, faults: Faults, first: int, site: Site) -> None:
        self.order = order
        count = 0 if faults.take("empty") else order.n - (faults.take("fewer") is not None)
        self.numbers = range(first, first + count)
        self._site = site
        self._taken = {word: faults.take(word) for word in _PICTURE_WORDS}

    def common(self) -> dict[str, Any]:
        order = self.order
        return {
            "background": "transparent" if order.look.transparent else "opaque",
            "output_format": order.look.output_format,
            "quality": order.quality,
            "size": order.size,
        }

    def usage(self, n: int, partials: int = 0) -> dict[str, Any]:
        """The field that says what it cost, or nothing."""
        order = self.order
        usage = usage_for(
            order.prompt,
            size=order.size,
            quality=order.quality,
            n=n,
            partials=partials,
            sources=order.source_sizes,
        )
        if self._taken["no usage"]:
            return {}
        return {"usage": without_cost(usage) if self._taken["zero usage"] else usage}

    def paint(self, painter: Painter, number: int) -> Image.Image:
        return painter(self.order.prompt, number, self.order.look.size, self.order.sources)

    def deliver(self, image: Image.Image) -> dict[str, str]:
        """The field that holds a picture or says where it is."""
        if (elsewhere := self._taken["url elsewhere"]) and elsewhere.url:
            return {"url": elsewhere.url}
        content = self._encode(image)
        redirect = self._taken["url redirect"]
        if redirect or self._taken["url"]:
            return {"url": self._publish(content, redirect)}
        prefix = f"data:image/{self.order.look.output_format};base64," if self._taken["data url"] else ""
        return {"b64_json": prefix + base64.b64encode(content).decode()}

    def _encode(self, image: Image.Image) -> bytes:
        look = self.order.look
        if self._taken["unknown bytes"]:
            return STRANGE
        if self._taken["undecodable"]:
            content = encode(image, replace(look, output_format="png"))
            return content[: len(content) // 2]
        if self._taken["jpeg"]:
            look = replace(look, output_format="jpeg", transparent=False)
        return encode(image, look)

    def _publish(self, content: bytes, redirect: Fault | None) -> str:
        look = self.order.look
        kind = "jpeg" if self._taken["jpeg"] else look.output_format
        name = f"{hashlib.sha256(content).hexdigest()[:16]}.{kind}"
        self._site.pictures[name] = content
        url = f"{self._site.origin}/generated/{name}"
        if redirect is None:
            return url
        return f"{self._site.origin}/generated/redirect?to={quote(redirect.url or url, safe='')}"


_PICTURE_WORDS = (
    "url",
    "url elsewhere",
    "url redirect",
    "data url",
    "undecodable",
    "unknown bytes",
    "jpeg",
    "no usage",
    "zero usage",
)


def json_body(batch: Batch, painter: Painter) -> bytes:
    """The whole answer. Blocks."""
    data = [batch.deliver(batch.paint(painter, number)) for number in batch.numbers]
    created = {"created": int(time.time()), "data": data}
    return msgspec.json.encode({**created, **batch.common(), **batch.usage(len(data))})


async def answer_json(exchange: Exchange, batch: Batch, painter: Painter, faults: Faults) -> None:
    body = await asyncio.to_thread(json_body, batch, painter)
    await exchange.start(200, {**JSON, "content-length": str(len(body))})
    await exchange.finish(body, faults)


class Stream:
    """Sends a batch as server-sent events: of each picture its partial ones, then itself.

    Args:
        exchange: Where to.
        batch: The pictures.
        painter: Who paints them.
        kind: "image_generation" or "image_edit", with which the names of events begin.
        seconds: How long it all takes.
    """

    def __init__(self, exchange: Exchange, batch: Batch, painter: Painter, kind: str, seconds: float) -> None:
        self._exchange = exchange
        self._batch = batch
        self._painter = painter
        self._kind = kind
        self._pause_seconds = seconds / max(1, len(batch.numbers) * (batch.order.partials + 1))

    async def send(self, faults: Faults) -> None:
        """Send all events; the last one may go astray."""
        await self._exchange.start(200, SSE)
        breaks_off = faults.take("stream error") is not None
        partials = min(self._batch.order.partials, 1) if breaks_off else self._batch.order.partials
        for number in self._batch.numbers:
            image = await asyncio.to_thread(self._batch.paint, self._painter, number)
            for step in range(partials):
                await self._pause()
                await self._exchange.send(await asyncio.to_thread(self._partial, image, step))
            if breaks_off:
                await self._exchange.finish(_event("error", {"error": FAILURE}))
                return
            await self._pause()
            event = await asyncio.to_thread(self._completed, image)
            if number == self._batch.numbers[-1]:
                await self._exchange.finish(event, faults)
                return
            await self._exchange.send(event)
        await self._exchange.finish(b"")

    def _partial(self, image: Image.Image, step: int) -> bytes:
        more = {**self._batch.deliver(unfinished(image, step)), "partial_image_index": step}
        return self._image_event("partial_image", more)

    def _completed(self, image: Image.Image) -> bytes:
        usage = self._batch.usage(1, self._batch.order.partials)
        return self._image_event("completed", {**self._batch.deliver(image), **usage})

    def _image_event(self, name: str, more: dict[str, Any]) -> bytes:
        kind = f"{self._kind}.{name}"
        return _event(kind, {"type": kind, "created_at": int(time.time()), **self._batch.common(), **more})

    async def _pause(self) -> None:
        """Let time pass, with a comment now and then so that nobody between takes the silence for an end."""
        end = time.monotonic() + self._pause_seconds
        while (left := end - time.monotonic()) > KEEP_ALIVE_SECONDS:
            await asyncio.sleep(KEEP_ALIVE_SECONDS)
            await self._exchange.send(KEEP_ALIVE)
        await asyncio.sleep(max(0, left))


def _event(name: str, data: dict[str, Any]) -> bytes:
    return b"event: %s\ndata: %s\n\n" % (name.encode(), msgspec.json.encode(data))

"""Server-sent events, as they arrive."""

from __future__ import annotations

from collections.abc import AsyncIterator

from niquests import AsyncResponse

from aiimagecraft.outbound import FetchError


async def events(response: AsyncResponse, limit: int) -> AsyncIterator[bytes]:
    """Yield the data of server-sent events until `[DONE]` (WHATWG HTML, 9.2).

    Args:
        response: The stream.
        limit: Most bytes of one event.

    Raises:
        FetchError: An event is longer.
    """
    pending, data = bytearray(), bytearray()
    # -1 is whatever has arrived; any other number of bytes is waited for, and an image shown too late.
    async for chunk in await response.iter_content(-1):
        searched = max(0, len(pending) - 1)
        pending += chunk
        if len(pending) + len(data) > limit:
            raise FetchError(f"an event is longer than {limit:,} bytes")
        begin = 0
        while (end := pending.find(b"\n", max(begin, searched))) >= 0:
            line = bytes(pending[begin:end]).rstrip(b"\r")
            begin = end + 1
            if line.startswith(b"data:"):
                data += line[5:].removeprefix(b" ") + b"\n"
            elif not line and data:
                event, data = bytes(data[:-1]), bytearray()
                if event == b"[DONE]":
                    return
                yield event
        del pending[:begin]
    if bytes(data) not in {b"", b"[DONE]\n"}:
        yield bytes(data[:-1])

"""How the stand-in misbehaves: once or more often, on requests whose path begins as was said."""

from __future__ import annotations

import gzip
import re

import msgspec

from tests.standins.wire import Reply

HELP = """\
Faults, set in a test by `upstream.fault("/scene/1/", "stall")`:

  hold            the head comes when `upstream.release()` says so
  hang            the head never comes
  stall           half of the body, then silence
  reset           half of the body, then the connection is reset
  cut             half of the body, then the connection is closed, short of its Content-Length
  slow            the body trickles for two seconds
  status500       any other status likewise; 503 and 429 come with Retry-After: 7
  html            200 with a page for people
  svg             200 with a picture that can hold a program
  large           200 with the right type and 50 MB
  huge            declares and sends 60 MB
  endless         a body without a length and without an end
  redirect        302 to another name of this server, where a request would be counted
  gzip            compressed although it was not asked for
  cookie          sets one
  garbage         bytes that are no HTTP
  half            200 with the first half, declared as if it were all
  other json      200 with JSON of another shape
  graphql error   200 with errors and no data, as GraphQL has them
"""

PLAIN = "text/plain; charset=utf-8"
RETRY_AFTER = "7"
LARGE_BYTES = 50_000_000
HUGE_BYTES = 60_000_000
HTML = b"<!doctype html><html><body>Please log in<script>alert(1)</script></body></html>"
SVG = b'<svg xmlns="http://www.w3.org/2000/svg" width="9" height="9"><script>alert(1)</script></svg>'
FAILED = b'{"errors":[{"message":"database is locked","path":["findScenes"]}],"data":null}'
_REPLIES = {
    "html": (HTML, "text/html; charset=utf-8"),
    "svg": (SVG, "image/svg+xml"),
    "other json": (b'{"data":{"findScenes":{"count":"many","scenes":7}}}', "application/json"),
    "graphql error": (FAILED, "application/json"),
}
"""Faults that are an answer of their own."""
_LENGTHS = {"large": LARGE_BYTES, "huge": HUGE_BYTES}
NAMES = frozenset(re.findall(r"^  ([a-z ]*[a-z])  ", HELP, re.MULTILINE))
_STATUS = re.compile(r"status([1-5]\d\d)")


class Fault(msgspec.Struct):
    """One fault.

    Args:
        prefix: How the paths begin that it happens to.
        name: One of `HELP`.
        times: How often it still happens; None for always.
    """

    prefix: str
    name: str
    times: int | None = 1


class Faults:
    """What is still to go wrong."""

    def __init__(self) -> None:
        self._faults: list[Fault] = []

    def add(self, fault: Fault) -> bool:
        """Add a fault, unless there is none of this name."""
        known = fault.name in NAMES or _STATUS.fullmatch(fault.name) is not None
        if known:
            self._faults.append(fault)
        return known

    def clear(self) -> None:
        self._faults.clear()

    def take(self, path: str) -> str:
        """Return the name of the fault that this request has, or nothing."""
        for fault in self._faults:
            if path.startswith(fault.prefix) and fault.times != 0:
                fault.times = None if fault.times is None else fault.times - 1
                return fault.name
        return ""


def spoil(reply: Reply, fault: str, elsewhere: str) -> Reply:
    """Return the answer that is sent in place of the right one; of most faults it is that one.

    Args:
        reply: The right answer.
        fault: The name of the fault.
        elsewhere: Where `redirect` leads.
    """
    if status := _STATUS.fullmatch(fault):
        headers = {"content-type": PLAIN, "cache-control": "private, max-age=31536000, immutable"}
        more = {"retry-after": RETRY_AFTER} if status[1] in {"503", "429"} else {}
        return Reply(int(status[1]), b"Something is wrong here", headers | more)
    if fault in _REPLIES:
        body, kind = _REPLIES[fault]
        return Reply(200, body, {"content-type": kind})
    headers = dict(reply.headers)
    if fault == "redirect":
        return Reply(302, b"", {"location": elsewhere})
    if fault == "half":
        return Reply(200, reply.body[: len(reply.body) // 2], headers)
    if fault == "gzip":
        return Reply(
            reply.status, gzip.compress(reply.body, 1, mtime=0), headers | {"content-encoding": "gzip"}
        )
    if fault == "cookie":
        headers["set-cookie"] = "session=stolen; Path=/"
    if fault in _LENGTHS:
        # Whoever sends it fills it up to the length that it declares.
        headers["content-length"] = str(_LENGTHS[fault])
    return Reply(reply.status, reply.body, headers)

"""A file sent as Go's ServeContent sends it: whole, in part, or not at all when the client has it."""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import datetime
from email.utils import format_datetime, parsedate_to_datetime

from tests.standins.stash_library import Media
from tests.standins.wire import Reply

IMMUTABLE = "private, max-age=31536000, immutable"


def serve(media: Media, headers: Mapping[str, str], query: str) -> Reply:
    """Return the answer to a GET or HEAD.

    Args:
        media: What was asked for.
        headers: Of the request.
        query: Of the request; with a version in it the answer may be kept for ever.
    """
    sent = {
        "etag": media.etag,
        "last-modified": format_datetime(media.modified, usegmt=True),
        "cache-control": IMMUTABLE if re.search(r"(^|&)t=", query) else "no-cache",
    }
    if _has_it(media, headers):
        return Reply(304, b"", sent)
    size = len(media.body)
    sent |= {"content-type": media.content_type, "accept-ranges": "bytes"}
    span = _span(headers.get("range", ""), size) if _may_be_part(media, headers) else None
    if span is None:
        return Reply(200, media.body, sent)
    start, stop = span
    if start >= stop:
        plain = {"content-type": "text/plain; charset=utf-8", "content-range": f"bytes */{size}"}
        return Reply(416, b"invalid range: failed to overlap\n", plain)
    sent["content-range"] = f"bytes {start}-{stop - 1}/{size}"
    return Reply(206, media.body[start:stop], sent)


def _has_it(media: Media, headers: Mapping[str, str]) -> bool:
    if (given := headers.get("if-none-match")) is not None:
        return any(part.strip().removeprefix("W/") in {"*", media.etag} for part in given.split(","))
    since = _date(headers.get("if-modified-since"))
    return since is not None and media.modified.replace(microsecond=0) <= since


def _may_be_part(media: Media, headers: Mapping[str, str]) -> bool:
    given = headers.get("if-range")
    return given is None or given == media.etag or _date(given) == media.modified.replace(microsecond=0)


def _date(text: str | None) -> datetime | None:
    try:
        return parsedate_to_datetime(text) if text else None
    except ValueError:
        return None


def _span(header: str, size: int) -> tuple[int, int] | None:
    """Return the first offset and the one after the last; they cross when there are no such bytes."""
    match = re.fullmatch(r"bytes=(\d{0,18})-(\d{0,18})", header)
    if match is None or match[1] == match[2] == "":
        return None
    if match[1] == "":
        return max(0, size - int(match[2])), size
    return int(match[1]), min(int(match[2]) + 1, size) if match[2] else size

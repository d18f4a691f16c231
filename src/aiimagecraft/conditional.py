"""Conditional requests and ranges (RFC 9110 §13 and §14)."""

from __future__ import annotations

import re
from typing import Any

from litestar import Request

from aiimagecraft.errors import RangeNotSatisfiable

AnyRequest = Request[Any, Any, Any]


def same_validator(request: AnyRequest, etag: str) -> bool:
    """Tell whether `If-None-Match` names this strong validator (RFC 9110 §13.1.2)."""
    given = request.headers.get("if-none-match")
    if given is None:
        return False
    candidates = {part.strip().removeprefix("W/") for part in given.split(",")}
    return etag in candidates or "*" in candidates


def requested_range(request: AnyRequest, size: int, etag: str) -> tuple[int, int] | None:
    """Return the range asked for as first offset and the one after the last.

    A malformed header, several ranges, another unit or a stale `If-Range` mean the whole object
    (RFC 9110 §14.2).

    Args:
        request: The request.
        size: Bytes of the whole object.
        etag: Its strong validator.

    Raises:
        RangeNotSatisfiable: The range begins at or after the end.
    """
    header = request.headers.get("range")
    if header is None or request.headers.get("if-range", etag) != etag:
        return None
    match = re.fullmatch(r"bytes=([0-9]{0,18})-([0-9]{0,18})", header.strip())
    if match is None or match[1] == match[2] == "":
        return None
    if match[1] == "":
        start, stop = max(0, size - int(match[2])), size
    else:
        start, stop = int(match[1]), min(int(match[2]) + 1, size) if match[2] else size
        if match[2] and int(match[2]) < start:
            return None
    if start >= size or start >= stop:
        raise RangeNotSatisfiable(size)
    return start, stop

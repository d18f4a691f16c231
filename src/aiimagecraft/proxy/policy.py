"""What the proxy lets through: addresses by shape, headers by name, contents by type. Pure."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Literal

import msgspec

from aiimagecraft.errors import (
    AppError,
    BadGateway,
    NotFound,
    RangeNotSatisfiable,
    Unavailable,
    UnsupportedMedia,
)

LaneName = Literal["image", "stream"]

VARIANTS: Mapping[str, Mapping[str, str]] = {
    "scene": {"screenshot": "screenshot", "preview": "preview", "webp": "webp", "sprite": "vtt/sprite"},
    "image": {"thumbnail": "thumbnail", "preview": "preview", "image": "image"},
    "performer": {"image": "image"},
    "studio": {"image": "image"},
    "tag": {"image": "image"},
}
"""The end of the upstream's path, by kind and variant."""

LIMITS: Mapping[LaneName, int] = {"image": 50 * 1024**2, "stream": 2 * 1024**3}
"""Bytes of one body."""

_ID = re.compile(r"0|[1-9][0-9]{0,17}")
_QUERY = re.compile(r"t=([0-9]{1,18})")
_RANGE = re.compile(r"bytes=(?:[0-9]{1,18}-[0-9]{0,18}|-[0-9]{1,18})")
_WORDS = re.compile(r"[ -~]{1,1000}")
_MEDIA_TYPE = re.compile(r"(?:image|video)/[a-z0-9][a-z0-9.-]{0,60}")
_ENCODING = re.compile(r"[a-z]{1,20}")

IMMUTABLE = "private, max-age=31536000, immutable"
REVALIDATE = "no-cache"
OK, PARTIAL, NOT_MODIFIED = 200, 206, 304
_UPWARD = ("if-none-match", "if-modified-since", "if-range")
_DOWNWARD = ("content-length", "content-range", "etag", "last-modified", "accept-ranges")


class Target(msgspec.Struct, frozen=True):
    """One picture or video of the upstream.

    Attributes:
        kind: Such as `scene`.
        id: Digits.
        variant: Such as `screenshot`.
        version: Digits, which change when the content does.
    """

    kind: str
    id: str
    variant: str
    version: str | None = None

    @property
    def lane(self) -> LaneName:
        """The lane that it travels in."""
        return "stream" if self.variant == "preview" else "image"

    @property
    def path(self) -> str:
        """Its path and query at the upstream."""
        path = f"/{self.kind}/{self.id}/{VARIANTS[self.kind][self.variant]}"
        return f"{path}?t={self.version}" if self.version else path

    @property
    def local_path(self) -> str:
        """Its path here."""
        return f"/api/proxy/stash/{self.kind}/{self.id}/{self.variant}"

    @property
    def url(self) -> str:
        """Its path and query here."""
        return f"{self.local_path}?t={self.version}" if self.version else self.local_path


def parse_target(kind: str, target_id: str, variant: str, query: str) -> Target:
    """Return what an address names.

    Args:
        kind: Such as `scene`.
        target_id: Digits.
        variant: Such as `screenshot`.
        query: As it was sent, nothing decoded.

    Raises:
        NotFound: It is none of the known shapes.
    """
    version = _QUERY.fullmatch(query)
    is_known = variant in VARIANTS.get(kind, {}) and _ID.fullmatch(target_id)
    if not is_known or (query and version is None):
        raise NotFound("The proxy has no such address")
    return Target(kind, target_id, variant, version[1] if version else None)


def request_headers(given: Mapping[str, str]) -> dict[str, str]:
    """Return the headers of a browser's request that the upstream is to see."""
    headers = {"accept": "image/*,video/*", "accept-encoding": "identity"}
    for name in _UPWARD:
        if (value := given.get(name)) and _WORDS.fullmatch(value):
            headers[name] = value
    # Several ranges would come back as a multipart body, which is no picture.
    if (span := given.get("range")) and _RANGE.fullmatch(span):
        headers["range"] = span
    else:
        headers.pop("if-range", None)
    return headers


def response_headers(target: Target, status: int, given: Mapping[str, str]) -> dict[str, str]:
    """Return the headers that a browser gets of an answer that `check_answer` let through."""
    headers = {name: given[name] for name in _DOWNWARD if _WORDS.fullmatch(given.get(name, ""))}
    if status == NOT_MODIFIED:
        headers.pop("content-length", None)
    else:
        headers["content-type"] = media_type(given)
        if (encoding := given.get("content-encoding", "").lower()) and encoding != "identity":
            headers["content-encoding"] = encoding
    if target.version is None:
        headers["cache-control"] = REVALIDATE
    elif status != NOT_MODIFIED:
        headers["cache-control"] = IMMUTABLE
    return headers


def check_answer(target: Target, status: int, given: Mapping[str, str], sent: Mapping[str, str]) -> None:
    """Let an answer of the upstream through, or refuse it.

    Args:
        target: What was asked for.
        status: The upstream's status.
        given: Its headers, names in lower case.
        sent: The headers that it was asked with.

    Raises:
        AppError: It is not what was asked for.
    """
    if status == NOT_MODIFIED and sent.keys() & {"if-none-match", "if-modified-since"}:
        return
    if status != OK and not (status == PARTIAL and "range" in sent):
        raise refusal(status, given)
    media_type(given)
    if not _ENCODING.fullmatch(given.get("content-encoding", "identity").lower()):
        raise BadGateway("The Stash server answered in an encoding that is not known")
    if declared_length(given) > LIMITS[target.lane]:
        raise too_large(target.lane)


def media_type(given: Mapping[str, str]) -> str:
    """Return the type of an answer.

    Raises:
        UnsupportedMedia: It is no image and no video, or it is an image that can run scripts.
    """
    found = given.get("content-type", "").partition(";")[0].strip().lower()
    if not _MEDIA_TYPE.fullmatch(found) or found.startswith("image/svg"):
        raise UnsupportedMedia("The Stash server answered with something that is no image and no video")
    return found


def declared_length(given: Mapping[str, str]) -> int:
    """Return the length that an answer declares, 0 without one.

    Raises:
        BadGateway: It is no number.
    """
    text = given.get("content-length", "0")
    if not re.fullmatch(r"[0-9]{1,18}", text):
        raise BadGateway("The Stash server answered with a length that is no number")
    return int(text)


def too_large(lane: LaneName) -> AppError:
    """Return the error for a body beyond the lane's limit."""
    return BadGateway(f"The Stash server answered with more than {LIMITS[lane] // 1024**2:,} MB")


def refusal(status: int, given: Mapping[str, str]) -> AppError:
    """Return the error for a picture's status that is no success."""
    if status == 404:  # noqa: PLR2004
        return NotFound("The Stash server has no such picture")
    if status == 416:  # noqa: PLR2004
        size = re.fullmatch(r"bytes \*/([0-9]{1,18})", given.get("content-range", ""))
        return RangeNotSatisfiable(int(size[1]) if size else 0)
    return general_refusal(status, given)


def general_refusal(status: int, given: Mapping[str, str]) -> AppError:
    """Return the error for a status of the upstream that is no success, whatever was asked for."""
    if status in {401, 403}:
        return BadGateway("The Stash server refused the key; check STASH_API_KEY")
    if status in {429, 503}:
        busy = Unavailable("The Stash server is busy")
        if re.fullmatch(r"[0-9]{1,4}", given.get("retry-after", "")):
            busy.headers = {"retry-after": given["retry-after"]}
        return busy
    return BadGateway(f"The Stash server answered with status {status}")

"""What an images server answers, in whichever of its forms. Pure."""

from __future__ import annotations

import binascii
from base64 import b64decode
from typing import Any

import msgspec

from aiimagecraft.generation.pricing import Usage
from aiimagecraft.generation.providers.failures import ProviderError, failure_of

NO_PICTURE = "The images server's answer is no picture"


class Answer(msgspec.Struct, frozen=True, kw_only=True):
    """An image that was made, or the address where it waits.

    Attributes:
        data: The file's bytes, empty when there is an address.
        url: Where it can be fetched.
        usage: What it took.
        revised_prompt: What the model made of the prompt.
        raw: The answer as it came, when it names an address only.
    """

    data: bytes = b""
    url: str | None = None
    usage: Usage | None = None
    revised_prompt: str | None = None
    raw: bytes = b""


class _Datum(msgspec.Struct):
    b64_json: str | None = None
    url: str | None = None
    revised_prompt: str | None = None


class _Images(msgspec.Struct):
    data: list[_Datum] | None = None
    usage: Any = None


class Event(msgspec.Struct):
    """One event of a stream."""

    type: str = ""
    b64_json: str | None = None
    url: str | None = None
    usage: Any = None
    error: Any = None

    @property
    def is_partial(self) -> bool:
        """Whether it shows an image that is not finished."""
        return self.type.endswith(".partial_image")

    @property
    def is_completed(self) -> bool:
        """Whether it holds the image."""
        return self.type.endswith(".completed")


def unreadable(body: bytes, why: str) -> ProviderError:
    """Return the error of an answer that cannot be read; it may have been paid for, so it is kept."""
    return ProviderError("unreadable-answer", NO_PICTURE, f"{why} It is kept for download.", answer=body)


def no_image() -> ProviderError:
    """Return the error of an answer that is well-formed and empty."""
    detail = "It answered with no image. Retry, or change the prompt."
    return ProviderError("no-image", "The images server made no image", detail)


def read_images(body: bytes) -> Answer:
    """Return the image of an answer in one piece.

    Raises:
        ProviderError: It is no answer of the Images API, or holds no image.
    """
    try:
        images = msgspec.json.decode(body, type=_Images)
    except (msgspec.DecodeError, UnicodeDecodeError):
        raise unreadable(body, "It is not what the Images API answers; is OPENAI_BASE_URL right?") from None
    if not images.data:
        raise no_image()
    datum = images.data[0]
    answer = _found(datum.b64_json, datum.url, usage_of(images.usage), body)
    return msgspec.structs.replace(answer, revised_prompt=datum.revised_prompt or None)


def read_event(data: bytes) -> Event:
    """Return an event of a stream.

    Raises:
        ProviderError: It cannot be read, or tells of an error.
    """
    try:
        event = msgspec.json.decode(data, type=Event)
    except (msgspec.DecodeError, UnicodeDecodeError):
        raise unreadable(data, "An event of its stream cannot be read.") from None
    if event.error is not None or event.type == "error":
        raise failure_of(500, {}, data)
    return event


def finished(event: Event, data: bytes) -> Answer:
    """Return the image of the event that ends a stream.

    Raises:
        ProviderError: It holds none.
    """
    return _found(event.b64_json, event.url, usage_of(event.usage), data)


def _found(encoded: str | None, url: str | None, usage: Usage | None, raw: bytes) -> Answer:
    if encoded:
        return Answer(data=decode(encoded, raw), usage=usage)
    if url:
        return Answer(url=url, usage=usage, raw=raw)
    raise unreadable(raw, "It holds neither an image nor the address of one.")


def decode(text: str, answer: bytes) -> bytes:
    """Return the bytes of base64, with or without the head of a data URL.

    Raises:
        ProviderError: It is not base64; `answer` is kept.
    """
    body = text.partition(",")[2] if text.startswith("data:") else text
    try:
        return b64decode(body, validate=True)
    except (binascii.Error, ValueError):
        raise unreadable(answer, "Its image is not base64.") from None


def usage_of(told: Any) -> Usage | None:  # noqa: ANN401 - another server's JSON.
    """Return the tokens of an answer; None when it tells none that make sense."""
    try:
        usage = msgspec.convert(told, Usage)
    except msgspec.ValidationError:
        return None
    return usage if usage.total > 0 else None

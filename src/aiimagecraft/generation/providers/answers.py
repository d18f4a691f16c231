"""What an images server answers, in whichever of its forms. Pure."""

from __future__ import annotations

import binascii
from base64 import b64decode
from typing import Any, cast

import msgspec

from aiimagecraft.generation.pricing import Usage
from aiimagecraft.generation.providers.failures import ProviderError, failure_of

BAD_REQUEST = 400
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
    error: Any = None


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


def read_images(body: bytes) -> list[Answer]:
    """Return the images of an answer in one piece; what it took is shared evenly among them.

    Raises:
        ProviderError: It is no answer of the Images API, or holds no image.
    """
    try:
        images = msgspec.json.decode(body, type=_Images)
    except (msgspec.DecodeError, UnicodeDecodeError):
        raise unreadable(body, "It is not what the Images API answers; is OPENAI_BASE_URL right?") from None
    if images.error and not images.data:
        raise failure_of(BAD_REQUEST, {}, body)
    found = [datum for datum in images.data or [] if datum.b64_json or datum.url]
    if not found:
        raise unreadable(body, "It holds no image and no address.") if images.data else no_image()
    usage = share_of(usage_of(images.usage), len(found))
    return [_answer(datum, usage, body) for datum in found]


def _answer(datum: _Datum, usage: Usage | None, body: bytes) -> Answer:
    revised = datum.revised_prompt or None
    if datum.b64_json or (datum.url or "").startswith("data:"):
        data = decode(datum.b64_json or datum.url or "", body)
        return Answer(data=data, usage=usage, revised_prompt=revised)
    raw = msgspec.json.encode({"data": [{"url": datum.url, "revised_prompt": revised}], "usage": usage})
    return Answer(url=datum.url, usage=usage, revised_prompt=revised, raw=raw)


def read_event(data: bytes) -> Event | None:
    """Return an event of a stream; None when it is none of those that the API knows.

    Raises:
        ProviderError: It tells of an error, or ends the stream and cannot be read.
    """
    try:
        event = msgspec.json.decode(data, type=Event)
    except (msgspec.DecodeError, UnicodeDecodeError):
        if b".completed" in data[:1000]:
            raise unreadable(data, "The event that ends its stream cannot be read.") from None
        return None
    if event.error is not None or event.type == "error":
        failure = failure_of(BAD_REQUEST, {}, data)
        # A stream that has begun may have been billed.
        failure.lost = failure.again = failure.slug == "refused"
        raise failure
    return event


def finished(event: Event, data: bytes) -> Answer:
    """Return the image of the event that ends a stream.

    Raises:
        ProviderError: It holds none.
    """
    datum = _Datum(event.b64_json, event.url)
    if not datum.b64_json and not datum.url:
        raise unreadable(data, "The event that ends its stream holds no image.")
    return _answer(datum, usage_of(event.usage), data)


def decode(text: str, answer: bytes) -> bytes:
    """Return the bytes of base64, with or without the head of a data URL.

    Raises:
        ProviderError: It is not base64; `answer` is kept.
    """
    body = text.partition(",")[2] if text.startswith("data:") else text
    try:
        return b64decode("".join(body.split()), validate=True)
    except (binascii.Error, ValueError):
        raise unreadable(answer, "Its image is not base64.") from None


def usage_of(told: Any) -> Usage | None:  # noqa: ANN401 - another server's JSON.
    """Return the tokens of an answer; None when it tells none that make sense."""
    try:
        usage = msgspec.convert(told, Usage)
    except msgspec.ValidationError:
        return None
    return usage if usage.total > 0 else None


def share_of(usage: Usage | None, images: int) -> Usage | None:
    """Return what one of several images took."""
    if usage is None or images == 1:
        return usage
    fields = msgspec.to_builtins(usage)
    return msgspec.convert(_divided(fields, images), Usage)


def _divided(value: Any, by: int) -> Any:  # noqa: ANN401 - a tree of numbers.
    if isinstance(value, dict):
        return {name: _divided(part, by) for name, part in cast("dict[str, Any]", value).items()}
    return value // by if isinstance(value, int) else value

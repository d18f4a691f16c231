"""The Images API of OpenAI, and of every server that speaks it."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Awaitable, Callable, Mapping, Sequence
from typing import Any

import msgspec
from niquests import AsyncResponse
from niquests.exceptions import RequestException
from niquests.packages import urllib3

from aiimagecraft.config import Settings
from aiimagecraft.generation.providers import answers
from aiimagecraft.generation.providers.answers import Answer
from aiimagecraft.generation.providers.failures import KEY_MISSING, ProviderError, failure_of
from aiimagecraft.generation.providers.forms import File, Form
from aiimagecraft.generation.providers.streams import events
from aiimagecraft.outbound import (
    CHUNK,
    CONNECT_SECONDS,
    HEADERS,
    FetchError,
    Outbound,
    origin_of,
    read,
    reason_of,
)

logger = logging.getLogger(__name__)

ASK_SECONDS = 300.0
"""An image may take this long; OpenAI speaks of up to two minutes."""
FETCH_SECONDS = 60.0
FETCH_TRIES = 3
AT_ONCE = 8
"""Requests of one worker that the server works on at the same time."""
MAX_ANSWER = 100 * 1024 * 1024
"""Bytes of an answer: an image of 50 MB as base64, with ease."""
MAX_IMAGE = 50 * 1024 * 1024
MAX_ERROR = 64 * 1024

OnPartial = Callable[[bytes, int], Awaitable[None]]
"""Receives an image that is not finished, and which of its states that is, from 1."""


class Ask(msgspec.Struct, frozen=True, kw_only=True):
    """One image to ask for.

    Attributes:
        prompt: What to make.
        model: The model's name.
        options: Other parameters by their names in the API; what is absent is the model's default.
        sources: Pictures to make it from, in order; with any, it is an edit.
        mask: Where the first of them is to change.
        partials: Earlier states to show; above 0 the answer is a stream.
    """

    prompt: str
    model: str
    options: Mapping[str, str]
    sources: Sequence[File] = ()
    mask: File | None = None
    partials: int = 0


class ImagesServer:
    """The images server of the settings.

    A request asks for one image: a lost answer then costs one image at most, and the events of a
    stream, which do not tell images apart, need not.

    Args:
        outbound: How it is reached.
        settings: Where it is, and the key that it wants.
        seconds: How long one image may take.
    """

    def __init__(self, outbound: Outbound, settings: Settings, *, seconds: float = ASK_SECONDS) -> None:
        self._outbound = outbound
        self._configured = settings.has_images_server
        self._base = settings.openai_base_url
        self._key = settings.openai_api_key
        self._seconds = seconds
        self._places = asyncio.Semaphore(AT_ONCE)

    @property
    def _headers(self) -> dict[str, str]:
        return {"authorization": f"Bearer {self._key}"} if self._key else {}

    async def ask(self, ask: Ask, on_partial: OnPartial) -> Answer:
        """Ask for an image, once.

        Returns:
            The image, or the address where it waits: see `fetch`.

        Raises:
            ProviderError: There is none.
        """
        if not self._configured:
            raise ProviderError(*KEY_MISSING)
        async with self._places:
            try:
                async with asyncio.timeout(self._seconds):
                    return await self._ask(ask, on_partial)
            except ProviderError as error:
                raise self._without_key(error) from error.__cause__
            except TimeoutError:
                minutes = round(self._seconds / 60)
                detail = f"It took longer than {minutes} minutes; it may have been billed. Retry asks again."
                raise ProviderError("timeout", "The images server did not answer in time", detail) from None
            except FetchError as error:
                detail = f"The answer is unusable: {error}."
                raise ProviderError("too-large", answers.NO_PICTURE, detail) from error
            except (RequestException, OSError) as error:
                raise _broken(error) from error

    async def _ask(self, ask: Ask, on_partial: OnPartial) -> Answer:
        response = await self._send(ask)
        async with response:
            headers = {name.lower(): str(value) for name, value in (response.headers or {}).items()}
            status = response.status_code or 0
            if status != 200:  # noqa: PLR2004
                failure = failure_of(status, headers, await _some(response))
                if ask.partials and failure.slug == "refused" and "stream" in failure.detail.lower():
                    # A server of this model's name that cannot stream says so before it does anything.
                    return await self._ask(msgspec.structs.replace(ask, partials=0), on_partial)
                raise failure
            if headers.get("content-type", "").startswith("text/event-stream"):
                return await _follow(response, on_partial)
            return await asyncio.to_thread(answers.read_images, await read(response, MAX_ANSWER))

    async def _send(self, ask: Ask) -> AsyncResponse:
        fields: dict[str, Any] = {"model": ask.model, "prompt": ask.prompt, "n": 1, **ask.options}
        if ask.partials:
            fields |= {"stream": True, "partial_images": ask.partials}
        if ask.sources:
            # Every client sends one picture as `image` and several as `image[]`; servers differ on the rest.
            name = "image[]" if len(ask.sources) > 1 else "image"
            files = [(name, source) for source in ask.sources] + ([("mask", ask.mask)] if ask.mask else [])
            form = Form({key: _text(value) for key, value in fields.items()}, files)
            path, body, kind = "/images/edits", form, form.content_type
        else:
            path, body, kind = "/images/generations", msgspec.json.encode(fields), "application/json"
        return await self._outbound.session.post(
            self._base + path,
            data=body,
            headers={**HEADERS, **self._headers, "content-type": kind},
            stream=True,
            allow_redirects=False,
            timeout=(CONNECT_SECONDS, self._seconds),
        )

    async def fetch(self, answer: Answer) -> Answer:
        """Return an answer with its bytes; one that names an address is fetched from there.

        Raises:
            ProviderError: They cannot be had; the answer is kept, for it was paid for.
        """
        if answer.url is None:
            return answer
        url = answer.url if "://" in answer.url else f"{origin_of(self._base)}/{answer.url.lstrip('/')}"
        for left in reversed(range(FETCH_TRIES)):
            try:
                async with asyncio.timeout(FETCH_SECONDS):
                    data = await self._outbound.fetch(
                        url, MAX_IMAGE, trusted=origin_of(self._base), headers=self._headers
                    )
                return msgspec.structs.replace(answer, data=data)
            except (FetchError, TimeoutError) as error:
                logger.warning("generation.fetch_failed: %s", error)
                if not left:
                    raise answers.unreadable(answer.raw, f"Its address cannot be used: {error}.") from error
        raise AssertionError("unreachable")

    def _without_key(self, error: ProviderError) -> ProviderError:
        """Return the error without the key, should a server repeat it."""
        if self._key:
            error.detail = error.detail.replace(self._key, "…")
            error.args = (f"{error.title}: {error.detail}",)
        return error


def _text(value: str | int) -> str:
    """Return a form's text of a value; a boolean is written as in JSON."""
    return str(value).lower() if isinstance(value, bool) else str(value)


def _broken(error: BaseException) -> ProviderError:
    """Return the error of a connection that did not come about, or broke."""
    cause: BaseException | None = error
    while cause is not None:
        if isinstance(cause, urllib3.exceptions.NewConnectionError | urllib3.exceptions.ConnectTimeoutError):
            detail = f"Is it running, and is OPENAI_BASE_URL right? ({reason_of(error)})"
            return ProviderError("unreachable", "The images server cannot be reached", detail, again=True)
        cause = cause.__cause__ or cause.__context__ or _inner(cause)
    detail = "The connection broke before its answer was complete; it may have been billed."
    return ProviderError("cut", "The images server's answer was cut off", detail, again=True, lost=True)


def _inner(error: BaseException) -> BaseException | None:
    """Return the reason that the client library keeps as an argument instead of a cause."""
    reasons = [getattr(error, "reason", None), *error.args]
    return next((reason for reason in reasons if isinstance(reason, BaseException)), None)


async def _some(response: AsyncResponse) -> bytes:
    """Return the beginning of an error's body."""
    body = bytearray()
    async for chunk in await response.iter_raw(CHUNK):
        body += chunk
        if len(body) > MAX_ERROR:
            break
    return bytes(body[:MAX_ERROR])


async def _follow(response: AsyncResponse, on_partial: OnPartial) -> Answer:
    """Return the image that a stream ends with, and show those before it."""
    shown, last = 0, b""
    async for data in events(response, MAX_ANSWER):
        last = data
        event = await asyncio.to_thread(answers.read_event, data)
        if event.is_completed:
            return await asyncio.to_thread(answers.finished, event, data)
        if event.is_partial and event.b64_json:
            shown += 1
            await on_partial(await asyncio.to_thread(answers.decode, event.b64_json, data), shown)
    if shown:
        detail = "Its stream ended before the image was finished; it may have been billed."
        raise ProviderError("cut", "The images server's answer was cut off", detail, again=True, lost=True)
    raise answers.unreadable(last, "Its stream holds no image.") if last else answers.no_image()

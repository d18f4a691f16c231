"""The Images API of OpenAI, and of every server that speaks it."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Awaitable, Callable, Mapping, Sequence
from typing import Any

import msgspec
from niquests import AsyncResponse

from aiimagecraft.config import Settings
from aiimagecraft.generation.providers import answers
from aiimagecraft.generation.providers.answers import Answer
from aiimagecraft.generation.providers.failures import KEY_MISSING, ProviderError, broken, cut, failure_of
from aiimagecraft.generation.providers.forms import File, Form
from aiimagecraft.generation.providers.streams import events
from aiimagecraft.outbound import CONNECT_SECONDS, HEADERS, FetchError, Outbound, origin_of, read

logger = logging.getLogger(__name__)

ASK_SECONDS = 300.0
"""An answer may take this long; OpenAI speaks of up to two minutes."""
FETCH_SECONDS = 60.0
FETCH_PAUSES = (2.0, 8.0)
"""Seconds between the tries to fetch an image from the address that was answered."""
AT_ONCE = 8
"""Requests of one worker that OpenAI's models work on at the same time; another model has one."""
MAX_ANSWER = 100 * 1024 * 1024
"""Bytes of an answer for one image: 50 MB as base64, with ease."""
MAX_IMAGE = 50 * 1024 * 1024
MAX_ERROR = 1024 * 1024
SUCCESSES = frozenset({200, 201})

OnPartial = Callable[[bytes, int], Awaitable[None]]
"""Receives an image that is not finished, and which of its states that is, from 1."""


class Ask(msgspec.Struct, frozen=True, kw_only=True):
    """What to ask for.

    Attributes:
        prompt: What to make.
        model: The model's name.
        n: How many images of it.
        options: Other parameters by their names in the API; what is absent is the model's default.
        sources: Pictures to make it from, in order; with any, it is an edit.
        mask: Where the first of them is to change.
        partials: Earlier states to show; above 0 the answer is a stream.
        alone: Whether the model makes one answer at a time, as a server of one's own does.
    """

    prompt: str
    model: str
    n: int = 1
    options: Mapping[str, str]
    sources: Sequence[File] = ()
    mask: File | None = None
    partials: int = 0
    alone: bool = False


class ImagesServer:
    """The images server of the settings.

    Args:
        outbound: How it is reached.
        settings: Where it is, and the key that it wants.
        seconds: How long one answer may take.
    """

    def __init__(self, outbound: Outbound, settings: Settings, *, seconds: float = ASK_SECONDS) -> None:
        self._outbound = outbound
        self._configured = settings.has_images_server
        self._base = settings.openai_base_url
        self._key = settings.openai_api_key
        self._seconds = seconds
        self._places = {False: asyncio.Semaphore(AT_ONCE), True: asyncio.Semaphore(1)}

    @property
    def _headers(self) -> dict[str, str]:
        return {"authorization": f"Bearer {self._key}"} if self._key else {}

    async def ask(
        self, ask: Ask, on_partial: OnPartial, is_wanted: Callable[[], Awaitable[bool]]
    ) -> list[Answer]:
        """Ask for images, once.

        Args:
            ask: What to ask for.
            on_partial: Called for each earlier state that the server shows.
            is_wanted: Asked when the request's turn has come.

        Returns:
            The images, at most as many as were asked for, or the addresses where they wait: see `fetch`.
            Nothing when it was not wanted any more.

        Raises:
            ProviderError: There is none.
        """
        if not self._configured:
            raise ProviderError(*KEY_MISSING)
        async with self._places[ask.alone]:
            return (await self._within_time(ask, on_partial))[: ask.n] if await is_wanted() else []

    async def _within_time(self, ask: Ask, on_partial: OnPartial) -> list[Answer]:
        form = _form(ask) if ask.sources else None
        try:
            async with asyncio.timeout(self._seconds * ask.n):
                return await self._ask(ask, form, on_partial)
        except ProviderError:
            raise
        except TimeoutError:
            minutes = round(self._seconds * ask.n / 60)
            detail = f"It took longer than {minutes} minutes; it may have been billed. Retry asks again."
            raise ProviderError("timeout", "The images server did not answer in time", detail) from None
        except FetchError as error:
            detail = f"The answer is unusable: {error}."
            raise ProviderError("too-large", answers.NO_PICTURE, detail) from error
        except Exception as error:  # the library raises more kinds than it names
            raise broken(error, unsent=form is not None and not form.sent) from error

    async def _ask(self, ask: Ask, form: Form | None, on_partial: OnPartial) -> list[Answer]:
        response = await self._send(ask, form)
        async with response:
            headers = {name.lower(): str(value) for name, value in (response.headers or {}).items()}
            status = response.status_code or 0
            if status not in SUCCESSES:
                failure = failure_of(status, headers, self._without_key(await _beginning(response)))
                if ask.partials and failure.slug == "refused" and "stream" in failure.detail.lower():
                    # A server of this model's name that cannot stream says so before it does anything.
                    plain = msgspec.structs.replace(ask, partials=0)
                    return await self._ask(plain, _form(plain) if form else None, on_partial)
                raise failure
            if headers.get("content-type", "").startswith("text/event-stream"):
                return [await _follow(response, on_partial)]
            body = await read(response, MAX_ANSWER * ask.n)
            return await asyncio.to_thread(answers.read_images, body)

    async def _send(self, ask: Ask, form: Form | None) -> AsyncResponse:
        kind = form.content_type if form else "application/json"
        return await self._outbound.session.post(
            f"{self._base}/images/{'edits' if form else 'generations'}",
            data=form or msgspec.json.encode(_fields(ask)),
            headers={**HEADERS, **self._headers, "content-type": kind},
            stream=True,
            allow_redirects=False,
            timeout=(CONNECT_SECONDS, self._seconds * ask.n),
        )

    async def fetch(self, answer: Answer) -> Answer:
        """Return an answer with its bytes; one that names an address is fetched from there.

        Raises:
            ProviderError: They cannot be had; the answer is kept, for it was paid for.
        """
        if answer.url is None:
            return answer
        trusted = origin_of(self._base)
        url = answer.url if "://" in answer.url else f"{trusted}/{answer.url.lstrip('/')}"
        for pause in (*FETCH_PAUSES, None):
            try:
                async with asyncio.timeout(FETCH_SECONDS):
                    data = await self._outbound.fetch(url, MAX_IMAGE, trusted=trusted, headers=self._headers)
                return msgspec.structs.replace(answer, data=data)
            except (FetchError, TimeoutError) as error:
                logger.warning("generation.fetch_failed: %s", error)
                if pause is None:
                    raise answers.unreadable(answer.raw, f"Its address cannot be used: {error}.") from error
                await asyncio.sleep(pause)
        raise AssertionError("unreachable")

    def _without_key(self, body: bytes) -> bytes:
        """Return what a server says without the key, should it repeat it."""
        return body.replace(self._key.encode(), "…".encode()) if self._key else body


def _fields(ask: Ask) -> dict[str, Any]:
    stream = {"stream": True, "partial_images": ask.partials} if ask.partials else {}
    return {"model": ask.model, "prompt": ask.prompt, "n": ask.n, **ask.options, **stream}


def _form(ask: Ask) -> Form:
    # Every client sends one picture as `image` and several as `image[]`; servers differ on the rest.
    name = "image[]" if len(ask.sources) > 1 else "image"
    files = [(name, source) for source in ask.sources] + ([("mask", ask.mask)] if ask.mask else [])
    return Form({key: _text(value) for key, value in _fields(ask).items()}, files)


def _text(value: str | int) -> str:
    """Return a form's text of a value; a boolean is written as in JSON."""
    return str(value).lower() if isinstance(value, bool) else str(value)


async def _beginning(response: AsyncResponse) -> bytes:
    """Return an error's body, or nothing of one that is unreasonably long."""
    try:
        return await read(response, MAX_ERROR)
    except FetchError:
        return b""


async def _follow(response: AsyncResponse, on_partial: OnPartial) -> Answer:
    """Return the image that a stream ends with, and show those before it."""
    shown, begun = 0, False
    async for data in events(response, MAX_ANSWER):
        begun = True
        event = await asyncio.to_thread(answers.read_event, data)
        if event is None:
            continue
        if event.is_completed:
            return await asyncio.to_thread(answers.finished, event, data)
        if event.is_partial and event.b64_json:
            shown += 1
            try:
                picture = await asyncio.to_thread(answers.decode, event.b64_json, data)
            except ProviderError:
                continue
            await on_partial(picture, shown)
    raise cut() if begun else answers.no_image()

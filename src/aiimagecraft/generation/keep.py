"""How an answer is kept: once, before anything else is done with it, and whatever it is."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Awaitable, Callable
from functools import partial
from typing import TypeVar
from uuid import UUID

import msgspec

from aiimagecraft.gallery import service as gallery
from aiimagecraft.generation import claims
from aiimagecraft.generation.catalogue import named
from aiimagecraft.generation.claims import Claimed, image_ids
from aiimagecraft.generation.pricing import cost_of
from aiimagecraft.generation.providers.answers import NO_PICTURE, Answer, read_images
from aiimagecraft.generation.providers.failures import ProviderError
from aiimagecraft.generation.providers.openai import ImagesServer
from aiimagecraft.jobs import JobQueue
from aiimagecraft.storage import EXTENSIONS, Storage, address_key, answer_key, original_key

logger = logging.getLogger(__name__)

T = TypeVar("T")

KEEP_TRIES = 8
"""How often an answer is put into the store: with the pauses between, about four minutes."""
LONGEST_PAUSE = 120.0
SETTLE_SECONDS = 10.0
"""Well within what the supervisor gives a child before it kills it."""


class Studio(msgspec.Struct, frozen=True):
    """What images are made with.

    Attributes:
        storage: Where they go.
        queue: Where their larger versions are ordered.
        server: Who makes those that are no sketches.
        making: Images that are asked for, or on their way into the store.
    """

    storage: Storage
    queue: JobQueue
    server: ImagesServer
    making: set[asyncio.Task[None]] = msgspec.field(default_factory=set[asyncio.Task[None]])

    async def settle(self) -> None:
        """Wait for the images that are being made when this process ends, for a while."""
        if self.making:
            _, late = await asyncio.wait(self.making, timeout=SETTLE_SECONDS)
            for task in late:
                task.cancel()
            await asyncio.gather(*late, return_exceptions=True)


async def recover(studio: Studio, job: Claimed, index: int) -> bool:
    """Keep the image of an answer that an earlier attempt put, if it did.

    Raises:
        ProviderError: This run was answered with something that is no picture.
    """
    image_id = image_ids(job.id, job.n)[index]
    data = await studio.storage.find_original(image_id)
    answer = Answer(data=data) if data is not None else await _fetch_again(studio, image_id)
    if answer is not None:
        await _keep(studio, job, index, answer)
        return True
    if any(key.startswith(f"answer/{image_id}-{job.run}-") for key in job.answers):
        detail = "It is kept for download; Retry asks for another."
        raise ProviderError("unreadable-answer", NO_PICTURE, detail)
    return False


async def _fetch_again(studio: Studio, image_id: UUID) -> Answer | None:
    """Return the image of an address that an earlier attempt was answered with, if it still can be had."""
    try:
        (kept,) = read_images(await studio.storage.read(address_key(image_id)))
        return await studio.server.fetch(kept)
    except FileNotFoundError:
        return None
    except ProviderError:
        await studio.storage.delete([address_key(image_id)])
        return None


async def keep_answer(studio: Studio, job: Claimed, index: int, answer: Answer) -> None:
    """Keep an answer; of one that names an address, the address first and then what is there.

    Raises:
        ProviderError: It is no picture, or cannot be had; what there is of it is kept for download.
    """
    if answer.url is None:
        await _keep(studio, job, index, answer)
        return
    address = address_key(image_ids(job.id, job.n)[index])
    await studio.storage.put(address, answer.raw, "application/json")
    try:
        fetched = await studio.server.fetch(answer)
    except ProviderError as error:
        await put_aside(studio, job, index, error)
        raise
    await _keep(studio, job, index, fetched)
    await studio.storage.delete([address])


async def _keep(studio: Studio, job: Claimed, index: int, answer: Answer) -> None:
    """Put an answer into the store and the gallery.

    Raises:
        ProviderError: It is no picture; its bytes are kept for download.
    """
    cost = cost_of(answer.usage, named(job.model).prices)
    revised = {"revisedPrompt": answer.revised_prompt} if answer.revised_prompt else {}
    new = gallery.NewImage(
        id=image_ids(job.id, job.n)[index],
        user_id=job.user_id,
        prompt=job.prompt,
        model=job.model,
        params={**job.params, **revised},
        sources=job.sources,
        cost_tokens=answer.usage.total if answer.usage else None,
        cost=cost,
    )
    admit = partial(claims.note_made, job, index, cost)
    try:
        await gallery.persist(studio.storage, studio.queue, new, answer.data, admit)
    except gallery.ImageRefused as refused:
        detail = f"{str(refused).rstrip('.')}. It is kept for download; Retry asks for another."
        error = ProviderError("unreadable-answer", NO_PICTURE, detail, answer=answer.data)
        await put_aside(studio, job, index, error)
        await studio.storage.delete([original_key(new.id, kind) for kind in EXTENSIONS])
        raise error from refused


async def put_aside(studio: Studio, job: Claimed, index: int, error: ProviderError) -> None:
    """Keep what a failed answer holds, so that it can be downloaded: it may have been paid for."""
    if error.answer:
        key = answer_key(image_ids(job.id, job.n)[index], job.run, error.answer)
        await insist(partial(studio.storage.put, key, error.answer, "application/octet-stream"))
        await insist(partial(claims.note_answer, job, key))


async def insist(effort: Callable[[], Awaitable[T]]) -> T:
    """Do what must not fail while the store or the database is away for a while."""
    for attempt in range(1, KEEP_TRIES):
        try:
            return await effort()
        except ProviderError:
            raise
        except Exception:  # whatever it is, the bytes are lost if this gives up
            logger.exception("generation.keep_failed: trying again")
            await asyncio.sleep(pause(attempt))
    return await effort()


def pause(attempt: int) -> float:
    """Return the seconds before another attempt: twice as many each time."""
    return min(LONGEST_PAUSE, 2.0**attempt)

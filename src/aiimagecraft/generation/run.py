"""What a worker does for a job: ask for what is missing, and keep each image."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import AsyncIterator, Awaitable, Callable
from functools import partial
from typing import TypeVar

import msgspec

from aiimagecraft.gallery import service as gallery
from aiimagecraft.generation import claims
from aiimagecraft.generation.board import Board
from aiimagecraft.generation.catalogue import SKETCH, Model, named
from aiimagecraft.generation.claims import Claimed, image_ids
from aiimagecraft.generation.models import size_of
from aiimagecraft.generation.pricing import cost_of
from aiimagecraft.generation.providers import sketch
from aiimagecraft.generation.providers.answers import NO_PICTURE, Answer
from aiimagecraft.generation.providers.failures import ProviderError
from aiimagecraft.generation.providers.forms import File
from aiimagecraft.generation.providers.openai import Ask, ImagesServer
from aiimagecraft.jobs import JobQueue
from aiimagecraft.storage import CONTENT_TYPES, EXTENSIONS, Storage, answer_key, original_key

logger = logging.getLogger(__name__)

T = TypeVar("T")

ASK_TRIES = 6
"""How often an image is asked for while the server is busy or fails."""
LOST_TRIES = 2
"""How often it is asked for when an answer that may have been paid for was lost."""
KEEP_TRIES = 8
"""How often an answer is put into the store: with the pauses between, about eight minutes."""
LONGEST_PAUSE = 120.0
OPTIONS = {
    "size": "size",
    "quality": "quality",
    "background": "background",
    "outputFormat": "output_format",
}
"""A job's parameters, by their names in the Images API."""


class Studio(msgspec.Struct, frozen=True):
    """What images are made with.

    Attributes:
        storage: Where they go.
        queue: Where their larger versions are ordered.
        server: Who makes those that are no sketches.
    """

    storage: Storage
    queue: JobQueue
    server: ImagesServer


async def make_images(studio: Studio, job: Claimed, *, seen: bool) -> None:
    """Make and keep the images of a job that were not kept yet.

    Bytes that an earlier attempt put are used as they are, so nothing is made or paid for twice, and
    what was kept once is not made again, even if it was purged since. What one image fails with does
    not keep the others from being made.

    Args:
        studio: What they are made with.
        job: What to make.
        seen: Whether an earlier attempt or run may have put something.

    Raises:
        ProviderError: The first reason why an image is missing.
    """
    missing = sorted(set(range(job.n)) - set(job.made))
    board = Board(job, len(job.made))
    if seen:
        missing = [index for index in missing if not await _recover(studio, job, index)]
    if job.status == "cancelled":
        return
    model, failed = named(job.model), asyncio.Event()
    places = asyncio.Semaphore(model.at_once)

    async def make(index: int) -> None:
        async with places:
            if failed.is_set() or not await claims.is_wanted(job):
                return
            try:
                await _make(studio, board, model, index)
            except BaseException:
                failed.set()
                raise

    async with board.shown():
        results = await asyncio.gather(*(make(index) for index in missing), return_exceptions=True)
    for result in results:
        if isinstance(result, BaseException):
            raise result


async def _recover(studio: Studio, job: Claimed, index: int) -> bool:
    """Keep the image of an answer that an earlier attempt put, if it did."""
    data = await studio.storage.find_original(image_ids(job.id, job.n)[index])
    if data is None:
        return False
    await _keep(studio, job, index, Answer(data=data))
    return True


async def _make(studio: Studio, board: Board, model: Model, index: int) -> None:
    job = board.job
    if model is SKETCH:
        answer: Answer | None = await _sketch(studio, board, index)
    else:
        answer = await _ask(studio, board, model, index)
    if answer is None:
        return
    # Until it is in the store an answer is in this process's memory and nowhere else. One that arrives is
    # kept, even if the job was cancelled meanwhile: it was paid for.
    await _insist(partial(_keep, studio, job, index, answer))
    board.finished(index)


async def _sketch(studio: Studio, board: Board, index: int) -> Answer:
    job = board.job
    pictures = await gallery.pictures(job.user_id, job.sources)
    keys = [pictures[source].object_key for source in job.sources if source in pictures]
    paint = partial(
        sketch.paint,
        job.prompt,
        size=size_of(job.params, SKETCH.info),
        index=index,
        sources=[await studio.storage.read(key) for key in keys],
        on_progress=partial(board.note, index),
    )
    return Answer(data=await asyncio.to_thread(paint))


async def _ask(studio: Studio, board: Board, model: Model, index: int) -> Answer | None:
    """Ask the images server until it answers; None when nobody wants the image any more.

    Raises:
        ProviderError: It does not, and asking again does not help.
    """
    job, lost = board.job, 0
    ask = await _request(studio, job, model)

    async def on_partial(data: bytes, number: int) -> None:
        try:
            await claims.show_partial(job, index, await gallery.thumbnail(data))
        except Exception as error:  # noqa: BLE001 - an answer that is paid for is not lost for its preview.
            logger.warning("generation.partial_failed: job %s: %s", job.id, error)
        board.note(index, number / (ask.partials + 1))

    for attempt in range(1, ASK_TRIES + 1):
        try:
            answer = await studio.server.ask(ask, on_partial)
        except ProviderError as error:
            lost += error.lost
            if not error.again or attempt == ASK_TRIES or lost == LOST_TRIES:
                await _put_aside(studio, job, index, error)
                raise
            logger.warning("generation.asking_again: job %s: %s", job.id, error)
            await board.pause(index, error.title, _pause(attempt) if error.wait is None else error.wait)
        else:
            try:
                return await studio.server.fetch(answer)
            except ProviderError as error:
                await _put_aside(studio, job, index, error)
                raise
        if not await claims.is_wanted(job):
            return None
    raise AssertionError("unreachable")


async def _request(studio: Studio, job: Claimed, model: Model) -> Ask:
    pictures = await gallery.pictures(job.user_id, [*job.sources, *([job.mask] if job.mask else [])])
    files = {picture.id: _file(studio.storage, picture) for picture in pictures.values()}
    if gone := [source for source in [*job.sources, job.mask] if source and source not in files]:
        detail = f"The picture {gone[0]} was deleted. Choose others and try again."
        raise ProviderError("source-gone", "A source of this job is gone", detail)
    # The default is the model's own; not every server knows it by the name that OpenAI gives it.
    chosen = {OPTIONS[name]: value for name, value in job.params.items() if value != "auto"}
    return Ask(
        prompt=job.prompt,
        model=job.model,
        options=chosen,
        sources=[files[source] for source in job.sources],
        mask=files[job.mask] if job.mask else None,
        partials=0 if job.params.get("quality") == "low" else model.partials,
    )


def _file(storage: Storage, picture: gallery.Picture) -> File:
    async def read() -> AsyncIterator[bytes]:
        part = await storage.open(picture.object_key)
        async for chunk in part.chunks:
            yield chunk

    name = f"{picture.id}.{EXTENSIONS[picture.format]}"
    return File(name, CONTENT_TYPES[picture.format], picture.bytes, read)


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
        await _put_aside(studio, job, index, error)
        await studio.storage.delete([original_key(new.id, kind) for kind in EXTENSIONS])
        raise error from refused


async def _put_aside(studio: Studio, job: Claimed, index: int, error: ProviderError) -> None:
    """Keep what a failed answer holds, so that it can be downloaded: it may have been paid for."""
    if error.answer:
        key = answer_key(image_ids(job.id, job.n)[index], job.run)
        data = error.answer
        await _insist(partial(studio.storage.put, key, data, "application/octet-stream"))
        await _insist(partial(claims.note_answer, job, key))


async def _insist(effort: Callable[[], Awaitable[T]]) -> T:
    """Do what must not fail while the store or the database is away for a while."""
    for attempt in range(1, KEEP_TRIES):
        try:
            return await effort()
        except ProviderError:
            raise
        except Exception:  # whatever it is, the bytes are lost if this gives up
            logger.exception("generation.keep_failed: trying again")
            await asyncio.sleep(_pause(attempt))
    return await effort()


def _pause(attempt: int) -> float:
    """Return the seconds before another attempt: twice as many each time."""
    return min(LONGEST_PAUSE, 2.0**attempt)

"""What a worker does for a job: ask for what is missing, and keep each image."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import AsyncIterator, Coroutine
from functools import partial
from typing import Any

from aiimagecraft.gallery import service as gallery
from aiimagecraft.generation import claims
from aiimagecraft.generation.board import Board
from aiimagecraft.generation.catalogue import SKETCH, Model, named
from aiimagecraft.generation.claims import Claimed, pictures_of
from aiimagecraft.generation.keep import Studio, insist, keep_answer, pause, put_aside, recover
from aiimagecraft.generation.models import size_of
from aiimagecraft.generation.providers import sketch
from aiimagecraft.generation.providers.answers import Answer
from aiimagecraft.generation.providers.failures import OF_THE_JOB, ProviderError
from aiimagecraft.generation.providers.forms import File
from aiimagecraft.generation.providers.openai import Ask
from aiimagecraft.storage import CONTENT_TYPES, EXTENSIONS, Storage

logger = logging.getLogger(__name__)

ASK_TRIES = 6
"""How often an image is asked for while the server is busy or fails."""
LOST_TRIES = 2
"""How often it is asked for when an answer that may have been paid for was lost."""
PREVIEW_SECONDS = 5.0
"""What an image that is not finished may hold its stream up for."""
OPTIONS = {
    "size": "size",
    "quality": "quality",
    "background": "background",
    "outputFormat": "output_format",
}
"""A job's parameters, by their names in the Images API."""


async def make_images(studio: Studio, job: Claimed, *, seen: bool) -> None:
    """Make and keep the images of a job that were not kept yet.

    Bytes that an earlier attempt put are used as they are, so nothing is made or paid for twice, and
    what was kept once is not made again, even if it was purged since. What one image fails with does
    not keep the others from being made, unless it is a trouble of the whole job.

    Args:
        studio: What they are made with.
        job: What to make.
        seen: Whether an earlier attempt or run may have put something.

    Raises:
        ProviderError: The first reason why an image is missing.
    """
    missing = sorted(set(range(job.n)) - set(job.made))
    failures: list[BaseException] = []
    if seen:
        missing, failures = await _recover(studio, job, missing)
    if job.status == "running":
        failures += await _make_missing(studio, job, missing)
    if failures:
        raise failures[0]


async def _recover(studio: Studio, job: Claimed, missing: list[int]) -> tuple[list[int], list[BaseException]]:
    """Keep what earlier attempts put; return what is to be made, and why the rest must not be."""
    left: list[int] = []
    failures: list[BaseException] = []
    for index in missing:
        try:
            if not await recover(studio, job, index):
                left.append(index)
        except ProviderError as error:
            failures.append(error)
    return left, failures


async def _make_missing(studio: Studio, job: Claimed, missing: list[int]) -> list[BaseException]:
    """Make images, and return why some are missing."""
    model, board, hopeless = named(job.model), Board(job, job.n - len(missing)), asyncio.Event()
    groups = [[index] for index in missing] if model.at_once else [missing]
    places = asyncio.Semaphore(model.at_once or 1)

    async def make(group: list[int]) -> None:
        async with places:
            if hopeless.is_set() or not await claims.is_wanted(job):
                return
            try:
                await _shielded(studio, _make(studio, board, model, group))
            except ProviderError as error:
                if error.slug in OF_THE_JOB:
                    hopeless.set()
                raise
            except BaseException:
                hopeless.set()
                raise

    async with board.shown():
        results = await asyncio.gather(*(make(group) for group in groups), return_exceptions=True)
    return [result for result in results if isinstance(result, BaseException)]


async def _make(studio: Studio, board: Board, model: Model, group: list[int]) -> None:
    """Make a group of images; a server that makes fewer at a time is asked for the rest.

    Raises:
        ProviderError: The first reason why one is missing; every other image that was answered is kept.
    """
    failures: list[ProviderError] = []
    while group:
        if model.info.offline:
            found = [await _sketch(studio, board, group[0])]
        else:
            found = await _ask(studio, board, model, group)
        if not found:
            break
        for index, answer in zip(group, found, strict=False):
            try:
                # One that arrives is kept, even if the job was cancelled meanwhile: it was paid for.
                await insist(partial(keep_answer, studio, board.job, index, answer))
                board.note(index, 1.0)
            except ProviderError as error:
                failures.append(error)
        group = group[len(found) :]
    if failures:
        raise failures[0]


async def _shielded(studio: Studio, making: Coroutine[Any, Any, None]) -> None:
    """Make images even if this task is cancelled meanwhile, as when the worker is told to stop.

    An answer that was asked for is paid for, and until it is in the store it is in this process's memory
    and nowhere else; so the process waits for it a while before it ends.
    """
    task = asyncio.create_task(making)
    studio.making.add(task)
    task.add_done_callback(studio.making.discard)
    await asyncio.shield(task)


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


async def _ask(studio: Studio, board: Board, model: Model, group: list[int]) -> list[Answer]:
    """Ask the images server until it answers; nothing when nobody wants the images any more.

    Raises:
        ProviderError: It does not, and asking again does not help.
    """
    job, index, lost = board.job, group[0], 0
    ask = await _request(studio, job, model, len(group))

    async def on_partial(data: bytes, number: int) -> None:
        try:
            async with asyncio.timeout(PREVIEW_SECONDS):
                await claims.show_partial(job, index, await gallery.thumbnail(data))
        except Exception as error:  # noqa: BLE001 - an answer that is paid for is not lost for its preview.
            logger.warning("generation.partial_failed: job %s: %r", job.id, error)
        board.note(index, number / (ask.partials + 1))

    for attempt in range(1, ASK_TRIES + 1):
        try:
            return await studio.server.ask(ask, on_partial, partial(claims.is_wanted, job))
        except ProviderError as error:
            lost += error.lost
            if not error.again or attempt == ASK_TRIES or lost == LOST_TRIES:
                await put_aside(studio, job, index, error)
                raise
            logger.warning("generation.asking_again: job %s: %s", job.id, error)
            await board.pause(index, error.title, pause(attempt) if error.wait is None else error.wait)
        if not await claims.is_wanted(job):
            return []
    raise AssertionError("unreachable")


async def _request(studio: Studio, job: Claimed, model: Model, n: int) -> Ask:
    """Return what to send.

    Raises:
        ProviderError: A source is gone.
    """
    pictures = await gallery.pictures(job.user_id, pictures_of(job.sources, job.mask))
    files = {
        picture.id: _file(studio.storage, picture)
        for picture in pictures.values()
        if await _is_whole(studio.storage, picture)
    }
    if gone := [source for source in [*job.sources, job.mask] if source and source not in files]:
        detail = f"The picture {gone[0]} was deleted. Choose others and try again."
        raise ProviderError("source-gone", "A source of this job is gone", detail)
    # The default is the model's own; not every server knows it by the name that OpenAI gives it.
    chosen = {OPTIONS[name]: value for name, value in job.params.items() if value != "auto"}
    return Ask(
        prompt=job.prompt,
        model=job.model,
        n=n,
        options=chosen,
        sources=[files[source] for source in job.sources],
        mask=files[job.mask] if job.mask else None,
        partials=0 if job.params.get("quality") == "low" else model.partials,
        alone=not model.at_once,
    )


async def _is_whole(storage: Storage, picture: gallery.Picture) -> bool:
    try:
        return await storage.size(picture.object_key) == picture.bytes
    except FileNotFoundError:
        return False


def _file(storage: Storage, picture: gallery.Picture) -> File:
    async def read() -> AsyncIterator[bytes]:
        part = await storage.open(picture.object_key)
        async for chunk in part.chunks:
            yield chunk

    name = f"{picture.id}.{EXTENSIONS[picture.format]}"
    return File(name, CONTENT_TYPES[picture.format], picture.bytes, read)

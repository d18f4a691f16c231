"""What a worker does for a job: ask the provider for what is missing, and keep each image."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncGenerator, Sequence
from functools import partial

from aiimagecraft.gallery import service as gallery
from aiimagecraft.generation import service
from aiimagecraft.generation.models import SKETCH, size_of
from aiimagecraft.generation.providers import sketch
from aiimagecraft.generation.service import Claimed, image_ids
from aiimagecraft.jobs import JobQueue
from aiimagecraft.storage import Storage

REPORT_SECONDS = 0.25
"""Least time between two progress events of a job."""


async def make_images(storage: Storage, queue: JobQueue, job: Claimed) -> None:
    """Make and keep the images of a job that were not kept yet.

    Bytes that an earlier attempt put are used as they are, so nothing is made or paid for twice, and
    what was kept once is not made again, even if it was purged since.
    """
    ids = image_ids(job.id, job.n)
    unmade: list[int] = []
    for index in sorted(set(range(job.n)) - set(job.made)):
        found = await storage.find_original(ids[index])
        if found is None:
            unmade.append(index)
        else:
            await _keep(storage, queue, job, index, found)
    async for index, data in _paint(storage, job, unmade):
        # An answer that arrives is kept, even if the job was cancelled meanwhile: it was paid for.
        await _keep(storage, queue, job, index, data)


async def _keep(storage: Storage, queue: JobQueue, job: Claimed, index: int, data: bytes) -> None:
    image_id = image_ids(job.id, job.n)[index]
    new = gallery.NewImage(image_id, job.user_id, job.prompt, job.model, job.params, job.sources)
    await gallery.persist(storage, queue, new, data, partial(service.note_made, job, index))


async def _paint(storage: Storage, job: Claimed, indexes: Sequence[int]) -> AsyncGenerator[tuple[int, bytes]]:
    sources = [await storage.read(key) for key in await gallery.originals(job.user_id, job.sources)]
    done = job.n - len(indexes)
    for place, index in enumerate(indexes):
        if not await service.is_wanted(job):
            return
        progress = _Progress(job, (done + place) / job.n, 1 / job.n)
        paint = partial(
            sketch.paint,
            job.prompt,
            size=size_of(job.params, SKETCH),
            index=index,
            sources=sources,
            on_progress=progress.note,
        )
        reporting = asyncio.create_task(progress.report())
        try:
            data = await asyncio.to_thread(paint)
        finally:
            reporting.cancel()
            await asyncio.gather(reporting, return_exceptions=True)
        yield index, data


class _Progress:
    """Carries progress out of the painting thread, at a rate that readers can follow.

    Args:
        job: Whose progress it is.
        start: Progress of the whole job before this image.
        share: This image's part of the whole.
    """

    def __init__(self, job: Claimed, start: float, share: float) -> None:
        self._job = job
        self._start = start
        self._share = share
        self._value = 0.0

    def note(self, value: float) -> None:
        """Take note of an image's progress, 0 to 1; called from the painting thread."""
        self._value = value

    async def report(self) -> None:
        """Publish the progress until cancelled."""
        shown = -1.0
        while True:
            if (value := self._value) != shown:
                shown = value
                await service.report(self._job, self._start + self._share * value)
            await asyncio.sleep(REPORT_SECONDS)

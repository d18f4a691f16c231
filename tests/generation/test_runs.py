"""Runs of a job: failed, repeated, replaced, lost and found."""

from __future__ import annotations

import asyncio
from typing import Any, cast
from uuid import UUID

import psycopg
import pytest
from tests import pictures
from tests.conftest import Studio, stored
from tests.gallery.test_pages import walk
from tests.gallery.test_uploads import files
from tests.generation.test_jobs import generate, jobs

from aiimagecraft import worker
from aiimagecraft.gallery.persist import NewImage, persist
from aiimagecraft.generation import claims, service, tasks
from aiimagecraft.generation.providers import sketch
from aiimagecraft.generation.run import make_images
from aiimagecraft.jobs import Task
from aiimagecraft.schema import uuid7


async def make(studio: Studio, job: claims.Claimed, *, seen: bool = False) -> None:
    """Run a claimed job as a worker does; `seen` when an earlier attempt may have put something."""
    async with worker.resources(studio.settings, studio.queue) as context:
        await make_images(context["studio"], job, seen=seen)


async def test_a_job_that_fails_says_why_and_releases_its_source(
    studio: Studio, monkeypatch: pytest.MonkeyPatch
) -> None:
    source = (await studio.client.post("/api/sources", files=files(pictures.png()))).json()["items"][0]
    job = await generate(studio, sources=[source["id"]])

    def broken(*_args: object, **_options: object) -> bytes:
        raise RuntimeError("The paint has dried")

    monkeypatch.setattr(sketch, "paint", broken)
    await studio.rows(
        """UPDATE saq_jobs SET job = convert_to(
               jsonb_set(convert_from(job, 'UTF8')::jsonb, '{retries}', '1')::text, 'UTF8')"""
    )
    await studio.work()
    (failed,) = await jobs(studio)
    assert (failed["id"], failed["status"]) == (job["id"], "failed")
    assert failed["error"]["type"] == "urn:aiimagecraft:problem:generation-failed"
    assert "The paint has dried" not in failed["error"]["detail"]
    assert (await studio.rows("SELECT holds FROM source"))[0]["holds"] == 0


async def test_what_was_kept_of_a_failed_job_stays(studio: Studio, monkeypatch: pytest.MonkeyPatch) -> None:
    painted = sketch.paint

    def broken_after_one(prompt: str, **options: Any) -> bytes:
        if options["index"] == 1:
            raise RuntimeError("The paint has dried")
        return painted(prompt, **options)

    job = await generate(studio, n=2)
    first = await claimed(job)
    with monkeypatch.context() as patched:
        patched.setattr(sketch, "paint", broken_after_one)
        with pytest.raises(RuntimeError):
            await make(studio, first)
    kept = await walk(studio.client)
    assert len(kept) == 1
    await make(studio, await claimed(job))
    assert len(await walk(studio.client)) == 2
    assert kept[0] in await walk(studio.client)


async def test_bytes_that_were_put_are_not_made_again(
    studio: Studio, monkeypatch: pytest.MonkeyPatch
) -> None:
    job = await generate(studio)
    (image_id,) = claims.image_ids(UUID(job["id"]), 1)
    picture = pictures.png(50, 40)
    await studio.storage.put(f"{image_id}.png", picture, "image/png")

    def never(*_args: object, **_options: object) -> bytes:
        raise AssertionError("Painted twice")

    monkeypatch.setattr(sketch, "paint", never)
    run = await claimed(job)
    await make(studio, run, seen=True)
    await claims.succeed(run)
    (done,) = await jobs(studio)
    assert done["status"] == "done"
    assert (await studio.client.get(done["images"][0]["full"])).content == picture


async def always() -> bool:
    """Admits an image that no job waits for."""
    return True


async def test_persisting_twice_keeps_one(studio: Studio) -> None:
    new = NewImage(uuid7(), studio.owner, "a fox", "sketch", {})
    assert await persist(studio.storage, studio.queue, new, pictures.png(), always)
    assert not await persist(studio.storage, studio.queue, new, pictures.png(), always)
    assert await walk(studio.client) == [str(new.id)]
    assert len(await stored(studio)) == 2


async def test_what_a_purge_has_claimed_is_not_put_back(studio: Studio) -> None:
    new = NewImage(uuid7(), studio.owner, "a fox", "sketch", {})
    await persist(studio.storage, studio.queue, new, pictures.png(), always)
    await studio.rows("UPDATE image SET deleted_at = now(), purging_at = now()")
    await studio.storage.delete([f"{new.id}.png", f"thumb/{new.id}.webp"])
    await persist(studio.storage, studio.queue, new, pictures.png(), always)
    assert await stored(studio) == []


async def test_the_row_tells_of_the_bytes_that_are_kept(studio: Studio) -> None:
    new = NewImage(uuid7(), studio.owner, "a fox", "sketch", {})
    await studio.storage.put(f"{new.id}.png", pictures.png(50, 40), "image/png")
    await persist(studio.storage, studio.queue, new, pictures.png(80, 48), always)
    (item,) = (await studio.client.get("/api/gallery")).json()["items"]
    assert (item["width"], item["height"]) == (50, 40)


async def claimed(job: dict[str, Any], run: int = 1) -> claims.Claimed:
    found = await claims.claim(UUID(job["id"]), run)
    assert found is not None
    return found


async def test_a_cancelled_run_asks_for_no_further_image(
    studio: Studio, monkeypatch: pytest.MonkeyPatch
) -> None:
    job = await generate(studio, n=4)
    loop, asked, painted = asyncio.get_running_loop(), list[int](), sketch.paint

    def cancelled_meanwhile(prompt: str, **options: Any) -> bytes:
        asked.append(options["index"])
        asyncio.run_coroutine_threadsafe(
            service.cancel(studio.storage, studio.owner, UUID(job["id"])), loop
        ).result(10)
        return painted(prompt, **options)

    monkeypatch.setattr(sketch, "paint", cancelled_meanwhile)
    await make(studio, await claimed(job))
    assert asked == [0]
    (shown,) = await jobs(studio)
    assert (shown["status"], len(shown["images"])) == ("cancelled", 1)


async def test_a_run_that_was_replaced_decides_nothing(studio: Studio) -> None:
    source = (await studio.client.post("/api/sources", files=files(pictures.png()))).json()["items"][0]
    job = await generate(studio, sources=[source["id"]])
    old = await claimed(job)
    await service.cancel(studio.storage, studio.owner, old.id)
    await service.retry(studio.storage, studio.queue, studio.owner, old.id, studio.settings)
    await claimed(job, 2)
    await claims.report(old, 0.9, None)
    await claims.fail(old, claims.ABANDONED)
    await claims.succeed(old)
    (shown,) = await jobs(studio)
    assert (shown["status"], shown["progress"], shown["error"]) == ("running", None, None)
    assert (await studio.rows("SELECT holds FROM source"))[0]["holds"] == 1


async def test_an_image_that_was_purged_is_not_made_again(
    studio: Studio, monkeypatch: pytest.MonkeyPatch
) -> None:
    job = await generate(studio, n=2)
    await make(studio, await claimed(job))
    first, _ = await walk(studio.client)
    await studio.client.patch(f"/api/image/{first}", json={"deleteToTrash": True})
    await studio.client.delete(f"/api/image/{first}")

    def never(*_args: object, **_options: object) -> bytes:
        raise AssertionError("Painted again")

    monkeypatch.setattr(sketch, "paint", never)
    await make(studio, await claimed(job))
    assert len(await walk(studio.client)) == 1


async def test_a_late_answer_does_not_bring_a_purged_image_back(
    studio: Studio, monkeypatch: pytest.MonkeyPatch
) -> None:
    job = await generate(studio)
    old = await claimed(job)
    await service.cancel(studio.storage, studio.owner, old.id)
    await service.retry(studio.storage, studio.queue, studio.owner, old.id, studio.settings)
    await make(studio, await claimed(job, 2))
    (image,) = await walk(studio.client)
    await studio.client.patch(f"/api/image/{image}", json={"deleteToTrash": True})
    await studio.client.delete(f"/api/image/{image}")

    async def wanted(_job: object) -> bool:
        return True

    monkeypatch.setattr(claims, "is_wanted", wanted)
    await make(studio, old)
    assert await walk(studio.client) == []
    assert await stored(studio) == []


async def test_keeping_an_answer_and_cancelling_do_not_wait_for_each_other(studio: Studio) -> None:
    source = (await studio.client.post("/api/sources", files=files(pictures.png()))).json()["items"][0]
    for _ in range(10):
        job = await generate(studio, sources=[source["id"]])
        run = await claimed(job)
        _, response = await asyncio.gather(make(studio, run), studio.client.delete(f"/api/jobs/{job['id']}"))
        assert response.status_code == 200


async def test_a_queue_that_fails_loses_no_job(studio: Studio, monkeypatch: pytest.MonkeyPatch) -> None:
    async def broken(*_args: object, **_options: object) -> None:
        raise psycopg.OperationalError("The queue is away")

    with monkeypatch.context() as patched:
        patched.setattr(studio.queue.saq, "enqueue", broken)
        job = await generate(studio)
        response = await studio.client.post("/api/images", files=files(pictures.png()))
        assert response.status_code == 201
    await studio.rows("UPDATE generation_job SET created_at = now() - interval '1 minute'")
    await claims.sweep(studio.queue)
    await studio.work()
    assert (await jobs(studio))[0]["id"] == job["id"]
    assert len(await walk(studio.client)) == 2


async def test_a_missed_heartbeat_does_not_end_the_beating(monkeypatch: pytest.MonkeyPatch) -> None:
    beats, enough = 0, asyncio.Event()

    class Queued:
        async def update(self) -> None:
            nonlocal beats
            beats += 1
            if beats == 1:
                raise OSError("The queue is away")
            enough.set()

    monkeypatch.setattr(tasks, "GENERATE", Task("generate", timeout=1, attempts=1, heartbeat=0))
    beating = asyncio.create_task(tasks.beat(cast("Any", Queued())))
    async with asyncio.timeout(10):
        await enough.wait()
    beating.cancel()


async def test_the_sweep_finds_what_the_queue_lost(studio: Studio) -> None:
    job = await generate(studio)
    await studio.rows("DELETE FROM saq_jobs")
    await studio.rows("UPDATE generation_job SET created_at = now() - interval '1 minute'")
    await claims.sweep(studio.queue)
    await studio.work()
    (done,) = await jobs(studio)
    assert (done["id"], done["status"]) == (job["id"], "done")


async def test_the_sweep_leaves_live_jobs_alone(studio: Studio) -> None:
    await generate(studio)
    await studio.rows("UPDATE generation_job SET created_at = now() - interval '1 minute'")
    await claims.sweep(studio.queue)
    assert (await studio.rows("SELECT runs FROM generation_job"))[0]["runs"] == 1


async def test_a_job_that_never_ends_is_given_up(studio: Studio) -> None:
    await generate(studio)
    await studio.rows("DELETE FROM saq_jobs")
    await studio.rows("UPDATE generation_job SET lost = 5, created_at = now() - interval '1 minute'")
    await claims.sweep(studio.queue)
    (job,) = await jobs(studio)
    assert (job["status"], job["error"]["type"]) == ("failed", "urn:aiimagecraft:problem:abandoned")


async def test_keys_are_forgotten_after_a_week(studio: Studio) -> None:
    job = await generate(studio, "key")
    await studio.rows("UPDATE generation_job SET status = 'done', created_at = now() - interval '8 days'")
    await claims.sweep(studio.queue)
    assert (await generate(studio, "key"))["id"] != job["id"]

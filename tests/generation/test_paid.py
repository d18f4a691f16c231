"""Answers that cost money: kept whatever happens, and not paid for twice."""

from __future__ import annotations

import asyncio
from typing import Any

import msgspec
import pytest
from tests import pictures
from tests.conftest import Studio
from tests.gallery.test_pages import walk
from tests.generation.test_images_server import SMALL, made, upload
from tests.generation.test_jobs import generate, jobs
from tests.generation.test_runs import claimed
from tests.standins.images_api import StandIn

from aiimagecraft import worker
from aiimagecraft.config import Settings
from aiimagecraft.generation import claims, keep, run
from aiimagecraft.generation.providers import openai
from aiimagecraft.generation.providers.answers import Answer
from aiimagecraft.generation.providers.failures import ProviderError
from aiimagecraft.generation.providers.openai import Ask, ImagesServer
from aiimagecraft.generation.run import make_images
from aiimagecraft.outbound import outbound
from aiimagecraft.storage import Storage


@pytest.fixture
def settings(configured: Settings) -> Settings:
    return configured


async def until_held(images: StandIn, count: int = 1) -> None:
    async with asyncio.timeout(30):
        while await asyncio.to_thread(images.held) < count:  # noqa: ASYNC110 - in another process
            await asyncio.sleep(0.02)


async def test_an_upload_that_is_cut_off_ends_in_words(
    studio: Studio, settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def refuse(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await reader.readuntil(b"\r\n\r\n")
        writer.write(b"HTTP/1.1 413 Payload Too Large\r\nconnection: close\r\ncontent-length: 0\r\n\r\n")
        writer.transport.abort()

    monkeypatch.setattr(keep, "LONGEST_PAUSE", 0.01)
    server = await asyncio.start_server(refuse, "127.0.0.1", 0)
    async with server:
        address = f"http://127.0.0.1:{server.sockets[0].getsockname()[1]}/v1"
        studio.settings = msgspec.structs.replace(settings, openai_base_url=address)
        noise = pictures.encode(pictures.photo(1800, 1800), "png", compress_level=0)
        assert len(noise) > 9_000_000
        source = await upload(studio, noise)
        job = await made(studio, "a fox", size=SMALL, sources=[source])
    assert job["status"] == "failed"
    assert job["error"]["type"].rpartition(":")[2] in {"upload-cut", "server-failed", "refused", "cut"}


async def test_an_answer_that_does_not_come_is_waited_for_once(settings: Settings, images: StandIn) -> None:
    async def never(_data: bytes, _number: int) -> None:
        raise AssertionError

    async def wanted() -> bool:
        return True

    ask = Ask(prompt="a fox [hang]", model="gpt-image-2", options={})
    async with outbound() as out:
        with pytest.raises(ProviderError) as raised:
            await ImagesServer(out, settings, seconds=0.3).ask(ask, never, wanted)
    assert (raised.value.slug, raised.value.again) == ("timeout", False)
    assert len(images.requests()) == 1


async def test_a_cancelled_jobs_answer_is_kept(studio: Studio, images: StandIn) -> None:
    job = await generate(studio, prompt="a fox [hold]", size=SMALL)
    working = asyncio.create_task(studio.work())
    await until_held(images)
    await studio.client.delete(f"/api/jobs/{job['id']}")
    await asyncio.to_thread(images.release)
    await working
    (shown,) = await jobs(studio)
    assert (shown["status"], len(shown["images"])) == ("cancelled", 1)


async def test_a_cancelled_job_asks_for_nothing_that_waits_for_its_turn(
    studio: Studio, images: StandIn, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(openai, "AT_ONCE", 1)
    job = await generate(studio, prompt="a fox [hold]", size=SMALL, n=4)
    working = asyncio.create_task(studio.work())
    await until_held(images)
    await studio.client.delete(f"/api/jobs/{job['id']}")
    await asyncio.to_thread(images.release)
    await working
    assert len(images.requests()) == 1
    assert len((await jobs(studio))[0]["images"]) == 1


async def test_a_worker_that_is_stopped_keeps_what_has_arrived(
    studio: Studio, images: StandIn, monkeypatch: pytest.MonkeyPatch
) -> None:
    job = await claimed(await generate(studio, prompt="a fox", size=SMALL))
    putting, put = asyncio.Event(), Storage.put

    async def slow(storage: Storage, key: str, data: bytes, content_type: str) -> bool:
        putting.set()
        await asyncio.sleep(0.3)
        return await put(storage, key, data, content_type)

    monkeypatch.setattr(Storage, "put", slow)
    async with worker.resources(studio.settings, studio.queue) as context:
        making = asyncio.create_task(make_images(context["studio"], job, seen=False))
        await putting.wait()
        making.cancel()
        with pytest.raises(asyncio.CancelledError):
            await making
    assert len(await walk(studio.client)) == 1
    assert len(images.requests()) == 1


async def test_a_store_that_is_away_for_a_while_costs_nothing(
    studio: Studio, images: StandIn, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(keep, "LONGEST_PAUSE", 0.01)
    failures, put = iter(range(3)), Storage.put

    async def failing(storage: Storage, key: str, data: bytes, content_type: str) -> bool:
        if next(failures, None) is not None:
            raise OSError("The store is away")
        return await put(storage, key, data, content_type)

    monkeypatch.setattr(Storage, "put", failing)
    job = await made(studio, "a fox", size=SMALL)
    assert (job["status"], len(job["images"])) == ("done", 1)
    assert len(images.requests()) == 1


async def test_a_database_that_is_away_at_the_end_costs_nothing(
    studio: Studio, images: StandIn, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(keep, "LONGEST_PAUSE", 0.01)
    failures, fail = iter(range(2)), claims.fail

    async def failing(job: claims.Claimed, error: Any) -> None:
        if next(failures, None) is not None:
            raise OSError("The database is away")
        await fail(job, error)

    monkeypatch.setattr(claims, "fail", failing)
    job = await made(studio, "a fox [garbage]", size=SMALL)
    assert (job["status"], len(job["answers"])) == ("failed", 1)
    assert len(images.requests()) == 1


async def test_a_run_that_was_answered_with_garbage_does_not_ask_again(
    studio: Studio, images: StandIn
) -> None:
    job = await generate(studio, prompt="a fox [garbage]", size=SMALL)
    async with worker.resources(studio.settings, studio.queue) as context:
        for seen in (False, True):
            with pytest.raises(ProviderError):
                await make_images(context["studio"], await claimed(job), seen=seen)
    assert len(images.requests()) == 1


async def test_one_answer_that_is_no_picture_takes_no_other_with_it(
    studio: Studio, images: StandIn, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def answered(*_args: object) -> list[Answer]:
        return [Answer(data=data) for data in (b"garbage", pictures.png(), pictures.png(seed=2))]

    own = run.named("my-model")

    def always_own(_name: str) -> object:
        return own

    monkeypatch.setattr(run, "named", always_own)
    monkeypatch.setattr(ImagesServer, "ask", answered)
    job = await made(studio, "a fox", size=SMALL, n=3)
    assert (job["status"], len(job["images"]), len(job["answers"])) == ("failed", 2, 1)
    assert images.requests() == []


async def test_what_one_image_was_answered_keeps_no_other_from_being_recovered(
    studio: Studio, images: StandIn
) -> None:
    job = await claimed(await generate(studio, prompt="a fox [garbage 1]", size=SMALL, n=2))
    async with worker.resources(studio.settings, studio.queue) as context:
        with pytest.raises(ProviderError):
            await make_images(context["studio"], job, seen=False)
        asked = len(images.requests())
        garbage = {key.split("/")[1].split("-" + str(job.run) + "-")[0] for key in await answers(studio)}
        (other,) = [key for key in map(str, claims.image_ids(job.id, 2)) if key not in garbage]
        await studio.rows("DELETE FROM image")
        await studio.rows("UPDATE generation_job SET made = '{}'")
        again = await claimed({"id": str(job.id)})
        with pytest.raises(ProviderError):
            await make_images(context["studio"], again, seen=True)
    assert await walk(studio.client) == [other]
    assert len(images.requests()) == asked == 2


async def answers(studio: Studio) -> list[str]:
    """The objects that were answered and are no pictures."""
    (row,) = await studio.rows("SELECT answers FROM generation_job")
    return row["answers"]


async def test_a_retry_waits_for_the_answer_of_the_run_before(studio: Studio, images: StandIn) -> None:
    job = await generate(studio, prompt="a fox [hold]", size=SMALL)
    first = asyncio.create_task(studio.work())
    await until_held(images)
    await studio.client.delete(f"/api/jobs/{job['id']}")
    await studio.client.post(f"/api/jobs/{job['id']}/retry")
    second = asyncio.create_task(studio.work())
    await asyncio.to_thread(images.release)
    await asyncio.gather(first, second)
    await studio.work()
    (shown,) = await jobs(studio)
    assert (shown["status"], len(shown["images"])) == ("done", 1)
    assert len(images.requests()) == 1


async def test_an_address_is_fetched_again_before_anything_is_paid_again(
    studio: Studio, images: StandIn, monkeypatch: pytest.MonkeyPatch
) -> None:
    job = await generate(studio, prompt="a fox [url]", size=SMALL)

    async def killed(*_args: object, **_options: object) -> None:
        raise asyncio.CancelledError

    async with worker.resources(studio.settings, studio.queue) as context:
        with monkeypatch.context() as patched:
            patched.setattr(ImagesServer, "fetch", killed)
            with pytest.raises(asyncio.CancelledError):
                await make_images(context["studio"], await claimed(job), seen=False)
        await make_images(context["studio"], await claimed(job), seen=True)
    assert len(await walk(studio.client)) == 1
    assert [request.path for request in images.requests() if request.method == "POST"] == [
        "/v1/images/generations"
    ]


async def test_a_source_whose_bytes_are_gone_is_named(studio: Studio, images: StandIn) -> None:
    source = await upload(studio, pictures.png(64, 48))
    (row,) = await studio.rows("SELECT object_key FROM source")
    await studio.storage.delete([row["object_key"]])
    job = await made(studio, "a fox", size=SMALL, sources=[source])
    assert job["error"]["type"] == "urn:aiimagecraft:problem:source-gone"
    assert images.requests() == []


async def test_a_job_that_was_handed_back_too_often_is_not_paid_for_again(
    studio: Studio, images: StandIn
) -> None:
    await generate(studio, prompt="a fox", size=SMALL)
    await studio.rows(
        """UPDATE saq_jobs SET job = convert_to(
               jsonb_set(convert_from(job, 'UTF8')::jsonb, '{attempts}', '3')::text, 'UTF8')"""
    )
    await studio.work()
    (job,) = await jobs(studio)
    assert job["error"]["type"] == "urn:aiimagecraft:problem:stopped"
    assert images.requests() == []


async def test_a_server_of_ones_own_is_asked_for_all_images_at_once(
    studio: Studio, images: StandIn, settings: Settings
) -> None:
    studio.settings = msgspec.structs.replace(settings, image_models=("gpt-image-2",))
    own = run.named("my-model")
    assert own.at_once == 0

    def always_own(_name: str) -> object:
        return own

    with pytest.MonkeyPatch.context() as patched:
        patched.setattr(run, "named", always_own)
        job = await made(studio, "a fox [fewer 1]", size=SMALL, n=3)
    assert (job["status"], len(job["images"])) == ("done", 3)
    assert [request.fields["n"] for request in images.requests()] == [3, 1]

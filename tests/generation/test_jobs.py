"""Jobs: from the request to the image, cancelled, retried, lost and found."""

from __future__ import annotations

import asyncio
from typing import Any
from uuid import UUID

import pytest
from tests import pictures
from tests.conftest import Studio, problem
from tests.gallery.test_pages import walk
from tests.gallery.test_uploads import files, objects

from aiimagecraft.generation import service
from aiimagecraft.generation.providers import sketch
from aiimagecraft.generation.run import make_images
from aiimagecraft.generation.schemas import GenerateRequest
from aiimagecraft.jobs import GENERATE
from aiimagecraft.schema import uuid7


async def generate(studio: Studio, key: str | None = None, **body: object) -> dict[str, Any]:
    headers = {"idempotency-key": key} if key else {}
    response = await studio.client.post(
        "/api/generate", json={"prompt": "a red fox", **body}, headers=headers
    )
    assert response.status_code == 202, response.text
    return response.json()["job"]


async def jobs(studio: Studio) -> list[dict[str, Any]]:
    return (await studio.client.get("/api/jobs")).json()["items"]


async def test_a_prompt_becomes_an_image(studio: Studio) -> None:
    job = await generate(studio)
    assert (job["status"], job["model"], job["progress"], job["images"]) == ("queued", "sketch", None, [])
    assert await walk(studio.client) == []
    await studio.work()
    (done,) = await jobs(studio)
    assert (done["status"], done["progress"], done["error"]) == ("done", 1, None)
    (image,) = done["images"]
    assert (image["prompt"], image["width"], image["height"]) == ("a red fox", 1024, 1024)
    assert image["thumb2x"]
    assert await walk(studio.client) == [image["id"]]
    assert (await studio.client.get(image["full"])).content.startswith(b"\x89PNG")


async def test_several_images_of_another_size(studio: Studio) -> None:
    await generate(studio, n=2, size="1536x1024")
    await studio.work()
    (job,) = await jobs(studio)
    assert [(image["width"], image["height"]) for image in job["images"]] == [(1536, 1024)] * 2
    first, second = [(await studio.client.get(image["full"])).content for image in job["images"]]
    assert first != second
    detail = (await studio.client.get(f"/api/image/{job['images'][0]['id']}")).json()
    assert detail["params"] == {"size": "1536x1024"}


async def test_sources_are_linked_in_order(studio: Studio) -> None:
    source = (await studio.client.post("/api/sources", files=files(pictures.png()))).json()["items"][0]
    job = await generate(studio, sources=[source["id"]])
    await studio.work()
    image = (await studio.client.get("/api/jobs")).json()["items"][0]["images"][0]
    detail = (await studio.client.get(f"/api/image/{image['id']}")).json()
    assert detail["sources"] == [
        {"id": source["id"], "kind": "source", "thumb": source["thumb"], "full": source["full"]}
    ]
    assert job["status"] == "queued"
    assert (await studio.rows("SELECT holds FROM source"))[0]["holds"] == 0


@pytest.mark.parametrize(
    ("body", "field"),
    [
        ({}, "prompt"),
        ({"prompt": ""}, "prompt"),
        ({"prompt": " \n"}, "prompt"),
        ({"prompt": "x" * 32_001}, "prompt"),
        ({"prompt": "a\x00b"}, "prompt"),
        ({"prompt": None}, "prompt"),
        ({"prompt": 7}, "prompt"),
        ({"prompt": "fox", "n": 0}, "n"),
        ({"prompt": "fox", "n": 11}, "n"),
        ({"prompt": "fox", "n": 1.5}, "n"),
        ({"prompt": "fox", "model": "gpt-image-1"}, "model"),
        ({"prompt": "fox", "size": "512x512"}, "size"),
        ({"prompt": "fox", "quality": "high"}, "quality"),
        ({"prompt": "fox", "background": "transparent"}, "background"),
        ({"prompt": "fox", "outputFormat": "webp"}, "outputFormat"),
        ({"prompt": "fox", "mask": "x"}, "mask"),
        ({"prompt": "fox", "seed": 7}, "seed"),
        ({"prompt": "fox", "sources": ["12"]}, "sources[0]"),
        ({"prompt": "fox", "sources": [str(uuid7())]}, "sources"),
        ({"prompt": "fox", "sources": [str(uuid7()), str(uuid7())]}, "sources"),
        ({"prompt": "fox", "sources": [str(uuid7())] * 17}, "sources"),
    ],
)
async def test_a_bad_request_names_its_field_and_leaves_no_job(
    studio: Studio, body: dict[str, object], field: str
) -> None:
    problem(await studio.client.post("/api/generate", json=body), 400, field)
    assert await jobs(studio) == []
    assert await studio.queue.saq.count("incomplete") == 0


async def test_the_same_key_is_the_same_job(studio: Studio) -> None:
    first = await generate(studio, "key-1")
    assert (await generate(studio, "key-1"))["id"] == first["id"]
    assert (await generate(studio, "key-2"))["id"] != first["id"]
    other = await studio.client.post(
        "/api/generate", json={"prompt": "b"}, headers={"idempotency-key": "key-1"}
    )
    problem(other, 422, "Idempotency-Key")
    await studio.work()
    assert len(await walk(studio.client)) == 2


async def test_the_same_key_at_the_same_time(studio: Studio) -> None:
    found = await asyncio.gather(*(generate(studio, "key") for _ in range(6)))
    assert len({job["id"] for job in found}) == 1
    await studio.work()
    assert len(await walk(studio.client)) == 1


async def test_a_cancelled_job_makes_nothing(studio: Studio) -> None:
    job = await generate(studio)
    response = await studio.client.delete(f"/api/jobs/{job['id']}")
    assert response.json()["job"]["status"] == "cancelled"
    await studio.work()
    assert await walk(studio.client) == []
    problem(await studio.client.delete(f"/api/jobs/{job['id']}"), 409)


async def test_a_cancelled_job_can_be_retried(studio: Studio) -> None:
    job = await generate(studio)
    problem(await studio.client.post(f"/api/jobs/{job['id']}/retry"), 409)
    await studio.client.delete(f"/api/jobs/{job['id']}")
    response = await studio.client.post(f"/api/jobs/{job['id']}/retry")
    assert (response.json()["job"]["id"], response.json()["job"]["status"]) == (job["id"], "queued")
    await studio.work()
    assert len(await walk(studio.client)) == 1


@pytest.mark.parametrize("method", ["DELETE", "POST"])
async def test_unknown_jobs(studio: Studio, method: str) -> None:
    suffix = "/retry" if method == "POST" else ""
    problem(await studio.client.request(method, f"/api/jobs/{uuid7()}{suffix}"), 404)
    problem(await studio.client.request(method, f"/api/jobs/12{suffix}"), 400, "id")


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
    assert "The paint has dried" in failed["error"]["detail"]
    assert (await studio.rows("SELECT holds FROM source"))[0]["holds"] == 0


async def test_what_was_kept_of_a_failed_job_stays(studio: Studio, monkeypatch: pytest.MonkeyPatch) -> None:
    painted = sketch.paint

    def broken_after_one(prompt: str, **options: Any) -> bytes:
        if options["index"] == 1:
            raise RuntimeError("The paint has dried")
        return painted(prompt, **options)

    job = await generate(studio, n=2)
    claimed = await service.claim(UUID(job["id"]), 1)
    assert claimed is not None
    with monkeypatch.context() as patched:
        patched.setattr(sketch, "paint", broken_after_one)
        with pytest.raises(RuntimeError):
            await make_images(studio.storage, studio.queue, claimed)
    kept = await walk(studio.client)
    assert len(kept) == 1
    await make_images(studio.storage, studio.queue, claimed)
    assert len(await walk(studio.client)) == 2
    assert kept[0] in await walk(studio.client)


async def test_bytes_that_were_put_are_not_made_again(
    studio: Studio, monkeypatch: pytest.MonkeyPatch
) -> None:
    job = await generate(studio)
    (image_id,) = service.image_ids(UUID(job["id"]), 1)
    picture = pictures.png(50, 40)
    await studio.storage.put(f"{image_id}.png", picture, "image/png")

    def never(*_args: object, **_options: object) -> bytes:
        raise AssertionError("Painted twice")

    monkeypatch.setattr(sketch, "paint", never)
    await studio.work()
    (done,) = await jobs(studio)
    assert done["status"] == "done"
    assert (await studio.client.get(done["images"][0]["full"])).content == picture


async def test_persisting_twice_keeps_one(studio: Studio) -> None:
    job = await generate(studio)
    await studio.work()
    await studio.rows("UPDATE generation_job SET status = 'running', runs = 2")
    await studio.queue.enqueue(GENERATE, f"{job['id']}:2", job_id=job["id"], run=2)
    await studio.work()
    assert len(await walk(studio.client)) == 1
    assert len(objects(studio)) == 4


async def test_the_sweep_finds_what_the_queue_lost(studio: Studio) -> None:
    job = await generate(studio)
    await studio.rows("DELETE FROM saq_jobs")
    await studio.rows("UPDATE generation_job SET created_at = now() - interval '1 minute'")
    await service.sweep(studio.queue)
    await studio.work()
    (done,) = await jobs(studio)
    assert (done["id"], done["status"]) == (job["id"], "done")


async def test_the_sweep_leaves_live_jobs_alone(studio: Studio) -> None:
    await generate(studio)
    await studio.rows("UPDATE generation_job SET created_at = now() - interval '1 minute'")
    await service.sweep(studio.queue)
    assert (await studio.rows("SELECT runs FROM generation_job"))[0]["runs"] == 1


async def test_a_job_that_never_ends_is_given_up(studio: Studio) -> None:
    await generate(studio)
    await studio.rows("DELETE FROM saq_jobs")
    await studio.rows("UPDATE generation_job SET runs = 5, created_at = now() - interval '1 minute'")
    await service.sweep(studio.queue)
    (job,) = await jobs(studio)
    assert (job["status"], job["error"]["type"]) == ("failed", "urn:aiimagecraft:problem:abandoned")


async def test_keys_are_forgotten_after_a_week(studio: Studio) -> None:
    job = await generate(studio, "key")
    await studio.rows("UPDATE generation_job SET status = 'done', created_at = now() - interval '8 days'")
    await service.sweep(studio.queue)
    assert (await generate(studio, "key"))["id"] != job["id"]


async def test_the_config_names_the_offline_painter(studio: Studio) -> None:
    config = (await studio.client.get("/api/config")).json()
    assert config["trashDays"] == 30
    assert config["models"][0]["offline"] is True
    request = GenerateRequest(prompt="a", size=config["models"][0]["sizes"][0])
    assert request.n == 1

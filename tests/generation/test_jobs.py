"""Jobs: from the request to the image, cancelled, retried, lost and found."""

from __future__ import annotations

import asyncio
from typing import Any

import pytest
from tests import pictures
from tests.conftest import Studio, problem
from tests.gallery.test_pages import walk
from tests.gallery.test_uploads import files

from aiimagecraft.generation.schemas import GenerateRequest
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


async def test_the_config_names_the_offline_painter(studio: Studio) -> None:
    config = (await studio.client.get("/api/config")).json()
    assert config["trashDays"] == 30
    assert config["models"][0]["offline"] is True
    request = GenerateRequest(prompt="a", size=config["models"][0]["sizes"][0])
    assert request.n == 1

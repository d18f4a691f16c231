"""Uploaded files: kept whole, looked at, all or none."""

from __future__ import annotations

import asyncio
import hashlib
from typing import Any

import httpx
import pytest
from tests import pictures
from tests.conftest import Studio, problem, stored
from tests.gallery.test_pages import walk

from aiimagecraft.gallery import uploads

Files = list[tuple[str, tuple[str, bytes, str]]]


def files(*contents: bytes, name: str = "a fox.png") -> Files:
    return [("file", (name, content, "application/octet-stream")) for content in contents]


async def test_an_upload_is_kept_untouched(studio: Studio) -> None:
    picture = pictures.png(640, 480)
    response = await studio.client.post("/api/images", files=files(picture))
    assert response.status_code == 201
    (item,) = response.json()["items"]
    assert (item["width"], item["height"], item["prompt"], item["model"]) == (640, 480, "a fox", "upload")
    assert item["thumb2x"] is item["preview"] is item["deletedAt"] is None
    assert item["createdAt"].endswith("Z")
    full = await studio.client.get(item["full"])
    assert hashlib.sha256(full.content).digest() == hashlib.sha256(picture).digest()
    detail = (await studio.client.get(f"/api/image/{item['id']}")).json()
    assert (detail["bytes"], detail["format"], detail["sources"]) == (len(picture), "png", [])
    assert detail["params"] == {"filename": "a fox.png"}


async def test_the_larger_versions_follow(studio: Studio) -> None:
    response = await studio.client.post("/api/images", files=files(pictures.png(2000, 1000)))
    image_id = response.json()["items"][0]["id"]
    await studio.work()
    item = (await studio.client.get(f"/api/image/{image_id}")).json()
    for url, width in ((item["thumb"], 256), (item["thumb2x"], 512), (item["preview"], 1024)):
        content = (await studio.client.get(url)).content
        assert content[8:12] == b"WEBP"
        assert pictures.size_of(content) == (width, width // 2)


async def test_the_prompt_comes_from_the_file_when_it_is_there(studio: Studio) -> None:
    picture = pictures.with_chunks(pictures.png(), pictures.text_chunk("Description", "a heron at dawn"))
    response = await studio.client.post("/api/images", files=files(picture))
    assert response.json()["items"][0]["prompt"] == "a heron at dawn"


async def test_the_same_bytes_twice_are_two_images(studio: Studio) -> None:
    picture = pictures.png()
    response = await studio.client.post("/api/images", files=files(picture, picture))
    assert len({item["id"] for item in response.json()["items"]}) == 2
    assert len(await walk(studio.client)) == 2


BAD = [(pictures.STRANGERS[name], 415) for name in ("svg", "html", "empty", "text", "bmp")] + [
    (pictures.png(64, 64)[:-400], 422),
    (pictures.encode(pictures.photo(), "jpeg")[:900], 422),
    (pictures.png_bomb(60_000, 60_000), 422),
]


@pytest.mark.parametrize("route", ["/api/images", "/api/sources"])
@pytest.mark.parametrize(("content", "status"), BAD)
async def test_one_bad_file_refuses_all_and_leaves_nothing(
    studio: Studio, route: str, content: bytes, status: int
) -> None:
    response = await studio.client.post(route, files=files(pictures.png(), content))
    assert "File 2, 'a fox.png'" in problem(response, status, "file[1]")
    assert await walk(studio.client) == []
    assert await stored(studio) == []


async def test_a_file_over_the_limit_is_refused_as_it_arrives(
    studio: Studio, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(uploads, "MAX_FILE_BYTES", 10_000)
    response = await studio.client.post("/api/images", files=files(pictures.png(8, 8), bytes(10_001)))
    problem(response, 413, "file[1]")
    assert await stored(studio) == []


async def test_at_most_a_hundred_files(client: httpx.AsyncClient) -> None:
    problem(await client.post("/api/images", files=files(*[b"x"] * 101)), 400, "file")


@pytest.mark.parametrize(
    "request_parts",
    [
        {"json": {"file": "x"}},
        {"data": {"file": "x"}},
        {"content": b"", "headers": {"content-type": "multipart/form-data; boundary=x"}},
        {"content": b"--x\r\nnonsense", "headers": {"content-type": "multipart/form-data; boundary=x"}},
        {"content": b"--x\r\n", "headers": {"content-type": "multipart/form-data"}},
        {"files": [("file", (None, b"text"))]},
        {"files": [("other", ("a.png", b"x"))]},
        {},
    ],
)
async def test_other_bodies_are_refused(client: httpx.AsyncClient, request_parts: dict[str, Any]) -> None:
    response = await client.post("/api/images", **request_parts)
    problem(
        response,
        400,
        "other" if "files" in request_parts and request_parts["files"][0][0] == "other" else "file",
    )


async def test_a_failed_insert_leaves_no_object(studio: Studio) -> None:
    await studio.rows("ALTER TABLE image ADD CONSTRAINT no_uploads CHECK (model <> 'upload')")
    try:
        problem(await studio.client.post("/api/images", files=files(pictures.png())), 500)
    finally:
        await studio.rows("ALTER TABLE image DROP CONSTRAINT no_uploads")
    assert await stored(studio) == []


async def test_sources_are_kept_out_of_the_gallery(studio: Studio) -> None:
    response = await studio.client.post("/api/sources", files=files(pictures.png(300, 200)))
    assert response.status_code == 201
    (item,) = response.json()["items"]
    assert set(item) == {"id", "thumb", "full", "width", "height", "createdAt", "placeholder"}
    assert (await studio.client.get(item["full"])).content == pictures.png(300, 200)
    assert await walk(studio.client) == []


async def test_uploads_at_the_same_time(studio: Studio) -> None:
    responses = await asyncio.gather(
        *(studio.client.post("/api/images", files=files(pictures.png(seed=n))) for n in range(8))
    )
    assert {response.status_code for response in responses} == {201}
    assert len(await walk(studio.client)) == 8

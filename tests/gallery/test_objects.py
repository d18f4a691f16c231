"""Reading objects: validators, ranges, and what is nobody's business."""

from __future__ import annotations

import pytest
from tests import pictures
from tests.conftest import Studio, other_user, problem
from tests.gallery.test_uploads import files

PICTURE = pictures.png(200, 100)
MISSING = "019a0000-0000-7000-8000-000000000000"


@pytest.fixture
async def full(studio: Studio) -> str:
    response = await studio.client.post("/api/images", files=files(PICTURE))
    return response.json()["items"][0]["full"]


async def test_an_object_is_immutable_and_inert(studio: Studio, full: str) -> None:
    response = await studio.client.get(full)
    assert response.content == PICTURE
    headers = response.headers
    assert headers["content-type"] == "image/png"
    assert headers["cache-control"] == "private, max-age=31536000, immutable"
    assert headers["x-content-type-options"] == "nosniff"
    assert headers["content-security-policy"] == "sandbox; default-src 'none'"
    assert headers["cross-origin-resource-policy"] == "same-origin"
    assert headers["accept-ranges"] == "bytes"
    assert headers["etag"].startswith('"')


async def test_validators_save_the_bytes(studio: Studio, full: str) -> None:
    etag = (await studio.client.get(full)).headers["etag"]
    for given in (etag, f'"other", {etag}', f"W/{etag}", "*"):
        response = await studio.client.get(full, headers={"if-none-match": given})
        assert (response.status_code, response.content) == (304, b"")
        assert response.headers["etag"] == etag
        assert "cache-control" not in response.headers
    assert (await studio.client.get(full, headers={"if-none-match": '"other"'})).status_code == 200


async def test_what_is_not_there_has_no_validator(studio: Studio, full: str) -> None:
    preview = full.replace("/uploads/", "/uploads/preview/").replace(".png", ".webp")
    problem(await studio.client.get(preview, headers={"if-none-match": "*"}), 404)


async def test_head_tells_without_bytes(studio: Studio, full: str) -> None:
    response = await studio.client.head(full)
    assert (response.status_code, response.content) == (200, b"")
    assert response.headers["content-length"] == str(len(PICTURE))
    assert response.headers["content-type"] == "image/png"


@pytest.mark.parametrize(
    ("asked", "first", "last"),
    [
        ("bytes=0-0", 0, 0),
        ("bytes=10-19", 10, 19),
        ("bytes=-5", len(PICTURE) - 5, len(PICTURE) - 1),
        ("bytes=5-", 5, len(PICTURE) - 1),
        (f"bytes=5-{len(PICTURE) + 99}", 5, len(PICTURE) - 1),
        (f"bytes=-{len(PICTURE) + 99}", 0, len(PICTURE) - 1),
    ],
)
async def test_ranges(studio: Studio, full: str, asked: str, first: int, last: int) -> None:
    response = await studio.client.get(full, headers={"range": asked})
    assert response.status_code == 206
    assert response.headers["content-range"] == f"bytes {first}-{last}/{len(PICTURE)}"
    assert response.headers["content-length"] == str(last - first + 1)
    assert response.content == PICTURE[first : last + 1]


@pytest.mark.parametrize(
    "asked", ["bytes=9-3", "bytes=a-b", "lines=1-2", "bytes=-", "bytes=0-1,3-4", "bytes=0-" + "9" * 5000]
)
async def test_other_ranges_mean_the_whole(studio: Studio, full: str, asked: str) -> None:
    response = await studio.client.get(full, headers={"range": asked})
    assert (response.status_code, response.content) == (200, PICTURE)


async def test_a_stale_if_range_means_the_whole(studio: Studio, full: str) -> None:
    headers = {"range": "bytes=0-3", "if-range": '"stale"'}
    assert (await studio.client.get(full, headers=headers)).status_code == 200


@pytest.mark.parametrize("asked", [f"bytes={len(PICTURE)}-", "bytes=-0"])
async def test_a_range_beyond_the_end(studio: Studio, full: str, asked: str) -> None:
    response = await studio.client.get(full, headers={"range": asked})
    problem(response, 416)
    assert response.headers["content-range"] == f"bytes */{len(PICTURE)}"


@pytest.mark.parametrize(
    "path",
    [
        f"{MISSING}.png",
        f"thumb/{MISSING}.webp",
        f"preview/{MISSING}.webp",
        "health",
        "-" * 36 + ".png",
        f"thumb/{'-' * 36}.webp",
        "../postgres.log",
        "%2e%2e/postgres.log",
        "thumb/..%2f..%2fpostgres.log",
        "thumb",
        f"thumb/{MISSING}.png",
        "%00",
        "",
    ],
)
async def test_what_is_no_object_is_not_found(studio: Studio, path: str) -> None:
    response = await studio.client.get(f"/uploads/{path}")
    assert response.status_code == 404
    assert response.headers["content-type"] == "application/problem+json"


async def test_the_extension_must_be_the_stored_one(studio: Studio, full: str) -> None:
    problem(await studio.client.get(full.replace(".png", ".jpg")), 404)


async def test_another_users_objects_are_not_found(studio: Studio, full: str) -> None:
    await studio.rows("UPDATE image SET user_id = $1", await other_user())
    problem(await studio.client.get(full), 404)


async def test_missing_bytes_are_said(studio: Studio, full: str) -> None:
    await studio.storage.delete([full.removeprefix("/uploads/")])
    assert "missing" in problem(await studio.client.get(full), 404)


async def test_large_objects_are_streamed(studio: Studio) -> None:
    picture = pictures.encode(pictures.photo(1400, 1000), "png", compress_level=0)
    response = await studio.client.post("/api/images", files=files(picture))
    full = response.json()["items"][0]["full"]
    assert (await studio.client.get(full)).content == picture
    part = await studio.client.get(full, headers={"range": "bytes=1000000-2999999"})
    assert part.content == picture[1_000_000:3_000_000]

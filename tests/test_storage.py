"""Objects are written once, read in ranges, and deleted without fuss."""

from __future__ import annotations

from pathlib import Path

import pytest

from aiimagecraft.config import Settings
from aiimagecraft.schema import uuid7
from aiimagecraft.storage import Storage, original_key, preview_key, thumb2x_key, thumb_key


@pytest.fixture
def storage(tmp_path: Path) -> Storage:
    return Storage(Settings(data_dir=tmp_path))


def test_names() -> None:
    image_id = uuid7()
    assert original_key(image_id, "jpeg") == f"{image_id}.jpg"
    assert thumb_key(image_id) == f"thumb/{image_id}.webp"
    assert thumb2x_key(image_id) == f"thumb/{image_id}@2x.webp"
    assert preview_key(image_id) == f"preview/{image_id}.webp"


async def test_an_object_is_created_and_never_overwritten(storage: Storage) -> None:
    assert await storage.put("a.png", b"first", "image/png")
    assert not await storage.put("a.png", b"second", "image/png")
    assert await storage.read("a.png") == b"first"
    assert await storage.size("a.png") == 5


async def test_a_range_is_streamed(storage: Storage) -> None:
    await storage.put("a.png", bytes(range(200)), "image/png")
    part = await storage.open("a.png", (10, 20))
    assert (part.size, part.start, part.stop) == (200, 10, 20)
    assert b"".join([chunk async for chunk in part.chunks]) == bytes(range(10, 20))


async def test_large_objects_are_put_whole(storage: Storage) -> None:
    data = bytes(7_000_000)
    await storage.put("large.png", data, "image/png")
    assert await storage.read("large.png") == data


async def test_a_missing_object(storage: Storage) -> None:
    for reading in (storage.read("no.png"), storage.size("no.png"), storage.open("no.png")):
        with pytest.raises(FileNotFoundError):
            await reading
    await storage.delete(["no.png", "thumb/no.webp"])
    await storage.copy("no.png", "copy.png")
    await storage.check()


@pytest.mark.parametrize("kind", ["png", "jpeg", "webp", "gif"])
async def test_an_original_is_found_by_its_id(storage: Storage, kind: str) -> None:
    image_id = uuid7()
    assert await storage.find_original(image_id) is None
    await storage.put(original_key(image_id, kind), b"x", f"image/{kind}")
    assert await storage.find_original(image_id) == b"x"


def test_a_bucket_opens_nothing_before_it_is_used() -> None:
    Storage(Settings(s3_bucket="b", s3_key="k", s3_secret="s", s3_endpoint="http://127.0.0.1:1"))

"""Objects are written once, read in ranges, and deleted without fuss, wherever they are kept."""

from __future__ import annotations

import asyncio
from pathlib import Path
from typing import Any

import pytest

from aiimagecraft.config import Settings
from aiimagecraft.schema import uuid7
from aiimagecraft.storage import Storage, original_key, preview_key, thumb2x_key, thumb_key


@pytest.fixture
def storage(tmp_path: Path, store: dict[str, Any]) -> Storage:
    return Storage(Settings(data_dir=tmp_path, **store))


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
    data = bytes(range(256)) * 200_000
    assert await storage.put("large.png", data, "image/png")
    assert await storage.read("large.png") == data
    part = await storage.open("large.png", (30_000_000, 30_001_000))
    assert (part.size, part.start, part.stop) == (len(data), 30_000_000, 30_001_000)
    assert b"".join([chunk async for chunk in part.chunks]) == data[30_000_000:30_001_000]
    whole = await storage.open("large.png")
    assert sum([len(chunk) async for chunk in whole.chunks]) == len(data)
    await storage.delete(["large.png"])


async def test_of_two_creates_at_the_same_time_one_wins(storage: Storage) -> None:
    contents = [bytes([turn]) * 100_000 for turn in range(8)]
    wrote = await asyncio.gather(*(storage.put("a.png", content, "image/png") for content in contents))
    assert sum(wrote) == 1
    assert await storage.read("a.png") == contents[wrote.index(True)]


async def test_what_is_there_is_listed(storage: Storage) -> None:
    assert [key async for key in storage.list_keys()] == []
    keys = {"a.png", "thumb/a.webp", "thumb/a@2x.webp", "preview/a.webp"}
    for key in keys:
        await storage.put(key, b"x", "image/webp")
    assert {key async for key in storage.list_keys()} == keys
    assert {key async for key in storage.list_keys("thumb")} == {"thumb/a.webp", "thumb/a@2x.webp"}
    assert [key async for key in storage.list_keys("answer")] == []


async def test_many_objects_are_deleted_and_listed(storage: Storage) -> None:
    keys = [f"thumb/{number}@2x.webp" for number in range(1_500)]
    for start in range(0, len(keys), 50):
        await asyncio.gather(*(storage.put(key, b"x", "image/webp") for key in keys[start : start + 50]))
    await storage.put("kept.png", b"x", "image/png")
    assert len([key async for key in storage.list_keys()]) == 1_501
    await storage.delete([*keys, "missing.png"])
    assert [key async for key in storage.list_keys()] == ["kept.png"]


async def test_a_copy_is_an_object_of_its_own(storage: Storage) -> None:
    await storage.put("a.webp", b"first", "image/webp")
    await storage.copy("a.webp", "thumb/b@2x.webp")
    await storage.delete(["a.webp"])
    assert await storage.read("thumb/b@2x.webp") == b"first"


@pytest.mark.parametrize("key", ["thumb/a b.webp", "a+b&c=d.png", "ä/ö~é.png", "a%2Fb.png", "#?.png"])
async def test_any_name_is_kept(storage: Storage, key: str) -> None:
    await storage.put(key, b"x", "image/png")
    assert [name async for name in storage.list_keys()] == [key]
    assert await storage.read(key) == b"x"
    await storage.delete([key])
    assert [name async for name in storage.list_keys()] == []


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

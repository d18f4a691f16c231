"""A bucket that is away, slow or cut off: what is said at the start, and what is lost, which is nothing."""

from __future__ import annotations

import time
from collections.abc import Generator
from pathlib import Path

import httpx
import pytest
from obstore.exceptions import BaseError
from tests import pictures
from tests.conftest import Studio, problem, stored
from tests.gallery.test_uploads import files
from tests.processes import free_port, serving
from tests.standins.objects import SECRET, Bucket
from tests.standins.objects_faults import Road, road_to
from tests.standins.process import PLAIN
from tests.test_cli import run

from aiimagecraft.config import Settings
from aiimagecraft.storage import Patience, Storage

DATA = bytes(range(256)) * 2_000
SHORT = Patience(silence=0.5, upload=1, reading=2, writing=2)


@pytest.fixture
def road(bucket: Bucket) -> Generator[Road]:
    with road_to(bucket) as road:
        yield road


@pytest.fixture
def settings(database_url: str, tmp_path: Path, road: Road) -> Settings:
    return Settings(database_url=database_url, data_dir=tmp_path, **road.bucket.settings)


@pytest.fixture
def storage(road: Road) -> Storage:
    return Storage(Settings(**road.bucket.settings), SHORT)


async def test_a_create_whose_answer_was_lost_is_found_done(storage: Storage, road: Road) -> None:
    road.plan("lose", "PUT")
    assert not await storage.put("a.png", DATA, "image/png")
    assert road.count("PUT") == 2
    assert await storage.read("a.png") == DATA


async def test_an_upload_is_kept_once_though_answers_were_lost(studio: Studio, road: Road) -> None:
    road.plan("lose", "PUT", 2)
    response = await studio.client.post("/api/images", files=files(pictures.png()))
    assert response.status_code == 201
    (item,) = response.json()["items"]
    assert (await studio.client.get(item["full"])).content == pictures.png()
    assert sorted(await stored(studio)) == [f"{item['id']}.png", f"thumb/{item['id']}.webp"]


@pytest.mark.parametrize("method", ["PUT", "GET"])
async def test_a_busy_store_is_asked_again(storage: Storage, road: Road, method: str) -> None:
    await storage.put("b.png", DATA, "image/png")
    road.clear()
    road.plan("busy", method, 3)
    assert await storage.put("a.png", DATA, "image/png") if method == "PUT" else await storage.read("b.png")
    assert road.count(method) == 4


async def test_a_store_that_stays_busy_is_given_up(storage: Storage, road: Road) -> None:
    road.plan("busy", "GET", 1_000)
    began = time.monotonic()
    with pytest.raises(BaseError, match="503"):
        await storage.read("a.png")
    assert time.monotonic() - began < 30


async def test_a_deletion_is_asked_for_again(storage: Storage, road: Road) -> None:
    await storage.put("a.png", DATA, "image/png")
    road.plan("busy", "POST", 2)
    road.plan("lose", "POST")
    await storage.delete(["a.png"])
    assert [key async for key in storage.list_keys()] == []


async def test_a_read_that_hears_nothing_is_begun_again(storage: Storage, road: Road) -> None:
    await storage.put("a.png", DATA, "image/png")
    road.plan("stall", "GET")
    assert await storage.read("a.png") == DATA


async def test_a_store_that_says_nothing_is_given_up(storage: Storage, road: Road) -> None:
    road.plan("stall", "GET", 100)
    road.plan("stall", "PUT", 100)
    began = time.monotonic()
    with pytest.raises(BaseError):
        await storage.read("a.png")
    with pytest.raises(BaseError):
        await storage.put("a.png", DATA, "image/png")
    assert time.monotonic() - began < 30


async def test_readiness_does_not_wait_for_a_store_that_says_nothing(studio: Studio, road: Road) -> None:
    road.plan("stall", "GET", 100)
    began = time.monotonic()
    problem(await studio.client.get("/health/ready"), 503, "storage")
    assert time.monotonic() - began < 15
    road.clear()
    assert (await studio.client.get("/health/ready")).status_code == 200


@pytest.mark.parametrize("kind", ["cut", "reset"])
async def test_a_read_goes_on_where_it_was_cut_off(storage: Storage, road: Road, kind: str) -> None:
    await storage.put("a.png", DATA, "image/png")
    road.plan("cut" if kind == "cut" else "reset", "GET", 2)
    part = await storage.open("a.png")
    assert b"".join([chunk async for chunk in part.chunks]) == DATA
    asked = [request.range for request in road.requests if request.method == "GET"]
    assert asked == [None, f"bytes={len(DATA) // 2}-{len(DATA) - 1}", f"bytes=384000-{len(DATA) - 1}"]


async def test_a_read_that_is_cut_off_again_and_again_fails(storage: Storage, road: Road) -> None:
    await storage.put("a.png", DATA, "image/png")
    road.plan("reset", "GET", 1_000)
    part = await storage.open("a.png")
    with pytest.raises(BaseError):
        assert [chunk async for chunk in part.chunks] == []


def test_an_answer_that_breaks_off_does_not_look_whole(tmp_path: Path, road: Road) -> None:
    picture = pictures.encode(pictures.photo(1400, 1000), "png", compress_level=0)
    with (
        serving(tmp_path / "data", **road.bucket.environment) as served,
        httpx.Client(base_url=served.url, timeout=60, verify=PLAIN, trust_env=False) as http,
    ):
        item = http.post("/api/images", files={"file": ("a.png", picture)}).json()["items"][0]
        assert http.get(item["full"]).content == picture
        road.plan("cut", "GET", 1_000)
        with pytest.raises(httpx.RemoteProtocolError, match="without sending complete"):
            http.get(item["full"])
        road.clear()
        assert http.get(item["full"]).content == picture
        assert SECRET not in served.output


WRONG = [
    ({"S3_BUCKET": "nowhere"}, "Error: S3_BUCKET: there is no bucket 'nowhere'"),
    ({"S3_KEY": "AKIDWRONG"}, "Error: S3_KEY and S3_SECRET: the store refused them"),
    ({"S3_SECRET": "hush-hush"}, "Error: S3_KEY and S3_SECRET: the store refused them"),
    ({"S3_ENDPOINT": f"http://127.0.0.1:{free_port()}"}, "Error: S3_ENDPOINT: http://127.0.0.1:"),
]


@pytest.mark.parametrize(("changes", "says"), WRONG)
@pytest.mark.parametrize("command", ["serve", "worker"])
def test_a_bucket_that_cannot_be_used_stops_the_start_with_one_line(
    tmp_path: Path, bucket: Bucket, command: str, changes: dict[str, str], says: str
) -> None:
    environment = {"PORT": str(free_port())} | bucket.environment | changes
    began = time.monotonic()
    result = run(command, cwd=tmp_path, **environment)
    assert time.monotonic() - began < 30
    assert (result.returncode, result.stdout) == (1, "")
    assert result.stderr.startswith(says)
    assert result.stderr.count("\n") == 1
    for secret in (SECRET, "hush"):
        assert secret not in result.stderr
    assert list(tmp_path.iterdir()) == []


def test_a_store_that_says_nothing_stops_the_start(tmp_path: Path, road: Road) -> None:
    road.plan("stall", "GET", 100)
    began = time.monotonic()
    result = run("serve", cwd=tmp_path, PORT=str(free_port()), **road.bucket.environment)
    assert time.monotonic() - began < 30
    assert result.returncode == 1
    assert result.stderr == f"Error: S3_ENDPOINT: {road.bucket.endpoint} does not answer\n"

"""Small files and small requests that would take a lot to open, sent to the real server."""

from __future__ import annotations

import io
import struct
import time
import zlib
from collections.abc import Callable

import httpx
import pytest
from PIL import Image
from tests import pictures
from tests.attacks.conftest import House
from tests.standins.process import PLAIN

MEGABYTE = 1024 * 1024
MOST_MEMORY = 200 * MEGABYTE
"""At its highest, beyond what the server had before."""


def gif(frames: int) -> bytes:
    """An animation of frames of a pixel each, 20 bytes a frame."""
    one = pictures.gif_with((100, 100), (0, 0, 1, 1))
    start = one.index(b",")
    return one[:start] + one[start:-1] * frames + b";"


def apng(frames: int) -> bytes:
    """An animated PNG of so many frames that are not there."""
    picture = pictures.encode(Image.new("RGB", (64, 64)))
    chunk = b"acTL" + struct.pack(">II", frames, 0)
    control = struct.pack(">I", 8) + chunk + struct.pack(">I", zlib.crc32(chunk))
    return picture[:33] + control + picture[33:]


def with_chunk(chunk: bytes) -> bytes:
    picture = pictures.png()
    return picture[:33] + chunk + picture[33:]


def profile(size: int) -> bytes:
    body = b"iCCP" + b"name\0\0" + zlib.compress(bytes(size), 9)
    return struct.pack(">I", len(body) - 4) + body + struct.pack(">I", zlib.crc32(body))


def scans(count: int) -> bytes:
    """A progressive JPEG of 64 megapixels whose last scan comes again and again."""
    picture = pictures.encode(Image.new("L", (8000, 8000), 200), "jpeg", progressive=True)
    last = picture.rindex(b"\xff\xc4", 0, picture.rindex(b"\xff\xda"))
    return picture[:-2] + picture[last:-2] * count + b"\xff\xd9"


def flat(width: int, height: int) -> bytes:
    """A PNG of one colour: 100 megapixels in 40 KB."""
    stored = io.BytesIO()
    Image.new("1", (width, height)).save(stored, "PNG")
    return stored.getvalue()


BOMBS: dict[str, tuple[Callable[[], bytes], set[int]]] = {
    "10,001 by 10,000 pixels": (lambda: flat(10_001, 10_000), {422}),
    "16,385 pixels a side": (lambda: flat(16_385, 8), {422}),
    "50 MB of text": (
        lambda: with_chunk(pictures.text_chunk("parameters", "x" * 50 * MEGABYTE, "zTXt")), {201},
    ),
    "1,000 texts of 10 MB": (
        lambda: with_chunk(pictures.text_chunk("parameters", "x" * 10 * MEGABYTE, "zTXt") * 1000), {201},
    ),
    "a colour profile of 100 MB": (lambda: with_chunk(profile(100 * MEGABYTE)), {201}),
    "100,000 frames of GIF": (lambda: gif(100_000), {201, 422}),
    "2 billion frames of PNG": (lambda: apng(2**31 - 1), {201}),
    "10,000 scans of 64 megapixels": (lambda: scans(10_000), {422}),
    **{name: (lambda data=data: data, {422}) for name, data in pictures.bombs().items()},
}  # fmt: skip


@pytest.mark.parametrize("bomb", BOMBS)
def test_an_image_bomb_is_refused_or_taken_at_little_cost(house: House, bomb: str) -> None:
    make, expected = BOMBS[bomb]
    data = make()
    with house.browser() as anna, house.watched() as grown:
        started = time.monotonic()
        answer = anna.post("/api/images", files={"file": ("bomb", data)})
        seconds, most = time.monotonic() - started, grown() / MEGABYTE
    print(  # noqa: T201
        f"{bomb} ({len(data):,} bytes): {answer.status_code} after {seconds:.2f} s, {most:.0f} MB more"
    )
    assert answer.status_code in expected, answer.text
    assert most * MEGABYTE < MOST_MEMORY
    if answer.status_code == 201:
        assert len(answer.json()["items"][0]["prompt"]) <= 32_000


def test_100_bombs_at_once_leave_the_server_as_it_was(house: House) -> None:
    data = pictures.png_bomb(60_000, 60_000)
    with house.browser() as anna, house.watched() as grown:
        answer = anna.post("/api/images", files=[("file", ("bomb.png", data))] * 100)
        assert answer.status_code == 422
        assert anna.get("/api/gallery").status_code == 200
        assert grown() < MOST_MEMORY


def test_a_zip_names_at_most_1000_images_and_streams_what_a_filter_finds(house: House) -> None:
    """Archives are only written here; what an address asks for is bounded, and nothing is staged."""
    with house.browser() as anna, house.watched() as grown:
        ids = [item["id"] for item in anna.get("/api/gallery").json()["items"]][:1]
        assert anna.post("/api/images/zip", json={"ids": ids * 1001}).status_code == 400
        unknown = [f"019aa000-0000-7000-8000-{number:012d}" for number in range(1000)]
        assert anna.post("/api/images/zip", json={"ids": unknown}).status_code == 404
        made = anna.post("/api/images/zip", json={"ids": ids * 1000}).json()
        assert made["count"] == 1
        every = {"filter": {"before": "2100-01-01T00:00:00Z"}}
        links = [anna.post("/api/images/zip", json=every).json()["url"] for _ in range(100)]
        with httpx.Client(base_url=house.served.url, verify=PLAIN, trust_env=False) as nobody:
            assert nobody.get(links[0]).status_code == 401
        whole = anna.get(links[-1])
        assert whole.headers["content-type"] == "application/zip"
        assert grown() < MOST_MEMORY


def test_an_uploaded_archive_is_no_picture(house: House) -> None:
    packed = b"PK\x03\x04" + bytes(100)
    with house.browser() as anna:
        for data in (packed, b"\x1f\x8b\x08" + bytes(100), pictures.STRANGERS["svg"]):
            assert anna.post("/api/images", files={"file": ("a.png", data)}).status_code == 415


def test_a_body_that_says_it_is_compressed_is_not_opened(house: House) -> None:
    bomb = zlib.compress(b" " * 100 * MEGABYTE, 9)
    with house.browser() as anna:
        for coding in ("deflate", "gzip", "br"):
            answer = anna.post(
                "/api/login",
                content=bomb,
                headers={"content-encoding": coding, "content-type": "application/json"},
            )
            assert answer.status_code == 400

import time

import pytest
from tests import pictures

from aiimagecraft.gallery import containers, imaging


@pytest.mark.parametrize(
    ("label", "piece"),
    [
        ("gif comment", b"!\xfe" + (b"\xff" + bytes(255)) * 30_000 + b"\0"),
        ("gif blocks", b"!\xfe\0" * 2_000_000),
        ("png chunks", pictures.png_chunk(b"teSt", b"") * 500_000),
        ("jpeg junk", b"\xff\xe1\0\2" + bytes(6_000_000)),
        ("jpeg segments", (b"\xff\xe1\xff\xffExif\0\0" + bytes(65_527)) * 90),
    ],
)
def test_a_file_stuffed_with_parts_costs_little_time(label: str, piece: bytes) -> None:
    format = label.partition(" ")[0]  # noqa: A001
    data = pictures.encode(pictures.photo(40, 30, "L"), format)
    at = {"gif": 13 + 3 * 256, "png": 33, "jpeg": 2}[format]
    began = time.process_time()
    try:
        assert imaging.prepare(data[:at] + piece + data[at:]).width == 40
    except imaging.ImageRefused as refused:
        assert label in ("gif blocks", "png chunks"), refused  # noqa: PT017
    # Linear work takes under a second of the processor, also a busy one; a quadratic walk takes minutes.
    assert time.process_time() - began < 10


def test_damaged_parts_that_make_no_pixels_do_not_matter() -> None:
    plain = pictures.png()
    junk = [
        pictures.png_chunk(kind, b"\0")
        for kind in (b"iCCP", b"gAMA", b"pHYs", b"acTL", b"fcTL", b"eXIf", b"cHRM")
    ]
    assert imaging.prepare(pictures.with_chunks(plain, *junk)).thumb == imaging.prepare(plain).thumb
    jpeg = pictures.encode(pictures.photo(), "jpeg")
    exif = b"\xff\xe1\x00\x20Exif\0\0MM\0*\0\0\0\x08\xff\xff" + bytes(14)
    assert imaging.prepare(jpeg[:2] + exif + jpeg[2:]).thumb == imaging.prepare(jpeg).thumb


def test_pixels_of_leaves_a_plain_picture_alone_and_takes_words_out() -> None:
    plain = pictures.png(20, 20)
    assert containers.pixels_of(plain, "png") is plain
    wordy = pictures.with_chunks(plain, pictures.text_chunk("parameters", "a cat"))
    assert containers.pixels_of(wordy, "png") == plain
    jpeg = pictures.oriented(6)
    assert b"Exif" in jpeg
    assert b"Exif" not in containers.pixels_of(jpeg, "jpeg")
    film = pictures.animation("gif", 5)
    still = containers.pixels_of(film, "gif")
    assert [part.kind for part in containers.gif_blocks(film)].count(b",") == 5
    assert [part.kind for part in containers.gif_blocks(still)].count(b",") == 1


@pytest.mark.parametrize("orientation", range(1, 9))
def test_orientation_of_reads_both_byte_orders(orientation: int) -> None:
    little = b"II*\0\x08\0\0\0\1\0\x12\1\3\0\1\0\0\0" + bytes((orientation, 0, 0, 0))
    big = b"MM\0*\0\0\0\x08\0\1\1\x12\0\3\0\0\0\1" + bytes((0, orientation, 0, 0))
    assert containers.orientation_of(little) == containers.orientation_of(big) == orientation


@pytest.mark.parametrize(
    "exif", [None, b"", b"II", b"II*\0\xff\xff\xff\xff", b"MM\0*\0\0\0\x08\xff\xff", bytes(40)]
)
def test_a_damaged_exif_is_upright(exif: bytes | None) -> None:
    assert containers.orientation_of(exif) == 1

import base64
import io
import threading
import time
import tracemalloc
import warnings
import zlib
from concurrent.futures import ThreadPoolExecutor
from hashlib import sha256

import pytest
from hypothesis import given
from hypothesis import strategies as st
from PIL import Image, ImageChops, ImageOps, ImageStat, features
from tests import pictures

from aiimagecraft.gallery import imaging
from aiimagecraft.gallery.containers import Format

sides = st.integers(1, imaging.SIDE_MAX)


def opened(data: bytes) -> Image.Image:
    image = Image.open(io.BytesIO(data))
    image.load()
    return image


def thumb_of(data: bytes) -> Image.Image:
    return opened(imaging.prepare(data).thumb)


def pixel_at(image: Image.Image, place: tuple[int, int]) -> tuple[int, ...]:
    pixel = image.getpixel(place)
    assert isinstance(pixel, tuple)
    return pixel


def centre(image: Image.Image) -> tuple[int, ...]:
    return pixel_at(image, (image.width // 2, image.height // 2))


def near(left: tuple[int, ...], right: tuple[int, ...], tolerance: int = 16) -> bool:
    return len(left) == len(right) and all(
        abs(one - other) <= tolerance for one, other in zip(left, right, strict=True)
    )


def refusal(data: bytes) -> imaging.ImageRefused:
    with pytest.raises(imaging.ImageRefused) as refused:
        imaging.prepare(data)
    assert str(refused.value)
    return refused.value


@pytest.mark.parametrize("format", imaging.FORMATS)
def test_prepare_describes_each_format(format: Format) -> None:  # noqa: A002
    data = pictures.encode(pictures.photo(500, 300), format)
    prepared = imaging.prepare(data)
    assert imaging.sniff(data) == prepared.format == format
    assert (prepared.width, prepared.height) == (500, 300)
    assert prepared.bytes == len(data)
    assert prepared.sha256 == sha256(data).hexdigest()
    assert len(base64.b64decode(prepared.placeholder)) >= 15
    thumb = opened(prepared.thumb)
    assert (thumb.format, thumb.mode, thumb.size) == ("WEBP", "RGB", (256, 154))
    expected = opened(data).convert("RGB").resize(thumb.size, Image.Resampling.LANCZOS)
    assert near(centre(thumb), centre(expected), 24)


def test_prepare_is_the_same_in_many_threads() -> None:
    data = pictures.png()
    barrier = threading.Barrier(4)

    def run(_: int) -> imaging.Prepared:
        barrier.wait()
        return imaging.prepare(data)

    with ThreadPoolExecutor(4) as pool:
        assert len(set(map(repr, pool.map(run, range(4))))) == 1


@pytest.mark.parametrize("stranger", pictures.STRANGERS)
def test_other_files_are_unsupported(stranger: str) -> None:
    assert imaging.sniff(pictures.STRANGERS[stranger]) is None
    assert refusal(pictures.STRANGERS[stranger]).reason == "unsupported"


@pytest.mark.parametrize("bomb", pictures.bombs())
def test_a_bomb_is_refused_in_no_time_and_memory(bomb: str) -> None:
    data = pictures.bombs()[bomb]
    tracemalloc.start()
    began = time.process_time()
    try:
        assert refusal(data).reason == "too-large"
        assert time.process_time() - began < 1
        assert tracemalloc.get_traced_memory()[1] < 1_000_000
    finally:
        tracemalloc.stop()


def test_the_bounds_are_inclusive() -> None:
    assert imaging.probe(pictures.png_bomb(16_384, 1)).width == 16_384
    assert imaging.probe(pictures.png_bomb(10_000, 10_000)).height == 10_000
    for width, height in ((16_385, 1), (1, 16_385), (10_000, 10_001)):
        with pytest.raises(imaging.ImageRefused, match=f"{width} x {height}"):
            imaging.probe(pictures.png_bomb(width, height))


def test_a_picture_above_the_limit_of_pillow_and_below_ours_is_taken_without_a_warning() -> None:
    limit = Image.MAX_IMAGE_PIXELS
    assert limit is not None
    data = pictures.encode(Image.new("1", (9_600, 9_600)), "png")
    assert limit < 9_600 * 9_600
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        assert imaging.prepare(data).width == 9_600
        large = Image.new("P", (9_600, 9_600))
        assert imaging.prepare(pictures.encode(large, "gif", disposal=2)).width == 9_600
    assert limit == Image.MAX_IMAGE_PIXELS


def test_a_decoder_that_reads_another_size_than_the_header_is_not_let_loose() -> None:
    small = pictures.encode(pictures.photo(16, 16), "jpeg")
    hierarchical = b"\xff\xde\x00\x0b\x08\xff\xff\xff\xff\x01\x01\x11\x00"
    assert refusal(small[:2] + hierarchical + small[2:]).reason == "broken"
    at = small.index(b"\xff\xc0")
    frame = small[at : at + 19]
    assert refusal(small[:at] + frame + small[at:]).reason == "broken"


@pytest.mark.parametrize("format", imaging.FORMATS)
def test_a_picture_cut_anywhere_is_broken(format: Format) -> None:  # noqa: A002
    data = pictures.encode(pictures.photo(64, 48), format)
    # A GIF without its trailer is whole: browsers show it, and nothing but the mark of its end is lost.
    last = len(data) - (1 if format == "gif" else 0)
    cuts = [*range(12, 60), *range(60, last, max(1, last // 60)), *range(last - 20, last)]
    for cut in cuts:
        assert refusal(data[:cut]).reason == "broken", cut


@pytest.mark.parametrize("format", ["gif", "webp", "png"])
def test_an_animation_cut_in_a_later_frame_is_broken(format: str) -> None:  # noqa: A002
    data = pictures.animation(format, 5, (200, 150))
    assert refusal(data[: len(data) - 25]).reason == "broken"


@pytest.mark.parametrize("format", imaging.FORMATS)
@given(data=st.data())
def test_damaged_bytes_are_refused_or_taken_but_never_fail_otherwise(
    format: Format,  # noqa: A002
    data: st.DataObject,
) -> None:
    whole = bytearray(pictures.encode(pictures.photo(40, 30), format))
    for _ in range(data.draw(st.integers(1, 8))):
        whole[data.draw(st.integers(0, len(whole) - 1))] = data.draw(st.integers(0, 255))
    try:
        imaging.prepare(bytes(whole))
    except imaging.ImageRefused:
        return


@given(
    st.binary(max_size=200),
    st.sampled_from([b"\x89PNG\r\n\x1a\n", b"\xff\xd8\xff", b"RIFF\0\0\0\0WEBP", b"GIF89a"]),
)
def test_magic_bytes_before_nonsense_are_refused(noise: bytes, magic: bytes) -> None:
    assert refusal(magic + noise).reason in ("broken", "too-large")


def test_a_header_with_a_wrong_checksum_is_broken() -> None:
    data = bytearray(pictures.png())
    data[19] ^= 1
    assert refusal(bytes(data)).reason == "broken"


@pytest.mark.parametrize("kind", ["tEXt", "zTXt", "iTXt", "iTXt-compressed"])
@pytest.mark.parametrize("after_pixels", [False, True])
def test_a_huge_text_chunk_does_not_matter(kind: str, after_pixels: bool) -> None:
    plain = pictures.png()
    chunk = pictures.text_chunk("workflow", "x" * 3_000_000, kind)
    wordy = pictures.with_chunks(plain, chunk, after_pixels=after_pixels)
    assert imaging.prepare(wordy).thumb == imaging.prepare(plain).thumb


@pytest.mark.parametrize("format", ["jpeg", "webp", "png"])
@pytest.mark.parametrize("orientation", range(1, 9))
def test_orientation_is_applied(format: Format, orientation: int) -> None:  # noqa: A002
    data = pictures.oriented(orientation, format)
    prepared = imaging.prepare(data)
    assert (prepared.width, prepared.height) == (400, 200)
    header = imaging.probe(data)
    assert (header.stored_width, header.stored_height) == opened(data).size
    thumb = opened(prepared.thumb).convert("RGB")
    assert thumb.size == (256, 128)
    places = ((20, 20), (236, 20), (20, 108), (236, 108))
    wanted = (pictures.RED, pictures.GREEN, pictures.BLUE, pictures.YELLOW)
    for place, colour in zip(places, wanted, strict=True):
        assert near(pixel_at(thumb, place), colour, 40)


def test_an_oriented_tall_picture_is_cropped_in_its_upright_form() -> None:
    data = pictures.oriented(6, "jpeg", width=300, height=3000)
    assert opened(data).size == (3000, 300)
    thumb = thumb_of(data)
    assert thumb.size == (256, 1024)
    expected = ImageOps.exif_transpose(opened(data)).resize((256, 1024), box=(0, 900, 300, 2100))
    for place in ((20, 20), (236, 20), (20, 1000), (236, 1000)):
        assert near(pixel_at(thumb, place), pixel_at(expected, place), 40)


@pytest.mark.parametrize("mode", ["1", "L", "LA", "P", "RGB", "RGBA", "I;16"])
def test_png_of_every_kind_keeps_its_look(mode: str) -> None:
    grey = pictures.photo(300, 200, "L")
    if mode == "I;16":
        wide = b"".join(bytes((7, sample)) for sample in grey.tobytes())
        image = Image.frombytes("I;16", grey.size, wide)
    else:
        image = (grey if mode in ("1", "L", "LA") else pictures.photo(300, 200)).convert(mode)
    wanted = pictures.photo(300, 200, "L" if mode in ("1", "L", "LA", "I;16") else "RGB").convert("RGB")
    thumb = thumb_of(pictures.encode(image))
    assert thumb.mode == "RGB"
    small = [picture.convert("RGB").resize((3, 2), Image.Resampling.BOX) for picture in (thumb, wanted)]
    assert near(tuple(small[0].tobytes()), tuple(small[1].tobytes()), 12)


def test_sixteen_bit_colour_and_its_transparent_colour() -> None:
    rows = b"".join(b"\0" + b"\xff\x12\0\0\0\0" * 10 + b"\0\0\xff\x34\0\0" * 10 for _ in range(20))
    header = (20).to_bytes(4, "big") * 2 + b"\x10\x02\0\0\0"
    body = [
        pictures.png_chunk(b"IHDR", header),
        pictures.png_chunk(b"tRNS", b"\xff\x12\0\0\0\0"),
        pictures.png_chunk(b"IDAT", zlib.compress(rows)),
        pictures.png_chunk(b"IEND", b""),
    ]
    thumb = thumb_of(b"\x89PNG\r\n\x1a\n" + b"".join(body))
    left, right = pixel_at(thumb, (3, 10)), pixel_at(thumb, (16, 10))
    assert left[3] == 0
    assert near(right, (0, 255, 0, 255), 30)


def test_cmyk_jpeg_becomes_rgb() -> None:
    data = pictures.encode(Image.new("RGB", (60, 40), pictures.RED).convert("CMYK"), "jpeg", quality=95)
    thumb = thumb_of(data)
    assert thumb.mode == "RGB"
    assert near(centre(thumb), pictures.RED, 24)


@pytest.mark.parametrize("format", ["png", "webp"])
def test_alpha_is_kept_and_hidden_colours_do_not_bleed(format: str) -> None:  # noqa: A002
    image = Image.new("RGBA", (600, 600), (255, 255, 255, 0))
    image.paste((200, 0, 0, 255), (0, 0, 300, 600))
    prepared = imaging.prepare(
        pictures.encode(image, format, **({"lossless": True} if format == "webp" else {}))
    )
    thumb = opened(prepared.thumb)
    assert thumb.mode == "RGBA"
    left, right = pixel_at(thumb, (60, 128)), pixel_at(thumb, (200, 128))
    assert near(left, (200, 0, 0, 255))
    assert right[3] == 0
    assert base64.b64decode(prepared.placeholder)[2] & 0x80


def test_palette_transparency_of_png_and_gif() -> None:
    image = Image.new("P", (40, 40), 1)
    image.putpalette([0, 0, 0, *pictures.RED, *pictures.BLUE])
    image.paste(2, (0, 0, 20, 40))
    for data in (
        pictures.encode(image, "png", transparency=2),
        pictures.encode(image, "png", transparency=bytes((255, 255, 0))),
        pictures.encode(image, "gif", transparency=2),
    ):
        thumb = thumb_of(data)
        left, right = pixel_at(thumb, (8, 20)), pixel_at(thumb, (32, 20))
        assert left[3] == 0
        assert near(right, (*pictures.RED, 255))


@pytest.mark.parametrize("key", [0, 1, 3])
def test_transparent_grey_is_found_in_the_depth_of_the_file(key: int) -> None:
    # Eight pixels a row, two bits each: 0 0 1 1 2 2 3 3.
    rows = b"".join(b"\0" + bytes((0b00000101, 0b10101111)) for _ in range(8))
    header = (8).to_bytes(4, "big") * 2 + b"\x02\0\0\0\0"
    body = [(b"IHDR", header), (b"tRNS", bytes((0, key))), (b"IDAT", zlib.compress(rows)), (b"IEND", b"")]
    data = b"\x89PNG\r\n\x1a\n" + b"".join(pictures.png_chunk(kind, payload) for kind, payload in body)
    alpha = thumb_of(data).getchannel("A")
    assert [alpha.getpixel((2 * sample, 4)) == 0 for sample in range(4)] == [
        sample == key for sample in range(4)
    ]


def by_both_decoders(data: bytes) -> tuple[imaging.Prepared | str, imaging.Prepared | str]:
    def outcome() -> imaging.Prepared | str:
        try:
            return imaging.prepare(data)
        except imaging.ImageRefused as refused:
            return refused.reason

    first = outcome()
    with pytest.MonkeyPatch.context() as without:
        without.setattr(imaging, "_libvips", lambda: None)
        return first, outcome()


@pytest.mark.parametrize("mode", ["RGB", "RGBA"])
@pytest.mark.parametrize("size", [(1024, 1024), (1536, 1024), (601, 299), (900, 7), (200, 4000)])
def test_libvips_and_pillow_show_the_same(mode: str, size: tuple[int, int]) -> None:
    pytest.importorskip("pyvips")
    image = pictures.photo(*size)
    if mode == "RGBA":
        image.putalpha(pictures.photo(*size, "L"))
    pair = by_both_decoders(pictures.encode(image))
    left, right = (opened(made.thumb) for made in pair if not isinstance(made, str))
    assert (left.mode, left.size) == (right.mode, right.size)
    difference = ImageChops.difference(left, right).convert("RGB")
    assert max(ImageStat.Stat(difference).mean) < 2.5


def test_libvips_reads_no_other_format() -> None:
    vips = pytest.importorskip("pyvips")
    imaging.prepare(pictures.png())
    with pytest.raises(vips.Error, match="blocked"):
        vips.Image.jpegload_buffer(pictures.encode(pictures.photo(), "jpeg"))


@given(data=st.data())
def test_libvips_changes_no_verdict_on_damaged_pixels(data: st.DataObject) -> None:
    pytest.importorskip("pyvips")
    mode = data.draw(st.sampled_from(["RGB", "RGBA"]))
    channels, pixels = len(mode), pictures.photo(40, 30).convert(mode)
    rows = bytearray()
    for row in range(pixels.height):
        # Up to 4 is a filter that exists.
        rows += bytes((data.draw(st.integers(0, 5)),)) + pixels.crop((0, row, 40, row + 1)).tobytes()
    rows += bytes(data.draw(st.sampled_from([0, 0, 1, 500])))
    packed = bytearray(zlib.compress(bytes(rows[: data.draw(st.sampled_from([len(rows), len(rows) - 1]))])))
    for _ in range(data.draw(st.integers(0, 2))):
        packed[data.draw(st.integers(0, len(packed) - 1))] = data.draw(st.integers(0, 255))
    cut = data.draw(st.integers(0, len(packed)))
    header = (
        (40).to_bytes(4, "big") + (30).to_bytes(4, "big") + bytes((8, 2 if channels == 3 else 6, 0, 0, 0))
    )
    body = [(b"IHDR", header), (b"IDAT", packed[:cut]), (b"IDAT", packed[cut:]), (b"IEND", b"")]
    chunks = b"".join(pictures.png_chunk(kind, bytes(payload)) for kind, payload in body)
    left, right = by_both_decoders(b"\x89PNG\r\n\x1a\n" + chunks)
    assert isinstance(left, str) == isinstance(right, str)
    assert left == right or not isinstance(left, str)


@pytest.mark.parametrize("format", ["gif", "webp", "png"])
def test_the_first_frame_of_an_animation_is_shown(format: str) -> None:  # noqa: A002
    thumb = thumb_of(pictures.animation(format))
    assert near(centre(thumb), pictures.RED)


def test_a_gif_frame_smaller_than_its_screen_leaves_the_rest_clear() -> None:
    thumb = thumb_of(pictures.gif_with((20, 20), (10, 10, 1, 1)))
    assert thumb.size == (20, 20)
    assert pixel_at(thumb, (0, 0))[3] == 0
    assert thumb.getchannel("A").getpixel((10, 10)) == 255


def profile(name: bytes, space: bytes = b"RGB ", size: int = 600) -> bytes:
    return (bytes(16) + space + bytes(100) + name).ljust(size, b"\0")


@pytest.mark.parametrize("format", ["png", "jpeg", "webp"])
def test_a_colour_profile_is_carried_when_it_is_needed(format: str) -> None:  # noqa: A002
    def carried(icc: bytes, mode: str = "RGB") -> bytes | None:
        thumb = thumb_of(pictures.encode(pictures.photo(mode=mode), format, icc_profile=icc))
        return thumb.info.get("icc_profile")

    assert carried(profile(b"Display P3")) == profile(b"Display P3")
    assert carried(profile(b"sRGB IEC61966-2.1")) is None
    assert carried(profile(b"Dot Gain 20%", b"GRAY"), "L") is None
    assert carried(profile(b"Huge", size=70_000)) is None


@given(sides, sides, st.sampled_from([256, 512, 1024]))
def test_frame_of_holds_its_rules(width: int, height: int, target: int) -> None:
    frame = imaging.frame_of(width, height, target)
    assert frame.width == min(width, target)
    assert 1 <= frame.height <= min(4 * target, max(height, 1))
    assert frame.top >= 0
    assert frame.top + frame.rows <= height * (1 + 1e-12)
    assert frame.top == pytest.approx((height - frame.rows) / 2)
    if frame.height > 1:
        shape, shown = frame.height / frame.width, frame.rows / width
        assert shape == pytest.approx(shown, abs=0.5 / frame.width + 1e-9)
    if height * frame.width <= 4 * target * width:
        assert frame.rows == height


@pytest.mark.parametrize(
    ("size", "expected"),
    [
        ((1, 1), (1, 1)),
        ((256, 256), (256, 256)),
        ((100, 50), (100, 50)),
        ((100, 3000), (100, 1024)),
        ((1024, 4096), (256, 1024)),
        ((1024, 5000), (256, 1024)),
        ((4000, 3), (256, 1)),
        ((1536, 1024), (256, 171)),
    ],
)
def test_thumbnail_sizes(size: tuple[int, int], expected: tuple[int, int]) -> None:
    assert thumb_of(pictures.encode(Image.new("RGB", size, pictures.RED))).size == expected


@pytest.mark.parametrize("format", ["png", "jpeg"])
@pytest.mark.parametrize("size", [(2000, 1500), (700, 500), (300, 200), (600, 4000)])
def test_derivatives_are_larger_thumbnails(format: str, size: tuple[int, int]) -> None:  # noqa: A002
    data = pictures.encode(pictures.photo(*size), format)
    thumb = thumb_of(data)
    thumb2x, preview = map(opened, imaging.derivatives(data))
    for image, width in ((thumb2x, 512), (preview, 1024)):
        assert image.size == imaging.frame_of(*size, width)[:2]
        assert image.format == "WEBP"
        assert near(centre(image), centre(thumb), 16)


def test_check_codecs_names_what_to_install(monkeypatch: pytest.MonkeyPatch) -> None:
    imaging.check_codecs()

    def without_webp(codec: str) -> bool:
        return codec != "webp"

    monkeypatch.setattr(features, "check", without_webp)
    with pytest.raises(RuntimeError, match="libwebp-dev") as missing:
        imaging.check_codecs()
    assert "\n" not in str(missing.value)
    assert "libjpeg" not in str(missing.value)

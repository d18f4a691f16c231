import io
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from hashlib import sha256

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import Image, ImageChops, ImageFont
from tests import pictures

from aiimagecraft.generation.providers import sketch
from aiimagecraft.generation.providers.sketch_scenes import SCENES

SMALL = (96, 64)


def ignore(_: object) -> None:
    pass


def painted(
    prompt: str, size: tuple[int, int] = SMALL, index: int = 0, sources: tuple[bytes, ...] = ()
) -> bytes:
    return sketch.paint(prompt, size=size, index=index, sources=sources, on_progress=ignore)


def opened(data: bytes) -> Image.Image:
    image = Image.open(io.BytesIO(data))
    image.load()
    return image


@pytest.mark.parametrize("size", sketch.SIZES)
def test_a_sketch_is_a_png_of_its_size_that_says_what_it_is(size: tuple[int, int]) -> None:
    image = opened(painted("a lighthouse at sunset", size))
    assert (image.format, image.mode, image.size) == ("PNG", "RGB", size)
    assert image.info["Software"] == "aiimagecraft sketch"


def test_the_label_can_be_read_on_light_and_dark(monkeypatch: pytest.MonkeyPatch) -> None:
    assert sketch.LABEL == "Sketch · no model made this"
    for prompt in ("snow", "midnight"):
        labelled = opened(painted(prompt, (1024, 1024)))
        with monkeypatch.context() as patched:
            patched.setattr(sketch, "_label", ignore)
            bare = opened(painted(prompt, (1024, 1024)))
        left, top, right, bottom = ImageChops.difference(labelled, bare).getbbox() or (0, 0, 0, 0)
        assert top > 940
        assert bottom > 990
        assert right - left > 240
        darkest, lightest = labelled.crop((left, top, right, bottom)).convert("L").getextrema()
        assert isinstance(lightest, int)
        assert isinstance(darkest, int)
        assert lightest - darkest > 90


def test_the_label_is_there_without_freetype(monkeypatch: pytest.MonkeyPatch) -> None:
    with_freetype = painted("snow", (1024, 1024))

    def bitmap(_: float) -> ImageFont.ImageFont:
        font = ImageFont.load_default_imagefont()
        assert isinstance(font, ImageFont.ImageFont)
        return font

    monkeypatch.setattr(ImageFont, "load_default", bitmap)
    box = ImageChops.difference(opened(with_freetype), opened(painted("snow", (1024, 1024)))).getbbox()
    assert box
    assert box[1] > 940


def test_the_same_request_gives_the_same_bytes_in_threads_and_in_other_processes() -> None:
    source = pictures.png(60, 40)
    expected = painted("a red fox 🦊", SMALL, 1, (source,))
    with ThreadPoolExecutor(4) as pool:
        running = [pool.submit(painted, "a red fox 🦊", SMALL, 1, (source,)) for _ in range(8)]
        assert {run.result() for run in running} == {expected}
    script = (
        "import sys, hashlib; from aiimagecraft.generation.providers.sketch import paint;"
        f"data = paint('a red fox 🦊', size={SMALL}, index=1, sources=[sys.stdin.buffer.read()],"
        " on_progress=lambda _: None); print(hashlib.sha256(data).hexdigest())"
    )
    found = subprocess.run(
        [sys.executable, "-c", script], input=source, capture_output=True, check=True
    ).stdout
    assert found.decode().strip() == sha256(expected).hexdigest()


def test_prompt_size_index_and_sources_each_make_another_picture() -> None:
    one, other = pictures.png(60, 40, seed=1), pictures.png(60, 40, seed=2)
    sketches = [
        painted("a fox"),
        painted("a fox "),
        painted("a fox", (64, 96)),
        painted("a fox", index=1),
        painted("a fox", sources=(one,)),
        painted("a fox", sources=(other,)),
        painted("a fox", sources=(one, other)),
    ]
    assert len(set(sketches)) == len(sketches)


def mean(prompt: str) -> tuple[int, int, int]:
    pixel = opened(painted(prompt)).resize((1, 1), Image.Resampling.BOX).getpixel((0, 0))
    assert isinstance(pixel, tuple)
    return pixel[0], pixel[1], pixel[2]


def test_words_of_colour_and_mood_lead_the_palette() -> None:
    red, green, blue = (mean(f"a {colour} vase") for colour in ("red", "green", "blue"))
    assert red[0] > max(red[1:])
    assert green[1] > max(green[0], green[2])
    assert blue[2] > max(blue[:2])
    assert sum(mean("snow")) > sum(mean("midnight")) + 100


@pytest.mark.parametrize("name", SCENES)
@pytest.mark.parametrize("size", [SMALL, (64, 96)])
def test_every_scene_paints_something(
    name: str, size: tuple[int, int], monkeypatch: pytest.MonkeyPatch
) -> None:
    from aiimagecraft.generation.providers import sketch_canvas  # noqa: PLC0415

    monkeypatch.setattr(sketch_canvas, "_ANY_SCENE", name)
    with_scene = opened(painted("zzz", size))
    monkeypatch.setattr(sketch_canvas, "_ANY_SCENE", "none")
    assert ImageChops.difference(with_scene, opened(painted("zzz", size))).getbbox()


def test_progress_rises_to_one_and_what_it_raises_ends_the_work() -> None:
    seen: list[float] = []
    sketch.paint("stars at night", size=SMALL, index=0, on_progress=seen.append)
    assert len(seen) >= 5
    assert seen == sorted(set(seen))
    assert 0 < seen[0] < seen[-1] == 1

    def stop(_: float) -> None:
        raise TimeoutError

    with pytest.raises(TimeoutError):
        sketch.paint("stars", size=SMALL, index=0, on_progress=stop)


@pytest.mark.parametrize("format", ["png", "jpeg", "webp", "gif"])
def test_a_source_is_blended_in(format: str) -> None:  # noqa: A002
    source = pictures.encode(Image.new("RGB", (300, 200), pictures.GREEN), format)
    image = opened(painted("a blue vase", (1024, 1024), 0, (source,)))
    pixel = image.getpixel((512, 480))
    assert isinstance(pixel, tuple)
    assert pixel[1] > 150 > max(pixel[0], pixel[2])


@pytest.mark.parametrize("source", [b"", b"nonsense", pictures.SVG, pictures.png()[:900], pictures.png(1, 1)])
def test_a_source_that_cannot_be_read_does_not_matter(source: bytes) -> None:
    assert opened(painted("a vase", sources=(source,))).size == SMALL


@pytest.mark.parametrize(
    "prompt",
    [
        "",
        "\0",
        "x" * 32_000,
        "🐈" * 32_000,
        "قطة تحت المطر",
        "red " * 8_000,
        "\ud800",
        "forest sunset snow rain neon",
    ],
    ids=str.__len__,
)
def test_any_prompt_is_painted(prompt: str) -> None:
    assert opened(painted(prompt)).size == SMALL


@given(st.text(st.characters()), st.integers(0, 9))
@settings(max_examples=30)
def test_no_prompt_fails(prompt: str, index: int) -> None:
    assert opened(painted(prompt, index=index)).size == SMALL

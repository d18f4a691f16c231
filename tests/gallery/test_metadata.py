import json
import time
from typing import Literal

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests import pictures

from aiimagecraft.gallery import metadata
from aiimagecraft.gallery.containers import Format
from aiimagecraft.gallery.imaging import FORMATS

SETTINGS = "Steps: 20, Sampler: Euler a, CFG scale: 7, Seed: 1, Size: 512x768"
CAT = "a cat, <lora:ink:0.8>\nin the rain"


def prompt_in(*chunks: bytes, after_pixels: bool = False) -> str | None:
    picture = pictures.with_chunks(pictures.png(40, 30), *chunks, after_pixels=after_pixels)
    return metadata.prompt_of(picture, "png")


def parameters(text: str) -> str | None:
    return prompt_in(pictures.text_chunk("parameters", text, "iTXt"))


@pytest.mark.parametrize("kind", ["tEXt", "zTXt", "iTXt", "iTXt-compressed"])
@pytest.mark.parametrize("after_pixels", [False, True])
def test_every_kind_of_png_text_is_read_wherever_it_stands(kind: str, after_pixels: bool) -> None:
    assert (
        prompt_in(pictures.text_chunk("parameters", "caf\xe9", kind), after_pixels=after_pixels) == "caf\xe9"
    )


def test_utf8_in_a_latin1_chunk_is_read_as_utf8() -> None:
    assert prompt_in(pictures.png_chunk(b"tEXt", b"parameters\0" + "雨の猫 🐈".encode())) == "雨の猫 🐈"


@pytest.mark.parametrize(
    ("text", "prompt"),
    [
        (f"{CAT}\nNegative prompt: dog\n{SETTINGS}", CAT),
        (f"{CAT}\n{SETTINGS}", CAT),
        (f"{CAT}\nNegative prompt: dog", CAT),
        (f"{CAT}\nNegative prompt: dog, \nmore dogs\n{SETTINGS}", CAT),
        (CAT, CAT),
        (f"{CAT}\r\n{SETTINGS}\r\n", CAT),
        (f"{CAT}\n{SETTINGS}\nTemplate: a {{cat|dog}}", CAT),
        (f'{CAT}\nSteps: 20, Seed: 1, Lora hashes: "a: 1, b: 2", SDCPP: {{"a": [1, 2],\n"b": 3}}', CAT),
        ("a sign that says: hello, and more: words", "a sign that says: hello, and more: words"),
        ("{masterpiece}, {a cat}\n" + SETTINGS, "{masterpiece}, {a cat}"),
        (f"Negative prompt: dog\n{SETTINGS}", None),
        (SETTINGS, None),
        ("", None),
        (" \n\t ", None),
    ],
)
def test_the_prompt_is_what_stands_before_negative_prompt_and_settings(text: str, prompt: str | None) -> None:
    assert parameters(text) == prompt


def test_json_of_swarmui_and_fooocus() -> None:
    swarm = {"sui_image_params": {"prompt": "a swarm", "negativeprompt": "x"}, "sui_models": "none"}
    assert parameters(json.dumps(swarm, indent=2)) == "a swarm"
    assert parameters(json.dumps({"prompt": "a fox", "negative_prompt": "x", "steps": 3})) == "a fox"
    assert parameters(json.dumps({"Prompt": "a ruin"})) == "a ruin"
    assert parameters('{"prompt": "a nan", "x": NaN}') == "a nan"
    assert parameters('{"prompt": "half a pair \\ud83d"}') == "half a pair"
    for nothing in ("{}", '{"prompt": 3}', '{"sui_image_params": {}}', '{"sui_image_params": 1}'):
        assert parameters(nothing) is None
    assert parameters("{" * 200) == "{" * 200
    assert parameters('{"a":' * 100_000) is not None


def test_description_of_novelai_and_midjourney() -> None:
    def description(text: str) -> str | None:
        return prompt_in(pictures.text_chunk("Description", text))

    assert description("{{cat}}, rain") == "{{cat}}, rain"
    job = "Job ID: 1a2b3c4d-1111-2222-3333-0123456789ab"
    assert description(f"a cat --ar 3:2 --v 6 {job}") == "a cat --ar 3:2 --v 6"
    assert description(job) is None


def test_parameters_come_before_description_and_both_before_the_comment() -> None:
    words = [pictures.text_chunk(key, key) for key in ("Description", "parameters", "parameters", "Comment")]
    words[2] = pictures.text_chunk("parameters", "a second one")
    comment = pictures.png_chunk(b"eXIf", pictures.exif_with_comment(b"ASCII\0\0\0comment"))
    assert prompt_in(comment, *words) == "parameters"
    assert prompt_in(comment, words[0]) == "Description"
    assert prompt_in(comment, pictures.text_chunk("parameters", "{}")) == "comment"
    assert prompt_in(words[3]) is None


@pytest.mark.parametrize("format", ["png", "jpeg", "webp"])
@pytest.mark.parametrize("order", ["<", ">"])
@pytest.mark.parametrize("at_root", [False, True])
@pytest.mark.parametrize(
    ("comment", "prompt"),
    [
        (b"UNICODE\0" + f"{CAT}\n{SETTINGS}".encode("utf-16-be"), CAT),
        (b"UNICODE\0" + f"{CAT}\n{SETTINGS}".encode("utf-16-le"), CAT),
        (b"UNICODE\0" + "雨の中の猫、赤い傘".encode("utf-16-be"), "雨の中の猫、赤い傘"),
        (b"UNICODE\0" + "雨の中の猫、赤い傘".encode("utf-16-le"), "雨の中の猫、赤い傘"),
        (b"UNICODE\0" + "a cat 🐈 in Zürich".encode("utf-16-be"), "a cat 🐈 in Zürich"),
        (b"UNICODE\0" + b"a cat in the rain", "a cat in the rain"),
        (b"UNICODE\0" + b"\xff\xfe" + "cat".encode("utf-16-le"), "cat"),
        (b"ASCII\0\0\0a cat", "a cat"),
        (b"JIS\0\0\0\0\0" + "雨の猫".encode("iso2022_jp"), "雨の猫"),
        (bytes(8) + "a café".encode(), "a café"),
        (b'{"prompt": "a fox", "steps": 3}', "a fox"),
        (json.dumps({"sui_image_params": {"prompt": "a swarm"}}).encode("utf-16-be"), "a swarm"),
        (b"cat", "cat"),
        (b"", None),
        (b"ASCII\0\0\0" + b" " * 64, None),
    ],
)
def test_every_encoding_of_a_user_comment(
    format: Literal["png", "jpeg", "webp"],  # noqa: A002
    order: str,
    at_root: bool,
    comment: bytes,
    prompt: str | None,
) -> None:
    picture = pictures.with_comment(format, comment, order=order, at_root=at_root)
    assert metadata.prompt_of(picture, format) == prompt


def test_control_characters_are_removed_and_length_is_bounded() -> None:
    assert parameters("\x01 a\x00 \x1b[31mcat\x7f\x9f\n\tand more\x0b ") == "a [31mcat\n\tand more"
    long = parameters("é" * 50_000)
    assert long == "é" * 32_000


def test_a_text_bomb_is_cut_and_a_damaged_one_skipped() -> None:
    began = time.process_time()
    assert parameters("{" + "[" * 900_000) is not None
    bomb = prompt_in(pictures.text_chunk("parameters", "x" * 50_000_000, "zTXt"))
    assert bomb == "x" * 32_000
    assert prompt_in(pictures.png_chunk(b"zTXt", b"parameters\0\0not deflate")) is None
    assert prompt_in(pictures.png_chunk(b"iTXt", b"parameters\0")) is None
    assert parameters("a" * 900_000 + "\n" + "b" * 90_000) == "a" * 32_000
    assert time.process_time() - began < 10


def test_pictures_without_a_prompt() -> None:
    for format in FORMATS:  # noqa: A001
        assert metadata.prompt_of(pictures.encode(pictures.photo(20, 20), format), format) is None
        assert metadata.prompt_of(b"", format) is None
    assert metadata.prompt_of(pictures.animation("gif"), "gif") is None


@given(st.binary(max_size=300), st.sampled_from(FORMATS))
def test_arbitrary_bytes_never_fail(data: bytes, format: Format) -> None:  # noqa: A002
    prompt = metadata.prompt_of(data, format)
    assert prompt is None or 1 <= len(prompt) <= metadata.PROMPT_MAX


@given(st.data())
def test_damaged_files_never_fail(data: st.DataObject) -> None:
    format = data.draw(st.sampled_from(("png", "jpeg", "webp")))  # noqa: A001
    comment = b"UNICODE\0" + f"{CAT}\n{SETTINGS}".encode("utf-16-be")
    picture = bytearray(pictures.with_comment(format, comment))
    if format == "png":
        words = (pictures.text_chunk("parameters", CAT, kind) for kind in ("tEXt", "zTXt", "iTXt-compressed"))
        picture = bytearray(pictures.with_chunks(bytes(picture), *words))
    for _ in range(data.draw(st.integers(1, 12))):
        picture[data.draw(st.integers(0, min(400, len(picture) - 1)))] = data.draw(st.integers(0, 255))
    prompt = metadata.prompt_of(bytes(picture[: data.draw(st.integers(0, len(picture)))]), format)
    assert prompt is None or 1 <= len(prompt) <= metadata.PROMPT_MAX


@given(st.binary(max_size=120), st.sampled_from(["<", ">"]))
def test_any_comment_gives_text_that_can_be_stored(comment: bytes, order: str) -> None:
    picture = b"\x89PNG\r\n\x1a\n" + pictures.png_chunk(b"eXIf", pictures.exif_with_comment(comment, order))
    prompt = metadata.prompt_of(picture, "png")
    assert prompt is None or "\0" not in prompt.encode().decode()


@given(st.text(max_size=200))
def test_any_text_gives_text_that_can_be_stored(text: str) -> None:
    picture = b"\x89PNG\r\n\x1a\n" + pictures.png_chunk(
        b"iTXt", b"parameters\0\0\0\0\0" + text.encode("utf-8", "surrogatepass")
    )
    prompt = metadata.prompt_of(picture, "png")
    assert prompt is None or (prompt == prompt.strip() and "\0" not in prompt.encode().decode())

"""The prompt an image was made from, as the tools that made it wrote it into its file. Pure."""

import json
import re
import zlib
from typing import Any, cast

from aiimagecraft.gallery.containers import Format, exif_of, png_chunks, tag_of

PROMPT_MAX = 32_000
TEXT_MAX = 1_000_000


def prompt_of(data: bytes, format: Format) -> str | None:  # noqa: A002 - the project's word for it.
    """Finds the prompt an image was made from; None when its file carries none. Never raises.

    PNG text `parameters` comes first (A1111 and its kin, SwarmUI, Fooocus), then PNG text `Description`
    (NovelAI, Midjourney), then the EXIF UserComment of a PNG, JPEG or WebP. Where each tool writes was read
    in its source, or in that of the parsers of its files.

    Returns:
        One to 32,000 characters, without control characters other than newline and tab.
    """
    texts = _png_texts(data) if format == "png" else {}
    exif = exif_of(data, format)
    comment = exif and (tag_of(exif, 0x8769, 0x9286) or tag_of(exif, 0x9286))
    return (
        _cleaned(_generation_prompt(texts.get(b"parameters", "")))
        or _cleaned(_JOB_ID.sub("", texts.get(b"Description", "")))
        or _cleaned(_generation_prompt(_comment_text(comment) if comment else ""))
    )


_JOB_ID = re.compile(r"Job ID: ?[0-9a-fA-F-]{36}\s*\Z")
_UNPRINTABLE = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f\ud800-\udfff]")
# Keys are at most 60 characters here, so that a long line without a colon costs linear time.
_SETTING = re.compile(r"(?:^|,)[ \t]*\w[\w \-/]{0,60}:")


def _cleaned(text: str) -> str | None:
    text = text[: 4 * PROMPT_MAX].replace("\r\n", "\n").replace("\r", "\n")
    return _UNPRINTABLE.sub("", text).strip()[:PROMPT_MAX].strip() or None


def _png_texts(data: bytes) -> dict[bytes, str]:
    texts: dict[bytes, str] = {}
    for kind, start, end in png_chunks(data):
        if kind in (b"tEXt", b"zTXt", b"iTXt"):
            keyword, _, body = data[start:end].partition(b"\0")
            if keyword in (b"parameters", b"Description") and keyword not in texts:
                texts[keyword] = _png_text(kind, body)
    return texts


def _png_text(kind: bytes, body: bytes) -> str:
    """The text after a chunk's keyword, inflated to at most `TEXT_MAX` bytes; empty when it is damaged."""
    compressed = kind == b"zTXt"
    if compressed:
        body = body[1:]
    elif kind == b"iTXt":
        compressed = body[:1] == b"\1"
        body = [*body[2:].split(b"\0", 2), b"", b""][2]
    if compressed:
        try:
            body = zlib.decompressobj().decompress(body, TEXT_MAX)
        except zlib.error:
            return ""
    return _utf8_or_latin1(body)


def _utf8_or_latin1(body: bytes) -> str:
    """Reads text: the PNG specification says Latin-1 for tEXt, yet several tools write UTF-8 there."""
    try:
        return body[:TEXT_MAX].decode()
    except UnicodeDecodeError as error:
        cut_by_us = len(body) >= TEXT_MAX and error.start >= TEXT_MAX - 3
        return body[: error.start].decode() if cut_by_us else body[:TEXT_MAX].decode("latin-1")


def _comment_text(comment: bytes) -> str:
    """Reads a UserComment: eight bytes name its encoding (EXIF 2.32, 4.6.5), though not every tool's do."""
    code, body = comment[:8], comment[8:]
    if code == b"UNICODE\0":
        return _utf16_or_utf8(body)
    if code == b"JIS\0\0\0\0\0":
        return body.decode("iso2022_jp", "ignore")
    if code not in (b"ASCII\0\0\0", bytes(8)):
        body = comment
    return _utf16_or_utf8(body) if body.count(0) * 4 > len(body) else _utf8_or_latin1(body)


def _utf16_or_utf8(body: bytes) -> str:
    """Reads text said to be UTF-16: of both byte orders the one that gives the more usual characters."""
    if 0 not in body and _letters(text := body.decode("utf-8", "replace")) * 10 >= 9 * len(text) >= 36:  # noqa: PLR2004
        return text
    if body.startswith((b"\xfe\xff", b"\xff\xfe")):
        return body.decode("utf-16", "ignore")
    big, little = body.decode("utf-16-be", "ignore"), body.decode("utf-16-le", "ignore")
    return little if _usual(little) > _usual(big) else big


def _letters(text: str) -> int:
    return sum(mark.isalnum() or mark in " ,.\n" for mark in text[:1000])


def _usual(text: str) -> int:
    """How many of the first thousand characters are of Latin, kana, CJK or Hangul, or their punctuation."""
    scripts = ((0x0A, 0x024F), (0x3000, 0x30FF), (0x4E00, 0x9FFF), (0xAC00, 0xD7A3))
    return sum(any(low <= ord(mark) <= high for low, high in scripts) for mark in text[:1000])


def _generation_prompt(text: str) -> str:
    """The prompt alone, of a text that holds the settings of a generation too."""
    text = text.strip().lstrip("\ufeff")
    if text.startswith("{"):
        try:
            return _json_prompt(json.loads(text))
        except (ValueError, RecursionError):
            pass  # A prompt may begin with a brace: they weigh words in some dialects.
    return _a1111_prompt(text)


def _json_prompt(fields: Any) -> str:  # noqa: ANN401 - whatever the file holds.
    """The prompt of SwarmUI (`sui_image_params`), Fooocus (`prompt`) or its forks (`Prompt`)."""
    inner = cast("dict[str, Any]", fields) if isinstance(fields, dict) else {}
    if isinstance(inner.get("sui_image_params"), dict):
        inner = cast("dict[str, Any]", inner["sui_image_params"])
    prompt = inner.get("prompt", inner.get("Prompt"))
    return prompt if isinstance(prompt, str) else ""


def _a1111_prompt(text: str) -> str:
    """The lines before the negative prompt and the settings, by the grammar of A1111's `infotext_utils.py`.

    The last line is settings when it has at least three `key: value` pairs; so is, for the extensions that
    write below it, any line that begins with `Steps:`. stable-diffusion.cpp appends JSON after `SDCPP:`.
    """
    lines = text.partition("SDCPP: {")[0].strip().split("\n")
    kept: list[str] = []
    for number, line in enumerate(lines, 1):
        begins = line.lstrip()
        last = number == len(lines) or begins.startswith("Steps:")
        if begins.startswith("Negative prompt:") or (last and len(_SETTING.findall(line)) >= 3):  # noqa: PLR2004
            break
        kept.append(line)
    return "\n".join(kept)

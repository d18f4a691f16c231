"""Pictures and their price: the same for the same request, in any process."""

from __future__ import annotations

import hashlib
import io
import json
import struct
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any, cast

from PIL import Image, ImageChops

from aiimagecraft.generation.providers import sketch
from tests.pictures import png_chunk, with_chunks

SOURCE_TYPE = "http://cv.iptc.org/newscodes/digitalsourcetype/trainedAlgorithmicMedia"
"""What the provenance chunk of every PNG says of where it comes from."""
OUTPUT_TOKENS = {"low": 196, "medium": 1756, "high": 7024, "xhigh": 10536, "max": 14048}
"""What a picture of 1024x1024 takes at each quality."""
PARTIAL_TOKENS = 100
PIXELS = 1024 * 1024


@dataclass(frozen=True, slots=True)
class Look:
    """How a picture is to be delivered."""

    size: tuple[int, int] = (1024, 1024)
    output_format: str = "png"
    transparent: bool = False
    compression: int = 100


Painter = Callable[[str, int, tuple[int, int], Sequence[bytes]], Image.Image]
"""Paints from a prompt, the number of the picture, a size and source files."""


def gradients(prompt: str, number: int, size: tuple[int, int], sources: Sequence[bytes] = ()) -> Image.Image:
    """Paints in a few milliseconds, in colours that follow from prompt, number and sources."""
    seed = hashlib.sha256(f"{number} ".encode() + prompt.encode("utf-8", "surrogatepass"))
    for source in sources:
        seed.update(hashlib.sha256(source).digest())
    chance = seed.digest()
    down = Image.linear_gradient("L")
    shapes = (down, down.rotate(90), down.rotate(180), Image.radial_gradient("L"))
    bands: list[Image.Image] = []
    for band in range(3):
        low, high, shape = chance[3 * band : 3 * band + 3]
        ramp = [low + (high - low) * level // 255 for level in range(256)]
        bands.append(shapes[shape % len(shapes)].point(ramp))
    return Image.merge("RGB", bands).resize(size, Image.Resampling.BILINEAR)


def sketches(prompt: str, number: int, size: tuple[int, int], sources: Sequence[bytes] = ()) -> Image.Image:
    """Paints as the offline painter does, for pictures that are worth a look."""
    width, height = size
    nearest = min(sketch.SIZES, key=lambda known: abs(known[0] / known[1] - width / height))
    painted = sketch.paint(
        prompt, size=nearest, index=number, sources=sources, on_progress=lambda _done: None
    )
    with Image.open(io.BytesIO(painted)) as image:
        return image.resize(size)


def unfinished(image: Image.Image, step: int) -> Image.Image:
    """What a partial picture shows: coarse squares, finer with each step, at the full size."""
    side = 8 << step
    return image.resize((side, side)).resize(image.size, Image.Resampling.NEAREST)


def encode(image: Image.Image, look: Look) -> bytes:
    """Encodes a picture; a PNG says where it comes from."""
    if look.transparent:
        image = image.copy()
        image.putalpha(ImageChops.invert(Image.radial_gradient("L")).resize(image.size))
    buffer = io.BytesIO()
    if look.output_format == "png":
        image.save(buffer, "PNG", compress_level=1)
        return with_chunks(buffer.getvalue(), png_chunk(b"caBX", PROVENANCE))
    image.save(buffer, look.output_format.upper(), quality=look.compression, method=0)
    return buffer.getvalue()


def picture(prompt: str, number: int = 0, look: Look | None = None, sources: Sequence[bytes] = ()) -> bytes:
    """Returns the very bytes that the stand-in answers without `--sketch`."""
    look = look or Look()
    return encode(gradients(prompt, number, look.size, sources), look)


def usage_for(  # noqa: PLR0913 - everything that costs.
    prompt: str,
    *,
    size: str = "auto",
    quality: str = "auto",
    n: int = 1,
    partials: int = 0,
    sources: Sequence[tuple[int, int]] = (),
) -> dict[str, Any]:
    """Counts the tokens of a request.

    Args:
        prompt: Seven tokens, and one for each four characters or part of them.
        size: Of each picture; its tokens are those of `OUTPUT_TOKENS` in proportion to its pixels.
        quality: Of each picture.
        n: How many pictures; each event of a stream counts its own only.
        partials: How many partial pictures were sent of each.
        sources: Sizes of source pictures: 65 tokens, and 129 for each tile of 512x512 or part of one.
    """
    width, height = map(int, (size if size != "auto" else "1024x1024").split("x"))
    each = -(-OUTPUT_TOKENS[quality if quality != "auto" else "medium"] * width * height // PIXELS)
    text = 7 + -(-len(prompt) // 4)
    images = sum(65 + 129 * -(-wide // 512) * -(-high // 512) for wide, high in sources)
    output = n * (each + PARTIAL_TOKENS * partials)
    return {
        "input_tokens": text + images,
        "output_tokens": output,
        "total_tokens": text + images + output,
        "input_tokens_details": {"text_tokens": text, "image_tokens": images},
        "output_tokens_details": {"image_tokens": output, "text_tokens": 0},
    }


def without_cost(usage: dict[str, Any]) -> dict[str, Any]:
    """Returns the same with all numbers zero."""
    return {
        name: without_cost(cast("dict[str, Any]", part)) if isinstance(part, dict) else 0
        for name, part in usage.items()
    }


def _box(kind: bytes, *content: bytes) -> bytes:
    payload = b"".join(content)
    return struct.pack(">I", len(payload) + 8) + kind + payload


def _superbox(kind: bytes, label: bytes, *content: bytes) -> bytes:
    """A JUMBF box that holds others, after a description of what they are."""
    identity = kind + bytes.fromhex("00110010800000aa00389b71")
    return _box(b"jumb", _box(b"jumd", identity, b"\x03", label, b"\0"), *content)


PROVENANCE = _superbox(
    b"c2pa",
    b"c2pa",
    _superbox(
        b"json",
        b"c2pa.actions",
        _box(
            b"json",
            json.dumps({"actions": [{"action": "c2pa.created", "digitalSourceType": SOURCE_TYPE}]}).encode(),
        ),
    ),
)
"""Looks like a C2PA manifest and is not signed; a reader that only searches for its words finds them."""

"""Pictures as bytes: what they are, how large, and the small versions made of them. Pure and thread-safe.

Pillow's decoders, resampling and encoders release the interpreter lock, so callers run these in threads.
"""

import builtins
import hashlib
import importlib
import io
import math
import struct
import zlib
from functools import cache
from typing import Any, Literal, NamedTuple, get_args

import msgspec
from PIL import Image, features
from PIL.GifImagePlugin import GifImageFile
from PIL.ImageFile import ImageFile
from PIL.JpegImagePlugin import JpegImageFile
from PIL.PngImagePlugin import PngImageFile
from PIL.WebPImagePlugin import WebPImageFile

from aiimagecraft.gallery.containers import (
    Format,
    exif_of,
    gif_blocks,
    orientation_of,
    pixels_of,
    png_chunks,
    size_of,
    sniff,
)
from aiimagecraft.gallery.placeholder import placeholder_of

FORMATS: tuple[Format, ...] = get_args(Format)
SIDE_MAX = 16_384
PIXELS_MAX = 100_000_000
THUMB_WIDTH, THUMB2X_WIDTH, PREVIEW_WIDTH = 256, 512, 1024
# A small version is at most this many times as high as it is wide; the rest of a tall picture is cropped.
TALLNESS_MAX = 4
ICC_MAX = 64 * 1024

# Bits per sample of the PNGs that libvips decodes.
_DEPTH = 8

# The EXIF orientations that swap the sides.
SIDEWAYS = (5, 6, 7, 8)

_CODECS = {"webp": "libwebp-dev", "jpg": "libjpeg-dev", "zlib": "zlib1g-dev"}
_OPENERS: dict[Format, type[ImageFile]] = {
    "png": PngImageFile,
    "jpeg": JpegImageFile,
    "webp": WebPImageFile,
    "gif": GifImageFile,
}
_UPRIGHT = {
    2: Image.Transpose.FLIP_LEFT_RIGHT,
    3: Image.Transpose.ROTATE_180,
    4: Image.Transpose.FLIP_TOP_BOTTOM,
    5: Image.Transpose.TRANSPOSE,
    6: Image.Transpose.ROTATE_270,
    7: Image.Transpose.TRANSVERSE,
    8: Image.Transpose.ROTATE_90,
}


class ImageRefused(ValueError):  # noqa: N818 - it says what happened to the picture.
    """A picture that is not taken, and why in words for the person who sent it.

    Attributes:
        reason: `unsupported` is not one of the four formats, `broken` cannot be decoded to its end,
            `too-large` is over 16,384 pixels a side or 100 megapixels.
    """

    def __init__(self, reason: Literal["unsupported", "broken", "too-large"], message: str) -> None:
        super().__init__(message)
        self.reason: Literal["unsupported", "broken", "too-large"] = reason


class Header(msgspec.Struct, frozen=True):
    """A picture's format and size in pixels, as stored and (`width`, `height`) after its EXIF orientation."""

    format: Format
    stored_width: int
    stored_height: int
    orientation: int
    width: int
    height: int


class Prepared(msgspec.Struct, frozen=True):
    """What is kept about a picture beside its own bytes.

    Attributes:
        width: Pixels, after EXIF orientation; `height` likewise.
        bytes: Size of the original.
        sha256: Of the original, in hexadecimal.
        placeholder: ThumbHash of the thumbnail, base64.
        thumb: WebP, at most 256 x 1,024 pixels.
    """

    format: Format
    width: int
    height: int
    bytes: int
    sha256: str
    placeholder: str
    thumb: builtins.bytes


class Frame(NamedTuple):
    """The size of a small version, and the rows [top, top + rows) of the upright picture that it shows."""

    width: int
    height: int
    top: float
    rows: float


class _Source(NamedTuple):
    image: Image.Image
    header: Header
    scale: float
    icc: bytes | None


def check_codecs() -> None:
    """Raises RuntimeError, in one line that names the packages, when Pillow was built without a codec."""
    missing = [package for codec, package in _CODECS.items() if not features.check(codec)]
    if missing:
        raise RuntimeError(
            f"Pillow was built without support for some formats: install {' '.join(missing)}, "
            "then reinstall pillow-simd (pip install --force-reinstall --no-cache-dir pillow-simd)."
        )


def probe(data: bytes) -> Header:
    """Reads format, size and orientation without decoding a pixel, so that a bomb is refused at no cost.

    Raises:
        ImageRefused: Not one of the four formats, a header that makes no sense, or more than 16,384 pixels
            a side or 100 megapixels (the contract's bounds; what decodes to 400 MB of memory).
    """
    kind = sniff(data)
    if kind is None:
        raise ImageRefused(
            "unsupported",
            "The file is empty." if not data else "This is not a PNG, JPEG, WebP or GIF picture.",
        )
    width, height = size_of(data, kind)
    if width < 1 or height < 1:
        raise ImageRefused("broken", f"The header of this {kind.upper()} picture is damaged.")
    if max(width, height) > SIDE_MAX or width * height > PIXELS_MAX:
        raise ImageRefused(
            "too-large",
            f"The picture is {width} x {height} pixels; the most is {SIDE_MAX:,} a side and 100 megapixels.",
        )
    orientation = orientation_of(exif_of(data, kind))
    upright = (height, width) if orientation in SIDEWAYS else (width, height)
    return Header(kind, width, height, orientation, *upright)


def prepare(data: bytes) -> Prepared:
    """Decodes a picture fully and makes its thumbnail and placeholder; its own bytes stay as they are.

    Raises:
        ImageRefused: As `probe`, or `broken` when the picture cannot be decoded to its end.
    """
    header = probe(data)
    source = _decode(data, header, THUMB_WIDTH)
    thumb = _render(source, THUMB_WIDTH)
    return Prepared(
        format=header.format,
        width=header.width,
        height=header.height,
        bytes=len(data),
        sha256=hashlib.sha256(data).hexdigest(),
        placeholder=placeholder_of(thumb),
        thumb=_webp(thumb, source.icc),
    )


def derivatives(data: bytes) -> tuple[bytes, bytes]:
    """Makes `thumb2x` (512 pixels wide) and `preview` (1,024) as WebP, from one decoding.

    In proportion, never enlarged, taller pictures cropped from the centre, alpha kept, the first frame of an
    animation, EXIF orientation applied.

    Raises:
        ImageRefused: As `prepare`.
    """
    source = _decode(data, probe(data), PREVIEW_WIDTH)
    thumb2x, preview = (_webp(_render(source, width), source.icc) for width in (THUMB2X_WIDTH, PREVIEW_WIDTH))
    return thumb2x, preview


def frame_of(width: int, height: int, target: int) -> Frame:
    """Computes the small version of an upright picture, at most `target` wide and four times that high."""
    small = min(width, target)
    scaled = height * small / width
    limit = target * TALLNESS_MAX
    if scaled <= limit:
        return Frame(small, max(1, round(scaled)), 0, height)
    rows = limit * width / small
    return Frame(small, limit, (height - rows) / 2, rows)


def _decode(data: bytes, header: Header, width: int) -> _Source:
    """Decodes the picture, a JPEG to no more than the detail that `width` needs.

    Pillow's plugins are opened directly, without its registry and its global pixel limit, which is lower
    than ours and first only warns: `probe` has checked the size, and no other size is decoded.
    """
    try:
        pixels = pixels_of(data, header.format)
        image = _OPENERS[header.format](io.BytesIO(pixels))
        if image.size != (header.stored_width, header.stored_height):
            raise ValueError("The decoder reads another size than the header says.")  # noqa: TRY301
        frame = frame_of(header.width, header.height, width)
        detail = 2 * frame.width / header.width
        drafted = image.draft(
            None, (math.ceil(header.stored_width * detail), math.ceil(header.stored_height * detail))
        )
        decoded = _by_libvips(image, pixels, int(1 / detail)) if header.format == "png" else None
        if decoded is None:
            image.load()
            scale = drafted[1][2] / header.stored_width if drafted else 1
        else:
            scale = decoded.width / header.stored_width
        icc = _icc_of(data, header, image)
        return _Source(_resizable(decoded or image, data, header), header, scale, icc)
    except MemoryError:
        raise
    except Exception as error:  # Decoders raise nearly every type there is on malformed bytes.
        raise ImageRefused("broken", "The picture is cut off or damaged and cannot be decoded.") from error


def _by_libvips(image: Image.Image, png: bytes, most: int) -> Image.Image | None:
    """Decodes a PNG of 8-bit RGB or RGBA with libvips, which takes half as long; None leaves it to Pillow.

    Pillow has opened it and read its header, and stays the judge: where libvips finds the least fault, Pillow
    decodes again, and takes or refuses it. RGB comes reduced by a whole number up to `most`, squares averaged
    as `reducing_gap` does; RGBA does not, because alpha has to weigh the colours first.
    """
    vips, mode, size = _libvips(), image.mode, image.size
    unusual = image.info.keys() & {"interlace", "transparency"} or png[24] != _DEPTH
    if vips is None or unusual or mode not in ("RGB", "RGBA"):
        return None
    most = max(1, most) if mode == "RGB" else 1
    factor = next(by for by in range(most, 0, -1) if not any(side % by for side in size))
    try:
        opened = vips.Image.pngload_buffer(png, access="sequential", fail_on="warning")
        if (opened.width, opened.height, opened.bands, opened.format) != (*size, len(mode), "uchar"):
            return None
        pixels = (opened.shrink(factor, factor) if factor > 1 else opened).write_to_memory()
    except vips.Error:
        return None
    return Image.frombuffer(mode, (size[0] // factor, size[1] // factor), pixels, "raw", mode, 0, 1)


@cache
def _libvips() -> Any:  # noqa: ANN401 - the package has no marker for its types.
    """The module `pyvips`, able to load PNG and nothing else; None where it is missing or too old."""
    try:
        vips = importlib.import_module("pyvips")
        for kind, blocked in (("VipsForeign", True), ("VipsForeignLoadPng", False)):
            vips.operation_block_set(kind, blocked)
        vips.cache_set_max(0)
        vips.concurrency_set(1)
    except (ImportError, OSError, AttributeError):
        return None
    return vips


def _icc_of(data: bytes, header: Header, image: Image.Image) -> bytes | None:
    """The colour profile, when small versions should carry it: RGB, small, not the sRGB that all assume."""
    icc = image.info.get("icc_profile")
    if header.format == "png":
        chunk = next((part for part in png_chunks(data) if part.kind == b"iCCP"), None)
        icc = _inflated(data[chunk.start : chunk.end].partition(b"\0")[2][1:]) if chunk else None
    if not isinstance(icc, bytes) or len(icc) > ICC_MAX or icc[16:20] != b"RGB ":
        return None
    return None if image.mode in ("1", "L", "CMYK") or b"sRGB IEC61966-2.1" in icc else icc


def _inflated(packed: bytes) -> bytes | None:
    try:
        return zlib.decompressobj().decompress(packed, ICC_MAX + 1)
    except zlib.error:
        return None


def _resizable(image: Image.Image, data: bytes, header: Header) -> Image.Image:
    """Converts to a mode that resampling treats right: L, RGB, CMYK, or RGBa, whose colours alpha weighs."""
    if header.format == "gif":
        image = _gif_on_transparent(image, data)
    elif header.format == "png" and "transparency" in image.info:
        image = _png_keyed(image, depth=data[24])
    if image.mode == "I;16":
        return image.point(_high_byte).convert("L")
    if image.mode in ("L", "RGB", "CMYK") and "transparency" not in image.info:
        return image
    if image.mode == "1" and "transparency" not in image.info:
        return image.convert("L")
    image = image.convert("RGBA")
    opaque = image.getchannel("A").getextrema() == (255, 255)
    return image.convert("RGB" if opaque else "RGBa")


def _high_byte(sample: float) -> float:
    return sample / 256


def _gif_on_transparent(image: Image.Image, data: bytes) -> Image.Image:
    """Clears what a first frame smaller than the screen leaves uncovered, as browsers show it."""
    start = next(part.start for part in gif_blocks(data) if part.kind == b",")
    left, top, wide, high = struct.unpack_from("<HHHH", data, start)
    if (left, top, wide, high) == (0, 0, *image.size):
        return image
    covered = Image.new("L", image.size, 0)
    covered.paste(255, (left, top, left + wide, top + high))
    image = image.convert("RGBA")
    clear = Image.new("RGBA", image.size)
    clear.paste(image, (0, 0), covered)
    return clear


def _png_keyed(image: Image.Image, depth: int) -> Image.Image:
    """Brings the transparent colour of a PNG, given in its own depth, to the depth Pillow decodes to."""
    key = image.info["transparency"]
    if image.mode == "I;16":
        table = [0 if sample == key else 255 for sample in range(65_536)]
        alpha = image.convert("I").point(table, "L")
        return Image.merge("LA", (image.point(_high_byte).convert("L"), alpha))
    if image.mode == "L":
        image.info["transparency"] = key * 255 // (2**depth - 1)
    elif image.mode == "RGB" and depth == 16:  # noqa: PLR2004 - bits per sample.
        image.info["transparency"] = tuple(sample >> 8 for sample in key)
    return image


def _render(source: _Source, width: int) -> Image.Image:
    """Scales and turns the decoded picture to a small version in L, RGB or RGBA.

    Lanczos after a cheap reduction to twice the size (`reducing_gap`): as good to the eye, half the time.
    """
    header, scale = source.header, source.scale
    frame = frame_of(header.width, header.height, width)
    size = (frame.width, frame.height)
    box = (0.0, frame.top * scale, header.width * scale, (frame.top + frame.rows) * scale)
    if header.orientation in SIDEWAYS:  # A centred crop is symmetric, so that flips do not move it.
        size, box = size[::-1], (box[1], box[0], box[3], box[2])
    small = source.image.resize(size, Image.Resampling.LANCZOS, box, 2.0)
    if small.mode in ("RGBa", "CMYK"):
        small = small.convert("RGBA" if small.mode == "RGBa" else "RGB")
    turn = _UPRIGHT.get(header.orientation)
    return small if turn is None else small.transpose(turn)


def _webp(image: Image.Image, icc: bytes | None) -> bytes:
    buffer = io.BytesIO()
    image.save(buffer, "WEBP", quality=90, method=2, icc_profile=icc)
    return buffer.getvalue()

"""Picture files as bytes: their format, their size, their parts, their EXIF. Pure; no pixel is decoded."""

import struct
import zlib
from collections.abc import Iterator
from typing import Literal, NamedTuple

Format = Literal["png", "jpeg", "webp", "gif"]

# Walks are loops over other people's bytes, so they are bounded; real PNGs have up to a chunk per row.
PARTS_MAX = 65_536
GIF_STEPS_MAX = 1_000_000
VALUE_MAX = 1_000_000
# Each scan of a progressive JPEG visits the whole picture; encoders write about ten, only a bomb hundreds.
SCANS_MAX = 100

_START_OF_SCAN, _END_OF_IMAGE = b"\xda", b"\xd9"
_BARE_MARKERS = frozenset(bytes((code,)) for code in (0x00, 0x01, *range(0xD0, 0xD9)))


class Part(NamedTuple):
    """One part of a picture file: its kind, and where its payload starts (inclusive) and ends (exclusive)."""

    kind: bytes
    start: int
    end: int


def sniff(data: bytes) -> Format | None:
    """Tells the format by the magic bytes alone; None when it is none of the four."""
    if data.startswith(b"\x89PNG\r\n\x1a\n"):
        return "png"
    if data.startswith(b"\xff\xd8\xff"):
        return "jpeg"
    if data.startswith(b"RIFF") and data[8:12] == b"WEBP":
        return "webp"
    return "gif" if data.startswith((b"GIF87a", b"GIF89a")) else None


def size_of(data: bytes, format: Format) -> tuple[int, int]:  # noqa: A002 - the project's word for it.
    """Returns width and height in pixels as stored, (0, 0) when the header is damaged.

    For a GIF it is the logical screen, grown to hold the first frame as decoders do.
    """
    try:
        return {"png": _png_size, "jpeg": _jpeg_size, "webp": _webp_size, "gif": _gif_size}[format](data)
    except struct.error:
        return 0, 0


def _png_size(data: bytes) -> tuple[int, int]:
    length, kind, width, height = struct.unpack_from(">I4sII", data, 8)
    (checksum,) = struct.unpack_from(">I", data, 29)
    sound = length == 13 and kind == b"IHDR" and zlib.crc32(data[12:29]) == checksum  # noqa: PLR2004
    return (width, height) if sound else (0, 0)


def _jpeg_size(data: bytes) -> tuple[int, int]:
    for kind, start, _ in jpeg_segments(data):
        if _is_frame_header(kind):
            height, width = struct.unpack_from(">HH", data, start + 1)
            return width, height
    return 0, 0


def _is_frame_header(kind: bytes) -> bool:
    return b"\xc0" <= kind <= b"\xcf" and kind not in (b"\xc4", b"\xc8", b"\xcc")


def _webp_size(data: bytes) -> tuple[int, int]:
    kind = data[12:16]
    if kind == b"VP8X":
        width, height = struct.unpack("<I4xI", data[24:27] + bytes(5) + data[27:30] + bytes(1))
        return width + 1, height + 1
    if kind == b"VP8L" and data[20:21] == b"\x2f":
        (packed,) = struct.unpack_from("<I", data, 21)
        return (packed & 0x3FFF) + 1, (packed >> 14 & 0x3FFF) + 1
    if kind == b"VP8 " and data[23:26] == b"\x9d\x01\x2a":
        width, height = struct.unpack_from("<HH", data, 26)
        return width & 0x3FFF, height & 0x3FFF
    return 0, 0


def _gif_size(data: bytes) -> tuple[int, int]:
    width, height = struct.unpack_from("<HH", data, 6)
    for kind, start, _ in gif_blocks(data):
        if kind == b",":
            left, top, wide, high = struct.unpack_from("<HHHH", data, start)
            return max(width, left + wide), max(height, top + high)
    return width, height


def png_chunks(data: bytes) -> Iterator[Part]:
    """Yields the complete chunks of a PNG up to `IEND`; stops before the first one that is cut off.

    A whole chunk, with length, type and checksum, is `data[start - 8 : end + 4]`. Checksums are not verified.
    """
    at = 8
    for _ in range(PARTS_MAX):
        if at + 12 > len(data):
            return
        length, kind = struct.unpack_from(">I4s", data, at)
        if at + 12 + length > len(data):
            return
        yield Part(kind, at + 8, at + 8 + length)
        if kind == b"IEND":
            return
        at += 12 + length


def jpeg_segments(data: bytes) -> Iterator[Part]:
    """Yields the segments of a JPEG's header, kind being the marker's second byte, the start of scan last.

    A whole segment, with marker and length, is `data[start - 4 : end]`. Fill bytes and strays between
    segments are skipped, as decoders do; a segment that is cut off ends the walk.
    """
    at = 2
    for _ in range(PARTS_MAX):
        at = data.find(b"\xff", at)
        marker = data[at + 1 : at + 2]
        if at < 0 or at + 4 > len(data) or marker == _END_OF_IMAGE:
            return
        if marker == b"\xff":
            at += 1
        elif marker in _BARE_MARKERS:
            at += 2
        else:
            end = at + 2 + int.from_bytes(data[at + 2 : at + 4], "big")
            if not at + 4 <= end <= len(data):
                return
            yield Part(marker, at + 4, end)
            if marker == _START_OF_SCAN:
                return
            at = end


def webp_chunks(data: bytes) -> Iterator[Part]:
    """Yields the complete chunks of a WebP's RIFF container; stops before the first one that is cut off."""
    at = 12
    for _ in range(PARTS_MAX):
        if at + 8 > len(data):
            return
        kind, length = struct.unpack_from("<4sI", data, at)
        if at + 8 + length > len(data):
            return
        yield Part(kind, at + 8, at + 8 + length)
        at += 8 + length + (length & 1)


def gif_blocks(data: bytes) -> Iterator[Part]:
    """Yields the complete blocks of a GIF: `,` is a frame, `!` and a label an extension, `;` the trailer.

    A frame's payload starts with its nine descriptor bytes, an extension's with its first sub-block's length;
    both end after the empty sub-block. A block that is cut off, or not a block, ends the walk.
    """
    if len(data) < 13:  # noqa: PLR2004 - the logical screen descriptor ends at byte 13.
        return
    at = 13 + _gif_palette(data[10])
    steps = GIF_STEPS_MAX
    for _ in range(PARTS_MAX):
        if at >= len(data) or steps <= 0:
            return
        start, introducer = at, data[at : at + 1]
        if introducer == b";":
            yield Part(b";", at, at + 1)
            return
        if introducer == b"," and at + 11 < len(data):
            at += 11 + _gif_palette(data[at + 9])
        elif introducer == b"!":
            at += 2
        else:
            return
        while at < len(data) and data[at] and steps > 0:
            at += 1 + data[at]
            steps -= 1
        if at >= len(data) or data[at]:
            return
        at += 1
        steps -= 1
        frame = introducer == b","
        yield Part(introducer if frame else data[start : start + 2], start + (1 if frame else 2), at)


def _gif_palette(flags: int) -> int:
    return 3 << (flags & 7) + 1 if flags & 0x80 else 0


def exif_of(data: bytes, format: Format) -> bytes | None:  # noqa: A002 - the project's word for it.
    """Returns the picture's EXIF as a TIFF structure (from `II` or `MM` on), or None when it carries none."""
    walk, kind = {
        "png": (png_chunks, b"eXIf"),
        "jpeg": (jpeg_segments, b"\xe1"),
        "webp": (webp_chunks, b"EXIF"),
        "gif": (gif_blocks, None),
    }[format]
    if kind is None:
        return None
    for part in walk(data):
        if part.kind == kind:
            exif = data[part.start : part.end]
            if exif.startswith(b"Exif\0\0"):
                return exif[6:]
            if format != "jpeg":
                return exif
    return None


def orientation_of(exif: bytes | None) -> int:
    """Returns the orientation (EXIF 2.32, tag 0x0112), 1 to 8; 1 when it is absent or damaged."""
    value = tag_of(exif, 0x0112) if exif else None
    number = int.from_bytes(value, "big" if exif and exif[:2] == b"MM" else "little") if value else 1
    return number if 1 <= number <= 8 else 1  # noqa: PLR2004 - the eight of the standard.


def tag_of(exif: bytes, *path: int) -> bytes | None:
    """The raw value of the tag at the end of a path of sub-directories, or None. Never raises."""
    order = ">" if exif[:2] == b"MM" else "<"
    try:
        (at,) = struct.unpack_from(order + "I", exif, 4)
        for depth, wanted in enumerate(path, 1):
            (count,) = struct.unpack_from(order + "H", exif, at)
            entries = (struct.unpack_from(order + "HHI4s", exif, at + 2 + 12 * i) for i in range(count))
            entry = next((entry for entry in entries if entry[0] == wanted), None)
            if entry is None:
                return None
            _, kind, length, inline = entry
            (at,) = struct.unpack(order + "I", inline)
            if depth == len(path):
                size = length * {3: 2, 4: 4}.get(kind, 1)
                return inline[:size] if size <= 4 else exif[at : at + min(size, VALUE_MAX)]  # noqa: PLR2004
    except struct.error:
        return None
    return None


def pixels_of(data: bytes, format: Format) -> bytes:  # noqa: A002 - the project's word for it.
    """Returns the picture with only the parts that make its pixels, of a GIF its first frame alone.

    Decoders are given this, because a damaged or oversized text, EXIF or animation part makes Pillow warn,
    fail or take quadratic time. It is the same object when there is nothing to leave out of a PNG or WebP.

    Raises:
        ValueError: The file is cut off, or is not what its format prescribes.
    """
    return {"png": _png_pixels, "jpeg": _jpeg_pixels, "webp": _webp_pixels, "gif": _gif_pixels}[format](data)


def _png_pixels(data: bytes) -> bytes:
    parts = list(png_chunks(data))
    if not parts or parts[-1].kind != b"IEND":
        raise ValueError("The picture is cut off.")
    kept = [part for part in parts if part.kind in (b"IHDR", b"PLTE", b"tRNS", b"IDAT", b"IEND")]
    if len(kept) == len(parts):
        return data
    return b"".join([data[:8], *(data[start - 8 : end + 4] for _, start, end in kept)])


def _jpeg_pixels(data: bytes) -> bytes:
    parts = list(jpeg_segments(data))
    frames = sum(_is_frame_header(part.kind) for part in parts)
    if frames != 1 or parts[-1].kind != _START_OF_SCAN or data.count(b"\xff\xda") > SCANS_MAX:
        raise ValueError("The picture is cut off, or has an absurd number of frames or scans.")
    kept = [part for part in parts if _makes_jpeg_pixels(part, data)]
    return b"".join(
        [data[:2], *(data[start - 4 : end] for _, start, end in kept), data[parts[-1].end :]],
    )


def _makes_jpeg_pixels(part: Part, data: bytes) -> bool:
    """JFIF and Adobe say how colours are coded, APP2 may carry the colour profile; the rest is about it."""
    if part.kind == b"\xe2":
        return data.startswith(b"ICC_PROFILE\0", part.start)
    return part.kind in (b"\xe0", b"\xee") or not (b"\xe0" <= part.kind <= b"\xef" or part.kind == b"\xfe")


def _webp_pixels(data: bytes) -> bytes:
    if int.from_bytes(data[4:8], "little") + 8 > len(data) or not any(webp_chunks(data)):
        raise ValueError("The picture is cut off.")
    return data


def _gif_pixels(data: bytes) -> bytes:
    """The first frame alone, on a screen that holds it; a missing trailer is forgiven, as browsers do."""
    parts = list(gif_blocks(data))
    if not parts or not (parts[-1].kind == b";" or parts[-1].end == len(data)):
        raise ValueError("The picture is cut off.")
    first = next((index for index, part in enumerate(parts) if part.kind == b","), None)
    if first is None:
        raise ValueError("The animation has no frame.")
    controls = [part for part in parts[:first] if part.kind == b"!\xf9"]
    screen = struct.pack("<HH", *_gif_size(data))
    palette_end = parts[0].start - (1 if first == 0 else 2)
    pieces = [data[:6], screen, data[10:palette_end]]
    for _, start, end in controls[-1:]:
        disposal = 0b00011100
        pieces += [b"!\xf9\x04", bytes((data[start + 1] & ~disposal,)), data[start + 2 : end]]
    return b"".join([*pieces, data[parts[first].start - 1 : parts[first].end], b";"])

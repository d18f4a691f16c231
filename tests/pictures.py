"""Builders of test pictures: real files of every kind the gallery takes or refuses."""

import io
import random
import struct
import zlib
from typing import Any

from PIL import Image

SVG = b'<?xml version="1.0"?><svg xmlns="http://www.w3.org/2000/svg" width="9" height="9"><script/></svg>'
HTML = b"<!doctype html><html><body><img src=x onerror=alert(1)></body></html>"
BMP = b"BM" + bytes(60)
TIFF = b"II*\0" + bytes(60)
AVIF = b"\0\0\0\x20ftypavif" + bytes(60)
STRANGERS = {"svg": SVG, "html": HTML, "bmp": BMP, "tiff": TIFF, "avif": AVIF, "empty": b"", "text": b"GIF"}

RED, GREEN, BLUE, YELLOW = (220, 20, 20), (20, 200, 20), (20, 20, 220), (220, 220, 20)


def photo(width: int = 320, height: int = 240, mode: str = "RGB", seed: int = 1) -> Image.Image:
    """A smooth picture with a little noise, the same for the same arguments."""
    noise = Image.frombytes("L", (width, height), random.Random(seed).randbytes(width * height))
    down = Image.linear_gradient("L").resize((width, height))
    across = down.transpose(Image.Transpose.FLIP_LEFT_RIGHT).rotate(90).resize((width, height))
    bands = [
        Image.blend(band, noise, 0.06)
        for band in (down, across, Image.radial_gradient("L").resize(down.size))
    ]
    return Image.merge("RGB", bands).convert(mode)


def corners(width: int = 400, height: int = 200) -> Image.Image:
    """Four quarters: red and green above, blue and yellow below."""
    image = Image.new("RGB", (width, height), RED)
    image.paste(GREEN, (width // 2, 0, width, height))
    image.paste(BLUE, (0, height // 2, width, height))
    image.paste(YELLOW, (width // 2, height // 2, width, height))
    return image


def encode(image: Image.Image, format: str = "png", **options: Any) -> bytes:  # noqa: A002
    buffer = io.BytesIO()
    image.save(buffer, format, **options)
    return buffer.getvalue()


def png(width: int = 320, height: int = 240, seed: int = 1) -> bytes:
    return encode(photo(width, height, seed=seed), "png", compress_level=1)


def oriented(orientation: int, format: str = "jpeg", width: int = 400, height: int = 200) -> bytes:  # noqa: A002
    """Shows `corners` upright when its EXIF orientation is applied: stored turned the other way."""
    undo = {2: 0, 3: 3, 4: 1, 5: 5, 6: 2, 7: 6, 8: 4}
    image = corners(width, height)
    if orientation in undo:
        image = image.transpose(Image.Transpose(undo[orientation]))
    exif = Image.Exif()
    exif[0x0112] = orientation
    return encode(image, format, exif=exif.tobytes(), **({"quality": 95} if format != "png" else {}))


def animation(format: str, frames: int = 3, size: tuple[int, int] = (64, 48)) -> bytes:  # noqa: A002
    """An animation whose frames are red, green, blue, and so on."""
    pictures = [Image.new("RGB", size, (RED, GREEN, BLUE)[index % 3]) for index in range(frames)]
    return encode(pictures[0], format, save_all=True, append_images=pictures[1:], duration=100, loop=0)


def png_chunk(kind: bytes, payload: bytes) -> bytes:
    return struct.pack(">I", len(payload)) + kind + payload + struct.pack(">I", zlib.crc32(kind + payload))


def with_chunks(picture: bytes, *chunks: bytes, after_pixels: bool = False) -> bytes:
    """Puts chunks into a PNG: right after its header, or right before its end."""
    at = len(picture) - 12 if after_pixels else 33
    return picture[:at] + b"".join(chunks) + picture[at:]


def text_chunk(keyword: str, text: str, kind: str = "tEXt") -> bytes:
    """A PNG text chunk of kind tEXt, zTXt, iTXt or iTXt-compressed."""
    key = keyword.encode("latin-1") + b"\0"
    if kind == "tEXt":
        return png_chunk(b"tEXt", key + text.encode("latin-1"))
    if kind == "zTXt":
        return png_chunk(b"zTXt", key + b"\0" + zlib.compress(text.encode("latin-1")))
    if kind == "iTXt":
        return png_chunk(b"iTXt", key + b"\0\0\0\0" + text.encode())
    return png_chunk(b"iTXt", key + b"\1\0en\0key\0" + zlib.compress(text.encode()))


def exif_with_comment(comment: bytes, order: str = "<", *, at_root: bool = False, kind: int = 7) -> bytes:
    """A TIFF structure with a UserComment, in the EXIF directory or, as Fooocus does, in the root one."""
    mark = b"II*\0" if order == "<" else b"MM\0*"
    inline = len(comment) <= 4
    place = comment.ljust(4, b"\0") if inline else struct.pack(order + "I", 44 - 18 * at_root)
    entry = struct.pack(order + "HHI", 0x9286, kind, len(comment)) + place
    pointer = struct.pack(order + "HHII", 0x8769, 4, 1, 26)
    one, end = struct.pack(order + "H", 1), bytes(4)
    start = mark + struct.pack(order + "I", 8) + one
    return start + entry + end + comment if at_root else start + pointer + end + one + entry + end + comment


def with_comment(format: str, comment: bytes, **layout: Any) -> bytes:  # noqa: A002
    """A small PNG, JPEG or WebP whose EXIF holds the comment."""
    return encode(photo(64, 48), format, exif=b"Exif\0\0" + exif_with_comment(comment, **layout))


def png_bomb(width: int, height: int) -> bytes:
    """A tiny PNG that declares this size; what is there of its pixels inflates to ten megabytes of zeros."""
    header = struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    pixels = zlib.compress(bytes(10_000_000))
    chunks = png_chunk(b"IHDR", header) + png_chunk(b"IDAT", pixels) + png_chunk(b"IEND", b"")
    return b"\x89PNG\r\n\x1a\n" + chunks


def jpeg_bomb(width: int, height: int) -> bytes:
    small = encode(photo(16, 16), "jpeg")
    at = small.index(b"\xff\xc0") + 5
    return small[:at] + struct.pack(">HH", height, width) + small[at + 4 :]


def gif_with(screen: tuple[int, int], frame: tuple[int, int, int, int]) -> bytes:
    """A GIF of a logical screen and one frame (left, top, width, height), of which one pixel is coded."""
    palette = bytes(RED) + bytes((255, 255, 255))
    head = b"GIF89a" + struct.pack("<HHBBB", *screen, 0x80, 0, 0) + palette
    return head + b"," + struct.pack("<HHHHB", *frame, 0) + b"\x02\x02\x44\x01\x00;"


def webp_bomb(width: int, height: int) -> bytes:
    """An extended WebP whose canvas declares this size."""
    sides = (width - 1).to_bytes(3, "little") + (height - 1).to_bytes(3, "little")
    body = b"WEBPVP8X" + struct.pack("<I", 10) + b"\x02\0\0\0" + sides
    inner = encode(photo(16, 16), "webp")[12:]
    return b"RIFF" + struct.pack("<I", len(body) + len(inner)) + body + inner


def bombs() -> dict[str, bytes]:
    """Small files that would take gigabytes to decode."""
    return {
        "png 60000": png_bomb(60_000, 60_000),
        "png 16384": png_bomb(16_384, 16_384),
        "png wide": png_bomb(16_385, 1),
        "jpeg 65500": jpeg_bomb(65_500, 65_500),
        "gif screen": gif_with((65_535, 65_535), (0, 0, 1, 1)),
        "gif frame": gif_with((1, 1), (0, 0, 65_535, 65_535)),
        "gif offset": gif_with((1, 1), (60_000, 60_000, 1, 1)),
        "webp canvas": webp_bomb(16_777_216, 200),
        "webp square": webp_bomb(16_383, 16_383),
    }


def size_of(picture: bytes) -> tuple[int, int]:
    with Image.open(io.BytesIO(picture)) as image:
        return image.size

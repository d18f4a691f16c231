"""The offline painter: an abstract picture from the words of a prompt, when no model can be asked. Pure.

The same prompt, size, index and sources give the same bytes in any process: every choice is drawn from their
hash, and what the words name (a colour, the sea, a city at night) leads the choices.
"""

import hashlib
import io
import random
from collections.abc import Callable, Sequence

from PIL import Image, ImageChops, ImageDraw, ImageEnhance, ImageFilter, ImageFont, ImageOps
from PIL.PngImagePlugin import PngInfo

from aiimagecraft.generation.providers.sketch_canvas import WHITE, Canvas, distance
from aiimagecraft.generation.providers.sketch_scenes import SCENES, Scene, ground

SIZES: tuple[tuple[int, int], ...] = ((1024, 1024), (1536, 1024), (1024, 1536))
LABEL = "Sketch · no model made this"
SOFTWARE = "aiimagecraft sketch"


def paint(
    prompt: str,
    *,
    size: tuple[int, int],
    index: int,
    sources: Sequence[bytes] = (),
    on_progress: Callable[[float], None],
) -> bytes:
    """Paints a prompt and returns a PNG that says, in the picture and in its `Software` text, what it is.

    Args:
        prompt: Any text, of any length and script.
        size: Width and height in pixels; the API offers those of `SIZES`.
        index: Which of several pictures of one prompt.
        sources: Picture files; the first is blended in as a soft inset, unless it cannot be read.
        on_progress: Called after each step with the part that is done, rising to 1.
    """
    seed = hashlib.sha256(f"{size} {index} ".encode() + prompt.encode("utf-8", "surrogatepass"))
    for source in sources:
        seed.update(hashlib.sha256(source).digest())
    canvas = Canvas(size, random.Random(seed.digest()), prompt)  # noqa: S311 - chance, not secrecy.
    scenes = [SCENES[name] for name in canvas.scenes if name in SCENES]
    steps: list[Scene] = [ground, *scenes, *map(_inset_of, sources[:1]), _finish, _label]
    for done, step in enumerate(steps, 1):
        step(canvas)
        on_progress(done / (len(steps) + 1))
    about = PngInfo()
    about.add_text("Software", SOFTWARE)
    buffer = io.BytesIO()
    # Level 2: the grain leaves higher ones little to gain, and they take two to four times as long.
    canvas.image.save(buffer, "PNG", pnginfo=about, compress_level=2)
    on_progress(1.0)
    return buffer.getvalue()


def _inset_of(source: bytes) -> Scene:
    def inset(canvas: Canvas) -> None:
        reach = round(min(canvas.width, canvas.height) * 0.56)
        try:
            picture = Image.open(io.BytesIO(source), formats=("PNG", "JPEG", "WEBP", "GIF"))
            picture.draft("RGB", (reach, reach))
            picture = ImageOps.contain(ImageOps.exif_transpose(picture).convert("RGBA"), (reach, reach))
        except Exception:  # noqa: BLE001 - decoders raise nearly every type there is; a sketch never fails.
            return
        left, top = (canvas.width - picture.width) // 2, round((canvas.height - picture.height) * 0.46)
        edge = round(min(24 * canvas.unit, *(side / 6 for side in picture.size)))
        frame = Image.new("L", picture.size)
        inner = (edge, edge, picture.width - 1 - edge, picture.height - 1 - edge)
        ImageDraw.Draw(frame).rounded_rectangle(inner, edge, 240)
        soft = frame.filter(ImageFilter.BoxBlur(edge / 2))
        canvas.image.paste(
            picture.convert("RGB"), (left, top), ImageChops.multiply(soft, picture.getchannel("A"))
        )

    return inset


def _finish(canvas: Canvas) -> None:
    """Darkens the corners a little and adds a fine grain, which also hides the steps of long gradients."""
    size = canvas.image.size
    corners = distance().point([round(max(0, v - 110) ** 1.5 / 26) for v in range(256)]).resize(size)
    canvas.image.paste(canvas.tone(0), (0, 0, *size), corners)
    tile = Image.frombytes("L", (256, 256), canvas.chance.randbytes(65_536))
    tile = tile.point([124 + v * 9 // 256 for v in range(256)])
    grain = Image.new("L", size)
    for x in range(0, canvas.width, 256):
        for y in range(0, canvas.height, 256):
            grain.paste(tile, (x, y))
    canvas.image = ImageChops.add(canvas.image, Image.merge("RGB", (grain, grain, grain)), 1, -128)
    canvas.image = ImageEnhance.Color(canvas.image).enhance(1.08)


def _label(canvas: Canvas) -> None:
    """Says along the bottom edge that no model made this: small, but readable on any ground."""
    high = max(8, round(19 * canvas.unit))
    text = _text(high)
    pad, margin = round(high * 0.6), round(22 * canvas.unit)
    left, top = margin, canvas.height - margin - text.height - 2 * pad
    size = (text.width + 3 * pad, text.height + 2 * pad)
    pill = Image.new("L", (2 * size[0], 2 * size[1]))
    ImageDraw.Draw(pill).rounded_rectangle((0, 0, pill.width - 1, pill.height - 1), size[1], 107)
    canvas.image.paste((10, 10, 16), (left, top, left + size[0], top + size[1]), pill.reduce(2))
    left, top = left + round(1.5 * pad), top + pad
    canvas.image.paste(WHITE, (left, top, left + text.width, top + text.height), text)


def _text(high: int) -> Image.Image:
    """The label as a mask, in Pillow's own font; one built without FreeType has a small bitmap font only."""
    font = ImageFont.load_default(high)
    left, top, right, bottom = (round(side) for side in font.getbbox(LABEL))
    mask = Image.new("L", (right - left, bottom - top))
    ImageDraw.Draw(mask).text((-left, -top), LABEL, 225, font)
    return mask if isinstance(font, ImageFont.FreeTypeFont) else ImageOps.scale(mask, max(1, high / 11))

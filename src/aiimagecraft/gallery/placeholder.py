"""The placeholder of an image: a ThumbHash, shown blurred until the thumbnail is there. Pure."""

import base64
import math
import operator
from collections.abc import Sequence

from PIL import Image

PLACEHOLDER_SIDE = 32


def placeholder_of(image: Image.Image) -> str:
    """Encodes an L, RGB or RGBA picture as a base64 ThumbHash of some 25 bytes, alpha included.

    The format is that of https://github.com/evanw/thumbhash, computed from at most 32 x 32 pixels. The
    `thumbhash` package of PyPI, 0.1.2, fails on alpha and takes several times as long.
    """
    scale = min(1.0, PLACEHOLDER_SIDE / max(image.size))
    wide, high = (max(1, round(side * scale)) for side in image.size)
    pixels = image.convert("RGBA").resize((wide, high), Image.Resampling.BOX).tobytes()
    alpha = [value / 255 for value in pixels[3::4]]
    weight = sum(alpha) or 1.0
    means = [sum(map(operator.mul, pixels[band::4], alpha)) / 255 / weight for band in range(3)]
    red, green, blue = (
        [mean * (1 - a) + value / 255 * a for value, a in zip(pixels[band::4], alpha, strict=True)]
        for band, mean in enumerate(means)
    )
    sees_through = min(alpha) < 1
    longest = 5 if sees_through else 7
    nx, ny = (max(1, _round(longest * side / max(wide, high))) for side in (wide, high))
    rgb = list(zip(red, green, blue, strict=True))
    light, lights, light_scale = _waves([(r + g + b) / 3 for r, g, b in rgb], wide, max(3, nx), max(3, ny))
    yellow, yellows, yellow_scale = _waves([(r + g) / 2 - b for r, g, b in rgb], wide, 3, 3)
    redness, reds, red_scale = _waves([r - g for r, g, _ in rgb], wide, 3, 3)
    head = _round(63 * light) | _round(31.5 + 31.5 * yellow) << 6 | _round(31.5 + 31.5 * redness) << 12
    head |= _round(31 * light_scale) << 18 | sees_through << 23
    head |= (ny if wide > high else nx) << 24 | _round(63 * yellow_scale) << 27
    head |= _round(63 * red_scale) << 33 | (wide > high) << 39
    encoded = head.to_bytes(5, "little")
    waves = lights + yellows + reds
    if sees_through:
        mean, alphas, alpha_scale = _waves(alpha, wide, 5, 5)
        encoded += bytes((_round(15 * mean) | _round(15 * alpha_scale) << 4,))
        waves += alphas
    nibbles = [*(_round(15 * wave) for wave in waves), 0]
    encoded += bytes(low | high << 4 for low, high in zip(nibbles[::2], nibbles[1::2], strict=False))
    return base64.b64encode(encoded).decode()


def _waves(values: Sequence[float], wide: int, nx: int, ny: int) -> tuple[float, list[float], float]:
    """A discrete cosine transform's mean, its low frequencies scaled to 0..1, and their scale."""
    high = len(values) // wide
    across = [[math.cos(math.pi / wide * cx * (x + 0.5)) for x in range(wide)] for cx in range(nx)]
    down = [[math.cos(math.pi / high * cy * (y + 0.5)) for y in range(high)] for cy in range(ny)]
    rows = [values[at : at + wide] for at in range(0, len(values), wide)]
    sums = [[sum(map(operator.mul, row, wave)) for row in rows] for wave in across]
    found = [
        sum(map(operator.mul, sums[cx], down[cy])) / len(values)
        for cy in range(ny)
        for cx in range(nx)
        if cx * ny < nx * (ny - cy)
    ]
    scale = max(map(abs, found[1:]))
    return found[0], [0.5 + 0.5 / scale * wave if scale else wave for wave in found[1:]], scale


def _round(value: float) -> int:
    """Rounds halves up, as the format's reference in JavaScript does."""
    return math.floor(value + 0.5)

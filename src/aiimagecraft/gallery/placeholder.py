"""The placeholder of an image: a ThumbHash, shown blurred until the thumbnail is there. Pure."""

import base64
import math
import operator
from collections.abc import Sequence
from functools import cache

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
    red, green, blue, alpha = ([value / 255 for value in pixels[band::4]] for band in range(4))
    sees_through = min(alpha) < 1
    if sees_through:
        red, green, blue = (_on_its_mean(values, alpha) for values in (red, green, blue))
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


def _on_its_mean(values: Sequence[float], alpha: Sequence[float]) -> list[float]:
    mean = sum(map(operator.mul, values, alpha)) / (sum(alpha) or 1.0)
    return [mean * (1 - a) + value * a for value, a in zip(values, alpha, strict=True)]


@cache
def _cosines(count: int, length: int) -> list[list[float]]:
    return [[math.cos(math.pi / length * wave * (at + 0.5)) for at in range(length)] for wave in range(count)]


def _waves(values: Sequence[float], wide: int, nx: int, ny: int) -> tuple[float, list[float], float]:
    """A discrete cosine transform's mean, its low frequencies scaled to 0..1, and their scale."""
    high = len(values) // wide
    across, down = _cosines(nx, wide), _cosines(ny, high)
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

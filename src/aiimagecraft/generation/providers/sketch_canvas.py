"""What the sketch painter paints with: a palette found in the words of a prompt, and a canvas. Pure."""

import colorsys
import math
import random
import re
from collections import Counter
from collections.abc import Sequence

from PIL import Image, ImageChops, ImageDraw, ImageOps

Colour = tuple[int, int, int]
Points = list[tuple[float, float]]
WHITE: Colour = (255, 255, 255)

# Words: a palette from its depths to its light with an accent last; the scenes that suit it; what is added
# to them. The first mood whose words a prompt holds gives the palette, so the strongest colours come first;
# the scene is one that most of its moods share.
_MOODS = (
    ("neon cyberpunk synthwave arcade hologram laser futuristic robot",
     "0b0620 24105a 5a1a9c c31fb0 ff4fa0 7df5ff 32f0e6", "city planet silk", ""),
    ("sunset dusk dawn sunrise evening golden",
     "241734 5c2751 b5446e f2795a ffc46b fff0c9 ffd36e", "hills waves", ""),
    ("autumn fall october pumpkin harvest",
     "2a1512 642a1d a84a21 dc8130 efb95c fae8c0 d94f30", "hills bloom", "trees"),
    ("fire lava volcano flame ember dragon hell",
     "16070b 4a0d16 96201b dd4b1a ff9a2e ffe18a fff3c0", "silk hills flow", "stars"),
    ("dream pastel candy unicorn fairy soft baby cute kitten",
     "5b4b8a 9a7fc1 d7a5d6 f7c6d9 fde2e4 fff7f3 a9def9", "orbs silk bloom", ""),
    ("ink noir charcoal monochrome sketch portrait",
     "111214 2f3136 5d6068 94979e cfd1d4 f7f6f3 d9483b", "flow rings hills", ""),
    ("snow winter ice arctic frost glacier polar christmas",
     "22384f 4b6f8e 86a9c2 bcd3e1 e3eef4 ffffff f7b8a4", "hills", "trees snow"),
    ("space galaxy star planet nebula cosmic astronaut universe rocket alien",
     "060414 1b1240 47237a 9a3f9e e8779f ffd9c2 7fe3ff", "planet", "stars"),
    ("night moon midnight dark wolf owl camp",
     "070b1f 121a41 27346e 4d5b9d 9aa5d1 e8ebfa ffe9b0", "hills waves", "stars"),
    ("flower rose spring blossom petal bloom bouquet tulip garden sakura",
     "43163d 8a2f63 d35f8d f29fb0 fbd3cb fff4ec ffd67a", "bloom", ""),
    ("rain storm fog mist cloud grey gray thunder",
     "1c2530 394856 627584 93a3ad c3ccd0 eef1f1 f2d28b", "hills waves", "rain"),
    ("desert sand dune canyon egypt savanna camel",
     "3b1c27 7d3b32 c0643c e59a55 f6cf90 fdf0d5 fff3c4", "hills", ""),
    ("ocean sea water wave lake river beach island underwater fish whale",
     "04263f 0a4a6e 11799a 3fb3bf 9fe0d5 f4f7e8 ffb26b", "waves", ""),
    ("forest tree jungle wood leaf fern moss grass meadow pine",
     "0c2420 174a3c 2f7355 76a866 c5d69a f6f3d7 f2b45a", "hills", "trees"),
    ("city street skyline tokyo york paris london building tower urban",
     "101828 263454 4f5d86 a07f9b e8a88e ffe3bd ffd27a", "city", ""),
    ("geometric bauhaus pattern mosaic tile logo poster abstract icon",
     "1f2a44 22577a e4572e f3a712 f0e6d2 fff8e7 2a9d8f", "tiles rings", ""),
)  # fmt: skip
_OTHERS = (
    "1a1a40 3d348b 7678ed f7b801 f9d98c fff6df f35b04",
    "0d1b2a 1b3a4b 2f6f73 74a892 d9c99a f8f1de e36414",
    "2b193d 4f2f6f 8d5fa8 d59bb6 f4d3c4 fff6ee 58c4c6",
    "132a13 31572c 6f8f3a b9bf5c ecdf9a fbf8e4 e07a5f",
    "10002b 3c096c 7b2cbf c77dff e7c6ff faf0ff ffb703",
    "1f2233 4b3f5c 8c5560 d5896f f1c9a0 fdf3e3 ffdf9e",
)
_ANY_SCENE = "hills waves flow rings tiles orbs silk bloom planet"
_HUES = {
    "red": 0.99, "crimson": 0.97, "scarlet": 0.01, "orange": 0.07, "amber": 0.11, "gold": 0.125,
    "yellow": 0.14, "lime": 0.22, "green": 0.36, "emerald": 0.41, "teal": 0.49, "turquoise": 0.48,
    "cyan": 0.51, "azure": 0.57, "blue": 0.6, "indigo": 0.68, "purple": 0.76, "violet": 0.75,
    "lavender": 0.73, "magenta": 0.86, "pink": 0.92,
}  # fmt: skip
# Lightness and saturation of a palette made from named colours.
_STOPS = ((0.10, 0.6), (0.22, 0.62), (0.4, 0.66), (0.58, 0.72), (0.76, 0.74), (0.93, 0.6))
_DISTANCE = bytes(
    min(255, round(math.hypot(x - 63.5, y - 63.5) * 180 / 64)) for y in range(128) for x in range(128)
)


def distance() -> Image.Image:
    """Each pixel's distance from the centre: 180 at the middle of an edge, 255 in the corners."""
    return Image.frombytes("L", (128, 128), _DISTANCE)


def mix(one: Colour, other: Colour, part: float) -> Colour:
    """Blends two colours; 0 is the first, 1 the second."""
    red, green, blue = (round(a + (b - a) * part) for a, b in zip(one, other, strict=True))
    return red, green, blue


def circle(x: float, y: float, radius: float) -> Points:
    """A circle as a polygon fine enough to look round."""
    corners = 12 + round(radius / 3)
    turns = [math.tau * corner / corners for corner in range(corners)]
    return [(x + radius * math.cos(turn), y + radius * math.sin(turn)) for turn in turns]


def box(left: float, top: float, right: float, bottom: float) -> Points:
    """A rectangle as a polygon."""
    return [(left, top), (right, top), (right, bottom), (left, bottom)]


class Canvas:
    """A picture being painted.

    Attributes:
        unit: A 1,024th of the shorter side, so that brushes grow with the picture.
        chance: The only source of choices; seeded with the hash of what is painted.
        colours: The palette from deep to light; `accent` stands out from it.
        scenes: What to paint: the main scene, then what is added to it.
    """

    def __init__(self, size: tuple[int, int], chance: random.Random, prompt: str) -> None:
        self.width, self.height = size
        self.unit = min(size) / 1024
        self.chance = chance
        self.image = Image.new("RGB", size)
        found: list[str] = re.findall(r"[a-z]+", prompt[:4000].lower())
        words = dict.fromkeys([*found, *(word[:-1] for word in found if word.endswith("s"))])
        known = [mood for names, *mood in _MOODS if not words.keys().isdisjoint(names.split())]
        moods = known or [[chance.choice(_OTHERS), _ANY_SCENE, ""]]
        hues = [_HUES[word] for word in words if word in _HUES]
        *self.colours, self.accent = (_rgb(part) for part in moods[0][0].split())
        if hues and not known:
            self.colours = _of_hues(hues, chance)
        if hues:
            self.accent = _hls(hues[-1] + (0 if known or len(hues) > 1 else 0.5), 0.62, 0.8)
        added = dict.fromkeys(name for mood in moods for name in mood[2].split())
        fitting = Counter(name for mood in moods for name in mood[1].split())
        best = [name for name, count in fitting.items() if count == max(fitting.values())]
        self.scenes = [chance.choice(best), *added]

    def tone(self, light: float) -> Colour:
        """The palette's colour at a lightness from 0 to 1."""
        at = min(max(light, 0), 1) * (len(self.colours) - 1)
        low = min(int(at), len(self.colours) - 2)
        return mix(self.colours[low], self.colours[low + 1], at - low)

    def draw(
        self, shapes: Sequence[Points], colour: Colour | Image.Image, strength: float = 1, width: float = 0
    ) -> None:
        """Paints polygons, or with a width lines, in one colour or with a picture as large as the canvas.

        Edges are smooth: the mask is drawn twice as large, and only where the shapes are.
        """
        across, down = ([point[axis] for shape in shapes for point in shape] or [0.0] for axis in (0, 1))
        left, top = max(0, int(min(across) - width) - 1), max(0, int(min(down) - width) - 1)
        right, bottom = (
            min(self.width, int(max(across) + width) + 2),
            min(self.height, int(max(down) + width) + 2),
        )
        if right <= left or bottom <= top:
            return
        mask = Image.new("L", (2 * (right - left), 2 * (bottom - top)))
        pen = ImageDraw.Draw(mask)
        for shape in shapes:
            points = [(2 * (x - left), 2 * (y - top)) for x, y in shape]
            if width:
                pen.line(points, round(255 * strength), max(1, round(2 * width)), "curve")
            else:
                pen.polygon(points, round(255 * strength))
        region = (left, top, right, bottom)
        paint = colour.crop(region) if isinstance(colour, Image.Image) else colour
        self.image.paste(paint, region, mask.reduce(2))

    def fade(self, top: Colour, bottom: Colour, begin: float, end: float) -> Image.Image:
        """A picture as large as the canvas, from one colour to another between two heights in pixels."""
        first, last = round(begin), max(round(end), round(begin) + 1)
        ramp = Image.new("L", self.image.size, 255)
        ramp.paste(0, (0, 0, self.width, max(first, 0)))
        ramp.paste(Image.linear_gradient("L").resize((self.width, last - first)), (0, first))
        return ImageOps.colorize(ramp, top, bottom)

    def glow(self, x: float, y: float, radius: float, colour: Colour, strength: float) -> None:
        """Adds light around a point; its colour is deepened, as light on haze is."""
        side = max(2, round(2 * radius))
        lamp = distance().point([round(255 * max(0, 1 - v / 180) ** 2.4) for v in range(256)])
        mask = Image.new("L", self.image.size)
        mask.paste(lamp.resize((side, side)), (round(x - radius), round(y - radius)))
        parts = [part * part * strength / 65_025 for part in colour]
        bands = [mask.point([round(v * part) for v in range(256)]) for part in parts]
        self.image = ImageChops.screen(self.image, Image.merge("RGB", bands))

    def globe(self, where: tuple[float, float, float], light: Colour, dark: Colour, strength: float) -> None:
        """Paints a ball at (x, y, radius), lit from above and the left."""
        x, y, radius = where
        side = max(8, round(2 * radius))
        shade = distance().resize((side, side), box=(42, 45, 106, 109))
        ball = ImageOps.colorize(shade, mix(light, WHITE, 0.2), dark, mix(light, dark, 0.35), 0, 150, 66)
        mask = Image.new("L", (2 * side, 2 * side))
        ImageDraw.Draw(mask).ellipse((2, 2, 2 * side - 3, 2 * side - 3), fill=round(255 * strength))
        self.image.paste(ball, (round(x - radius), round(y - radius)), mask.reduce(2))


def _rgb(hexadecimal: str) -> Colour:
    red, green, blue = bytes.fromhex(hexadecimal)
    return red, green, blue


def _hls(hue: float, light: float, saturation: float) -> Colour:
    red, green, blue = colorsys.hls_to_rgb(hue % 1, light, saturation)
    return round(255 * red), round(255 * green), round(255 * blue)


def _of_hues(hues: list[float], chance: random.Random) -> list[Colour]:
    """A palette of the named hues, dark to light, drifting a little around each as paint does."""
    drift = chance.uniform(0.02, 0.06) * chance.choice((-1, 1))
    return [
        _hls(hues[at * len(hues) // len(_STOPS)] + drift * (at - 2) / 2, light, saturation)
        for at, (light, saturation) in enumerate(_STOPS)
    ]

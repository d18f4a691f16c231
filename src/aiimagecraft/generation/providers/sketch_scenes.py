"""The scenes a sketch is composed of. Each paints on the canvas with choices from its chance. Pure."""

import math
from collections.abc import Callable, Iterator

from PIL import Image, ImageChops, ImageDraw, ImageFilter

from aiimagecraft.generation.providers.sketch_canvas import WHITE, Canvas, Points, box, circle, mix

Scene = Callable[[Canvas], None]


def ground(canvas: Canvas) -> None:
    """A mesh of palette colours, a few points grown smoothly to the whole picture."""
    main, chance = canvas.scenes[0], canvas.chance
    light_above = main in ("flow", "silk", "bloom", "orbs") and chance.random() < 0.4  # noqa: PLR2004
    night = main in ("planet", "city") or "stars" in canvas.scenes
    low, high = (0.0, 0.42) if night else (0.18, 0.92)
    mesh = Image.new("RGB", (4, 5))
    for at in range(20):
        part = abs(at // 4 / 4 - light_above)
        mesh.putpixel((at % 4, at // 4), canvas.tone(low + (high - low) * part + chance.uniform(-0.09, 0.09)))
    canvas.image = mesh.resize(canvas.image.size, Image.Resampling.BICUBIC)


def _ridge(canvas: Canvas, rough: float, scale: float) -> Callable[[float], float]:
    """A hilly line: six octaves of sine waves, about -1 to 1 at a part of the width."""
    chance = canvas.chance
    waves = [
        (scale * 2**octave * chance.uniform(0.7, 1.3), chance.uniform(0, 7), rough**octave)
        for octave in range(6)
    ]
    total = sum(height for _, _, height in waves)
    return lambda x: sum(height * math.sin(often * x * math.tau + at) for often, at, height in waves) / total


def _below(canvas: Canvas, line: Callable[[float], float]) -> tuple[Points, Points]:
    """A line across the canvas, and everything below it."""
    tops = [(float(x), line(x / canvas.width)) for x in range(-8, canvas.width + 17, 8)]
    return tops, [*tops, (tops[-1][0], canvas.height + 9.0), (tops[0][0], canvas.height + 9.0)]


def _sun(canvas: Canvas, horizon: float) -> tuple[float, float]:
    """Hangs a sun or moon over the horizon; returns its place across and its radius."""
    chance = canvas.chance
    x, y = canvas.width * chance.uniform(0.2, 0.8), horizon - canvas.height * chance.uniform(0.05, 0.24)
    radius = canvas.unit * chance.uniform(55, 120)
    canvas.glow(x, y, radius * 9, canvas.accent, 0.55)
    canvas.glow(x, y, radius * 3.2, canvas.accent, 0.6)
    canvas.draw([circle(x, y, radius)], mix(canvas.accent, WHITE, 0.45), 0.96)
    return x, radius


def hills(canvas: Canvas) -> None:
    """Ranges behind ranges, paler with distance, under a sun or moon."""
    chance, height = canvas.chance, canvas.height
    horizon = height * chance.uniform(0.42, 0.56)
    _sun(canvas, horizon)
    layers, rough = chance.randint(5, 7), chance.uniform(0.36, 0.56)
    haze = canvas.tone(0.45 if "stars" in canvas.scenes else 0.62)
    for layer in range(layers):
        near = layer / (layers - 1)
        base, swing = horizon + (height * 0.93 - horizon) * near**1.25, height * (0.085 - 0.02 * near)
        ridge = _ridge(canvas, rough, chance.uniform(0.7, 1.3) * (1.5 - near * 0.5))
        tops, body = _below(canvas, lambda x, base=base, swing=swing, ridge=ridge: base - swing * ridge(x))
        trees = _pines(canvas, tops, near) if "trees" in canvas.scenes and near > 0.3 else ()  # noqa: PLR2004
        tint = mix(haze, canvas.tone(0.02), 0.18 + 0.82 * near)
        foot, top = mix(tint, haze, 0.42 - 0.2 * near), base - swing * 0.8
        canvas.draw([body, *trees], canvas.fade(tint, foot, top, top + 0.2 * height))


def _pines(canvas: Canvas, tops: Points, near: float) -> Iterator[Points]:
    chance = canvas.chance
    for x, y in tops[::2]:
        if chance.random() < 0.7 - 0.2 * near:
            tall = canvas.unit * (14 + 80 * near**2) * chance.uniform(0.5, 1.25)
            at, foot = x + chance.uniform(-8, 8), y + 6
            for tier in range(3):
                wide, floor = tall * (0.26 - 0.06 * tier), foot - tall * 0.26 * tier
                yield [(at, foot - tall * (0.42 + 0.29 * tier)), (at + wide, floor), (at - wide, floor)]


def waves(canvas: Canvas) -> None:
    """Swells that come nearer and grow, each with a thin light crest, and the sun's path over them."""
    chance, height = canvas.chance, canvas.height
    horizon = height * chance.uniform(0.36, 0.5)
    sun, radius = _sun(canvas, horizon)
    for layer in range(9):
        near = layer / 8
        base, swing = horizon + (height * 0.95 - horizon) * near**1.5, height * (0.002 + 0.036 * near)
        swell = _swell(canvas, near)
        tops, body = _below(canvas, lambda x, base=base, swing=swing, swell=swell: base - swing * swell(x))
        deep, top = canvas.tone(0.62 - 0.6 * near), base - 1.4 * swing
        crest = mix(deep, canvas.tone(0.66), 0.5)
        canvas.draw([body], canvas.fade(crest, deep, top, top + (0.05 + 0.13 * near) * height))
        canvas.draw([tops], mix(canvas.tone(1), canvas.accent, 0.25), 0.38, canvas.unit * (0.8 + 1.8 * near))
    dashes: list[Points] = []
    for _ in range(150):
        near = chance.random() ** 1.7
        x, y = chance.gauss(sun, radius * (0.35 + 0.8 * near)), horizon + 5 + near * (height - horizon) * 0.8
        long = canvas.unit * chance.uniform(5, 16 + 34 * near)
        dashes.append([(x - long, y), (x + long, y)])
    canvas.draw(dashes, canvas.accent, 0.75, 2 * canvas.unit)


def _swell(canvas: Canvas, near: float) -> Callable[[float], float]:
    chance = canvas.chance
    often, at, second = (
        chance.uniform(1.2, 2.2) * (2.6 - 1.6 * near),
        chance.uniform(0, 7),
        chance.uniform(0.6, 1.1),
    )

    def swell(x: float) -> float:
        turn = often * x * math.tau + at
        return math.sin(turn + 0.55 * math.sin(turn)) + 0.6 * math.sin(second * x * math.tau - at)

    return swell


def flow(canvas: Canvas) -> None:
    """Ribbons that follow one slow current, like the grain of wood."""
    chance, stride = canvas.chance, 26 * canvas.unit
    a, b, c, d = (chance.uniform(0.6, 1.7) for _ in range(4))
    at, heading = chance.uniform(0, 7), chance.uniform(0, math.tau)
    for group in range(6):
        strands: list[Points] = []
        for _ in range(26):
            x, y = chance.uniform(-0.1, 1.1) * canvas.width, chance.uniform(-0.1, 1.1) * canvas.height
            strand = [(x, y)]
            for _ in range(chance.randint(14, 44)):
                u, v = 4 * x / canvas.width, 4 * y / canvas.height
                turn = heading + 1.5 * math.sin(a * u + at) + 1.2 * math.cos(b * v - at)
                turn += 0.5 * math.sin(1.5 * c * (u + v) + d)
                x, y = x + stride * math.cos(turn), y + stride * math.sin(turn)
                strand.append((x, y))
            strands.append(strand)
        colour = canvas.accent if group % 4 == 3 else canvas.tone(chance.uniform(0, 1))  # noqa: PLR2004
        width = canvas.unit * chance.choice((2, 3, 5, 9, 16)) * chance.uniform(0.7, 1.3)
        canvas.draw(strands, colour, chance.uniform(0.5, 0.95), width)


def rings(canvas: Canvas) -> None:
    """Ripples of broken rings around two or three centres."""
    chance, unit = canvas.chance, canvas.unit
    for centre in range(chance.randint(2, 3)):
        x, y = canvas.width * chance.uniform(0.15, 0.85), canvas.height * chance.uniform(0.15, 0.85)
        radius, reach = unit * chance.uniform(24, 60), unit * chance.uniform(260, 560)
        canvas.glow(x, y, reach, canvas.tone(0.8), 0.4)
        while radius < reach:
            wide, begin, steps = (
                unit * chance.choice((2, 4, 8, 14, 22)),
                chance.uniform(0, 7),
                chance.randint(40, 121),
            )
            turns = [begin + math.tau * step / 120 for step in range(steps)]
            arc = [(x + radius * math.cos(turn), y + radius * math.sin(turn)) for turn in turns]
            accent, light = chance.random() < 0.16, chance.choice((0.02, 0.2, 0.45, 0.75, 1.0))  # noqa: PLR2004
            canvas.draw([arc], canvas.accent if accent else canvas.tone(light), 0.9 - 0.15 * centre, wide)
            radius += wide + unit * chance.uniform(6, 30)


def tiles(canvas: Canvas) -> None:
    """A poster of arches, discs and triangles on a square grid."""
    chance = canvas.chance
    cell = min(canvas.width, canvas.height) / chance.choice((4, 6, 8))
    colours = [*canvas.colours, canvas.accent]
    for at in range(math.ceil(canvas.height / cell) * (columns := math.ceil(canvas.width / cell))):
        left, top = at % columns * cell, at // columns * cell
        back, front, third = chance.sample(colours, 3)
        right, low = chance.choice((0, 1)), chance.choice((0, 1))
        x, y = left + cell * right, top + cell * low
        canvas.draw([box(left, top, left + cell, top + cell)], back)
        kind = chance.choice(("arch", "arch", "fan", "disc", "half", "plain"))
        if kind in ("arch", "fan"):
            canvas.draw([_quarter(x, y, cell * (1 - 2 * right), cell * (1 - 2 * low))], front)
        if kind == "arch":
            canvas.draw([_quarter(x, y, cell * (0.5 - right), cell * (0.5 - low))], third)
        if kind == "disc":
            canvas.draw([circle(left + cell / 2, top + cell / 2, cell * 0.34)], front)
        if kind == "half":
            canvas.draw([[(left, top), (left + cell, top), (x, top + cell)]], front)


def _quarter(x: float, y: float, across: float, down: float) -> Points:
    """A quarter of a disc from its centre, in the direction of the signs."""
    turns = [math.pi / 2 * step / 48 for step in range(49)]
    return [(x, y), *((x + across * math.cos(turn), y + down * math.sin(turn)) for turn in turns)]


def orbs(canvas: Canvas) -> None:
    """Soft globes that float at several distances."""
    chance = canvas.chance
    for orb in range(9):
        x, y = canvas.width * chance.uniform(0.05, 0.95), canvas.height * chance.uniform(0.05, 0.9)
        radius = canvas.unit * (230 - 22 * orb) * chance.uniform(0.6, 1.2)
        light = canvas.accent if orb in (4, 6) else chance.choice(canvas.colours[3:])
        canvas.globe((x, y, radius), light, chance.choice(canvas.colours[1:3]), chance.uniform(0.8, 1))
        canvas.glow(x - radius * 0.36, y - radius * 0.4, radius * 0.45, WHITE, 0.5)


def silk(canvas: Canvas) -> None:
    """Sheets of fine threads between two turning curves."""
    chance, width = canvas.chance, canvas.width
    for sheet in range(3):
        first, second = (_ridge(canvas, 0.3, chance.uniform(0.5, 1.0)) for _ in range(2))
        middle, reach = canvas.height * chance.uniform(0.3, 0.7), canvas.height * chance.uniform(0.28, 0.42)
        for half in range(2):
            threads = [
                [
                    (
                        x,
                        middle
                        + reach * (first(x / width) * (1 - part) + second(x / width + 0.2 * part) * part),
                    )
                    for x in map(float, range(-16, width + 41, 24))
                ]
                for part in (thread / 64 for thread in range(half, 64, 2))
            ]
            colour = (
                canvas.accent if sheet == half == 1 else canvas.tone((0.95, 0.15, 0.7)[sheet] - 0.15 * half)
            )
            canvas.draw(threads, colour, 0.62, 1.3 * canvas.unit)


def bloom(canvas: Canvas) -> None:
    """Flowers of translucent petals, the large ones first."""
    chance = canvas.chance
    for flower in range(5):
        x, y = canvas.width * chance.uniform(0.12, 0.88), canvas.height * chance.uniform(0.15, 0.85)
        reach = canvas.unit * (330 - 52 * flower) * chance.uniform(0.85, 1.15)
        petals, start = chance.randint(7, 13), chance.uniform(0, 7)
        for whorl in range(4):
            long = reach * (1 - 0.23 * whorl)
            turns = [start + whorl * 0.4 + math.tau * petal / petals for petal in range(petals)]
            shapes = [_petal(x, y, turn, long, long * 2.3 / petals) for turn in turns]
            for half in range(2):
                canvas.draw(shapes[half::2], canvas.tone(0.25 + 0.2 * whorl + 0.07 * half), 0.6)
        canvas.draw([circle(x, y, reach * 0.11)], canvas.accent, 0.95)


def _petal(x: float, y: float, turn: float, long: float, wide: float) -> Points:
    outline: Points = []
    for step in range(25):
        round_trip = math.tau * step / 24
        out = long * (1 - math.cos(round_trip)) / 2
        side = wide * math.sin(round_trip) * (0.4 + 0.6 * math.sin(round_trip / 2))
        across, along = math.cos(turn), math.sin(turn)
        outline.append((x + out * across - side * along, y + out * along + side * across))
    return outline


def planet(canvas: Canvas) -> None:
    """A great globe with a tilted ring, small moons, and stars."""
    chance, unit = canvas.chance, canvas.unit
    stars(canvas)
    x, y = canvas.width * chance.uniform(0.35, 0.65), canvas.height * chance.uniform(0.38, 0.6)
    radius, tilt = unit * chance.uniform(170, 260), chance.uniform(-28, 28)
    canvas.glow(x - radius * 0.3, y - radius * 0.3, radius * 3, canvas.tone(0.7), 0.9)
    ring = Image.new("L", (2 * canvas.width, 2 * canvas.height))
    for band in range(7):
        wide = 2 * radius * (1.42 + 0.11 * band)
        oval = (2 * x - wide, 2 * y - wide * 0.24, 2 * x + wide, 2 * y + wide * 0.24)
        shade, thick = chance.randint(90, 230), round(unit * chance.choice((4, 8, 14)))
        ImageDraw.Draw(ring).ellipse(oval, outline=shade, width=thick)
    ring = ring.rotate(tilt, Image.Resampling.BILINEAR, center=(2 * x, 2 * y)).reduce(2)
    canvas.image.paste(canvas.tone(0.9), (0, 0, canvas.width, canvas.height), ring)
    canvas.globe((x, y, radius), canvas.tone(0.95), canvas.tone(0.12), 1)
    front = Image.new("L", ring.size)
    front.paste(255, (0, round(y), canvas.width, canvas.height))
    front = ImageChops.multiply(ring, front.rotate(tilt, center=(x, y)).filter(ImageFilter.BoxBlur(1)))
    canvas.image.paste(canvas.tone(1), (0, 0, canvas.width, canvas.height), front)
    for _ in range(chance.randint(1, 3)):
        moon = canvas.width * chance.uniform(0.06, 0.94), canvas.height * chance.uniform(0.06, 0.9)
        canvas.globe((*moon, unit * chance.uniform(14, 46)), canvas.accent, canvas.tone(0.2), 1)


def city(canvas: Canvas) -> None:
    """Rows of towers with lit windows before a glowing sky."""
    chance, unit, height = canvas.chance, canvas.unit, canvas.height
    canvas.glow(canvas.width * chance.uniform(0.3, 0.7), height * 0.72, height * 0.8, canvas.tone(0.7), 0.9)
    _sun(canvas, height * 0.55)
    for row in range(4):
        near = row / 3
        towers: list[tuple[float, float, float]] = []
        x = -chance.uniform(0, 60) * unit
        while x < canvas.width:
            wide = unit * chance.uniform(38, 96) * (0.7 + 0.6 * near)
            tall = 0.2 + chance.uniform(0.05, 0.42) * (1 - 0.35 * near) - 0.1 * near
            towers.append((x, height * (1 - tall), x + wide))
            x += wide + unit * chance.choice((0, 0, 3, 12))
        tint = mix(canvas.tone(0.5), canvas.tone(0), 0.3 + 0.7 * near)
        foot = mix(tint, canvas.tone(0.6), 0.4 * (1 - near))
        bodies = [box(left, top, right, height) for left, top, right in towers]
        canvas.draw(bodies, canvas.fade(tint, foot, height * 0.4, height))
        panes = [pane for tower in towers for pane in _panes(canvas, *tower, pitch=unit * (9 + 7 * near))]
        canvas.draw(panes, canvas.accent if row % 2 else canvas.tone(0.95), 0.25 + 0.6 * near)


def _panes(canvas: Canvas, left: float, top: float, right: float, pitch: float) -> Iterator[Points]:
    lit = canvas.chance.uniform(0.1, 0.45)
    for row in range(1, int((canvas.height - top) / pitch / 1.15)):
        for column in range(int((right - left) / pitch - 0.8)):
            if canvas.chance.random() < lit:
                x, y = left + pitch * (column + 0.8), top + pitch * row * 1.15
                yield box(x, y, x + pitch * 0.42, y + pitch * 0.5)


def stars(canvas: Canvas) -> None:
    """A sky of stars, three brightnesses, a few with a halo."""
    chance = canvas.chance
    depth = canvas.height * (1 if canvas.scenes[0] == "planet" else 0.6)
    for count, radius, strength in ((200, 0.7, 0.45), (100, 1.1, 0.75), (24, 1.7, 1)):
        places = [(chance.uniform(0, canvas.width), chance.random() ** 1.6 * depth) for _ in range(count)]
        canvas.draw(
            [circle(x, y, canvas.unit * radius) for x, y in places], mix(canvas.tone(1), WHITE, 0.4), strength
        )
        for x, y in places[: 4 if strength == 1 else 0]:
            canvas.glow(x, y, canvas.unit * chance.uniform(9, 18), WHITE, 1)


def snow(canvas: Canvas) -> None:
    """Flakes far and near."""
    chance = canvas.chance
    for count, radius, strength in ((420, 1.6, 0.8), (120, 3.2, 0.75), (26, 8.0, 0.35)):
        flakes = [
            circle(
                chance.uniform(0, canvas.width),
                chance.uniform(0, canvas.height),
                radius * chance.uniform(0.6, 1.4),
            )
            for _ in range(count)
        ]
        canvas.draw(flakes, WHITE, strength)


def rain(canvas: Canvas) -> None:
    """Thin slanting strokes."""
    drops: list[Points] = []
    for _ in range(360):
        x, y = canvas.chance.uniform(0, canvas.width * 1.1), canvas.chance.uniform(-0.1, 1) * canvas.height
        long = canvas.unit * canvas.chance.uniform(20, 70)
        drops.append([(x, y), (x - long * 0.22, y + long)])
    canvas.draw(drops, canvas.tone(1), 0.32, 0.9 * canvas.unit)


# Trees have no scene of their own: they stand on the hills.
SCENES: dict[str, Scene] = {
    scene.__name__: scene
    for scene in (hills, waves, flow, rings, tiles, orbs, silk, bloom, planet, city, stars, snow, rain)
}

"""A library of any length for benchmarks: rows by SQL, real thumbnails that they share by hard links."""

import colorsys
import io
import os
import random
from pathlib import Path

import asyncpg
from PIL import Image, ImageDraw

from aiimagecraft.embedded import embedded_postgres
from aiimagecraft.gallery.placeholder import placeholder_of

POOL = 2_000
SIDE = 256
INSERT_SECONDS = 900
# One in twenty is starred; they lie `step` apart, back from now.
FILL = """
INSERT INTO image (id, user_id, prompt, model, params, width, height, object_key, thumb_key, format, bytes,
    sha256, placeholder, starred, created_at)
SELECT id, (SELECT min(id) FROM piccolo_user),
    format('%s of %s %s, number %s',
        (ARRAY['A photograph', 'An oil painting', 'A pencil drawing', 'A poster', 'A map'])[1 + n % 5],
        (ARRAY['a lighthouse', 'a red fox', 'an old harbour', 'a greenhouse', 'a robot',
               'a paper boat', 'a mountain hut'])[1 + n % 7],
        (ARRAY['at dusk', 'in the snow', 'under a storm', 'on Mars'])[1 + n % 4], n),
    (ARRAY['gpt-image-2', 'sketch', 'upload'])[1 + n % 3], '{"size": "1024x1024"}',
    1024, 1024, id || '.png', 'thumb/' || id || '.webp', 'png', 1500000 + n, md5(n::text) || md5(n::text),
    ($2::text[])[1 + n % cardinality($2::text[])], n % 20 = 7, made
FROM (SELECT n, uuidv7(shift) AS id, now() + shift AS made
      FROM generate_series(1, $1::int) AS n, LATERAL (SELECT -n * $3::interval AS shift) AS a) AS b
"""


async def fill(data_dir: Path, rows: int, step_seconds: float) -> None:
    """Add images whose thumbnails exist, and leave the table as autovacuum would."""
    folder = data_dir / "objects" / "thumb"
    folder.mkdir(parents=True, exist_ok=True)
    pool, placeholders = _pool(folder, min(POOL, rows))
    with embedded_postgres(data_dir) as dsn:
        connection = await asyncpg.connect(dsn)
        try:
            step = f"{step_seconds} seconds"
            await connection.execute(
                FILL.replace("$3::interval", f"interval '{step}'"), rows, placeholders, timeout=INSERT_SECONDS
            )
            await connection.execute("VACUUM ANALYZE image", timeout=INSERT_SECONDS)
            names = await connection.fetch("SELECT id FROM image ORDER BY created_at DESC")
        finally:
            await connection.close()
    for number, row in enumerate(names, start=1):
        # The picture is the one that the placeholder was made of.
        os.link(pool[number % len(pool)], folder / f"{row['id']}.webp")


def _pool(folder: Path, size: int) -> tuple[list[Path], list[str]]:
    files: list[Path] = []
    placeholders: list[str] = []
    for number in range(size):
        picture = _picture(number)
        file = folder / f"pool-{number}.webp"
        buffer = io.BytesIO()
        picture.save(buffer, "WEBP", quality=80)
        file.write_bytes(buffer.getvalue())
        files.append(file)
        placeholders.append(placeholder_of(picture))
    return files, placeholders


def _picture(number: int) -> Image.Image:
    """Sky, ground and a few shapes, different for each number."""
    chance = random.Random(number)  # noqa: S311 - for looks only

    def colour(light: float) -> tuple[int, int, int]:
        red, green, blue = colorsys.hls_to_rgb(chance.random(), light, 0.2 + chance.random() * 0.5)
        return round(red * 255), round(green * 255), round(blue * 255)

    sky = Image.linear_gradient("L").resize((SIDE, SIDE))
    picture = Image.composite(
        Image.new("RGB", sky.size, colour(0.8)), Image.new("RGB", sky.size, colour(0.4)), sky
    )
    draw = ImageDraw.Draw(picture)
    horizon = chance.randint(SIDE // 3, SIDE - 40)
    draw.rectangle((0, horizon, SIDE, SIDE), fill=colour(0.25))
    for _ in range(chance.randint(2, 6)):
        x, y, r = chance.randint(0, SIDE), chance.randint(0, SIDE), chance.randint(12, 60)
        shape = chance.choice((draw.ellipse, draw.rectangle))
        shape((x - r, y - r, x + r, y + r), fill=colour(0.55))
    return picture

"""The scenes that the stand-in has, and the pictures and videos of them."""

from __future__ import annotations

import hashlib
import io
import re
import struct
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from functools import cache
from pathlib import Path

from PIL import Image

from tests.standins.images_pictures import gradients, sketches

BEGIN = datetime(2026, 1, 1, tzinfo=UTC)
VIDEO = (Path(__file__).parent / "stash_preview.mp4").read_bytes()
"""Three seconds of H.264, recorded by a browser."""
STUDIOS = ("North Light", "Harbour Films", "Ateliers Réunis", "Studio 54°")
SUBJECTS = (
    "Morning fog",
    "Rain on glass",
    "The long pier",
    "Night train",
    "Salt flats",
    "Café à Montréal",
    "雪の朝",
)
PREVIEW, SPRITE = "scene preview", "scene vtt/sprite"
LOOKS = 12
"""Different pictures; every scene, image and so on shows one of them."""
COVER, THUMBNAIL, FRAME = (640, 360), (320, 180), (160, 90)
SPRITE_SIDE = 9
"""A sprite is this many frames wide and high."""


@dataclass(frozen=True, slots=True)
class Scene:
    """One scene, of which the odd ones lack something as in real life."""

    id: int

    @property
    def title(self) -> str:
        return "" if self.id % 15 == 0 else f"{SUBJECTS[self.id % len(SUBJECTS)]} {self.id}"

    @property
    def basename(self) -> str:
        return f"clip.{self.id:04}.mp4"

    @property
    def studio(self) -> str | None:
        return None if self.id % 7 == 0 else STUDIOS[self.id % len(STUDIOS)]

    @property
    def date(self) -> str | None:
        return None if self.id % 11 == 0 else f"{BEGIN + timedelta(days=self.id % 300):%Y-%m-%d}"

    @property
    def duration(self) -> float:
        return 30 + self.id * 7919 % 5400 + 0.48 if self.has_file else 0

    @property
    def rating(self) -> int | None:
        return None if self.id % 3 else 20 + self.id * 31 % 81

    @property
    def has_file(self) -> bool:
        return self.id % 40 != 0

    @property
    def created_at(self) -> datetime:
        return BEGIN + timedelta(minutes=self.id)

    @property
    def updated_at(self) -> datetime:
        return BEGIN + timedelta(days=200, minutes=self.id)

    @property
    def oshash(self) -> str:
        return hashlib.md5(f"scene {self.id}".encode(), usedforsecurity=False).hexdigest()[:16]

    @property
    def has_preview(self) -> bool:
        """Whether its video was generated; if not, its path is told all the same."""
        return self.id % 10 != 0

    @property
    def has_sprite(self) -> bool:
        return self.id % 20 != 0


@dataclass(frozen=True, slots=True)
class Media:
    """A file as it is sent."""

    body: bytes
    content_type: str
    modified: datetime

    @property
    def etag(self) -> str:
        return f'"{hashlib.md5(self.body, usedforsecurity=False).hexdigest()}"'


class Library:
    """What there is.

    Args:
        scenes: How many scenes, numbered from 1; there are as many images, performers, studios and tags.
        sketch: Paint pictures that are worth a look.
    """

    def __init__(self, scenes: int, *, sketch: bool = False) -> None:
        self.scenes = [Scene(number) for number in range(1, scenes + 1)]
        self._by_hash = {scene.oshash: scene for scene in self.scenes}
        self._paint = _sketched if sketch else _plain

    def find(self, path: str) -> Callable[[], Media] | None:
        """Return what makes the file of a path, or None where there is none. The making blocks."""
        if match := _HASHED.fullmatch(path):
            scene, variant = self._by_hash.get(match[1]), SPRITE
        elif match := _NUMBERED.fullmatch(path):
            scene, variant = self._numbered(int(match[2])), f"{match[1]} {match[3]}"
        else:
            return None
        if scene is None or variant not in _VARIANTS:
            return None
        if (variant == PREVIEW and not scene.has_preview) or (variant == SPRITE and not scene.has_sprite):
            return None
        return lambda: self._make(scene, variant)

    def _numbered(self, number: int) -> Scene | None:
        return self.scenes[number - 1] if 1 <= number <= len(self.scenes) else None

    def _make(self, scene: Scene, variant: str) -> Media:
        shape, kind = _VARIANTS[variant]
        mark = f"{variant} {scene.id}".encode()
        look = scene.id % LOOKS
        if shape is None:
            return Media(VIDEO + struct.pack(">I4s", 8 + len(mark), b"free") + mark, kind, scene.updated_at)
        body = self._paint(look, shape, kind)
        if kind == "image/jpeg":
            # A comment, so that no two of them are the same.
            body = body[:2] + b"\xff\xfe" + struct.pack(">H", 2 + len(mark)) + mark + body[2:]
        return Media(body, kind, scene.updated_at)


_NUMBERED = re.compile(r"/(scene|image|performer|studio|tag)/([0-9]{1,18})/([a-z/]+)")
_HASHED = re.compile(r"/scene/([0-9a-f]{16})_sprite\.jpg")
_VARIANTS: dict[str, tuple[tuple[int, int] | None, str]] = {
    "scene screenshot": (COVER, "image/jpeg"),
    PREVIEW: (None, "video/mp4"),
    "scene webp": (THUMBNAIL, "image/webp"),
    SPRITE: (FRAME, "image/jpeg"),
    "image thumbnail": (THUMBNAIL, "image/jpeg"),
    "image preview": (None, "video/mp4"),
    "image image": (COVER, "image/jpeg"),
    "performer image": (THUMBNAIL, "image/jpeg"),
    "studio image": (THUMBNAIL, "image/webp"),
    "tag image": (THUMBNAIL, "image/jpeg"),
}


@cache
def _plain(look: int, size: tuple[int, int], kind: str) -> bytes:
    return _encode(gradients(f"look {look}", 0, size), size, kind)


@cache
def _sketched(look: int, size: tuple[int, int], kind: str) -> bytes:
    subject = f"{SUBJECTS[look % len(SUBJECTS)]}, take {look}"
    width, height = COVER
    painted = sketches(subject, look, (width, width * 2 // 3))
    # The upper edge goes: at the lower one it says that it is a sketch.
    return _encode(painted.crop((0, painted.height - height, *painted.size)).resize(size), size, kind)


def _encode(image: Image.Image, size: tuple[int, int], kind: str) -> bytes:
    buffer = io.BytesIO()
    if size == FRAME:
        width, height = size
        sheet = Image.new("RGB", (width * SPRITE_SIDE, height * SPRITE_SIDE))
        for place in range(SPRITE_SIDE**2):
            # The frames move on, so that one sees them pass.
            frame = Image.new("RGB", size)
            frame.paste(image, (place * 2 - width, 0))
            frame.paste(image, (place * 2, 0))
            sheet.paste(frame, (place % SPRITE_SIDE * width, place // SPRITE_SIDE * height))
        image = sheet
    if kind == "image/webp":
        frames = [image.rotate(turn) for turn in (0, 8, 16)]
        frames[0].save(buffer, "WEBP", save_all=True, append_images=frames[1:], duration=200, method=0)
    else:
        image.convert("RGB").save(buffer, "JPEG", quality=85)
    return buffer.getvalue()

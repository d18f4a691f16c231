"""The models that are known by name: what each can do and what it costs. Pure data.

Sources: OpenAI's guide to image generation (July 2026), its model pages and its list of deprecations
(November 2026).
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from datetime import date

import msgspec

from aiimagecraft.generation.pricing import FIRST_PRICES, OLDER_PRICES, PRICES, SMALL_PRICES, Prices
from aiimagecraft.generation.providers import sketch
from aiimagecraft.generation.schemas import MAX_IMAGES, MAX_SOURCES, Estimate, FreeSize, ModelInfo


class Model(msgspec.Struct, frozen=True, kw_only=True):
    """A model: what a client sees of it, and what only the server needs.

    Attributes:
        info: What it can do.
        at_once: Requests of one job at the same time, for an image each; at 0 one asks for all images.
        partials: Earlier states to ask for while an image is made, 0 to 3; above 0 the model streams.
        prices: Of its tokens; none when they are not known.
    """

    info: ModelInfo
    at_once: int = 0
    partials: int = 0
    prices: Prices | None = None


SKETCH = Model(
    info=ModelInfo(
        name="sketch",
        label="Sketch",
        offline=True,
        sizes=[f"{width}x{height}" for width, height in sketch.SIZES],
        free_size=None,
        qualities=[],
        backgrounds=[],
        formats=[],
        max_images=MAX_IMAGES,
        max_sources=1,
        mask=False,
        estimates=[],
    ),
    at_once=1,
)

_PRESETS = ["auto", "1024x1024", "1536x1024", "1024x1536"]
_LARGE = ["2048x2048", "3840x2160", "2160x3840"]
_QUALITIES = ["auto", "low", "medium", "high"]
_FINEST = ["xhigh", "max"]
_FREE = FreeSize(multiple=16, max_edge=3840, max_ratio=3.0, min_pixels=655_360, max_pixels=8_294_400)
_ANY = FreeSize(multiple=8, max_edge=8192, max_ratio=16.0, min_pixels=4_096, max_pixels=33_554_432)

Costs = Mapping[str, Sequence[float]]
"""By size, what an image of low, medium and high quality costs to put out."""

_COSTS_2: Costs = {
    "1024x1024": (0.006, 0.053, 0.211),
    "1536x1024": (0.005, 0.041, 0.165),
    "1024x1536": (0.005, 0.041, 0.165),
}
_COSTS_1_5: Costs = {
    "1024x1024": (0.009, 0.034, 0.133),
    "1536x1024": (0.013, 0.05, 0.20),
    "1024x1536": (0.013, 0.05, 0.20),
}
_COSTS_MINI: Costs = {
    "1024x1024": (0.005, 0.011, 0.036),
    "1536x1024": (0.006, 0.015, 0.052),
    "1024x1536": (0.006, 0.015, 0.052),
}


def _gpt_image(  # noqa: PLR0913 - one keyword for each difference.
    name: str,
    label: str,
    prices: Prices = PRICES,
    *,
    costs: Costs | None = None,
    newer: bool = False,
    free: bool = False,
    transparent: bool = True,
) -> Model:
    estimates = [
        Estimate(quality=quality, size=size, usd=usd)
        for size, row in (costs or {}).items()
        for quality, usd in zip(_QUALITIES[1:], row, strict=True)
    ]
    info = ModelInfo(
        name=name,
        label=label,
        offline=False,
        sizes=[*_PRESETS, *(_LARGE if free else [])],
        free_size=_FREE if free else None,
        qualities=[*_QUALITIES, *(_FINEST if newer else [])],
        backgrounds=["auto", "opaque", *(["transparent"] if transparent else [])],
        formats=["png", "jpeg", "webp"],
        max_images=MAX_IMAGES,
        max_sources=MAX_SOURCES,
        mask=True,
        estimates=estimates,
    )
    return Model(info=info, at_once=4, partials=2, prices=prices)


KNOWN = {
    model.info.name: model
    for model in (
        SKETCH,
        # The guide says that gpt-image-2 makes no transparent images; the later models do.
        _gpt_image("gpt-image-2", "GPT Image 2", costs=_COSTS_2, free=True, transparent=False),
        _gpt_image("gpt-image-2.6-sunburst", "GPT Image 2.6 Sunburst", newer=True, free=True),
        _gpt_image("gpt-image-2.6-flare", "GPT Image 2.6 Flare", newer=True, free=True),
        _gpt_image("gpt-image-2.5-sunburst", "GPT Image 2.5 Sunburst", newer=True, free=True),
        _gpt_image("gpt-image-2.5-flare", "GPT Image 2.5 Flare", newer=True, free=True),
        _gpt_image("gpt-image-1.5", "GPT Image 1.5", OLDER_PRICES, costs=_COSTS_1_5),
        _gpt_image("gpt-image-1-mini", "GPT Image 1 Mini", SMALL_PRICES, costs=_COSTS_MINI),
        _gpt_image("chatgpt-image-latest", "ChatGPT Image", OLDER_PRICES),
        _gpt_image("gpt-image-1", "GPT Image 1", FIRST_PRICES),
    )
}
DEFAULT = (
    "gpt-image-2",
    "gpt-image-2.6-sunburst",
    "gpt-image-2.6-flare",
    "gpt-image-2.5-sunburst",
    "gpt-image-2.5-flare",
)
"""Offered when `IMAGE_MODELS` names none: the first is the newest whose prices are published."""

RETIRED = {
    "dall-e-2": date(2026, 5, 12),
    "dall-e-3": date(2026, 5, 12),
    "gpt-image-1": date(2026, 10, 23),
    "gpt-image-1.5": date(2026, 12, 1),
    "gpt-image-1-mini": date(2026, 12, 1),
    "chatgpt-image-latest": date(2026, 12, 1),
}
"""When OpenAI's own server shut a model down; another server may still have one of that name."""


def named(name: str) -> Model:
    """Return the model of a name; an unknown one can be assumed to do what every server does.

    A snapshot (`gpt-image-2-2026-04-21`) and a name with its maker in front (`openai/gpt-image-2`) are the
    model that they name.
    """
    if exact := KNOWN.get(name):
        return exact
    if known := KNOWN.get(re.sub(r"-\d{4}-\d{2}-\d{2}$", "", name.rpartition("/")[2])):
        return msgspec.structs.replace(known, info=msgspec.structs.replace(known.info, name=name))
    info = ModelInfo(
        name=name,
        label=name,
        offline=False,
        sizes=["auto", "512x512", "768x768", *_PRESETS[1:]],
        free_size=_ANY,
        qualities=[],
        backgrounds=[],
        formats=[],
        max_images=MAX_IMAGES,
        max_sources=MAX_SOURCES,
        mask=True,
        estimates=[],
    )
    return Model(info=info)

"""Which models this server offers, and the check of a request against one. Pure."""

from __future__ import annotations

import re
from collections.abc import Sequence
from datetime import date
from urllib.parse import urlsplit

from aiimagecraft.config import OPENAI_BASE_URL, Settings
from aiimagecraft.errors import InvalidRequest
from aiimagecraft.generation.catalogue import DEFAULT, RETIRED, SKETCH, Model, named
from aiimagecraft.generation.schemas import GenerateRequest, ModelInfo

SIZE = re.compile(r"([1-9]\d{1,4})x([1-9]\d{1,4})")


def offered(settings: Settings, today: date) -> list[Model]:
    """Return the models that can be asked, the default first.

    Without an images server these are sketches; a model that OpenAI has shut down is left out.
    """
    names = settings.image_models or (DEFAULT if settings.has_images_server else (SKETCH.info.name,))
    return [named(name) for name in names if _ended(name, settings, today) is None]


def _ended(name: str, settings: Settings, today: date) -> date | None:
    """Return when OpenAI shut a model down, if it did and OpenAI is asked."""
    ours = urlsplit(settings.openai_base_url).hostname == urlsplit(OPENAI_BASE_URL).hostname
    end = RETIRED.get(name)
    return end if ours and end and end <= today else None


def model_named(name: str | None, settings: Settings, today: date) -> Model:
    """Return a model that is offered; the default one without a name.

    Raises:
        InvalidRequest: It is not offered, or was shut down.
    """
    models = offered(settings, today)
    model = next((model for model in models if name in {None, model.info.name}), None)
    if model:
        return model
    if name and (end := _ended(name, settings, today)):
        others = f"; use {models[0].info.name}" if models else ""
        raise InvalidRequest(f"OpenAI shut {name} down on {end}{others}", field="model")
    raise InvalidRequest(f"There is no model {name!r}" if name else "No model is offered", field="model")


def check(request: GenerateRequest, model: ModelInfo) -> None:
    """See that a model can do what is asked.

    Raises:
        InvalidRequest: It cannot; the error names the field.
    """
    if not request.prompt.strip():
        raise InvalidRequest("Describe the image", field="prompt")
    if request.n > model.max_images:
        raise InvalidRequest(f"{model.label} makes at most {model.max_images} at a time", field="n")
    if len(request.sources) > model.max_sources:
        raise InvalidRequest(f"{model.label} takes at most {model.max_sources} sources", field="sources")
    if len(set(request.sources)) < len(request.sources):
        raise InvalidRequest("A source is named twice", field="sources")
    if request.mask is not None and not model.mask:
        raise InvalidRequest(f"{model.label} takes no mask", field="mask")
    if request.mask is not None and not request.sources:
        raise InvalidRequest("A mask needs a source that it belongs to", field="mask")
    _check_size(request.size, model)
    _check_option("quality", request.quality, model.qualities, model)
    _check_option("background", request.background, model.backgrounds, model)
    _check_option("outputFormat", request.output_format, model.formats, model)
    if request.background == "transparent" and request.output_format == "jpeg":
        raise InvalidRequest("JPEG cannot be transparent; use png or webp", field="outputFormat")


def _check_option(field: str, value: str | None, values: Sequence[str], model: ModelInfo) -> None:
    if value is None or value in values:
        return
    if not values:
        raise InvalidRequest(f"{model.label} has no such option", field=field)
    raise InvalidRequest(f"{model.label} knows {', '.join(values)}", field=field)


def _check_size(size: str | None, model: ModelInfo) -> None:
    if size is None or size in model.sizes:
        return
    rule, match = model.free_size, SIZE.fullmatch(size)
    if rule is None or match is None:
        others = "" if rule is None else ", and others written as 1280x768"
        raise InvalidRequest(f"{model.label} makes {', '.join(model.sizes)}{others}", field="size")
    width, height = int(match[1]), int(match[2])
    if width % rule.multiple or height % rule.multiple:
        raise InvalidRequest(f"Width and height must be multiples of {rule.multiple}", field="size")
    if max(width, height) > rule.max_edge:
        raise InvalidRequest(f"An edge has at most {rule.max_edge} pixels", field="size")
    if max(width, height) > rule.max_ratio * min(width, height):
        raise InvalidRequest(f"One edge is at most {rule.max_ratio:g} times the other", field="size")
    if not rule.min_pixels <= width * height <= rule.max_pixels:
        limits = f"{rule.min_pixels:,} to {rule.max_pixels:,}"
        raise InvalidRequest(f"The size must come to {limits} pixels", field="size")


def size_of(params: dict[str, str], model: ModelInfo) -> tuple[int, int]:
    """Return width and height in pixels of a stored request for a sketch."""
    width, _, height = params.get("size", model.sizes[0]).partition("x")
    return int(width), int(height)

"""The models, as data: what each can do, and the check of a request against it. Pure."""

from __future__ import annotations

from collections.abc import Sequence

from aiimagecraft.errors import InvalidRequest
from aiimagecraft.generation.providers import sketch
from aiimagecraft.generation.schemas import MAX_IMAGES, GenerateRequest, ModelInfo

SKETCH = ModelInfo(
    name="sketch",
    label="Sketch",
    offline=True,
    sizes=[f"{width}x{height}" for width, height in sketch.SIZES],
    max_images=MAX_IMAGES,
    max_sources=1,
    mask=False,
)

MODELS: Sequence[ModelInfo] = (SKETCH,)
"""The first is the default."""


def model_for(request: GenerateRequest) -> ModelInfo:
    """Return the model that can do what is asked.

    Raises:
        InvalidRequest: There is no such model, or it cannot; the error names the field.
    """
    if not request.prompt.strip():
        raise InvalidRequest("Describe the image", field="prompt")
    model = next((model for model in MODELS if request.model in {None, model.name}), None)
    if model is None:
        raise InvalidRequest(f"There is no model {request.model!r}", field="model")
    if request.size is not None and request.size not in model.sizes:
        raise InvalidRequest(f"{model.label} makes {', '.join(model.sizes)}", field="size")
    if request.n > model.max_images:
        raise InvalidRequest(f"{model.label} makes at most {model.max_images} at a time", field="n")
    if len(request.sources) > model.max_sources:
        raise InvalidRequest(f"{model.label} takes at most {model.max_sources} sources", field="sources")
    if len(set(request.sources)) < len(request.sources):
        raise InvalidRequest("A source is named twice", field="sources")
    if request.mask is not None and not model.mask:
        raise InvalidRequest(f"{model.label} takes no mask", field="mask")
    for field in ("quality", "background", "output_format"):
        if getattr(request, field) is not None:
            wire = "outputFormat" if field == "output_format" else field
            raise InvalidRequest(f"{model.label} has no such option", field=wire)
    return model


def size_of(params: dict[str, str], model: ModelInfo) -> tuple[int, int]:
    """Return width and height in pixels of a stored request."""
    width, _, height = params.get("size", model.sizes[0]).partition("x")
    return int(width), int(height)

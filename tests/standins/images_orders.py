"""What OpenAI takes and refuses: requests to its Images API, checked field by field."""

from __future__ import annotations

import io
import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, NoReturn

from PIL import Image, UnidentifiedImageError

from tests.standins.images_faults import refusal
from tests.standins.images_forms import Form, SentFile
from tests.standins.images_pictures import Look
from tests.standins.wire import Refused

MODELS = (
    "gpt-image-2",
    "gpt-image-2-2026-04-21",
    "gpt-image-2.5-sunburst",
    "gpt-image-2.5-sunburst-2026-09-08",
    "gpt-image-2.5-flare",
    "gpt-image-2.5-flare-2026-09-08",
    "gpt-image-2.6-sunburst",
    "gpt-image-2.6-flare",
)
RETIRED = (
    "dall-e-2",
    "dall-e-3",
    "gpt-image-1",
    "gpt-image-1-mini",
    "gpt-image-1.5",
    "chatgpt-image-latest",
)
MAX_PROMPT = 32_000
MAX_SOURCES = 16
MAX_FILE_BYTES = 50 * 1024 * 1024
MAX_MASK_BYTES = 4 * 1024 * 1024
MAX_EDGE = 3840
MIN_PIXELS, MAX_PIXELS = 655_360, 8_294_400
MIME_TYPES = {"image/jpeg": "JPEG", "image/png": "PNG", "image/webp": "WEBP"}
QUALITIES = ("low", "medium", "high", "auto")
CHOICES = {
    "quality": QUALITIES,
    "complexity": ("low", "medium", "high"),
    "background": ("transparent", "opaque", "auto"),
    "output_format": ("png", "jpeg", "webp"),
    "moderation": ("low", "auto"),
}
RANGES = {"n": (1, 10), "partial_images": (0, 3), "output_compression": (0, 100)}
COMMON = {
    *CHOICES,
    *RANGES,
    "prompt",
    "model",
    "size",
    "stream",
    "safety_identifier",
    "user",
}
GENERATION = COMMON
EDIT = COMMON - {"moderation"}
USER_ERROR = "image_generation_user_error"


@dataclass(frozen=True, slots=True)
class Order:
    """A request that was found valid."""

    prompt: str
    look: Look
    quality: str
    n: int
    stream: bool
    partials: int
    sources: Sequence[bytes] = ()
    source_sizes: Sequence[tuple[int, int]] = ()

    @property
    def size(self) -> str:
        return f"{self.look.size[0]}x{self.look.size[1]}"


def check(form: Form, *, edit: bool, models: Sequence[str]) -> Order:
    """Checks a request as OpenAI does.

    Raises:
        Refused: It would not take it.
    """
    if not form.is_valid:
        _refuse("We could not parse the body of your request.", None)
    _check_names(form, edit=edit)
    fields = {name: value for name, value in form.fields.items() if value is not None}
    prompt = _text(fields, "prompt", MAX_PROMPT)
    model = _known_model(_text(fields, "model"), models)
    chosen = {name: _choice(fields, name, model) for name in CHOICES}
    amounts = {name: _amount(fields, name, is_text=edit) for name in RANGES}
    stream = _flag(fields, "stream", is_text=edit)
    if amounts["partial_images"] and not stream:
        _refuse("Partial images are only supported when 'stream' is true.", "invalid_value", "partial_images")
    images = [_checked_source(file, content) for file, content in form.find("image", "image[]")]
    if edit:
        _check_sources(form, images)
    output_format = chosen["output_format"] or "png"
    look = Look(
        _size(fields.get("size", "auto")),
        output_format,
        chosen["background"] == "transparent",
        _compression(amounts["output_compression"], output_format),
    )
    if look.transparent and output_format == "jpeg":
        _refuse("Transparent background is not supported for JPEG.", "invalid_value", "background")
    quality = chosen["quality"] or "auto"
    return Order(
        prompt=prompt,
        look=look,
        quality="medium" if quality == "auto" else quality,
        n=amounts["n"] or 1,
        stream=stream,
        partials=amounts["partial_images"] or 0,
        sources=[content for _, content in form.find("image", "image[]")],
        source_sizes=images,
    )


def _refuse(message: str, code: str | None, param: str | None = None, status: int = 400) -> NoReturn:
    raise Refused(refusal(status, message, code, param))


def _refuse_picture(message: str, code: str, param: str) -> NoReturn:
    raise Refused(refusal(400, message, code, param, USER_ERROR))


def _check_names(form: Form, *, edit: bool) -> None:
    if "input_fidelity" in form.fields and edit:
        message = "The model does not support the 'input_fidelity' parameter."
        _refuse(message, "invalid_input_fidelity_model", "input_fidelity")
    files = {file.field for file, _ in form.files}
    strangers = [name for name in form.fields if name not in (EDIT if edit else GENERATION)]
    for name in [*strangers, *sorted(files - ({"image", "image[]", "mask"} if edit else set()))]:
        _refuse(f"Unknown parameter: '{name}'.", "unknown_parameter", name)
    for name in form.duplicates:
        message = (
            f"Duplicate parameter: '{name}'. You provided multiple values for this parameter, whereas only "
            f"one is allowed. If you are trying to provide a list of values, use the array syntax '{name}[]'."
        )
        _refuse(message, "duplicate_parameter", name)


def _text(fields: dict[str, Any], name: str, longest: int = 256) -> str:
    value = fields.get(name, "")
    if not isinstance(value, str):
        _refuse(f"Invalid type for '{name}': expected a string.", "invalid_type", name)
    if not value:
        _refuse(f"Missing required parameter: '{name}'.", "missing_required_parameter", name)
    if len(value) > longest:
        message = f"Invalid '{name}': string too long. Expected a string with maximum length {longest}."
        _refuse(message, "string_above_max_length", name)
    return value


def _known_model(model: str, models: Sequence[str]) -> str:
    if model in models:
        return model
    if model in RETIRED:
        _refuse(f"The model `{model}` has been deprecated.", "model_not_found", "model", 404)
    message = f"The model `{model}` does not exist or you do not have access to it."
    return _refuse(message, "model_not_found", "model", 404)


def _choice(fields: dict[str, Any], name: str, model: str) -> str | None:
    value = fields.get(name)
    if value is None:
        return None
    version = re.match(r"gpt-image-(\d+(?:\.\d+)?)", model)
    is_new = version is not None and float(version[1]) >= 2.5
    if name == "complexity" and not is_new:
        _refuse(f"Unknown parameter: '{name}'.", "unknown_parameter", name)
    known = (*CHOICES[name], "xhigh", "max") if name == "quality" and is_new else CHOICES[name]
    if value not in known:
        supported = ", ".join(f"'{choice}'" for choice in known)
        _refuse(f"Invalid value: '{value}'. Supported values are: {supported}.", "invalid_value", name)
    return str(value)


def _amount(fields: dict[str, Any], name: str, *, is_text: bool) -> int | None:
    value = fields.get(name)
    if value is None:
        return None
    if is_text and isinstance(value, str) and value.isdecimal():
        value = int(value)
    if type(value) is not int:
        _refuse(f"Invalid type for '{name}': expected an integer.", "invalid_type", name)
    least, most = RANGES[name]
    if value < least:
        message = (
            f"Invalid '{name}': integer below minimum value. Expected a value >= {least}, but got {value}."
        )
        _refuse(message, "integer_below_min_value", name)
    if value > most:
        message = (
            f"Invalid '{name}': integer above maximum value. Expected a value <= {most}, but got {value}."
        )
        _refuse(message, "integer_above_max_value", name)
    return value


def _flag(fields: dict[str, Any], name: str, *, is_text: bool) -> bool:
    value = fields.get(name, False)
    if is_text and isinstance(value, str) and value in {"true", "false"}:
        return value == "true"
    if not isinstance(value, bool):
        _refuse(f"Invalid type for '{name}': expected a boolean.", "invalid_type", name)
    return value


def _size(value: object) -> tuple[int, int]:
    if value == "auto":
        return 1024, 1024
    match = re.fullmatch(r"(\d{1,5})x(\d{1,5})", value) if isinstance(value, str) else None
    if match is None:
        _refuse(f"Invalid value: '{value}'. Expected 'auto' or 'WIDTHxHEIGHT'.", "invalid_value", "size")
    width, height = int(match[1]), int(match[2])
    rules = {
        "Width and height must be divisible by 16.": width % 16 == 0 and height % 16 == 0,
        f"The longest edge must be at most {MAX_EDGE} pixels.": max(width, height) <= MAX_EDGE,
        "The ratio must be between 1:3 and 3:1.": max(width, height) <= 3 * min(width, height),
        f"It must have {MIN_PIXELS} to {MAX_PIXELS} pixels.": MIN_PIXELS <= width * height <= MAX_PIXELS,
    }
    for rule, is_met in rules.items():
        if not is_met:
            _refuse(f"Invalid size '{value}'. {rule}", "invalid_value", "size")
    return width, height


def _compression(value: int | None, output_format: str) -> int:
    if value is not None and value < 100 and output_format == "png":
        message = "Compression less than 100 is not supported for PNG output format."
        _refuse(message, "invalid_value", "output_compression")
    return 100 if value is None else value


def _check_sources(form: Form, images: list[tuple[int, int]]) -> None:
    if not images:
        _refuse("Missing required parameter: 'image'.", "missing_required_parameter", "image")
    if len(images) > MAX_SOURCES:
        message = f"Invalid 'image': array too long. Expected at most {MAX_SOURCES}, but got {len(images)}."
        _refuse(message, "array_above_max_length", "image")
    for file, content in form.find("mask"):
        if file.size >= MAX_MASK_BYTES:
            _refuse_picture("The mask must be smaller than 4 MB.", "image_file_too_large", "mask")
        if _checked_source(file, content) != images[0]:
            message = "Invalid mask image format - mask size does not match image size"
            _refuse_picture(message, "invalid_mask_image_format", "mask")
        with Image.open(io.BytesIO(content)) as image:
            if image.format != "PNG" or "A" not in image.getbands():
                message = "Invalid mask image format - mask image missing alpha channel"
                _refuse_picture(message, "invalid_mask_image_format", "mask")


def _checked_source(file: SentFile, content: bytes) -> tuple[int, int]:
    if file.content_type not in MIME_TYPES:
        supported = ", ".join(f"'{kind}'" for kind in MIME_TYPES)
        message = (
            f"Invalid file '{file.field}': unsupported mimetype ('{file.content_type}'). Use {supported}."
        )
        _refuse(message, "unsupported_file_mimetype", file.field)
    if file.size >= MAX_FILE_BYTES:
        _refuse_picture("The image must be smaller than 50 MB.", "image_file_too_large", file.field)
    try:
        with Image.open(io.BytesIO(content), formats=tuple(MIME_TYPES.values())) as image:
            return image.size
    except (UnidentifiedImageError, Image.DecompressionBombError, OSError, ValueError):
        message = f"Invalid image file or mode for '{file.field}', please check your image file."
        _refuse_picture(message, "invalid_image_file", file.field)

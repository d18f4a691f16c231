"""What makes a picture a mask. Pure."""

from __future__ import annotations

import io

from PIL import Image, UnidentifiedImageError

MAX_MASK_BYTES = 4 * 1024 * 1024
"""Of a mask; the least of the limits that OpenAI states."""


class MaskRefusedError(Exception):
    """The bytes are no mask; the message says why."""


def check_mask(data: bytes, size: tuple[int, int]) -> None:
    """See that bytes are a mask: a PNG with alpha, as large as the picture that it masks.

    Only the header is read.

    Args:
        data: The file.
        size: Width and height of the picture in pixels.

    Raises:
        MaskRefusedError: They are not.
    """
    if len(data) > MAX_MASK_BYTES:
        raise MaskRefusedError("A mask has at most 4 MB")
    try:
        with Image.open(io.BytesIO(data), formats=("PNG",)) as mask:
            found, clear = mask.size, mask.mode in {"RGBA", "LA", "PA"} or "transparency" in mask.info
    except (
        UnidentifiedImageError,
        OSError,
        ValueError,
        SyntaxError,
        Image.DecompressionBombError,
        Image.DecompressionBombWarning,
    ):
        raise MaskRefusedError("A mask is a PNG") from None
    if not clear:
        raise MaskRefusedError("A mask is transparent where the picture is to change; this PNG has no alpha")
    if found != size:
        mask_size, wanted = ("x".join(map(str, each)) for each in (found, size))
        raise MaskRefusedError(f"The mask is {mask_size}, the first source {wanted}")

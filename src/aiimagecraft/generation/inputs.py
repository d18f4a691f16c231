"""The pictures that a request brings: its sources, and the mask of the first."""

from __future__ import annotations

import binascii
import io
import re
from base64 import b64decode
from uuid import UUID

from aiimagecraft.errors import InvalidRequest, Unprocessable, UnsupportedMedia
from aiimagecraft.gallery import service as gallery
from aiimagecraft.generation.schemas import GenerateRequest, ModelInfo
from aiimagecraft.schema import UUID_PATTERN
from aiimagecraft.storage import Storage

READABLE = frozenset({"png", "jpeg", "webp"})
"""Formats of sources that the Images API takes."""
DATA_URL = re.compile(r"data:image/png;base64,")
MASK_NAME = "mask.png"


async def prepare_sources(
    storage: Storage, owner: int, request: GenerateRequest, model: ModelInfo
) -> UUID | None:
    """See that a request's sources and its mask can be used, and keep a mask that comes with it.

    Returns:
        The mask's id.

    Raises:
        InvalidRequest: A picture is gone, another user's or of a format that the model does not read;
            or the mask does not fit the first source.
    """
    found = await gallery.pictures(owner, request.sources)
    if missing := [picture for picture in request.sources if picture not in found]:
        raise InvalidRequest(f"There is no picture {missing[0]}", field="sources")
    if not model.offline:
        for place, picture in enumerate(request.sources, 1):
            if (kind := found[picture].format) not in READABLE:
                raise InvalidRequest(
                    f"Source {place} is a {kind.upper()}; use PNG, JPEG or WebP", field="sources"
                )
    if request.mask is None:
        return None
    first = found[request.sources[0]]
    return await _keep_mask(storage, owner, request.mask, (first.width, first.height))


async def _keep_mask(storage: Storage, owner: int, mask: str, size: tuple[int, int]) -> UUID:
    if re.fullmatch(UUID_PATTERN, mask.lower()):
        picture = (await gallery.pictures(owner, [UUID(mask)])).get(UUID(mask))
        if picture is None:
            raise InvalidRequest(f"There is no picture {mask}", field="mask")
        if picture.bytes > gallery.MAX_MASK_BYTES:
            raise InvalidRequest("A mask has at most 4 MB", field="mask")
        _check(await storage.read(picture.object_key), size)
        return picture.id
    data = _decode(mask)
    _check(data, size)
    upload = gallery.Upload(MASK_NAME, io.BytesIO(data))
    try:
        (kept,) = await gallery.add_sources(storage, owner, [upload])
    except (Unprocessable, UnsupportedMedia) as error:
        raise InvalidRequest("The PNG is broken", field="mask") from error
    return kept["id"]


def _check(data: bytes, size: tuple[int, int]) -> None:
    try:
        gallery.check_mask(data, size)
    except gallery.MaskRefusedError as refused:
        raise InvalidRequest(str(refused), field="mask") from refused


def _decode(text: str) -> bytes:
    match = DATA_URL.match(text)
    if match is None:
        raise InvalidRequest("Send a PNG as a data URL, or the id of a picture", field="mask")
    try:
        return b64decode(text[match.end() :], validate=True)
    except (binascii.Error, ValueError) as error:
        raise InvalidRequest("The data URL is not base64", field="mask") from error

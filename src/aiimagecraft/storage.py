"""Objects: their names, and the one store they are kept in."""

from __future__ import annotations

import os
from collections.abc import AsyncIterator, Sequence
from contextlib import suppress
from pathlib import Path
from typing import cast
from uuid import UUID

import msgspec
import obstore
from obstore.exceptions import AlreadyExistsError
from obstore.store import LocalStore, S3Store

from aiimagecraft.config import Settings

EXTENSIONS = {"png": "png", "jpeg": "jpg", "webp": "webp", "gif": "gif"}
"""File name extension of each stored format."""

CONTENT_TYPES = {name: f"image/{name}" for name in EXTENSIONS}

REQUEST_TIMEOUT = "300s"
"""Of one request to a remote store, body included: a slow line may take minutes over 50 MB."""

CHUNK = 256 * 1024
"""Bytes of one piece of a streamed object."""

ObjectStore = LocalStore | S3Store


def original_key(image_id: UUID, kind: str) -> str:
    """Return the name of an original, `{id}.{ext}`."""
    return f"{image_id}.{EXTENSIONS[kind]}"


def thumb_key(image_id: UUID) -> str:
    """Return the name of a thumbnail, 256 px wide."""
    return f"thumb/{image_id}.webp"


def thumb2x_key(image_id: UUID) -> str:
    """Return the name of the thumbnail for dense screens, 512 px wide."""
    return f"thumb/{image_id}@2x.webp"


def preview_key(image_id: UUID) -> str:
    """Return the name of the preview, 1,024 px wide."""
    return f"preview/{image_id}.webp"


def answer_key(image_id: UUID, run: int) -> str:
    """Return the name of what a run of a job was answered instead of an image."""
    return f"answer/{image_id}-{run}.bin"


class Part(msgspec.Struct, frozen=True):
    """An object, or a range of it, ready to be streamed.

    Attributes:
        size: Bytes of the whole object.
        start: Offset of the first byte of the range.
        stop: Offset after the last byte of the range.
        chunks: The range's bytes.
    """

    size: int
    start: int
    stop: int
    chunks: AsyncIterator[bytes]


class Storage:
    """The store of this process: a bucket when one is configured, else a local directory.

    Keys are written once and never reused, so a put creates and never overwrites.

    Args:
        settings: Where the objects are.
    """

    def __init__(self, settings: Settings) -> None:
        self._remote = settings.s3_bucket is not None
        self._folder = None if self._remote else _folder(settings)
        self._store = _open(settings)

    async def put(self, key: str, data: bytes, content_type: str) -> bool:
        """Write an object unless it is there.

        Returns:
            Whether it was written now. False also follows a create whose answer was lost and that
            the client repeated, so it is no failure.
        """
        attributes = {"Content-Type": content_type} if self._remote else None
        try:
            await obstore.put_async(
                self._store, key, data, mode="create", use_multipart=False, attributes=attributes
            )
        except AlreadyExistsError:
            return False
        return True

    async def read(self, key: str) -> bytes:
        """Return an object's bytes.

        Raises:
            FileNotFoundError: There is no such object.
        """
        result = await obstore.get_async(self._store, key)
        return bytes(await result.bytes_async())

    async def size(self, key: str) -> int:
        """Return an object's size in bytes.

        Raises:
            FileNotFoundError: There is no such object.
        """
        return (await obstore.head_async(self._store, key))["size"]

    async def open(self, key: str, span: tuple[int, int] | None = None) -> Part:
        """Open an object for streaming.

        Args:
            key: The object's name.
            span: First offset and the one after the last; all of it without.

        Raises:
            FileNotFoundError: There is no such object.
        """
        result = await obstore.get_async(self._store, key, options={"range": span} if span else None)
        start, stop = result.range
        return Part(result.meta["size"], start, stop, _bytes(result))

    async def find_original(self, image_id: UUID) -> bytes | None:
        """Return the bytes of an original whose row may not exist yet."""
        for kind in EXTENSIONS:
            with suppress(FileNotFoundError):
                return await self.read(original_key(image_id, kind))
        return None

    async def copy(self, source: str, target: str) -> None:
        """Copy an object; one that is missing is left out."""
        with suppress(FileNotFoundError):
            await obstore.copy_async(self._store, source, target)

    async def delete(self, keys: Sequence[str]) -> None:
        """Delete objects; a missing one is a success."""
        if self._remote:
            await obstore.delete_async(self._store, keys)
            return
        for key in keys:
            with suppress(FileNotFoundError):
                await obstore.delete_async(self._store, key)

    def url(self, key: str) -> str:
        """Return the address under which a browser reads an object."""
        return f"/uploads/{key}"

    async def check(self) -> None:
        """Raise when the store cannot be used: a missing object is an answer, a missing folder is not."""
        if self._folder is not None and not os.access(self._folder, os.R_OK | os.W_OK | os.X_OK):
            raise FileNotFoundError(self._folder)
        with suppress(FileNotFoundError):
            await obstore.head_async(self._store, "health")


async def _bytes(result: obstore.GetResult) -> AsyncIterator[bytes]:
    async for chunk in result.stream(min_chunk_size=CHUNK):
        yield bytes(chunk)


def _folder(settings: Settings) -> Path:
    return settings.data_dir.resolve() / "objects"


def _open(settings: Settings) -> ObjectStore:
    if settings.s3_bucket is None:
        return LocalStore(_folder(settings), mkdir=True)
    endpoint = settings.s3_endpoint
    return S3Store(
        settings.s3_bucket,
        endpoint=cast("str", endpoint),
        region=settings.s3_region,
        access_key_id=cast("str", settings.s3_key),
        secret_access_key=cast("str", settings.s3_secret),
        client_options={
            "timeout": REQUEST_TIMEOUT,
            "allow_http": bool(endpoint and endpoint.startswith("http://")),
        },
    )

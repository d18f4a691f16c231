"""Objects: their names, and the one store they are kept in."""

from __future__ import annotations

import hashlib
import os
import re
from collections.abc import AsyncIterator, Sequence
from contextlib import suppress
from datetime import timedelta
from pathlib import Path
from time import time
from typing import TYPE_CHECKING, Any
from uuid import UUID

import msgspec
import obstore
from obstore.exceptions import AlreadyExistsError, BaseError
from obstore.store import LocalStore, S3Store

from aiimagecraft.config import Settings, SettingsError
from aiimagecraft.presign import Access, Delivery, origin_of

if TYPE_CHECKING:
    from obstore.store import ClientConfig, RetryConfig

EXTENSIONS = {"png": "png", "jpeg": "jpg", "webp": "webp", "gif": "gif"}
"""File name extension of each stored format."""

CONTENT_TYPES = {name: f"image/{name}" for name in EXTENSIONS}
TYPES_BY_EXTENSION = {extension: CONTENT_TYPES[name] for name, extension in EXTENSIONS.items()}

PROBE = "health"
"""The name of an object that is never there. To get it is among the cheapest requests, and unlike a head, it
is answered with what is missing, the object or the bucket."""

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


def answer_key(image_id: UUID, run: int, data: bytes) -> str:
    """Return the name of what a run of a job was answered instead of an image."""
    return f"answer/{image_id}-{run}-{hashlib.blake2b(data, digest_size=6).hexdigest()}.bin"


def address_key(image_id: UUID) -> str:
    """Return the name of the answer that says where an image can be fetched."""
    return f"answer/{image_id}.json"


class Patience(msgspec.Struct, frozen=True):
    """How long a bucket is waited for, in seconds.

    Attributes:
        connecting: For a connection.
        silence: For the next bytes of what is read. What is written has no such bound, since the client
            counts the time in which it sends as silence.
        download: For all of what is read: the browser at the other end may be slow.
        upload: For all of what is written: a slow line may take minutes over 50 MB.
        reading: After so long what failed is not asked for again: a person waits for it, and has a
            button for another try.
        writing: The same of what is written. Who has bytes that nobody else has repeats the put itself,
            far longer than a client should go on with one request.
    """

    connecting: float = 5
    silence: float = 15
    download: float = 3_600
    upload: float = 300
    reading: float = 10
    writing: float = 30


USUAL = Patience()
AT_THE_START = Patience(connecting=3, silence=3, download=4, reading=2)
"""A person waits at a terminal, and whatever starts services tries again."""


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

    Keys are written once and never reused, so a put creates and never overwrites. Only what was made of an
    original may be replaced, by the same made again.

    Args:
        settings: Where the objects are.
        patience: How long a bucket is waited for.
    """

    def __init__(self, settings: Settings, patience: Patience = USUAL) -> None:
        self._remote = settings.s3_bucket is not None
        self._folder = None if self._remote else _folder(settings)
        self._delivery = (
            Delivery(_access(settings), TYPES_BY_EXTENSION) if settings.media_delivery == "signed" else None
        )
        self._reader: ObjectStore
        self._writer: ObjectStore
        if settings.s3_bucket is None:
            self._reader = self._writer = LocalStore(_folder(settings), mkdir=True)
        else:
            self._reader = _bucket(settings, patience, reading=True)
            self._writer = _bucket(settings, patience, reading=False)

    async def put(self, key: str, data: bytes, content_type: str) -> bool:
        """Write an object unless it is there.

        Returns:
            Whether it was written now. False also follows a create whose answer was lost and that
            the client repeated, so it is no failure.
        """
        attributes = {"Content-Type": content_type} if self._remote else None
        try:
            await obstore.put_async(
                self._writer, key, data, mode="create", use_multipart=False, attributes=attributes
            )
        except AlreadyExistsError:
            return False
        return True

    async def replace(self, key: str, data: bytes, content_type: str) -> None:
        """Write an object in place of what is there, if anything is."""
        attributes = {"Content-Type": content_type} if self._remote else None
        await obstore.put_async(
            self._writer, key, data, mode="overwrite", use_multipart=False, attributes=attributes
        )

    async def read(self, key: str) -> bytes:
        """Return an object's bytes.

        Raises:
            FileNotFoundError: There is no such object.
        """
        result = await obstore.get_async(self._reader, key)
        return bytes(await result.bytes_async())

    async def size(self, key: str) -> int:
        """Return an object's size in bytes.

        Raises:
            FileNotFoundError: There is no such object.
        """
        return (await obstore.head_async(self._reader, key))["size"]

    async def open(self, key: str, span: tuple[int, int] | None = None) -> Part:
        """Open an object for streaming.

        Args:
            key: The object's name.
            span: First offset and the one after the last; all of it without.

        Raises:
            FileNotFoundError: There is no such object.
        """
        result = await obstore.get_async(self._reader, key, options={"range": span} if span else None)
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
            await obstore.copy_async(self._writer, source, target)

    async def delete(self, keys: Sequence[str]) -> None:
        """Delete objects; a missing one is a success."""
        if self._remote:
            await obstore.delete_async(self._writer, keys)
            return
        for key in keys:
            with suppress(FileNotFoundError):
                await obstore.delete_async(self._writer, key)

    async def list_keys(self, folder: str = "") -> AsyncIterator[str]:
        """Name the objects of a folder, or all there are, in no order that a caller may count on."""
        async for batch in obstore.list(self._reader, folder or None):
            for item in batch:
                yield item["path"]

    def url(self, key: str) -> str:
        """Return the address under which a browser reads an object."""
        return f"/uploads/{key}" if self._delivery is None else self._delivery.url(key, int(time()))

    async def check(self) -> None:
        """Raise when the store cannot be used: a missing object is an answer, a missing folder is not."""
        if self._folder is not None and not os.access(self._folder, os.R_OK | os.W_OK | os.X_OK):
            raise FileNotFoundError(self._folder)
        try:
            await obstore.get_async(self._reader, PROBE)
        except FileNotFoundError as error:
            if self._remote and not _is_answer(error):
                raise


def verify(settings: Settings, patience: Patience = AT_THE_START) -> None:
    """See that a bucket is there and can be read, within a few seconds.

    It blocks: a process that ends right after an asynchronous call of obstore may be aborted by one of
    its threads.

    Raises:
        SettingsError: It is not; the message names the setting that may be at fault, and no secret.
    """
    if settings.s3_bucket is None:
        return
    try:
        obstore.get(_bucket(settings, patience, reading=True), PROBE)
    except (BaseError, OSError) as error:
        if not _is_answer(error):
            raise SettingsError(_fault(settings, error)) from error


def media_origin(settings: Settings) -> str | None:
    """Return the origin, other than the app's own, that browsers read objects from, if there is one."""
    return origin_of(_endpoint(settings)) if settings.media_delivery == "signed" else None


def _fault(settings: Settings, error: Exception) -> str:
    code = _code(error)
    if code == "NoSuchBucket":
        return f"S3_BUCKET: there is no bucket {settings.s3_bucket!r}"
    if code == "RequestTimeTooSkewed":
        return "S3_ENDPOINT: the store says that this machine's clock is wrong"
    if code == "AuthorizationHeaderMalformed" or "redirect without LOCATION" in str(error):
        return f"S3_REGION: {settings.s3_region!r} is not the bucket's region"
    status = re.search(r"status code: (\d+)", str(error))
    if status is None:
        return f"S3_ENDPOINT: {_endpoint(settings)} does not answer"
    if status[1] in {"401", "403"}:
        return "S3_KEY and S3_SECRET: the store refused them, or they may not read and list the bucket"
    return f"S3_ENDPOINT: {_endpoint(settings)} answers with status {status[1]}, not as an object store does"


def _is_answer(error: Exception) -> bool:
    """Tell whether a bucket said that it is there and can be read, but has no such object."""
    return isinstance(error, FileNotFoundError) and _code(error) == "NoSuchKey"


def _code(error: Exception) -> str | None:
    """Return the code of a store's own words for a failure, such as `NoSuchKey`."""
    found = re.search(r"<Code>(\w+)</Code>", str(error))
    return found[1] if found else None


async def _bytes(result: obstore.GetResult) -> AsyncIterator[bytes]:
    async for chunk in result.stream(min_chunk_size=CHUNK):
        yield bytes(chunk)


def _folder(settings: Settings) -> Path:
    return settings.data_dir.resolve() / "objects"


def _endpoint(settings: Settings) -> str:
    return settings.s3_endpoint or f"https://s3.{settings.s3_region}.amazonaws.com"


def _access(settings: Settings) -> Access:
    address = f"{_endpoint(settings)}/{settings.s3_bucket}"
    return Access(address, settings.s3_region, settings.s3_key or "", settings.s3_secret or "")


def _bucket(settings: Settings, patience: Patience, *, reading: bool) -> S3Store:
    endpoint = _endpoint(settings)
    repeating = patience.reading if reading else patience.writing
    credential: Any = {
        "access_key_id": settings.s3_key,
        "secret_access_key": settings.s3_secret,
        "token": None,
        "expires_at": None,
    }
    retrying: RetryConfig = {
        "max_retries": 10,
        "retry_timeout": timedelta(seconds=repeating),
        "backoff": {
            "init_backoff": timedelta(milliseconds=100),
            # The client panics unless this is the longer one.
            "max_backoff": timedelta(seconds=max(repeating / 4, 0.2)),
        },
    }
    options: ClientConfig = {
        "connect_timeout": timedelta(seconds=patience.connecting),
        "timeout": timedelta(seconds=patience.download if reading else patience.upload),
        "allow_http": endpoint.startswith("http://"),
    }
    if reading:
        options["read_timeout"] = timedelta(seconds=patience.silence)
    # All of it is said, because the client reads what is left out from AWS_* variables meant for others.
    return S3Store(
        settings.s3_bucket,
        endpoint=endpoint,
        region=settings.s3_region,
        credential_provider=lambda: credential,
        virtual_hosted_style_request=False,
        disable_tagging=True,
        client_options=options,
        retry_config=retrying,
    )

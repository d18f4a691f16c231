"""Uploaded files: parsed from multipart as they arrive and spooled to disk, never held whole."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncGenerator, AsyncIterator
from contextlib import ExitStack, asynccontextmanager
from tempfile import SpooledTemporaryFile
from typing import IO

from multipart import MultipartError, MultipartSegment, PushMultipartParser, parse_options_header

from aiimagecraft.errors import InvalidRequest, TooLarge

MAX_FILES = 100
MAX_FILE_BYTES = 50 * 1024 * 1024
SPOOL_BYTES = 1024 * 1024
"""A file up to this size stays in memory."""
FIELD = "file"


class Upload:
    """One uploaded file.

    Args:
        name: The file's name as the client gave it, without folders.
        spool: Its bytes.
    """

    def __init__(self, name: str, spool: IO[bytes]) -> None:
        self.name = name
        self._spool = spool

    def read(self) -> bytes:
        """Return all bytes; at most `MAX_FILE_BYTES`. Blocks."""
        self._spool.seek(0)
        return self._spool.read()


@asynccontextmanager
async def receive_uploads(content_type: str, body: AsyncIterator[bytes]) -> AsyncGenerator[list[Upload]]:
    """Receive the files of a multipart request; they are gone at the end of the context.

    Args:
        content_type: The request's header.
        body: Its bytes as they arrive.

    Raises:
        InvalidRequest: It is not multipart, malformed, holds other fields, no file or too many.
        TooLarge: A file is over 50 MB.
    """
    kind, options = parse_options_header(content_type)
    if kind != "multipart/form-data" or not options.get("boundary"):
        raise InvalidRequest(f"Send multipart/form-data with the field {FIELD!r}", field=FIELD)
    with ExitStack() as stack:
        receiver = _Receiver(stack, options["boundary"])
        try:
            async for chunk in body:
                # Writing to the spool blocks, so whole chunks are parsed in a thread.
                await asyncio.to_thread(receiver.feed, chunk)
            receiver.close()
        except MultipartError as error:
            raise InvalidRequest("The multipart body is malformed", field=FIELD) from error
        if not receiver.uploads:
            raise InvalidRequest("Send at least one file", field=FIELD)
        yield receiver.uploads


class _Receiver:
    """Writes each segment of the body to a spool of its own."""

    def __init__(self, stack: ExitStack, boundary: str) -> None:
        self.uploads: list[Upload] = []
        self._stack = stack
        self._parser = PushMultipartParser(boundary)
        self._spool: IO[bytes] | None = None
        self._room = 0

    def feed(self, chunk: bytes) -> None:
        for event in self._parser.parse(chunk):
            if isinstance(event, MultipartSegment):
                self._begin(event)
            elif event and self._spool is not None:
                self._write(self._spool, event)

    def close(self) -> None:
        self._parser.close()

    def _begin(self, segment: MultipartSegment) -> None:
        if segment.name != FIELD:
            raise InvalidRequest(f"Only the field {FIELD!r} is taken", field=segment.name or FIELD)
        if segment.filename is None:
            raise InvalidRequest("Send a file, not text", field=FIELD)
        if len(self.uploads) == MAX_FILES:
            raise InvalidRequest(f"At most {MAX_FILES} files at a time", field=FIELD)
        spool = SpooledTemporaryFile(SPOOL_BYTES)  # noqa: SIM115 - the stack closes it.
        self._spool = self._stack.enter_context(spool)
        self._room = MAX_FILE_BYTES
        name = segment.filename.replace("\\", "/").rsplit("/", 1)[-1].replace("\x00", "")
        self.uploads.append(Upload(name[:255], self._spool))

    def _write(self, spool: IO[bytes], data: bytes | bytearray) -> None:
        self._room -= len(data)
        if self._room < 0:
            last = len(self.uploads) - 1
            raise TooLarge(
                f"File {last + 1}, {self.uploads[last].name!r}, is over 50 MB", field=f"{FIELD}[{last}]"
            )
        spool.write(data)

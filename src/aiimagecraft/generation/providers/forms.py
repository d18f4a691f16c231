"""Bodies of multipart requests, read while they are sent. Pure."""

from __future__ import annotations

import secrets
from collections.abc import AsyncIterator, Callable, Iterable, Mapping

import msgspec


class File(msgspec.Struct, frozen=True):
    """A file of a form.

    Attributes:
        name: As the server is told it.
        content_type: Its media type.
        size: Bytes; what `open` gives must come to exactly this many.
        open: Begins to read it.
    """

    name: str
    content_type: str
    size: int
    open: Callable[[], AsyncIterator[bytes]]


class Form:
    """A multipart/form-data body (RFC 7578) whose files are read while they are sent.

    Args:
        fields: Names and texts.
        files: Names and files, in order.

    Attributes:
        sent: Whether all of it was.
    """

    def __init__(self, fields: Mapping[str, str], files: Iterable[tuple[str, File]]) -> None:
        self.sent = False
        self._boundary = secrets.token_hex(16)
        self._parts: list[tuple[bytes, File | bytes]] = [
            (self._head(f'name="{name}"'), text.encode()) for name, text in fields.items()
        ]
        for name, file in files:
            about = f'name="{name}"; filename="{file.name}"\r\nContent-Type: {file.content_type}'
            self._parts.append((self._head(about), file))
        self._end = f"--{self._boundary}--\r\n".encode()

    @property
    def content_type(self) -> str:
        """The header that tells of the form."""
        return f"multipart/form-data; boundary={self._boundary}"

    def _head(self, about: str) -> bytes:
        return f"--{self._boundary}\r\nContent-Disposition: form-data; {about}\r\n\r\n".encode()

    def __len__(self) -> int:
        sizes = (part.size if isinstance(part, File) else len(part) for _, part in self._parts)
        return sum(sizes) + sum(len(head) + 2 for head, _ in self._parts) + len(self._end)

    async def __aiter__(self) -> AsyncIterator[bytes]:
        for head, part in self._parts:
            yield head
            if isinstance(part, File):
                async for chunk in part.open():
                    yield chunk
            else:
                yield part
            yield b"\r\n"
        yield self._end
        self.sent = True

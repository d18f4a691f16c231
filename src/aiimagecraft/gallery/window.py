"""A file that is written at one end and read at the other."""

from __future__ import annotations

import io
from typing import Any


class Window(io.RawIOBase):
    """A file that keeps only what was written since the last look, at its true offsets.

    The archive's writer returns to the head of an entry when its sum is known, and never further back.
    """

    def __init__(self) -> None:
        super().__init__()
        self._passed = 0
        self._kept = io.BytesIO()

    def take(self) -> bytes:
        """Return what was written since the last time, and forget it."""
        data = self._kept.getvalue()
        self._passed += len(data)
        self._kept = io.BytesIO()
        return data

    def seekable(self) -> bool:
        """Tell that it can be moved in, as far back as what is kept."""
        return True

    def writable(self) -> bool:
        """Tell that it can be written."""
        return True

    def tell(self) -> int:
        """Return the true offset of the next byte."""
        return self._passed + self._kept.tell()

    def seek(self, offset: int, whence: int = io.SEEK_SET) -> int:
        """Move, no further back than what is kept."""
        if whence == io.SEEK_SET:
            return self._passed + self._kept.seek(offset - self._passed)
        return self._passed + self._kept.seek(offset, whence)

    def write(self, data: Any) -> int:  # noqa: ANN401 - whatever has bytes.
        """Write at the present place."""
        return self._kept.write(data)

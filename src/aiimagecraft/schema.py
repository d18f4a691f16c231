"""Base structs and the types that every request and response shares."""

from __future__ import annotations

import hashlib
from base64 import urlsafe_b64decode, urlsafe_b64encode
from datetime import UTC, datetime
from typing import Annotated
from uuid import UUID

import msgspec
import uuid_utils.compat

UUID_PATTERN = r"[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}"
"""A UUID as it is written here, in lower case."""

NO_NUL = r"^[^\x00]*$"
Text = Annotated[str, msgspec.Meta(pattern=NO_NUL)]
"""Text without NUL, which PostgreSQL cannot store."""


class Out(msgspec.Struct, rename="camel"):
    """A response body: no defaults, so that nothing is left out by accident."""


class In(msgspec.Struct, rename="camel", kw_only=True, forbid_unknown_fields=True):
    """A request body: unknown fields are refused."""


class Ok(Out):
    """The request was carried out."""

    ok: bool


def uuid7() -> UUID:
    """Return a new UUIDv7 (RFC 9562 §5.7)."""
    return uuid_utils.compat.uuid7()


def derived_uuid7(parent: UUID, index: int) -> UUID:
    """Return the UUIDv7 that belongs to (parent, index), always the same one.

    It keeps the parent's timestamp, the first 48 bits, and takes the rest from a hash, so that a
    retried job names its images as its first run did.
    """
    digest = hashlib.blake2b(parent.bytes + index.to_bytes(4), digest_size=10).digest()
    raw = bytearray(parent.bytes[:6] + digest)
    raw[6] = 0x70 | raw[6] & 0x0F
    raw[8] = 0x80 | raw[8] & 0x3F
    return UUID(bytes=bytes(raw))


class Cursor(msgspec.Struct, frozen=True, array_like=True):
    """A place in a list ordered by (created_at, id), newest first.

    Attributes:
        older: Whether the page lies on the older side of the place, else on the newer.
        created_us: Microseconds since the epoch.
        id: The row at the place, which need no longer exist.
        scope: Digest of the list that the cursor belongs to.
    """

    older: bool
    created_us: int
    id: UUID
    scope: bytes

    @property
    def created_at(self) -> datetime:
        """The place's time."""
        return datetime.fromtimestamp(0, UTC) + _MICROSECOND * self.created_us

    @staticmethod
    def at(created_at: datetime, row_id: UUID, scope: bytes, *, older: bool) -> str:
        """Return the opaque text of the cursor at a row."""
        created_us = (created_at - _EPOCH) // _MICROSECOND
        packed = msgspec.msgpack.encode(Cursor(older, created_us, row_id, scope))
        return urlsafe_b64encode(packed).rstrip(b"=").decode()

    @staticmethod
    def parse(text: str, scope: bytes) -> Cursor | None:
        """Return the cursor, or None when it is garbage or belongs to another list."""
        try:
            packed = urlsafe_b64decode(text.encode("ascii") + b"=" * (-len(text) % 4))
            cursor = msgspec.msgpack.decode(packed, type=Cursor)
            cursor.created_at  # noqa: B018 - an instant out of range is garbage too.
        except (ValueError, OverflowError, msgspec.MsgspecError):
            return None
        return cursor if cursor.scope == scope else None


def scope_of(*parts: object) -> bytes:
    """Return the digest that binds a cursor to its owner and filter."""
    return hashlib.blake2b(repr(parts).encode(), digest_size=8).digest()


_EPOCH = datetime.fromtimestamp(0, UTC)
_MICROSECOND = datetime.resolution

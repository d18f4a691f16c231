"""The secrets that prove who somebody is: signed tokens of short life, and random ones."""

from __future__ import annotations

import hashlib
import secrets
from datetime import UTC, datetime, timedelta
from typing import Any, Literal
from uuid import UUID

import jwt
import msgspec

ALGORITHM = "HS256"
ISSUER = "aiimagecraft"
PAGE, SOCKET = "aiimagecraft", "aiimagecraft/ws"
"""Audiences: what a token is for."""
ACCESS_LIFE = timedelta(minutes=15)
SOCKET_LIFE = timedelta(seconds=30)
CLOCK_SKEW = timedelta(minutes=1)
"""How far ahead the clock of the machine may be that made a token."""
PREFIX = "aic_"
"""Of API tokens, so that scanners for leaked secrets find them."""

Audience = Literal["aiimagecraft", "aiimagecraft/ws"]


class Claims(msgspec.Struct, frozen=True):
    """What a signed token says.

    Attributes:
        session: The session that it belongs to; it is worth nothing without that.
        issued: When it was made.
        expires: When it ends.
    """

    session: UUID
    issued: datetime
    expires: datetime

    @property
    def is_past_half(self) -> bool:
        """Whether it is time for another."""
        return datetime.now(UTC) > self.issued + (self.expires - self.issued) / 2


class ExpiredError(Exception):
    """A token was good once.

    Args:
        claims: What it said.
    """

    def __init__(self, claims: Claims) -> None:
        super().__init__("The token has expired")
        self.claims = claims


class ForgedError(Exception):
    """A token was not made here, or for another purpose."""


def sign(secret: str, session: UUID, audience: Audience) -> str:
    """Return a signed token of short life."""
    now = datetime.now(UTC)
    life = ACCESS_LIFE if audience == PAGE else SOCKET_LIFE
    claims = {"iss": ISSUER, "aud": audience, "iat": now, "exp": now + life, "sid": str(session)}
    return jwt.encode(claims, secret, algorithm=ALGORITHM)


def read(secret: str, token: str, audience: Audience) -> Claims:
    """Return what a signed token says.

    Raises:
        ExpiredError: It was good once.
        ForgedError: Its signature, algorithm, issuer, audience or shape is another.
    """
    try:
        payload: dict[str, Any] = jwt.decode(
            token,
            secret,
            algorithms=[ALGORITHM],
            audience=audience,
            issuer=ISSUER,
            leeway=CLOCK_SKEW,
            options={"require": ["iss", "aud", "iat", "exp", "sid"], "verify_exp": False, "strict_aud": True},
        )
        claims = Claims(
            UUID(payload["sid"]),
            datetime.fromtimestamp(payload["iat"], UTC),
            datetime.fromtimestamp(payload["exp"], UTC),
        )
    except (jwt.InvalidTokenError, ValueError, TypeError, AttributeError, OverflowError) as error:
        raise ForgedError(type(error).__name__) from error
    if claims.expires <= datetime.now(UTC):
        raise ExpiredError(claims)
    return claims


def random_secret() -> str:
    """Return 256 random bits as text."""
    return secrets.token_urlsafe(32)


def digest(secret: str) -> bytes:
    """Return what is kept of a random secret: it cannot be guessed, so a plain hash is enough."""
    return hashlib.sha256(secret.encode()).digest()

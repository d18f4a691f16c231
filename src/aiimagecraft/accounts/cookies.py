"""The cookies of a session: a signed token of short life, and the secret that renews it."""

from __future__ import annotations

from collections.abc import MutableMapping
from datetime import timedelta
from typing import Any, cast

from aiimagecraft.accounts.sessions import LIFE
from aiimagecraft.accounts.tokens import ACCESS_LIFE

ACCESS = "aiimagecraft"
RENEWAL = "aiimagecraft_renewal"
_KEY = "aiimagecraft.cookies"


def access(token: str, *, secure: bool) -> str:
    """Return the header that sets the signed token."""
    return _cookie(ACCESS, token, ACCESS_LIFE, secure=secure)


def renewal(secret: str, *, secure: bool) -> str:
    """Return the header that sets the secret."""
    return _cookie(RENEWAL, secret, LIFE, secure=secure)


def gone() -> list[str]:
    """Return the headers that remove both."""
    return [_cookie(name, "", timedelta(), secure=False) for name in (ACCESS, RENEWAL)]


def leave(scope: Any, header: str) -> None:  # noqa: ANN401 - the server's own mapping.
    """Have a header sent with the answer to a request, whatever answers it."""
    found = cast("MutableMapping[str, Any]", scope)
    found.setdefault(_KEY, []).append(header.encode("latin-1"))


def left(scope: Any) -> list[bytes]:  # noqa: ANN401
    """Return what was left for the answer."""
    return cast("MutableMapping[str, Any]", scope).get(_KEY, [])


def _cookie(name: str, value: str, life: timedelta, *, secure: bool) -> str:
    age = int(life.total_seconds())
    ending = "; Secure" if secure else ""
    return f"{name}={value}; Max-Age={age}; Path=/; HttpOnly; SameSite=Lax{ending}"

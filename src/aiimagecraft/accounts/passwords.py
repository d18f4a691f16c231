"""Passwords: which are taken, and how they are kept and compared."""

from __future__ import annotations

import asyncio
import re
from hmac import compare_digest

from piccolo.apps.user.tables import BaseUser

from aiimagecraft.errors import InvalidRequest

MIN_LENGTH = 10
MAX_LENGTH = 128
"""Of a password; Piccolo's hash takes no longer one."""
AT_ONCE = 2
"""Hashes that one process works at; each takes a fraction of a second of a processor."""
MIN_SCORE = 3
"""Of 4: at least 100 million guesses, for somebody who has the lists of leaked passwords and names."""
LOOKED_AT = 72
"""Characters that are weighed: a quarter of a second in the worst case, and enough to be good in any."""
NEAR = ("aiimagecraft", "correcthorsebatterystaple")
"""Words that are tried here first, besides the user's own name."""


async def new_hash(password: str, username: str, field: str = "password") -> str:
    """Return what is kept of a password that may be chosen.

    Raises:
        InvalidRequest: It is too short or too long, one of the common ones, or made of the user's name.
    """
    if len(password) < MIN_LENGTH:
        raise InvalidRequest(f"At least {MIN_LENGTH} characters", field=field)
    if len(password) > MAX_LENGTH:
        raise InvalidRequest(f"At most {MAX_LENGTH} characters", field=field)
    async with _places:
        common = await asyncio.to_thread(is_common, password, username)
    if common:
        raise InvalidRequest("This is one of the passwords that are tried first", field=field)
    return await hashed(password)


def is_common(password: str, username: str) -> bool:
    """Tell whether a password is found by the lists of leaked passwords, names, words, keys and dates.

    zxcvbn knows 30,000 of the first, as many words, 14,000 names, and what people make of them: a capital,
    a year, digits for letters, one twice. Its lists take 15 MB, so only a process in which somebody chooses
    a password has them.
    """
    from zxcvbn import zxcvbn  # noqa: PLC0415

    own = [*NEAR, *filter(None, [username.casefold(), *re.split(r"[^a-z0-9]+", username.casefold())])]
    score: int = zxcvbn(password[:LOOKED_AT], own)["score"]
    return score < MIN_SCORE


_places = asyncio.Semaphore(AT_ONCE)


async def hashed(password: str) -> str:
    """Return what is kept of a password: PBKDF2-HMAC-SHA256 with 600,000 rounds and a salt of its own."""
    async with _places:
        return await asyncio.to_thread(BaseUser.hash_password, password)


async def verify(password: str, kept: str | None) -> bool:
    """Tell whether a password is the one that was kept, in the same time whether there is one or not."""
    if len(password) > MAX_LENGTH:
        return False
    salt, rounds, wanted = "", None, ""
    if kept is not None and len(parts := kept.split("$")) == len(("name", "rounds", "salt", "digest")):
        salt, rounds, wanted = parts[2], int(parts[1]), kept
    async with _places:
        given = await asyncio.to_thread(BaseUser.hash_password, password, salt, rounds)
    return compare_digest(given.encode(), wanted.encode())

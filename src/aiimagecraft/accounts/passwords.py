"""Passwords: which are taken, and how they are kept and compared."""

from __future__ import annotations

import asyncio
import re
from functools import cache
from hmac import compare_digest

from piccolo.apps.user.tables import BaseUser

from aiimagecraft.errors import InvalidRequest

MIN_LENGTH = 10
MAX_LENGTH = 128
"""Of a password; Piccolo's hash takes no longer one."""
AT_ONCE = 2
"""Hashes that one process works at; each takes a fraction of a second of a processor."""

COMMON = frozenset(
    """password passwort passwd passphrase secret letmein welcome admin administrator root login master
    changeme default guest user test testing temp access hello iloveyou loveyou love lovely princess sunshine
    superman batman spiderman starwars pokemon dragon monkey shadow football baseball basketball soccer hockey
    liverpool chelsea arsenal barcelona michael jennifer jessica jordan michelle charlie daniel thomas ashley
    nicole anthony matthew andrew joshua computer internet samsung google facebook microsoft apple iphone
    summer winter spring autumn monday friday january december flower butterfly chocolate cookie cheese
    whatever trustno one freedom forever family friend friends baby angel killer blink mustang ferrari
    mercedes harley corvette yankees cowboys qwerty qwertz azerty asdf zxcv abc abcd abcdef your my the is me
    you this please enter open sesame correct horse battery staple image images craft aiimagecraft gallery
    studio demo""".split()  # noqa: SIM905 - a hundred words in quotes would be harder to read.
)
"""Words that common passwords are made of."""
RUNS = (
    "qwertyuiopasdfghjklzxcvbnm", "qwertzuiopasdfghjklyxcvbnm", "azertyuiopqsdfghjklmwxcvbn",
    "abcdefghijklmnopqrstuvwxyz", "12345678901234567890", "1qaz2wsx3edc4rfv5tgb6yhn7ujm",
    "q1w2e3r4t5y6u7i8o9p0", "1q2w3e4r5t6y7u8i9o0p", "!@#$%^&*()_+", "!qaz@wsx#edc$rfv",
)  # fmt: skip
"""What a finger finds by itself, read in either direction."""
MIN_RUN = 3
LEET = str.maketrans("013457@$!", "oieastasi")


def check_password(password: str, username: str, field: str = "password") -> None:
    """See that a password may be chosen.

    Raises:
        InvalidRequest: It is too short or too long, one of the common ones, or made of the user's name.
    """
    if len(password) < MIN_LENGTH:
        raise InvalidRequest(f"At least {MIN_LENGTH} characters", field=field)
    if len(password) > MAX_LENGTH:
        raise InvalidRequest(f"At most {MAX_LENGTH} characters", field=field)
    if is_common(password, username):
        raise InvalidRequest("This is one of the passwords that are tried first", field=field)


def is_common(password: str, username: str = "") -> bool:
    """Tell whether nothing is left of a password without common words, keys in a row, repetitions and digits.

    Lists of leaked passwords that are this long consist of these, and of little else.
    """
    text = password.casefold()
    if len(set(text)) < MIN_LENGTH // 2 or re.fullmatch(r"(.{1,5}?)\1+.{0,4}", text):
        return True
    words = COMMON | {username.casefold(), *re.split(r"[^a-z0-9]+", username.casefold())} - {""}
    return any(_is_made_of(form, text, words) for form in (text, text.translate(LEET)))


def _is_made_of(form: str, text: str, words: frozenset[str]) -> bool:
    """Tell whether a text, read in some form, falls into words, runs and at most one other letter."""
    runs = _runs()
    left = 0
    place = 0
    while place < len(form):
        rest = form[place:]
        known = [len(word) for word in words if rest.startswith(word)]
        run = next((size for size in range(len(rest), MIN_RUN - 1, -1) if rest[:size] in runs), 0)
        step = max([*known, run], default=0)
        if not step and text[place].isalpha():
            left += 1
        place += step or 1
    return left <= 1


@cache
def _runs() -> frozenset[str]:
    lines = [line[::way] for line in RUNS for way in (1, -1)]
    return frozenset(
        line[start:stop]
        for line in lines
        for start in range(len(line))
        for stop in range(start + MIN_RUN, len(line) + 1)
    )


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

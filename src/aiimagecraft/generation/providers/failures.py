"""What went wrong at an images server, in words for a person, and whether asking again may help. Pure."""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime

import msgspec

LONGEST_WAIT = 120.0
"""Seconds; who asks to wait for longer is not waited for. OpenAI's own client draws the same line."""
LONGEST_MESSAGE = 500
MODERATED = frozenset({"moderation_blocked", "content_policy_violation", "image_content_policy_violation"})
OUT_OF_CREDIT = frozenset({"insufficient_quota", "billing_hard_limit_reached"})
PASSING = frozenset({408, 409, 429})
"""Statuses besides 500 and above after which asking again may help."""


class ProviderError(Exception):
    """The images server did not make the image.

    Attributes:
        slug: Names the problem.
        title: What happened.
        detail: What a person can do about it.
        again: Whether asking again may help.
        lost: Whether an answer that was paid for may be lost.
        wait: Seconds that the server asked to wait.
        answer: What it answered, when that is worth keeping.
    """

    def __init__(  # noqa: PLR0913 - one keyword for each attribute.
        self,
        slug: str,
        title: str,
        detail: str,
        *,
        again: bool = False,
        lost: bool = False,
        wait: float | None = None,
        answer: bytes | None = None,
    ) -> None:
        super().__init__(f"{title}: {detail}")
        self.slug, self.title, self.detail = slug, title, detail
        self.again, self.lost, self.wait, self.answer = again, lost, wait, answer


KEY_MISSING = ("key-missing", "No images server is configured", "Set OPENAI_API_KEY and start again.")
KEY_REFUSED = (
    "key-refused",
    "The images server refused the key",
    "Check OPENAI_API_KEY, start again, then retry.",
)
QUOTA = (
    "quota",
    "The account at the images server is out of credit",
    "Add credit or raise its limit there, then retry.",
)


class _Moderation(msgspec.Struct):
    categories: list[str] | None = None


class _Error(msgspec.Struct):
    """OpenAI's error object."""

    message: str | None = None
    code: str | int | None = None
    type: str | None = None
    moderation_details: _Moderation | None = None


class _Field(msgspec.Struct):
    """One of the fields that FastAPI refuses."""

    msg: str = ""
    loc: list[str | int] = msgspec.field(default_factory=list[str | int])


class _Body(msgspec.Struct):
    """An error as a server tells it: OpenAI's object, a plain string, or FastAPI's detail."""

    error: _Error | str | None = None
    detail: str | list[_Field] | None = None
    message: str | None = None


class _Told(msgspec.Struct):
    message: str = ""
    names: frozenset[str] = frozenset()
    categories: list[str] = []


def failure_of(status: int, headers: Mapping[str, str], body: bytes) -> ProviderError:
    """Return the error that an answer stands for.

    Args:
        status: Its status, not a success.
        headers: Its headers, by names in lower case.
        body: What it says.
    """
    told = _told(body)
    final = _final(status, told)
    if final:
        return final
    message = told.message or f"It answered with status {status} and no reason."
    if 300 <= status < 400:  # noqa: PLR2004
        return ProviderError("redirected", "The images server redirects", "Is OPENAI_BASE_URL right?")
    again = status in PASSING or status >= 500  # noqa: PLR2004
    if (should := headers.get("x-should-retry")) in {"true", "false"}:
        again = should == "true"
    wait = wait_of(headers, told.message)
    if wait is not None and wait > LONGEST_WAIT:
        detail = f"It asks to wait {round(wait / 60)} minutes. Retry then."
        return ProviderError("busy", "The images server is busy", detail)
    if status == 429:  # noqa: PLR2004
        # Its own words name the account and its limits.
        detail = "It limits how often it may be asked. Retry in a while."
        return ProviderError("busy", "The images server is busy", detail, again=again, wait=wait)
    if status >= 500 or again:  # noqa: PLR2004
        return ProviderError("server-failed", "The images server failed", message, again=again, wait=wait)
    return ProviderError("refused", "The images server refused the request", message)


def _final(status: int, told: _Told) -> ProviderError | None:
    if told.names & MODERATED or told.categories:
        reasons = f" ({', '.join(told.categories)})" if told.categories else ""
        detail = f"Its safety system blocked the prompt or the result{reasons}. Change the prompt and retry."
        return ProviderError("moderated", "The images server refused this image", detail)
    if told.names & OUT_OF_CREDIT:
        return ProviderError(*QUOTA)
    if status == 401 or "invalid_api_key" in told.names:  # noqa: PLR2004
        # Its own words repeat parts of the key.
        return ProviderError(*KEY_REFUSED)
    if "model_not_found" in told.names:
        detail = f"{told.message} Choose another model."
        return ProviderError("model-gone", "The images server does not have this model", detail.strip())
    if status == 403:  # noqa: PLR2004
        return ProviderError("forbidden", "The images server does not allow this", told.message)
    return None


def _told(body: bytes) -> _Told:
    """Return what an error body says, whatever its shape; nothing when it cannot be read."""
    try:
        parsed: _Body | str = msgspec.json.decode(body, type=_Body | str)
    except (msgspec.DecodeError, UnicodeDecodeError):
        return _Told()
    if isinstance(parsed, str):
        return _Told(_short(parsed))
    error = parsed.error
    if isinstance(error, _Error):
        names = frozenset(str(name) for name in (error.code, error.type) if name)
        moderation = error.moderation_details or _Moderation()
        return _Told(_short(error.message), names, [_short(name) for name in moderation.categories or []])
    if isinstance(parsed.detail, list):
        fields = (f"{'.'.join(str(part) for part in field.loc)}: {field.msg}" for field in parsed.detail)
        return _Told(_short("; ".join(fields)))
    # stable-diffusion.cpp names the kind in `error` and says why in `message`.
    return _Told(_short(parsed.message or parsed.detail or error))


def _short(text: str | None) -> str:
    text = text or ""
    return text if len(text) <= LONGEST_MESSAGE else f"{text[:LONGEST_MESSAGE]}…"


def wait_of(headers: Mapping[str, str], message: str = "") -> float | None:
    """Return the seconds that a server asks to wait: its headers', or those that its message names."""
    milliseconds = re.fullmatch(r"\d+(?:\.\d+)?", headers.get("retry-after-ms", "").strip())
    if milliseconds:
        return float(milliseconds[0]) / 1000
    after = headers.get("retry-after", "").strip()
    if re.fullmatch(r"\d+(?:\.\d+)?", after):
        return float(after)
    if after:
        try:
            return max(0.0, (parsedate_to_datetime(after) - datetime.now(UTC)).total_seconds())
        except (ValueError, TypeError):
            return None
    named = re.search(r"try again in (\d+(?:\.\d+)?)\s*(ms|s|m)\b", message, re.IGNORECASE)
    return float(named[1]) * {"ms": 0.001, "s": 1, "m": 60}[named[2].lower()] if named else None

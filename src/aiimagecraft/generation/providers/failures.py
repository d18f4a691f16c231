"""What went wrong at an images server, in words for a person, and whether asking again may help. Pure."""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from typing import Any, cast

import msgspec

from aiimagecraft.causes import causes_of, reason_of

LONGEST_WAIT = 120.0
"""Seconds; who asks to wait for longer is not waited for. OpenAI's own client draws the same line."""
LONGEST_MESSAGE = 500
MODERATED = frozenset({"moderation_blocked", "content_policy_violation", "image_content_policy_violation"})
OUT_OF_CREDIT = frozenset({"insufficient_quota", "billing_hard_limit_reached"})
PASSING = frozenset({408, 409, 429})
"""Statuses besides 500 and above after which asking again may help."""
PERHAPS_BILLED = frozenset({408, 502, 504, *range(520, 530)})
"""Statuses that a gateway answers with while the server behind it may still be at work."""
OF_THE_JOB = frozenset(
    {
        "key-missing",
        "key-refused",
        "quota",
        "forbidden",
        "model-gone",
        "unreachable",
        "source-gone",
        "redirected",
    }
)
"""Problems that every other image of the job would meet, too."""
NEVER_CONNECTED = frozenset({"NewConnectionError", "ConnectTimeoutError", "NameResolutionError", "SSLError"})
"""Errors of the client library, which has two copies of each class, by name."""
LONGEST = 86_400.0


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


class _Told(msgspec.Struct):
    """What an error says: its first message, and whatever names it by a code or a type."""

    message: str = ""
    names: set[str] = msgspec.field(default_factory=set[str])
    categories: list[str] = msgspec.field(default_factory=list[str])


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
        lost = status in PERHAPS_BILLED
        return ProviderError(
            "server-failed", "The images server failed", message, again=again, wait=wait, lost=lost
        )
    return ProviderError("refused", "The images server refused the request", message)


def _final(status: int, told: _Told) -> ProviderError | None:
    if told.names & MODERATED or told.categories:
        reasons = f" ({', '.join(told.categories)})" if told.categories else ""
        detail = f"Its safety system blocked the prompt or the result{reasons}. Change the prompt and retry."
        return ProviderError("moderated", "The images server refused this image", detail)
    if told.names & OUT_OF_CREDIT:
        return ProviderError(*QUOTA)
    of_key = status in {400, 403} and re.search(r"\bapi[ _-]?key\b", told.message, re.IGNORECASE)
    if status == 401 or of_key or "invalid_api_key" in told.names:  # noqa: PLR2004
        # Its own words repeat parts of the key.
        return ProviderError(*KEY_REFUSED)
    if "model_not_found" in told.names:
        detail = f"{told.message} Choose another model."
        return ProviderError("model-gone", "The images server does not have this model", detail.strip())
    if status == 403:  # noqa: PLR2004
        return ProviderError("forbidden", "The images server does not allow this", told.message)
    return None


def cut() -> ProviderError:
    """Return the error of an answer that broke off."""
    detail = "The connection broke before its answer was complete; it may have been billed."
    return ProviderError("cut", "The images server's answer was cut off", detail, again=True, lost=True)


def broken(error: BaseException, *, unsent: bool) -> ProviderError:
    """Return the error of a connection that did not come about, or broke.

    Args:
        error: What the client library raised.
        unsent: Whether the request was still being sent, so that nothing can have been billed.
    """
    if any(type(cause).__name__ in NEVER_CONNECTED for cause in causes_of(error)):
        detail = f"Is it running, and is OPENAI_BASE_URL right? ({reason_of(error)})"
        return ProviderError("unreachable", "The images server cannot be reached", detail, again=True)
    if unsent:
        detail = "It closed the connection while the sources were sent to it; they may be too large for it."
        return ProviderError("upload-cut", "The images server took no more", detail, again=True)
    return cut()


def _told(body: bytes) -> _Told:
    """Return what an error says, whatever its shape: servers differ on nearly every one.

    OpenAI has an object under `error`, stable-diffusion.cpp a text, FastAPI `detail` as text or list of
    fields, Google a list around it all.
    """
    told = _Told()
    try:
        _collect(msgspec.json.decode(body), told, "message")
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError):
        return told
    told.message = _short(told.message)
    return told


def _collect(part: Any, told: _Told, name: str) -> None:  # noqa: ANN401 - another server's JSON.
    if isinstance(part, dict):
        fields = cast("dict[str, Any]", part)
        for key in sorted(fields, key=lambda key: key != "message"):
            _collect(fields[key], told, key)
    elif isinstance(part, list):
        for entry in cast("list[Any]", part):
            _collect(entry, told, name)
    elif isinstance(part, str):
        if name == "categories":
            told.categories.append(_short(part))
        elif name in {"code", "type", "status"}:
            told.names.add(part)
        elif name in {"message", "msg", "detail", "error"} and not told.message:
            told.message = part


def _short(text: str) -> str:
    return text if len(text) <= LONGEST_MESSAGE else f"{text[:LONGEST_MESSAGE]}…"


def wait_of(headers: Mapping[str, str], message: str = "") -> float | None:
    """Return the seconds that a server asks to wait: its headers', or those that its message names."""
    milliseconds = re.fullmatch(r"\d+(?:\.\d+)?", headers.get("retry-after-ms", "").strip())
    if milliseconds:
        return min(LONGEST, float(milliseconds[0]) / 1000)
    after = headers.get("retry-after", "").strip()
    if re.fullmatch(r"\d+(?:\.\d+)?", after):
        return min(LONGEST, float(after))
    if after:
        try:
            seconds = (parsedate_to_datetime(after) - datetime.now(UTC)).total_seconds()
            return min(LONGEST, max(0.0, seconds))
        except (ValueError, TypeError, OverflowError):
            return None
    named = re.search(r"try again in (\d+(?:\.\d+)?)\s*(ms|s|m)\b", message, re.IGNORECASE)
    return min(LONGEST, float(named[1])) * {"ms": 0.001, "s": 1, "m": 60}[named[2].lower()] if named else None

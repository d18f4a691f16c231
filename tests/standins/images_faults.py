"""Faults that a prompt asks for by words in brackets, so that a test, curl or the studio can script them."""

from __future__ import annotations

import math
import re
from collections import Counter
from dataclasses import dataclass, replace

from tests.standins.wire import JSON, Refused, Reply, json_reply

WORDS = {
    "hold": "Wait until POST /_release before the answer begins.",
    "hold body": "Send the head and a part of the body, then wait until POST /_release.",
    "hang": "Take the request and never answer.",
    "hang body": "Send the head and a part of the body, then nothing more.",
    "slow": "[slow 3]: take three seconds more; a stream sends comments meanwhile.",
    "slow body": "[slow body 3]: send the (last part of the) body in small pieces over three seconds.",
    "cut": "Close the connection in the middle of the (last part of the) body.",
    "reset": "As cut, but reset it.",
    "429": "rate_limit_exceeded with Retry-After 1; [429 2 after 0.2] also sends retry-after-ms: 200.",
    "500": "server_error; takes `after` as 429 does.",
    "503": "server_error, overloaded; takes `after` as 429 does.",
    "quota": "429 insufficient_quota.",
    "billing": "400 billing_hard_limit_reached.",
    "moderated": "400 moderation_blocked with moderation_details, stage input.",
    "moderated output": "The same, stage output.",
    "request forbidden": "403 unsupported_country_region_territory.",
    "string error": '400 {"error": "text"}.',
    "detail error": '422 {"detail": "text"}.',
    "detail list": '422 {"detail": [{"loc", "msg", "type"}]}.',
    "garbage": "200 with an HTML page.",
    "badjson": "200 with JSON that breaks off.",
    "undecodable": "Pictures that begin as a PNG and break off.",
    "unknown bytes": "Pictures that are of no known format.",
    "jpeg": "Pictures are JPEG, whatever was asked for and is said.",
    "data url": "b64_json begins with data:image/…;base64,",
    "url": "url on this server instead of b64_json.",
    "url elsewhere": "[url elsewhere http://…]: this url instead of b64_json.",
    "url redirect": "A url that redirects to the picture; [url redirect http://…]: to there.",
    "empty": "No pictures.",
    "fewer": "One picture less than asked for.",
    "fresh": "The pictures differ from those of earlier requests with this prompt.",
    "no usage": "No usage.",
    "zero usage": "All usage is 0.",
    "nostream": "400 Unknown parameter: 'stream', if it was sent.",
    "json despite stream": "Ignore stream and answer JSON.",
    "stream error": "A stream ends with an error, after the first partial picture if any was asked for.",
}
_LIST = "\n".join(f"  [{word}]".ljust(24) + text for word, text in WORDS.items())
HELP = f"""\
Words in square brackets in a prompt ask for faults; several may be combined. A number is a count: [500 2]
fails the first two requests with exactly this prompt, [500] all of them. Each word counts only the requests
that it had its way with, so [429 1] [cut 1] refuses one and cuts the next. DELETE /_requests starts over.

{_LIST}

GET /_requests lists what was asked and what became of it, DELETE /_requests forgets it, GET /_held counts the
requests that are held, and POST /_release lets them go on.
"""

_BRACKETS = re.compile(r"\[((?:[^\[\]]|\[[^\[\]]*\])+)\]")
"""Brackets inside are those of an IPv6 address."""
_WORD = re.compile(
    r"([a-z0-9 ]+?)(?: (\d+(?:\.\d+)?))?(?: after (none|\d+(?:\.\d+)?))?(?: (https?://\S+))?", re.IGNORECASE
)
_TIMED = ("slow", "slow body")


@dataclass(frozen=True, slots=True)
class Fault:
    """One word as a prompt has it.

    Args:
        word: A key of `WORDS`.
        number: How often, or for how many seconds; None when it does not say.
        after: Seconds after which to try again, or "none".
        url: An address.
    """

    word: str
    number: float | None = None
    after: str | None = None
    url: str | None = None

    @property
    def limit(self) -> float:
        return math.inf if self.number is None or self.word in _TIMED else self.number


class Faults:
    """The faults of one request.

    Args:
        prompt: Its prompt.
        spent: How often each word of each prompt had its way; shared by all requests.
    """

    def __init__(self, prompt: str, spent: Counter[tuple[str, str]]) -> None:
        self._prompt = prompt
        self._spent = spent
        self._found = {fault.word: fault for fault in find_faults(prompt)}

    def take(self, word: str) -> Fault | None:
        """Return the fault if it is to happen now, and count that it did."""
        fault = self._found.get(word)
        if fault is None or self._spent[self._prompt, word] >= fault.limit:
            return None
        self._spent[self._prompt, word] += 1
        return fault

    def seconds(self, word: str) -> float:
        fault = self.take(word)
        return fault.number or 0 if fault else 0

    def refuse(self) -> None:
        """Raise the refusal that is to happen now, if there is one."""
        for word, reply in REFUSALS.items():
            if fault := self.take(word):
                raise Refused(reply if word not in _RETRIED else _to_be_retried(reply, fault))


def find_faults(prompt: str) -> list[Fault]:
    """Find the faults that a prompt asks for; brackets around anything else mean nothing."""
    found: list[Fault] = []
    for text in _BRACKETS.findall(prompt):
        match = _WORD.fullmatch(text.strip())
        if match and match[1].lower() in WORDS:
            number = None if match[2] is None else float(match[2])
            found.append(Fault(match[1].lower(), number, match[3], match[4]))
    return found


def refusal(
    status: int,
    message: str,
    code: str | None,
    param: str | None = None,
    kind: str = "invalid_request_error",
    **more: object,
) -> Reply:
    """Build an error as OpenAI sends it."""
    error = {"message": message, "type": kind, "param": param, "code": code, **more}
    return json_reply({"error": error}, status)


def _moderated(stage: str) -> Reply:
    return refusal(
        400,
        "Your request was rejected by the safety system. safety_violations=[violence].",
        "moderation_blocked",
        kind="image_generation_user_error",
        moderation_details={"moderation_stage": stage, "categories": ["violence"]},
    )


def _to_be_retried(reply: Reply, fault: Fault) -> Reply:
    after = fault.after or ("1" if fault.word == "429" else "none")
    if after == "none":
        return reply
    headers = {**reply.headers, "retry-after": str(math.ceil(float(after)))}
    if not float(after).is_integer():
        headers["retry-after-ms"] = str(round(float(after) * 1000))
    return replace(reply, headers=headers)


_HTML = b"<!doctype html><html><head><title>Welcome</title></head><body>It works!</body></html>"
_RETRIED = ("429", "500", "503")
REFUSALS = {
    "429": refusal(
        429,
        "Rate limit reached for images in organization org-standin on input-images per min: "
        "Limit 5, Used 5, Requested 1. Please try again later.",
        "rate_limit_exceeded",
        kind="input-images",
    ),
    "500": refusal(
        500, "The server had an error while processing your request. Sorry!", None, kind="server_error"
    ),
    "503": refusal(
        503, "The engine is currently overloaded, please try again later.", None, kind="server_error"
    ),
    "quota": refusal(
        429,
        "You exceeded your current quota, please check your plan and billing details.",
        "insufficient_quota",
        kind="insufficient_quota",
    ),
    "billing": refusal(400, "Billing hard limit has been reached.", "billing_hard_limit_reached"),
    "moderated": _moderated("input"),
    "moderated output": _moderated("output"),
    "request forbidden": refusal(
        403,
        "Country, region, or territory not supported.",
        "unsupported_country_region_territory",
        kind="request_forbidden",
    ),
    "string error": json_reply({"error": "the model could not be loaded"}, 400),
    "detail error": json_reply({"detail": "The prompt could not be encoded"}, 422),
    "detail list": json_reply(
        {"detail": [{"type": "missing", "loc": ["body", "steps"], "msg": "Field required"}]},
        422,
    ),
    "garbage": Reply(200, _HTML, {"content-type": "text/html; charset=utf-8"}),
    "badjson": Reply(200, b'{"created": 1790000000, "data": [{"b64_json": "iVBORw0KGgo', JSON),
}
"""The answers that stand in place of any other, by word, in the order in which they have their way."""

"""What HTTP routes share: answers, ids in paths, strict query strings, and words for what is wrong."""

from __future__ import annotations

import re
from collections.abc import Mapping
from functools import cache
from hmac import compare_digest
from typing import Any, TypeVar, get_args
from uuid import UUID

import msgspec
from litestar import MediaType, Request, Response
from litestar.datastructures import MultiDict

from aiimagecraft.errors import InvalidRequest
from aiimagecraft.schema import UUID_PATTERN, In

AnyRequest = Request[Any, Any, Any]
Q = TypeVar("Q", bound=In)

OBJECT_HEADERS = {
    "x-content-type-options": "nosniff",
    "content-security-policy": "sandbox; default-src 'none'",
    "cross-origin-resource-policy": "same-origin",
}
"""Of whatever came from outside: never run, never read by another site."""

PUBLIC = {"public": True}
"""Options of routes that need no login, or check one of their own."""

_encoder = msgspec.json.Encoder()


def json_response(
    content: object, status_code: int = 200, headers: Mapping[str, str] | None = None
) -> Response[Any]:
    """Return rows encoded as they are, without a model for each."""
    return Response(
        _encoder.encode(content), media_type=MediaType.JSON, status_code=status_code, headers=headers
    )


def has_bearer_token(request: AnyRequest, token: str) -> bool:
    """Tell whether a request comes with a token that a setting names, compared in constant time."""
    scheme, _, given = request.headers.get("authorization", "").partition(" ")
    return scheme.lower() == "bearer" and compare_digest(given.encode(), token.encode())


def parse_id(text: str) -> UUID:
    """Return the id in a path.

    Raises:
        InvalidRequest: It is not a UUID in its usual form.
    """
    if not re.fullmatch(UUID_PATTERN, text.lower()):
        raise InvalidRequest("This is not an id", field="id")
    return UUID(text)


def parse_query(request: AnyRequest, shape: type[Q]) -> Q:
    """Return the query string as a struct.

    Raises:
        InvalidRequest: A parameter is unknown, repeated or of a wrong value; the error names it.
    """
    given: MultiDict[Any] = request.query_params
    values: dict[str, object] = {}
    kinds = _kinds(shape)
    for name, value in given.multi_items():
        if name in values:
            raise InvalidRequest("Give this parameter once", field=name)
        values[name] = _literal(name, value, kinds.get(name, ()))
    try:
        return msgspec.convert(values, shape)
    except msgspec.ValidationError as error:
        field, message = split_validation_error(str(error))
        raise InvalidRequest(message, field=field) from None


BOOLEANS = {"true": True, "1": True, "false": False, "0": False}


@cache
def _kinds(shape: type[In]) -> dict[str, tuple[type, ...]]:
    """Return the types that each parameter may have, by its name in the query string."""
    return {
        field.encode_name: get_args(field.type) or (field.type,) for field in msgspec.structs.fields(shape)
    }


def _literal(name: str, text: str, kinds: tuple[type, ...]) -> object:
    if bool in kinds:
        if text not in BOOLEANS:
            raise InvalidRequest("Expected true, false, 1 or 0", field=name)
        return BOOLEANS[text]
    if int in kinds:
        if not re.fullmatch(r"-?[0-9]{1,9}", text):
            raise InvalidRequest("Expected a whole number", field=name)
        return int(text)
    return text


def split_validation_error(text: str) -> tuple[str | None, str]:
    """Split msgspec's message into the path of the field, when it names one, and what is wrong."""
    path = re.search(r" - at `\$\.?(.*?)`$", text)
    message = text[: path.start()] if path else text
    unknown = re.search(r"unknown field `(.+?)`", message)
    missing = re.search(r"missing required field `(.+?)`", message)
    parts = [path[1] if path else "", (unknown or missing or [None, ""])[1]]
    field = ".".join(part for part in parts if part)
    return field or None, _plain(message)


_WORDINGS = (
    (r"Object contains unknown field .*", "There is no such field"),
    (r"Object missing required field .*", "This is required"),
    (r"Expected `str` matching regex .*", "NUL characters cannot be kept"),
    (r"Expected `str` of length >= 1", "This cannot be empty"),
    (r"Expected `str` of length <= (\d+)", r"At most \1 characters"),
    (r"Expected `array` of length >= (\d+)", r"At least \1"),
    (r"Expected `array` of length <= (\d+)", r"At most \1"),
    (r"Expected `int` >= (\S+)", r"At least \1"),
    (r"Expected `int` <= (\S+)", r"At most \1"),
    (r"Expected `bool`, got .*", "Expected true or false"),
    (r"Expected `int.*`, got .*", "Expected a whole number"),
    (r"Expected `str.*`, got .*", "Expected text"),
    (r"Invalid UUID", "This is not an id"),
)
"""msgspec's messages in words for a person."""


def _plain(message: str) -> str:
    for pattern, wording in _WORDINGS:
        if re.fullmatch(pattern, message):
            return re.sub(pattern, wording, message)
    return message

"""The error tree and its mapping to problem details (RFC 9457)."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType
from typing import ClassVar

import msgspec


class FieldError(msgspec.Struct, frozen=True):
    """One field of a request and what is wrong with it."""

    field: str
    message: str


class Problem(msgspec.Struct, frozen=True, omit_defaults=True):
    """A problem details object, RFC 9457.

    Attributes:
        type: A stable URN that programs branch on.
        title: The kind of problem, the same for every occurrence.
        status: The HTTP status of the response.
        detail: What happened this time, written for a person.
        errors: The fields at fault, if any.
    """

    type: str
    title: str
    status: int
    detail: str | None = None
    errors: list[FieldError] | None = None


class AppError(Exception):
    """An error that is answered to the client as it is.

    Args:
        detail: What happened, written for a person.
        field: The request field at fault, if one is.
    """

    status: ClassVar[int] = 500
    slug: ClassVar[str] = "internal"
    title: ClassVar[str] = "Something went wrong on the server"
    headers: Mapping[str, str] = MappingProxyType({})
    """Response headers that belong to the error."""

    def __init__(self, detail: str, *, field: str | None = None) -> None:
        super().__init__(detail)
        self.detail = detail
        self.field = field

    def problem(self) -> Problem:
        """Return the problem details of this error."""
        errors = [FieldError(self.field, self.detail)] if self.field else None
        return Problem(urn(self.slug), self.title, self.status, self.detail, errors)


class InvalidRequest(AppError):  # noqa: N818 - named for the problem, as every class of this tree is.
    """A field, parameter or body that breaks the contract."""

    status = 400
    slug = "invalid-request"
    title = "The request is not valid"


class Unauthorized(AppError):  # noqa: N818
    """Credentials are missing or wrong."""

    status = 401
    slug = "unauthorized"
    title = "Credentials are missing or wrong"
    headers = MappingProxyType({"www-authenticate": "Bearer"})


class Forbidden(AppError):  # noqa: N818
    """The request is understood and refused."""

    status = 403
    slug = "forbidden"
    title = "This is not allowed"


class NotFound(AppError):  # noqa: N818
    """The thing does not exist, or belongs to somebody else."""

    status = 404
    slug = "not-found"
    title = "Not found"


class TooSlow(AppError):  # noqa: N818
    """The client does not send what it announced."""

    status = 408
    slug = "too-slow"
    title = "The request came too slowly"
    headers = MappingProxyType({"connection": "close"})


class Conflict(AppError):  # noqa: N818
    """The thing is not in a state that allows the request."""

    status = 409
    slug = "conflict"
    title = "The request does not fit the present state"


class TooLarge(AppError):  # noqa: N818
    """The upload is over a limit."""

    status = 413
    slug = "too-large"
    title = "The upload is too large"


class UnsupportedMedia(AppError):  # noqa: N818
    """The upload is of a type that is not kept here."""

    status = 415
    slug = "unsupported-media-type"
    title = "This type of file is not supported"


class RangeNotSatisfiable(AppError):  # noqa: N818
    """The range asked for lies outside the object.

    Args:
        size: Bytes of the whole object.
    """

    status = 416
    slug = "range-not-satisfiable"
    title = "The range lies outside the object"

    def __init__(self, size: int) -> None:
        super().__init__(f"The object has {size} bytes")
        self.headers = {"content-range": f"bytes */{size}"}


class Unprocessable(AppError):  # noqa: N818
    """The request is well formed, its meaning is not acceptable."""

    status = 422
    slug = "unprocessable"
    title = "The content cannot be used"


class TooMany(AppError):  # noqa: N818
    """More requests wait than are let in."""

    status = 429
    slug = "too-many-requests"
    title = "Too many requests"
    headers = MappingProxyType({"retry-after": "2"})


class BadGateway(AppError):  # noqa: N818
    """A server behind this one refuses, fails, or answers with what cannot be used."""

    status = 502
    slug = "bad-gateway"
    title = "The server behind this one cannot be used"


class GatewayTimeout(AppError):  # noqa: N818
    """A server behind this one does not answer in time."""

    status = 504
    slug = "gateway-timeout"
    title = "The server behind this one does not answer in time"


class Unavailable(AppError):  # noqa: N818
    """A part that the request needs cannot be reached."""

    status = 503
    slug = "http-503"
    title = "Not available at the moment"
    headers = MappingProxyType({"retry-after": "5"})


TITLES = {
    401: Unauthorized.title,
    403: Forbidden.title,
    404: NotFound.title,
    405: "This method is not allowed here",
    413: TooLarge.title,
    415: "The request's content type is not supported",
    429: "Too many requests",
    503: "Not available at the moment",
}
"""Titles of problems that the framework raises, by status."""


def urn(slug: str) -> str:
    """Return the stable problem type for a slug."""
    return f"urn:aiimagecraft:problem:{slug}"


def http_problem(status: int, detail: str, errors: list[FieldError] | None = None) -> Problem:
    """Return the problem for an error that the HTTP framework raised."""
    if status == InvalidRequest.status:
        return Problem(urn(InvalidRequest.slug), InvalidRequest.title, status, detail, errors)
    title = TITLES.get(status, AppError.title)
    slug = {401: Unauthorized.slug, 403: Forbidden.slug, 404: NotFound.slug, 413: TooLarge.slug}.get(
        status, f"http-{status}"
    )
    return Problem(urn(slug), title, status, detail, errors)

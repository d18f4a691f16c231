"""The proxy's HTTP route."""

from __future__ import annotations

from typing import Annotated, Any

import msgspec
from litestar import Response, route
from litestar.di import NamedDependency
from litestar.enums import HttpMethod
from litestar.params import FromPath

from aiimagecraft.errors import NotFound
from aiimagecraft.operations import query_operation
from aiimagecraft.proxy.exchange import Exchange
from aiimagecraft.proxy.policy import parse_target
from aiimagecraft.proxy.upstream import Upstream
from aiimagecraft.schema import In
from aiimagecraft.web import OBJECT_HEADERS, AnyRequest


class PictureQuery(In):
    """What the address of a picture may carry."""

    t: Annotated[int, msgspec.Meta(ge=0)] | None = None
    """The content's version; with it the picture may be kept for ever."""


class Passing(Response[bytes]):
    """A response that runs an exchange.

    Args:
        exchange: Which.
    """

    def __init__(self, exchange: Exchange) -> None:
        super().__init__(b"")
        self._exchange = exchange

    def to_asgi_response(self, *_arguments: Any, **_options: Any) -> Any:  # noqa: ANN401 - the framework's own.
        """Return what answers."""
        return self._exchange


@route(
    "/api/proxy/stash/{kind:str}/{picture:str}/{variant:str}",
    http_method=[HttpMethod.GET, HttpMethod.HEAD],
    media_type="application/octet-stream",
    operation_class=query_operation(PictureQuery),
    tags=["scenes"],
)
async def pass_picture(
    request: AnyRequest,
    kind: FromPath[str],
    picture: FromPath[str],
    variant: FromPath[str],
    upstream: NamedDependency[Upstream],
) -> Passing:
    """Pass a picture or a video of the Stash server on, when its turn has come."""
    target = parse_target(kind, picture, variant, request.scope["query_string"].decode("latin-1"))
    if request.scope["raw_path"] != target.local_path.encode():
        raise NotFound("The proxy has no such address")
    method = "HEAD" if request.method == "HEAD" else "GET"
    return Passing(Exchange(upstream, target, method, request.headers, OBJECT_HEADERS))


ROUTES = [pass_picture]

"""Who gets in: every route and socket asks here, but for those that are public."""

from __future__ import annotations

from typing import Any, cast

from litestar.connection import ASGIConnection
from litestar.handlers import BaseRouteHandler
from litestar.types import Message, Scope

from aiimagecraft.accounts import audit, cookies
from aiimagecraft.accounts.auth import Credentials, Identity, authenticate
from aiimagecraft.accounts.service import DEMO
from aiimagecraft.accounts.sessions import Visitor
from aiimagecraft.config import LOOPBACK, Settings
from aiimagecraft.errors import Forbidden

AnyConnection = ASGIConnection[Any, Any, Any, Any]

READING = frozenset({"GET", "HEAD", "OPTIONS"})
_IDENTITY = "aiimagecraft.identity"


async def require_access(connection: AnyConnection, handler: BaseRouteHandler) -> None:
    """Let a request through to a handler, or refuse it.

    Raises:
        Unauthorized: Nobody is known to ask.
        Forbidden: Who asks may not do this.
    """
    if handler.opt.get("public"):
        return
    identity = await identify(connection)
    settings: Settings = connection.app.state.settings
    if handler.opt.get("person") and identity.session is None:
        raise Forbidden(
            "This server has no login" if settings.auth == "none" else "API tokens may not do this; log in"
        )
    if identity.scope == "read" and connection.scope.get("method") not in READING:
        raise Forbidden("This API token may only read")
    let_in(connection, identity)


def let_in(connection: AnyConnection, identity: Identity) -> None:
    """Remember for the rest of a request who asks, for its handler and for the audit trail."""
    cast("dict[str, Any]", connection.scope)[_IDENTITY] = identity

    def actor() -> audit.Actor:
        address = provide_visitor(connection.scope).address
        return audit.Actor(identity.user, identity.username, address, identity.token)

    audit.act_as(actor)


async def identify(connection: AnyConnection, socket: str | None = None) -> Identity:
    """Return who is asking; without login always `demo`.

    Args:
        connection: A request, or a socket before it is accepted.
        socket: A token that came with the socket's address or protocols.

    Raises:
        Unauthorized: Nobody, or the proof is wrong, expired or revoked.
    """
    state = connection.app.state
    if state.settings.auth == "none":
        return Identity(state.owner, DEMO, admin=True)
    credentials = Credentials(
        authorization=connection.headers.get("authorization"),
        access=connection.cookies.get(cookies.ACCESS),
        renewal=connection.cookies.get(cookies.RENEWAL),
        socket=socket,
    )
    found = await authenticate(state.signing_secret, credentials)
    if found.renewed is not None:
        cookies.leave(connection.scope, cookies.access(found.renewed, secure=found.secure))
    return found.identity


def provide_identity(scope: Scope) -> Identity:
    """Return who the guard let in."""
    return cast("dict[str, Any]", scope)[_IDENTITY]


def provide_owner(scope: Scope) -> int:
    """Return whose things a request is about."""
    return provide_identity(scope).user


def provide_visitor(scope: Scope) -> Visitor:
    """Return where a request comes from."""
    connection: AnyConnection = ASGIConnection(scope)
    settings: Settings = connection.app.state.settings
    address = connection.client.host if connection.client else ""
    forwarded = connection.headers.get("x-forwarded-for", "").rpartition(",")[2].strip()
    if settings.public_origin and forwarded and address in LOOPBACK:
        # The proxy in front stands on this machine; the last entry is its own.
        address = forwarded
    return Visitor(address[:45], connection.headers.get("user-agent", ""), _is_secure(connection, settings))


def _is_secure(connection: AnyConnection, settings: Settings) -> bool:
    """Tell whether the browser is on HTTPS, which the proxy in front ends."""
    origin = settings.public_origin
    if origin is None or not origin.startswith("https://"):
        return False
    named = connection.headers.get("origin")
    host = connection.headers.get("host", "").removesuffix(":443")
    return named == origin if named else f"https://{host}" == origin


async def leave_cookies(message: Message, scope: Scope) -> None:
    """Send along what a request left for its answer."""
    if message["type"] == "http.response.start":
        message["headers"] = [
            *message["headers"],
            *((b"set-cookie", header) for header in cookies.left(scope)),
        ]

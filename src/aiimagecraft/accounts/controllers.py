"""The HTTP routes of accounts."""

from __future__ import annotations

from typing import Annotated

from litestar import Response, delete, get, post
from litestar.di import NamedDependency
from litestar.params import Body, FromPath
from litestar.status_codes import HTTP_201_CREATED

from aiimagecraft.accounts import api_tokens, cookies, sessions, tokens
from aiimagecraft.accounts.auth import Identity
from aiimagecraft.accounts.schemas import (
    Login,
    Me,
    NewToken,
    PasswordChange,
    SessionList,
    SocketToken,
    TokenList,
    TokenRequest,
)
from aiimagecraft.accounts.sessions import Visitor
from aiimagecraft.config import Settings
from aiimagecraft.errors import Forbidden
from aiimagecraft.schema import Ok
from aiimagecraft.web import PUBLIC, AnyRequest, json_response, parse_id

FORGET = {"clear-site-data": '"cache"'}
"""Images may be kept by browsers for ever; the next person at this one shall not come across them."""
PERSON = {"person": True}
"""Routes for who logged in with a password: an API token must not make others, nor end sessions."""


@post("/api/login", status_code=200, opt=PUBLIC, tags=["account"])
async def log_in(
    request: AnyRequest,
    data: Annotated[Login, Body()],
    settings: NamedDependency[Settings],
    signing_secret: NamedDependency[str],
    visitor: NamedDependency[Visitor],
) -> Response[Me]:
    """Begin a session; its cookies come with the answer."""
    if settings.auth == "none":
        raise Forbidden("This server has no login")
    identity, renewal = await sessions.log_in(data.username, data.password, visitor)
    if identity.session is None:
        raise RuntimeError("A login begins a session")
    access = tokens.sign(signing_secret, identity.session, tokens.PAGE)
    cookies.leave(request.scope, cookies.access(access, secure=visitor.secure))
    cookies.leave(request.scope, cookies.renewal(renewal, secure=visitor.secure))
    # The session before this one may have ended by itself.
    return Response(_me(identity, settings), headers=FORGET)


@post("/api/logout", status_code=200, opt=PERSON, tags=["account"])
async def log_out(request: AnyRequest, identity: NamedDependency[Identity]) -> Response[Ok]:
    """End the session that asks, and have the browser forget what it kept of it."""
    if identity.session is not None:
        await sessions.end_session(identity.user, identity.session, logout=True)
    for cookie in cookies.gone():
        cookies.leave(request.scope, cookie)
    return Response(Ok(ok=True), headers=FORGET)


@get("/api/me", tags=["account"])
async def show_me(identity: NamedDependency[Identity], settings: NamedDependency[Settings]) -> Me:
    """Show who is asking."""
    return _me(identity, settings)


def _me(identity: Identity, settings: Settings) -> Me:
    return Me(identity.username, identity.admin, settings.auth == "required", identity.scope)


@post("/api/password", status_code=200, opt=PERSON, tags=["account"])
async def change_password(
    data: Annotated[PasswordChange, Body()],
    identity: NamedDependency[Identity],
    visitor: NamedDependency[Visitor],
) -> Ok:
    """Change one's password; every other session ends."""
    await sessions.change_password(identity, data.current, data.new, visitor)
    return Ok(ok=True)


@get("/api/sessions", opt=PERSON, tags=["account"])
async def list_sessions(identity: NamedDependency[Identity]) -> Response[SessionList]:
    """List one's sessions, the last used first."""
    return json_response({"items": await sessions.list_sessions(identity)})


@delete("/api/sessions/{session_id:str}", status_code=200, opt=PERSON, tags=["account"])
async def end_session(session_id: FromPath[str], identity: NamedDependency[Identity]) -> Ok:
    """End one of one's sessions at once."""
    await sessions.end_session(identity.user, parse_id(session_id))
    return Ok(ok=True)


@get("/api/tokens", opt=PERSON, tags=["account"])
async def list_tokens(identity: NamedDependency[Identity]) -> Response[TokenList]:
    """List one's API tokens, newest first."""
    return json_response({"items": await api_tokens.list_tokens(identity.user)})


@post("/api/tokens", status_code=HTTP_201_CREATED, opt=PERSON, tags=["account"])
async def make_token(
    data: Annotated[TokenRequest, Body()], identity: NamedDependency[Identity]
) -> Response[NewToken]:
    """Make an API token; its secret is shown this once."""
    made = await api_tokens.make_token(identity.user, data.name, data.scope)
    return json_response(made, HTTP_201_CREATED)


@delete("/api/tokens/{token_id:str}", status_code=200, opt=PERSON, tags=["account"])
async def revoke_token(token_id: FromPath[str], identity: NamedDependency[Identity]) -> Ok:
    """End one of one's API tokens at once."""
    await api_tokens.revoke_token(identity.user, parse_id(token_id))
    return Ok(ok=True)


@post("/api/ws-token", status_code=HTTP_201_CREATED, opt=PERSON, tags=["account"])
async def make_socket_token(
    identity: NamedDependency[Identity], signing_secret: NamedDependency[str]
) -> SocketToken:
    """Make a token that opens WebSockets for 30 seconds, for clients that send no cookie there."""
    if identity.session is None:
        raise Forbidden("Log in for this")
    token = tokens.sign(signing_secret, identity.session, tokens.SOCKET)
    return SocketToken(token, int(tokens.SOCKET_LIFE.total_seconds()))


ROUTES = [
    log_in,
    log_out,
    show_me,
    change_password,
    list_sessions,
    end_session,
    list_tokens,
    make_token,
    revoke_token,
    make_socket_token,
]

"""Who is asking: sessions by cookie, API tokens by header; each is looked up for each request.

One query over two primary keys takes a fraction of a millisecond. A cache in each process would have to be
told of every revocation, and would be wrong until it was.
"""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Literal
from uuid import UUID

import msgspec

from aiimagecraft import db
from aiimagecraft.accounts import tokens
from aiimagecraft.errors import Unauthorized
from aiimagecraft.ownership import owned_by

Scope = Literal["read", "write"]

USE_PRECISION = timedelta(minutes=1)
"""How exactly it is known when an API token was last used."""
LOGIN_WANTED = "Log in, or send the header Authorization: Bearer with an API token"


class Identity(msgspec.Struct, frozen=True):
    """Somebody who may use the app, and by what.

    Attributes:
        user: The user's id.
        session: The session, when the person logged in.
        token: The API token, when a program has one.
    """

    user: int
    username: str
    admin: bool
    scope: Scope = "write"
    session: UUID | None = None
    token: UUID | None = None


class Credentials(msgspec.Struct, frozen=True):
    """What a request came with.

    Attributes:
        authorization: The header of that name.
        access: The signed token of the cookie.
        renewal: The random secret of the cookie that outlives it.
        socket: A token for a WebSocket, from its address or its protocols.
    """

    authorization: str | None = None
    access: str | None = None
    renewal: str | None = None
    socket: str | None = None


class Authenticated(msgspec.Struct, frozen=True):
    """Who is asking, and a new signed token when the old one is due.

    Attributes:
        secure: Whether the session began over HTTPS, so that its cookies are for HTTPS only.
    """

    identity: Identity
    renewed: str | None = None
    secure: bool = False


async def authenticate(secret: str, given: Credentials) -> Authenticated:
    """Return who is asking.

    A header counts more than a token for a WebSocket, and that more than cookies; what is there and wrong is
    refused, whatever else is there.

    Raises:
        Unauthorized: Nobody, or the proof is wrong, expired or revoked.
    """
    scheme, _, text = (given.authorization or "").partition(" ")
    if scheme.lower() == "bearer":
        return Authenticated(await _by_api_token(text.strip()))
    try:
        if given.socket is not None:
            return await _by_session(tokens.read(secret, given.socket, tokens.SOCKET).session)
        return await _by_cookies(secret, given)
    except (tokens.ForgedError, tokens.ExpiredError):
        raise Unauthorized(LOGIN_WANTED) from None


async def _by_cookies(secret: str, given: Credentials) -> Authenticated:
    claims, session = None, None
    if given.access is not None:
        try:
            claims = tokens.read(secret, given.access, tokens.PAGE)
        except tokens.ExpiredError as error:
            session = error.claims.session
    if claims is None:
        # The signed token has expired, or the browser dropped it for its age.
        session = await _renewable(given.renewal, session)
    else:
        session = claims.session
    found = await _by_session(session)
    if claims is not None and not claims.is_past_half:
        return found
    await db.fetch("UPDATE session SET last_used_at = now() WHERE id = $1", session)
    return Authenticated(found.identity, tokens.sign(secret, session, tokens.PAGE), found.secure)


async def _renewable(renewal: str | None, session: UUID | None) -> UUID:
    rows = await db.fetch("SELECT id FROM session WHERE renewal_hash = $1", tokens.digest(renewal or ""))
    if not rows or session not in {None, rows[0]["id"]}:
        raise Unauthorized(LOGIN_WANTED)
    return rows[0]["id"]


async def _by_session(session: UUID) -> Authenticated:
    rows = await db.fetch(
        """SELECT person.id, username, admin, secure
           FROM session JOIN piccolo_user person ON person.id = user_id
           WHERE session.id = $1 AND active AND expires_at > now()""",
        session,
    )
    if not rows:
        raise Unauthorized(LOGIN_WANTED)
    row = rows[0]
    identity = Identity(row["id"], row["username"], row["admin"], session=session)
    return Authenticated(identity, secure=row["secure"])


async def _by_api_token(text: str) -> Identity:
    rows = await db.fetch(
        """SELECT api_token.id AS token, person.id, username, admin, scope, last_used_at
           FROM api_token JOIN piccolo_user person ON person.id = user_id
           WHERE hash = $1 AND revoked_at IS NULL AND active""",
        tokens.digest(text),
    )
    if not rows:
        raise Unauthorized("This API token is unknown or revoked")
    row = rows[0]
    if row["last_used_at"] is None or datetime.now(UTC) - row["last_used_at"] > USE_PRECISION:
        await db.fetch("UPDATE api_token SET last_used_at = now() WHERE id = $1", row["token"])
    return Identity(row["id"], row["username"], row["admin"], row["scope"], token=row["token"])


async def is_still(identity: Identity) -> bool:
    """Tell whether somebody may still go on with the session or token that they came with, if any."""
    if identity.session is None and identity.token is None:
        return True
    rows = await db.fetch(
        f"""SELECT FROM piccolo_user WHERE id = $1 AND active AND (
               EXISTS (SELECT FROM session WHERE id = $2 AND {owned_by(1)} AND expires_at > now())
               OR EXISTS (SELECT FROM api_token WHERE id = $3 AND {owned_by(1)} AND revoked_at IS NULL))""",
        identity.user,
        identity.session,
        identity.token,
    )
    return bool(rows)

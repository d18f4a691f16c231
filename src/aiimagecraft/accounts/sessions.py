"""Logins: how one begins, which there are, and how they end."""

from __future__ import annotations

import logging
from collections.abc import Sequence
from datetime import timedelta
from typing import Any, NamedTuple
from uuid import UUID

import msgspec

from aiimagecraft import db
from aiimagecraft.accounts import audit
from aiimagecraft.accounts.auth import Identity
from aiimagecraft.accounts.passwords import new_hash, verify
from aiimagecraft.accounts.service import normal_name
from aiimagecraft.accounts.throttle import Attempt
from aiimagecraft.accounts.tokens import digest, random_secret
from aiimagecraft.errors import InvalidRequest, NotFound, Unauthorized
from aiimagecraft.ownership import owned_by
from aiimagecraft.realtime import publish_access
from aiimagecraft.schema import uuid7

logger = logging.getLogger(__name__)

LIFE = timedelta(days=30)
MAX_AGENT = 200

Row = dict[str, Any]


class Visitor(msgspec.Struct, frozen=True):
    """Where a login comes from.

    Attributes:
        agent: What the browser calls itself.
        secure: Whether it came over HTTPS.
    """

    address: str
    agent: str
    secure: bool


class Begun(NamedTuple):
    """A new session: who, and the secret that renews its signed tokens."""

    identity: Identity
    renewal: str


async def log_in(username: str, password: str, visitor: Visitor) -> Begun:
    """Begin a session.

    Raises:
        TooManyLogins: There were too many failures; the password was not looked at.
        Unauthorized: The name or the password is wrong; nothing tells which.
    """
    name = normal_name(username)
    attempt = Attempt(name, visitor.address)
    await attempt.begin()
    rows = await db.fetch(
        "SELECT id, username, admin, password FROM piccolo_user WHERE username = $1 AND active", name
    )
    if not await verify(password, rows[0]["password"] if rows else None):
        await audit.note_failure(rows[0]["username"] if rows else None, visitor.address)
        raise Unauthorized("The name or the password is wrong")
    await attempt.succeed()
    row, session, renewal = rows[0], uuid7(), random_secret()
    async with db.transaction():
        # Locked against a change of the password or of the account since it was compared.
        kept = await db.fetch(
            """UPDATE piccolo_user SET last_login = now() AT TIME ZONE 'UTC'
               WHERE id = $1 AND active AND password = $2 RETURNING id""",
            row["id"],
            row["password"],
        )
        if not kept:
            raise Unauthorized("The name or the password is wrong")
        await db.fetch(
            """INSERT INTO session (id, user_id, renewal_hash, address, agent, secure, expires_at)
               VALUES ($1, $2, $3, $4, $5, $6, now() + $7::interval)""",
            session,
            row["id"],
            digest(renewal),
            visitor.address,
            visitor.agent.replace("\0", "")[:MAX_AGENT],
            visitor.secure,
            LIFE,
        )
        actor = audit.Actor(row["id"], row["username"], visitor.address)
        await audit.note_by(actor, "login", row["username"], session=session)
    await db.fetch("DELETE FROM session WHERE expires_at <= now()")
    logger.info("accounts.logged_in: user %s", row["id"])
    return Begun(Identity(row["id"], row["username"], row["admin"], session=session), renewal)


async def list_sessions(identity: Identity) -> list[Row]:
    """Return a user's sessions, the last used first, shaped as `SessionItem`."""
    rows = await db.fetch(
        f"""SELECT id, address, agent, created_at AS "createdAt", last_used_at AS "lastUsedAt",
               expires_at AS "expiresAt", id IS NOT DISTINCT FROM $2 AS current
           FROM session WHERE {owned_by(1)} AND expires_at > now() ORDER BY last_used_at DESC, id""",
        identity.user,
        identity.session,
    )
    return [dict(row) for row in rows]


async def end_session(owner: int, session: UUID, *, logout: bool = False) -> None:
    """End a session at once, its open sockets too.

    Args:
        owner: Whose it is.
        session: Its id.
        logout: Whether it is the one that asks.

    Raises:
        NotFound: There is no such session of this user.
    """
    async with db.transaction():
        ended = await db.fetch(
            f"DELETE FROM session WHERE id = $1 AND {owned_by(2)} RETURNING id", session, owner
        )
        if not ended:
            raise NotFound("There is no such session")
        await audit.note("logout" if logout else "session.ended", session, user=owner)
        await publish_access(owner)


async def change_password(identity: Identity, current: str, new: str, visitor: Visitor) -> None:
    """Change one's password; every other session ends.

    Raises:
        InvalidRequest: The current one is wrong, or the new one may not be chosen.
        TooManyLogins: The current one was wrong too often.
    """
    attempt = Attempt(identity.username, visitor.address)
    await attempt.begin()
    rows = await db.fetch("SELECT password FROM piccolo_user WHERE id = $1 AND active", identity.user)
    if not rows or not await verify(current, rows[0]["password"]):
        raise InvalidRequest("This is not your password", field="current")
    await attempt.succeed()
    kept = await new_hash(new, identity.username, "new")
    async with db.transaction():
        await db.fetch("UPDATE piccolo_user SET password = $2 WHERE id = $1", identity.user, kept)
        await end_all(identity.user, except_for=[identity.session] if identity.session else [])
        await audit.note("password.changed", identity.username)


async def end_all(user: int, *, except_for: Sequence[UUID] = ()) -> None:
    """End a user's sessions; inside the caller's transaction."""
    await db.fetch(f"DELETE FROM session WHERE {owned_by(1)} AND NOT id = ANY($2)", user, list(except_for))
    await publish_access(user)

"""API tokens: for programs, named, for reading or for writing too, until they are revoked."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from aiimagecraft import db
from aiimagecraft.accounts import audit
from aiimagecraft.accounts.auth import Scope
from aiimagecraft.accounts.tokens import PREFIX, digest, random_secret
from aiimagecraft.errors import Conflict, NotFound
from aiimagecraft.ownership import owned_by
from aiimagecraft.realtime import publish_access
from aiimagecraft.schema import uuid7

MOST = 50
"""Tokens that a user may have."""

Row = dict[str, Any]

_SHOWN = 'id, name, scope, created_at AS "createdAt", last_used_at AS "lastUsedAt"'


async def make_token(owner: int, name: str, scope: Scope) -> Row:
    """Make an API token and return it shaped as `NewToken`: the only time that its secret is known.

    Raises:
        Conflict: The user has too many.
    """
    text = PREFIX + random_secret()
    async with db.transaction():
        rows = await db.fetch(
            f"""INSERT INTO api_token (id, user_id, name, scope, hash)
                SELECT $1, $2, $3, $4, $5
                WHERE (SELECT count(*) FROM api_token WHERE {owned_by(2)} AND revoked_at IS NULL) < $6
                RETURNING {_SHOWN}""",
            uuid7(),
            owner,
            name,
            scope,
            digest(text),
            MOST,
        )
        if not rows:
            raise Conflict(f"At most {MOST} tokens; revoke one that is not used")
        await audit.note("token.made", name, id=rows[0]["id"], scope=scope, user=owner)
    return {**rows[0], "token": text}


async def list_tokens(owner: int) -> list[Row]:
    """Return a user's tokens that are not revoked, newest first, shaped as `TokenItem`."""
    rows = await db.fetch(
        f"""SELECT {_SHOWN} FROM api_token WHERE {owned_by(1)} AND revoked_at IS NULL
            ORDER BY created_at DESC, id DESC""",
        owner,
    )
    return [dict(row) for row in rows]


async def revoke_token(owner: int, token: UUID) -> None:
    """End a token at once, its open sockets too.

    Raises:
        NotFound: There is no such token of this user.
    """
    async with db.transaction():
        revoked = await db.fetch(
            f"""UPDATE api_token SET revoked_at = now()
               WHERE id = $1 AND {owned_by(2)} AND revoked_at IS NULL RETURNING name""",
            token,
            owner,
        )
        if not revoked:
            raise NotFound("There is no such token")
        await audit.note("token.revoked", revoked[0]["name"], id=token, user=owner)
        await publish_access(owner)

"""The audit trail: who did what to accounts and to what is gone for ever; never prompts, never secrets."""

from __future__ import annotations

from collections.abc import Callable
from contextvars import ContextVar
from datetime import timedelta
from typing import Literal
from uuid import UUID

import msgspec

from aiimagecraft import db
from aiimagecraft.schema import uuid7

KEPT = timedelta(days=365)
"""How long an entry stays."""
FAILURES_AN_HOUR = 200
"""Failed logins that get an entry: whoever tries passwords must not be able to fill the disk."""

Action = Literal[
    "login",
    "login.failed",
    "logout",
    "password.changed",
    "session.ended",
    "token.made",
    "token.revoked",
    "account.added",
    "account.password",
    "account.enabled",
    "account.disabled",
    "account.promoted",
    "account.demoted",
    "images.purged",
    "image.edited",
    "images.starred",
    "images.unstarred",
    "images.trashed",
    "images.restored",
    "images.remade",
]


class Actor(msgspec.Struct, frozen=True):
    """Who does something.

    Attributes:
        user: The user's id; none for whoever has the server's machine, and for the server itself.
        name: The user's name, or `cli`, `cleanup` (who has its token), `server` or `unknown`.
        address: Where a request comes from.
        token: The API token that a program came with.
    """

    user: int | None
    name: str
    address: str = ""
    token: UUID | None = None


CLI, CLEANUP, SERVER = Actor(None, "cli"), Actor(None, "cleanup"), Actor(None, "server")
UNKNOWN = "unknown"

_actor: ContextVar[Actor | Callable[[], Actor]] = ContextVar("actor", default=SERVER)


def act_as(actor: Actor | Callable[[], Actor]) -> None:
    """Say who does what this task does from now on, or what tells it: most requests leave no entry."""
    _actor.set(actor)


async def note(action: Action, subject: object = "", **detail: object) -> None:
    """Write an entry, inside the current transaction if there is one.

    Args:
        action: What was done.
        subject: To whom or what: a name or an id.
        detail: What else is worth knowing.
    """
    actor = _actor.get()
    await note_by(actor if isinstance(actor, Actor) else actor(), action, subject, **detail)


async def note_by(actor: Actor, action: Action, subject: object = "", **detail: object) -> None:
    """Write an entry of what somebody did who was not known before."""
    if actor.token is not None:
        detail["token"] = actor.token
    await db.fetch(
        """INSERT INTO audit (id, actor_id, actor, address, action, subject, detail)
           VALUES ($1, $2, $3, $4, $5, $6, $7)""",
        uuid7(),
        actor.user,
        actor.name,
        actor.address,
        action,
        str(subject),
        msgspec.json.encode(detail).decode(),
    )


async def note_failure(account: str | None, address: str) -> None:
    """Write that a login failed, unless there were too many of late.

    Args:
        account: The name, when there is such an account: what else people type there may be their password.
        address: Where it came from.
    """
    await db.fetch(
        """INSERT INTO audit (id, actor, address, action, subject, detail)
           SELECT $1, $2, $3, 'login.failed', $4, '{}'
           WHERE (SELECT count(*) FROM audit
                  WHERE action = 'login.failed' AND at > now() - interval '1 hour') < $5""",
        uuid7(),
        UNKNOWN,
        address,
        account or "",
        FAILURES_AN_HOUR,
    )


async def forget_entries() -> None:
    """Remove what is older than a year."""
    await db.fetch("DELETE FROM audit WHERE at < now() - $1::interval", KEPT)

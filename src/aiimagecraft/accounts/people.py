"""Accounts, as whoever runs the server manages them."""

from __future__ import annotations

import re
from typing import Any

from aiimagecraft import db
from aiimagecraft.accounts import audit
from aiimagecraft.accounts.passwords import new_hash
from aiimagecraft.accounts.service import DEMO, demo_id, normal_name
from aiimagecraft.accounts.sessions import end_all
from aiimagecraft.errors import Conflict, InvalidRequest, NotFound
from aiimagecraft.ownership import owned_by

NAME = r"[a-z0-9][a-z0-9._@+-]{0,63}"
OWNED = ("generation_job", "image", "source", "change", "archive")
"""Tables whose rows belong to a user."""

Row = dict[str, Any]


def check_name(username: str) -> str:
    """Return a new account's name as it is kept.

    Raises:
        InvalidRequest: It may not be chosen.
    """
    name = normal_name(username)
    if not re.fullmatch(NAME, name):
        raise InvalidRequest("Use 1 to 64 letters a to z, digits and . _ @ + -", field="username")
    if name == DEMO:
        raise InvalidRequest("demo is the user of a server without login", field="username")
    return name


async def add_user(username: str, password: str, *, admin: bool, adopt_demo: bool) -> int:
    """Make an account and return its id.

    Args:
        username: Its name; case does not matter.
        password: What the person logs in with.
        admin: Whether it may use the admin desk.
        adopt_demo: Whether all that belonged to `demo` is its own from now on.

    Raises:
        InvalidRequest: The name or the password may not be chosen.
        Conflict: There is such an account, or a job of `demo` is running.
    """
    name = check_name(username)
    kept = await new_hash(password, name)
    async with db.transaction():
        rows = await db.fetch(
            """INSERT INTO piccolo_user (username, password, email, active, admin, superuser)
               VALUES ($1, $2, $3, true, $4, $4) ON CONFLICT DO NOTHING RETURNING id""",
            name,
            kept,
            f"{name}@localhost",
            admin,
        )
        if not rows:
            raise Conflict(f"There is an account {name}")
        if adopt_demo:
            await _adopt(await demo_id(), rows[0]["id"])
        await audit.note("account.added", name, admin=admin, adoptedDemo=adopt_demo)
    return rows[0]["id"]


async def _adopt(demo: int, user: int) -> None:
    for table in OWNED:
        await db.fetch(f"UPDATE {table} SET user_id = $2 WHERE {owned_by(1)}", demo, user)
    # A worker took down the owner when it began. One that begins now waits for this transaction.
    running = await db.fetch(f"SELECT FROM generation_job WHERE {owned_by(1)} AND status = 'running'", user)
    if running:
        raise Conflict("A job of demo is running; let the server finish it, then try again")


async def list_users() -> list[Row]:
    """Return all accounts by name, each with what it holds."""
    rows = await db.fetch(
        """SELECT username, active, admin, last_login, coalesce(count, 0) AS images
           FROM piccolo_user LEFT JOIN (SELECT user_id, count(*) FROM image GROUP BY user_id) AS held
               ON user_id = id
           ORDER BY username"""
    )
    return [dict(row) for row in rows]


async def user_id(username: str) -> int:
    """Return the id of an account that may log in one day, which `demo` never may.

    Raises:
        NotFound: There is no such account.
    """
    name = normal_name(username)
    rows = await db.fetch("SELECT id FROM piccolo_user WHERE username = $1 AND username <> $2", name, DEMO)
    if not rows:
        raise NotFound(f"There is no account {name}")
    return rows[0]["id"]


async def owners(username: str | None) -> list[int]:
    """Return the id of whoever has this name, or of all who may own something, `demo` too.

    Raises:
        NotFound: There is no such account.
    """
    name = None if username is None else normal_name(username)
    rows = await db.fetch("SELECT id FROM piccolo_user WHERE username = $1 OR $1 IS NULL ORDER BY id", name)
    if not rows:
        raise NotFound(f"There is no account {name}")
    return [row["id"] for row in rows]


async def set_password(username: str, password: str) -> None:
    """Give an account another password; its sessions end.

    Raises:
        NotFound: There is no such account.
        InvalidRequest: The password may not be chosen.
    """
    user = await user_id(username)
    kept = await new_hash(password, normal_name(username))
    async with db.transaction():
        await db.fetch("UPDATE piccolo_user SET password = $2 WHERE id = $1", user, kept)
        await end_all(user)
        await audit.note("account.password", normal_name(username))


async def set_active(username: str, *, active: bool) -> None:
    """Let an account in, or shut it out: its sessions end, and its API tokens rest.

    Raises:
        NotFound: There is no such account.
    """
    user = await user_id(username)
    async with db.transaction():
        await db.fetch("UPDATE piccolo_user SET active = $2 WHERE id = $1", user, active)
        if not active:
            await end_all(user)
        await audit.note("account.enabled" if active else "account.disabled", normal_name(username))


async def set_admin(username: str, *, admin: bool) -> None:
    """Let an account use the admin desk, or no longer: the desk asks with every request.

    Raises:
        NotFound: There is no such account.
    """
    user = await user_id(username)
    async with db.transaction():
        await db.fetch("UPDATE piccolo_user SET admin = $2, superuser = $2 WHERE id = $1", user, admin)
        await audit.note("account.promoted" if admin else "account.demoted", normal_name(username))


async def first_steps() -> str | None:
    """Return what to do before anybody can log in, in one line; None when somebody can."""
    rows = await db.fetch(
        f"""SELECT EXISTS (SELECT FROM piccolo_user WHERE active AND username <> $1) AS somebody,
               (SELECT count(*) FROM image WHERE {owned_by(2)}) AS images""",
        DEMO,
        await demo_id(),
    )
    if rows[0]["somebody"]:
        return None
    if images := rows[0]["images"]:
        return (
            f"Nobody can log in yet, and demo has {images} images: "
            "`aiimagecraft user add NAME --admin --adopt-demo` makes an account that takes them over."
        )
    return "Nobody can log in yet: `aiimagecraft user add NAME --admin` makes an account."

"""Who owns what without login: one user, `demo`, who cannot log in."""

from __future__ import annotations

from aiimagecraft import db
from aiimagecraft.accounts.audit import CLEANUP, act_as, forget_entries, note

__all__ = ["CLEANUP", "act_as", "forget_entries", "note"]
"""What other domains use besides the functions below."""

DEMO = "demo"


async def demo_id() -> int:
    """Return the id of the user that everything belongs to without login; the migrations made it."""
    rows = await db.fetch("SELECT id FROM piccolo_user WHERE username = $1", DEMO)
    return rows[0]["id"]


def normal_name(username: str) -> str:
    """Return a name as accounts have it, for people write theirs as it comes."""
    return username.strip().lower()

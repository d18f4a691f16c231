"""Who owns what. Until login exists there is one user, `demo`."""

from __future__ import annotations

from aiimagecraft import db

DEMO = "demo"


async def demo_id() -> int:
    """Return the id of the user that everything belongs to without login; the migrations made it."""
    rows = await db.fetch("SELECT id FROM piccolo_user WHERE username = $1", DEMO)
    return rows[0]["id"]

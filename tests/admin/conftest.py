from __future__ import annotations

from typing import Any

import httpx
from tests import pictures
from tests.accounts.conftest import anna, ben, nobody, nobody_else, settings
from tests.conftest import Studio

__all__ = ["anna", "ben", "nobody", "nobody_else", "settings"]

TABLES = ("image", "source", "generation_job", "piccolo_user", "session", "api_token", "audit")


async def picture(client: httpx.AsyncClient, prompt: str, *, trash: bool = False) -> dict[str, Any]:
    """An uploaded image of whoever the client is."""
    response = await client.post("/api/images", files={"file": (f"{prompt}.png", pictures.png(64, 64))})
    item: dict[str, Any] = response.json()["items"][0]
    if trash:
        await client.patch(f"/api/image/{item['id']}", json={"deleteToTrash": True})
    return item


async def user_id(studio: Studio, name: str) -> int:
    rows = await studio.rows("SELECT id FROM piccolo_user WHERE username = $1", name)
    return rows[0]["id"]


async def everything(studio: Studio) -> dict[str, list[Any]]:
    """All that the desk shows, as it is in the database."""
    return {table: await studio.rows(f"SELECT * FROM {table} ORDER BY id") for table in TABLES}

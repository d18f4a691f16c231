"""The gallery's tasks."""

from __future__ import annotations

from datetime import timedelta
from typing import Any
from uuid import UUID

from aiimagecraft.gallery import archive, changes, persist, purge, service
from aiimagecraft.jobs import DERIVE

Context = dict[str, Any]


async def derive(ctx: Context, *, image_id: str, anew: int = 0) -> None:
    """Make the larger versions of an image."""
    await persist.derive(ctx["storage"], UUID(image_id), anew=bool(anew))


async def cleanup(ctx: Context) -> dict[str, int]:
    """Purge what has been in Trash for too long."""
    outcome = await purge.cleanup(ctx["storage"], timedelta(days=ctx["settings"].trash_days))
    return {"images": outcome.images, "sources": outcome.sources}


async def forget(_ctx: Context) -> None:
    """Forget what can no longer be taken back or downloaded."""
    await changes.forget_changes()
    await archive.forget_archives()


async def sweep_derivatives(ctx: Context) -> None:
    """Order again the versions that a lost order left unmade."""
    for image_id in await service.underived():
        await ctx["queue"].enqueue(DERIVE, str(image_id), image_id=str(image_id))

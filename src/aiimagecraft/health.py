"""Whether this process lives, and whether it can serve."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Mapping
from typing import Any

import msgspec
from litestar import Response, get
from litestar.di import NamedDependency

from aiimagecraft import db
from aiimagecraft.errors import FieldError, Problem, urn
from aiimagecraft.jobs import JobQueue
from aiimagecraft.proxy.upstream import Upstream
from aiimagecraft.realtime import Hub
from aiimagecraft.schema import Out
from aiimagecraft.storage import Storage

CHECK_SECONDS = 2.0


class Health(Out):
    """The process is well."""

    status: str


@get("/health/live", tags=["operations"])
async def live() -> Health:
    """Answer while the event loop turns; touches nothing else."""
    return Health(status="ok")


@get("/health/ready", tags=["operations"])
async def ready(
    storage: NamedDependency[Storage],
    queue: NamedDependency[JobQueue],
    hub: NamedDependency[Hub],
    upstream: NamedDependency[Upstream],
) -> Response[Health]:
    """Answer 200 when every part works, else 503 with the parts that do not."""
    checks: Mapping[str, Callable[[], Awaitable[object]]] = {
        "database": lambda: db.fetch("SELECT 1"),
        "storage": storage.check,
        "queue": queue.check,
        "realtime": hub.check,
        "proxy": upstream.check,
    }
    results = await asyncio.gather(*(_failure(part, check) for part, check in checks.items()))
    failures = [failure for failure in results if failure]
    if failures:
        detail = f"Not working: {', '.join(failure.field for failure in failures)}"
        problem = Problem(urn("not-ready"), "The server cannot serve at the moment", 503, detail, failures)
        return _answer(problem, 503, "application/problem+json")
    return _answer(Health(status="ok"), 200, "application/json")


def _answer(content: Problem | Health, status_code: int, media_type: str) -> Response[Any]:
    return Response(
        msgspec.json.encode(content),
        status_code=status_code,
        media_type=media_type,
        headers={"cache-control": "no-store"},
    )


async def _failure(part: str, check: Callable[[], Awaitable[object]]) -> FieldError | None:
    try:
        async with asyncio.timeout(CHECK_SECONDS):
            await check()
    except Exception as error:  # noqa: BLE001 - whatever fails, the part does not work, and readiness says so.
        return FieldError(part, type(error).__name__)
    return None


ROUTES = [live, ready]

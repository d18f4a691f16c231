"""Create's HTTP routes."""

from __future__ import annotations

from typing import Annotated, Any

from litestar import Response, delete, get, post
from litestar.di import NamedDependency
from litestar.params import Body, FromPath, HeaderParameter
from litestar.response import Stream
from litestar.status_codes import HTTP_202_ACCEPTED

from aiimagecraft import __version__
from aiimagecraft.config import Settings
from aiimagecraft.errors import NotFound
from aiimagecraft.generation import service
from aiimagecraft.generation.models import offered
from aiimagecraft.generation.schemas import Config, GenerateRequest, JobAnswer, JobList
from aiimagecraft.jobs import JobQueue
from aiimagecraft.storage import Storage
from aiimagecraft.web import OBJECT_HEADERS, json_response, parse_id

GENERATE_BODY_BYTES = 6 * 1024 * 1024
"""A mask of 4 MB as base64, and a prompt."""


@get("/api/config", tags=["create"])
async def show_config(settings: NamedDependency[Settings]) -> Config:
    """Show what this server offers."""
    return Config(
        version=__version__,
        trash_days=settings.trash_days,
        key_missing=not settings.has_images_server,
        scenes=settings.stash_url is not None,
        models=[model.info for model in offered(settings, service.today())],
    )


@post(
    "/api/generate",
    request_max_body_size=GENERATE_BODY_BYTES,
    status_code=HTTP_202_ACCEPTED,
    tags=["create"],
)
async def generate(  # noqa: PLR0913, PLR0917 - the services that a job begins with.
    data: Annotated[GenerateRequest, Body()],
    owner: NamedDependency[int],
    settings: NamedDependency[Settings],
    storage: NamedDependency[Storage],
    queue: NamedDependency[JobQueue],
    idempotency_key: Annotated[str | None, HeaderParameter(name="Idempotency-Key")] = None,
) -> Response[JobAnswer]:
    """Begin a job; the same Idempotency-Key returns the job that it began."""
    asked = service.Asked(settings, idempotency_key)
    return json_response({"job": await service.submit(storage, queue, owner, data, asked)}, HTTP_202_ACCEPTED)


@get("/api/jobs", tags=["create"])
async def list_jobs(owner: NamedDependency[int], storage: NamedDependency[Storage]) -> Response[JobList]:
    """List unfinished and recent jobs, newest first."""
    return json_response({"items": await service.recent(storage, owner)})


@delete("/api/jobs/{job_id:str}", status_code=200, tags=["create"])
async def cancel_job(
    job_id: FromPath[str], owner: NamedDependency[int], storage: NamedDependency[Storage]
) -> Response[JobAnswer]:
    """Cancel an unfinished job."""
    return json_response({"job": await service.cancel(storage, owner, parse_id(job_id))})


@post("/api/jobs/{job_id:str}/retry", status_code=200, tags=["create"])
async def retry_job(
    job_id: FromPath[str],
    owner: NamedDependency[int],
    settings: NamedDependency[Settings],
    storage: NamedDependency[Storage],
    queue: NamedDependency[JobQueue],
) -> Response[JobAnswer]:
    """Run a failed or cancelled job again."""
    return json_response({"job": await service.retry(storage, queue, owner, parse_id(job_id), settings)})


@get("/api/jobs/{job_id:str}/partials/{place:int}/{version:int}", media_type="image/webp", tags=["create"])
async def show_partial(
    job_id: FromPath[str], place: FromPath[int], version: FromPath[int], owner: NamedDependency[int]
) -> Response[bytes]:
    """Show an image that is still being made, in this state or a later one."""
    picture = await service.partial(owner, parse_id(job_id), place, version)
    headers = {**OBJECT_HEADERS, "cache-control": "private, max-age=600"}
    return Response(picture, headers=headers, media_type="image/webp")


@get("/api/jobs/{job_id:str}/answers/{place:int}", media_type="application/octet-stream", tags=["create"])
async def download_answer(
    job_id: FromPath[str],
    place: FromPath[int],
    owner: NamedDependency[int],
    storage: NamedDependency[Storage],
) -> Response[Any]:
    """Download what was answered to a job and is no picture that can be read."""
    key = await service.answer_key(owner, parse_id(job_id), place)
    try:
        part = await storage.open(key)
    except FileNotFoundError:
        raise NotFound("The bytes of this answer are missing from the store") from None
    headers = {
        **OBJECT_HEADERS,
        "cache-control": "private, max-age=600",
        "content-length": str(part.size),
        "content-disposition": f'attachment; filename="{key.rpartition("/")[2]}"',
    }
    return Stream(part.chunks, headers=headers, media_type="application/octet-stream")


ROUTES = [show_config, generate, list_jobs, cancel_job, retry_job, show_partial, download_answer]

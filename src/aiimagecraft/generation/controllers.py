"""Create's HTTP routes."""

from __future__ import annotations

from typing import Annotated

from litestar import Response, delete, get, post
from litestar.di import NamedDependency
from litestar.params import Body, FromPath, HeaderParameter
from litestar.status_codes import HTTP_202_ACCEPTED

from aiimagecraft import __version__
from aiimagecraft.config import Settings
from aiimagecraft.generation import service
from aiimagecraft.generation.models import MODELS
from aiimagecraft.generation.schemas import Config, GenerateRequest, JobAnswer, JobList
from aiimagecraft.jobs import JobQueue
from aiimagecraft.web import json_response, parse_id


@get("/api/config", tags=["create"])
async def show_config(settings: NamedDependency[Settings]) -> Config:
    """Show what this server offers."""
    return Config(version=__version__, trash_days=settings.trash_days, models=list(MODELS))


@post("/api/generate", status_code=HTTP_202_ACCEPTED, tags=["create"])
async def generate(
    data: Annotated[GenerateRequest, Body()],
    owner: NamedDependency[int],
    queue: NamedDependency[JobQueue],
    idempotency_key: Annotated[str | None, HeaderParameter(name="Idempotency-Key")] = None,
) -> Response[JobAnswer]:
    """Begin a job; the same Idempotency-Key returns the job that it began."""
    return json_response(
        {"job": await service.submit(queue, owner, data, idempotency_key)}, HTTP_202_ACCEPTED
    )


@get("/api/jobs", tags=["create"])
async def list_jobs(owner: NamedDependency[int]) -> Response[JobList]:
    """List unfinished and recent jobs, newest first."""
    return json_response({"items": await service.recent(owner)})


@delete("/api/jobs/{job_id:str}", status_code=200, tags=["create"])
async def cancel_job(job_id: FromPath[str], owner: NamedDependency[int]) -> Response[JobAnswer]:
    """Cancel an unfinished job."""
    return json_response({"job": await service.cancel(owner, parse_id(job_id))})


@post("/api/jobs/{job_id:str}/retry", status_code=200, tags=["create"])
async def retry_job(
    job_id: FromPath[str], owner: NamedDependency[int], queue: NamedDependency[JobQueue]
) -> Response[JobAnswer]:
    """Run a failed or cancelled job again."""
    return json_response({"job": await service.retry(queue, owner, parse_id(job_id))})


ROUTES = [show_config, generate, list_jobs, cancel_job, retry_job]

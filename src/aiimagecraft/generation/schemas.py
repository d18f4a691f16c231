"""What Create's routes take and give."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, Literal
from uuid import UUID

import msgspec

from aiimagecraft.gallery.service import Item
from aiimagecraft.schema import NO_NUL, In, Out, Text

MAX_PROMPT = 32_000
MAX_IMAGES = 10
MAX_SOURCES = 16

Status = Literal["queued", "running", "done", "failed", "cancelled"]
Prompt = Annotated[
    str,
    msgspec.Meta(min_length=1, max_length=MAX_PROMPT, pattern=NO_NUL, description="1 to 32,000 characters."),
]


class GenerateRequest(In, kw_only=True):
    """An image to make; what is absent is the model's default."""

    prompt: Prompt
    model: Text | None = None
    size: Text | None = None
    quality: Text | None = None
    background: Text | None = None
    output_format: Text | None = None
    n: Annotated[int, msgspec.Meta(ge=1, le=MAX_IMAGES)] = 1
    sources: Annotated[list[UUID], msgspec.Meta(max_length=MAX_SOURCES)] = msgspec.field(
        default_factory=list[UUID]
    )
    """Ids of images or sources, in order."""
    mask: Text | None = None


class JobError(Out):
    """Why a job failed."""

    type: str
    title: str
    detail: str | None


class Job(Out):
    """A job as it is shown; `progress` is 0 to 1 or null, `images` are those kept so far."""

    id: UUID
    status: Status
    prompt: str
    model: str
    progress: float | None
    error: JobError | None
    images: list[Item]
    created_at: datetime


class JobAnswer(Out):
    """One job."""

    job: Job


class JobList(Out):
    """Jobs, newest first."""

    items: list[Job]


class ModelInfo(Out):
    """What a model can do.

    `offline` means that this machine draws a sketch and no model makes an image.
    """

    name: str
    label: str
    offline: bool
    sizes: list[str]
    max_images: int
    max_sources: int
    mask: bool


class Config(Out):
    """What a client must know before it offers anything; the first model is the default."""

    version: str
    trash_days: int
    models: list[ModelInfo]

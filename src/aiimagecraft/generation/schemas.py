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
    """Where the first source is to change: a PNG as a data URL, or the id of an image or a source."""


class JobError(Out):
    """Why a job failed."""

    type: str
    title: str
    detail: str | None


class Partial(Out):
    """An image that is still being made; `index` is its place among the job's images."""

    index: int
    url: str


class Job(Out):
    """A job as it is shown.

    `n` images were asked for, `images` are those kept so far, `partials` show those that are coming.
    `progress` is 0 to 1, or null when nobody knows. `notice` says what a running job waits for. `cost`
    is US dollars, null when the server told of no usage or the model has no price. `answers` are the
    addresses of what was answered and is no picture that can be read.
    """

    id: UUID
    status: Status
    prompt: str
    model: str
    n: int
    progress: float | None
    notice: str | None
    error: JobError | None
    images: list[Item]
    partials: list[Partial]
    answers: list[str]
    cost: float | None
    created_at: datetime


class JobAnswer(Out):
    """One job."""

    job: Job


class JobList(Out):
    """Jobs, newest first."""

    items: list[Job]


class FreeSize(Out):
    """Which sizes besides the presets a model takes; edges are multiples of `multiple` pixels."""

    multiple: int
    max_edge: int
    max_ratio: float
    min_pixels: int
    max_pixels: int


class Estimate(Out):
    """What one image costs to put out, in US dollars; a prompt and sources cost a little more."""

    quality: str
    size: str
    usd: float


class ModelInfo(Out):
    """What a model can do.

    `offline` means that this machine draws a sketch and no model makes an image. The first of each list
    of options is the default; an empty list means that there is no such option.
    """

    name: str
    label: str
    offline: bool
    sizes: list[str]
    free_size: FreeSize | None
    qualities: list[str]
    backgrounds: list[str]
    formats: list[str]
    max_images: int
    max_sources: int
    mask: bool
    estimates: list[Estimate]


class Config(Out):
    """What a client must know before it offers anything; the first model is the default.

    `key_missing` means that no images server is configured, so that only sketches can be made; `scenes`
    that there is a Stash server to browse.
    """

    version: str
    trash_days: int
    key_missing: bool
    scenes: bool
    models: list[ModelInfo]

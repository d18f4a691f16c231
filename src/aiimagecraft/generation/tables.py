from __future__ import annotations

from piccolo.apps.user.tables import BaseUser
from piccolo.columns import (
    JSONB,
    UUID,
    Array,
    Bytea,
    ForeignKey,
    Numeric,
    OnDelete,
    OnUpdate,
    Real,
    SmallInt,
    Text,
    Timestamptz,
    Varchar,
)
from piccolo.table import Table

from aiimagecraft.db import DB
from aiimagecraft.schema import uuid7


class Job(Table, tablename="generation_job", db=DB):
    """One press of Generate: the request, and how far it has come.

    The images of a job have ids derived from (job id, index), so the row does not list them.
    """

    id = UUID(primary_key=True, default=uuid7)
    user_id = ForeignKey(BaseUser, null=False, on_delete=OnDelete.restrict, on_update=OnUpdate.cascade)
    status = Varchar(length=9, help_text="queued, running, done, failed or cancelled.")
    prompt = Text()
    model = Varchar(length=100)
    params = JSONB(default="{}")
    n = SmallInt(help_text="Images asked for, 1 to 10.")
    sources = Array(base_column=UUID(), default=list)
    mask = UUID(null=True, default=None, help_text="The image or source that masks the first source.")
    made = Array(
        base_column=SmallInt(), default=list, help_text="Indexes that were kept once, purged since or not."
    )
    lost = SmallInt(default=0, help_text="How often the sweep had to queue the job again.")
    progress = Real(null=True, default=None)
    notice = Text(null=True, default=None, help_text="What a running job waits for.")
    error = JSONB(null=True, default=None)
    answers = Array(
        base_column=Text(), default=list, help_text="Objects that were answered and are no pictures."
    )
    cost = Numeric(digits=(12, 6), null=True, default=None, help_text="US dollars so far.")
    idempotency_key = Varchar(length=255, null=True, default=None)
    request_hash = Varchar(length=64)
    runs = SmallInt(default=0, help_text="How often the job was queued: the run that a worker must match.")
    created_at = Timestamptz()
    finished_at = Timestamptz(null=True, default=None)


class Partial(Table, tablename="generation_partial", db=DB):
    """An image that is still being made, small; it goes when the image is there or its job ends."""

    id = UUID(primary_key=True, help_text="The image's id.")
    job_id = ForeignKey(Job, null=False, on_delete=OnDelete.cascade)
    place = SmallInt(help_text="The image's index in its job.")
    version = SmallInt(help_text="Which state of the image it is, from 1.")
    picture = Bytea(help_text="WebP, 256 px wide.")

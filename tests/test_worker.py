"""What the worker does by itself."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from croniter import croniter

from aiimagecraft import worker
from aiimagecraft.gallery import tasks as gallery
from aiimagecraft.jobs import TASKS
from tests import pictures
from tests.conftest import Studio
from tests.gallery.test_purge import age, upload
from tests.gallery.test_uploads import files

NOON = datetime(2026, 11, 21, 12, tzinfo=UTC)


def test_the_cleanup_runs_at_three_and_the_sweep_each_minute() -> None:
    due = {job.function.__name__: croniter(job.cron, NOON).get_next(datetime) for job in worker.CRON_JOBS}
    assert due == {
        "cleanup": datetime(2026, 11, 22, 3, tzinfo=UTC),
        "sweep": NOON + timedelta(minutes=1),
    }


def test_every_task_has_limits() -> None:
    assert all(task.timeout > 0 and task.attempts > 0 for task in TASKS)
    assert all(job.timeout and job.retries for job in worker.CRON_JOBS)


async def test_the_cleanup_task_purges_what_is_old(studio: Studio) -> None:
    old = await upload(studio, trash=True)
    await age(studio, old, 31)
    await gallery.cleanup({"storage": studio.storage, "settings": studio.settings})
    assert await studio.rows("SELECT id FROM image") == []


async def test_the_sweep_orders_versions_that_were_lost(studio: Studio) -> None:
    await studio.client.post("/api/images", files=files(pictures.png()))
    await studio.rows("DELETE FROM saq_jobs")
    await studio.rows("UPDATE image SET created_at = now() - interval '5 minutes'")
    await worker.sweep({"queue": studio.queue})
    await studio.work()
    (row,) = await studio.rows("SELECT derived_at FROM image")
    assert row["derived_at"] is not None

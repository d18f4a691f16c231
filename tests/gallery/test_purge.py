"""How images leave for ever, and what keeps them."""

from __future__ import annotations

import asyncio
import random
from datetime import timedelta
from uuid import UUID

import pytest
from tests import pictures
from tests.conftest import Studio, other_user, problem, stored
from tests.gallery.test_pages import NOON, add, walk
from tests.gallery.test_uploads import files
from tests.test_realtime import listening

from aiimagecraft import db
from aiimagecraft.errors import Conflict
from aiimagecraft.gallery import changes, purge, service
from aiimagecraft.gallery.schemas import Change
from aiimagecraft.realtime import publish
from aiimagecraft.schema import uuid7


async def upload(studio: Studio, *, trash: bool = False) -> str:
    response = await studio.client.post("/api/images", files=files(pictures.png(64, 64)))
    image_id = response.json()["items"][0]["id"]
    await studio.work()
    if trash:
        await studio.client.patch(f"/api/image/{image_id}", json={"deleteToTrash": True})
    return image_id


async def age(studio: Studio, image_id: str, days: int) -> None:
    await studio.rows(
        "UPDATE image SET deleted_at = now() - $2 * interval '1 day' WHERE id = $1", UUID(image_id), days
    )


async def test_an_image_leaves_with_all_its_objects(studio: Studio) -> None:
    image_id = await upload(studio, trash=True)
    assert len(await stored(studio)) == 4
    assert (await studio.client.delete(f"/api/image/{image_id}")).json() == {"ok": True}
    assert await stored(studio) == []
    problem(await studio.client.get(f"/api/image/{image_id}"), 404)


async def test_only_from_trash(studio: Studio) -> None:
    image_id = await upload(studio)
    problem(await studio.client.delete(f"/api/image/{image_id}"), 409)
    assert await walk(studio.client) == [image_id]


async def test_emptying_takes_all_of_ones_own_trash(studio: Studio) -> None:
    kept = await upload(studio)
    for _ in range(2):
        await upload(studio, trash=True)
    foreign = await upload(studio, trash=True)
    await studio.rows("UPDATE image SET user_id = $1 WHERE id = $2", await other_user(), UUID(foreign))
    assert (await studio.client.post("/api/trash/empty")).json() == {"ok": True, "deleted": 2}
    assert await walk(studio.client) == [kept]
    assert len(await studio.rows("SELECT id FROM image")) == 2


async def test_the_cleanup_takes_what_is_old_enough(studio: Studio) -> None:
    old, young = await upload(studio, trash=True), await upload(studio, trash=True)
    await age(studio, old, 31)
    await age(studio, young, 29)
    dry = await purge.cleanup(studio.storage, timedelta(days=30), dry_run=True)
    assert (dry.images, len(await studio.rows("SELECT id FROM image"))) == (1, 2)
    answer = await studio.client.post("/api/cleanup", headers={"authorization": "Bearer let-me-clean"})
    assert answer.json() == {"ok": True, "deleted": 1}
    assert await walk(studio.client, trash="1") == [young]
    assert len(await stored(studio)) == 4


@pytest.mark.parametrize("given", [None, "Bearer wrong", "Basic let-me-clean", "let-me-clean", "Bearer "])
async def test_the_cleanup_route_needs_its_token(studio: Studio, given: str | None) -> None:
    headers = {"authorization": given} if given else {}
    response = await studio.client.post("/api/cleanup", headers=headers)
    problem(response, 401)
    assert response.headers["www-authenticate"] == "Bearer"


async def test_one_cleanup_at_a_time(studio: Studio) -> None:
    async with db.advisory_lock(purge.CLEANUP_LOCK) as held:
        assert held
        with pytest.raises(Conflict):
            await purge.cleanup(studio.storage, timedelta(days=30))
        response = await studio.client.post("/api/cleanup", headers={"authorization": "Bearer let-me-clean"})
        problem(response, 409)
    await purge.cleanup(studio.storage, timedelta(days=30))


async def test_a_purge_that_died_is_finished_by_the_next(studio: Studio) -> None:
    image_id = await upload(studio, trash=True)
    await studio.rows("UPDATE image SET purging_at = now()")
    assert await walk(studio.client, trash="1") == []
    problem(await studio.client.patch(f"/api/image/{image_id}", json={"deleteToTrash": False}), 404)
    assert (await purge.cleanup(studio.storage, timedelta(days=30))).images == 1
    assert await stored(studio) == []


async def test_missing_objects_do_not_stop_a_purge(studio: Studio) -> None:
    await upload(studio, trash=True)
    await studio.storage.delete(await stored(studio))
    assert (await studio.client.post("/api/trash/empty")).json()["deleted"] == 1


async def test_a_restore_and_a_purge_cannot_both_win(studio: Studio) -> None:
    for _ in range(8):
        image_id = await upload(studio, trash=True)
        restored, purged = await asyncio.gather(
            studio.client.patch(f"/api/image/{image_id}", json={"deleteToTrash": False}),
            studio.client.delete(f"/api/image/{image_id}"),
        )
        assert (restored.status_code, purged.status_code) in {(200, 409), (404, 200)}
        assert (await walk(studio.client) == [image_id]) == (restored.status_code == 200)
        await studio.rows("TRUNCATE image CASCADE")


async def test_a_source_of_an_unfinished_job_stays(studio: Studio) -> None:
    image_id = await upload(studio, trash=True)
    await age(studio, image_id, 99)
    await service.hold(studio.owner, [UUID(image_id)])
    problem(await studio.client.delete(f"/api/image/{image_id}"), 409)
    assert (await purge.cleanup(studio.storage, timedelta(days=30))).images == 0
    await service.release(studio.owner, [UUID(image_id)])
    assert (await purge.cleanup(studio.storage, timedelta(days=30))).images == 1


async def test_a_child_keeps_its_parents_thumbnail(studio: Studio) -> None:
    parent, child = await upload(studio), await upload(studio)
    await studio.rows(
        "INSERT INTO image_source (id, image_id, position, parent_id) VALUES ($1, $2, 0, $3)",
        uuid7(),
        UUID(child),
        UUID(parent),
    )
    lineage = (await studio.client.get(f"/api/image/{parent}")).json()["lineage"]
    assert [edit["id"] for edit in lineage["edits"]] == [child]
    before = (await studio.client.get(f"/api/image/{child}")).json()["sources"]
    thumb = (await studio.client.get(before[0]["thumb"])).content
    await changes.change(studio.owner, [UUID(parent)], Change(delete_to_trash=True))
    await studio.client.delete(f"/api/image/{parent}")
    (source,) = (await studio.client.get(f"/api/image/{child}")).json()["sources"]
    assert (source["id"], source["full"], source["kind"]) == (None, None, "image")
    assert (await studio.client.get(source["thumb"])).content == thumb
    await changes.change(studio.owner, [UUID(child)], Change(delete_to_trash=True))
    await studio.client.delete(f"/api/image/{child}")
    assert await stored(studio) == []


async def test_unused_sources_are_swept_after_a_day(studio: Studio) -> None:
    response = await studio.client.post("/api/sources", files=files(*[pictures.png(32, 32)] * 3))
    old, held, _young = [UUID(item["id"]) for item in response.json()["items"]]
    await studio.rows(
        "UPDATE source SET created_at = now() - interval '25 hours' WHERE id = ANY($1)", [old, held]
    )
    await service.hold(studio.owner, [held])
    assert (await purge.cleanup(studio.storage, timedelta(days=30))).sources == 1
    assert old not in {row["id"] for row in await studio.rows("SELECT id FROM source")}
    assert len(await stored(studio)) == 4


async def test_a_bulk_change_and_a_purge_do_not_wait_for_each_other(studio: Studio) -> None:
    for _ in range(5):
        ids = [await add(studio.owner, trash=True, at=NOON - timedelta(seconds=n)) for n in range(200)]
        random.shuffle(ids)
        bulk, emptied = await asyncio.gather(
            studio.client.patch("/api/images/bulk", json={"ids": ids, "deleteToTrash": False}),
            studio.client.post("/api/trash/empty"),
        )
        assert (bulk.status_code, emptied.json()["deleted"]) in {(200, 0), (404, 200)}
        await studio.rows("TRUNCATE image CASCADE")


async def test_two_purges_count_and_tell_each_image_once(studio: Studio) -> None:
    image_id = await upload(studio, trash=True)
    await studio.rows("UPDATE image SET purging_at = now()")
    async with listening(studio) as events:
        outcomes = await asyncio.gather(
            purge.cleanup(studio.storage, timedelta(days=30)),
            purge.remove(studio.storage, [{"id": UUID(image_id), "object_key": f"{image_id}.png"}]),
        )
        assert outcomes[0].images + outcomes[1] == 1
        assert await events.next() == ("imageDeleted", {"id": image_id})
        await publish(studio.owner, "imagesChanged", [UUID(image_id)])
        assert (await events.next())[0] == "imagesChanged"


async def test_a_source_that_got_linked_meanwhile_stays(studio: Studio) -> None:
    response = await studio.client.post("/api/sources", files=files(pictures.png(32, 32)))
    source = UUID(response.json()["items"][0]["id"])
    image_id = await upload(studio)
    await studio.rows("UPDATE source SET created_at = now() - interval '25 hours', purging_at = now()")
    await studio.rows(
        "INSERT INTO image_source (id, image_id, position, source_id) VALUES ($1, $2, 0, $3)",
        uuid7(),
        UUID(image_id),
        source,
    )
    assert (await purge.cleanup(studio.storage, timedelta(days=30))).sources == 0
    (row,) = await studio.rows("SELECT purging_at FROM source")
    assert row["purging_at"] is None

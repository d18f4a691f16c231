"""Acting on all images that match, taking it back, purging and downloading them."""

from __future__ import annotations

import io
import zipfile
from datetime import UTC, datetime, timedelta
from typing import Any

import httpx
import pytest
from tests import pictures
from tests.conftest import Studio, other_user, problem
from tests.gallery.test_pages import NOON, add, walk
from tests.gallery.test_uploads import files
from tests.test_realtime import listening

from aiimagecraft.gallery import archive, changes
from aiimagecraft.schema import uuid7

LOOKED = "2026-11-21T12:00:00Z"
ALL = {"before": LOOKED}


async def bulk(studio: Studio, **body: Any) -> dict[str, Any]:
    response = await studio.client.patch("/api/images/bulk", json=body)
    assert response.status_code == 200, response.text
    return response.json()


async def undo(studio: Studio, answer: dict[str, Any]) -> httpx.Response:
    return await studio.client.post(f"/api/undo/{answer['undo']}")


async def test_a_filter_changes_all_that_match_and_were_there(studio: Studio) -> None:
    foxes = [await add(studio.owner, at=NOON - timedelta(hours=n)) for n in range(3)]
    other = await add(studio.owner, model="gpt-image-2")
    later = await add(studio.owner, at=NOON + timedelta(seconds=1))
    foreign = await add(await other_user())
    answer = await bulk(studio, filter={**ALL, "model": "sketch"}, starred=True, deleteToTrash=True)
    assert answer["updated"] == 3
    assert await walk(studio.client) == [later, other]
    assert await walk(studio.client, trash="1", starred="1") == foxes
    (untouched,) = await studio.rows("SELECT starred, deleted_at FROM image WHERE id = $1", foreign)
    assert (untouched["starred"], untouched["deleted_at"]) == (False, None)


async def test_what_lands_in_trash_later_is_left_alone(studio: Studio) -> None:
    old, new = await add(studio.owner, trash=True), await add(studio.owner, trash=True)
    await studio.rows("UPDATE image SET deleted_at = $2 WHERE id = $1", new, NOON + timedelta(minutes=1))
    answer = await bulk(studio, filter={**ALL, "trash": True}, deleteToTrash=False)
    assert answer["updated"] == 1
    assert await walk(studio.client) == [old]


async def test_undo_takes_back_exactly_what_was_changed(studio: Studio) -> None:
    starred = await add(studio.owner, starred=True)
    plain = await add(studio.owner, at=NOON - timedelta(days=1))
    trashed = await add(studio.owner, trash=True, at=NOON - timedelta(days=2))
    answer = await bulk(studio, ids=[starred, plain, trashed], starred=True, deleteToTrash=True)
    assert answer["updated"] == 3
    assert (await undo(studio, answer)).json() == {"ok": True, "updated": 3}
    assert await walk(studio.client) == [starred, plain]
    assert await walk(studio.client, starred="1") == [starred]
    (row,) = await studio.rows("SELECT starred, deleted_at FROM image WHERE id = $1", trashed)
    assert (row["starred"], row["deleted_at"]) == (False, NOON - timedelta(days=2))
    problem(await undo(studio, answer), 404)


async def test_undo_leaves_alone_what_was_changed_since(studio: Studio) -> None:
    first, second = await add(studio.owner), await add(studio.owner)
    answer = await bulk(studio, ids=[first, second], deleteToTrash=True)
    await studio.client.patch(f"/api/image/{first}", json={"deleteToTrash": False})
    await studio.client.patch(f"/api/image/{first}", json={"starred": True})
    assert (await undo(studio, answer)).json()["updated"] == 1
    assert sorted(await walk(studio.client)) == sorted([first, second])
    assert await walk(studio.client, starred="1") == [first]


async def test_a_restored_image_goes_back_with_its_date(studio: Studio) -> None:
    image = await add(studio.owner, trash=True, at=NOON - timedelta(days=20))
    answer = await bulk(studio, ids=[image], deleteToTrash=False)
    await undo(studio, answer)
    (row,) = await studio.rows("SELECT deleted_at FROM image")
    assert row["deleted_at"] == NOON - timedelta(days=20)


async def test_undo_ends_after_ten_minutes_and_with_its_user(studio: Studio) -> None:
    image = await add(studio.owner)
    answer = await bulk(studio, ids=[image], starred=True)
    await studio.rows("UPDATE change SET user_id = $1", await other_user())
    problem(await undo(studio, answer), 404)
    await studio.rows(
        "UPDATE change SET user_id = $1, created_at = now() - interval '11 minutes'", studio.owner
    )
    problem(await undo(studio, answer), 404)
    await changes.forget_changes()
    assert await studio.rows("SELECT FROM change") == await studio.rows("SELECT FROM change_row") == []
    problem(await studio.client.post(f"/api/undo/{uuid7()}"), 404)
    problem(await studio.client.post("/api/undo/12"), 400, "id")


async def test_a_change_of_nothing_can_be_taken_back_by_nobody(studio: Studio) -> None:
    image = await add(studio.owner, starred=True)
    answer = await bulk(studio, ids=[image], starred=True)
    assert answer["updated"] == 0
    problem(await undo(studio, answer), 404)


async def test_undo_is_told(studio: Studio) -> None:
    both, moved = await add(studio.owner, trash=True), await add(studio.owner)
    answer = await bulk(studio, ids=[both, moved], starred=True, deleteToTrash=True)
    async with listening(studio) as events:
        await undo(studio, answer)
        name, data = await events.next()
        assert (name, data["image"]["id"], data["image"]["starred"]) == ("imageUpdated", both, False)
        name, data = await events.next()
        assert (name, data["image"]["id"], data["image"]["starred"]) == ("imageRestored", moved, False)


async def test_a_thousand_rows_are_told_in_one_event(studio: Studio) -> None:
    await studio.rows(
        """INSERT INTO image (id, user_id, prompt, model, params, width, height, object_key, thumb_key,
               format, bytes, sha256, placeholder, starred, holds, created_at)
           SELECT uuidv7(), $1, 'a fox', 'sketch', '{}', 10, 10, n || '.png', n || '.webp', 'png', 1, '', '',
               false, 0, $2 FROM generate_series(1, 1000) AS n""",
        studio.owner,
        NOON,
    )
    async with listening(studio) as events:
        answer = await bulk(studio, filter=ALL, deleteToTrash=True)
        assert answer["updated"] == 1000
        assert await events.next() == ("imagesChanged", {})
        assert (await undo(studio, answer)).json()["updated"] == 1000
        assert await events.next() == ("imagesChanged", {})


async def test_what_was_taken_out_again_is_left_alone(studio: Studio) -> None:
    first, second, third = [await add(studio.owner, at=NOON - timedelta(hours=n)) for n in range(3)]
    foreign, unknown = await add(await other_user()), str(uuid7())
    target = {"filter": ALL, "except": [second, foreign, unknown]}
    assert (await bulk(studio, **target, starred=True))["updated"] == 2
    assert await walk(studio.client, starred="1") == [first, third]
    prepared = await studio.client.post("/api/images/zip", json=target)
    assert prepared.json()["count"] == 2
    await bulk(studio, filter=ALL, deleteToTrash=True)
    trash = {"filter": {"before": "2999-01-01T00:00:00Z", "trash": True}, "except": [first]}
    assert (await studio.client.post("/api/images/purge", json=trash)).json()["deleted"] == 2
    assert await walk(studio.client, trash="1") == [first]
    assert (await bulk(studio, filter=ALL, starred=True, **{"except": []}))["updated"] == 0


BAD: list[tuple[dict[str, Any], str]] = [
    ({"filter": {}}, "filter.before"),
    ({"filter": {"starred": True}}, "filter.before"),
    ({"filter": {"before": "yesterday"}}, "filter.before"),
    ({"filter": {**ALL, "colour": "red"}}, "filter.colour"),
    ({"filter": {**ALL, "orientation": "round"}}, "filter.orientation"),
    ({"filter": ALL, "ids": [str(uuid7())]}, "ids"),
    ({"filter": ALL, "except": [str(uuid7()) for _ in range(1001)]}, "except"),
    ({"filter": ALL, "except": ["a red fox"]}, "except[0]"),
    ({"ids": [str(uuid7())], "except": [str(uuid7())]}, "except"),
    ({"except": [str(uuid7())]}, "ids"),
    ({}, "ids"),
    ({"ids": []}, "ids"),
]


@pytest.mark.parametrize(("target", "field"), BAD)
@pytest.mark.parametrize("action", ["bulk", "purge", "zip"])
async def test_a_bad_selection_names_its_field(
    client: httpx.AsyncClient, action: str, target: dict[str, Any], field: str
) -> None:
    method, body = ("PATCH", {**target, "starred": True}) if action == "bulk" else ("POST", target)
    problem(await client.request(method, f"/api/images/{action}", json=body), 400, field)


async def test_purging_by_ids_is_all_or_nothing(studio: Studio) -> None:
    trashed, live = await add(studio.owner, trash=True), await add(studio.owner)
    foreign = await add(await other_user(), trash=True)
    for stranger, status in ((live, 409), (foreign, 404), (str(uuid7()), 404)):
        problem(await studio.client.post("/api/images/purge", json={"ids": [trashed, stranger]}), status)
        assert await walk(studio.client, trash="1") == [trashed]
    response = await studio.client.post("/api/images/purge", json={"ids": [trashed]})
    assert response.json() == {"ok": True, "deleted": 1}
    assert await walk(studio.client, trash="1") == []
    assert await walk(studio.client) == [live]


async def test_purging_by_a_filter_is_for_trash_only(studio: Studio) -> None:
    await add(studio.owner, trash=True)
    kept = await add(studio.owner, trash=True, model="gpt-image-2")
    held = await add(studio.owner, trash=True)
    await studio.rows("UPDATE image SET holds = 1 WHERE id = $1", held)
    problem(await studio.client.post("/api/images/purge", json={"filter": ALL}), 400, "filter.trash")
    body = {"filter": {**ALL, "trash": True, "model": "sketch"}}
    assert (await studio.client.post("/api/images/purge", json=body)).json()["deleted"] == 1
    assert sorted(await walk(studio.client, trash="1")) == sorted([kept, held])


async def zipped(studio: Studio, **body: Any) -> zipfile.ZipFile:
    prepared = await studio.client.post("/api/images/zip", json=body)
    assert prepared.status_code == 201, prepared.text
    response = await studio.client.get(prepared.json()["url"])
    assert response.headers["content-type"] == "application/zip"
    assert response.headers["content-disposition"].endswith('.zip"')
    return zipfile.ZipFile(io.BytesIO(response.content))


async def test_originals_are_downloaded_as_they_are(studio: Studio) -> None:
    contents = [pictures.png(80, 60, seed=seed) for seed in range(3)]
    response = await studio.client.post("/api/images", files=files(*contents, name="Füchse im Schnee!.png"))
    items = response.json()["items"]
    found = await zipped(studio, ids=[item["id"] for item in items])
    assert found.testzip() is None
    assert {found.read(name) for name in found.namelist()} == set(contents)
    today = f"{datetime.now(UTC):%Y-%m-%d}"
    assert sorted(found.namelist()) == sorted(f"{today}-füchse-im-schnee-{item['id']}.png" for item in items)
    assert {entry.compress_type for entry in found.infolist()} == {zipfile.ZIP_STORED}
    assert not any(entry.flag_bits & 0x08 for entry in found.infolist()), "Sizes stand in front of the bytes"


async def test_what_is_missing_is_named(studio: Studio) -> None:
    response = await studio.client.post("/api/images", files=files(pictures.png(), pictures.png()))
    first, second = response.json()["items"]
    await studio.storage.delete([first["full"].removeprefix("/uploads/")])
    found = await zipped(studio, filter={"before": "2999-01-01T00:00:00Z"})
    assert len(found.namelist()) == 2
    assert first["id"] in found.read("MISSING.txt").decode()
    assert any(second["id"] in name for name in found.namelist())


async def test_an_archive_is_its_owners_for_ten_minutes(studio: Studio) -> None:
    image = await add(studio.owner)
    prepared = (await studio.client.post("/api/images/zip", json={"ids": [image]})).json()
    assert (prepared["count"], prepared["bytes"]) == (1, 1)
    await studio.rows("UPDATE archive SET user_id = $1", await other_user())
    problem(await studio.client.get(prepared["url"]), 404)
    await studio.rows(
        "UPDATE archive SET user_id = $1, created_at = now() - interval '11 minutes'", studio.owner
    )
    problem(await studio.client.get(prepared["url"]), 404)
    problem(await studio.client.post("/api/images/zip", json={"ids": [await add(await other_user())]}), 404)
    nothing = {"filter": {**ALL, "model": "none"}}
    problem(await studio.client.post("/api/images/zip", json=nothing), 422, "filter")
    await studio.rows("UPDATE archive SET created_at = now() - interval '2 days'")
    await archive.forget_archives()
    assert await studio.rows("SELECT FROM archive") == []


async def test_an_archive_of_more_than_one_batch(studio: Studio) -> None:
    data = pictures.png(16, 16)
    for start in range(0, 250, 50):
        names = [f"{start + n}" for n in range(50)]
        response = await studio.client.post(
            "/api/images", files=[("file", (f"{name}.png", data, "image/png")) for name in names]
        )
        assert response.status_code == 201
    found = await zipped(studio, filter={"before": "2999-01-01T00:00:00Z"})
    assert found.testzip() is None
    assert len(found.namelist()) == len(set(found.namelist())) == 250

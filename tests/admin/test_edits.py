"""The form of one row: what it may change, whom that is told, and what it leaves alone."""

from __future__ import annotations

from typing import Any

import httpx
import pytest
from tests.accounts.conftest import PASSWORD, log_in, visitor
from tests.admin.conftest import everything, picture, user_id
from tests.conftest import Studio, problem
from tests.test_realtime import listening

from aiimagecraft.schema import uuid7

IMAGE = "/admin/api/tables/image/"
USER = "/admin/api/tables/piccolo_user/"
NOW = "2026-11-21T12:00:00.000Z"


async def test_its_owners_open_galleries_hear_of_an_edit(
    studio: Studio, anna: httpx.AsyncClient, ben: httpx.AsyncClient
) -> None:
    item = await picture(ben, "a fox")
    url = f"{IMAGE}{item['id']}/"
    ours, theirs = await user_id(studio, "anna"), await user_id(studio, "ben")
    async with listening(studio, ours) as elsewhere, listening(studio, theirs) as events:
        # A form sends all values as text.
        row = await anna.patch(url, json={"starred": "true"})
        assert (row.status_code, row.json()["starred"]) == (200, True)
        name, data = await events.next()
        assert (name, data["image"]["starred"]) == ("imageUpdated", True)
        await anna.patch(url, json={"prompt": "a red fox\nin snow"})
        name, data = await events.next()
        assert (name, data["image"]["prompt"]) == ("imageUpdated", "a red fox\nin snow")
        assert (await anna.patch(url, json={"deleted_at": NOW})).json()["deleted_at"] is not None
        assert await events.next() == ("imageTrashed", {"id": item["id"]})
        await anna.patch(url, json={"deleted_at": ""})
        name, data = await events.next()
        assert (name, data["image"]["deletedAt"]) == ("imageRestored", None)
        assert elsewhere.subscription._frames.empty()  # noqa: SLF001  # pyright: ignore[reportPrivateUsage]


async def test_the_search_finds_an_edited_prompt(
    studio: Studio, anna: httpx.AsyncClient, ben: httpx.AsyncClient
) -> None:
    del studio
    item = await picture(ben, "a fox")
    await anna.patch(f"{IMAGE}{item['id']}/", json={"prompt": "a heron at dawn"})
    found = (await ben.get("/api/gallery", params={"q": "heron"})).json()["items"]
    assert [image["id"] for image in found] == [item["id"]]
    assert (await ben.get("/api/gallery", params={"q": "fox"})).json()["items"] == []


async def test_what_is_so_already_causes_no_event_and_no_entry(
    studio: Studio, anna: httpx.AsyncClient, ben: httpx.AsyncClient
) -> None:
    item = await picture(ben, "a fox")
    await studio.rows("UPDATE image SET prompt = E'a fox\\r\\nin snow'")
    before = await everything(studio)
    async with listening(studio, await user_id(studio, "ben")) as events:
        body = {"starred": "false", "deleted_at": None, "prompt": "a fox\nin snow"}
        assert (await anna.patch(f"{IMAGE}{item['id']}/", json=body)).status_code == 200
        assert (await anna.patch(f"{IMAGE}{item['id']}/", json={})).status_code == 200
        assert await everything(studio) == before
        await anna.patch(f"{IMAGE}{item['id']}/", json={"starred": True})
        assert (await events.next())[1]["image"]["starred"] is True


COLUMNS = {
    "id": str(uuid7()), "user_id": 1, "model": "x", "params": "{}", "width": 1, "height": 1,
    "object_key": "x", "thumb_key": "x", "format": "gif", "bytes": 1, "sha256": "x", "placeholder": "x",
    "cost_tokens": 1, "cost": "1", "holds": 1, "derived_at": NOW, "purging_at": NOW, "created_at": NOW,
    "words": "x", "nothing": 1,
}  # fmt: skip


@pytest.mark.parametrize("column", COLUMNS)
async def test_every_other_column_of_an_image_is_for_reading(
    studio: Studio, anna: httpx.AsyncClient, column: str
) -> None:
    item = await picture(anna, "a fox")
    before = await everything(studio)
    answer = await anna.patch(f"{IMAGE}{item['id']}/", json={"starred": True, column: COLUMNS[column]})
    assert (answer.status_code, answer.json()) == (
        422,
        {"custom_form_error": f"{column} cannot be changed here"},
    )
    assert await everything(studio) == before


async def test_all_columns_of_an_image_were_tried(anna: httpx.AsyncClient) -> None:
    schema = (await anna.get(f"{IMAGE}schema/")).json()
    assert set(schema["properties"]) - set(COLUMNS) == {"starred", "deleted_at", "prompt"}


@pytest.mark.parametrize(
    "body",
    [
        {"starred": None},
        {"starred": "perhaps"},
        {"starred": 2},
        {"deleted_at": "yesterday"},
        {"deleted_at": True},
        {"prompt": None},
        {"prompt": "a\0fox"},
        {"prompt": "x" * 32_001},
    ],
)
async def test_a_bad_value_changes_nothing(
    studio: Studio, anna: httpx.AsyncClient, body: dict[str, Any]
) -> None:
    item = await picture(anna, "a fox")
    before = await everything(studio)
    answer = await anna.patch(f"{IMAGE}{item['id']}/", json={"starred": True} | body)
    assert answer.status_code == 422
    assert answer.json()["custom_form_error"]
    assert await everything(studio) == before


async def test_an_image_that_is_being_purged_is_out_of_reach(studio: Studio, anna: httpx.AsyncClient) -> None:
    item = await picture(anna, "a fox", trash=True)
    await studio.rows("UPDATE image SET purging_at = now()")
    before = await everything(studio)
    for body in ({"starred": True}, {"deleted_at": None}, {"prompt": "x"}, {}):
        problem(await anna.patch(f"{IMAGE}{item['id']}/", json=body), 404)
    for form in ("star", "restore", "purge", "re-make-derivatives"):
        answer = await anna.post(f"/admin/api/forms/{form}/", json={"ids": item["id"]})
        assert "There is no image" in answer.json()["custom_form_error"]
    problem(await anna.patch(f"{IMAGE}{uuid7()}/", json={"starred": True}), 404)
    assert await everything(studio) == before


async def test_an_account_is_shut_out_and_let_in(
    studio: Studio, anna: httpx.AsyncClient, ben: httpx.AsyncClient
) -> None:
    url = f"{USER}{await user_id(studio, 'ben')}/"
    answer = await anna.patch(url, json={"active": "false"})
    assert (answer.status_code, answer.json()["active"]) == (200, False)
    problem(await ben.get("/api/gallery"), 401)
    async with visitor(studio) as again:
        problem(await log_in(again, "ben"), 401)
        await anna.patch(url, json={"active": True, "admin": True})
        assert (await log_in(again, "ben")).json()["admin"] is True
        assert (await again.get("/admin/")).status_code == 200
        await anna.patch(url, json={"admin": False})
        problem(await again.get("/admin/"), 403)


async def test_nobody_takes_their_own_rights_away(studio: Studio, anna: httpx.AsyncClient) -> None:
    url = f"{USER}{await user_id(studio, 'anna')}/"
    for body in ({"active": False}, {"admin": False}):
        answer = await anna.patch(url, json=body)
        assert "Another administrator" in answer.json()["custom_form_error"]
    assert (await anna.patch(url, json={"active": True, "admin": True})).status_code == 200
    assert (await anna.get("/admin/")).status_code == 200


async def test_no_other_column_of_an_account_is_for_writing(
    studio: Studio, anna: httpx.AsyncClient, ben: httpx.AsyncClient
) -> None:
    del ben
    url = f"{USER}{await user_id(studio, 'ben')}/"
    before = await everything(studio)
    for body in (
        {"password": PASSWORD},
        {"username": "eve"},
        {"superuser": True},
        {"email": "a@b.org"},
        {"id": 1},
        {"active": None},
        {"admin": "perhaps"},
    ):
        assert (await anna.patch(url, json={"admin": True} | body)).status_code == 422, body
    problem(await anna.patch(f"{USER}999999999/", json={"admin": True}), 404)
    assert await everything(studio) == before

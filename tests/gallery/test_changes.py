"""Starring, trashing and restoring, alone and in bulk."""

from __future__ import annotations

import httpx
import pytest
from tests.conftest import Studio, other_user, problem
from tests.gallery.test_pages import add, walk

from aiimagecraft.schema import uuid7

pytestmark = pytest.mark.one_store("stars and Trash are rows of the database")


async def test_star_trash_and_restore(studio: Studio) -> None:
    image_id = await add(studio.owner)
    url = f"/api/image/{image_id}"
    assert (await studio.client.patch(url, json={"starred": True})).json() == {"ok": True}
    assert (await studio.client.get(url)).json()["starred"] is True
    await studio.client.patch(url, json={"deleteToTrash": True})
    assert await walk(studio.client) == []
    assert await walk(studio.client, trash="true") == [image_id]
    assert (await studio.client.get(url)).json()["deletedAt"].endswith("Z")
    await studio.client.patch(url, json={"deleteToTrash": False, "starred": False})
    assert await walk(studio.client) == [image_id]
    assert (await studio.client.get(url)).json()["starred"] is False


async def test_starring_works_in_trash(studio: Studio) -> None:
    image_id = await add(studio.owner, trash=True)
    assert (await studio.client.patch(f"/api/image/{image_id}", json={"starred": True})).status_code == 200
    assert await walk(studio.client, trash="1", starred="1") == [image_id]


@pytest.mark.parametrize(
    ("body", "field"),
    [
        ({"starred": None}, "starred"),
        ({"deleteToTrash": None}, "deleteToTrash"),
        ({"starred": "yes"}, "starred"),
        ({"colour": "red"}, "colour"),
    ],
)
async def test_a_bad_change_names_its_field(studio: Studio, body: dict[str, object], field: str) -> None:
    image_id = await add(studio.owner)
    problem(await studio.client.patch(f"/api/image/{image_id}", json=body), 400, field)


async def test_no_change_is_refused(studio: Studio) -> None:
    image_id = await add(studio.owner)
    problem(await studio.client.patch(f"/api/image/{image_id}", json={}), 400)
    problem(await studio.client.patch(f"/api/image/{image_id}", content=b"{"), 400, "body")
    assert problem(await studio.client.patch(f"/api/image/{image_id}"), 400, "body")
    headers = {"content-type": "application/json"}
    response = await studio.client.patch(f"/api/image/{image_id}", content=b'{"a": "\xff"}', headers=headers)
    problem(response, 400, "body")
    deep = b"[" * 100_000
    problem(await studio.client.patch(f"/api/image/{image_id}", content=deep, headers=headers), 400, "body")


@pytest.mark.parametrize("method", ["GET", "PATCH", "DELETE"])
async def test_unknown_malformed_and_foreign_ids(studio: Studio, method: str) -> None:
    body = {"starred": True} if method == "PATCH" else None
    foreign = await add(await other_user(), trash=True)
    for image_id in (uuid7(), foreign):
        problem(await studio.client.request(method, f"/api/image/{image_id}", json=body), 404)
    problem(await studio.client.request(method, "/api/image/12", json=body), 400, "id")


async def test_bulk_counts_the_rows_that_change(studio: Studio) -> None:
    ids = [await add(studio.owner, starred=n == 0) for n in range(3)]
    answer = await studio.client.patch("/api/images/bulk", json={"ids": ids, "starred": True})
    assert answer.json() == {"ok": True, "updated": 2, "undo": answer.json()["undo"]}
    both = await studio.client.patch(
        "/api/images/bulk", json={"ids": ids, "starred": False, "deleteToTrash": True}
    )
    assert both.json()["updated"] == 3
    assert sorted(await walk(studio.client, trash="1")) == sorted(ids)


async def test_bulk_is_all_or_nothing(studio: Studio) -> None:
    mine, foreign = await add(studio.owner), await add(await other_user())
    for stranger in (foreign, str(uuid7())):
        answer = await studio.client.patch(
            "/api/images/bulk", json={"ids": [mine, stranger], "starred": True}
        )
        assert stranger in problem(answer, 404)
    assert await walk(studio.client, starred="1") == []


@pytest.mark.parametrize(
    "body",
    [
        {"starred": True},
        {"ids": [], "starred": True},
        {"ids": ["12"], "starred": True},
        {"ids": [str(uuid7())] * 1001, "starred": True},
        {"ids": "all", "starred": True},
    ],
)
async def test_bulk_needs_one_to_a_thousand_ids(client: httpx.AsyncClient, body: dict[str, object]) -> None:
    response = await client.patch("/api/images/bulk", json=body)
    assert response.status_code == 400
    assert response.json()["errors"][0]["field"].startswith("ids")

"""Finding a place: months, jumps, words and shapes."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from tests.conftest import Studio, other_user, problem
from tests.gallery.test_pages import NOON, add, walk

from aiimagecraft.gallery.query import search_words

pytestmark = pytest.mark.one_store("months and words are read from the database alone")

MAY = datetime(2026, 5, 31, 23, 59, 59, tzinfo=UTC)


async def months(studio: Studio, query: str = "") -> list[dict[str, Any]]:
    return (await studio.client.get(f"/api/gallery/timeline{query}")).json()["months"]


async def described(studio: Studio, prompt: str) -> str:
    image = await add(studio.owner)
    await studio.rows("UPDATE image SET prompt = $2 WHERE id = $1", image, prompt)
    return image


async def found(studio: Studio, text: str) -> list[str]:
    return await walk(studio.client, q=text)


async def test_months_are_counted_newest_first_in_utc(studio: Studio) -> None:
    for at in (NOON, NOON, MAY, MAY + timedelta(seconds=1)):
        await add(studio.owner, at=at)
    await add(studio.owner, trash=True)
    await add(await other_user())
    assert await months(studio) == [
        {"month": "2026-11", "count": 2},
        {"month": "2026-06", "count": 1},
        {"month": "2026-05", "count": 1},
    ]
    assert await months(studio, "?trash=1") == [{"month": "2026-11", "count": 1}]
    assert await months(studio, "?model=none") == []
    problem(await studio.client.get("/api/gallery/timeline?limit=5"), 400, "limit")


async def test_the_months_come_with_the_servers_time(studio: Studio) -> None:
    for query in ("", "?trash=1"):
        before = datetime.now(UTC)
        now = (await studio.client.get(f"/api/gallery/timeline{query}")).json()["now"]
        # The database stands on the same machine.
        assert before - timedelta(seconds=1) < datetime.fromisoformat(now) < datetime.now(UTC)
        await add(studio.owner)


async def placed(studio: Studio, query: str) -> dict[str, Any] | None:
    return (await studio.client.get(f"/api/gallery/place?{query}")).json()["place"]


async def test_an_image_is_found_in_its_list(studio: Studio) -> None:
    autumn = [await add(studio.owner, at=NOON - timedelta(minutes=n // 2)) for n in range(4)]
    spring = [await add(studio.owner, at=MAY - timedelta(minutes=n), model="upload") for n in range(3)]
    trashed = await add(studio.owner, trash=True)
    for image in (*autumn, *spring):
        place = await placed(studio, f"id={image}")
        assert place
        page = (await studio.client.get("/api/gallery", params=place | {"limit": 1})).json()
        assert [item["id"] for item in page["items"]] == [image]
    assert await placed(studio, f"id={spring[1]}&model=upload") == {"at": "2026-05", "skip": 1}
    assert await placed(studio, f"id={trashed}&trash=1") == {"at": "2026-11", "skip": 0}
    for query in (f"id={spring[1]}&model=sketch", f"id={trashed}", f"id={await add(await other_user())}"):
        assert await placed(studio, query) is None
    problem(await studio.client.get("/api/gallery/place"), 400, "id")
    problem(await studio.client.get("/api/gallery/place?id=12"), 400, "id")


async def test_the_models_of_all_images_are_counted(studio: Studio) -> None:
    for model, count in (("upload", 1), ("gpt-image-2", 3), ("sketch", 1)):
        for _ in range(count):
            await add(studio.owner, model=model)
    await add(studio.owner, trash=True, model="long-gone")
    await add(await other_user(), model="another's")

    async def models(query: str = "") -> list[tuple[str, int]]:
        items = (await studio.client.get(f"/api/gallery/models{query}")).json()["items"]
        return [(item["name"], item["count"]) for item in items]

    assert await models() == [("gpt-image-2", 3), ("sketch", 1), ("upload", 1)]
    assert await models("?trash=true") == [("long-gone", 1)]
    problem(await studio.client.get("/api/gallery/models?q=x"), 400, "q")


async def test_a_large_month_is_split_by_day(studio: Studio) -> None:
    await studio.rows(
        """INSERT INTO image (id, user_id, prompt, model, params, width, height, object_key, thumb_key,
               format, bytes, sha256, placeholder, starred, holds, created_at)
           SELECT uuidv7(), $1, 'a fox', 'sketch', '{}', 10, 10, n || '.png', n || '.webp', 'png', 1, '', '',
               false, 0, $2::timestamptz - n % 2 * interval '1 day' FROM generate_series(1, 5001) AS n""",
        studio.owner,
        NOON,
    )
    (month,) = await months(studio)
    assert month["count"] == 5001
    assert month["days"] == [{"day": "2026-11-21", "count": 2500}, {"day": "2026-11-20", "count": 2501}]


async def test_a_page_may_begin_in_any_month(studio: Studio) -> None:
    autumn = [await add(studio.owner, at=NOON - timedelta(minutes=n)) for n in range(3)]
    spring = [await add(studio.owner, at=MAY - timedelta(minutes=n)) for n in range(4)]

    async def page(query: str) -> dict[str, Any]:
        return (await studio.client.get(f"/api/gallery?{query}")).json()

    first = await page("at=2026-05&limit=2")
    assert [item["id"] for item in first["items"]] == spring[:2]
    before = await page(f"limit=2&cursor={first['prevCursor']}")
    assert [item["id"] for item in before["items"]] == autumn[1:]
    skipped = await page("at=2026-05&skip=3&limit=2")
    assert [item["id"] for item in skipped["items"]] == spring[3:]
    assert skipped["nextCursor"] is None
    assert [item["id"] for item in (await page(f"limit=9&cursor={skipped['prevCursor']}"))["items"]] == [
        *autumn,
        *spring[:3],
    ]
    top = await page("at=2026-11")
    assert (len(top["items"]), top["prevCursor"]) == (7, None)
    assert (await page("at=2026-11&skip=1"))["prevCursor"]
    assert (await page("at=2026-04")) == {"items": [], "nextCursor": None, "prevCursor": None}
    assert [item["id"] for item in (await page("at=2026-08"))["items"]] == spring


@pytest.mark.parametrize(
    ("query", "field"),
    [
        ("at=2026-13", "at"),
        ("at=2026", "at"),
        ("at=0000-01", "at"),
        ("skip=1", "skip"),
        ("at=2026-05&skip=-1", "skip"),
        ("at=2026-05&cursor=x", "at"),
        ("orientation=round", "orientation"),
        (f"q={'x' * 501}", "q"),
    ],
)
async def test_a_bad_place_names_its_parameter(studio: Studio, query: str, field: str) -> None:
    problem(await studio.client.get(f"/api/gallery?{query}"), 400, field)


async def test_words_are_found_by_their_beginnings_in_any_order(studio: Studio) -> None:
    fox = await described(studio, "A red-haired Fox, on Mars; café über 東京 gpt-image-2.5")
    owl = await described(studio, "An owl" + " and a very long night" * 1500)
    for text in (
        "fox",
        "FO mars",
        "red hair",
        "red-haired",
        "caf",
        "über",
        "東京",
        "2.5 gpt image",
        "  fox  ",
    ):
        assert await found(studio, text) == [fox], text
    assert await found(studio, "night") == [owl]
    for text in ("ox", "fox owl", "wolf", "'", "fox:*|owl", "\\", "fox & !mars"):
        assert (await found(studio, text)) in ([], [fox]), text
    assert await found(studio, "fox !wolf") == []
    assert await found(studio, "   ") == [owl, fox] or await found(studio, "   ") == [fox, owl]
    assert await found(studio, "?!") == []


async def test_search_joins_the_other_filters(studio: Studio) -> None:
    fox = await described(studio, "a blue fox")
    await studio.client.patch(f"/api/image/{fox}", json={"starred": True})
    await described(studio, "a blue owl")
    assert await walk(studio.client, q="blue", starred="1") == [fox]
    assert await months(studio, "?q=owl") == [{"month": "2026-11", "count": 1}]


async def test_shapes(studio: Studio) -> None:
    ids: dict[str, str] = {}
    for name, width, height in (("landscape", 20, 10), ("portrait", 10, 20), ("square", 10, 10)):
        ids[name] = await add(studio.owner)
        await studio.rows("UPDATE image SET width = $2, height = $3 WHERE id = $1", ids[name], width, height)
    for name, image in ids.items():
        assert await walk(studio.client, orientation=name) == [image]


def test_marks_are_spaces_in_what_is_searched_for() -> None:
    assert search_words("a red-haired fox's") == "'a':* & 'red':* & 'haired':* & 'fox':* & 's':*"

"""The gallery's pages: filters, cursors, and the indexes beneath them."""

from __future__ import annotations

import json
import random
from collections.abc import AsyncGenerator
from datetime import UTC, datetime, timedelta
from typing import Any

import httpx
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from tests.conftest import Studio, other_user

from aiimagecraft import db
from aiimagecraft.accounts.service import demo_id
from aiimagecraft.config import Settings
from aiimagecraft.gallery import query
from aiimagecraft.gallery.filters import GalleryFilter, GalleryQuery
from aiimagecraft.schema import Cursor, scope_of, uuid7
from aiimagecraft.storage import Storage

pytestmark = pytest.mark.one_store("pages are read from the database alone")

# Its address is all that a page asks of a store; a bucket is not opened before it is used.
NOWHERE = Storage(Settings(s3_bucket="b", s3_key="k", s3_secret="s", s3_endpoint="http://127.0.0.1:9"))
NOON = datetime(2026, 11, 21, 12, tzinfo=UTC)

INSERT = """
    INSERT INTO image (id, user_id, prompt, model, params, width, height, object_key, thumb_key, format,
        bytes, sha256, placeholder, starred, holds, deleted_at, created_at)
    VALUES ($1, $2, 'a fox', $3, '{}', 10, 10, $1::uuid::text || '.png', $1::uuid::text || '.webp', 'png',
        1, '', '', $4, 0, $5, $6)"""


async def add(
    owner: int, *, at: datetime = NOON, model: str = "sketch", starred: bool = False, trash: bool = False
) -> str:
    image_id = uuid7()
    await db.fetch(INSERT, image_id, owner, model, starred, at if trash else None, at)
    return str(image_id)


async def walk(client: httpx.AsyncClient, **params: str) -> list[str]:
    seen: list[str] = []
    cursor: str | None = None
    while True:
        page = (
            await client.get("/api/gallery", params=params | ({"cursor": cursor} if cursor else {}))
        ).json()
        seen += [item["id"] for item in page["items"]]
        if (cursor := page["nextCursor"]) is None:
            return seen


async def test_newest_first_then_by_id(studio: Studio) -> None:
    older = await add(studio.owner, at=NOON - timedelta(days=1))
    same = sorted([await add(studio.owner) for _ in range(3)], reverse=True)
    assert await walk(studio.client, limit="2") == [*same, older]


async def test_cursors_go_both_ways_and_end(studio: Studio) -> None:
    ids = [await add(studio.owner, at=NOON - timedelta(minutes=n)) for n in range(5)]
    first = (await studio.client.get("/api/gallery?limit=2")).json()
    assert first["prevCursor"] is None
    second = (await studio.client.get(f"/api/gallery?limit=2&cursor={first['nextCursor']}")).json()
    assert [item["id"] for item in second["items"]] == ids[2:4]
    back = (await studio.client.get(f"/api/gallery?limit=2&cursor={second['prevCursor']}")).json()
    assert [item["id"] for item in back["items"]] == ids[:2]
    assert back["prevCursor"] is None
    third = (await studio.client.get(f"/api/gallery?limit=2&cursor={second['nextCursor']}")).json()
    assert third["nextCursor"] is None
    assert third["prevCursor"] is not None


async def test_a_cursor_survives_the_purge_of_its_row(studio: Studio) -> None:
    ids = [await add(studio.owner, at=NOON - timedelta(minutes=n)) for n in range(4)]
    cursor = (await studio.client.get("/api/gallery?limit=2")).json()["nextCursor"]
    await db.fetch("DELETE FROM image WHERE id = $1", ids[1])
    page = (await studio.client.get(f"/api/gallery?limit=2&cursor={cursor}")).json()
    assert [item["id"] for item in page["items"]] == ids[2:]


async def test_filters(studio: Studio) -> None:
    plain = await add(studio.owner)
    starred = await add(studio.owner, starred=True, at=NOON - timedelta(days=1))
    trashed = await add(studio.owner, trash=True, starred=True)
    other = await add(studio.owner, model="gpt-image-2", at=NOON - timedelta(days=2))
    assert await walk(studio.client) == [plain, starred, other]
    assert await walk(studio.client, starred="true") == [starred]
    assert await walk(studio.client, starred="1", trash="1") == [trashed]
    assert await walk(studio.client, starred="false", trash="0") == [plain, starred, other]
    assert await walk(studio.client, model="gpt-image-2") == [other]
    assert await walk(studio.client, **{"from": "2026-11-20", "to": "2026-11-21"}) == [starred]


async def test_other_users_images_are_not_listed(studio: Studio) -> None:
    await add(await other_user())
    assert await walk(studio.client) == []


@pytest.mark.parametrize(
    ("params", "field"),
    [
        ("limit=0", "limit"),
        ("limit=-1", "limit"),
        ("limit=many", "limit"),
        ("starred=yes", "starred"),
        ("trash=2", "trash"),
        ("starred=", "starred"),
        ("starred=True", "starred"),
        ("starred=null", "starred"),
        ("limit=5.0", "limit"),
        ("limit=1e2", "limit"),
        ("limit=null", "limit"),
        ("limit=٣", "limit"),
        ("from=null", "from"),
        ("colour=red", "colour"),
        ("skip=1", "skip"),
        ("limit=1&limit=2", "limit"),
        ("from=yesterday", "from"),
        ("to=2026-13-01", "to"),
        ("cursor=nonsense", "cursor"),
        ("cursor=%00", "cursor"),
        ("cursor=é", "cursor"),
        ("model=%00", "model"),
    ],
)
async def test_a_bad_parameter_is_named(client: httpx.AsyncClient, params: str, field: str) -> None:
    response = await client.get(f"/api/gallery?{params}")
    assert response.status_code == 400
    assert response.headers["content-type"] == "application/problem+json"
    assert [error["field"] for error in response.json()["errors"]] == [field]


async def test_a_cursor_belongs_to_its_filter(studio: Studio) -> None:
    for _ in range(3):
        await add(studio.owner, starred=True)
    cursor = (await studio.client.get("/api/gallery?limit=1")).json()["nextCursor"]
    assert (await studio.client.get(f"/api/gallery?starred=1&cursor={cursor}")).status_code == 400
    assert (await studio.client.get(f"/api/gallery?limit=3&cursor={cursor}")).status_code == 200


async def test_the_limit_is_fifty_and_at_most_a_hundred(studio: Studio) -> None:
    for n in range(120):
        await add(studio.owner, at=NOON - timedelta(seconds=n))
    assert len((await studio.client.get("/api/gallery")).json()["items"]) == 50
    assert len((await studio.client.get("/api/gallery?limit=5000")).json()["items"]) == 100


@given(
    us=st.integers(0, 253_402_300_799_999_999), older=st.booleans(), scope=st.binary(min_size=8, max_size=8)
)
def test_a_cursor_says_what_it_was_told(us: int, older: bool, scope: bytes) -> None:
    at, row_id = datetime.fromtimestamp(0, UTC) + timedelta(microseconds=us), uuid7()
    cursor = Cursor.parse(Cursor.at(at, row_id, scope, older=older), scope)
    assert cursor is not None
    assert (cursor.created_at, cursor.id, cursor.older) == (at, row_id, older)
    assert Cursor.parse(Cursor.at(at, row_id, scope, older=older), scope_of("another")) is None


@given(text=st.text(max_size=80))
def test_garbage_is_no_cursor(text: str) -> None:
    assert Cursor.parse(text, b"12345678") is None


class Churn:
    """Inserts, stars, trashes and purges while somebody walks the pages."""

    def __init__(self, owner: int, seed: int, keep: list[str]) -> None:
        self.owner, self.random, self.keep = owner, random.Random(seed), keep
        self.spare: list[str] = []

    async def step(self) -> None:
        choice = self.random.randrange(4)
        moment = NOON - timedelta(seconds=self.random.choice([-1, 0, 0, 1, 2, 3]))
        if choice == 0 or not self.spare:
            self.spare.append(await add(self.owner, at=moment))
        elif choice == 1:
            await db.fetch(
                "UPDATE image SET starred = NOT starred WHERE id = $1", self.random.choice(self.keep)
            )
        elif choice == 2:
            await db.fetch(
                "UPDATE image SET deleted_at = now() WHERE id = $1", self.random.choice(self.spare)
            )
        else:
            victim = self.spare.pop(self.random.randrange(len(self.spare)))
            await db.fetch("DELETE FROM image WHERE id = $1", victim)


@pytest.fixture
async def walker(database_url: str) -> AsyncGenerator[int]:
    async with db.database(database_url):
        yield await demo_id()


@settings(max_examples=40, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    seconds=st.lists(st.integers(0, 3), min_size=1, max_size=25),
    limit=st.integers(1, 7),
    seed=st.integers(0, 1_000),
    older=st.booleans(),
)
async def test_a_walk_yields_each_live_row_exactly_once(
    walker: int, seconds: list[int], limit: int, seed: int, older: bool
) -> None:
    await _walk_under_churn(walker, seconds, limit, seed, older=older)


async def _walk_under_churn(owner: int, seconds: list[int], limit: int, seed: int, *, older: bool) -> None:
    await db.fetch("TRUNCATE image CASCADE")
    keep = [await add(owner, at=NOON - timedelta(seconds=second)) for second in seconds]
    churn = Churn(owner, seed, keep)
    cursor = None if older else Cursor.at(NOON - timedelta(days=1), uuid7(), _scope(owner), older=False)
    seen: list[str] = []
    while True:
        page = await query.page(NOWHERE, owner, GalleryQuery(cursor=cursor, limit=limit))
        seen += [str(item["id"]) for item in page.items]
        cursor = page.next_cursor if older else page.prev_cursor
        if cursor is None:
            break
        for _ in range(3):
            await churn.step()
    assert len(seen) == len(set(seen))
    assert set(keep) <= set(seen)


def _scope(owner: int) -> bytes:
    return scope_of(owner, False, False, None, None, None, None, None)


async def _plan(statement: str, values: list[object]) -> str:
    rows = await db.fetch(f"EXPLAIN (ANALYZE, FORMAT JSON) {statement}", *values)
    return json.dumps(json.loads(rows[0]["QUERY PLAN"]))


@pytest.mark.parametrize(
    ("wanted", "index"),
    [
        ({}, "image_live"),
        ({"starred": True}, "image_starred"),
        ({"model": "rare"}, "image_model"),
        ({"trash": True}, "image_trash"),
        ({"orientation": "portrait"}, "image_orientation"),
    ],
)
async def test_each_page_is_one_walk_of_a_partial_index(
    walker: int, wanted: dict[str, Any], index: str
) -> None:
    await db.fetch(
        """INSERT INTO image (id, user_id, prompt, model, params, width, height, object_key, thumb_key,
               format, bytes, sha256, placeholder, starred, holds, deleted_at, created_at)
           SELECT id, $1, 'a fox', CASE WHEN n % 50 = 0 THEN 'rare' ELSE 'sketch' END, '{}',
               CASE WHEN n % 40 = 0 THEN 1 ELSE 2 END, 2,
               id || '.png', id || '.webp', 'png', 1, '', '', n % 20 = 0, 0,
               CASE WHEN n % 10 = 1 THEN now() END, now() - n * interval '1 second'
           FROM (SELECT n, gen_random_uuid() AS id FROM generate_series(1, 20000) n) rows""",
        walker,
    )
    await db.fetch("ANALYZE image")
    first = await query.page(NOWHERE, walker, GalleryQuery(limit=20, **wanted))
    cursor = Cursor.parse(
        first.next_cursor or "",
        scope_of(
            walker, *(getattr(GalleryQuery(**wanted), name) for name in GalleryFilter.__struct_fields__)
        ),
    )
    for place in (None, cursor):
        statement, values = query.page_statement(walker, GalleryQuery(limit=20, **wanted), place)
        plan = await _plan(statement, values)
        assert f'"Index Name": "{index}"' in plan
        assert '"Node Type": "Sort"' not in plan
        assert '"Rows Removed by Filter"' not in plan

"""What is asked of Stash, and what is made of answers that are none."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncGenerator

import pytest
from tests.proxy.conftest import KEY, until
from tests.standins import stash as standin

from aiimagecraft.config import Settings
from aiimagecraft.errors import AppError, NotFound
from aiimagecraft.proxy import stash
from aiimagecraft.proxy.upstream import Upstream, open_upstream

NEWEST = stash.Order("", "newest", 1)


@pytest.fixture
def quiet(stand_in: standin.Upstream) -> standin.Upstream:
    stand_in.reset()
    stand_in.pace(0)
    return stand_in


def settings(url: str | None, key: str | None = KEY) -> Settings:
    return Settings(database_url="postgresql://", stash_url=url, stash_api_key=key)


@pytest.fixture
async def upstream(quiet: standin.Upstream) -> AsyncGenerator[Upstream]:
    async with open_upstream(settings(quiet.url)) as opened:
        yield opened


async def refusal(upstream: Upstream) -> tuple[int, str]:
    with pytest.raises(AppError) as caught:
        await stash.find_scenes(upstream, NEWEST)
    assert KEY not in repr(caught.value)
    return caught.value.status, caught.value.detail


def ids(found: stash.Found) -> list[int]:
    return [int(scene.id) for scene in found.scenes]


async def test_scenes_come_24_a_page_newest_first(upstream: Upstream) -> None:
    first = await stash.find_scenes(upstream, NEWEST)
    last = await stash.find_scenes(upstream, stash.Order("", "newest", 10))
    assert (first.count, ids(first)) == (240, [*range(240, 216, -1)])
    assert ids(last) == [*range(24, 0, -1)]


async def test_each_order_is_one_of_stash(upstream: Upstream) -> None:
    orders: tuple[stash.Sort, ...] = ("newest", "oldest", "title", "rating", "duration")
    found = {sort: await stash.find_scenes(upstream, stash.Order("", sort, 1)) for sort in orders}
    assert ids(found["oldest"]) == [*range(1, 25)]
    durations = [scene.files[0].duration for scene in found["duration"].scenes]
    assert durations == sorted(durations, reverse=True)
    titles = [(scene.title or scene.files[0].basename).casefold() for scene in found["title"].scenes]
    assert titles == sorted(titles)
    assert len({tuple(ids(one)) for one in found.values()}) == len(orders)


async def test_a_search_and_one_scene(upstream: Upstream) -> None:
    found = await stash.find_scenes(upstream, stash.Order("night train", "newest", 1))
    assert 0 < found.count < 240
    assert all("Night train" in (scene.title or "") for scene in found.scenes)
    scene = await stash.find_scene(upstream, found.scenes[0].id)
    assert scene == found.scenes[0]
    assert await stash.find_scene(upstream, "9999") is None


async def test_neither_sums_nor_addresses_with_the_key_are_asked_for(
    upstream: Upstream, quiet: standin.Upstream
) -> None:
    await stash.find_scenes(upstream, NEWEST)
    (seen,) = quiet.stats().requests
    assert (seen["method"], seen["path"]) == ("POST", "/graphql")
    assert [name for name, value in seen["headers"].items() if KEY in value] == ["apikey"]
    assert not {"filesize", "stream"} & set(stash._FIND_SCENES.split())  # noqa: SLF001  # pyright: ignore[reportPrivateUsage]


@pytest.mark.parametrize("key", ["wrong", None])
async def test_a_key_that_is_refused_is_named(quiet: standin.Upstream, key: str | None) -> None:
    async with open_upstream(settings(quiet.url, key)) as opened:
        status, detail = await refusal(opened)
    assert status == 502
    assert "STASH_API_KEY" in detail
    assert "refused" in detail


@pytest.mark.parametrize(
    ("fault", "status", "words"),
    [
        ("html", 502, "does not answer as a Stash server does"),
        ("svg", 502, "does not answer as a Stash server does"),
        ("half", 502, "does not answer as a Stash server does"),
        ("other json", 502, "does not answer as a Stash server does"),
        ("graphql error", 502, "its log says why"),
        ("status500", 502, "status 500"),
        ("status404", 502, "status 404"),
        ("redirect", 502, "status 302"),
        ("status503", 503, "busy"),
        ("cut", 502, "Stash server"),
        ("reset", 502, "Stash server"),
        ("garbage", 502, "Stash server"),
        ("huge", 502, "longer than"),
        ("endless", 502, "longer than"),
    ],
)
async def test_what_is_no_answer_is_said_in_words(
    upstream: Upstream, quiet: standin.Upstream, fault: str, status: int, words: str
) -> None:
    quiet.fault("/graphql", fault)
    found, detail = await refusal(upstream)
    assert found == status
    assert words in detail
    assert "locked" not in detail
    assert len((await stash.find_scenes(upstream, NEWEST)).scenes) == 24
    assert {seen["path"] for seen in quiet.stats().requests} == {"/graphql"}


async def test_a_server_that_compresses_is_understood(upstream: Upstream, quiet: standin.Upstream) -> None:
    quiet.fault("/graphql", "gzip")
    assert (await stash.find_scenes(upstream, NEWEST)).count == 240


async def test_a_server_that_is_not_there(unused_tcp_port: int) -> None:
    async with open_upstream(settings(f"http://127.0.0.1:{unused_tcp_port}")) as opened:
        assert await refusal(opened) == (502, "The Stash server cannot be reached")


async def test_no_server() -> None:
    async with open_upstream(settings(None, None)) as opened:
        with pytest.raises(NotFound, match="STASH_URL"):
            await stash.find_scenes(opened, NEWEST)


async def test_a_search_that_is_given_up_leaves_the_server(
    upstream: Upstream, quiet: standin.Upstream
) -> None:
    quiet.fault("/graphql", "hold", times=None)
    searches = [asyncio.create_task(stash.find_scenes(upstream, NEWEST)) for _ in range(5)]
    await until(lambda: quiet.stats().held == 2)
    for search in searches:
        search.cancel()
    await asyncio.wait(searches)
    await until(lambda: quiet.stats().active == 0)
    stats = quiet.stats()
    assert (stats.peak, stats.aborted) == (2, 2)
    quiet.reset()
    assert (await stash.find_scenes(upstream, NEWEST)).count == 240

"""Scenes of a Stash server: looked at without drowning it, and taken from."""

from __future__ import annotations

import asyncio
import re
from collections.abc import Callable, Generator, Sequence
from itertools import accumulate
from typing import Any

import pytest
from playwright.async_api import Locator, Page, Request, expect
from tests.e2e import look
from tests.e2e.conftest import Visit
from tests.e2e.studio import Gallery, House, Watch, housing
from tests.e2e.test_accessibility import WAYS, findings
from tests.standins.stash import Upstream, stash
from tests.standins.stash_server import Seen

KEY = "key-of-this-test"
LATENCY = 0.02
SHOWN = "img:not(.opacity-0)"
PAGE = 24


@pytest.fixture(scope="module")
def running_stash() -> Generator[Upstream]:
    with stash(key=KEY, latency=LATENCY, scenes=264) as upstream:
        yield upstream


@pytest.fixture(scope="module")
def house(tmp_path_factory: pytest.TempPathFactory, running_stash: Upstream) -> Generator[House]:
    env = {"STASH_URL": running_stash.url, "STASH_API_KEY": KEY}
    with housing(tmp_path_factory.mktemp("scenes") / "data", **env) as house:
        yield house


@pytest.fixture
def upstream(running_stash: Upstream, gallery: Gallery) -> Upstream:  # noqa: ARG001 - Its watch comes first.
    running_stash.reset()
    running_stash.pace(LATENCY)
    return running_stash


def cards(page: Page) -> Locator:
    return page.get_by_role("list", name="Scenes").get_by_role("listitem")


def card(page: Page, name: str) -> Locator:
    return cards(page).filter(has=page.get_by_role("heading", name=name, exact=True))


async def titles(page: Page) -> list[str]:
    return await cards(page).get_by_role("heading").all_inner_texts()


async def paths(upstream: Upstream) -> list[str]:
    """What was asked for."""
    return [request["path"] for request in (await asyncio.to_thread(upstream.stats)).requests]


def most_at_once(requests: Sequence[Seen]) -> int:
    """How many screenshots the upstream sent at the same time; of one that was left it notices late."""
    pictures = [one for one in requests if "/screenshot" in one["path"] and not one["aborted"]]
    steps = sorted([(r["began"], 1) for r in pictures] + [(r["ended"], -1) for r in pictures])
    return max(accumulate(step for _, step in steps), default=0)


def is_preview(request: Seen) -> bool:
    return "/preview" in request["path"]


async def seen(upstream: Upstream, condition: Callable[[Sequence[Seen]], bool]) -> None:
    """Wait until the requests of the upstream are so."""
    async with asyncio.timeout(15):
        while not condition((await asyncio.to_thread(upstream.stats)).requests):  # noqa: ASYNC110 - another process.
            await asyncio.sleep(0.02)


async def test_cards_come_in_as_they_near_and_the_server_is_asked_by_few_at_once(
    visit: Visit, upstream: Upstream
) -> None:
    page = await visit("/", viewport={"width": 1000, "height": 600})
    await look.link(page, "Scenes").click()
    await expect(cards(page)).to_have_count(PAGE)
    first = cards(page).first
    await expect(first.locator(SHOWN)).to_have_count(1)
    await expect(first).to_contain_text(re.compile(r"\d:\d\d"))
    asked = [path for path in await paths(upstream) if "/screenshot" in path]
    assert 0 < len(asked) < PAGE
    for place in range(PAGE):
        await cards(page).nth(place).scroll_into_view_if_needed()
        await expect(cards(page).nth(place).locator(SHOWN)).to_have_count(1)
    stats = await asyncio.to_thread(upstream.stats)
    assert most_at_once(stats.requests) <= 4
    assert stats.connections <= 6


async def test_a_scene_moves_under_the_pointer_and_stops_when_it_leaves(
    visit: Visit, upstream: Upstream
) -> None:
    page = await visit("/scenes")
    moving = cards(page).first
    await expect(moving.locator(SHOWN)).to_have_count(1)
    await moving.hover()
    await expect(moving.locator("video:not(.opacity-0)")).to_have_count(1)
    await page.mouse.move(0, 0)
    await expect(moving.locator("video")).to_have_count(0)
    await asyncio.to_thread(upstream.fault, "/scene/", "hold", None)
    await cards(page).nth(1).hover()
    await seen(upstream, lambda requests: any(is_preview(r) and not r["ended"] for r in requests))
    await page.mouse.move(0, 0)
    await seen(upstream, lambda requests: any(is_preview(r) and r["aborted"] for r in requests))


async def test_a_scene_without_a_video_shows_its_frames_to_the_focus_too(
    visit: Visit, upstream: Upstream, watch: Watch
) -> None:
    page = await visit("/scenes")
    await expect(cards(page)).to_have_count(PAGE)
    watch.tolerate("404 (Not Found)")
    without = cards(page).filter(has=page.get_by_role("heading", name=re.compile(r" 250$")))
    await look.button(without, "Use as source").focus()
    await expect(without.locator(SHOWN)).to_have_count(2)
    assert any("sprite" in path for path in await paths(upstream))


async def test_a_screenshot_becomes_a_source(visit: Visit, upstream: Upstream) -> None:
    page = await visit("/scenes")
    await expect(cards(page)).to_have_count(PAGE)
    title = (await titles(page))[0]
    await look.button(cards(page).first, "Use as source").click()
    await look.expect_sources(page, title)
    assert upstream.url not in await page.content()


async def test_a_screenshot_is_kept_in_the_gallery(visit: Visit, upstream: Upstream, watch: Watch) -> None:
    page = await visit("/scenes")
    await expect(cards(page)).to_have_count(PAGE)
    title = (await titles(page))[2]
    await look.button(cards(page).nth(2), "Keep in gallery").click()
    await expect(look.notices(page)).to_contain_text("Kept in the gallery")
    await look.button(look.notices(page), "View").click()
    await expect(look.viewer(page)).to_contain_text(title)
    await look.button(look.viewer(page), "Close").click()
    await look.expect_tiles(page, title)
    await page.goto("/scenes")
    await expect(cards(page)).to_have_count(PAGE)
    watch.tolerate("415")
    await asyncio.to_thread(upstream.fault, "/scene/", "html", None)
    await look.button(cards(page).nth(3), "Keep in gallery").click()
    await expect(look.notices(page)).to_contain_text("The screenshot could not be kept.")


async def test_search_order_and_pages_are_in_the_address(visit: Visit, upstream: Upstream) -> None:
    page = await visit("/scenes")
    await expect(page.get_by_role("main")).to_contain_text("264 scenes")
    await look.option(page, "Order").select_option("Title")
    await expect(page).to_have_url(re.compile(r"\?sort=title$"))
    await look.button(page, "Next page").click()
    await expect(page.get_by_role("status").get_by_text("Page 2 of 11")).to_be_visible()
    await expect(page).to_have_url(re.compile(r"\?sort=title&page=2$"))
    await page.reload()
    await expect(cards(page)).to_have_count(PAGE)
    await page.get_by_role("searchbox", name="Search scenes").fill("no such thing")
    await expect(look.heading(page, "No scene found")).to_be_visible()
    await page.go_back()
    await expect(page.get_by_role("status").get_by_text("Page 2 of 11")).to_be_visible()
    await expect(cards(page)).to_have_count(PAGE)
    await page.goto("/scenes?page=4000")
    await look.button(page, "Go to the first page").click()
    await expect(cards(page)).to_have_count(PAGE)
    assert upstream.stats().requests


@pytest.mark.parametrize(
    ("fault", "says"),
    [
        ("status401", "STASH_API_KEY"),
        ("status500", "status 500"),
        ("html", "does not answer as a Stash server"),
    ],
)
async def test_what_is_wrong_with_the_server_is_said(
    visit: Visit, upstream: Upstream, watch: Watch, fault: str, says: str
) -> None:
    watch.tolerate("502")
    await asyncio.to_thread(upstream.fault, "/graphql", fault, None)
    page = await visit("/scenes")
    alert = page.get_by_role("main").get_by_role("alert")
    await expect(alert).to_contain_text("The scenes could not be loaded.")
    await expect(alert).to_contain_text(says)
    await asyncio.to_thread(upstream.reset)
    await look.button(alert, "Try again").click()
    await expect(cards(page)).to_have_count(PAGE)


async def test_ten_pages_in_a_hurry_leave_no_queue_behind(visit: Visit, upstream: Upstream) -> None:
    page = await visit("/scenes")
    pending: set[Request] = set()
    page.on("request", lambda request: pending.add(request) if "/api/proxy/" in request.url else None)
    page.on("requestfinished", lambda request: pending.discard(request))  # noqa: PLW0108 - it is given an attribute.
    page.on("requestfailed", lambda request: pending.discard(request))  # noqa: PLW0108
    await expect(cards(page)).to_have_count(PAGE)
    await asyncio.to_thread(upstream.fault, "/scene/", "slow", None)
    for number in range(2, 12):
        await look.button(page, "Next page").click()
        await expect(page.get_by_role("status").get_by_text(f"Page {number} of 11")).to_be_visible()
        await expect(page.get_by_role("list", name="Scenes")).to_have_attribute("aria-busy", "false")
        for _ in range(4):
            await page.evaluate("document.querySelector('[data-scroller]').scrollBy(0, 300)")
            await look.frames(page)
    assert len(pending) < 8
    await look.link(page, "Gallery").click()
    await expect(look.heading(page, "No images yet")).to_be_visible()
    await seen(upstream, lambda requests: all(r["ended"] for r in requests if "/scene/" in r["path"]))
    assert most_at_once((await asyncio.to_thread(upstream.stats)).requests) <= 4
    assert not pending


@pytest.mark.parametrize("way", WAYS)
async def test_it_is_accessible(visit: Visit, upstream: Upstream, way: dict[str, Any]) -> None:
    page = await visit("/scenes", **way)
    await expect(cards(page).first.locator(SHOWN)).to_have_count(1)
    assert await findings(page) == []
    assert upstream.stats().requests

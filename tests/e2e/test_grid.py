"""A gallery of years: both ends, any month, and the way back to a place."""

from __future__ import annotations

import asyncio
import re
from collections.abc import AsyncGenerator
from datetime import timedelta

import pytest
from playwright.async_api import Locator, Page, Request, Route, expect
from tests.e2e import look
from tests.e2e.conftest import Visit, empty_gallery
from tests.e2e.studio import Gallery, House, Watch

COUNT = 30_000
STEP = timedelta(minutes=30)
MOST_CELLS = 80
MOST_NODES = 1_500
PHONE = {"viewport": {"width": 390, "height": 844}, "has_touch": True, "is_mobile": True}
PLACE = """() => {
  const scroller = document.querySelector("[data-scroller]");
  return [scroller.scrollTop, scroller.scrollHeight - scroller.clientHeight];
}"""
# Each cell that asks for its picture, by how far it is from what shows.
ASKING = """() => {
  const box = document.querySelector("[data-scroller]").getBoundingClientRect();
  return [...document.querySelectorAll("[role=gridcell] img[src]")].map((image) => {
    const { top, bottom } = image.getBoundingClientRect();
    return Math.max(0, box.top - bottom, top - box.bottom);
  });
}"""


@pytest.fixture(scope="module")
async def years(house: House) -> AsyncGenerator[Gallery]:
    """Years of images, made once."""
    async with empty_gallery(house) as gallery:
        await gallery.fill(COUNT, STEP)
        yield gallery


@pytest.fixture
async def gallery(years: Gallery) -> Gallery:
    """All of them, as they were made."""
    await years.rows(
        "UPDATE image SET starred = false, deleted_at = NULL WHERE starred OR deleted_at IS NOT NULL"
    )
    return years


def timeline(page: Page) -> Locator:
    return page.get_by_role("slider", name="Timeline")


async def all_known(page: Page) -> None:
    """Wait until the page knows all months."""
    await expect(timeline(page)).to_have_attribute("aria-valuemax", re.compile(r"\d\d"))


async def at_timeline(page: Page) -> None:
    """Move the focus to the timeline, once it knows all months."""
    await all_known(page)
    await timeline(page).focus()


async def shown(page: Page) -> str:
    """The name of the first image that is wholly below the heading."""
    names = await page.evaluate("""() => {
      const top = document.querySelector("[data-scroller]").getBoundingClientRect().top + 44;
      const cells = [...document.querySelectorAll("[role=gridcell]")];
      return cells.filter((cell) => cell.getBoundingClientRect().top >= top - 1)
        .map((cell) => cell.getAttribute("aria-label"));
    }""")
    return str(names[0])


async def test_keys_lead_to_both_ends_of_thirty_thousand_images(visit: Visit) -> None:
    page = await visit("/gallery")
    await all_known(page)
    await look.tile(page, "image 1").focus()
    await page.keyboard.press("End")
    await expect(look.tile(page, f"image {COUNT}")).to_be_focused()
    assert await look.tiles(page).count() <= MOST_CELLS
    await page.keyboard.press("ArrowLeft")
    await expect(look.tile(page, f"image {COUNT - 1}")).to_be_focused()
    await page.keyboard.press("PageUp")
    await expect(look.tile(page, f"image {COUNT - 1}")).not_to_be_focused()
    await page.keyboard.press("Home")
    await expect(look.tile(page, "image 1")).to_be_focused()


async def test_the_scrollbar_and_the_wheel_reach_both_ends(visit: Visit) -> None:
    page = await visit("/gallery")
    await expect(look.tile(page, "image 1")).to_be_visible()
    # Before, the page is only as tall as what it has got so far.
    await all_known(page)
    await page.evaluate("document.querySelector('[data-scroller]').scrollTop = 1e9")
    await expect(look.tile(page, f"image {COUNT}")).to_be_visible()
    await look.rest(page)
    await page.mouse.move(700, 500)
    for _ in range(5):
        await look.wheel(page, -1_000)
    await expect(look.tile(page, f"image {COUNT}")).to_have_count(0)
    for _ in range(5):
        await look.wheel(page, 2_000)
    await expect(look.tile(page, f"image {COUNT}")).to_be_visible()
    await look.bottom(page)


async def test_a_list_that_is_taller_than_a_browser_can_scroll_is_reached_end_to_end(visit: Visit) -> None:
    page = await visit("/gallery", **PHONE)
    await page.evaluate("localStorage.setItem('aiimagecraft.cell', '320')")
    await page.reload()
    await expect(look.tile(page, "image 1")).to_be_visible()
    await at_timeline(page)
    top, most = await page.evaluate(PLACE)
    assert (top, most < 8_000_000) == (0, True)
    await page.evaluate("document.querySelector('[data-scroller]').scrollTop = 4e6")
    await look.rest(page)
    middle = int((await shown(page)).removeprefix("image "))
    assert COUNT * 0.4 < middle < COUNT * 0.6
    # From there, the wheel goes from image to image.
    await page.mouse.move(200, 500)
    await look.wheel(page, 390)
    await look.rest(page)
    assert int((await shown(page)).removeprefix("image ")) == middle + 1
    await page.evaluate("document.querySelector('[data-scroller]').scrollTop = 1e9")
    await expect(look.tile(page, f"image {COUNT}")).to_be_visible()
    await look.bottom(page)


async def test_the_timeline_leads_to_any_month(visit: Visit) -> None:
    page = await visit("/gallery")
    line = timeline(page)
    await at_timeline(page)
    months: list[str] = []
    for key in ("ArrowDown", "ArrowDown", "PageDown", "End", "Home"):
        await page.keyboard.press(key)
        await look.rest(page)
        text = await line.get_attribute("aria-valuetext") or ""
        assert re.fullmatch(r"\w+ \d{4}, [\d,]+ images?", text)
        months.append(text.split(",")[0])
        if key != "End":
            await expect(page.get_by_role("rowheader", name=months[-1])).to_have_count(1)
    assert len(set(months)) == 5
    box = await line.bounding_box()
    assert box is not None
    await page.mouse.click(box["x"] + box["width"] / 2, box["y"] + box["height"] / 2)
    await look.rest(page)
    middle = int((await shown(page)).removeprefix("image "))
    assert COUNT * 0.4 < middle < COUNT * 0.6
    nodes = await page.evaluate("document.querySelectorAll('*').length")
    assert nodes < MOST_NODES


async def test_the_place_is_found_again_by_its_address(visit: Visit) -> None:
    page = await visit("/gallery")
    await at_timeline(page)
    await page.keyboard.press("PageDown")
    await page.mouse.move(700, 500)
    await look.wheel(page, 1_234)
    await look.rest(page)
    target = look.tile(page, await shown(page))
    before = await look.top_of(target)
    await expect(page).to_have_url(re.compile(r"at=\d{4}-\d\d&skip=\d+"))
    await page.reload()
    await look.rest(page)
    assert await look.top_of(target) == pytest.approx(before, abs=1)
    await look.link(page, "Create").click()
    await expect(look.heading(page, "Create")).to_be_visible()
    await page.go_back()
    await expect(target).to_be_visible()
    await look.rest(page)
    assert await look.top_of(target) == pytest.approx(before, abs=1)
    other = await visit(page.url.split("/", 3)[3].join(["/", ""]))
    await expect(look.tile(other, str(await target.get_attribute("aria-label")))).to_be_visible()


async def test_the_place_is_kept_through_star_trash_viewer_and_another_size(visit: Visit) -> None:
    page = await visit("/gallery")
    await at_timeline(page)
    await page.keyboard.press("PageDown")
    await page.mouse.move(700, 400)
    await look.wheel(page, 700)
    await look.rest(page)
    first = int((await shown(page)).removeprefix("image "))
    target = look.tile(page, f"image {first}")
    before = await look.top_of(target)
    await look.press(page, f"image {first + 1}", "Star")
    await expect(look.button(look.tile(page, f"image {first + 1}"), "Unstar")).to_be_visible()
    await look.press(page, f"image {first + 8}", "Move to Trash")
    await expect(look.tile(page, f"image {first + 8}")).to_have_count(0)
    assert await look.top_of(target) == pytest.approx(before, abs=1)
    await target.click()
    await expect(look.viewer(page)).to_be_visible()
    await page.keyboard.press("Escape")
    await expect(look.viewer(page)).to_have_count(0)
    assert await look.top_of(target) == pytest.approx(before, abs=1)
    await page.set_viewport_size({"width": 900, "height": 900})
    await expect(target).to_be_visible()


async def caught_up(page: Page, gallery: Gallery) -> None:
    """Wait until all that happened so far has been told: events keep their order."""
    (newest,) = await gallery.rows("SELECT id FROM image ORDER BY created_at DESC LIMIT 1")
    ready, heard = asyncio.Event(), asyncio.Event()

    def told(frame: str | bytes) -> None:
        ready.set()
        if str(newest["id"]) in str(frame):
            heard.set()

    page.on("websocket", lambda socket: socket.on("framereceived", told))
    await page.goto("/trash")
    await ready.wait()
    await gallery.client.patch(f"/api/image/{newest['id']}", json={"starred": True})
    await heard.wait()


async def test_the_first_page_takes_one_request_and_pictures_only_near_the_screen(
    visit: Visit, gallery: Gallery
) -> None:
    page = await visit("/trash")
    # What the server still had to tell would be a change.
    await gallery.at_rest()
    await caught_up(page, gallery)
    asked: list[str] = []
    connected = asyncio.Event()

    def told(_frame: str | bytes) -> None:
        connected.set()

    page.on("request", lambda request: asked.append(request.url))
    page.on("websocket", lambda socket: socket.on("framereceived", told))
    await page.goto("/gallery")
    await expect(look.tile(page, "image 1")).to_be_visible()
    await all_known(page)
    await connected.wait()
    await look.rest(page)
    await look.all_loaded(page)
    # The page before may have asked for Trash once more at its end.
    assert sum("/api/gallery?" in url and "trash" not in url for url in asked) == 1
    far = await page.evaluate(ASKING)
    assert 0 < len(far) <= MOST_CELLS
    assert max(far) <= 200
    assert sum("/uploads/" in url for url in asked) <= len(far)


async def test_a_fling_leaves_no_queue_behind(visit: Visit) -> None:
    page = await visit("/gallery")
    await expect(look.tile(page, "image 1")).to_be_visible()
    await all_known(page)
    open_requests: set[Request] = set()

    def ended(request: Request) -> None:
        open_requests.discard(request)

    def started(request: Request) -> None:
        open_requests.add(request)

    page.on("request", started)
    page.on("requestfinished", ended)
    page.on("requestfailed", ended)
    answered = asyncio.Event()

    async def held_back(route: Route) -> None:
        await answered.wait()
        await route.continue_()

    await page.route("**/uploads/**", held_back)
    await page.mouse.move(700, 500)
    for _ in range(30):
        await page.mouse.wheel(0, 3_000)
        await look.frames(page)
    waiting = [request.url for request in open_requests]
    assert len([url for url in waiting if "/api/gallery" in url]) <= 1
    assert len([url for url in waiting if "/uploads/" in url]) <= MOST_CELLS
    far = await page.evaluate(ASKING)
    assert max(far, default=0) <= 200
    answered.set()
    await page.unroute_all(behavior="ignoreErrors")


async def test_a_page_that_fails_is_asked_for_again_in_place(visit: Visit, watch: Watch) -> None:
    watch.tolerate("status of 500")
    page = await visit("/gallery")
    await expect(look.tile(page, "image 1")).to_be_visible()
    problem = '{"type": "about:blank", "title": "Out of order", "status": 500, "detail": "Out of order"}'
    await page.route(
        "**/api/gallery?*at=*",
        lambda route: route.fulfill(status=500, body=problem, content_type="application/problem+json"),
    )
    await at_timeline(page)
    await page.keyboard.press("PageDown")
    alert = page.get_by_role("alert").filter(has_text="More images could not be loaded")
    await expect(alert).to_contain_text("Out of order")
    await page.unroute("**/api/gallery?*at=*")
    await look.button(page, "Try again").click()
    await expect(alert).to_have_count(0)
    await look.rest(page)
    assert (await shown(page)).startswith("image ")

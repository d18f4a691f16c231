"""What fingers and keys do beyond a press, and what is told to who hears the page."""

from __future__ import annotations

import re
from typing import Any

from playwright.async_api import Page, WebSocket, expect
from tests.e2e import look
from tests.e2e.conftest import Visit
from tests.e2e.studio import Gallery

PHONE: dict[str, Any] = {"viewport": {"width": 390, "height": 844}, "is_mobile": True, "has_touch": True}
# How much of the screen moved by itself, by the browser's own measure.
NOTE_SHIFTS = """window.shifts = 0;
new PerformanceObserver((list) => {
    for (const { value, hadRecentInput } of list.getEntries()) if (!hadRecentInput) window.shifts += value;
}).observe({ type: "layout-shift", buffered: true })"""

FOCUSED = "document.activeElement !== document.body"


async def test_a_page_load_opens_one_socket_that_says_ready(visit: Visit, gallery: Gallery) -> None:
    await gallery.add("a red fox")
    page = await visit("about:blank")
    sockets: list[WebSocket] = []
    said: list[str | bytes] = []

    def told(frame: str | bytes) -> None:
        said.append(frame)

    def opened(socket: WebSocket) -> None:
        sockets.append(socket)
        socket.on("framereceived", told)

    page.on("websocket", opened)
    await page.goto("/gallery")
    await look.expect_tiles(page, "a red fox")
    await gallery.add("a grey heron")
    await look.expect_tiles(page, "a grey heron", "a red fox")
    assert [socket.is_closed() for socket in sockets] == [False]
    assert '"ready"' in str(said[0])


async def test_nothing_moves_while_a_gallery_loads(visit: Visit, gallery: Gallery) -> None:
    await gallery.fill(120)
    page = await visit("about:blank")
    await page.context.add_init_script(NOTE_SHIFTS)
    await page.goto("/gallery")
    await expect(look.tile(page, "image 1")).to_be_visible()
    await look.all_loaded(page)
    await look.rest(page)
    assert await page.evaluate("window.shifts") < 0.01


async def test_a_long_touch_chooses_and_a_tap_then_adds(visit: Visit, gallery: Gallery) -> None:
    await gallery.add("three", "two", "one")
    page = await visit("/gallery", **PHONE)
    await look.expect_tiles(page, "one", "two", "three")
    await hold(page, "two")
    await expect(look.toolbar(page)).to_contain_text("1 selected")
    await expect(look.viewer(page)).to_have_count(0)
    await look.tile(page, "one").tap()
    await expect(look.toolbar(page)).to_contain_text("2 selected")
    await look.tile(page, "two").tap()
    await expect(page.get_by_role("gridcell", selected=True)).to_have_accessible_name("one")


async def hold(page: Page, name: str) -> None:
    """Keep a finger on a tile until it is chosen."""
    box = await look.tile(page, name).bounding_box()
    assert box is not None
    point = {"x": box["x"] + box["width"] / 2, "y": box["y"] + box["height"] / 2}
    session = await page.context.new_cdp_session(page)
    await session.send("Input.dispatchTouchEvent", {"type": "touchStart", "touchPoints": [point]})
    await expect(look.tile(page, name)).to_have_attribute("aria-selected", "true")
    await session.send("Input.dispatchTouchEvent", {"type": "touchEnd", "touchPoints": []})


async def test_control_and_a_press_choose_one_more(visit: Visit, gallery: Gallery) -> None:
    await gallery.add("three", "two", "one")
    page = await visit("/gallery")
    for name, count in (("one", 1), ("three", 2)):
        await look.tile(page, name).click(modifiers=["ControlOrMeta"])
        await expect(look.toolbar(page)).to_contain_text(f"{count} selected")
    await look.tile(page, "one").click(modifiers=["ControlOrMeta"])
    await expect(look.toolbar(page)).to_contain_text("1 selected")


async def test_the_viewers_keys_show_details_download_and_edit(visit: Visit, gallery: Gallery) -> None:
    await gallery.add("an owl", "a red fox")
    page = await visit("/gallery", permissions=["clipboard-read", "clipboard-write"])
    await look.tile(page, "a red fox").click()
    details = look.viewer(page).get_by_role("complementary", name="Details")
    await look.button(details, "Copy").click()
    await expect(look.notices(page)).to_contain_text("copied", ignore_case=True)
    assert await page.evaluate("navigator.clipboard.readText()") == "a red fox"
    # The button with the focus goes, and the keys are heard all the same.
    await page.keyboard.press("i")
    await expect(details).to_have_count(0)
    await look.until(page, FOCUSED)
    async with page.expect_download() as downloading:
        await page.keyboard.press("d")
    assert (await downloading.value).suggested_filename.endswith(".png")
    await look.button(look.viewer(page), "Next").click()
    await expect(look.button(look.viewer(page), "Next")).to_have_count(0)
    await look.until(page, FOCUSED)
    await page.keyboard.press("ArrowLeft")
    picture = look.viewer(page).get_by_role("img", name="a red fox")
    await expect(picture).to_be_visible()
    await picture.click()
    await page.keyboard.press("e")
    await look.expect_sources(page, "a red fox")


async def test_the_month_on_top_stays_in_sight(visit: Visit, gallery: Gallery) -> None:
    await gallery.fill(120)
    page = await visit("/gallery")
    await look.scroll_to(page, look.tile(page, "image 100"))
    heading = page.locator("[data-scroller]").get_by_text(re.compile(r"^[A-Z][a-z]+ \d{4}$")).first
    await expect(heading).to_be_in_viewport()


async def test_an_image_that_comes_is_announced(visit: Visit, gallery: Gallery) -> None:
    await gallery.add("a red fox")
    page = await visit("/gallery")
    await look.expect_tiles(page, "a red fox")
    told = page.get_by_role("status").filter(has_text=re.compile("^1 new image$"))
    for name in ("a grey heron", "an owl"):
        await gallery.add(name)
        await expect(told).to_have_count(1)
        await expect(told).to_have_count(0)

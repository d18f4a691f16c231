"""Choosing many images and acting on all of them."""

from __future__ import annotations

import io
import re
import zipfile
from pathlib import Path

from playwright.async_api import Page, Route, expect
from tests.e2e import look
from tests.e2e.conftest import Visit
from tests.e2e.studio import Gallery, Watch

PHONE = {"viewport": {"width": 390, "height": 844}, "is_mobile": True, "has_touch": True}
SERVER_ERROR = {"type": "about:blank", "title": "Broken", "status": 500, "detail": "The disk is full"}


# Keeps the page's socket, through which the storm comes.
KEEP_SOCKET = """
    const Real = window.WebSocket;
    window.WebSocket = class extends Real {
        constructor(...given) {
            super(...given);
            window.socket = this;
        }
    };
"""
# Ten thousand events within a second, as many of each kind; returns the longest time between two
# frames, and how many milliseconds all took.
STORM = """async (item) => {
    const say = (ev, data) =>
        window.socket.onmessage(new MessageEvent("message", { data: JSON.stringify({ ev, data }) }));
    let longest = 0;
    let last = performance.now();
    const start = last;
    let running = true;
    const frame = (now) => {
        longest = Math.max(longest, now - last);
        last = now;
        if (running) requestAnimationFrame(frame);
    };
    requestAnimationFrame(frame);
    for (let burst = 0; burst < 50; burst += 1) {
        for (let n = 0; n < 200; n += 1) {
            const id = "00000000-0000-7000-8000-" + String(burst * 200 + n).padStart(12, "0");
            if (n % 4 === 0) say("imageUpdated", { image: { ...item, starred: burst % 2 === 0 } });
            else if (n % 4 === 1) say("imageTrashed", { id });
            else if (n % 4 === 2) say("imageDeleted", { id });
            else say("imagesChanged", {});
        }
        await new Promise((done) => setTimeout(done, 20));
    }
    await new Promise((done) => setTimeout(done, 1500));
    running = false;
    return [longest, performance.now() - start];
}"""


async def select(page: Page, *names: str) -> None:
    for name in names:
        await look.press(page, name, "Select")


async def fail(route: Route) -> None:
    await route.fulfill(status=500, content_type="application/problem+json", json=SERVER_ERROR)


async def count(gallery: Gallery, condition: str) -> int:
    return (await gallery.rows(f"SELECT count(*) FROM image WHERE {condition}"))[0]["count"]


async def test_a_range_is_starred_unstarred_and_that_undone(visit: Visit, gallery: Gallery) -> None:
    await gallery.add("five", "four", "three", "two", "one")
    page = await visit("/gallery")
    await select(page, "two")
    await look.tile(page, "four").click(modifiers=["Shift"])
    await expect(look.toolbar(page)).to_contain_text("3 selected")
    await expect(look.button(look.toolbar(page), "Unstar")).to_have_count(0)
    await look.button(look.toolbar(page), "Star").click()
    await expect(look.notices(page)).to_contain_text("3 images starred")
    for name in ("two", "three", "four"):
        await expect(look.button(look.tile(page, name), "Unstar")).to_be_attached()
    await expect(look.button(look.toolbar(page), "Star")).to_have_count(0)
    await look.button(look.toolbar(page), "Unstar").click()
    await expect(look.notices(page)).to_contain_text("3 images unstarred")
    assert await count(gallery, "starred") == 0
    await look.button(look.notices(page), "Undo").last.click()
    await expect(look.button(look.tile(page, "three"), "Unstar")).to_be_attached()
    await expect(look.notices(page)).not_to_contain_text("unstarred")


async def test_stars_are_mixed_and_both_ways_are_offered(visit: Visit, gallery: Gallery) -> None:
    await gallery.add("two", "one")
    page = await visit("/gallery")
    await look.press(page, "one", "Star")
    await select(page, "one", "two")
    await expect(look.button(look.toolbar(page), "Star")).to_be_visible()
    await expect(look.button(look.toolbar(page), "Unstar")).to_be_visible()
    await look.button(look.toolbar(page), "Clear selection").click()
    await expect(look.toolbar(page)).to_have_count(0)


async def test_all_that_match_go_to_trash_on_the_server_and_come_back(visit: Visit, gallery: Gallery) -> None:
    await gallery.fill(240)
    await gallery.add("a red fox")
    page = await visit("/gallery?q=image")
    await expect(look.tile(page, "image 1")).to_be_visible()
    await select(page, "image 3")
    await look.button(look.toolbar(page), "Select all 240").click()
    await expect(look.toolbar(page)).to_contain_text("All 240 selected")
    await gallery.add("image that came later")
    await expect(look.toolbar(page)).to_contain_text("240 selected")
    await expect(look.button(look.toolbar(page), "Select all 241")).to_be_visible()
    await look.button(look.toolbar(page), "Move to Trash").click()
    await expect(look.notices(page)).to_contain_text("240 images moved to Trash")
    await look.expect_tiles(page, "image that came later")
    assert await count(gallery, "deleted_at IS NULL") == 2
    await look.button(look.notices(page), "Undo").click()
    await expect(look.tile(page, "image 1")).to_be_visible()
    await expect(page.get_by_role("main")).to_contain_text("241 images")
    assert await count(gallery, "deleted_at IS NULL") == 242


async def test_the_keys_act_on_the_selection(visit: Visit, gallery: Gallery) -> None:
    await gallery.add("three", "two", "one")
    page = await visit("/gallery")
    await expect(look.tiles(page)).to_have_count(3)
    await page.keyboard.press("Control+a")
    await expect(look.toolbar(page)).to_contain_text("All 3 selected")
    await page.keyboard.press("s")
    await expect(look.notices(page)).to_contain_text("3 images starred")
    async with page.expect_download() as downloading:
        await page.keyboard.press("Shift+D")
    await (await downloading.value).cancel()
    await page.keyboard.press("Escape")
    await expect(look.toolbar(page)).to_have_count(0)
    await select(page, "two")
    await page.keyboard.press("Delete")
    await look.expect_tiles(page, "one", "three")
    await expect(look.notices(page)).to_contain_text("Moved to Trash")
    await page.keyboard.press("Control+z")
    await look.expect_tiles(page, "one", "two", "three")


async def test_the_keys_act_on_the_tile_with_the_focus(visit: Visit, gallery: Gallery) -> None:
    await gallery.add("two", "one")
    page = await visit("/gallery")
    await look.tile(page, "one").focus()
    await page.keyboard.press("s")
    await expect(look.button(look.tile(page, "one"), "Unstar")).to_be_attached()
    await page.keyboard.press("s")
    await expect(look.button(look.tile(page, "one"), "Star")).to_be_attached()
    await page.keyboard.press("Delete")
    await look.expect_tiles(page, "two")


async def test_the_keys_write_in_a_field_and_do_nothing_else(visit: Visit, gallery: Gallery) -> None:
    await gallery.add("one star", "two stars")
    page = await visit("/gallery")
    await select(page, "one star")
    await page.get_by_role("searchbox").press_sequentially("s")
    await expect(page).to_have_url(re.compile("q=s$"))
    await expect(look.tiles(page)).to_have_count(2)
    assert await count(gallery, "starred") == 0


async def test_a_zip_holds_the_originals(visit: Visit, gallery: Gallery, tmp_path: Path) -> None:
    await gallery.add("a grey heron", "a red fox", "an owl")
    page = await visit("/gallery")
    await select(page, "a grey heron", "an owl")
    async with page.expect_download() as downloading:
        await look.button(look.toolbar(page), "Download zip").click()
    download = await downloading.value
    assert re.fullmatch(r"aiimagecraft-\d{4}-\d\d-\d\d\.zip", download.suggested_filename)
    await download.save_as(tmp_path / "images.zip")
    with zipfile.ZipFile(io.BytesIO((tmp_path / "images.zip").read_bytes())) as archive:
        assert archive.testzip() is None
        assert [bool(re.search("a-grey-heron|an-owl", name)) for name in archive.namelist()] == [True, True]
    await expect(look.notices(page)).to_contain_text("Downloading 2 images")


async def test_what_fails_is_put_back_and_says_why(visit: Visit, gallery: Gallery, watch: Watch) -> None:
    await gallery.add("three", "two", "one")
    watch.tolerate("status of 500")
    page = await visit("/gallery")
    await page.route("**/api/images/bulk", fail)
    await select(page, "one", "two")
    await look.button(look.toolbar(page), "Move to Trash").click()
    await expect(look.notices(page)).to_contain_text("Nothing was moved to Trash. The disk is full.")
    await look.expect_tiles(page, "one", "two", "three")
    await page.keyboard.press("Control+a")
    await look.button(look.toolbar(page), "Star").click()
    await expect(look.notices(page)).to_contain_text("The star could not be changed. The disk is full.")
    await expect(look.button(look.tile(page, "one"), "Unstar")).to_have_count(0)


async def test_one_image_that_fails_is_put_back(visit: Visit, gallery: Gallery, watch: Watch) -> None:
    await gallery.add("two", "one")
    watch.tolerate("ERR_FAILED")
    page = await visit("/gallery")
    await page.route("**/api/image/*", lambda route: route.abort())
    await look.press(page, "one", "Move to Trash")
    notice = "Nothing was moved to Trash. The server cannot be reached."
    await expect(look.notices(page)).to_contain_text(notice)
    await look.expect_tiles(page, "one", "two")


async def test_an_image_that_vanished_is_told_and_the_list_is_fresh(
    visit: Visit, gallery: Gallery, watch: Watch
) -> None:
    await gallery.add("three", "two", "one")
    watch.tolerate("status of 404")
    page = await visit("/gallery")
    await select(page, "one", "two")
    await gallery.rows("DELETE FROM image WHERE prompt = 'two'")
    await look.button(look.toolbar(page), "Star").click()
    await expect(look.notices(page)).to_contain_text("An image is not there any more, so nothing was changed")
    await look.expect_tiles(page, "one", "three")
    await expect(look.button(look.tile(page, "one"), "Unstar")).to_have_count(0)
    assert await count(gallery, "starred") == 0


async def test_two_tabs_act_at_once(visit: Visit, gallery: Gallery) -> None:
    await gallery.fill(120)
    page, other = await visit("/gallery"), await visit("/gallery")
    for tab in (page, other):
        await expect(look.tile(tab, "image 1")).to_be_visible()
    await page.keyboard.press("Control+a")
    await look.button(look.toolbar(page), "Move to Trash").click()
    await expect(look.heading(other, "No images yet")).to_be_visible()
    await look.button(look.notices(page), "Undo").click()
    await expect(look.tile(other, "image 1")).to_be_visible()
    await expect(look.tile(page, "image 1")).to_be_visible()


async def test_a_storm_of_events_does_not_stop_the_page(visit: Visit, gallery: Gallery) -> None:
    await gallery.fill(300)
    page = await visit("/")
    await page.context.add_init_script(KEEP_SOCKET)
    await page.goto("/gallery")
    await expect(look.tile(page, "image 1")).to_be_visible()
    (first,) = await gallery.rows("SELECT id::text FROM image WHERE prompt = 'image 1'")
    item = await gallery.item(first["id"])
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.url) if "/api/gallery" in request.url else None)
    longest, took = await page.evaluate(STORM, item)
    await expect(look.tile(page, "image 1")).to_be_visible()
    assert longest < 1_000, "A frame took so many milliseconds"
    # A page and its months once a second, and once more for each kind of doubt.
    assert len(asked) <= 2 * (took / 1_000 + 2)


async def test_a_change_of_everything_keeps_the_place(visit: Visit, gallery: Gallery) -> None:
    await gallery.fill(400)
    page = await visit("/gallery")
    await look.scroll_to(page, look.tile(page, "image 120"))
    before = await look.top_of(look.tile(page, "image 120"))
    body = {"filter": {"before": "2999-01-01T00:00:00Z"}, "starred": True}
    assert (await gallery.client.patch("/api/images/bulk", json=body)).status_code == 200
    await expect(look.button(look.tile(page, "image 120"), "Unstar")).to_be_attached()
    assert abs(await look.top_of(look.tile(page, "image 120")) - before) <= 1


async def test_a_phone_has_its_toolbar_at_the_lower_edge(visit: Visit, gallery: Gallery) -> None:
    await gallery.add("two", "one")
    page = await visit("/gallery", **PHONE)
    await expect(look.tile(page, "one")).to_be_visible()
    await page.keyboard.press("Control+a")
    bar = await look.toolbar(page).bounding_box()
    assert bar is not None
    assert bar["y"] + bar["height"] >= 844 - 1
    assert bar["width"] == 390
    for name in ("Clear selection", "Star", "Download zip", "Move to Trash"):
        box = await look.button(look.toolbar(page), name).bounding_box()
        assert box is not None
        assert box["height"] >= 44
        assert box["width"] >= 44


async def test_a_rectangle_and_a_shift_range_choose_images(visit: Visit, gallery: Gallery) -> None:
    await gallery.fill(60)
    page = await visit("/gallery")
    await look.frames(page)
    first, last = look.tile(page, "image 2"), look.tile(page, "image 9")
    start, end = await first.bounding_box(), await last.bounding_box()
    assert start is not None
    assert end is not None
    await page.mouse.move(start["x"] + 60, start["y"] + 60)
    await page.mouse.down()
    await page.mouse.move(end["x"] + 60, end["y"] + 60, steps=4)
    await expect(page.get_by_role("gridcell", selected=True)).to_have_count(4)
    await page.mouse.up()
    await expect(look.viewer(page)).to_have_count(0)
    await expect(look.toolbar(page)).to_contain_text("4 selected")
    await look.button(look.toolbar(page), "Clear selection").click()
    await look.press(page, "image 3", "Select")
    await look.tile(page, "image 20").click(modifiers=["Shift"])
    await expect(look.toolbar(page)).to_contain_text("18 selected")

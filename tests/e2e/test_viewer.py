"""One image at its best."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from playwright.async_api import Locator, Page, expect
from tests import pictures
from tests.e2e import look
from tests.e2e.conftest import Visit
from tests.e2e.studio import Gallery, Item, Watch

PHONE: dict[str, Any] = {"viewport": {"width": 390, "height": 844}, "has_touch": True, "is_mobile": True}


def shown(page: Page, name: str) -> Locator:
    return look.viewer(page).get_by_role("img", name=name)


async def opened(visit: Visit, name: str) -> Page:
    page = await visit("/gallery")
    await look.tile(page, name).click()
    await expect(shown(page, name)).to_be_visible()
    # While the tile grows into the viewer, a press meets the transition and nothing beneath it.
    await look.until(page, "!document.documentElement.matches(':active-view-transition')")
    return page


async def test_previous_and_next_lead_from_image_to_image(visit: Visit, gallery: Gallery) -> None:
    await gallery.add("three", "two", "one")
    page = await opened(visit, "two")
    await look.button(look.viewer(page), "Next").click()
    await expect(shown(page, "three")).to_be_visible()
    await expect(look.button(look.viewer(page), "Next")).to_have_count(0)
    await look.button(look.viewer(page), "Previous").click()
    await look.button(look.viewer(page), "Previous").click()
    await expect(shown(page, "one")).to_be_visible()
    await expect(look.button(look.viewer(page), "Previous")).to_have_count(0)


async def test_keys_lead_from_image_to_image_and_act(visit: Visit, gallery: Gallery) -> None:
    await gallery.add("three", "two", "one")
    page = await opened(visit, "two")
    await page.keyboard.press("ArrowLeft")
    await expect(shown(page, "one")).to_be_visible()
    await page.keyboard.press("ArrowRight")
    await expect(shown(page, "two")).to_be_visible()
    await page.keyboard.press("s")
    await expect(look.button(look.viewer(page), "Unstar")).to_be_visible()
    await page.keyboard.press("Delete")
    await expect(shown(page, "three")).to_be_visible()
    await page.keyboard.press("Escape")
    await look.expect_tiles(page, "one", "three")


async def test_close_gives_the_focus_back_to_the_tile(visit: Visit, gallery: Gallery) -> None:
    await gallery.add("two", "one")
    page = await opened(visit, "two")
    await look.button(look.viewer(page), "Close").click()
    await expect(look.viewer(page)).to_have_count(0)
    await expect(look.tile(page, "two")).to_be_focused()


async def test_after_moving_on_the_focus_goes_to_the_tile_seen_last(visit: Visit, gallery: Gallery) -> None:
    await gallery.add("three", "two", "one")
    page = await opened(visit, "one")
    await page.keyboard.press("ArrowRight")
    await expect(shown(page, "two")).to_be_visible()
    await page.keyboard.press("Escape")
    await expect(look.viewer(page)).to_have_count(0)
    await expect(look.tile(page, "two")).to_be_focused()


async def test_back_closes_the_viewer(visit: Visit, gallery: Gallery) -> None:
    await gallery.add("one")
    page = await opened(visit, "one")
    await page.go_back()
    await expect(look.viewer(page)).to_have_count(0)
    await expect(look.tile(page, "one")).to_be_visible()


async def test_the_address_of_an_open_image_opens_it(visit: Visit, gallery: Gallery) -> None:
    await gallery.add("two", "one")
    page = await opened(visit, "two")
    other = await visit(page.url.removeprefix(gallery.url))
    await expect(shown(other, "two")).to_be_visible()
    await look.button(look.viewer(other), "Close").click()
    await look.expect_tiles(other, "one", "two")


async def test_an_image_far_down_is_opened_by_its_address_among_its_neighbours(
    visit: Visit, gallery: Gallery
) -> None:
    await gallery.fill(400)
    (row,) = await gallery.rows("SELECT id::text FROM image WHERE prompt = 'image 250'")
    page = await visit(f"/gallery?image={row['id']}")
    await expect(shown(page, "image 250")).to_be_visible()
    await look.button(look.viewer(page), "Next").click()
    await expect(shown(page, "image 251")).to_be_visible()
    for number in (250, 249):
        await look.button(look.viewer(page), "Previous").click()
        await expect(shown(page, f"image {number}")).to_be_visible()
    await page.keyboard.press("Escape")
    await expect(look.viewer(page)).to_have_count(0)
    await expect(look.tile(page, "image 249")).to_be_focused()


async def test_an_image_of_another_list_is_opened_alone(visit: Visit, gallery: Gallery) -> None:
    two, _ = await gallery.add("two", "one")
    page = await visit(f"/gallery?starred=true&image={two['id']}")
    async with page.expect_response("**/api/gallery/place?**") as answering:
        await page.reload()
    assert await (await answering.value).json() == {"place": None}
    await expect(shown(page, "two")).to_be_visible()
    await expect(look.button(look.viewer(page), "Next")).to_have_count(0)


async def test_the_address_of_an_image_that_is_gone_says_so(
    visit: Visit, gallery: Gallery, watch: Watch
) -> None:
    watch.tolerate("status of 404")
    (item,) = await gallery.add("one")
    await gallery.empty()
    page = await visit(f"/gallery?image={item['id']}")
    await expect(look.viewer(page).get_by_role("alert")).to_contain_text("not in the gallery any more")
    await look.button(look.viewer(page), "Close").click()
    await expect(look.heading(page, "No images yet")).to_be_visible()


async def test_details_tell_what_is_known(visit: Visit, gallery: Gallery) -> None:
    await gallery.add("a red fox")
    page = await opened(visit, "a red fox")
    details = look.viewer(page).get_by_role("complementary", name="Details")
    await expect(details).to_contain_text("a red fox")
    await expect(details).to_contain_text("320 \N{MULTIPLICATION SIGN} 240")
    await expect(details).to_contain_text("PNG")
    await look.button(look.viewer(page), "Details").click()
    await expect(details).to_have_count(0)


async def test_the_viewer_downloads_the_original(visit: Visit, gallery: Gallery, tmp_path: Path) -> None:
    (item,) = await gallery.add("a red fox")
    page = await opened(visit, "a red fox")
    async with page.expect_download() as downloading:
        await look.button(look.viewer(page), "Download").click()
    await (await downloading.value).save_as(tmp_path / "downloaded")
    original = (await gallery.client.get(item["full"])).content
    assert (tmp_path / "downloaded").read_bytes() == original


async def test_an_image_trashed_in_the_viewer_can_be_brought_back(visit: Visit, gallery: Gallery) -> None:
    await gallery.add("two", "one")
    page = await opened(visit, "one")
    await look.button(look.viewer(page), "Move to Trash").click()
    await expect(shown(page, "two")).to_be_visible()
    await look.undo(page, "Moved to Trash")
    await look.button(look.viewer(page), "Close").click()
    await look.expect_tiles(page, "one", "two")


async def large(gallery: Gallery, name: str) -> Item:
    """Add an image with more pixels than its preview has, and wait for the preview."""
    file = (f"{name}.png", pictures.png(2400, 1600), "image/png")
    (item,) = (await gallery.client.post("/api/images", files={"file": file})).json()["items"]
    await gallery.with_preview(item)
    return item


SCALE = "new DOMMatrix(getComputedStyle(document.querySelector('[data-viewer-image]')).transform).a"


async def scale(page: Page) -> float:
    return await page.evaluate(SCALE)


async def expect_scale(page: Page, wanted: float) -> None:
    await look.until(page, f"Math.abs({SCALE} - {wanted}) < 0.01")


async def test_the_preview_comes_first_and_the_original_when_zoomed(visit: Visit, gallery: Gallery) -> None:
    item = await large(gallery, "a red fox")
    page = await opened(visit, "a red fox")
    originals: list[str] = []
    page.on("request", lambda request: originals.append(request.url))
    picture = shown(page, "a red fox")
    assert "/preview/" in str(await picture.get_attribute("src"))
    original = look.viewer(page).locator("[data-original]")
    await expect(original).to_have_count(0)
    await picture.hover()
    async with page.expect_response(f"**{item['full']}"):
        await page.mouse.wheel(0, -900)
    await expect(original).to_be_visible()
    assert await scale(page) > 3
    await look.button(look.viewer(page), "Show the whole image").click()
    await expect_scale(page, 1)


async def test_what_is_under_the_pointer_stays_there_and_drags_stop_at_the_edge(
    visit: Visit, gallery: Gallery
) -> None:
    await large(gallery, "a red fox")
    page = await opened(visit, "a red fox")
    picture = look.viewer(page).locator("[data-viewer-image]")
    before = await picture.bounding_box()
    assert before is not None
    left, top = before["x"] + 100, before["y"] + 100
    await page.mouse.dblclick(left, top)
    await look.until(page, f"{SCALE} > 2")
    after = await picture.bounding_box()
    assert after is not None
    factor = after["width"] / before["width"]
    assert factor > 2
    assert abs(after["x"] - (left - 100 * factor)) < 2
    await page.mouse.down()
    await page.mouse.move(left + 2000, top + 2000, steps=5)
    await page.mouse.up()
    await look.frames(page)
    dragged = await picture.bounding_box()
    assert dragged is not None
    assert 0 <= dragged["x"] < 2
    await page.mouse.dblclick(left, top)
    await expect_scale(page, 1)


async def test_keys_zoom_and_another_image_starts_whole(visit: Visit, gallery: Gallery) -> None:
    await gallery.add("two", "one")
    page = await opened(visit, "one")
    await page.keyboard.press("+")
    await page.keyboard.press("+")
    await expect_scale(page, 2.25)
    await page.keyboard.press("-")
    await expect_scale(page, 1.5)
    await page.keyboard.press("0")
    await expect_scale(page, 1)
    await page.keyboard.press("+")
    await page.keyboard.press("ArrowRight")
    await expect(shown(page, "two")).to_be_visible()
    await expect_scale(page, 1)


async def test_help_lists_the_keys_and_closes_alone(visit: Visit, gallery: Gallery) -> None:
    await gallery.add("one")
    page = await opened(visit, "one")
    await page.keyboard.press("?")
    shortcuts = page.get_by_role("dialog", name="Keyboard shortcuts")
    await expect(shortcuts).to_contain_text("Star or unstar")
    await page.keyboard.press("Escape")
    await expect(shortcuts).to_have_count(0)
    await expect(shown(page, "one")).to_be_visible()


async def test_the_image_fills_the_screen_and_escape_leaves_only_that(visit: Visit, gallery: Gallery) -> None:
    await gallery.add("one")
    page = await opened(visit, "one")
    control = look.button(look.viewer(page), "Full screen")
    await page.keyboard.press("f")
    await expect(control).to_have_attribute("aria-pressed", "true")
    await page.keyboard.press("Escape")
    await expect(control).to_have_attribute("aria-pressed", "false")
    await expect(shown(page, "one")).to_be_visible()


async def test_after_deleting_for_ever_the_next_image_shows(visit: Visit, gallery: Gallery) -> None:
    await gallery.add("two", "one")
    await gallery.rows("UPDATE image SET deleted_at = now()")
    page = await visit("/trash")
    await look.tile(page, "one").click()
    await expect(shown(page, "one")).to_be_visible()
    await page.keyboard.press("Delete")
    question = page.get_by_role("dialog", name="Delete this image forever?")
    await look.button(question, "Delete forever").click()
    await expect(shown(page, "two")).to_be_visible()
    await look.button(look.viewer(page), "Delete forever").click()
    await look.button(question, "Delete forever").click()
    await expect(look.heading(page, "Trash is empty")).to_be_visible()


async def swipe(page: Page, across: int, down: int) -> None:
    """Draw a finger over the middle of the screen, once nothing moves there."""
    await page.evaluate("Promise.allSettled(document.getAnimations().map(({ finished }) => finished))")
    session = await page.context.new_cdp_session(page)
    for step in range(6):
        point = {"x": 195 + across * step / 5, "y": 400 + down * step / 5}
        kind = "touchStart" if step == 0 else "touchMove"
        await session.send("Input.dispatchTouchEvent", {"type": kind, "touchPoints": [point]})
    await session.send("Input.dispatchTouchEvent", {"type": "touchEnd", "touchPoints": []})


async def test_swipes_lead_from_image_to_image_and_close(visit: Visit, gallery: Gallery) -> None:
    await gallery.add("two", "one")
    page = await visit("/gallery", **PHONE)
    await look.tile(page, "one").tap()
    await expect(shown(page, "one")).to_be_visible()
    await swipe(page, -150, 10)
    await expect(shown(page, "two")).to_be_visible()
    await swipe(page, 150, -10)
    await expect(shown(page, "one")).to_be_visible()
    await swipe(page, 20, 40)
    await expect(shown(page, "one")).to_be_visible()
    await swipe(page, 0, 300)
    await expect(look.viewer(page)).to_have_count(0)

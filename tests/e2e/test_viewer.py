"""One image at its best."""

from __future__ import annotations

from pathlib import Path

from playwright.async_api import Locator, Page, expect
from tests.e2e import look
from tests.e2e.conftest import Visit
from tests.e2e.studio import Gallery, Watch


def shown(page: Page, name: str) -> Locator:
    return look.viewer(page).get_by_role("img", name=name)


async def opened(visit: Visit, name: str) -> Page:
    page = await visit("/gallery")
    await look.tile(page, name).click()
    await expect(shown(page, name)).to_be_visible()
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

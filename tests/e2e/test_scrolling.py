"""A gallery longer than the screen."""

from __future__ import annotations

import pytest
from playwright.async_api import Locator, Page, expect
from tests.e2e import look
from tests.e2e.conftest import Visit
from tests.e2e.studio import Gallery

COUNT = 300
MOST_CELLS = 80
"""Far fewer than there are images, and enough for a screen and its margins."""


@pytest.fixture
async def page(visit: Visit, gallery: Gallery) -> Page:
    await gallery.fill(COUNT)
    return await visit("/gallery")


async def far_down(page: Page) -> tuple[Locator, float]:
    """Go to an image in the middle of the list; return it and its place on the screen."""
    target = look.tile(page, "image 150")
    await look.scroll_to(page, target)
    await target.hover()
    await look.frames(page)
    return target, await look.top_of(target)


async def test_scrolling_reaches_every_image_and_keeps_only_visible_cells(page: Page) -> None:
    await expect(look.tile(page, "image 1")).to_be_visible()
    for landmark in (60, 150, 240, COUNT):
        await look.scroll_to(page, look.tile(page, f"image {landmark}"))
        assert await look.tiles(page).count() <= MOST_CELLS
    await expect(look.tile(page, "image 1")).to_have_count(0)
    await expect(look.tiles(page).last).to_have_accessible_name(f"image {COUNT}")


async def test_starring_keeps_the_place(page: Page) -> None:
    target, before = await far_down(page)
    await look.button(target, "Star").click()
    await expect(look.button(target, "Unstar")).to_be_visible()
    assert await look.top_of(target) == pytest.approx(before, abs=1)


async def test_a_new_image_waits_for_the_person_to_come_up(page: Page, gallery: Gallery) -> None:
    target, before = await far_down(page)
    pill = look.button(page, "1 new image")
    with gallery.server.paused("worker"):
        await gallery.add("the newest")
        await expect(pill).to_be_visible()
    assert await look.top_of(target) == pytest.approx(before, abs=1)
    await pill.click()
    await expect(look.tiles(page).first).to_have_accessible_name("the newest")
    await expect(look.tile(page, "the newest")).to_be_visible()
    await expect(pill).to_have_count(0)


async def test_a_new_image_appears_at_once_for_a_person_at_the_top(page: Page, gallery: Gallery) -> None:
    await expect(look.tile(page, "image 1")).to_be_visible()
    await gallery.add("the newest")
    await expect(look.tiles(page).first).to_have_accessible_name("the newest")


async def test_the_place_is_found_again_after_a_look_elsewhere(page: Page) -> None:
    target, before = await far_down(page)
    await look.link(page, "Trash").click()
    await expect(look.heading(page, "Trash is empty")).to_be_visible()
    await look.link(page, "Gallery").click()
    await expect(target).to_be_visible()
    assert await look.top_of(target) == pytest.approx(before, abs=1)


async def test_the_viewer_goes_on_beyond_what_was_loaded(page: Page) -> None:
    await look.tile(page, "image 20").click()
    for number in range(21, 61):
        await expect(look.button(look.viewer(page), "Next")).to_be_visible()
        await page.keyboard.press("ArrowRight")
        picture = look.viewer(page).get_by_role("img", name=f"image {number}", exact=True)
        await expect(picture).to_have_count(1)


async def test_a_small_gallery_has_no_timeline(visit: Visit, gallery: Gallery) -> None:
    await gallery.add("a red fox")
    page = await visit("/gallery")
    await look.expect_tiles(page, "a red fox")
    await expect(page.get_by_role("slider", name="Timeline")).to_have_count(0)
    await expect(page.get_by_role("rowheader")).to_have_count(1)

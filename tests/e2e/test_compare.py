"""Two images with one zoom, beside each other or one over the other."""

from __future__ import annotations

from playwright.async_api import Locator, Page, expect
from tests.e2e import look
from tests.e2e.conftest import Visit
from tests.e2e.studio import Gallery, Watch


def compare(page: Page) -> Locator:
    return page.get_by_role("dialog", name="Compare images")


def divider(page: Page) -> Locator:
    return compare(page).get_by_role("slider", name="Divider")


async def expect_images(page: Page, *names: str) -> None:
    for name in names:
        await expect(compare(page).get_by_role("img", name=name, exact=True)).to_be_visible()


async def choose(page: Page, way: str) -> None:
    await compare(page).get_by_role("radio", name=way).check(force=True)


async def test_an_image_is_compared_with_its_neighbour_and_back_closes(
    visit: Visit, gallery: Gallery
) -> None:
    await gallery.add("three", "two", "one")
    page = await visit("/gallery")
    await look.tile(page, "two").click()
    await look.button(look.viewer(page), "Compare with…").click()
    await page.get_by_role("menuitem", name="Compare with next").click()
    await expect_images(page, "two", "three")
    await expect(compare(page)).to_contain_text("320 \N{MULTIPLICATION SIGN} 240")
    await page.go_back()
    await expect(compare(page)).to_have_count(0)
    await expect(look.viewer(page).get_by_role("img", name="two")).to_be_visible()


async def test_a_phone_shows_one_above_the_other_each_with_its_caption(
    visit: Visit, gallery: Gallery
) -> None:
    lower, upper = await gallery.add("a grey heron", "a red fox")
    screen = {"width": 390, "height": 844}
    page = await visit(f"/gallery?compare={upper['id']},{lower['id']}", viewport=screen)
    await expect_images(page, "a red fox", "a grey heron")
    places = [
        await look.top_of(place)
        for name in ("a red fox", "a grey heron")
        for place in (
            compare(page).get_by_role("img", name=name, exact=True),
            compare(page).get_by_role("definition").filter(has_text=name),
        )
    ]
    assert places == sorted(places)


async def test_an_edit_is_compared_with_its_source_by_keys_alone(visit: Visit, gallery: Gallery) -> None:
    await gallery.add("a red fox")
    page = await visit("/gallery")
    await look.press(page, "a red fox", "Edit")
    job = await look.generate(page, "the same fox in snow")
    await look.button(job, "the same fox in snow").click()
    await expect(look.button(look.viewer(page), "Source image 1")).to_be_visible()
    await look.button(look.viewer(page), "Compare with…").focus()
    await page.keyboard.press("Enter")
    await expect(page.get_by_role("menuitem", name="Compare with source")).to_be_focused()
    await page.keyboard.press("Enter")
    await expect_images(page, "a red fox", "the same fox in snow")
    await page.keyboard.press("Escape")
    await expect(compare(page)).to_have_count(0)
    await expect(look.viewer(page)).to_be_visible()


async def test_zooming_one_zooms_both(visit: Visit, gallery: Gallery) -> None:
    two, one = await gallery.add("two", "one")
    page = await visit(f"/gallery?compare={one['id']},{two['id']}")
    await expect_images(page, "one", "two")
    await compare(page).get_by_role("img", name="one").hover()
    await page.mouse.wheel(0, -400)
    await look.frames(page)
    scales = """[...document.querySelectorAll('[data-zoom-image]')].map((image) => image.style.transform)"""
    left, right = await page.evaluate(scales)
    assert left == right
    assert "scale(1.8" in left
    await page.keyboard.press("0")
    await look.frames(page)
    assert await page.evaluate(scales) == ["", ""]
    await look.button(compare(page), "Close").click()
    await look.expect_tiles(page, "one", "two")


async def test_the_divider_moves_by_keys_and_by_hand(visit: Visit, gallery: Gallery) -> None:
    two, one = await gallery.add("two", "one")
    page = await visit(f"/gallery?compare={one['id']},{two['id']}")
    await expect_images(page, "one", "two")
    await choose(page, "Slider")
    await expect(divider(page)).to_have_attribute("aria-valuenow", "50")
    await divider(page).focus()
    await page.keyboard.press("ArrowLeft")
    await expect(divider(page)).to_have_attribute("aria-valuenow", "48")
    await page.keyboard.press("End")
    await expect(divider(page)).to_have_attribute("aria-valuenow", "100")
    await page.keyboard.press("Home")
    await expect(divider(page)).to_have_attribute("aria-valuenow", "0")
    await page.keyboard.press("PageUp")
    box = await divider(page).bounding_box()
    assert box is not None
    await page.mouse.move(box["x"] + box["width"] / 2, box["y"] + box["height"] / 2)
    await page.mouse.down()
    await page.mouse.move(720, 300, steps=4)
    await page.mouse.up()
    await expect(divider(page)).to_have_attribute("aria-valuenow", "50")
    await page.reload()
    await expect(divider(page)).to_be_visible()


async def test_the_sides_can_be_swapped(visit: Visit, gallery: Gallery) -> None:
    two, one = await gallery.add("two", "one")
    page = await visit(f"/gallery?compare={one['id']},{two['id']}")
    images = compare(page).locator("[data-zoom-image] img:not([alt=''])")
    await expect(images).to_have_count(2)
    await expect(images.first).to_have_attribute("alt", "one")
    await look.button(compare(page), "Swap sides").click()
    await expect(images.first).to_have_attribute("alt", "two")


async def test_an_image_that_is_gone_is_told_of(visit: Visit, gallery: Gallery, watch: Watch) -> None:
    watch.tolerate("status of 404")
    two, one = await gallery.add("two", "one")
    await gallery.rows("DELETE FROM image WHERE id = $1", two["id"])
    page = await visit(f"/gallery?compare={one['id']},{two['id']}")
    await expect(compare(page).get_by_role("alert")).to_contain_text("not in the gallery any more")
    await expect_images(page, "one")

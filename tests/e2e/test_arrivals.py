"""How images come and go before one's eyes: with a motion that says where they went, and nothing lost."""

from __future__ import annotations

from typing import Any

import pytest
from playwright.async_api import Page, expect
from tests.e2e import look
from tests.e2e.conftest import Visit
from tests.e2e.studio import Gallery

MOST_CELLS = 80
# Notes each motion, and holds it at its start for as long as the test wants to look.
RECORD = """
    window.motions = [];
    const animate = Element.prototype.animate;
    Element.prototype.animate = function (frames, options) {
        const motion = animate.call(this, frames, options);
        if (window.holding) {
            motion.pause();
            motion.currentTime = 0;
        }
        window.motions.push({ motion, frames, options, role: this.getAttribute("role") });
        return motion;
    };
"""
BOXES = """() => Object.fromEntries([...document.querySelectorAll("[role=gridcell]")].map((cell) => {
    const { left, top, width, height } = cell.getBoundingClientRect();
    return [cell.getAttribute("aria-label"), [left, top, width, height].map(Math.round)];
}))"""
AROUND = """() => [...document.querySelectorAll("header, nav, [data-scroller]")].map((at) => {
    const { left, top, width, height } = at.getBoundingClientRect();
    return [left, top, width, height, at.scrollTop];
})"""
MARK = """() => {
    const cells = document.querySelectorAll("[role=gridcell]");
    for (const cell of cells) cell.mark = cell.getAttribute("aria-label");
}"""
MARKED = """() => Object.fromEntries([...document.querySelectorAll("[role=gridcell]")].map(
    (cell) => [cell.getAttribute("aria-label"), cell.mark ?? null]))"""


async def opened(visit: Visit, count: int, gallery: Gallery, **options: Any) -> Page:
    await gallery.fill(count)
    page = await visit("/trash", **options)
    await page.context.add_init_script(RECORD)
    await page.goto("/gallery")
    await expect(page.get_by_role("main")).to_contain_text(f"{count} images")
    await expect(look.tile(page, "image 1")).to_be_visible()
    return page


async def columns(page: Page) -> int:
    return int(await look.grid(page).get_attribute("aria-colcount") or 0)


async def test_an_arrival_slides_in_and_the_others_make_room(visit: Visit, gallery: Gallery) -> None:
    page = await opened(visit, 60, gallery)
    wide = await columns(page)
    before, around = await page.evaluate(BOXES), await page.evaluate(AROUND)
    await page.evaluate(MARK)
    await page.evaluate("window.holding = true")
    await gallery.add("the newest")
    await expect(look.tiles(page).first).to_have_accessible_name("the newest")
    start = await page.evaluate(BOXES)
    for number in range(1, wide):
        assert start[f"image {number}"] == pytest.approx(before[f"image {number}"], abs=1)
    left, top, width, _ = before["image 1"]
    assert start["the newest"][:2] == pytest.approx([left - width - 4, top], abs=1)
    # What leaves a row at its end comes into the next at its beginning.
    wrapped = start[f"image {wide}"]
    assert wrapped[:2] == pytest.approx([left - width - 4, before[f"image {wide + 1}"][1]], abs=1)
    motions = await page.evaluate("motions.map(({ frames, options, role }) => ({ frames, options, role }))")
    assert 0 < len(motions) <= MOST_CELLS
    for motion in motions:
        assert motion["role"] == "gridcell"
        assert {name for frame in motion["frames"] for name in frame} == {"transform"}
        assert 120 <= motion["options"]["duration"] <= 180
    await page.evaluate("motions.forEach(({ motion }) => motion.finish())")
    end = await page.evaluate(BOXES)
    assert end["the newest"] == before["image 1"]
    assert end["image 1"] == before["image 2"]
    heights = await page.evaluate(AROUND)
    assert heights == around
    marks = await page.evaluate(MARKED)
    for number in range(1, wide):
        assert marks[f"image {number}"] == f"image {number}", "An element goes with its image"


async def test_what_leaves_lets_the_others_close_up(visit: Visit, gallery: Gallery) -> None:
    page = await opened(visit, 60, gallery)
    before = await page.evaluate(BOXES)
    await page.evaluate("window.holding = true")
    await look.press(page, "image 2", "Move to Trash")
    await expect(look.tile(page, "image 2")).to_have_count(0)
    start = await page.evaluate(BOXES)
    assert start["image 1"] == before["image 1"]
    assert start["image 3"] == pytest.approx(before["image 3"], abs=1)
    await page.evaluate("motions.forEach(({ motion }) => motion.finish())")
    assert (await page.evaluate(BOXES))["image 3"] == before["image 2"]


async def test_nothing_slides_for_who_wants_no_motion(visit: Visit, gallery: Gallery) -> None:
    page = await opened(visit, 12, gallery, reduced_motion="reduce")
    await gallery.add("the newest")
    await expect(look.tiles(page).first).to_have_accessible_name("the newest")
    await look.frames(page)
    assert await page.evaluate("motions.length") == 0


async def test_scrolling_uses_elements_again_and_moves_nothing(visit: Visit, gallery: Gallery) -> None:
    page = await opened(visit, 300, gallery)
    await page.evaluate(MARK)
    await page.mouse.move(700, 500)
    # A row at a time, for what flies past is drawn with other elements.
    for _ in range(12):
        await look.wheel(page, 190)
        await look.rest(page)
    marks = await page.evaluate(MARKED)
    assert "image 1" not in marks
    assert sum(mark is not None for mark in marks.values()) > len(marks) / 2
    assert await page.evaluate("motions.length") == 0


async def test_the_focus_goes_with_its_image_also_into_the_next_row(visit: Visit, gallery: Gallery) -> None:
    page = await opened(visit, 60, gallery)
    wide = await columns(page)
    await look.tile(page, f"image {wide - 1}").focus()
    for name in ("the first to come", "the second to come"):
        await gallery.add(name)
        await expect(look.tiles(page).first).to_have_accessible_name(name)
        await expect(look.tile(page, f"image {wide - 1}")).to_be_focused()
    await expect(look.tile(page, f"image {wide - 1}")).to_have_attribute("aria-colindex", "1")
    await page.keyboard.press("Delete")
    await expect(look.tile(page, f"image {wide - 1}")).to_have_count(0)
    await expect(look.tile(page, f"image {wide}")).to_be_focused()

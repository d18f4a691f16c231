"""Choosing all that match, and then not quite all of it."""

from __future__ import annotations

from playwright.async_api import Page, expect
from tests.e2e import look
from tests.e2e.conftest import Visit
from tests.e2e.studio import Gallery


async def expect_chosen(page: Page, *, chosen: tuple[str, ...] = (), left: tuple[str, ...] = ()) -> None:
    for names, state in ((chosen, "true"), (left, "false")):
        for name in names:
            await expect(look.tile(page, name)).to_have_attribute("aria-selected", state)


async def live(gallery: Gallery) -> list[str]:
    rows = await gallery.rows(
        "SELECT prompt FROM image WHERE deleted_at IS NULL ORDER BY created_at DESC, id DESC"
    )
    return [row["prompt"] for row in rows]


async def all_chosen(visit: Visit, count: int, path: str = "/gallery") -> Page:
    page = await visit(path)
    await expect(page.get_by_role("main")).to_contain_text(f"{count} images")
    await expect(look.tile(page, "image 1")).to_be_visible()
    await page.keyboard.press("Control+a")
    await expect(look.toolbar(page)).to_contain_text(f"All {count} selected")
    return page


async def test_what_comes_later_is_not_chosen_but_can_be(visit: Visit, gallery: Gallery) -> None:
    await gallery.fill(240)
    page = await all_chosen(visit, 240)
    await gallery.add("the second to come")
    await gallery.add("the last to come")
    await expect_chosen(page, chosen=("image 1",), left=("the last to come", "the second to come"))
    await expect(look.toolbar(page)).to_contain_text("240 selected")
    await look.tile(page, "the last to come").click()
    await expect_chosen(page, chosen=("the last to come",), left=("the second to come",))
    await expect(look.toolbar(page)).to_contain_text("241 selected")
    await look.button(look.toolbar(page), "Move to Trash").click()
    await expect(look.notices(page)).to_contain_text("241 images moved to Trash")
    await look.expect_tiles(page, "the second to come")
    assert await live(gallery) == ["the second to come"]
    await look.button(look.notices(page), "Undo").click()
    await expect(page.get_by_role("main")).to_contain_text("242 images")
    assert len(await live(gallery)) == 242


async def test_single_images_and_ranges_are_taken_out_again(visit: Visit, gallery: Gallery) -> None:
    await gallery.fill(240)
    page = await all_chosen(visit, 240)
    await look.tile(page, "image 2").click()
    await expect(look.toolbar(page)).to_contain_text("239 selected")
    await look.tile(page, "image 5").click(modifiers=["Shift"])
    await expect(look.toolbar(page)).to_contain_text("236 selected")
    await expect_chosen(page, chosen=("image 1", "image 6"), left=("image 2", "image 3", "image 5"))
    await look.tile(page, "image 3").click()
    await expect(look.toolbar(page)).to_contain_text("237 selected")
    await look.button(look.toolbar(page), "Star").click()
    await expect(look.notices(page)).to_contain_text("237 images starred")
    await expect(look.button(look.tile(page, "image 3"), "Unstar")).to_be_attached()
    await expect(look.button(look.tile(page, "image 2"), "Unstar")).to_have_count(0)
    await look.button(look.toolbar(page), "Move to Trash").click()
    await expect(look.notices(page)).to_contain_text("237 images moved to Trash")
    await look.expect_tiles(page, "image 2", "image 4", "image 5")
    assert await live(gallery) == ["image 2", "image 4", "image 5"]


async def test_all_is_chosen_anew_and_let_go(visit: Visit, gallery: Gallery) -> None:
    await gallery.fill(30)
    page = await all_chosen(visit, 30)
    await look.tile(page, "image 4").click()
    await look.button(look.toolbar(page), "Select all 30").click()
    await expect(look.toolbar(page)).to_contain_text("All 30 selected")
    await expect_chosen(page, chosen=("image 4",))
    await look.tile(page, "image 4").click()
    await expect(look.toolbar(page)).to_contain_text("29 selected")
    await page.keyboard.press("Escape")
    await expect(look.toolbar(page)).to_have_count(0)
    await page.keyboard.press("Control+a")
    await look.tile(page, "image 1").click()
    await look.tile(page, "image 30").click(modifiers=["Shift"])
    await expect(look.toolbar(page)).to_have_count(0)


async def test_a_purge_leaves_what_was_taken_out(visit: Visit, gallery: Gallery) -> None:
    await gallery.fill(130)
    await gallery.rows("UPDATE image SET deleted_at = now() - interval '1 hour'")
    page = await all_chosen(visit, 130, "/trash")
    await look.tile(page, "image 3").click()
    await page.keyboard.press("Delete")
    question = page.get_by_role("dialog", name="Delete 129 images forever?")
    await look.button(question, "Delete forever").click()
    await expect(look.notices(page)).to_contain_text("129 images deleted forever")
    await look.expect_tiles(page, "image 3")
    rows = await gallery.rows("SELECT prompt FROM image")
    assert [row["prompt"] for row in rows] == ["image 3"]

"""To Trash, back, and gone for ever."""

from __future__ import annotations

from playwright.async_api import Page, expect
from tests.e2e import look
from tests.e2e.conftest import Visit
from tests.e2e.studio import Gallery


async def test_a_move_to_trash_can_be_undone(visit: Visit, gallery: Gallery) -> None:
    await gallery.add("a grey heron", "a red fox")
    page = await visit("/gallery")
    await look.press(page, "a red fox", "Move to Trash")
    await look.expect_tiles(page, "a grey heron")
    await look.undo(page, "Moved to Trash")
    await look.expect_tiles(page, "a red fox", "a grey heron")


async def test_a_trashed_image_leaves_other_tabs_and_is_restored_from_trash(
    visit: Visit, gallery: Gallery
) -> None:
    _, fox = await gallery.add("a grey heron", "a red fox")
    page, other = await visit("/gallery"), await visit("/gallery")
    await look.expect_tiles(other, "a red fox", "a grey heron")
    await look.press(page, "a red fox", "Move to Trash")
    await look.expect_tiles(other, "a grey heron")
    await look.link(page, "Trash").click()
    await look.expect_tiles(page, "a red fox")
    await expect(page.get_by_role("main")).to_contain_text("Images stay here for 30 days")
    await look.press(page, "a red fox", "Restore")
    await expect(look.notices(page)).to_contain_text("Restored")
    await expect(look.heading(page, "Trash is empty")).to_be_visible()
    await look.expect_tiles(other, "a red fox", "a grey heron")
    assert (await gallery.item(fox["id"]))["deletedAt"] is None


async def test_an_image_is_deleted_for_ever_only_when_that_is_confirmed(
    visit: Visit, gallery: Gallery
) -> None:
    _, fox = await gallery.add("a grey heron", "a red fox")
    page = await visit("/gallery")
    await look.press(page, "a red fox", "Move to Trash")
    await look.link(page, "Trash").click()
    question = page.get_by_role("dialog", name="Delete this image forever?")
    await look.press(page, "a red fox", "Delete forever")
    await look.button(question, "Cancel").click()
    await expect(question).to_have_count(0)
    await look.expect_tiles(page, "a red fox")
    await look.press(page, "a red fox", "Delete forever")
    await look.button(question, "Delete forever").click()
    await expect(look.heading(page, "Trash is empty")).to_be_visible()
    await expect(look.notices(page)).to_contain_text("Deleted forever")
    assert (await gallery.client.get(f"/api/image/{fox['id']}")).status_code == 404
    assert list(gallery.objects.rglob(f"{fox['id']}*")) == []


async def test_trash_is_emptied_when_that_is_confirmed(visit: Visit, gallery: Gallery) -> None:
    await gallery.add("a grey heron", "two", "one")
    page = await visit("/gallery")
    await trash(page, "one", "two")
    await look.link(page, "Trash").click()
    await expect(look.tiles(page)).to_have_count(2)
    await look.button(page, "Empty Trash").click()
    question = page.get_by_role("dialog", name="Empty Trash?")
    await expect(question).to_contain_text("2 images in Trash will be deleted forever")
    await look.button(question, "Empty Trash").click()
    await expect(look.heading(page, "Trash is empty")).to_be_visible()
    await expect(look.button(page, "Empty Trash")).to_have_count(0)
    await look.button(page, "Go to Gallery").click()
    await look.expect_tiles(page, "a grey heron")


async def test_chosen_images_are_restored_or_deleted_together(visit: Visit, gallery: Gallery) -> None:
    await gallery.add("four", "three", "two", "one")
    page = await visit("/gallery")
    await trash(page, "one", "two", "three", "four")
    await look.link(page, "Trash").click()
    await expect(look.tiles(page)).to_have_count(4)
    await select(page, "one", "two")
    await look.button(look.toolbar(page), "Restore").click()
    await expect(look.notices(page)).to_contain_text("2 images restored")
    await expect(look.tiles(page)).to_have_count(2)
    await select(page, "three", "four")
    await look.button(look.toolbar(page), "Delete forever").click()
    question = page.get_by_role("dialog", name="Delete 2 images forever?")
    await look.button(question, "Delete forever").click()
    await expect(look.heading(page, "Trash is empty")).to_be_visible()
    await look.link(page, "Gallery").click()
    await look.expect_tiles(page, "one", "two")


async def trash(page: Page, *names: str) -> None:
    for name in names:
        await look.press(page, name, "Move to Trash")
        await expect(look.tile(page, name)).to_have_count(0)


async def select(page: Page, *names: str) -> None:
    for name in names:
        await look.press(page, name, "Select")
    await expect(look.toolbar(page)).to_contain_text(f"{len(names)} selected")

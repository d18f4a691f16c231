"""To Trash, back, and gone for ever."""

from __future__ import annotations

from playwright.async_api import Page, expect
from tests.e2e import look
from tests.e2e.conftest import Visit
from tests.e2e.studio import Gallery, Watch


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
    await expect(page.get_by_role("main")).to_contain_text("1 image · Kept for 30 days")
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


async def test_each_image_says_how_long_it_stays(visit: Visit, gallery: Gallery) -> None:
    for name, ago in (("soon", 28), ("later", 11), ("clock", -2), ("overdue", 90)):
        (item,) = await gallery.add(name)
        await gallery.rows(
            "UPDATE image SET deleted_at = now() - $2 * interval '1 day' WHERE id = $1", item["id"], ago
        )
    page = await visit("/trash")
    for name, left in (
        ("soon", "2 days left"),
        ("later", "19 days left"),
        ("clock", "30 days left"),
        ("overdue", "About to be deleted"),
    ):
        await expect(look.tile(page, name)).to_have_accessible_description(left)


async def test_an_image_that_was_restored_by_mistake_goes_back_with_its_days(
    visit: Visit, gallery: Gallery
) -> None:
    (item,) = await gallery.add("a red fox")
    await gallery.rows("UPDATE image SET deleted_at = now() - interval '25 days 1 hour'")
    page = await visit("/trash")
    await look.press(page, "a red fox", "Restore")
    await look.undo(page, "Restored")
    await expect(look.tile(page, "a red fox")).to_have_accessible_description("5 days left")
    await page.reload()
    await expect(look.tile(page, "a red fox")).to_have_accessible_description("5 days left")
    assert (await gallery.item(item["id"]))["deletedAt"]


async def test_all_of_a_long_trash_is_restored_and_that_undone(visit: Visit, gallery: Gallery) -> None:
    await gallery.fill(130)
    await gallery.rows("UPDATE image SET deleted_at = now() - interval '1 hour'")
    page = await visit("/trash")
    await expect(look.tile(page, "image 1")).to_be_visible()
    await page.keyboard.press("Control+a")
    await expect(look.toolbar(page)).to_contain_text("All 130 selected")
    await look.button(look.toolbar(page), "Restore").click()
    await expect(look.notices(page)).to_contain_text("130 images restored")
    async with page.expect_response("**/api/undo/*"):
        await look.button(look.notices(page), "Undo").click()
    await expect(look.tile(page, "image 1")).to_be_visible()
    assert (await gallery.rows("SELECT count(*) FROM image WHERE deleted_at IS NOT NULL"))[0]["count"] == 130


async def test_a_long_trash_is_purged_when_that_is_confirmed(visit: Visit, gallery: Gallery) -> None:
    await gallery.fill(130)
    await gallery.rows("UPDATE image SET deleted_at = now() - interval '1 hour'")
    page = await visit("/trash")
    await expect(look.tile(page, "image 1")).to_be_visible()
    await look.button(page, "Empty Trash").click()
    question = page.get_by_role("dialog", name="Empty Trash?")
    await expect(question).to_contain_text("130 images in Trash will be deleted forever")
    await look.button(question, "Cancel").click()
    await page.keyboard.press("Control+a")
    await page.keyboard.press("Delete")
    question = page.get_by_role("dialog", name="Delete 130 images forever?")
    await look.button(question, "Delete forever").click()
    await expect(look.heading(page, "Trash is empty")).to_be_visible()
    await expect(look.notices(page)).to_contain_text("130 images deleted forever")
    assert await gallery.rows("SELECT FROM image") == []


async def test_a_purge_that_fails_leaves_all_in_its_place(
    visit: Visit, gallery: Gallery, watch: Watch
) -> None:
    for item in await gallery.add("two", "one"):
        await gallery.client.patch(f"/api/image/{item['id']}", json={"deleteToTrash": True})
    watch.tolerate("ERR_FAILED")
    page = await visit("/trash")
    await page.route("**/api/images/purge", lambda route: route.abort())
    await select(page, "one", "two")
    await look.button(look.toolbar(page), "Delete forever").click()
    await look.button(page.get_by_role("dialog"), "Delete forever").click()
    await expect(look.notices(page)).to_contain_text("could not be deleted. The server cannot be reached.")
    await look.expect_tiles(page, "one", "two")


async def trash(page: Page, *names: str) -> None:
    for name in names:
        await look.press(page, name, "Move to Trash")
        await expect(look.tile(page, name)).to_have_count(0)


async def select(page: Page, *names: str) -> None:
    for name in names:
        await look.press(page, name, "Select")
    await expect(look.toolbar(page)).to_contain_text(f"{len(names)} selected")

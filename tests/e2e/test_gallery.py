"""What one does with images in the gallery."""

from __future__ import annotations

from pathlib import Path

from playwright.async_api import FilePayload, Page, expect
from tests import pictures
from tests.e2e import look
from tests.e2e.conftest import Visit
from tests.e2e.studio import Gallery, Watch

MAKE_TRANSFER = """([name, bytes]) => {
    const transfer = new DataTransfer();
    transfer.items.add(new File([Uint8Array.from(bytes)], name, { type: "image/png" }));
    return transfer;
}"""


def picture(name: str, content: bytes | None = None) -> FilePayload:
    return {"name": name, "mimeType": "image/png", "buffer": content or pictures.png()}


async def test_an_image_is_starred_found_among_the_starred_and_unstarred(
    visit: Visit, gallery: Gallery
) -> None:
    _, fox = await gallery.add("a grey heron", "a red fox")
    page = await visit("/gallery")
    await look.press(page, "a red fox", "Star")
    await expect(look.button(look.tile(page, "a red fox"), "Unstar")).to_be_visible()
    filtered = look.button(page, "Starred")
    await filtered.click()
    await expect(filtered).to_have_attribute("aria-pressed", "true")
    await look.expect_tiles(page, "a red fox")
    assert (await gallery.item(fox["id"]))["starred"]
    await look.press(page, "a red fox", "Unstar")
    await expect(look.heading(page, "No starred images")).to_be_visible()
    await look.button(page, "Show all images").click()
    await look.expect_tiles(page, "a red fox", "a grey heron")
    assert not (await gallery.item(fox["id"]))["starred"]


async def test_one_action_on_a_tile_follows_another(visit: Visit, gallery: Gallery) -> None:
    await gallery.add("a grey heron", "a red fox")
    page = await visit("/gallery")
    await look.press(page, "a red fox", "Star")
    await look.press(page, "a red fox", "Move to Trash")
    await look.expect_tiles(page, "a grey heron")


async def test_a_tile_whose_viewer_was_closed_takes_an_action(visit: Visit, gallery: Gallery) -> None:
    await gallery.add("a red fox")
    page = await visit("/gallery")
    await look.tile(page, "a red fox").click()
    await expect(look.viewer(page)).to_be_visible()
    await page.keyboard.press("Escape")
    await look.press(page, "a red fox", "Edit")
    await expect(look.heading(page, "Create")).to_be_visible()


async def test_a_star_shows_in_another_tab(visit: Visit, gallery: Gallery) -> None:
    await gallery.add("a red fox")
    page = await visit("/gallery")
    other = await visit("/gallery")
    await expect(look.tile(other, "a red fox")).to_be_visible()
    await look.press(page, "a red fox", "Star")
    await expect(look.button(look.tile(other, "a red fox"), "Unstar")).to_be_visible()


async def test_chosen_images_are_starred_together(visit: Visit, gallery: Gallery) -> None:
    await gallery.add("five", "four", "three", "two", "one")
    page = await visit("/gallery")
    await look.press(page, "two", "Select")
    await expect(look.toolbar(page)).to_contain_text("1 selected")
    await look.tile(page, "four").click(modifiers=["Shift"])
    await expect(look.toolbar(page)).to_contain_text("3 selected")
    await expect(page.get_by_role("gridcell", selected=True)).to_have_count(3)
    await look.button(look.toolbar(page), "Star").click()
    await expect(look.button(look.grid(page), "Unstar")).to_have_count(3)
    await look.button(look.toolbar(page), "Clear selection").click()
    await expect(look.toolbar(page)).to_have_count(0)
    await expect(page.get_by_role("gridcell", selected=True)).to_have_count(0)


async def test_chosen_images_move_to_trash_together_and_come_back(visit: Visit, gallery: Gallery) -> None:
    await gallery.add("three", "two", "one")
    page = await visit("/gallery")
    await look.press(page, "one", "Select")
    await look.tile(page, "two").click()
    await look.button(look.toolbar(page), "Move to Trash").click()
    await look.expect_tiles(page, "three")
    await expect(look.toolbar(page)).to_have_count(0)
    await look.undo(page, "2 images moved to Trash")
    await look.expect_tiles(page, "one", "two", "three")


async def test_escape_lets_the_selection_go(visit: Visit, gallery: Gallery) -> None:
    await gallery.add("one")
    page = await visit("/gallery")
    await look.press(page, "one", "Select")
    await expect(look.toolbar(page)).to_be_visible()
    await look.frames(page)
    await page.keyboard.press("Escape")
    await expect(look.toolbar(page)).to_have_count(0)


async def test_chosen_files_are_uploaded(visit: Visit) -> None:
    page = await visit("/gallery")
    files = [picture("a red fox.png"), picture("a grey heron.png")]
    await look.choose_files(page, look.button(page, "Upload"), files)
    await expect(look.notices(page)).to_contain_text("2 images added")
    await expect(look.tiles(page)).to_have_count(2)
    await expect(look.tile(page, "a red fox")).to_be_visible()
    await expect(look.tile(page, "a grey heron")).to_be_visible()


async def test_dropped_files_are_uploaded(visit: Visit) -> None:
    page = await visit("/gallery")
    transfer = await page.evaluate_handle(MAKE_TRANSFER, ["a red fox.png", list(pictures.png(64, 48))])
    main = page.get_by_role("main")
    await main.dispatch_event("dragenter", {"dataTransfer": transfer})
    await expect(main).to_contain_text("Drop pictures to add them to the gallery")
    await main.dispatch_event("drop", {"dataTransfer": transfer})
    await expect(main).not_to_contain_text("Drop pictures to add them to the gallery")
    await look.expect_tiles(page, "a red fox")


async def test_dropped_files_become_sources_on_the_create_page(visit: Visit) -> None:
    page = await visit("/")
    transfer = await page.evaluate_handle(MAKE_TRANSFER, ["a red fox.png", list(pictures.png(64, 48))])
    await page.get_by_role("main").dispatch_event("drop", {"dataTransfer": transfer})
    await expect(page.get_by_role("list", name="Source images").get_by_role("img")).to_have_count(1)


async def test_a_file_that_is_no_picture_is_refused_by_name(visit: Visit, watch: Watch) -> None:
    watch.tolerate("status of 415")
    page = await visit("/gallery")
    files = [picture("a red fox.png"), picture("notes.png", b"only words")]
    await look.choose_files(page, look.button(page, "Upload"), files)
    await expect(look.notices(page)).to_contain_text("The upload failed.")
    await expect(look.notices(page)).to_contain_text("File 2, 'notes.png'")
    await expect(look.heading(page, "No images yet")).to_be_visible()


async def test_a_broken_picture_is_refused_by_name(visit: Visit, watch: Watch) -> None:
    watch.tolerate("status of 422")
    page = await visit("/gallery")
    files = [picture("torn.png", pictures.png()[:2000])]
    await look.choose_files(page, look.button(page, "Upload"), files)
    await expect(look.notices(page)).to_contain_text("File 1, 'torn.png'")


async def test_a_file_of_another_kind_is_not_even_sent(visit: Visit) -> None:
    page = await visit("/gallery")
    files: list[FilePayload] = [{"name": "notes.txt", "mimeType": "text/plain", "buffer": b"only words"}]
    await look.choose_files(page, look.button(page, "Upload"), files)
    await expect(look.notices(page)).to_contain_text("notes.txt is not a PNG, JPEG, WebP or GIF image.")


async def test_download_delivers_the_original_bytes(visit: Visit, tmp_path: Path) -> None:
    original = pictures.with_chunks(pictures.png(), pictures.text_chunk("Comment", "kept as it came"))
    page = await visit("/gallery")
    await look.choose_files(page, look.button(page, "Upload"), [picture("A Red Fox!.png", original)])
    name, content = await download(page, "A Red Fox!", tmp_path)
    assert content == original
    assert name.startswith("a-red-fox-")
    assert name.endswith(".png")


async def download(page: Page, name: str, folder: Path) -> tuple[str, bytes]:
    async with page.expect_download() as downloading:
        await look.press(page, name, "Download")
    done = await downloading.value
    await done.save_as(folder / "downloaded")
    return done.suggested_filename, (folder / "downloaded").read_bytes()


async def test_an_image_whose_file_is_gone_says_so(visit: Visit, gallery: Gallery, watch: Watch) -> None:
    watch.tolerate("status of 404")
    _, lost = await gallery.add("a grey heron", "a red fox")
    await gallery.lose_objects(lost)
    page = await visit("/gallery")
    await expect(look.tile(page, "a red fox")).to_contain_text("Image file missing")
    await expect(look.tile(page, "a grey heron")).not_to_contain_text("Image file missing")
    await look.tile(page, "a red fox").click()
    await expect(look.viewer(page)).to_contain_text("Image file missing")

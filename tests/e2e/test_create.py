"""From a prompt to an image."""

from __future__ import annotations

from playwright.async_api import expect
from tests.e2e import look
from tests.e2e.conftest import Visit
from tests.e2e.studio import Gallery

PROMPT = "a lighthouse on a cliff at dusk"


async def test_a_prompt_becomes_an_image_in_every_open_gallery(visit: Visit, gallery: Gallery) -> None:
    page = await visit()
    other = await page.context.new_page()
    await other.goto("/gallery")
    await expect(look.heading(other, "No images yet")).to_be_visible()
    with gallery.server.paused("worker"):
        job = await look.generate(page, PROMPT)
        await expect(job.get_by_role("progressbar", name="Progress")).to_have_attribute("aria-valuenow", "0")
        await expect(job).to_contain_text("Waiting")
        await expect(look.button(job, "Cancel")).to_be_visible()
    await expect(look.button(job, PROMPT)).to_be_visible()
    await expect(job).to_contain_text("Done")
    await expect(job.get_by_role("progressbar")).to_have_count(0)
    await look.expect_tiles(other, PROMPT)
    await look.link(page, "Gallery").click()
    await look.expect_tiles(page, PROMPT)


async def test_the_page_says_that_a_sketch_is_no_models_work(visit: Visit) -> None:
    page = await visit()
    await expect(page.get_by_role("main")).to_contain_text("No model makes these pictures")


async def test_one_prompt_makes_several_images(visit: Visit) -> None:
    page = await visit()
    await look.button(page, "More images").click()
    await look.button(page, "More images").click()
    job = await look.generate(page, PROMPT)
    await expect(look.button(job, PROMPT)).to_have_count(3)
    await look.link(page, "Gallery").click()
    await look.expect_tiles(page, PROMPT, PROMPT, PROMPT)


async def test_a_waiting_job_can_be_cancelled_and_tried_again(visit: Visit, gallery: Gallery) -> None:
    page = await visit()
    with gallery.server.paused("worker"):
        job = await look.generate(page, PROMPT)
        await look.button(job, "Cancel").click()
        await expect(job).to_contain_text("Cancelled")
    await look.button(job, "Retry").click()
    await expect(look.button(job, PROMPT)).to_be_visible()


async def test_control_and_enter_generates(visit: Visit) -> None:
    page = await visit()
    prompt = page.get_by_role("textbox", name="Prompt")
    await expect(look.button(page, "Generate")).to_be_disabled()
    await prompt.fill(PROMPT)
    await expect(look.button(page, "Generate")).to_be_enabled()
    await prompt.press("Control+Enter")
    await expect(look.button(look.job(page, PROMPT), PROMPT)).to_be_visible()


async def test_edit_takes_the_image_along_as_a_source(visit: Visit, gallery: Gallery) -> None:
    await gallery.add("a red fox")
    page = await visit("/gallery")
    await look.press(page, "a red fox", "Edit")
    await expect(look.heading(page, "Create")).to_be_visible()
    sources = page.get_by_role("list", name="Source images")
    await expect(sources.get_by_role("img", name="a red fox")).to_be_visible()
    job = await look.generate(page, "the same fox in snow")
    await look.button(job, "the same fox in snow").click()
    await look.button(look.viewer(page), "Source image 1").click()
    await expect(look.viewer(page).get_by_role("img", name="a red fox")).to_be_visible()
    await expect(look.button(look.viewer(page), "the same fox in snow")).to_be_visible()


async def test_a_source_can_be_taken_back(visit: Visit, gallery: Gallery) -> None:
    await gallery.add("a red fox")
    page = await visit("/gallery")
    await look.press(page, "a red fox", "Edit")
    await look.button(page, "Remove source image a red fox").click()
    await expect(page.get_by_role("list", name="Source images")).to_have_count(0)


async def test_the_draft_survives_a_reload(visit: Visit) -> None:
    page = await visit()
    prompt = page.get_by_role("textbox", name="Prompt")
    await prompt.fill(PROMPT)
    await page.reload()
    await expect(prompt).to_have_value(PROMPT)
    await look.link(page, "Trash").click()
    await look.link(page, "Create").click()
    await expect(prompt).to_have_value(PROMPT)


async def test_a_prompt_that_is_too_long_says_so(visit: Visit) -> None:
    page = await visit()
    await page.get_by_role("textbox", name="Prompt").fill("x" * 32_001)
    await expect(page.get_by_role("alert")).to_contain_text("at most 32,000 characters")
    await expect(look.button(page, "Generate")).to_be_disabled()

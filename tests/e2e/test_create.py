"""From a prompt to an image."""

from __future__ import annotations

from typing import Any

from playwright.async_api import Page, Route, expect
from tests.e2e import look
from tests.e2e.conftest import Visit
from tests.e2e.studio import Gallery, Watch

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
    await expect(page.get_by_role("main")).to_contain_text("To make images with a model, set OPENAI_API_KEY")


async def with_config(page: Page, **change: Any) -> None:
    """Load the page again as if the server offered something else."""

    async def answer(route: Route) -> None:
        config = await (await route.fetch()).json()
        await route.fulfill(json=config | change)

    await page.route("**/api/config", answer)
    await page.reload()


async def test_a_sketch_by_choice_asks_for_no_key(visit: Visit) -> None:
    page = await visit()
    await with_config(page, keyMissing=False)
    await expect(page.get_by_role("main")).to_contain_text("No model makes these pictures")
    await expect(page.get_by_role("main")).not_to_contain_text("OPENAI_API_KEY")


async def test_a_server_without_models_says_so(visit: Visit) -> None:
    page = await visit()
    await with_config(page, models=[])
    await page.get_by_role("textbox", name="Prompt").fill(PROMPT)
    await expect(page.get_by_role("alert")).to_have_text(
        "No model is offered. Name one in IMAGE_MODELS and start again."
    )
    await expect(look.button(page, "Generate")).to_be_disabled()


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


async def test_too_many_sources_for_the_model_are_told_of(visit: Visit, gallery: Gallery) -> None:
    await gallery.add("a red fox", "a blue bird")
    page = await visit("/gallery")
    await look.press(page, "a red fox", "Edit")
    await look.link(page, "Gallery").click()
    await look.press(page, "a blue bird", "Edit")
    await look.expect_sources(page, "a red fox", "a blue bird")
    await expect(page.get_by_role("alert")).to_have_text(
        "This model takes at most 1 source image. Remove 1 to go on."
    )
    await page.get_by_role("textbox", name="Prompt").fill(PROMPT)
    await expect(look.button(page, "Generate")).to_be_disabled()
    await look.button(page, "Remove source image a red fox").click()
    await expect(page.get_by_role("alert")).to_have_count(0)
    await expect(look.button(page, "Generate")).to_be_enabled()


async def test_a_source_that_is_gone_is_named_and_can_be_removed(
    visit: Visit, gallery: Gallery, watch: Watch
) -> None:
    watch.tolerate("40")
    (fox,) = await gallery.add("a red fox")
    page = await visit("/gallery")
    await look.press(page, "a red fox", "Edit")
    await look.expect_sources(page, "a red fox")
    await gallery.rows("DELETE FROM image WHERE id = $1", fox["id"])
    await page.get_by_role("textbox", name="Prompt").fill(PROMPT)
    await look.button(page, "Generate").click()
    await expect(page.get_by_role("alert")).to_have_text(
        "Source image 1 is not on the server any more. Remove it to go on."
    )
    await look.button(page, "Remove source image a red fox").click()
    await expect(page.get_by_role("alert")).to_have_count(0)
    await look.button(page, "Generate").click()
    await expect(look.button(look.job(page, PROMPT), PROMPT)).to_be_visible()


async def test_a_copied_passage_is_pasted_as_text(visit: Visit) -> None:
    page = await visit()
    await look.give_files(page, "paste", [look.file("passage.png")], texts=["text/plain", "text/html"])
    await look.give_files(page, "paste", [look.file("picture.png")], texts=["text/html"])
    await look.expect_sources(page, "picture.png")


async def test_a_press_whose_answer_was_lost_starts_one_job_only(
    visit: Visit, gallery: Gallery, watch: Watch
) -> None:
    watch.tolerate("ERR_")
    page = await visit()
    keys: list[str | None] = []
    page.on("request", lambda request: keys.append(request.headers.get("idempotency-key")))

    async def lose(route: Route) -> None:
        await route.fetch()
        await route.abort()

    async def jobs() -> int:
        return (await gallery.rows("SELECT count(*) AS jobs FROM generation_job"))[0]["jobs"]

    await page.route("**/api/generate", lose, times=2)
    for _ in range(2):
        await look.generate(page, PROMPT)
        await expect(look.notices(page)).to_contain_text("The job could not be started.")
        await look.button(look.notices(page), "Dismiss").click()
    await page.reload()
    await look.button(page, "Generate").click()
    await expect(look.button(look.job(page, PROMPT), PROMPT)).to_be_visible()
    assert await jobs() == 1
    used = [key for key in keys if key]
    assert len(used) == 3
    assert len(set(used)) == 1
    async with page.expect_response("**/api/generate"):
        await look.button(page, "Generate").click()
    assert await jobs() == 2


async def test_an_answer_that_comes_late_does_not_turn_the_job_back(visit: Visit) -> None:
    page = await visit()

    async def delay(route: Route) -> None:
        answer = await route.fetch()
        await expect(look.job(page, PROMPT)).to_contain_text("Done")
        await route.fulfill(response=answer)

    await page.route("**/api/generate", delay)
    async with page.expect_request_finished(lambda request: request.url.endswith("/api/generate")):
        job = await look.generate(page, PROMPT)
    await expect(look.button(page, "Generate")).to_be_enabled()
    await expect(job).to_contain_text("Done")


async def test_a_prompt_can_be_used_again(visit: Visit) -> None:
    page = await visit()
    job = await look.generate(page, PROMPT)
    await expect(job).to_contain_text("Done")
    prompt = page.get_by_role("textbox", name="Prompt")
    await prompt.fill("another idea")
    await look.button(job, "Use prompt again").click()
    await expect(prompt).to_have_value(PROMPT)
    await expect(prompt).to_be_focused()
    await look.undo(page, "Prompt replaced")
    await expect(prompt).to_have_value("another idea")


async def test_the_age_of_a_job_grows(visit: Visit) -> None:
    page = await visit()
    job = await look.generate(page, PROMPT)
    await expect(job).to_contain_text("Done")
    await page.clock.install()
    await page.reload()
    await expect(job).to_contain_text("now")
    # The clock of the server is known to the second only.
    await page.clock.fast_forward("03:10")
    await expect(job).to_contain_text("3 min. ago")


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

"""Images by a model: what can be chosen, what is shown while they are made, and what goes wrong."""

from __future__ import annotations

import asyncio
import re
from collections.abc import Generator
from pathlib import Path
from typing import Any

import pytest
from playwright.async_api import Page, Route, expect
from tests.e2e import look
from tests.e2e.conftest import Visit
from tests.e2e.studio import Gallery, House, Watch, housing
from tests.processes import serving
from tests.standins.images_api import StandIn, images_api

KEY = "sk-of-this-test"
PROMPT = "a lighthouse on a cliff at dusk"
MODELS = "gpt-image-2,gpt-image-1.5,some-local-model"
PHONE: dict[str, Any] = {"viewport": {"width": 390, "height": 844}, "has_touch": True, "is_mobile": True}


@pytest.fixture(scope="module")
def running_api() -> Generator[StandIn]:
    with images_api(key=KEY) as api:
        yield api


@pytest.fixture(scope="module")
def house(tmp_path_factory: pytest.TempPathFactory, running_api: StandIn) -> Generator[House]:
    env = {"OPENAI_API_KEY": KEY, "OPENAI_BASE_URL": running_api.url, "IMAGE_MODELS": MODELS}
    with housing(tmp_path_factory.mktemp("models") / "data", **env) as house:
        yield house


@pytest.fixture
def api(running_api: StandIn) -> Generator[StandIn]:
    running_api.clear()
    yield running_api
    running_api.release()


async def sent(api: StandIn) -> list[dict[str, Any]]:
    """The fields of what was asked of the images server."""
    return [received.fields for received in await asyncio.to_thread(api.requests)]


async def choose(page: Page, **values: str) -> None:
    for name, value in values.items():
        await look.option(page, name).select_option(value)


async def test_a_model_shows_only_the_options_that_it_has(visit: Visit) -> None:
    page = await visit()
    await expect(look.option(page, "Model")).to_have_value("gpt-image-2")
    await expect(look.option(page, "Background").get_by_role("option")).to_have_text(
        ["Auto background", "Opaque"]
    )
    await choose(page, Size="1536x1024", Quality="High quality", Format="WebP")
    await choose(page, Model="some-local-model")
    await expect(look.option(page, "Quality")).to_have_count(0)
    await expect(look.option(page, "Background")).to_have_count(0)
    await expect(look.option(page, "Format")).to_have_count(0)
    await choose(page, Model="GPT Image 1.5")
    await expect(look.option(page, "Size")).to_have_value("1536x1024")
    await expect(look.option(page, "Quality")).to_have_value("high")
    await expect(look.option(page, "Format")).to_have_value("webp")


async def test_jpeg_is_never_transparent(visit: Visit) -> None:
    page = await visit()
    await choose(page, Model="GPT Image 1.5", Background="Transparent")
    jpeg = look.option(page, "Format").get_by_role("option", name="JPEG (not transparent)")
    await expect(jpeg).to_be_disabled()
    await choose(page, Background="Opaque", Format="JPEG")
    transparent = look.option(page, "Background").get_by_role("option", name="Transparent (not as JPEG)")
    await expect(transparent).to_be_disabled()


async def test_on_a_phone_further_options_wait_behind_a_button(visit: Visit) -> None:
    page = await visit(**PHONE)
    await expect(look.option(page, "Size")).to_be_visible()
    await expect(look.option(page, "Quality")).to_be_hidden()
    await look.button(page, "Options").tap()
    await choose(page, Quality="High quality", Format="WebP")
    await look.button(page, "Options: High quality, WebP").tap()
    await expect(look.option(page, "Quality")).to_be_hidden()
    await expect(page.get_by_role("main")).to_contain_text("High quality, WebP")


async def test_the_cost_is_told_before(visit: Visit) -> None:
    page = await visit()
    form = page.locator("form")
    await expect(form).to_contain_text("About $0.005\u20130.21")
    await choose(page, Size="1024x1024", Quality="Medium quality")
    await expect(form).to_contain_text("About $0.053")
    await look.button(page, "More images").click()
    await expect(form).to_contain_text("About $0.11 for 2")
    await choose(page, Quality="Auto quality")
    await expect(form).to_contain_text("About $0.006\u20130.21 each")
    await choose(page, Model="some-local-model")
    await expect(form).to_contain_text("Price unknown until it is made")


async def test_a_size_of_ones_own_must_keep_the_rule(visit: Visit, api: StandIn) -> None:
    page = await visit()
    await choose(page, Size="Custom…")
    await page.get_by_role("textbox", name="Prompt").fill(PROMPT)
    await expect(page.locator("form")).to_contain_text("Multiples of 16 up to 3840, at most 3 : 1")
    await page.get_by_role("textbox", name="Width").fill("1281")
    await expect(page.get_by_role("alert")).to_have_text("Width and height must be multiples of 16.")
    await expect(look.button(page, "Generate")).to_be_disabled()
    await page.get_by_role("textbox", name="Width").fill("1296")
    await look.button(page, "Generate").click()
    await expect(look.job(page, PROMPT)).to_contain_text("Done")
    assert [fields["size"] for fields in await sent(api)] == ["1296x720"]


async def test_options_partial_images_and_the_cost_after(visit: Visit, api: StandIn) -> None:
    page = await visit()
    prompt = f"{PROMPT} [hold body]"
    await choose(page, Size="1536x1024", Quality="Medium quality", Format="WebP")
    await look.button(page, "More images").click()
    job = await look.generate(page, prompt)
    for place in (1, 2):
        await expect(job.get_by_role("img", name=f"Image {place}, unfinished")).to_be_visible()
    await expect(job.get_by_role("progressbar", name="Progress")).to_have_attribute("aria-valuenow", "67")
    await asyncio.to_thread(api.release)
    await expect(look.button(job, prompt)).to_have_count(2)
    await expect(job).to_contain_text("Done · $")
    for fields in await sent(api):
        assert fields["size"] == "1536x1024"
        assert fields["quality"] == "medium"
        assert fields["output_format"] == "webp"
        assert "background" not in fields
    await look.link(page, "Gallery").click()
    await look.expect_tiles(page, prompt, prompt)
    await look.tile(page, prompt).first.click()
    await expect(look.viewer(page).get_by_text("Tokens", exact=True)).to_be_visible()
    await look.expect_fact(page, "Cost", re.compile(r"^\$0\.\d{2,3}$"))
    await look.expect_fact(page, "Format", "WebP")


async def test_edit_from_a_tile_and_from_the_viewer(visit: Visit, gallery: Gallery, api: StandIn) -> None:
    await gallery.add("a red fox", "a blue bird")
    page = await visit("/gallery")
    await look.press(page, "a red fox", "Edit")
    await look.link(page, "Gallery").click()
    await look.tile(page, "a blue bird").click()
    await look.button(look.viewer(page), "Edit").click()
    await look.expect_sources(page, "a red fox", "a blue bird")
    job = await look.generate(page, "the fox carries the bird")
    await look.button(job, "the fox carries the bird").click()
    await look.button(look.viewer(page), "Source image 2").click()
    await expect(look.viewer(page).get_by_role("img", name="a blue bird")).to_be_visible()
    (asked,) = await asyncio.to_thread(api.requests)
    assert asked.path == "/v1/images/edits"
    assert len(asked.files) == 2


async def test_files_become_sources_by_drop_paste_and_picker(visit: Visit) -> None:
    page = await visit()
    await look.give_files(page, "drop", [look.file("one.png", 1), look.file("two.png", 2)])
    await look.expect_sources(page, "one.png", "two.png")
    await look.give_files(page, "paste", [look.file("three.png", 3)])
    await look.expect_sources(page, "one.png", "two.png", "three.png")
    await look.choose_files(page, look.button(page, "Add source images"), [look.file("four.png", 4)])
    await look.expect_sources(page, "one.png", "two.png", "three.png", "four.png")
    await look.button(page, "Remove source image two.png").click()
    await page.reload()
    await look.expect_sources(page, "one.png", "three.png", "four.png")
    await expect(look.sources(page)).to_have_text(["1", "2", "3"])


async def test_more_files_than_any_model_takes_are_left_out(visit: Visit) -> None:
    page = await visit()
    await look.give_files(page, "drop", [look.file(f"{number}.png", number) for number in range(18)])
    await expect(look.notices(page)).to_contain_text("at most 16 source images; 2 files were left out")
    await look.expect_sources(page, *(f"{number}.png" for number in range(16)))
    await look.give_files(page, "paste", [look.file("late.png")])
    await expect(look.notices(page)).to_contain_text("at most 16 source images; 1 file was left out")


async def test_every_upload_tells_how_far_it_is_and_why_it_failed(visit: Visit, watch: Watch) -> None:
    watch.tolerate("415")
    page = await visit()
    going = asyncio.Event()

    async def wait(route: Route) -> None:
        await going.wait()
        await route.continue_()

    await page.route("**/api/sources", wait)
    await page.get_by_role("textbox", name="Prompt").fill(PROMPT)
    await look.give_files(
        page, "drop", [look.file("good.png"), look.file("broken.png", content=b"no picture")]
    )
    await expect(page.get_by_role("progressbar", name="Uploading good.png")).to_be_visible()
    await expect(look.button(page, "Generate")).to_be_disabled()
    going.set()
    await expect(page.get_by_role("alert")).to_have_text(
        "broken.png: This is not a PNG, JPEG, WebP or GIF picture."
    )
    await look.button(page, "Remove source image broken.png").click()
    await look.expect_sources(page, "good.png")
    await expect(look.button(page, "Generate")).to_be_enabled()


async def test_an_upload_that_got_lost_can_be_tried_again(visit: Visit, watch: Watch) -> None:
    watch.tolerate("ERR_")
    page = await visit()
    await page.route("**/api/sources", lambda route: route.abort(), times=1)
    await look.give_files(page, "drop", [look.file("fox.png")])
    await expect(page.get_by_role("alert")).to_contain_text("fox.png: The server cannot be reached.")
    await look.button(page, "Try again").click()
    await expect(page.get_by_role("alert")).to_have_count(0)
    await look.expect_sources(page, "fox.png")


@pytest.mark.usefixtures("api")
async def test_a_refused_prompt_says_why_and_can_be_retried(visit: Visit) -> None:
    page = await visit()
    prompt = f"{PROMPT} [moderated 1]"
    job = await look.generate(page, prompt)
    await expect(job).to_contain_text("The images server refused this image")
    await expect(job).to_contain_text("Its safety system blocked the prompt or the result (violence)")
    await look.button(job, "Retry").click()
    await expect(look.button(job, prompt)).to_be_visible()
    await expect(job).not_to_contain_text("refused")


@pytest.mark.usefixtures("api")
async def test_a_busy_server_is_told_of_and_waited_for(visit: Visit) -> None:
    page = await visit()
    prompt = f"{PROMPT} [429 2]"
    job = await look.generate(page, prompt)
    await expect(job.get_by_role("status")).to_contain_text("The images server is busy. Asking again in 1 s.")
    await expect(look.button(job, prompt)).to_be_visible()
    await expect(job.get_by_role("status")).to_have_count(0)


@pytest.mark.usefixtures("api")
async def test_an_answer_that_is_no_picture_can_be_downloaded(visit: Visit) -> None:
    page = await visit()
    job = await look.generate(page, f"{PROMPT} [undecodable]")
    await expect(job).to_contain_text("The images server's answer is no picture")
    async with page.expect_download() as downloading:
        await job.get_by_role("link", name="Download answer").click()
    answer = await (await downloading.value).path()
    assert answer.read_bytes().startswith(b"\x89PNG")
    await expect(look.button(job, "Retry")).to_be_visible()


async def test_a_running_job_can_be_cancelled(visit: Visit, api: StandIn) -> None:
    page = await visit()
    job = await look.generate(page, f"{PROMPT} [hold]")
    await expect(job).to_contain_text("Working")
    await expect(job.get_by_role("progressbar", name="Progress")).not_to_have_attribute("aria-valuenow", "0")
    await look.button(job, "Cancel").click()
    await expect(job).to_contain_text("Cancelled")
    await expect(look.button(job, "Cancel")).to_have_count(0)
    await asyncio.to_thread(api.release)


async def test_a_reload_in_the_middle_keeps_the_draft_and_the_job(visit: Visit, api: StandIn) -> None:
    page = await visit()
    prompt = f"{PROMPT} [hold body]"
    job = await look.generate(page, prompt)
    await expect(job.get_by_role("img", name="Image 1, unfinished")).to_be_visible()
    await choose(page, Quality="High quality", Format="JPEG", Background="Opaque", Size="Custom…")
    await page.get_by_role("textbox", name="Height").fill("800")
    await look.button(page, "More images").click()
    await page.get_by_role("textbox", name="Prompt").fill("the next one")
    await look.give_files(page, "paste", [look.file("fox.png")])
    await look.expect_sources(page, "fox.png")
    await page.reload()
    await expect(page.get_by_role("textbox", name="Prompt")).to_have_value("the next one")
    for name, value in {
        "Quality": "high",
        "Format": "jpeg",
        "Background": "opaque",
        "Size": "custom",
    }.items():
        await expect(look.option(page, name)).to_have_value(value)
    await expect(page.get_by_role("textbox", name="Height")).to_have_value("800")
    await expect(page.get_by_role("group", name="Images")).to_contain_text("2 images")
    await look.expect_sources(page, "fox.png")
    await expect(job.get_by_role("img", name="Image 1, unfinished")).to_be_visible()
    await asyncio.to_thread(api.release)
    await expect(look.button(job, prompt)).to_be_visible()


async def test_a_refused_key_is_said(visit: Visit, api: StandIn, watch: Watch, tmp_path: Path) -> None:
    env = {"OPENAI_API_KEY": "sk-wrong", "OPENAI_BASE_URL": api.url, "IMAGE_MODELS": MODELS}
    with serving(tmp_path / "data", **env) as other:
        watch.tolerate(other.url)
        watch.tolerate(other.url.replace("http", "ws", 1))
        page = await visit()
        await page.goto(other.url)
        job = await look.generate(page, PROMPT)
        await expect(job).to_contain_text("The images server refused the key")
        await expect(job).to_contain_text("OPENAI_API_KEY")
        await page.close()

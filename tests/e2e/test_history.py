"""Prompts that were sent, to be used again."""

from __future__ import annotations

from playwright.async_api import Locator, Page, expect
from tests.e2e import look
from tests.e2e.conftest import Visit
from tests.e2e.studio import Gallery


def history(page: Page) -> Locator:
    return page.get_by_role("dialog", name="Prompt history")


def prompts(page: Page) -> Locator:
    return history(page).get_by_role("option")


async def test_an_earlier_prompt_is_found_by_typing_and_used_again(visit: Visit, gallery: Gallery) -> None:
    page = await visit()
    for prompt in ("a red fox", "a blue bird", "a red fox", "a fox in snow"):
        await expect(look.button(page, "Prompt history")).to_be_enabled()
        await look.generate(page, prompt)
        await expect(look.job(page, prompt).first).to_be_visible()
    await page.get_by_role("textbox", name="Prompt").fill("another idea")
    await look.button(page, "Prompt history").click()
    await expect(prompts(page)).to_have_text(["a fox in snow", "a red fox", "a blue bird"])
    await history(page).get_by_role("combobox", name="Search your prompts").fill("FOX")
    await expect(prompts(page)).to_have_text(["a fox in snow", "a red fox"])
    await page.keyboard.press("ArrowDown")
    await page.keyboard.press("Enter")
    box = page.get_by_role("textbox", name="Prompt")
    await expect(box).to_have_value("a red fox")
    await expect(box).to_be_focused()
    await look.undo(page, "Prompt replaced")
    await expect(box).to_have_value("another idea")
    await gallery.rows("TRUNCATE generation_job CASCADE")
    await page.reload()
    await look.button(page, "Prompt history").click()
    await expect(prompts(page).first).to_have_text("a fox in snow")


async def test_a_history_without_prompts_says_so(visit: Visit) -> None:
    page = await visit()
    await look.button(page, "Prompt history").click()
    await expect(history(page).get_by_role("status")).to_contain_text("appear here")
    await page.keyboard.press("Escape")
    await expect(history(page)).to_have_count(0)
    await expect(look.button(page, "Prompt history")).to_be_focused()

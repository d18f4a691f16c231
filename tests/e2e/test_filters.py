"""Finding images: words of their prompts, stars, models, shapes and days."""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta

from playwright.async_api import Locator, Page, expect
from tests.e2e import look
from tests.e2e.conftest import Visit
from tests.e2e.studio import Gallery, Watch

PHONE = {"viewport": {"width": 390, "height": 844}, "is_mobile": True, "has_touch": True}


def search_box(page: Page) -> Locator:
    return page.get_by_role("searchbox", name="Search prompts", exact=True)


def chip(page: Page, name: str) -> Locator:
    return look.button(page, f"Remove filter: {name}")


async def open_filters(page: Page) -> Locator:
    await page.get_by_role("button", name=re.compile("^Filters")).click()
    panel = page.get_by_role("dialog", name="Filters")
    await expect(panel).to_be_visible()
    return panel


async def close(panel: Locator) -> None:
    await panel.get_by_role("button", name=re.compile("^Show")).click()
    await expect(panel).to_have_count(0)


async def test_words_of_prompts_are_searched_while_one_types(visit: Visit, gallery: Gallery) -> None:
    await gallery.add("a grey heron", "a red-haired fox on Mars", "a red fox")
    page = await visit("/gallery")
    await expect(look.tiles(page)).to_have_count(3)
    await search_box(page).press_sequentially("fo red", delay=20)
    await look.expect_tiles(page, "a red fox", "a red-haired fox on Mars")
    await expect(page).to_have_url(re.compile(r"/gallery\?q=fo\+red$"))
    await expect(page.get_by_role("status").filter(has_text="2 images")).to_be_attached()
    await search_box(page).fill("hair mars")
    await look.expect_tiles(page, "a red-haired fox on Mars")
    await page.reload()
    await expect(search_box(page)).to_have_value("hair mars")
    await look.expect_tiles(page, "a red-haired fox on Mars")
    await page.go_back()
    await expect(search_box(page)).to_have_value("")
    await expect(look.tiles(page)).to_have_count(3)


async def test_a_search_without_a_find_says_so_and_is_cleared(visit: Visit, gallery: Gallery) -> None:
    await gallery.add("a grey heron")
    page = await visit("/gallery?q=wolf")
    await expect(look.heading(page, "No images match")).to_be_visible()
    await look.button(page.get_by_role("main"), "Clear filters").click()
    await look.expect_tiles(page, "a grey heron")
    await expect(search_box(page)).to_have_value("")
    await page.keyboard.press("/")
    await expect(search_box(page)).to_be_focused()
    await page.keyboard.type("wolf")
    await expect(look.heading(page, "No images match")).to_be_visible()
    await look.button(page, "Clear search").click()
    await look.expect_tiles(page, "a grey heron")
    await expect(search_box(page)).to_be_focused()
    await page.keyboard.type("heron/")
    await expect(page).to_have_url(re.compile("q=heron"))
    await page.keyboard.press("Escape")
    await expect(search_box(page)).to_have_value("")
    await expect(page).to_have_url(re.compile("/gallery$"))
    await page.keyboard.press("Escape")
    await expect(search_box(page)).not_to_be_focused()


async def test_a_new_image_appears_in_a_search_only_when_it_fits(visit: Visit, gallery: Gallery) -> None:
    await gallery.add("a grey heron")
    page = await visit("/gallery?q=fox")
    await expect(look.heading(page, "No images match")).to_be_visible()
    await gallery.add("a wolf", "a red fox")
    await look.expect_tiles(page, "a red fox")


async def test_the_starred_are_found_and_back_leads_to_all(visit: Visit, gallery: Gallery) -> None:
    await gallery.add("two", "one")
    page = await visit("/gallery")
    await look.press(page, "one", "Star")
    await look.button(page, "Starred").click()
    await look.expect_tiles(page, "one")
    await expect(look.button(page, "Starred")).to_have_attribute("aria-pressed", "true")
    await expect(page).to_have_url(re.compile(r"\?starred=true$"))
    await page.go_back()
    await look.expect_tiles(page, "one", "two")
    await expect(look.button(page, "Starred")).to_have_attribute("aria-pressed", "false")


async def test_models_and_shapes_are_filters_with_chips(visit: Visit, gallery: Gallery) -> None:
    await gallery.add("wide", "tall", "even")
    await gallery.rows("UPDATE image SET width = 20, height = 10 WHERE prompt = 'wide'")
    await gallery.rows("UPDATE image SET width = 10, height = 20 WHERE prompt = 'tall'")
    await gallery.rows("UPDATE image SET width = 10, height = 10 WHERE prompt = 'even'")
    await gallery.rows("UPDATE image SET model = 'gpt-image-1' WHERE prompt <> 'even'")
    page = await visit("/gallery")
    await expect(look.tiles(page)).to_have_count(3)
    panel = await open_filters(page)
    await panel.get_by_role("combobox", name="Model").select_option("gpt-image-1")
    await expect(look.button(panel, "Show 2 images")).to_be_visible()
    await panel.get_by_role("radio", name="Portrait").check(force=True)
    await expect(look.button(panel, "Show 1 image")).to_be_visible()
    await close(panel)
    await look.expect_tiles(page, "tall")
    await expect(look.button(page, "Filters, 2 active")).to_be_focused()
    await page.reload()
    await look.expect_tiles(page, "tall")
    await chip(page, "Portrait").click()
    await look.expect_tiles(page, "tall", "wide")
    await chip(page, "gpt-image-1").click()
    await expect(look.tiles(page)).to_have_count(3)
    await expect(page).to_have_url(re.compile("/gallery$"))


async def test_models_of_long_ago_are_offered_with_their_numbers(visit: Visit, gallery: Gallery) -> None:
    await gallery.fill(300)
    await gallery.rows("UPDATE image SET model = 'dall-e-3' WHERE prompt IN ('image 290', 'image 295')")
    page = await visit("/gallery")
    await expect(look.tile(page, "image 1")).to_be_visible()
    panel = await open_filters(page)
    models = panel.get_by_role("combobox", name="Model")
    await expect(models.get_by_role("option")).to_have_text(["Any model", "Uploaded (298)", "dall-e-3 (2)"])
    await models.select_option("dall-e-3")
    await close(panel)
    await look.expect_tiles(page, "image 290", "image 295")


async def test_days_are_chosen_by_name_or_by_their_ends(visit: Visit, gallery: Gallery) -> None:
    await gallery.add("today", "yesterday", "long ago")
    now = datetime.now(UTC)
    await gallery.rows("UPDATE image SET created_at = $1 WHERE prompt = 'yesterday'", now - timedelta(days=1))
    await gallery.rows(
        "UPDATE image SET created_at = $1 WHERE prompt = 'long ago'",
        datetime(2024, 5, 31, 23, 59, tzinfo=UTC),
    )
    page = await visit("/gallery")
    await expect(look.tiles(page)).to_have_count(3)
    panel = await open_filters(page)
    await look.button(panel, "Today").click()
    await expect(look.button(panel, "Show 1 image")).to_be_visible()
    await look.button(panel, "Last 7 days").click()
    await expect(look.button(panel, "Show 2 images")).to_be_visible()
    await panel.get_by_label("From").fill("2024-05-01")
    await panel.get_by_label("To", exact=True).fill("2024-05-31")
    await expect(look.button(panel, "Show 1 image")).to_be_visible()
    await close(panel)
    await look.expect_tiles(page, "long ago")
    await expect(chip(page, "May 2024")).to_be_visible()
    await look.button(page, "Clear filters").click()
    await expect(look.tiles(page)).to_have_count(3)


async def test_a_phone_has_one_row_and_its_filters_behind_a_button(visit: Visit, gallery: Gallery) -> None:
    await gallery.add("two", "one")
    page = await visit("/gallery", **PHONE)
    await look.expect_tiles(page, "one", "two")
    header = page.locator("header")
    box = await header.bounding_box()
    assert box is not None
    assert box["height"] <= 64
    await expect(search_box(page)).to_be_visible()
    await expect(look.button(page, "Starred")).to_be_hidden()
    panel = await open_filters(page)
    await look.button(panel, "Starred").click()
    await look.button(panel, "Show 0 images").click()
    await expect(look.heading(page, "No starred images")).to_be_visible()
    await chip(page, "Starred").click()
    await look.expect_tiles(page, "one", "two")
    await look.frames(page)
    assert await page.evaluate("document.documentElement.scrollWidth") <= 390


async def test_prompts_of_any_script_and_length_are_found(visit: Visit, gallery: Gallery) -> None:
    items = await gallery.add("fox", "arabic", "long")
    texts = ("🦊 a fox 🦊🏔️", "ثعلب أحمر في الثلج", "word " * 6_399 + "zebra")
    for item, text in zip(items, texts, strict=True):
        await gallery.rows("UPDATE image SET prompt = $2 WHERE id = $1", item["id"], text)
    page = await visit("/gallery")
    await expect(look.tiles(page)).to_have_count(3)
    await search_box(page).fill("أحمر")
    await look.expect_tiles(page, texts[1])
    await search_box(page).fill("zeb")
    await expect(look.tiles(page)).to_have_count(1)
    await look.press(page, texts[2].strip(), "Star")
    await expect(look.button(look.tiles(page), "Unstar")).to_be_visible()


async def test_what_an_address_asks_wrongly_filters_nothing(
    visit: Visit, gallery: Gallery, watch: Watch
) -> None:
    await gallery.add("one")
    page = await visit("/gallery?orientation=round&from=2026-02-31&starred=perhaps")
    await look.expect_tiles(page, "one")
    assert watch.problems() == []

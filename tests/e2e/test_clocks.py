"""A browser whose clock is years off, one way and the other."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from playwright.async_api import Page, expect
from tests.e2e import look
from tests.e2e.conftest import Visit
from tests.e2e.studio import Gallery

YEARS = [pytest.param(-3, id="slow"), pytest.param(3, id="fast")]


async def opened(visit: Visit, path: str, years: int) -> Page:
    page = await visit("about:blank")
    await page.clock.set_system_time(datetime.now(UTC) + timedelta(days=365 * years))
    await page.goto(path)
    return page


async def in_trash(gallery: Gallery) -> list[str]:
    rows = await gallery.rows("SELECT prompt FROM image WHERE deleted_at IS NOT NULL ORDER BY prompt")
    return [row["prompt"] for row in rows]


@pytest.mark.parametrize("years", YEARS)
async def test_all_of_trash_is_what_one_saw_of_it(visit: Visit, gallery: Gallery, years: int) -> None:
    items = await gallery.add("one", "two", "three")
    await gallery.rows("UPDATE image SET deleted_at = now() - interval '28 days' WHERE prompt <> 'three'")
    page = await opened(visit, "/trash", years)
    await look.expect_tiles(page, "two", "one")
    await expect(look.tile(page, "one")).to_have_accessible_description("2 days left")
    await page.keyboard.press("Control+a")
    await expect(look.toolbar(page)).to_contain_text("All 2 selected")
    response = await gallery.client.patch(f"/api/image/{items[2]['id']}", json={"deleteToTrash": True})
    assert response.status_code == 200
    await look.expect_tiles(page, "three", "two", "one")
    await expect(look.tile(page, "three")).to_have_attribute("aria-selected", "false")
    await look.button(look.toolbar(page), "Delete forever").click()
    await look.button(page.get_by_role("dialog", name="Delete 2 images forever?"), "Delete forever").click()
    await expect(look.notices(page)).to_contain_text("2 images deleted forever")
    assert await in_trash(gallery) == ["three"]


@pytest.mark.parametrize("years", YEARS)
async def test_what_one_moved_to_trash_oneself_is_there_for_all_its_days(
    visit: Visit, gallery: Gallery, years: int
) -> None:
    await gallery.add("two", "one")
    page = await opened(visit, "/gallery", years)
    await look.press(page, "one", "Move to Trash")
    await expect(look.notices(page)).to_contain_text("Moved to Trash")
    await look.link(page, "Trash").click()
    await look.expect_tiles(page, "one")
    await expect(look.tile(page, "one")).to_have_accessible_description("30 days left")
    await page.keyboard.press("Control+a")
    await look.button(look.toolbar(page), "Restore").click()
    await expect(look.heading(page, "Trash is empty")).to_be_visible()
    await expect(look.notices(page)).to_contain_text("Restored")
    assert await in_trash(gallery) == []


@pytest.mark.parametrize("years", YEARS)
async def test_all_of_the_gallery_is_what_one_saw_of_it(visit: Visit, gallery: Gallery, years: int) -> None:
    await gallery.add("two", "one")
    page = await opened(visit, "/gallery", years)
    await look.expect_tiles(page, "one", "two")
    await page.keyboard.press("Control+a")
    await gallery.add("the newest")
    await look.expect_tiles(page, "the newest", "one", "two")
    await look.button(look.toolbar(page), "Move to Trash").click()
    await look.expect_tiles(page, "the newest")
    await expect(look.notices(page)).to_contain_text("2 images moved to Trash")
    assert await in_trash(gallery) == ["one", "two"]

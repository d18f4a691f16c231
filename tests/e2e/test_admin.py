"""The admin desk: a curator changes one thing, and the gallery that its owner has open changes, too."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Generator
from pathlib import Path

import pytest
from playwright.async_api import Dialog, Page, expect
from tests.e2e import look
from tests.e2e.conftest import Visit
from tests.e2e.studio import Gallery, House, Item, Watch, housing

PASSWORD = "gravel otter violin"


@pytest.fixture(scope="module")
def house(tmp_path_factory: pytest.TempPathFactory) -> Generator[House]:
    data_dir = tmp_path_factory.mktemp("desk") / "data"
    with housing(data_dir, AUTH="required") as house:
        add_user(data_dir, "anna", "--admin")
        add_user(data_dir, "ben")
        yield house


def add_user(data_dir: Path, *words: str) -> None:
    subprocess.run(
        [sys.executable, "-m", "aiimagecraft", "user", "add", *words],
        input=PASSWORD.encode(),
        env={**os.environ, "DATA_DIR": str(data_dir), "AUTH": "required"},
        cwd=data_dir.parent,
        check=True,
    )


@pytest.fixture
async def fox(gallery: Gallery) -> Item:
    """Ben's only image."""
    body = {"username": "ben", "password": PASSWORD}
    assert (await gallery.client.post("/api/login", json=body)).status_code == 200
    (fox,) = await gallery.add("a red fox")
    await gallery.with_preview(fox)
    return fox


async def logged_in(visit: Visit, name: str, path: str) -> Page:
    """Open a page as somebody, in a browser of their own."""
    page = await visit("about:blank")
    body = {"username": name, "password": PASSWORD}
    response = await page.context.request.post("/api/login", data=body)
    assert response.status == 200
    await page.goto(path)
    return page


async def save(page: Page) -> None:
    await page.get_by_role("button", name="Save").click()
    await expect(page.get_by_text("Successfully saved row")).to_be_visible()
    await expect(page.get_by_text("Successfully saved row")).to_be_hidden()


async def test_starring_at_the_desk_changes_the_owners_open_gallery(
    visit: Visit, watch: Watch, fox: Item
) -> None:
    watch.tolerate("status of 401")
    ben = await logged_in(visit, "ben", "/gallery")
    await expect(look.button(look.tile(ben, "a red fox"), "Star")).to_be_attached()
    anna = await visit("/admin")
    await anna.get_by_label("User name").fill("anna")
    await anna.get_by_label("Password", exact=True).fill(PASSWORD)
    await look.button(anna, "Log in").click()
    await anna.get_by_role("link", name="image", exact=True).click()
    await anna.get_by_role("link", name=fox["id"], exact=True).click()
    await anna.locator("select[name=starred]").select_option("true")
    await save(anna)
    await expect(look.button(look.tile(ben, "a red fox"), "Unstar")).to_be_attached()
    await anna.locator("textarea[name=prompt]").first.fill("a fox in snow")
    await save(anna)
    await look.expect_tiles(ben, "a fox in snow")
    field = anna.locator("form > div > div").filter(has=anna.locator("[name=deleted_at]"))
    await field.locator("input[type=datetime-local]").fill("2026-11-21T12:00:00")
    await save(anna)
    await expect(look.tiles(ben)).to_have_count(0)


async def test_the_trail_has_the_accounts_that_the_command_line_made(gallery: Gallery) -> None:
    rows = await gallery.rows("SELECT actor, subject FROM audit WHERE action = 'account.added' ORDER BY id")
    assert [tuple(row) for row in rows] == [("cli", "anna"), ("cli", "ben")]


async def test_a_form_that_is_open_keeps_what_changed_elsewhere(
    visit: Visit, gallery: Gallery, fox: Item
) -> None:
    """It sends what was touched: whoever edits a prompt does not take the owner's new star away."""
    anna = await logged_in(visit, "anna", f"/admin/#/image/{fox['id']}")
    await expect(anna.locator("select[name=starred]")).to_have_value("false")
    assert (await gallery.client.patch(f"/api/image/{fox['id']}", json={"starred": True})).status_code == 200
    await anna.locator("textarea[name=prompt]").first.fill("a fox in snow")
    await save(anna)
    item = await gallery.item(fox["id"])
    assert (item["prompt"], item["starred"], item["deletedAt"]) == ("a fox in snow", True, None)


async def test_only_what_may_be_changed_can_be(visit: Visit, fox: Item) -> None:
    anna = await logged_in(visit, "anna", f"/admin/#/image/{fox['id']}")
    for name in ("width", "model", "object_key", "created_at"):
        await expect(anna.locator(f"[name={name}]").first).to_be_disabled()
    for name in ("starred", "prompt", "deleted_at"):
        await expect(anna.locator(f"[name={name}]").first).to_be_enabled()
    await anna.goto("/admin/#/audit")
    await anna.get_by_role("row").nth(1).get_by_role("link").first.click()
    await expect(anna.locator("[name=action]")).to_be_disabled()
    await expect(anna.get_by_role("button", name="Save")).to_be_hidden()
    await anna.goto("/admin/#/image")
    await expect(anna.get_by_role("link", name=fox["id"], exact=True)).to_be_visible()
    await expect(anna.get_by_text("Add Row")).to_be_hidden()


async def test_pictures_are_seen_from_the_list_and_the_form(visit: Visit, fox: Item) -> None:
    anna = await logged_in(visit, "anna", "/admin/#/image")
    await anna.get_by_role("link", name=f"thumb/{fox['id']}.webp").click()
    shown = anna.locator("#media_viewer img")
    await expect(shown).to_have_js_property("naturalWidth", 256)
    await anna.locator("#media_viewer .close a").click()
    await anna.get_by_role("link", name=fox["id"], exact=True).click()
    await anna.get_by_role("link").filter(has=anna.locator("svg[data-icon=eye]")).first.click()
    await expect(shown).to_have_js_property("naturalWidth", 320)


async def test_a_form_acts_on_many_and_says_how_many(visit: Visit, watch: Watch, fox: Item) -> None:
    watch.tolerate("422")
    ben = await logged_in(visit, "ben", "/gallery")
    await expect(look.tile(ben, "a red fox")).to_be_visible()
    anna = await logged_in(visit, "anna", "/admin/")
    await anna.get_by_role("link", name="Move to Trash").click()
    await anna.locator("[name=ids]").fill("nonsense")
    await anna.get_by_role("button", name="Submit").click()
    await expect(anna.get_by_text("This is not an id: nonsense")).to_be_visible()
    await anna.locator("[name=ids]").fill(fox["id"])
    await anna.get_by_role("button", name="Submit").click()
    await expect(anna.get_by_text("1 image moved to Trash.")).to_be_visible()
    await expect(look.tiles(ben)).to_have_count(0)


async def test_its_logout_and_a_session_that_ended_lead_to_our_login(
    visit: Visit, watch: Watch, fox: Item
) -> None:
    del fox
    watch.tolerate("401")
    watch.tolerate("/login?next=/admin/")
    anna = await logged_in(visit, "anna", "/admin/")
    other = await logged_in(visit, "anna", "/admin/#/image")
    await expect(other.get_by_role("heading", name="image", exact=True)).to_be_visible()

    async def accept(dialog: Dialog) -> None:
        await dialog.accept()

    anna.on("dialog", accept)
    await anna.locator("#user").click()
    await anna.get_by_text("Log Out").click()
    await anna.wait_for_url("**/login?next=/admin/")
    sessions = await other.context.request.get("/api/sessions")
    for session in (await sessions.json())["items"]:
        await other.context.request.delete(f"/api/sessions/{session['id']}")
    await other.get_by_role("link", name="source", exact=True).click()
    await other.wait_for_url("**/login?next=/admin/")

"""One's own account, and walls between people."""

from __future__ import annotations

import json
from collections.abc import AsyncGenerator, Generator
from contextlib import asynccontextmanager
from typing import Any

import httpx
import pytest
from playwright.async_api import Locator, Page, Route, WebSocket, expect
from tests.e2e import look
from tests.e2e.conftest import Visit
from tests.e2e.people import (
    PASSWORD,
    annas_gallery,
    as_,
    choose,
    client_of,
    expect_login,
    inhabited,
    log_in,
    menu_button,
    password_box,
    user,
)
from tests.e2e.studio import Gallery, House, Watch
from tests.e2e.test_accessibility import PHONE, WAYS, findings
from tests.standins.process import PLAIN

ANOTHER = "walrus teacup orbit"


@pytest.fixture(scope="module")
def house(tmp_path_factory: pytest.TempPathFactory) -> Generator[House]:
    with inhabited(tmp_path_factory.mktemp("people") / "data") as house:
        yield house


@pytest.fixture
async def gallery(house: House) -> AsyncGenerator[Gallery]:
    async with annas_gallery(house) as gallery:
        yield gallery


@pytest.fixture(autouse=True)
def refusals(watch: Watch) -> None:
    """Whoever is not logged in is refused, and the console says so."""
    watch.tolerate("status of 401")


def rows(page: Page, name: str) -> Locator:
    return page.get_by_role("list", name=name, exact=True).get_by_role("listitem")


async def change_password(page: Page, current: str, new: str) -> None:
    await password_box(page, "Current password").fill(current)
    await password_box(page, "New password").fill(new)
    await page.keyboard.press("Enter")


@asynccontextmanager
async def program(house: House, token: str) -> AsyncGenerator[httpx.AsyncClient]:
    headers = {"authorization": f"Bearer {token}"}
    async with httpx.AsyncClient(
        base_url=house.server.url, headers=headers, verify=PLAIN, trust_env=False
    ) as client:
        yield client


async def test_a_password_is_changed_and_other_sessions_end(
    visit: Visit, gallery: Gallery, watch: Watch
) -> None:
    watch.tolerate("status of 400")
    page = await visit("/account", **await as_(gallery.house, "anna"))
    await look.button(page, "Change password").click()
    await expect(page.get_by_role("alert")).to_have_text(
        ["Enter your current password.", "Enter a new password."]
    )
    await change_password(page, "not mine", ANOTHER)
    await expect(page.get_by_role("alert")).to_have_text(["This is not your password"])
    await expect(password_box(page, "Current password")).to_have_attribute("aria-invalid", "true")
    await change_password(page, PASSWORD, "short")
    await expect(page.get_by_role("alert")).to_have_text(["At least 10 characters"])
    await change_password(page, PASSWORD, "password123")
    await expect(page.get_by_role("alert")).to_have_text(
        ["This is one of the passwords that are tried first"]
    )
    await expect(rows(page, "Sessions")).to_have_count(2)
    try:
        await change_password(page, PASSWORD, ANOTHER)
        await expect(look.notices(page)).to_contain_text("Password changed")
        await expect(page.get_by_role("alert")).to_have_count(0)
        await expect(password_box(page, "New password")).to_have_value("")
        await expect(rows(page, "Sessions")).to_have_count(1)
        assert (await gallery.client.get("/api/me")).status_code == 401
        assert (await page.request.get("/api/me")).status == 200
    finally:
        user(gallery.house, "passwd", "anna")


async def test_sessions_are_seen_and_ended(visit: Visit, gallery: Gallery) -> None:
    await gallery.add("a red fox")
    page = await visit("/login?next=/account")
    await log_in(page, "anna")
    await expect(rows(page, "Sessions")).to_have_count(2)
    mine, program = rows(page, "Sessions").nth(0), rows(page, "Sessions").nth(1)
    await expect(mine).to_contain_text("Chrome on Linux")
    await expect(mine).to_contain_text("This session")
    await expect(mine).to_contain_text("127.0.0.1 · Active now")
    await expect(mine.get_by_role("button")).to_have_count(0)
    await expect(program).to_contain_text("python-httpx")
    other = await visit("/gallery", **await as_(gallery.house, "anna"))
    await look.expect_tiles(other, "a red fox")
    third = await visit("/gallery", **await as_(gallery.house, "anna"))
    await look.expect_tiles(third, "a red fox")
    await page.reload()
    await expect(rows(page, "Sessions")).to_have_count(4)
    await rows(page, "Sessions").nth(1).get_by_role("button").click()
    await expect(look.notices(page)).to_contain_text("1 session ended")
    await expect(rows(page, "Sessions")).to_have_count(3)
    await expect(page.get_by_role("list", name="Sessions")).to_be_focused()
    await expect_login(third)
    await look.expect_tiles(other, "a red fox")
    await look.button(page, "End all others").click()
    await expect(look.notices(page)).to_contain_text("2 sessions ended")
    await expect(rows(page, "Sessions")).to_have_count(1)
    await expect(look.button(page, "End all others")).to_have_count(0)
    await expect_login(other)
    assert (await gallery.client.get("/api/me")).status_code == 401


async def test_a_token_is_made_shown_once_used_and_revoked(visit: Visit, gallery: Gallery) -> None:
    options = {"permissions": ["clipboard-read", "clipboard-write"]}
    page = await visit("/account", **await as_(gallery.house, "anna"), **options)
    await expect(page.get_by_role("main")).to_contain_text("You have no tokens.")
    await look.button(page, "Make token").click()
    await expect(page.get_by_role("alert")).to_have_text("Give the token a name.")
    name = page.get_by_role("textbox", name="Name")
    await name.fill("nightly import")
    await page.get_by_role("radio", name="Read and write").check(force=True)
    await name.press("Enter")
    secret = page.get_by_role("textbox", name="Token nightly import")
    await expect(page.get_by_role("main")).to_contain_text("It is not shown again.")
    await look.button(page, "Copy").click()
    await expect(look.notices(page)).to_contain_text("Token copied")
    token = await secret.input_value()
    assert token.startswith("aic_")
    assert await page.evaluate("navigator.clipboard.readText()") == token
    await expect(rows(page, "API tokens")).to_have_count(1)
    await expect(rows(page, "API tokens")).to_contain_text("Read and write")
    await expect(rows(page, "API tokens")).to_contain_text("Never used")
    async with program(gallery.house, token) as client:
        assert (await client.get("/api/me")).json()["username"] == "anna"
        assert (await client.post("/api/trash/empty")).status_code == 200
        await look.button(page, "Done").click()
        await expect(page.get_by_role("textbox", name="Name")).to_be_focused()
        await page.reload()
        await expect(rows(page, "API tokens")).to_contain_text("Last used")
        assert token not in await page.content()
        await look.button(page, "Revoke nightly import").click()
        question = page.get_by_role("dialog", name="Revoke nightly import?")
        await look.button(question, "Cancel").click()
        assert (await client.get("/api/me")).status_code == 200
        await look.button(page, "Revoke nightly import").click()
        await look.button(question, "Revoke").click()
        await expect(look.notices(page)).to_contain_text("Token revoked")
        await expect(page.get_by_role("main")).to_contain_text("You have no tokens.")
        assert (await client.get("/api/me")).status_code == 401


async def test_a_token_for_reading_is_the_one_that_is_offered(visit: Visit, gallery: Gallery) -> None:
    page = await visit("/account", **await as_(gallery.house, "ben"))
    await page.get_by_role("textbox", name="Name").fill("a widget")
    await look.button(page, "Make token").click()
    secret = page.get_by_role("textbox", name="Token a widget")
    async with program(gallery.house, await secret.input_value()) as client:
        assert (await client.get("/api/me")).json()["username"] == "ben"
        assert (await client.post("/api/trash/empty")).status_code == 403


async def test_what_cannot_be_loaded_says_so_and_can_be_tried_again(
    visit: Visit, gallery: Gallery, watch: Watch
) -> None:
    watch.tolerate("status of 500")
    options = await as_(gallery.house, "anna")
    page = await visit("/trash", **options)

    async def fail(route: Route) -> None:
        await route.fulfill(status=500, body="{}")

    for path in ("**/api/sessions", "**/api/tokens"):
        await page.route(path, fail)
    await choose(page, "anna", "Account")
    await expect(page.get_by_text("The sessions could not be loaded.")).to_be_visible()
    await expect(page.get_by_text("The tokens could not be loaded.")).to_be_visible()
    await page.unroute_all()
    await look.button(page, "Try again").first.click()
    await expect(rows(page, "Sessions")).to_have_count(2)
    await look.button(page, "Try again").click()
    await expect(page.get_by_role("main")).to_contain_text("You have no tokens.")


async def test_only_administrators_see_the_way_to_the_admin_desk(visit: Visit, house: House) -> None:
    anna = await visit("/trash", **await as_(house, "anna"))
    desk = anna.get_by_role("link", name="Admin", exact=True)
    await expect(desk).to_have_attribute("href", "/admin/")
    ben = await visit("/trash", **await as_(house, "ben"))
    await expect(menu_button(ben, "ben")).to_be_visible()
    await expect(ben.get_by_role("link", name="Admin", exact=True)).to_have_count(0)


async def test_a_phone_has_the_account_behind_its_menu(visit: Visit, house: House) -> None:
    page = await visit("/gallery", **PHONE, **await as_(house, "anna"))
    await look.button(page, "Open menu").tap()
    drawer = page.get_by_role("dialog", name="Main")
    await look.button(drawer, "anna account menu").tap()
    await drawer.get_by_role("menuitem", name="Account").tap()
    await expect(drawer).to_have_count(0)
    await expect(look.heading(page, "API tokens")).to_be_visible()
    assert await page.evaluate("document.documentElement.scrollWidth") <= 390
    await look.button(page, "Open menu").tap()
    await look.button(drawer, "anna account menu").tap()
    await drawer.get_by_role("menuitem", name="Log out").tap()
    await expect_login(page)


@pytest.mark.parametrize("way", WAYS)
async def test_everybody_can_use_the_account_page(
    visit: Visit, gallery: Gallery, watch: Watch, way: dict[str, Any]
) -> None:
    watch.tolerate("status of 400")
    page = await visit("/account", **way, **await as_(gallery.house, "anna"))
    await expect(page.get_by_role("main")).to_contain_text("You have no tokens.")
    await expect(rows(page, "Sessions")).to_have_count(2)
    assert await findings(page) == []
    await change_password(page, "not mine", "short")
    await expect(page.get_by_role("alert")).to_have_count(1)
    await page.get_by_role("textbox", name="Name").fill("a token with rather a long name " * 3)
    await look.button(page, "Make token").click()
    await expect(look.button(page, "Copy")).to_be_visible()
    assert await page.evaluate("document.documentElement.scrollWidth <= innerWidth")
    assert await findings(page) == []
    await page.get_by_role("button", name="Revoke").click()
    await expect(page.get_by_role("dialog")).to_be_visible()
    assert await findings(page) == []
    await look.button(page.get_by_role("dialog"), "Cancel").click()
    if "is_mobile" in way:
        await look.button(page, "Open menu").tap()
    await look.button(page, "anna account menu").last.click()
    await expect(page.get_by_role("menuitem", name="Log out").last).to_be_visible()
    assert await findings(page) == []


class Overheard:
    """All that a browser is sent: frames of its sockets, and answers that hold text."""

    def __init__(self, page: Page) -> None:
        self.frames: list[str] = []
        page.on("websocket", self._listen)

    def _listen(self, socket: WebSocket) -> None:
        socket.on("framereceived", lambda frame: self.frames.append(str(frame)))

    def events(self, name: str) -> list[dict[str, Any]]:
        return [event["data"] for event in map(json.loads, self.frames) if event["ev"] == name]


async def test_two_people_in_two_browsers_share_nothing(visit: Visit, gallery: Gallery, watch: Watch) -> None:
    """What Anna makes, uploads, stars and trashes never reaches Ben, who looks on all the while."""
    watch.tolerate("status of 404")
    house = gallery.house
    ben = await visit("/login?next=/gallery")
    heard = Overheard(ben)
    await log_in(ben, "ben")
    await expect(look.heading(ben, "No images yet")).to_be_visible()
    anna = await visit("/login")
    await log_in(anna, "anna")
    job = await look.generate(anna, "what Anna generates")
    await expect(job).to_contain_text("Done")
    await look.link(anna, "Gallery").click()
    await look.choose_files(anna, look.button(anna, "Upload"), [look.file("what Anna uploads.png")])
    await look.expect_tiles(anna, "what Anna uploads", "what Anna generates")
    await look.press(anna, "what Anna generates", "Star")
    await expect(look.button(look.tile(anna, "what Anna generates"), "Unstar")).to_be_attached()
    await look.press(anna, "what Anna uploads", "Move to Trash")
    await look.expect_tiles(anna, "what Anna generates")
    items = (await gallery.client.get("/api/gallery")).json()["items"]
    items += (await gallery.client.get("/api/gallery?trash=true")).json()["items"]
    assert len(items) == 2
    for item in items:
        await gallery.with_preview(item)

    # Events come in order: with this one, all that went before would have come.
    async with client_of(house, "ben") as client:
        (own,) = await Gallery(house, client).add("what is Ben's")
    await look.expect_tiles(ben, "what is Ben's")
    assert [event["image"]["id"] for event in heard.events("imageCreated")] == [own["id"]]
    everything = "\n".join(heard.frames)
    assert "Anna" not in everything
    assert not [item["id"] for item in items if item["id"] in everything]
    assert not [event for event in heard.frames if "job" in event]

    for item in items:
        full = (await gallery.item(item["id"]))["full"]
        for url in (item["thumb"], full, f"/api/image/{item['id']}"):
            assert (await gallery.client.get(url)).status_code == 200
            assert (await ben.request.get(url)).status == 404
    response = await ben.goto(items[0]["thumb"])
    assert response is not None
    assert response.status == 404
    await ben.goto(f"/gallery?image={items[0]['id']}")
    await expect(ben.get_by_text("This image is not in the gallery any more.")).to_be_visible()
    await ben.goto("/trash")
    await expect(look.heading(ben, "Trash is empty")).to_be_visible()
    await ben.goto("/")
    await expect(ben.get_by_role("main")).to_contain_text("Your images appear here")
    await ben.goto("/gallery")
    await look.expect_tiles(ben, "what is Ben's")
    await expect(anna.get_by_role("gridcell", name="what is Ben's")).to_have_count(0)

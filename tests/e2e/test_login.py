"""How one comes in, and how one is shown out."""

from __future__ import annotations

import asyncio
import re
from collections.abc import AsyncGenerator, Generator
from typing import Any
from urllib.parse import quote

import httpx
import pytest
from playwright.async_api import Locator, Page, expect
from tests.e2e import look
from tests.e2e.conftest import Visit
from tests.e2e.people import (
    annas_gallery,
    as_,
    choose,
    end_sessions,
    expect_login,
    inhabited,
    log_in,
    menu_button,
    name_box,
    passport,
    password_box,
)
from tests.e2e.studio import Gallery, House, Watch
from tests.e2e.test_accessibility import WAYS, findings
from tests.standins.process import PLAIN

PAIR_LIMIT = 10
WRONG = "not the password at all"
STATUS = "([url, cache]) => fetch(url, { cache, mode: 'same-origin' }).then(({ status }) => status)"
KEPT = """caches.keys().then((names) => Promise.all(names.map(async (name) =>
    (await (await caches.open(name)).keys()).map(({ url }) => new URL(url).pathname))))
    .then((all) => all.flat())"""


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
    """Being refused is what these tests are about."""
    watch.tolerate("status of 401")


def prompt(page: Page) -> Locator:
    return page.get_by_role("textbox", name="Prompt")


def address(path: str) -> re.Pattern[str]:
    """A whole address with this path and query."""
    return re.compile(f"^http://[^/]+{re.escape(path)}$")


async def test_who_wants_a_page_logs_in_first_and_is_there(visit: Visit, gallery: Gallery) -> None:
    await gallery.add("a red fox")
    page = await visit("/gallery?q=fox")
    await expect_login(page)
    await expect(page).to_have_url(address("/login?next=%2Fgallery%3Fq%3Dfox"))
    await expect(page).to_have_title("Log in · aiimagecraft")
    await expect(name_box(page)).to_be_focused()
    await expect(name_box(page)).to_have_attribute("autocomplete", "username")
    await expect(password_box(page)).to_have_attribute("autocomplete", "current-password")
    await log_in(page, "Anna")
    await look.expect_tiles(page, "a red fox")
    await expect(page).to_have_url(address("/gallery?q=fox"))
    await expect(menu_button(page, "anna")).to_be_visible()


async def test_what_is_wrong_is_said_in_its_place(visit: Visit, watch: Watch) -> None:
    watch.tolerate("status of 400")
    page = await visit("/login")
    await look.button(page, "Log in").click()
    await expect(page.get_by_role("alert")).to_have_text(["Enter your user name.", "Enter your password."])
    await expect(name_box(page)).to_be_focused()
    await log_in(page, "anna", WRONG)
    await expect(page.get_by_role("alert")).to_have_text(["The name or the password is wrong"])
    await expect(name_box(page)).to_have_value("anna")
    await expect(password_box(page)).to_be_focused()
    await log_in(page, "a" * 101)
    await expect(page.get_by_role("alert")).to_have_count(1)
    await expect(name_box(page)).to_have_attribute("aria-invalid", "true")
    await log_in(page, "anna")
    await expect(look.heading(page, "Create")).to_be_visible()


async def test_a_password_shows_when_one_wants_to_see_it(visit: Visit) -> None:
    page = await visit("/login")
    await password_box(page).fill(WRONG)
    await expect(password_box(page)).to_have_attribute("type", "password")
    await look.button(page, "Show password").click()
    await expect(password_box(page)).to_have_attribute("type", "text")
    await expect(password_box(page)).to_have_value(WRONG)
    await look.button(page, "Hide password").click()
    await expect(password_box(page)).to_have_attribute("type", "password")


async def test_after_many_failures_one_waits(visit: Visit, gallery: Gallery, watch: Watch) -> None:
    watch.tolerate("status of 429")
    async with httpx.AsyncClient(base_url=gallery.url, verify=PLAIN, trust_env=False, timeout=60) as guesser:
        for _ in range(PAIR_LIMIT):
            await guesser.post("/api/login", json={"username": "anna", "password": WRONG})
    page = await visit("/login")
    await page.clock.install()
    await page.reload()
    await log_in(page, "anna")
    await expect(page.get_by_role("alert")).to_contain_text("too many failed logins")
    waiting = page.get_by_role("button", name=re.compile(r"^Try again in 1[0-5]:\d\d$"))
    await expect(waiting).to_be_visible()
    await expect(waiting).to_have_attribute("aria-disabled", "true")
    await name_box(page).fill("ben")
    await expect(look.button(page, "Log in")).to_be_enabled()
    await log_in(page, "anna")
    await expect(waiting).to_be_visible()
    await gallery.rows("TRUNCATE login_throttle")
    await page.clock.fast_forward("15:01")
    await expect(page.get_by_role("alert")).to_have_count(0)
    await look.button(page, "Log in").click()
    await expect(look.heading(page, "Create")).to_be_visible()


async def test_without_a_server_the_login_says_so(visit: Visit, watch: Watch) -> None:
    watch.tolerate("ERR_INTERNET_DISCONNECTED")
    # The worker for that case may be on its way.
    watch.tolerate("fetching the script")
    page = await visit("/login")
    await expect(name_box(page)).to_be_focused()
    await page.context.set_offline(offline=True)
    await log_in(page, "anna")
    await expect(page.get_by_role("alert")).to_contain_text("The server cannot be reached.")
    await page.context.set_offline(offline=False)
    await log_in(page, "anna")
    await expect(look.heading(page, "Create")).to_be_visible()


@pytest.mark.parametrize(
    "target",
    [
        "//evil.example/",
        "https://evil.example/",
        "/\\evil.example",
        "\\\\evil.example",
        "/\t/evil.example",
        "/\n/evil.example",
        "javascript:location='//evil.example'",
        "/login?next=//evil.example",
    ],
)
async def test_no_login_leads_to_another_origin(visit: Visit, target: str) -> None:
    page = await visit(f"/login?next={quote(target, safe='')}")
    await log_in(page, "anna")
    await expect(look.heading(page, "Create")).to_be_visible()
    await expect(page).to_have_url(address("/"))


async def test_a_login_leads_to_what_is_no_page_of_the_app_too(visit: Visit) -> None:
    page = await visit("/login?next=/health/live")
    await log_in(page, "anna")
    await expect(page).to_have_url(address("/health/live"))
    await expect(page.locator("body")).to_contain_text("ok")


async def test_who_is_logged_in_goes_straight_on(visit: Visit, house: House) -> None:
    page = await visit("/login?next=/trash", **await as_(house, "anna"))
    await expect(look.heading(page, "Trash is empty")).to_be_visible()
    await expect(page).to_have_url(address("/trash"))


async def test_the_keyboard_alone_logs_in_and_out(visit: Visit) -> None:
    page = await visit("/login")
    await expect(name_box(page)).to_be_focused()
    await page.keyboard.type("anna")
    await page.keyboard.press("Tab")
    await page.keyboard.type("gravel otter violin")
    await page.keyboard.press("Tab")
    await expect(look.button(page, "Show password")).to_be_focused()
    await page.keyboard.press("Tab")
    await page.keyboard.press("Enter")
    await expect(menu_button(page, "anna")).to_be_visible()
    for _ in range(20):
        await page.keyboard.press("Tab")
        if await menu_button(page, "anna").evaluate("(button) => button === document.activeElement"):
            break
    await page.keyboard.press("Enter")
    await expect(page.get_by_role("menuitem", name="Account")).to_be_focused()
    await page.keyboard.press("Escape")
    await expect(menu_button(page, "anna")).to_be_focused()
    await page.keyboard.press("Enter")
    await expect(page.get_by_role("menuitem", name="Account")).to_be_focused()
    await page.keyboard.press("ArrowDown")
    await page.keyboard.press("Enter")
    await expect_login(page)


async def test_who_logs_out_in_one_tab_is_out_in_all(visit: Visit, gallery: Gallery) -> None:
    await gallery.add("a red fox")
    page = await visit("/", **await as_(gallery.house, "anna"))
    await prompt(page).fill("what only Anna knows")
    other = await page.context.new_page()
    await other.goto("/gallery")
    await look.expect_tiles(other, "a red fox")
    await choose(page, "anna", "Log out")
    await expect_login(page)
    await expect_login(other)
    await expect(other).to_have_url(address("/login?next=%2Fgallery"))
    assert (await page.request.get("/api/me")).status == 401
    assert not [path for path in await other.evaluate(KEPT) if not path.startswith(("/assets/", "/offline"))]
    await log_in(page, "ben")
    await expect(menu_button(page, "ben")).to_be_visible()
    await expect(prompt(page)).to_have_value("")
    await expect(look.heading(other, "No images yet")).to_be_visible()
    await expect(menu_button(other, "ben")).to_be_visible()


async def test_a_session_that_was_ended_elsewhere_takes_everything_off_the_page(
    visit: Visit, gallery: Gallery
) -> None:
    await gallery.add("a red fox")
    page = await visit("/", **await as_(gallery.house, "anna"))
    await prompt(page).fill("a fox in the snow")
    sockets: list[str] = []
    page.on("websocket", lambda socket: sockets.append(socket.url))
    await page.goto("/gallery")
    await look.expect_tiles(page, "a red fox")
    await look.all_loaded(page)
    await end_sessions(gallery.house, "anna")
    await expect_login(page)
    await expect(page).to_have_url(address("/login?next=%2Fgallery"))
    assert await page.evaluate("document.images.length") == 0
    assert "a red fox" not in await page.content()
    assert not [path for path in await page.evaluate(KEPT) if not path.startswith(("/assets/", "/offline"))]
    await log_in(page, "anna")
    await look.expect_tiles(page, "a red fox")
    assert len(sockets) == 2, "One before the end, one after the login"
    await look.link(page, "Create").click()
    await expect(prompt(page)).to_have_value("a fox in the snow")


async def test_nothing_of_the_one_before_is_left_for_the_next(
    visit: Visit, gallery: Gallery, watch: Watch
) -> None:
    watch.tolerate("status of 404")
    await gallery.add("a red fox")
    page = await visit("/", **await as_(gallery.house, "anna"))
    await expect(await look.generate(page, "what only Anna knows")).to_contain_text("Done")
    await look.all_loaded(page)
    picture = await page.evaluate("document.images[0].currentSrc")
    assert await page.evaluate(STATUS, [picture, "only-if-cached"]) == 200, "The browser keeps it"
    await prompt(page).fill("and what she thinks of")
    await end_sessions(gallery.house, "anna")
    await expect_login(page)
    await log_in(page, "ben")
    await expect(menu_button(page, "ben")).to_be_visible()
    await expect(prompt(page)).to_have_value("")
    await expect(page.get_by_role("main")).to_contain_text("Your images appear here")
    await look.button(page, "Prompt history").click()
    await expect(page.get_by_role("status").get_by_text("The prompts you generate with")).to_be_visible()
    assert "Anna" not in await page.evaluate("JSON.stringify(localStorage)")
    assert await page.evaluate(STATUS, [picture, "default"]) == 404


async def test_any_refusal_leads_to_the_login(visit: Visit, gallery: Gallery) -> None:
    """A socket that hears nothing of the end is not needed."""
    await gallery.add("a red fox")
    options = await as_(gallery.house, "anna")
    page = await visit("/login")
    await page.route_web_socket("**/ws", lambda _: None)
    await page.context.add_cookies(options["storage_state"]["cookies"])
    await page.goto("/gallery")
    await look.expect_tiles(page, "a red fox")
    await end_sessions(gallery.house, "anna")
    await look.press(page, "a red fox", "Star")
    await expect_login(page)


async def test_a_tab_begins_anew_when_another_user_logs_in_beside_it(visit: Visit, gallery: Gallery) -> None:
    await gallery.add("a red fox")
    page = await visit("/gallery", **await as_(gallery.house, "anna"))
    await look.expect_tiles(page, "a red fox")
    await page.context.clear_cookies()
    other = await page.context.new_page()
    await other.goto("/login")
    await log_in(other, "ben")
    await expect(menu_button(other, "ben")).to_be_visible()
    await expect(look.heading(page, "No images yet")).to_be_visible()
    await expect(menu_button(page, "ben")).to_be_visible()


async def test_a_tab_that_finds_itself_another_users_begins_anew(visit: Visit, gallery: Gallery) -> None:
    """Nobody told it: the cookies changed, and its own session ended."""
    await gallery.add("a red fox")
    page = await visit("/gallery", **await as_(gallery.house, "anna"))
    await look.expect_tiles(page, "a red fox")
    await page.context.add_cookies(await passport(gallery.house, "ben"))  # pyright: ignore[reportArgumentType]
    await end_sessions(gallery.house, "anna")
    await expect(look.heading(page, "No images yet")).to_be_visible()
    await expect(menu_button(page, "ben")).to_be_visible()


async def test_who_goes_back_after_logging_out_sees_nothing(visit: Visit, gallery: Gallery) -> None:
    await gallery.add("a red fox")
    page = await visit("/gallery", **await as_(gallery.house, "anna"))
    await look.tile(page, "a red fox").click()
    await expect(look.viewer(page).get_by_role("img", name="a red fox")).to_be_visible()
    await look.button(look.viewer(page), "Close").click()
    await look.link(page, "Trash").click()
    await choose(page, "anna", "Log out")
    await expect_login(page)
    await page.go_back()
    await expect_login(page)
    assert "a red fox" not in await page.content()


@pytest.mark.parametrize("way", WAYS)
async def test_everybody_can_use_the_login(visit: Visit, watch: Watch, way: dict[str, Any]) -> None:
    watch.tolerate("status of 429")
    page = await visit("/login", **way)
    await expect(name_box(page)).to_be_focused()
    assert await findings(page) == []
    await page.keyboard.press("Enter")
    await expect(page.get_by_role("alert")).to_have_count(2)
    assert await findings(page) == []
    await log_in(page, "anna", WRONG)
    await expect(page.get_by_role("alert")).to_have_count(1)
    assert await findings(page) == []
    assert await page.evaluate("document.documentElement.scrollWidth <= innerWidth")
    await asyncio.gather(
        *(
            page.request.post("/api/login", data={"username": "anna", "password": WRONG})
            for _ in range(PAIR_LIMIT)
        )
    )
    await log_in(page, "anna", WRONG)
    await expect(page.get_by_role("button", name=re.compile("^Try again in"))).to_be_visible()
    assert await findings(page) == []

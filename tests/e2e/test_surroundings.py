"""The same app for other screens, other hands and other wishes, and where there is no page."""

from __future__ import annotations

import io

import pytest
from PIL import Image
from playwright.async_api import Page, expect
from tests import pictures
from tests.e2e import look
from tests.e2e.conftest import Visit
from tests.e2e.studio import Gallery, Watch

RECORD_MOTION = """
    window.motions = [];
    const record = (event) => {
        for (const animation of event.target.getAnimations()) {
            if (animation.effect.getComputedTiming().duration > 20) window.motions.push(event.type);
        }
    };
    document.addEventListener("transitionrun", record);
    document.addEventListener("animationstart", record);
    const start = document.startViewTransition.bind(document);
    document.startViewTransition = (change) => {
        window.motions.push("view transition");
        return start(change);
    };
"""
PHONE = {"viewport": {"width": 390, "height": 844}, "is_mobile": True, "has_touch": True}


@pytest.mark.parametrize(("wish", "moves"), [("reduce", False), ("no-preference", True)])
async def test_nothing_moves_for_who_wants_no_motion(
    visit: Visit, gallery: Gallery, wish: str, *, moves: bool
) -> None:
    await gallery.add("a grey heron", "a red fox")
    page = await visit(reduced_motion=wish)
    await page.context.add_init_script(RECORD_MOTION)
    await page.goto("/gallery")
    await look.tile(page, "a red fox").click()
    await expect(look.viewer(page).get_by_role("img", name="a red fox")).to_be_visible()
    await page.keyboard.press("Escape")
    await expect(look.viewer(page)).to_have_count(0)
    await look.press(page, "a grey heron", "Move to Trash")
    await expect(look.notices(page)).to_contain_text("Moved to Trash")
    await look.frames(page)
    assert bool(await page.evaluate("window.motions")) is moves


@pytest.mark.parametrize("scheme", ["light", "dark"])
async def test_the_page_follows_the_systems_colours(visit: Visit, gallery: Gallery, scheme: str) -> None:
    await gallery.add("a red fox")
    page = await visit("/gallery", color_scheme=scheme)
    await expect(look.tile(page, "a red fox")).to_be_visible()
    assert await brightness(page) == scheme


async def test_a_chosen_theme_wins_over_the_systems_and_survives_a_reload(visit: Visit) -> None:
    page = await visit("/trash", color_scheme="dark")
    await page.get_by_role("radio", name="Light").check(force=True)
    await look.frames(page)
    assert await brightness(page) == "light"
    await page.reload()
    await expect(look.heading(page, "Trash is empty")).to_be_visible()
    assert await brightness(page) == "light"


async def brightness(page: Page) -> str:
    """Say what the screen looks like: most of it is the app's own surface."""
    with Image.open(io.BytesIO(await page.screenshot())) as screen:
        histogram = screen.convert("L").histogram()
    if sum(histogram[:64]) > 0.8 * sum(histogram):
        return "dark"
    return "light" if sum(histogram[192:]) > 0.8 * sum(histogram) else "neither"


async def test_a_phone_has_a_menu_behind_a_button(visit: Visit, gallery: Gallery) -> None:
    await gallery.add("three", "two", "one")
    page = await visit("/gallery", **PHONE)
    await look.expect_tiles(page, "one", "two", "three")
    await expect(look.link(page, "Trash")).to_be_hidden()
    await look.button(page, "Open menu").click()
    drawer = page.get_by_role("dialog", name="Main")
    await drawer.get_by_role("link", name="Trash").click()
    await expect(drawer).to_have_count(0)
    await expect(look.heading(page, "Trash is empty")).to_be_visible()
    await look.button(page, "Open menu").click()
    await look.button(drawer, "Close menu").click()
    await expect(drawer).to_have_count(0)


@pytest.mark.parametrize("path", ["/", "/gallery", "/trash", "/gallery?image={id}"])
async def test_nothing_is_wider_than_a_phone(visit: Visit, gallery: Gallery, path: str) -> None:
    (item,) = await gallery.add("a red fox " * 20)
    page = await visit(path.format(id=item["id"]), **PHONE)
    await expect(page.get_by_role("heading", level=1)).to_be_attached()
    await look.frames(page)
    assert await page.evaluate("document.documentElement.scrollWidth") <= 390


async def test_the_keyboard_alone_reaches_and_uses_a_tiles_star(visit: Visit, gallery: Gallery) -> None:
    await gallery.add("two", "one")
    page = await visit("/gallery")
    star = look.button(look.tile(page, "one"), "Star")
    await expect(star).to_be_attached()
    await tab_to(page, "Star")
    await expect(star).to_be_focused()
    await page.keyboard.press("Enter")
    await expect(look.button(look.tile(page, "one"), "Unstar")).to_be_focused()
    await page.keyboard.press("Space")
    await expect(star).to_be_focused()


async def test_the_keyboard_alone_walks_the_grid_and_opens_an_image(visit: Visit, gallery: Gallery) -> None:
    await gallery.add("three", "two", "one")
    page = await visit("/gallery")
    await expect(look.tile(page, "one")).to_be_visible()
    await tab_to(page, "one")
    await page.keyboard.press("ArrowRight")
    await expect(look.tile(page, "two")).to_be_focused()
    await page.keyboard.press("End")
    await expect(look.tile(page, "three")).to_be_focused()
    await page.keyboard.press("Space")
    await expect(look.toolbar(page)).to_contain_text("1 selected")
    await look.frames(page)
    await page.keyboard.press("Escape")
    await expect(look.toolbar(page)).to_have_count(0)
    await page.keyboard.press("Enter")
    await expect(look.viewer(page).get_by_role("img", name="three")).to_be_visible()


async def test_the_keyboard_alone_reaches_every_action_of_a_tile(visit: Visit, gallery: Gallery) -> None:
    await gallery.add("two", "one")
    page = await visit("/gallery")
    await expect(look.tile(page, "one")).to_be_visible()
    await tab_to(page, "one")
    for action in ("Edit", "Download", "Select", "Star", "Move to Trash"):
        await look.tile(page, "one").focus()
        await tab_to(page, action, within=6)
    await page.keyboard.press("Enter")
    await look.expect_tiles(page, "two")


async def tab_to(page: Page, name: str, within: int = 30) -> None:
    """Press Tab until the focus is on something of this name."""
    for _ in range(within):
        await page.keyboard.press("Tab")
        if await page.evaluate("document.activeElement.getAttribute('aria-label')") == name:
            return
    pytest.fail(f"Tab does not reach {name} within {within} presses")


@pytest.mark.parametrize(("density", "wanted"), [(1, 256), (2, 512)])
async def test_dense_screens_get_sharper_thumbnails(
    visit: Visit, gallery: Gallery, density: int, wanted: int
) -> None:
    file = ("a red fox.png", pictures.png(1200, 1200), "image/png")
    response = await gallery.client.post("/api/images", files={"file": file})
    await gallery.with_preview(response.json()["items"][0])
    page = await visit("/gallery", device_scale_factor=density)
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.url) if "/uploads/" in request.url else None)
    await page.reload()
    picture = look.tile(page, "a red fox").locator("img")
    await look.until(page, "!!document.querySelector('[role=gridcell] img')?.complete")
    shown = await picture.evaluate(
        """async (image) => {
            const { width } = await createImageBitmap(await (await fetch(image.currentSrc)).blob());
            return width;
        }"""
    )
    assert shown == wanted
    assert {url.endswith("@2x.webp") for url in asked} == {density == 2}


async def test_an_unknown_address_has_a_page_of_its_own(visit: Visit, watch: Watch) -> None:
    watch.tolerate("status of 404")
    page = await visit("/")
    response = await page.goto("/nope")
    assert response is not None
    assert response.status == 404
    await expect(look.heading(page, "There is no such page")).to_be_visible()
    await look.button(page, "Go to Gallery").click()
    await expect(look.heading(page, "No images yet")).to_be_visible()


async def test_whatever_goes_wrong_on_a_page_fails_its_test(visit: Visit, watch: Watch) -> None:
    page = await visit("/")
    await page.evaluate("fetch('http://127.0.0.1:9/').catch(() => undefined)")
    await page.evaluate("setTimeout(() => { throw new Error('oops'); })")
    await look.frames(page)
    problems = "\n".join(watch.problems())
    for text in ("CSP: connect-src refused http://127.0.0.1:9/", "uncaught: oops"):
        assert text in problems
        watch.tolerate(text)
    watch.tolerate("127.0.0.1:9")


async def test_signed_addresses_are_fetched_anew_before_they_end(visit: Visit, gallery: Gallery) -> None:
    await gallery.add("a red fox")
    page = await visit("/gallery")
    await page.clock.install()
    await page.reload()
    await look.expect_tiles(page, "a red fox")
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.url))
    await page.clock.fast_forward("46:00")
    assert not any("/api/gallery" in url for url in asked), "An address of the app holds for ever"
    # A bucket's address is a whole one; this one is whole and the app's own.
    thumb = "document.querySelector('[role=grid] img').getAttribute('src')"
    whole = f"Object.assign(new Image(), {{src: location.origin + {thumb}}})"
    await page.evaluate(f"document.body.append({whole})")
    async with page.expect_request("**/api/gallery?**"):
        await page.clock.fast_forward("46:00")


async def test_without_a_stash_server_there_are_no_scenes(visit: Visit, watch: Watch) -> None:
    watch.tolerate("404 (Not Found)")
    page = await visit("/scenes")
    await expect(look.heading(page, "No Stash server")).to_be_visible()
    await expect(page.get_by_role("main")).to_contain_text("set STASH_URL")
    await expect(look.link(page, "Trash")).to_be_visible()
    await expect(look.link(page, "Scenes")).to_have_count(0)


async def test_without_login_there_is_no_account(visit: Visit) -> None:
    page = await visit("/login?next=/trash")
    await expect(look.heading(page, "Trash is empty")).to_be_visible()
    await expect(page.get_by_role("link", name="Admin", exact=True)).to_have_attribute("href", "/admin/")
    await expect(page.get_by_role("button", name="account menu")).to_have_count(0)
    await page.goto("/account")
    await expect(look.heading(page, "This server has no login")).to_be_visible()
    await look.button(page, "Go to Gallery").click()
    await expect(look.heading(page, "No images yet")).to_be_visible()

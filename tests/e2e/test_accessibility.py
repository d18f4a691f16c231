"""What axe-core finds on every page and in every dialog: nothing serious."""

from __future__ import annotations

from typing import Any, Literal

import pytest
from playwright.async_api import Page, Route, expect
from scripts.build_frontend import MODULES
from tests.e2e import look
from tests.e2e.conftest import Visit
from tests.e2e.studio import Gallery, Watch

SERIOUS = {"serious", "critical"}
# Besides what is on by itself: a control is named by what it says, so that it can be called by voice.
RUN = """axe.run(document, {
    resultTypes: ["violations"],
    rules: { "label-content-name-mismatch": { enabled: true } },
}).then(({ violations }) => violations)"""
PHONE: dict[str, Any] = {"viewport": {"width": 390, "height": 844}, "has_touch": True, "is_mobile": True}
OPTIONS = {
    "sizes": ["auto", "1024x1024", "1536x1024"],
    "freeSize": {"multiple": 16, "maxEdge": 3840, "maxRatio": 3, "minPixels": 65_536, "maxPixels": 8_294_400},
    "qualities": ["auto", "low", "high"],
    "backgrounds": ["auto", "opaque", "transparent"],
    "formats": ["png", "jpeg", "webp"],
}
SCHEMES: tuple[Literal["dark", "light"], ...] = ("dark", "light")
WAYS = [
    pytest.param({"reduced_motion": "reduce", **screen}, id=name)
    for name, screen in (("desktop", {}), ("phone", PHONE))
]


async def findings(page: Page) -> list[str]:
    """What is seriously wrong with the page as it is, in the dark and in the light."""
    if not await page.evaluate("'axe' in window"):
        await page.evaluate((MODULES / "axe-core" / "axe.min.js").read_text(encoding="utf-8"))
    found: list[str] = []
    for scheme in SCHEMES:
        await page.emulate_media(color_scheme=scheme)
        await look.frames(page)
        found += [
            f"{scheme} {violation['id']}, {violation['impact']}: {node['html'][:99]} {node['failureSummary']}"
            for violation in await page.evaluate(RUN)
            if violation["impact"] in SERIOUS
            for node in violation["nodes"]
        ]
    return found


async def offering(page: Page, **abilities: object) -> None:
    """Load the page anew with a default model that has these abilities, whatever the server's own has."""

    async def answer(route: Route) -> None:
        config = await (await route.fetch()).json()
        config["models"][0] |= abilities
        await route.fulfill(json=config)

    await page.route("**/api/config", answer)
    await page.reload()


@pytest.mark.parametrize("way", WAYS)
async def test_create(visit: Visit, gallery: Gallery, way: dict[str, Any]) -> None:
    page = await visit("/", **way)
    await expect(page.get_by_role("main")).to_contain_text("Your images appear here")
    assert await findings(page) == []
    await gallery.add("a red fox")
    await page.goto("/gallery")
    await look.tile(page, "a red fox").click()
    await look.button(look.viewer(page), "Edit").click()
    await look.expect_sources(page, "a red fox")
    job = await look.generate(page, "the same fox in snow")
    await expect(job).to_contain_text("Done")
    assert await findings(page) == []
    await look.button(page, "Prompt history").click()
    await expect(page.get_by_role("listbox").get_by_role("option")).to_have_count(1)
    assert await findings(page) == []


@pytest.mark.parametrize("way", WAYS)
async def test_the_options_of_create(visit: Visit, way: dict[str, Any]) -> None:
    page = await visit("/", **way)
    await offering(page, **OPTIONS)
    if "is_mobile" in way:
        await look.button(page, "Options").tap()
    for name, value in (("Quality", "high"), ("Background", "transparent"), ("Size", "custom")):
        await look.option(page, name).select_option(value)
    await page.get_by_role("textbox", name="Width").fill("1281")
    await expect(page.get_by_role("alert")).to_have_text("Width and height must be multiples of 16.")
    assert await findings(page) == []
    await page.get_by_role("textbox", name="Width").fill("1296")
    await expect(page.get_by_role("alert")).to_have_count(0)
    assert await findings(page) == []


@pytest.mark.parametrize("way", WAYS)
async def test_the_filters(visit: Visit, gallery: Gallery, way: dict[str, Any]) -> None:
    await gallery.add("two", "one")
    page = await visit("/gallery", **way)
    await look.expect_tiles(page, "one", "two")
    await look.button(page, "Filters").click()
    panel = page.get_by_role("dialog", name="Filters")
    await expect(panel.get_by_role("combobox", name="Model").get_by_role("option")).to_have_count(2)
    assert await findings(page) == []
    await panel.get_by_role("radio", name="Portrait").check(force=True)
    await look.button(panel, "Today").click()
    await expect(look.button(panel, "Clear filters")).to_be_visible()
    assert await findings(page) == []
    await panel.get_by_role("button", name="Show").click()
    await expect(panel).to_have_count(0)
    await expect(look.button(page, "Remove filter: Portrait")).to_be_visible()
    assert await findings(page) == []


@pytest.mark.parametrize("way", WAYS)
async def test_gallery(visit: Visit, gallery: Gallery, way: dict[str, Any]) -> None:
    page = await visit("/gallery", **way)
    await expect(look.heading(page, "No images yet")).to_be_visible()
    assert await findings(page) == []
    await page.goto("about:blank")
    await gallery.fill(60)
    await page.goto("/gallery")
    await expect(look.tile(page, "image 1")).to_be_visible()
    assert await findings(page) == []
    await look.tile(page, "image 1").focus()
    await page.keyboard.press("Space")
    await expect(look.toolbar(page)).to_be_visible()
    assert await findings(page) == []


@pytest.mark.parametrize("way", WAYS)
async def test_viewer_and_compare(visit: Visit, gallery: Gallery, way: dict[str, Any]) -> None:
    three, two, _ = await gallery.add("three", "two", "one")
    page = await visit(f"/gallery?image={two['id']}", **way)
    await expect(look.viewer(page).get_by_role("img", name="two")).to_be_visible()
    details = look.viewer(page).get_by_role("complementary", name="Details")
    if not await details.count():
        await look.button(look.viewer(page), "Details").click()
    await expect(details).to_contain_text("PNG")
    assert await findings(page) == []
    await page.keyboard.press("?")
    await expect(page.get_by_role("dialog", name="Keyboard shortcuts")).to_be_visible()
    assert await findings(page) == []
    await page.keyboard.press("Escape")
    await look.button(look.viewer(page), "Compare with…").click()
    await expect(page.get_by_role("menuitem").first).to_be_visible()
    assert await findings(page) == []
    await page.goto(f"/gallery?compare={two['id']},{three['id']}")
    compare = page.get_by_role("dialog", name="Compare images")
    for choice in ("Side by side", "Slider"):
        await compare.get_by_role("radio", name=choice).check(force=True)
        await expect(compare.get_by_role("img", name="three")).to_be_visible()
        assert await findings(page) == []


@pytest.mark.parametrize("way", WAYS)
async def test_trash_and_elsewhere(visit: Visit, gallery: Gallery, watch: Watch, way: dict[str, Any]) -> None:
    watch.tolerate("status of 404")
    page = await visit("/trash", **way)
    await expect(look.heading(page, "Trash is empty")).to_be_visible()
    assert await findings(page) == []
    await gallery.add("two", "one")
    await gallery.rows("UPDATE image SET deleted_at = now()")
    await page.reload()
    await look.expect_tiles(page, "one", "two")
    assert await findings(page) == []
    await look.button(page, "Empty Trash").click()
    await expect(page.get_by_role("dialog", name="Empty Trash?")).to_be_visible()
    assert await findings(page) == []
    await page.goto("/no-such-page")
    await expect(look.heading(page, "There is no such page")).to_be_visible()
    assert await findings(page) == []


@pytest.mark.parametrize("way", WAYS)
async def test_a_mask(visit: Visit, gallery: Gallery, way: dict[str, Any]) -> None:
    await gallery.add("a red fox")
    page = await visit("/gallery", **way)
    await offering(page, mask=True)
    await look.tile(page, "a red fox").click()
    await look.button(look.viewer(page), "Edit").click()
    await look.button(page, "Paint a mask").click()
    await look.button(page, "Mask everything").click()
    assert await findings(page) == []
    await look.button(page, "Use mask").click()
    await expect(look.button(page, "Change the mask")).to_be_visible()
    assert await findings(page) == []

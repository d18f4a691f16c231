"""What may change of a source image, painted over it."""

from __future__ import annotations

import asyncio
import io
import re
from base64 import b64decode
from collections.abc import Generator

import pytest
from PIL import Image
from playwright.async_api import Locator, Page, Route, expect
from tests.e2e import look
from tests.e2e.conftest import Visit
from tests.e2e.studio import Gallery, House, housing
from tests.standins.images_api import StandIn, images_api

KEY = "sk-of-this-test"


@pytest.fixture(scope="module")
def api() -> Generator[StandIn]:
    with images_api(key=KEY) as api:
        yield api


@pytest.fixture(scope="module")
def house(tmp_path_factory: pytest.TempPathFactory, api: StandIn) -> Generator[House]:
    env = {"OPENAI_API_KEY": KEY, "OPENAI_BASE_URL": api.url, "IMAGE_MODELS": "gpt-image-2,some-local-model"}
    with housing(tmp_path_factory.mktemp("masks") / "data", **env) as house:
        yield house


@pytest.fixture
async def page(visit: Visit, gallery: Gallery) -> Page:
    """The form with a fox of 320 by 240 pixels as its source."""
    await gallery.add("a blue bird", "a red fox")
    page = await visit("/gallery")
    await look.press(page, "a red fox", "Edit")
    await look.expect_sources(page, "a red fox")
    return page


def dialog(page: Page) -> Locator:
    return page.get_by_role("dialog", name="Paint a mask")


def paper(page: Page) -> Locator:
    return dialog(page).get_by_role("application", name="Mask over the source image")


async def paint(page: Page, *places: tuple[float, float]) -> None:
    """Draw a line through these places, given as parts of the width and the height."""
    box = await paper(page).bounding_box()
    assert box is not None
    for index, (across, down) in enumerate(places):
        await page.mouse.move(box["x"] + across * box["width"], box["y"] + down * box["height"], steps=5)
        if index == 0:
            await page.mouse.down()
    await page.mouse.up()


async def painted(page: Page) -> int:
    """How much may change, in percent, as the dialog says it."""
    status = dialog(page).get_by_role("status")
    await expect(status).to_have_text(re.compile(r"\d+ %"))
    return int((await status.inner_text()).partition(" ")[0])


async def expect_painted(page: Page, share: int) -> None:
    """Wait until the dialog says about this share, in percent."""
    near = "|".join(f"{percent} %" for percent in range(share - 1, share + 2))
    await expect(dialog(page).get_by_role("status")).to_have_text(re.compile(f"^({near})"))


async def mask_of(page: Page) -> Image.Image:
    """The mask that the form would send, once the dialog has made it."""
    await expect(dialog(page)).to_have_count(0)
    url = await page.evaluate("JSON.parse(localStorage.getItem('aiimagecraft.mask')).url")
    assert url.startswith("data:image/png;base64,")
    return Image.open(io.BytesIO(b64decode(url.split(",")[1])))


async def test_a_painted_mask_goes_with_the_source(page: Page, api: StandIn) -> None:
    await look.button(page, "Paint a mask").click()
    await expect(look.button(dialog(page), "Use mask")).to_be_disabled()
    await paint(page, (0.25, 0.5), (0.75, 0.5))
    await look.button(dialog(page), "Use mask").click()
    await expect(dialog(page)).to_have_count(0)
    mask = await mask_of(page)
    assert (mask.size, mask.format) == ((320, 240), "PNG")
    alpha = mask.convert("RGBA").getchannel("A")
    assert [alpha.getpixel(place) for place in ((160, 120), (5, 5), (315, 235))] == [0, 255, 255]
    await page.reload()
    await expect(look.button(page, "Change the mask")).to_be_visible()
    job = await look.generate(page, "the fox wears a hat")
    await expect(job).to_contain_text("Done")
    asked = (await asyncio.to_thread(api.requests))[-1]
    assert [file.field for file in asked.files] == ["image", "mask"]


async def test_paint_erase_undo_and_the_whole(page: Page) -> None:
    await look.button(page, "Paint a mask").click()
    await look.button(dialog(page), "Mask everything").click()
    await expect(dialog(page).get_by_role("status")).to_have_text("All of the image may change.")
    await dialog(page).get_by_role("radio", name="Erase").check(force=True)
    await dialog(page).get_by_role("slider", name="Brush size").fill("100")
    await paint(page, (0.5, 0.5), (0.51, 0.5))
    share = await painted(page)
    assert 60 < share < 90
    await look.button(dialog(page), "Invert").click()
    await expect_painted(page, 100 - share)
    await look.button(dialog(page), "Undo").click()
    await expect_painted(page, share)
    await look.button(dialog(page), "Clear").click()
    await expect(dialog(page).get_by_role("status")).to_have_text("Nothing is painted yet.")
    await expect(look.button(dialog(page), "Use mask")).to_be_disabled()


async def test_keys_paint(page: Page) -> None:
    await look.button(page, "Paint a mask").click()
    await dialog(page).get_by_role("slider", name="Brush size").fill("80")
    await paper(page).focus()
    await page.keyboard.press("Space")
    await page.keyboard.press("Shift+ArrowRight")
    await page.keyboard.press("Space")
    await look.button(dialog(page), "Use mask").click()
    alpha = (await mask_of(page)).convert("RGBA").getchannel("A")
    assert [alpha.getpixel(place) for place in ((160, 120), (184, 120), (10, 120))] == [0, 0, 255]


async def test_a_mask_can_be_changed_and_removed_and_leaves_with_its_source(page: Page) -> None:
    await look.button(page, "Paint a mask").click()
    await paint(page, (0.2, 0.5), (0.3, 0.5))
    share = await painted(page)
    await look.button(dialog(page), "Use mask").click()
    await look.button(page, "Change the mask").click()
    await expect_painted(page, share)
    await look.button(dialog(page), "Cancel").click()
    await look.button(page, "Remove mask").click()
    await expect(look.button(page, "Paint a mask")).to_be_visible()
    await look.button(page, "Paint a mask").click()
    await look.button(dialog(page), "Mask everything").click()
    await look.button(dialog(page), "Use mask").click()
    await look.link(page, "Gallery").click()
    await look.press(page, "a blue bird", "Edit")
    await expect(look.button(page, "Change the mask")).to_have_count(1)
    await look.button(page, "Remove source image a red fox").click()
    await expect(look.button(page, "Paint a mask")).to_have_count(1)
    assert await page.evaluate("localStorage.getItem('aiimagecraft.mask')") is None


async def test_a_model_without_masks_offers_none(page: Page) -> None:
    async def answer(route: Route) -> None:
        config = await (await route.fetch()).json()
        config["models"][1]["mask"] = False
        await route.fulfill(json=config)

    await page.route("**/api/config", answer)
    await page.reload()
    await look.button(page, "Paint a mask").click()
    await look.button(dialog(page), "Mask everything").click()
    await look.button(dialog(page), "Use mask").click()
    await expect(look.button(page, "Change the mask")).to_be_visible()
    await look.option(page, "Model").select_option("some-local-model")
    await expect(page.get_by_role("main")).to_contain_text("takes no mask, so the mask is left out")
    await look.button(page, "Remove mask").click()
    await expect(look.button(page, "Paint a mask")).to_have_count(0)

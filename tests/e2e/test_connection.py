"""What a page does while its server is away, and when it is back."""

from __future__ import annotations

import asyncio
import os
import signal
from collections.abc import Generator
from contextlib import contextmanager

from playwright.async_api import expect
from tests.e2e import look
from tests.e2e.conftest import Visit
from tests.e2e.studio import Gallery, Watch
from tests.processes import Serving, is_alive, wait_for

DRAWN = (
    """[...document.querySelectorAll("[role=gridcell] img[src]")].every((image) => image.naturalWidth > 0)"""
)
LONGEST_WAIT_MS = 45_000
"""A little more than the half minute to which a page's waits before the next try grow."""


@contextmanager
def server_away(server: Serving) -> Generator[None]:
    """Kill the web server, and let its supervisor restart it only when the context ends."""
    web = server.children()["web"]
    server.process.send_signal(signal.SIGSTOP)
    try:
        os.kill(web, signal.SIGKILL)
        assert wait_for(lambda: not is_alive(web))
        yield
    finally:
        server.process.send_signal(signal.SIGCONT)


async def test_a_page_says_that_its_server_is_away_and_catches_up_by_itself(
    visit: Visit, gallery: Gallery, watch: Watch
) -> None:
    watch.tolerate("ERR_CONNECTION")
    watch.tolerate("WebSocket connection to")
    await gallery.add("a grey heron", "a red fox")
    page = await visit("/gallery")
    await look.expect_tiles(page, "a red fox", "a grey heron")
    banner = page.get_by_role("status").get_by_text("Connection lost")
    # What is cut off on its way fails with other words than what is refused.
    await look.all_loaded(page)
    with server_away(gallery.server):
        await expect(banner).to_be_visible()
        await gallery.rows("UPDATE image SET starred = true WHERE prompt = 'a grey heron'")
        await gallery.rows("UPDATE image SET deleted_at = now() WHERE prompt = 'a red fox'")
        await look.press(page, "a red fox", "Star")
        await expect(look.notices(page)).to_contain_text("The star could not be changed.")
        await expect(look.button(look.tile(page, "a red fox"), "Star")).to_be_visible()
    await asyncio.to_thread(gallery.server.wait_until_ready)
    await expect(banner).to_have_count(0, timeout=LONGEST_WAIT_MS)
    await look.expect_tiles(page, "a grey heron")
    await expect(look.button(look.tile(page, "a grey heron"), "Unstar")).to_be_visible()
    await gallery.add("the newest")
    await look.expect_tiles(page, "the newest", "a grey heron")


async def test_pictures_that_were_asked_for_in_vain_are_there_when_the_server_is_back(
    visit: Visit, gallery: Gallery, watch: Watch
) -> None:
    watch.tolerate("ERR_CONNECTION")
    watch.tolerate("WebSocket connection to")
    await gallery.fill(90)
    page = await visit("/gallery")
    await expect(look.tile(page, "image 1")).to_be_visible()
    await look.all_loaded(page)
    broken = look.grid(page).get_by_text("Image file missing")
    with server_away(gallery.server):
        # Other pictures come near.
        await page.set_viewport_size({"width": 1440, "height": 2_400})
        await expect(broken.first).to_be_attached()
    await asyncio.to_thread(gallery.server.wait_until_ready)
    await expect(broken).to_have_count(0, timeout=LONGEST_WAIT_MS)
    await look.all_loaded(page)
    assert await page.evaluate(DRAWN)

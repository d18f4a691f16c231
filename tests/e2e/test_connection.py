"""What a page does while its server is away, and when it is back."""

from __future__ import annotations

import os
import signal
from collections.abc import Generator
from contextlib import contextmanager

from playwright.async_api import expect
from tests.e2e import look
from tests.e2e.conftest import Visit
from tests.e2e.studio import Gallery, Watch
from tests.processes import Serving, is_alive, wait_for


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
    with server_away(gallery.server):
        await expect(banner).to_be_visible()
        await gallery.rows("UPDATE image SET starred = true WHERE prompt = 'a grey heron'")
        await gallery.rows("UPDATE image SET deleted_at = now() WHERE prompt = 'a red fox'")
        await look.press(page, "a red fox", "Star")
        await expect(look.notices(page)).to_contain_text("The star could not be changed.")
        await expect(look.button(look.tile(page, "a red fox"), "Star")).to_be_visible()
    await expect(banner).to_have_count(0)
    await look.expect_tiles(page, "a grey heron")
    await expect(look.button(look.tile(page, "a grey heron"), "Unstar")).to_be_visible()
    await gallery.add("the newest")
    await look.expect_tiles(page, "the newest", "a grey heron")

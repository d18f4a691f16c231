"""Events that begin late: nothing is asked for twice without need, and nothing is missed."""

from __future__ import annotations

import asyncio

from playwright.async_api import Page, WebSocketRoute, expect
from tests.e2e import look
from tests.e2e.conftest import Visit
from tests.e2e.studio import Gallery


class Line:
    """A page's connection, which reaches the server only when it may."""

    def __init__(self) -> None:
        self.may_connect = asyncio.Event()
        self.stands = asyncio.Event()

    async def open(self, socket: WebSocketRoute) -> None:
        await self.may_connect.wait()
        server = socket.connect_to_server()

        def pass_on(message: str | bytes) -> None:
            socket.send(message)
            self.stands.set()

        server.on_message(pass_on)


async def opened(visit: Visit, line: Line) -> tuple[Page, list[str]]:
    """Open the gallery; also return the pages of it that are asked for."""
    page = await visit("about:blank")
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.url) if "/api/gallery?" in request.url else None)
    await page.route_web_socket("**/ws", line.open)
    await page.goto("/gallery")
    await expect(look.tile(page, "a red fox")).to_be_visible()
    return page, asked


async def test_the_first_page_is_asked_for_once_however_late_events_come(
    visit: Visit, gallery: Gallery
) -> None:
    (fox,) = await gallery.add("a red fox")
    # What the worker still has to tell would be a change.
    await gallery.with_preview(fox)
    line = Line()
    page, asked = await opened(visit, line)
    line.may_connect.set()
    async with asyncio.timeout(15):
        await line.stands.wait()
    # What comes over the line comes after the word that it stands.
    await gallery.add("a grey heron")
    await look.expect_tiles(page, "a grey heron", "a red fox")
    await look.frames(page)
    assert len(asked) == 1


async def test_what_happens_before_events_come_is_not_missed(visit: Visit, gallery: Gallery) -> None:
    (fox,) = await gallery.add("a red fox")
    await gallery.with_preview(fox)
    line = Line()
    page, asked = await opened(visit, line)
    response = await gallery.client.patch(f"/api/image/{fox['id']}", json={"starred": True})
    assert response.status_code == 200
    await gallery.add("a grey heron")
    await expect(look.button(look.tile(page, "a red fox"), "Star")).to_be_attached()
    line.may_connect.set()
    await look.expect_tiles(page, "a grey heron", "a red fox")
    await expect(look.button(look.tile(page, "a red fox"), "Unstar")).to_be_attached()
    assert len(asked) == 2

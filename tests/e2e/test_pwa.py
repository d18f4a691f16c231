"""The app on the home screen, and what it says when there is no server."""

from __future__ import annotations

import io
from typing import Any, cast

import pytest
from PIL import Image, ImageChops, ImageStat
from playwright.async_api import expect
from scripts.build_frontend import FRONTEND
from tests.e2e import look
from tests.e2e.conftest import Visit
from tests.e2e.studio import Watch

# Resolves once the worker has done all that it does at its start.
ALWAYS_ON = "Object.defineProperty(Navigator.prototype, 'onLine', { get: () => true })"


@pytest.mark.parametrize(
    ("before", "says"), [("", "You are offline"), (ALWAYS_ON, "The server cannot be reached")]
)
async def test_without_a_server_the_shell_says_so_and_comes_back(
    visit: Visit, watch: Watch, before: str, says: str
) -> None:
    watch.tolerate("ERR_INTERNET_DISCONNECTED")
    watch.tolerate("WebSocket connection")
    page = await visit("/")
    await look.worker_there(page)
    await page.context.add_init_script(before)
    await page.context.set_offline(offline=True)
    await page.goto("/gallery")
    await expect(look.heading(page, says)).to_be_visible()
    await expect(page.get_by_role("main")).to_contain_text("Your images are safe on the server.")
    await look.link(page, "Trash").click()
    await expect(look.heading(page, says)).to_be_visible()
    await expect(look.button(page, "Try again")).to_be_visible()
    await page.context.set_offline(offline=False)
    await expect(look.heading(page, "Trash is empty")).to_be_visible()


async def test_the_worker_keeps_the_shell_and_nothing_else(visit: Visit) -> None:
    page = await visit("/gallery")
    await look.worker_there(page)
    await page.goto("/trash")
    await page.goto("/gallery")
    kept = await page.evaluate(
        "caches.keys().then(([name]) => caches.open(name)).then((cache) => cache.keys())"
        ".then((requests) => requests.map((request) => new URL(request.url).pathname))"
    )
    assert "/offline.html" in kept
    assert all(path.startswith("/assets/") for path in kept if path != "/offline.html")


async def test_a_new_worker_removes_what_older_ones_kept(visit: Visit) -> None:
    page = await visit("/gallery")
    await look.worker_there(page)
    await page.evaluate("caches.open('aiimagecraft-shell-of-old')")
    await page.evaluate("caches.open('of another app')")
    await page.evaluate("navigator.serviceWorker.getRegistration().then((one) => one.unregister())")
    await page.reload()
    await look.worker_there(page)
    names = await page.evaluate("caches.keys()")
    assert "of another app" in names
    assert "aiimagecraft-shell-of-old" not in names


async def test_the_browser_takes_the_manifest(visit: Visit) -> None:
    page = await visit("/")
    session = await page.context.new_cdp_session(page)
    manifest = cast("dict[str, Any]", await session.send("Page.getAppManifest"))
    assert manifest["errors"] == []
    assert manifest["url"].endswith(".webmanifest")


@pytest.mark.parametrize("name", ["icon-192", "icon-512", "icon-maskable-512"])
async def test_the_icons_are_the_apps_mark(visit: Visit, name: str) -> None:
    with Image.open(FRONTEND / "icons" / f"{name}.png") as icon:
        committed = icon.convert("RGBA")
    svg = (FRONTEND / "icon.svg").read_text(encoding="utf-8")
    if "maskable" in name:
        svg = svg.replace('rx="8"', 'rx="0"')
    page = await visit("/", viewport={"width": committed.width, "height": committed.height})
    await page.goto("about:blank")
    await page.set_content(f"<body style='margin: 0'>{svg}")
    shot = Image.open(io.BytesIO(await page.screenshot(omit_background=True))).convert("RGBA")
    difference = ImageStat.Stat(ImageChops.difference(shot, committed).convert("RGB"))
    assert max(difference.mean) < 2

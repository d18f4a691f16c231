from __future__ import annotations

import os
from collections.abc import AsyncGenerator, Generator
from contextlib import asynccontextmanager
from pathlib import Path
from shutil import which
from typing import Any, Protocol

import httpx
import pytest
from playwright.async_api import Browser, Page, async_playwright, expect
from tests.e2e.studio import Gallery, House, Watch, housing
from tests.standins.process import PLAIN

ARGUMENTS = ["--no-sandbox", "--disable-gpu", "--disable-background-networking"]
PATIENCE_MS = 15_000
# Names the directive and the address, however the browser words its own report.
REPORT_VIOLATIONS = """document.addEventListener("securitypolicyviolation", (event) =>
    console.error(`CSP: ${event.violatedDirective} refused ${event.blockedURI}`))"""
# At rest, the page writes its place into the address; the router tells of each such writing.
NOTE_REST = """addEventListener("scroll", () => (window.atRest = false), true);
addEventListener("replaceState", () => (window.atRest = true))"""

expect.set_options(timeout=PATIENCE_MS)


class Visit(Protocol):
    """Opens a page of the app as a new person; options are those of a browser context."""

    async def __call__(self, path: str = "/", **options: Any) -> Page: ...


@pytest.fixture(scope="session")
def house(tmp_path_factory: pytest.TempPathFactory) -> Generator[House]:
    with housing(tmp_path_factory.mktemp("studio") / "data") as house:
        yield house


@pytest.fixture(scope="session")
def chromium() -> str:
    found = which("chromium-headless-shell") or "/usr/bin/chromium"
    program = os.environ.get("AIIMAGECRAFT_CHROMIUM") or found
    if not Path(program).exists():
        pytest.fail(f"There is no Chromium at {program}; install it, or set AIIMAGECRAFT_CHROMIUM.")
    return program


@pytest.fixture(scope="session")
async def browser(chromium: str) -> AsyncGenerator[Browser]:
    async with async_playwright() as playwright:
        browser = await playwright.chromium.launch(executable_path=chromium, args=ARGUMENTS)
        yield browser
        await browser.close()


@asynccontextmanager
async def empty_gallery(house: House) -> AsyncGenerator[Gallery]:
    house.server.wait_until_ready()
    async with httpx.AsyncClient(
        base_url=house.server.url, verify=PLAIN, trust_env=False, timeout=30
    ) as client:
        gallery = Gallery(house, client)
        await gallery.empty()
        yield gallery


@pytest.fixture
async def gallery(house: House) -> AsyncGenerator[Gallery]:
    """An empty gallery."""
    async with empty_gallery(house) as gallery:
        yield gallery


@pytest.fixture
async def watch(gallery: Gallery) -> AsyncGenerator[Watch]:
    watch = Watch(gallery.url)
    yield watch
    assert watch.problems() == []


@pytest.fixture
async def visit(browser: Browser, gallery: Gallery, watch: Watch) -> AsyncGenerator[Visit]:
    async def visit(path: str = "/", **options: Any) -> Page:
        options = {"viewport": {"width": 1440, "height": 900}, "color_scheme": "light"} | options
        context = await browser.new_context(base_url=gallery.url, **options)
        context.set_default_timeout(PATIENCE_MS)
        watch.attach(context)
        await context.add_init_script(REPORT_VIOLATIONS)
        await context.add_init_script(NOTE_REST)
        page = await context.new_page()
        await page.goto(path)
        return page

    yield visit
    for context in browser.contexts:
        await context.close()

"""Where things are on the page: by role and accessible name, as a person would be told."""

from __future__ import annotations

import asyncio
import re
from base64 import b64encode
from collections.abc import Iterable
from typing import Literal

from playwright.async_api import FilePayload, Locator, Page, expect
from tests import pictures

# Hands files to the page as the browser does for a person.
GIVE_FILES = """([kind, files, texts]) => {
  const data = new DataTransfer();
  for (const type of texts) data.setData(type, "a passage");
  for (const { name, type, base64 } of files) {
    const bytes = Uint8Array.from(atob(base64), (char) => char.charCodeAt(0));
    data.items.add(new File([bytes], name, { type }));
  }
  const options = { bubbles: true, cancelable: true };
  const event = kind === "paste"
    ? new ClipboardEvent("paste", { ...options, clipboardData: data })
    : new DragEvent(kind, { ...options, dataTransfer: data });
  document.body.dispatchEvent(event);
}"""

WORKER_THERE = """navigator.serviceWorker.ready.then(({ active }) => active.state === "activated" ||
    new Promise((done) => active.addEventListener("statechange", done)))"""
NOTE_MOVE = """document.querySelector("[data-scroller]")
    .addEventListener("scroll", () => (window.moved = true), { once: true }), window.moved = false"""
MOVED = """(by) => {
  const { scrollTop, scrollHeight, clientHeight } = document.querySelector("[data-scroller]");
  return window.moved || (by < 0 ? scrollTop < 1 : scrollTop + clientHeight > scrollHeight - 1);
}"""
AT_END = """(() => {
  const { scrollTop, scrollHeight, clientHeight } = document.querySelector("[data-scroller]");
  return scrollTop + clientHeight > scrollHeight - 1;
})()"""


def button(where: Page | Locator, name: str) -> Locator:
    return where.get_by_role("button", name=name, exact=True)


def heading(page: Page, name: str) -> Locator:
    return page.get_by_role("heading", name=name, exact=True)


def link(page: Page, name: str) -> Locator:
    return page.get_by_role("navigation", name="Main").get_by_role("link", name=name, exact=True)


def grid(page: Page) -> Locator:
    return page.get_by_role("grid", name="Images")


def tiles(page: Page) -> Locator:
    return grid(page).get_by_role("gridcell")


def tile(page: Page, name: str) -> Locator:
    return grid(page).get_by_role("gridcell", name=name, exact=True)


def notices(page: Page) -> Locator:
    return page.get_by_role("region", name="Notices")


def viewer(page: Page) -> Locator:
    return page.get_by_role("dialog", name="Image viewer")


def toolbar(page: Page) -> Locator:
    return page.get_by_role("toolbar", name="Selection")


async def names(page: Page) -> list[str]:
    """The names of the tiles in order."""
    return [str(await cell.get_attribute("aria-label")) for cell in await tiles(page).all()]


async def expect_tiles(page: Page, *wanted: str) -> None:
    """Wait until the grid shows exactly these images, in this order."""
    await expect(tiles(page)).to_have_count(len(wanted))
    for place, name in enumerate(wanted):
        await expect(tiles(page).nth(place)).to_have_accessible_name(name)


async def press(page: Page, name: str, action: str) -> None:
    """Press a button that appears on a tile under the pointer."""
    await tile(page, name).hover()
    await button(tile(page, name), action).click()


async def undo(page: Page, notice: str) -> None:
    await expect(notices(page)).to_contain_text(notice)
    await button(notices(page), "Undo").click()


async def choose_files(page: Page, opener: Locator, files: Iterable[FilePayload]) -> None:
    async with page.expect_file_chooser() as choosing:
        await opener.click()
    await (await choosing.value).set_files(list(files))


def file(name: str, seed: int = 1, content: bytes | None = None) -> FilePayload:
    """A picture, or what pretends to be one."""
    content = pictures.png(seed=seed) if content is None else content
    return {"name": name, "mimeType": "image/png", "buffer": content}


async def give_files(
    page: Page, kind: Literal["drop", "paste"], files: Iterable[FilePayload], texts: Iterable[str] = ()
) -> None:
    """Drop or paste files anywhere on the page, and text of these types with them."""
    given = [
        {"name": file["name"], "type": file["mimeType"], "base64": b64encode(file["buffer"]).decode()}
        for file in files
    ]
    await page.evaluate(GIVE_FILES, [kind, given, list(texts)])


def option(page: Page, name: str) -> Locator:
    """One of the form's selects."""
    return page.get_by_role("combobox", name=name, exact=True)


def sources(page: Page) -> Locator:
    return page.get_by_role("list", name="Source images").get_by_role("listitem")


async def expect_sources(page: Page, *wanted: str) -> None:
    """Wait until the form holds exactly these source images, in this order and uploaded."""
    await expect(sources(page).get_by_role("progressbar")).to_have_count(0)
    await expect(sources(page)).to_have_count(len(wanted))
    for place, name in enumerate(wanted):
        await expect(sources(page).nth(place).get_by_role("img", name=name, exact=True)).to_be_visible()


async def expect_fact(page: Page, name: str, value: str | re.Pattern[str]) -> None:
    """Wait until the viewer's details say this."""
    term = viewer(page).get_by_role("term").filter(has_text=name).first
    await expect(term.locator("xpath=following-sibling::dd[1]")).to_have_text(value)


async def generate(page: Page, prompt: str) -> Locator:
    """Ask for an image and return its job in the list."""
    await page.get_by_role("textbox", name="Prompt").fill(prompt)
    await button(page, "Generate").click()
    return job(page, prompt)


def job(page: Page, prompt: str) -> Locator:
    return page.get_by_role("list", name="Jobs").get_by_role("listitem", name=prompt, exact=True)


async def scroll_to(page: Page, target: Locator) -> None:
    """Turn the wheel over the grid until the target shows, or for two hundred turns."""
    await expect(grid(page)).to_be_visible()
    await page.mouse.move(700, 500)
    for _ in range(200):
        if await target.is_visible():
            break
        await wheel(page, 600)
        await frames(page)
        # What flies past unloaded has no name to be found by.
        await expect(page.get_by_role("gridcell", name="Image, loading")).to_have_count(0)
    await rest(page)
    await expect(target).to_be_visible()


async def wheel(page: Page, by: int) -> None:
    """Turn the wheel, down or up, and wait until the grid has moved or cannot move any further."""
    await page.evaluate(NOTE_MOVE)
    await page.mouse.wheel(0, by)
    await until(page, f"({MOVED})({by})")


async def rest(page: Page) -> None:
    """Wait until the grid stands still, the address tells its place and all of its cells are there."""
    await frames(page)
    await until(page, "window.atRest")
    await expect(page.get_by_role("gridcell", name="Image, loading")).to_have_count(0)


async def bottom(page: Page) -> None:
    """Wait until the grid stands at its very end."""
    await until(page, AT_END)


async def frames(page: Page) -> None:
    """Let the browser draw twice."""
    await page.evaluate("new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done)))")


async def until(page: Page, condition: str) -> None:
    """Wait until a condition holds; the page's policy forbids Playwright's own way, which evaluates text."""
    async with asyncio.timeout(15):
        while not await page.evaluate(condition):
            await frames(page)


async def worker_there(page: Page) -> None:
    """Wait until the browser keeps the page for when the server is away."""
    await page.evaluate(WORKER_THERE)


async def all_loaded(page: Page) -> None:
    """Wait until nothing that belongs to the page is still on its way."""
    await worker_there(page)
    await until(page, "[...document.images].every((image) => image.complete)")


async def top_of(target: Locator) -> float:
    box = await target.bounding_box()
    assert box is not None
    return box["y"]

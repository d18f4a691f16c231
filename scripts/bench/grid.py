"""The gallery grid in Chromium over a library of 1,000,000 images: how soon it shows, jumps, and scrolls.

The rows are real; 2,000 real thumbnails are shared between them by hard links. The fling is repeated in the
same run over a page of plain boxes without any script, which tells what this machine can do at most. All else
that runs on the machine counts against the figures, so only a quiet one gives good ones.
"""

import argparse
import asyncio
import os
import sys
import tempfile
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager
from itertools import pairwise
from pathlib import Path
from statistics import median
from typing import Any, cast

from library import fill
from playwright.async_api import Browser, CDPSession, FloatRect, Page, ViewportSize, async_playwright

from gallery import serving

sys.path.append(str(Path(__file__).resolve().parents[1]))

from build_frontend import first_load as first_load_bytes

DIST = Path(__file__).resolve().parents[2] / "frontend_dist"
ARGUMENTS = ["--no-sandbox", "--disable-gpu", "--disable-background-networking"]
VIEWPORT: ViewportSize = {"width": 1440, "height": 900}
STEP_SECONDS = 300
"""Between one image and the next: a million reach back nine and a half years."""
FLING_SECONDS = 10
FLING_SPEED = 8_000
"""Pixels a second: nine screens."""
FRAME_MS = 1000 / 60
STOPS = 60
"""On the way from end to end."""

WATCH = """(() => {
  window.seen = { lcp: 0, long: [], frames: [] };
  new PerformanceObserver((list) => { for (const e of list.getEntries()) seen.lcp = e.startTime; })
    .observe({ type: "largest-contentful-paint", buffered: true });
  new PerformanceObserver((list) => { for (const e of list.getEntries()) seen.long.push(e.duration); })
    .observe({ type: "longtask" });
})()"""
# Settles when each cell in view shows its thumbnail, with the time since a press or since the page began.
SHOWN = """(since) => new Promise((done) => {
  const check = () => {
    const box = document.querySelector("[data-scroller]")?.getBoundingClientRect();
    const cells = [...document.querySelectorAll("[role=gridcell]")].filter((cell) => {
      const { top, bottom } = cell.getBoundingClientRect();
      return box && bottom > box.top + 44 && top < box.bottom;
    });
    const ready = cells.length > 12 && cells.every((cell) => {
      const image = cell.querySelector("img");
      return image && image.complete && image.naturalWidth > 0 && !image.classList.contains("opacity-0");
    });
    const moved = since === "load" || (since === "jump" && window.pressed > 0);
    if (ready && moved) done(performance.now() - (since === "jump" ? window.pressed : 0));
    else requestAnimationFrame(check);
  };
  check();
})"""
DISTANCE = """(document.querySelector("[data-scroller]") ?? document.querySelector("main")).scrollTop"""
COUNT_FRAMES = """(ms) => new Promise((done) => {
  const times = [];
  const from = performance.now();
  const tick = (now) => { times.push(now); now - from < ms ? requestAnimationFrame(tick) : done(times); };
  requestAnimationFrame(tick);
})"""
# Boxes of fixed places, the least that a browser can be asked to scroll over.
BOXES = """<!doctype html><style>
  body { margin: 0; height: 100vh; overflow: hidden; }
  main { position: relative; height: 100%; overflow-y: scroll; }
  div { position: absolute; width: 180px; height: 180px; border-radius: 8px; background: #e4e4e7; }
</style><main></main><script>
  const place = (n) => `left: ${16 + (n % 6) * 184}px; top: ${Math.floor(n / 6) * 184}px`;
  const boxes = Array.from({ length: 6 * 480 }, (_, n) => `<div style="${place(n)}"></div>`);
  document.querySelector("main").innerHTML = boxes.join("");
</script>"""


async def main() -> None:
    """Measure and print a Markdown table."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawTextHelpFormatter)
    parser.add_argument("--rows", type=int, default=1_000_000)
    parser.add_argument("--runs", type=int, default=5, help="of each kind")
    parser.add_argument("--url", help="of a server that is filled already; else one is started and filled")
    arguments = parser.parse_args()
    if arguments.url:
        await measure(arguments.url, arguments.rows, arguments.runs)
        return
    with tempfile.TemporaryDirectory() as folder, serving(Path(folder) / "data") as url:
        await fill(Path(folder) / "data", arguments.rows, STEP_SECONDS)
        await measure(url, arguments.rows, arguments.runs)


async def measure(url: str, rows: int, runs: int) -> None:
    """Open the gallery over and over, and print what was seen."""
    program = os.environ.get("AIIMAGECRAFT_CHROMIUM") or "/usr/bin/chromium"
    async with async_playwright() as playwright:
        browser = await playwright.chromium.launch(executable_path=program, args=ARGUMENTS)
        loads = [await first_load(browser, url) for _ in range(runs)]
        jumps = await jumps_of(browser, url, max(8, runs * 3))
        flings = [(await fling(browser, url), await fling_over_boxes(browser)) for _ in range(runs)]
        heap, last = await end_to_end(browser, url)
        await browser.close()
    report(rows, loads, jumps, flings, heap)
    print(f"\nThe last image that end to end came to: {last}")


@asynccontextmanager
async def visit(browser: Browser) -> AsyncGenerator[tuple[Page, CDPSession]]:
    """Open an empty page as a person who was never here."""
    context = await browser.new_context(viewport=VIEWPORT)
    await context.add_init_script(WATCH)
    page = await context.new_page()
    yield page, await context.new_cdp_session(page)
    await context.close()


async def first_load(browser: Browser, url: str) -> dict[str, float]:
    """Return when the largest thing was painted, when all thumbnails were, and the number of elements."""
    async with visit(browser) as (page, _):
        await page.goto(f"{url}/gallery")
        shown = await page.evaluate(SHOWN, "load")
        await page.wait_for_timeout(1_500)
        nodes = await page.evaluate("document.querySelectorAll('*').length")
        return {"lcp": await page.evaluate("seen.lcp"), "shown": shown, "nodes": nodes}


async def jumps_of(browser: Browser, url: str, count: int) -> list[float]:
    """Press places of the timeline, far from each other, and return how long until all thumbnails show."""
    async with visit(browser) as (page, _):
        await page.goto(f"{url}/gallery")
        await page.evaluate(SHOWN, "load")
        await page.wait_for_timeout(2_000)
        line = await timeline_of(page)
        await page.evaluate("""window.addEventListener("pointerdown",
            (event) => { window.pressed = event.timeStamp; }, true)""")
        taken: list[float] = []
        for number in range(count):
            share = 0.05 + 0.9 * ((number * 0.618) % 1)
            await page.mouse.move(
                line["x"] + line["width"] / 2, line["y"] + 12 + share * (line["height"] - 24)
            )
            await page.wait_for_timeout(300)
            await page.evaluate("window.pressed = 0")
            waiting = asyncio.ensure_future(page.evaluate(SHOWN, "jump"))
            await page.mouse.down()
            await page.mouse.up()
            taken.append(await waiting)
            await page.wait_for_timeout(500)
        return taken


async def timeline_of(page: Page) -> FloatRect:
    """Return where the timeline is.

    Raises:
        RuntimeError: It is not there.
    """
    box = await page.get_by_role("slider", name="Timeline").bounding_box()
    if box is None:
        raise RuntimeError("There is no timeline")
    return box


async def fling(browser: Browser, url: str) -> dict[str, float]:
    """Fling through the gallery."""
    async with visit(browser) as (page, session):
        await page.goto(f"{url}/gallery")
        await page.evaluate(SHOWN, "load")
        await page.wait_for_timeout(1_500)
        return await flung(page, session)


async def fling_over_boxes(browser: Browser) -> dict[str, float]:
    """The same over boxes."""
    async with visit(browser) as (page, session):
        await page.set_content(BOXES)
        await page.evaluate(WATCH)
        await page.wait_for_timeout(500)
        return await flung(page, session)


async def flung(page: Page, session: CDPSession) -> dict[str, float]:
    """Return the longest task and the share of frames that were not drawn in time."""
    await page.evaluate("seen.long.length = 0")
    counting = asyncio.ensure_future(page.evaluate(COUNT_FRAMES, FLING_SECONDS * 1000))
    await session.send(
        "Input.synthesizeScrollGesture",
        {
            "x": 700,
            "y": 500,
            "yDistance": -FLING_SPEED * FLING_SECONDS,
            "speed": FLING_SPEED,
            "gestureSourceType": "mouse",
        },
    )
    times: list[float] = await counting
    missed = sum(max(0, round((b - a) / FRAME_MS) - 1) for a, b in pairwise(times))
    long: list[float] = await page.evaluate("seen.long")
    return {
        "dropped": 100 * missed / (missed + len(times)),
        "longest": max(long, default=0),
        "long": len(long),
        "distance": await page.evaluate(DISTANCE),
    }


async def end_to_end(browser: Browser, url: str) -> tuple[dict[str, float], str]:
    """Drag along the whole timeline; return the heap and the elements after it, and the last image."""
    async with visit(browser) as (page, session):
        await session.send("Performance.enable")
        await page.goto(f"{url}/gallery")
        await page.evaluate(SHOWN, "load")
        line = await timeline_of(page)
        x, top, height = line["x"] + line["width"] / 2, line["y"] + 12, line["height"] - 24
        await page.mouse.move(x, top)
        await page.mouse.down()
        for stop in range(STOPS + 1):
            await page.mouse.move(x, top + height * stop / STOPS)
            await page.wait_for_timeout(200)
        await page.mouse.up()
        await page.wait_for_timeout(1_000)
        last = await page.get_by_role("gridcell").last.get_attribute("aria-label")
        used = await heap_of(session)
        await session.send("HeapProfiler.collectGarbage")
        nodes = await page.evaluate("document.querySelectorAll('*').length")
        return {"used": used, "kept": await heap_of(session), "nodes": nodes}, last or ""


async def heap_of(session: CDPSession) -> float:
    """Return the megabytes of JavaScript objects."""
    answer = cast("dict[str, list[dict[str, Any]]]", await session.send("Performance.getMetrics"))
    return next(metric["value"] for metric in answer["metrics"] if metric["name"] == "JSHeapUsedSize") / 1e6


def report(
    rows: int,
    loads: list[dict[str, float]],
    jumps: list[float],
    flings: list[tuple[dict[str, float], dict[str, float]]],
    heap: dict[str, float],
) -> None:
    """Print medians, ranges and what was asked for."""
    size = sum(first_load_bytes(DIST).values()) / 1000
    ours, boxes = ([run[side] for run in flings] for side in (0, 1))
    worse = [mine["dropped"] - theirs["dropped"] for mine, theirs in flings]
    print(f"| {rows:,} images, {VIEWPORT['width']} x {VIEWPORT['height']} | median | min-max | wanted |")
    print("|---|---|---|---|")
    line("Largest contentful paint, ms", [load["lcp"] for load in loads], "< 1,000")
    line("All thumbnails of the first screen, ms", [load["shown"] for load in loads], "")
    line("Jump to a month, thumbnails shown, ms", jumps, "< 500")
    line("Fling, longest task, ms", [run["longest"] for run in ours], "<= 50")
    line("The same over plain boxes, longest task, ms", [run["longest"] for run in boxes], "")
    line("Fling, tasks over 50 ms", [run["long"] for run in ours], "0")
    line("Fling, pixels", [run["distance"] for run in ours], "")
    line("Fling, frames dropped, %", [run["dropped"] for run in ours], "")
    line("The same over plain boxes, %", [run["dropped"] for run in boxes], "")
    line("Difference, points", worse, "<= 5")
    line("Elements in the document", [load["nodes"] for load in loads], "< 1,500")
    line("Elements after end to end", [heap["nodes"]], "< 1,500")
    line("JS heap after end to end, MB", [heap["used"]], "< 60")
    line("JS heap after that and a collection, MB", [heap["kept"]], "< 60")
    line("First load, kB of brotli", [size], "< 80")


def line(name: str, values: list[float], wanted: str) -> None:
    """Print a row of the table."""
    middle, least, most = (f"{value:,.1f}" for value in (median(values), min(values), max(values)))
    print(f"| {name} | {middle} | {least}-{most} | {wanted} |")


if __name__ == "__main__":
    asyncio.run(main())

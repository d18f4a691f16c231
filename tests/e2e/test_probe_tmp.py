import time

import pytest
from playwright.async_api import expect
from tests.e2e import look
from tests.e2e.conftest import *
from tests.e2e.test_scrolling import far_down


@pytest.mark.parametrize("n", range(14))
async def test_pill(visit, gallery, n):
    await gallery.fill(300)
    page = await visit("about:blank")
    t0 = time.time()
    log = []
    L = lambda *a: log.append((round(time.time() - t0, 2),) + a)
    page.on("request", lambda r: "/uploads" in r.url or L("req", r.url[-60:]))
    page.on("requestfinished", lambda r: "/uploads" in r.url or L("fin", r.url[-60:]))
    page.on("requestfailed", lambda r: L("FAIL", r.url[-60:], r.failure))
    page.on(
        "websocket",
        lambda ws: (
            L("ws"),
            ws.on("framereceived", lambda f: L("frame", str(f)[:60])),
            ws.on("close", lambda _: L("WSCLOSE")),
        ),
    )
    await page.goto("/gallery")
    target, before = await far_down(page)
    L("far")
    await gallery.add("the newest")
    L("added")
    try:
        await expect(look.button(page, "1 new image")).to_be_visible(timeout=4000)
        print("PILL ok")
    except AssertionError:
        print("PILL lost", *log, sep="\n")
        print(await look.top_of(target) - before)
        await look.grid(page).evaluate("e => {e.parentElement.scrollTop=0}")
        await look.frames(page)
        print((await look.names(page))[:4])

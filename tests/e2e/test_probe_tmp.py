import pytest, time
from playwright.async_api import expect
from tests.e2e import look
from tests.e2e.conftest import *
from tests.e2e.test_scrolling import far_down

@pytest.mark.parametrize("n", range(6))
async def test_pill(visit, gallery, n):
    await gallery.fill(300)
    page = await visit("/trash")
    t0=time.time(); log=[]
    L=lambda *a: log.append((round(time.time()-t0,2),)+a)
    page.on("request", lambda r: "/uploads" in r.url or L("req", r.url[-60:]))
    page.on("requestfinished", lambda r: "/uploads" in r.url or L("fin", r.url[-60:]))
    page.on("requestfailed", lambda r: L("FAIL", r.url[-60:], r.failure))
    page.on("websocket", lambda ws: (L("ws"), ws.on("framereceived", lambda f: L("frame", str(f)[:60])), ws.on("close", lambda _: L("WSCLOSE"))))
    await page.goto("/gallery")
    target, before = await far_down(page)
    L("far")
    await gallery.add("the newest")
    L("added")
    try:
        await expect(look.button(page, "1 new image")).to_be_visible(timeout=4000); print("PILL ok")
    except AssertionError:
        print("PILL lost", *log, sep="\n")

@pytest.mark.parametrize("n", range(6))
async def test_walk(visit, gallery, n):
    await gallery.add("three", "two", "one")
    page = await visit("/gallery")
    await look.tile(page, "three").focus()
    log=[]
    page.on("framenavigated", lambda f: log.append(f.url))
    await page.keyboard.press("Space")
    await expect(look.toolbar(page)).to_contain_text("1 selected")
    await page.keyboard.press("Escape")
    await page.keyboard.press("Enter")
    try:
        await expect(look.viewer(page).get_by_role("img", name="three")).to_be_visible(timeout=3000); print("WALK ok")
    except AssertionError:
        print("WALK lost", page.url, log)

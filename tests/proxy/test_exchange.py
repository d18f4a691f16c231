"""One exchange against a browser that is slow, and what readiness says when nothing moves."""

from __future__ import annotations

import asyncio
from typing import Any

import pytest
from tests.conftest import Studio, problem
from tests.proxy.conftest import KEY, until
from tests.standins.stash import Upstream as StandIn

from aiimagecraft.config import Settings
from aiimagecraft.proxy import exchange, lane
from aiimagecraft.proxy.exchange import Exchange
from aiimagecraft.proxy.patience import Patience
from aiimagecraft.proxy.policy import Target
from aiimagecraft.proxy.upstream import open_upstream

PICTURE = Target("scene", "1", "screenshot", "1")


class Browser:
    """An ASGI server's side of one request, whose browser takes each piece when it likes.

    Args:
        pause: Seconds for each piece.
    """

    def __init__(self, pause: float) -> None:
        self.sent: list[dict[str, Any]] = []
        self._pause = pause
        self._left = asyncio.Event()

    async def receive(self) -> dict[str, Any]:
        await self._left.wait()
        return {"type": "http.disconnect"}

    async def send(self, message: dict[str, Any]) -> None:
        if message["type"] == "http.response.body":
            await asyncio.sleep(self._pause)
        self.sent.append(message)


@pytest.mark.parametrize(("pause", "rate"), [(60.0, 64 * 1024), (0.02, 10**9)])
async def test_a_browser_that_does_not_read_is_cut(
    stand_in: StandIn, monkeypatch: pytest.MonkeyPatch, pause: float, rate: float
) -> None:
    """One takes nothing at all, the other so little at a time that it would never end."""
    monkeypatch.setattr(exchange, "CLIENT_SECONDS", 0.3)
    monkeypatch.setattr(exchange, "CLIENT_RATE", rate)
    await until(lambda: stand_in.stats().active == 0)
    stand_in.reset()
    stand_in.fault("/scene/1/", "large")
    async with open_upstream(Settings(stash_url=stand_in.url, stash_api_key=KEY)) as upstream:
        browser = Browser(pause)
        async with asyncio.timeout(20):
            await Exchange(upstream, PICTURE, "GET", {}, {})({}, browser.receive, browser.send)
        assert browser.sent[0]["status"] == 200
        assert all(message["more_body"] for message in browser.sent[1:]), "the end is not sent, so it is seen"
        assert upstream.lanes["image"].active == 0
        await until(lambda: stand_in.stats().active == 0)
        assert stand_in.stats().aborted == 1


async def test_a_browser_that_reads_steadily_is_served(
    stand_in: StandIn, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(exchange, "CLIENT_SECONDS", 1.0)
    stand_in.reset()
    stand_in.fault("/scene/1/", "slow")
    async with open_upstream(Settings(stash_url=stand_in.url, stash_api_key=KEY)) as upstream:
        browser = Browser(0.01)
        await Exchange(upstream, PICTURE, "GET", {}, {})({}, browser.receive, browser.send)
        assert browser.sent[-1] == {"type": "http.response.body", "body": b"", "more_body": False}


async def test_patience_is_with_the_whole_and_with_each_step() -> None:
    patience = Patience(0.6, 1.5, rate=1_000)
    with pytest.raises(TimeoutError):
        await patience.wait(asyncio.sleep(5))
    await patience.wait(asyncio.sleep(0.4))
    with pytest.raises(TimeoutError):
        await patience.wait(asyncio.sleep(0.58))
    patience.passed(1_000)
    await patience.wait(asyncio.sleep(0.4))


async def test_readiness_names_the_proxy_when_nothing_moves(
    studio: Studio, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(lane, "GRACE_SECONDS", 0.0)
    stuck = lane.Lane(1, 1, 0.05)
    upstream: Any = studio.app.state.upstream
    monkeypatch.setattr(upstream, "lanes", {"image": stuck})
    async with stuck.place():
        with pytest.raises(lane.Unavailable):
            async with stuck.place():
                pass
        problem(await studio.client.get("/health/ready"), 503, "proxy")
    assert (await studio.client.get("/health/ready")).status_code == 200

"""Scenes: listed as cards need them, and their screenshots taken over."""

from __future__ import annotations

import hashlib
from pathlib import Path
from typing import Any

import httpx
import pytest
from tests.conftest import Studio, open_studio, problem, stored
from tests.proxy.conftest import KEY, Proxy, until
from tests.standins.stash import Upstream

from aiimagecraft.config import Settings

BAD_PARAMETERS = (
    ("page=0", "page"),
    ("page=-1", "page"),
    ("page=1000001", "page"),
    ("page=one", "page"),
    ("page=", "page"),
    ("page=1&page=2", "page"),
    ("sort=created_at", "sort"),
    ("sort=", "sort"),
    ("q=%00", "q"),
    (f"q={'x' * 501}", "q"),
    ("perPage=100", "perPage"),
    ("direction=ASC", "direction"),
)
BAD_SCREENSHOTS = {
    "svg": 415,
    "html": 415,
    "half": 422,
    "huge": 502,
    "endless": 502,
    "cut": 502,
    "gzip": 502,
    "status500": 502,
    "status404": 404,
    "status503": 503,
}
"""Faults, and what they come out as."""
PLAIN_SCENE, NO_TITLE, NO_STUDIO, NO_FILE = 16, 15, 14, 40


@pytest.fixture
def quiet(stand_in: Upstream) -> Upstream:
    stand_in.reset()
    stand_in.pace(0)
    return stand_in


@pytest.fixture
def settings(database_url: str, tmp_path: Path, quiet: Upstream) -> Settings:
    return Settings(database_url=database_url, data_dir=tmp_path, stash_url=quiet.url, stash_api_key=KEY)


async def scene(client: httpx.AsyncClient, number: int) -> dict[str, Any]:
    """One of the first 24 or any other scene, from its page in the order of age."""
    page = (await client.get("/api/scenes", params={"sort": "oldest", "page": 1 + (number - 1) // 24})).json()
    return next(item for item in page["items"] if item["id"] == str(number))


class TestList:
    async def test_a_page(self, client: httpx.AsyncClient) -> None:
        response = await client.get("/api/scenes")
        assert response.status_code == 200
        page = response.json()
        assert (page["page"], page["pages"], page["count"], len(page["items"])) == (1, 10, 240, 24)
        assert [item["id"] for item in page["items"]][:3] == ["240", "239", "238"]
        assert "stash.internal" not in response.text
        assert KEY not in response.text

    async def test_a_scene_has_what_a_card_shows(self, client: httpx.AsyncClient) -> None:
        found = await scene(client, PLAIN_SCENE)
        at = f"/api/proxy/stash/scene/{PLAIN_SCENE}"
        version = found["screenshot"].partition("?t=")[2]
        assert version.isdigit()
        assert found == {
            "id": "16",
            "title": "The long pier 16",
            "studio": "North Light",
            "date": "2026-01-17",
            "duration": 30 + 16 * 7919 % 5400 + 0.48,
            "screenshot": f"{at}/screenshot?t={version}",
            "preview": f"{at}/preview?t={version}",
            "sprite": f"{at}/sprite?t={version}",
        }

    async def test_its_addresses_lead_to_pictures(self, client: httpx.AsyncClient) -> None:
        found = await scene(client, PLAIN_SCENE)
        for name, kind in {
            "screenshot": "image/jpeg",
            "preview": "video/mp4",
            "sprite": "image/jpeg",
        }.items():
            response = await client.get(found[name])
            assert (response.status_code, response.headers["content-type"]) == (200, kind)
            assert "immutable" in response.headers["cache-control"]

    async def test_what_a_scene_lacks(self, client: httpx.AsyncClient) -> None:
        assert (await scene(client, NO_TITLE))["title"] == "clip.0015"
        assert (await scene(client, NO_STUDIO))["studio"] is None
        bare = await scene(client, NO_FILE)
        assert (bare["duration"], bare["preview"], bare["sprite"]) == (None, None, None)
        assert bare["screenshot"]
        nameless = await scene(client, 120)
        assert nameless["title"] == "Scene 120"

    async def test_searches_and_orders(self, client: httpx.AsyncClient) -> None:
        found = (await client.get("/api/scenes", params={"q": " café ", "sort": "oldest", "page": 2})).json()
        assert (found["pages"], found["page"]) == (-(-found["count"] // 24), 2)
        assert all(item["title"].startswith("Café") for item in found["items"])
        nothing = (await client.get("/api/scenes", params={"q": "nobody has this"})).json()
        assert nothing == {"items": [], "page": 1, "pages": 0, "count": 0}

    async def test_a_page_beyond_the_last_is_empty(self, client: httpx.AsyncClient) -> None:
        page = (await client.get("/api/scenes", params={"page": 11})).json()
        assert (page["items"], page["pages"], page["count"]) == ([], 10, 240)

    async def test_bad_parameters_are_named(self, client: httpx.AsyncClient, quiet: Upstream) -> None:
        for query, field in BAD_PARAMETERS:
            problem(await client.get(f"/api/scenes?{query}"), 400, field)
        assert not quiet.stats().requests

    async def test_an_upstream_that_is_away_is_said(self, client: httpx.AsyncClient, quiet: Upstream) -> None:
        quiet.fault("/graphql", "reset")
        response = await client.get("/api/scenes")
        assert "Stash server" in problem(response, 502)
        assert response.headers["cache-control"] == "no-store"
        quiet.fault("/graphql", "status503")
        response = await client.get("/api/scenes")
        problem(response, 503)
        assert response.headers["retry-after"] == "7"

    async def test_a_wrong_key_is_said(self, settings: Settings, caplog: pytest.LogCaptureFixture) -> None:
        wrong = Settings(
            database_url=settings.database_url,
            data_dir=settings.data_dir,
            stash_url=settings.stash_url,
            stash_api_key="quite-another-key",
        )
        async with open_studio(wrong) as studio:
            response = await studio.client.get("/api/scenes")
        assert "STASH_API_KEY" in problem(response, 502)
        assert "quite-another-key" not in response.text + caplog.text

    async def test_a_browser_that_leaves_ends_the_search(self, proxy: Proxy, upstream: Upstream) -> None:
        upstream.fault("/graphql", "hold")
        visit = await proxy.open("/api/scenes?q=night")
        await until(lambda: upstream.stats().held == 1)
        visit.leave()
        await until(lambda: upstream.stats().aborted == 1)
        assert (await proxy.get("/api/scenes")).status_code == 200


class TestTakingOver:
    async def test_as_a_source(self, studio: Studio, quiet: Upstream) -> None:
        response = await studio.client.post(f"/api/scenes/{PLAIN_SCENE}/source")
        assert response.status_code == 201
        (item,) = response.json()["items"]
        assert (item["width"], item["height"]) == (640, 360)
        await self._is_the_screenshot(studio, quiet, item["full"])
        assert (await studio.client.get("/api/gallery")).json()["items"] == []
        body = {"prompt": "at night", "model": "sketch", "sources": [item["id"]]}
        job = await studio.client.post("/api/generate", json=body)
        assert job.status_code == 202

    async def test_into_the_gallery(self, studio: Studio, quiet: Upstream) -> None:
        response = await studio.client.post(f"/api/scenes/{PLAIN_SCENE}/keep")
        assert response.status_code == 201
        (item,) = response.json()["items"]
        assert (item["prompt"], item["model"]) == ("The long pier 16", "upload")
        assert (item["width"], item["height"]) == (640, 360)
        await self._is_the_screenshot(studio, quiet, item["full"])
        await studio.work()
        (shown,) = (await studio.client.get("/api/gallery")).json()["items"]
        assert shown["id"] == item["id"]
        assert shown["preview"]
        assert (await studio.client.get(f"/api/image/{item['id']}")).json()["params"] == {"scene": "16"}

    async def _is_the_screenshot(self, studio: Studio, quiet: Upstream, url: str) -> None:
        kept = (await studio.client.get(url)).content
        passed = (await studio.client.get(f"/api/proxy/stash/scene/{PLAIN_SCENE}/screenshot")).content
        assert hashlib.sha256(kept).digest() == hashlib.sha256(passed).digest()
        assert [seen["path"].partition("?")[0] for seen in quiet.stats().requests] == [
            "/graphql",
            f"/scene/{PLAIN_SCENE}/screenshot",
            f"/scene/{PLAIN_SCENE}/screenshot",
        ]

    async def test_a_scene_without_a_title(self, studio: Studio) -> None:
        (item,) = (await studio.client.post("/api/scenes/120/keep")).json()["items"]
        assert item["prompt"] == "Scene 120"

    @pytest.mark.parametrize("way", ["source", "keep"])
    async def test_what_there_is_not(self, studio: Studio, quiet: Upstream, way: str) -> None:
        assert "999" in problem(await studio.client.post(f"/api/scenes/999/{way}"), 404)
        for name in ("x", "01", "-1", "1" * 19, "1e3"):
            problem(await studio.client.post(f"/api/scenes/{name}/{way}"), 400, "id")
        assert len(quiet.stats().requests) == 1

    @pytest.mark.parametrize("way", ["source", "keep"])
    async def test_a_bad_screenshot_leaves_nothing(self, studio: Studio, quiet: Upstream, way: str) -> None:
        for fault, status in BAD_SCREENSHOTS.items():
            quiet.fault("/scene/", fault)
            detail = problem(await studio.client.post(f"/api/scenes/{PLAIN_SCENE}/{way}"), status)
            assert "screenshot" in detail or "Stash server" in detail or "picture" in detail
        assert await stored(studio) == []
        assert (await studio.client.post(f"/api/scenes/{PLAIN_SCENE}/{way}")).status_code == 201

    async def test_a_browser_that_stays_gets_it_and_one_that_leaves_ends_it(
        self, proxy: Proxy, upstream: Upstream
    ) -> None:
        path = f"/api/scenes/{PLAIN_SCENE}/source"
        for body in (b"", b"{}"):
            assert (await proxy.client.post(path, content=body)).status_code == 201
        upstream.fault("/scene/", "stall")
        visit = await proxy.open(path, b"Content-Length: 0\r\n", b"POST")
        await until(lambda: len(upstream.stats().requests) == 6)
        visit.leave()
        await until(lambda: upstream.stats().aborted == 1)
        await proxy.wait_for(active=0, queued=0)

    async def test_a_large_screenshot(self, studio: Studio, quiet: Upstream) -> None:
        quiet.fault("/scene/", "large")
        (item,) = (await studio.client.post(f"/api/scenes/{PLAIN_SCENE}/source")).json()["items"]
        head = await studio.client.head(item["full"])
        assert head.headers["content-length"] == "50000000"


async def test_without_a_server_there_are_no_scenes(database_url: str, tmp_path: Path) -> None:
    async with open_studio(Settings(database_url=database_url, data_dir=tmp_path)) as studio:
        for method, path in (("GET", ""), ("POST", "/1/source"), ("POST", "/1/keep")):
            assert "STASH_URL" in problem(await studio.client.request(method, f"/api/scenes{path}"), 404)
        assert (await studio.client.get("/api/config")).json()["scenes"] is False


async def test_the_page_is_told_that_there_are_scenes(client: httpx.AsyncClient) -> None:
    assert (await client.get("/api/config")).json()["scenes"] is True

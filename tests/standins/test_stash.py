"""The stand-in for a Stash server is what its tests take it for."""

from __future__ import annotations

import gzip
import io
import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Generator
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import httpx
import pytest
from PIL import Image

from tests.processes import wait_for
from tests.standins.process import PLAIN, ROOT
from tests.standins.stash import READY, Upstream, stash
from tests.standins.stash_faults import HELP, NAMES, Faults

KEY = "stash-key"
SECONDS = 10.0
SCREENSHOT = "/scene/1/screenshot"
FIND = """query Find($filter: FindFilterType) { findScenes(filter: $filter) { count scenes {
    id title date rating100 updated_at files { duration basename } studio { name } paths { screenshot stream }
} } }"""


@pytest.fixture(scope="module")
def running() -> Generator[Upstream]:
    with stash(key=KEY, latency=0) as upstream:
        yield upstream


@pytest.fixture
def upstream(running: Upstream) -> Upstream:
    running.reset()
    running.pace(0)
    return running


@pytest.fixture
def client(upstream: Upstream) -> Generator[httpx.Client]:
    with connect(upstream) as found:
        yield found


def connect(upstream: Upstream, **options: Any) -> httpx.Client:
    options = {"headers": {"ApiKey": KEY, "accept-encoding": "identity"}, "timeout": SECONDS} | options
    return httpx.Client(base_url=upstream.url, verify=PLAIN, trust_env=False, **options)


def find(client: httpx.Client, **filter: Any) -> dict[str, Any]:  # noqa: A002 - Stash's word.
    answer = client.post("/graphql", json={"query": FIND, "variables": {"filter": filter}})
    assert answer.status_code == 200, answer.text
    return answer.json()["data"]["findScenes"]


class TestMedia:
    @pytest.mark.parametrize(
        ("path", "format", "size"),
        [
            (SCREENSHOT, "JPEG", (640, 360)),
            ("/scene/1/webp", "WEBP", (320, 180)),
            ("/scene/1/vtt/sprite", "JPEG", (1440, 810)),
            ("/image/1/thumbnail", "JPEG", (320, 180)),
            ("/image/1/image", "JPEG", (640, 360)),
            ("/performer/1/image", "JPEG", (320, 180)),
            ("/studio/1/image", "WEBP", (320, 180)),
            ("/tag/1/image", "JPEG", (320, 180)),
        ],
    )
    def test_pictures_are_real(
        self,
        client: httpx.Client,
        path: str,
        format: str,  # noqa: A002
        size: tuple[int, int],
    ) -> None:
        answer = client.get(path)
        assert answer.headers["content-type"] == f"image/{format.lower()}"
        with Image.open(io.BytesIO(answer.content)) as image:
            image.load()
            assert (image.format, image.size) == (format, size)
        assert answer.content != client.get(path.replace("/1/", "/13/")).content or format == "WEBP"

    @pytest.mark.parametrize("path", ["/scene/1/preview", "/image/1/preview"])
    def test_previews_are_mp4(self, client: httpx.Client, path: str) -> None:
        answer = client.get(path)
        assert answer.headers["content-type"] == "video/mp4"
        assert answer.content[4:8] == b"ftyp"

    def test_a_sprite_is_found_by_the_hash_that_is_told(self, client: httpx.Client) -> None:
        query = "{ findScene(id: $id) { paths { sprite } } }"
        answer = client.post("/graphql", json={"query": query, "variables": {"id": "1"}}).json()
        path = httpx.URL(answer["data"]["findScene"]["paths"]["sprite"]).path
        assert client.get(path).content == client.get("/scene/1/vtt/sprite").content

    @pytest.mark.parametrize(
        "path",
        [
            "/scene/10/preview",
            "/scene/20/vtt/sprite",
            "/scene/0/screenshot",
            "/scene/241/screenshot",
            "/scene/1/stream",
            "/x",
        ],
    )
    def test_what_was_not_made_is_not_found(self, client: httpx.Client, path: str) -> None:
        assert client.get(path).status_code == 404

    def test_parts(self, client: httpx.Client) -> None:
        whole = client.get(SCREENSHOT)
        size = len(whole.content)
        for span, part in {
            "bytes=0-9": whole.content[:10],
            f"bytes={size - 5}-": whole.content[-5:],
            "bytes=-7": whole.content[-7:],
            f"bytes=5-{size * 2}": whole.content[5:],
        }.items():
            answer = client.get(SCREENSHOT, headers={"range": span})
            assert (answer.status_code, answer.content) == (206, part)
            assert answer.headers["content-range"].endswith(f"/{size}")
        beyond = client.get(SCREENSHOT, headers={"range": f"bytes={size}-"})
        assert (beyond.status_code, beyond.headers["content-range"]) == (416, f"bytes */{size}")
        stale = client.get(SCREENSHOT, headers={"range": "bytes=0-9", "if-range": '"other"'})
        assert (stale.status_code, stale.content) == (200, whole.content)
        fresh = client.get(SCREENSHOT, headers={"range": "bytes=0-9", "if-range": whole.headers["etag"]})
        assert fresh.status_code == 206

    def test_validators(self, client: httpx.Client) -> None:
        whole = client.get(SCREENSHOT)
        for name, value in {
            "if-none-match": whole.headers["etag"],
            "if-modified-since": whole.headers["last-modified"],
        }.items():
            answer = client.get(SCREENSHOT, headers={name: value})
            assert (answer.status_code, answer.content) == (304, b"")
        assert client.get(SCREENSHOT, headers={"if-none-match": '"other"'}).status_code == 200

    def test_a_version_makes_it_immutable(self, client: httpx.Client) -> None:
        assert client.get(SCREENSHOT).headers["cache-control"] == "no-cache"
        versioned = client.get(f"{SCREENSHOT}?t=12").headers["cache-control"]
        assert versioned == "private, max-age=31536000, immutable"

    def test_head(self, client: httpx.Client) -> None:
        head, whole = client.head(SCREENSHOT), client.get(SCREENSHOT)
        assert (head.status_code, head.content) == (200, b"")
        assert head.headers["content-length"] == str(len(whole.content))

    @pytest.mark.parametrize("headers", [{}, {"ApiKey": "wrong"}])
    def test_the_key_is_asked_for(self, upstream: Upstream, headers: dict[str, str]) -> None:
        with connect(upstream, headers=headers) as stranger:
            for answer in (stranger.get(SCREENSHOT), stranger.post("/graphql", json={"query": FIND})):
                assert (answer.status_code, answer.headers["www-authenticate"]) == (401, "FormBased")


class TestQueries:
    def test_pages_in_an_order(self, client: httpx.Client) -> None:
        newest = {"per_page": 24, "sort": "created_at", "direction": "DESC"}
        found = [find(client, page=page, **newest) for page in (1, 2, 10, 11)]
        assert {one["count"] for one in found} == {240}
        ids = [int(scene["id"]) for one in found for scene in one["scenes"]]
        assert ids == [*range(240, 192, -1), *range(24, 0, -1)]

    def test_a_search(self, client: httpx.Client) -> None:
        found = find(client, q="NIGHT train", per_page=-1)
        assert found["count"] == len(found["scenes"]) > 20
        assert all("Night train" in scene["title"] for scene in found["scenes"])

    def test_a_scene_has_stash_s_own_addresses_and_key(self, client: httpx.Client) -> None:
        (scene,) = find(client, q="clip.0001", per_page=2)["scenes"]
        assert scene["paths"]["stream"] == f"http://stash.internal:9999/scene/1/stream?apikey={KEY}"
        assert scene["paths"]["screenshot"].startswith("http://stash.internal:9999/scene/1/screenshot?t=1")
        assert scene["files"] == [{"duration": 30 + 7919 % 5400 + 0.48, "basename": "clip.0001.mp4"}]

    @pytest.mark.parametrize(
        ("query", "filter"),
        [
            ("{ findScenes { colour } }", {}),
            ("{ findScenes { count", {}),
            ("{ findScenes }", {}),
            ("{ version { version { major } } }", {}),
            (FIND, {"colour": 1}),
            (FIND, {"page": "1"}),
            (FIND, {"direction": "UP"}),
            (FIND, {"sort": "colour"}),
        ],
    )
    def test_a_wrong_query_is_refused(self, client: httpx.Client, query: str, filter: dict[str, Any]) -> None:  # noqa: A002
        answer = client.post("/graphql", json={"query": query, "variables": {"filter": filter}})
        assert (answer.status_code, answer.json()["data"]) == (422, None)
        assert answer.json()["errors"][0]["message"]

    def test_others(self, client: httpx.Client) -> None:
        query = "query { version { version } systemStatus { status } findScene(id: $id) { id } }"
        answer = client.post("/graphql", json={"query": query, "variables": {"id": "999"}}).json()
        assert answer["data"] == {
            "version": {"version": "v0.30.0"},
            "systemStatus": {"status": "OK"},
            "findScene": None,
        }


class TestEvidence:
    def test_requests_are_written_down_in_order(self, upstream: Upstream, client: httpx.Client) -> None:
        client.get(f"{SCREENSHOT}?t=3")
        client.head("/scene/2/webp")
        client.get("/nothing")
        stats = upstream.stats()
        assert [(seen["method"], seen["path"], seen["status"]) for seen in stats.requests] == [
            ("GET", f"{SCREENSHOT}?t=3", 200),
            ("HEAD", "/scene/2/webp", 200),
            ("GET", "/nothing", 404),
        ]
        assert {seen["headers"]["apikey"] for seen in stats.requests} == {KEY}
        assert (stats.active, stats.peak, stats.connections, stats.aborted) == (0, 1, 1, 0)

    def test_how_many_at_once(self, upstream: Upstream) -> None:
        upstream.fault("/", "hold", times=5)
        with connect(upstream) as client, ThreadPoolExecutor(5) as pool:
            answers = [pool.submit(client.get, SCREENSHOT) for _ in range(5)]
            assert wait_for(lambda: upstream.stats().held == 5, SECONDS)
            assert upstream.stats().active == 5
            assert upstream.release() == 5
            assert {answer.result().status_code for answer in answers} == {200}
        stats = upstream.stats()
        assert (stats.active, stats.peak, stats.connections) == (0, 5, 5)

    def test_it_takes_its_time_and_more_above_its_capacity(self, upstream: Upstream) -> None:
        upstream.pace(0.05, capacity=2)
        with connect(upstream) as client, ThreadPoolExecutor(6) as pool:
            begin = time.monotonic()
            client.get(SCREENSHOT)
            alone = time.monotonic() - begin
            list(pool.map(client.get, [SCREENSHOT] * 6))
            together = max(seen["ended"] - seen["began"] for seen in ended(upstream))
        assert alone >= 0.05
        # All six at once take 3 x 3 times as long; on a busy machine fewer of them meet.
        assert together >= 0.05 * 1.5**2

    def test_a_client_that_leaves_is_seen(self, upstream: Upstream) -> None:
        upstream.fault("/scene/1/", "hang")
        upstream.fault("/scene/2/", "stall")
        for number in (1, 2):
            with connect(upstream, timeout=0.2) as client, pytest.raises(httpx.ReadTimeout):
                client.get(f"/scene/{number}/screenshot")
        assert wait_for(lambda: upstream.stats().aborted == 2, SECONDS)
        stats = upstream.stats()
        assert [(seen["status"], seen["aborted"]) for seen in stats.requests] == [(None, True), (200, True)]
        assert stats.active == 0


def ended(upstream: Upstream) -> Generator[Any]:
    return (seen for seen in upstream.stats().requests if seen["ended"] is not None)


class TestFaults:
    def test_each_is_explained(self) -> None:
        assert len(NAMES) == 18
        assert all(f"\n  {name}  " in HELP for name in NAMES)
        assert Faults().take("/") == ""

    def test_an_unknown_one_is_refused(self, upstream: Upstream) -> None:
        with pytest.raises(httpx.HTTPStatusError):
            upstream.fault("/", "earthquake")

    def test_as_often_as_was_said_and_only_there(self, upstream: Upstream, client: httpx.Client) -> None:
        upstream.fault("/scene/1/", "status500", times=2)
        upstream.fault("/scene/2/", "html", times=None)
        paths = [SCREENSHOT, "/scene/12/webp", SCREENSHOT, SCREENSHOT]
        assert [client.get(path).status_code for path in paths] == [500, 200, 500, 200]
        for _ in range(3):
            assert client.get("/scene/2/webp").headers["content-type"].startswith("text/html")

    @pytest.mark.parametrize(
        ("name", "status", "headers"),
        [
            ("status404", 404, {}),
            ("status500", 500, {}),
            ("status503", 503, {"retry-after": "7"}),
            ("svg", 200, {"content-type": "image/svg+xml"}),
            ("redirect", 302, {}),
            ("cookie", 200, {"set-cookie": "session=stolen; Path=/"}),
        ],
    )
    def test_another_answer(
        self, upstream: Upstream, client: httpx.Client, name: str, status: int, headers: dict[str, str]
    ) -> None:
        upstream.fault("/", name)
        answer = client.get(SCREENSHOT)
        assert answer.status_code == status
        assert dict(answer.headers) == dict(answer.headers) | headers
        if name == "redirect":
            assert answer.headers["location"] == f"{upstream.url.replace('127.0.0.1', 'localhost')}/elsewhere"

    @pytest.mark.parametrize("name", ["reset", "cut", "garbage"])
    def test_an_answer_that_breaks_off(self, upstream: Upstream, client: httpx.Client, name: str) -> None:
        upstream.fault("/", name)
        with pytest.raises((httpx.ReadError, httpx.RemoteProtocolError)):
            client.get(SCREENSHOT)
        assert client.get(SCREENSHOT).status_code == 200
        assert upstream.stats().aborted == 0

    def test_compressed_although_nobody_asked(self, upstream: Upstream, client: httpx.Client) -> None:
        whole = client.get(SCREENSHOT).content
        upstream.fault("/", "gzip")
        with client.stream("GET", SCREENSHOT) as answer:
            raw = b"".join(answer.iter_raw())
        assert answer.headers["content-encoding"] == "gzip"
        assert gzip.decompress(raw) == whole

    @pytest.mark.parametrize(("name", "length"), [("large", 50_000_000), ("huge", 60_000_000)])
    def test_a_large_body_is_there_to_its_end(
        self, upstream: Upstream, client: httpx.Client, name: str, length: int
    ) -> None:
        upstream.fault("/", name)
        with client.stream("GET", SCREENSHOT) as answer:
            assert answer.headers["content-length"] == str(length)
            assert sum(len(piece) for piece in answer.iter_raw()) == length

    def test_a_body_without_an_end(self, upstream: Upstream, client: httpx.Client) -> None:
        upstream.fault("/", "endless")
        with client.stream("GET", SCREENSHOT) as answer:
            assert "content-length" not in answer.headers
            received = 0
            for piece in answer.iter_raw():
                received += len(piece)
                if received > 5_000_000:
                    break
        assert wait_for(lambda: upstream.stats().aborted == 1, SECONDS)

    def test_a_slow_body(self, upstream: Upstream, client: httpx.Client) -> None:
        whole = client.get(SCREENSHOT).content
        upstream.fault("/", "slow")
        begin = time.monotonic()
        assert client.get(SCREENSHOT).content == whole
        assert time.monotonic() - begin > 1.5

    @pytest.mark.parametrize("name", ["half", "other json", "graphql error"])
    def test_answers_to_queries(self, upstream: Upstream, client: httpx.Client, name: str) -> None:
        upstream.fault("/graphql", name)
        answer = client.post("/graphql", json={"query": FIND})
        assert answer.status_code == 200
        if name == "half":
            with pytest.raises(ValueError, match=r"."):
                answer.json()
        else:
            assert ("errors" in answer.json()) == (name == "graphql error")


class TestProcess:
    def test_a_prefix(self) -> None:
        with stash(latency=0, scenes=3, prefix="/stash") as upstream, connect(upstream, headers={}) as client:
            assert upstream.url.endswith("/stash")
            assert client.get("/scene/3/screenshot").status_code == 200
            assert client.get(f"{upstream.url.removesuffix('/stash')}/scene/3/screenshot").status_code == 404
            assert find(client)["count"] == 3

    def test_it_ends_quickly_and_well_with_requests_under_way(self) -> None:
        command = [sys.executable, "-m", "tests.standins.stash"]
        pipe = subprocess.PIPE
        with subprocess.Popen(command, cwd=ROOT, stdout=pipe, stderr=pipe, text=True) as process:
            assert process.stdout is not None
            upstream = Upstream(process.stdout.readline().removeprefix(READY).strip(), None)
            upstream.fault("/", "hang")
            address = httpx.URL(upstream.url)
            with socket.create_connection((address.host, address.port or 0), SECONDS) as plug:
                plug.sendall(b"GET /scene/1/screenshot HTTP/1.1\r\nhost: x\r\n\r\n")
                assert wait_for(lambda: upstream.stats().active == 1, SECONDS)
                os.kill(process.pid, signal.SIGTERM)
                assert process.communicate(timeout=SECONDS) == ("", "")
            upstream.close()
        assert process.returncode == 0

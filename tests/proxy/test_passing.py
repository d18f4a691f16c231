"""What passes through the proxy, and what does not: contents, headers, addresses, errors, and the key."""

from __future__ import annotations

import asyncio

import httpx
import pytest
from tests.conftest import problem
from tests.processes import Serving
from tests.proxy.conftest import KEY, PICTURE, Proxy
from tests.standins.process import PLAIN
from tests.standins.stash import Upstream

PICTURE_1 = PICTURE.format(1)
UNVERSIONED = PICTURE_1.partition("?")[0]
IMMUTABLE = "private, max-age=31536000, immutable"


def direct(upstream: Upstream, path: str) -> httpx.Response:
    """What the upstream itself answers."""
    return httpx.get(upstream.url + path, headers={"ApiKey": KEY}, verify=PLAIN, trust_env=False)


@pytest.mark.parametrize(
    ("path", "asked", "kind"),
    [
        ("scene/1/screenshot", "/scene/1/screenshot", "image/jpeg"),
        ("scene/1/preview", "/scene/1/preview", "video/mp4"),
        ("scene/1/webp", "/scene/1/webp", "image/webp"),
        ("scene/1/sprite", "/scene/1/vtt/sprite", "image/jpeg"),
        ("image/1/thumbnail", "/image/1/thumbnail", "image/jpeg"),
        ("image/1/image", "/image/1/image", "image/jpeg"),
        ("performer/1/image", "/performer/1/image", "image/jpeg"),
        ("studio/1/image", "/studio/1/image", "image/webp"),
        ("tag/1/image", "/tag/1/image", "image/jpeg"),
    ],
)
async def test_each_variant_is_passed_on_untouched(
    proxy: Proxy, upstream: Upstream, path: str, asked: str, kind: str
) -> None:
    answer = await proxy.get(f"/api/proxy/stash/{path}?t=17")
    assert answer.status_code == 200, answer.text
    assert upstream.stats().requests[0]["path"] == f"{asked}?t=17"
    theirs = direct(upstream, f"{asked}?t=17")
    assert answer.content == theirs.content
    for name in ("content-type", "content-length", "etag", "last-modified", "accept-ranges"):
        assert answer.headers[name] == theirs.headers[name]
    assert answer.headers["content-type"] == kind
    assert answer.headers["cache-control"] == IMMUTABLE
    assert answer.headers["x-content-type-options"] == "nosniff"
    assert answer.headers["content-security-policy"] == "sandbox; default-src 'none'"
    assert answer.headers["cross-origin-resource-policy"] == "same-origin"


async def test_without_a_version_a_browser_asks_again(proxy: Proxy, upstream: Upstream) -> None:
    answer = await proxy.get(UNVERSIONED)
    assert answer.headers["cache-control"] == "no-cache"
    assert upstream.stats().requests[0]["path"] == "/scene/1/screenshot"
    again = await proxy.get(UNVERSIONED, {"if-none-match": answer.headers["etag"]})
    assert (again.status_code, again.content) == (304, b"")
    assert again.headers["cache-control"] == "no-cache"
    since = await proxy.get(UNVERSIONED, {"if-modified-since": answer.headers["last-modified"]})
    assert since.status_code == 304
    changed = await proxy.get(UNVERSIONED, {"if-none-match": '"another"'})
    assert changed.status_code == 200


async def test_a_head_has_no_body_and_keeps_the_connection(proxy: Proxy, upstream: Upstream) -> None:
    whole = await proxy.get(PICTURE_1)
    for _ in range(3):
        head = await proxy.get(PICTURE_1, method="HEAD")
        assert (head.status_code, head.content) == (200, b"")
        assert head.headers["content-length"] == str(len(whole.content))
        assert head.headers["cache-control"] == IMMUTABLE
        assert (await proxy.get(PICTURE_1, {"if-none-match": whole.headers["etag"]})).status_code == 304
        for method in ("GET", "HEAD"):
            missing = await proxy.get("/api/proxy/stash/scene/999999/screenshot", method=method)
            assert (missing.status_code, missing.headers["cache-control"]) == (404, "no-store")
    stats = upstream.stats()
    assert [request["method"] for request in stats.requests].count("HEAD") == 6
    assert stats.connections <= 1


@pytest.mark.parametrize("path", [PICTURE_1, "/api/proxy/stash/scene/1/preview?t=1"])
async def test_a_part_is_passed_on(proxy: Proxy, upstream: Upstream, path: str) -> None:
    whole = (await proxy.get(path)).content
    part = await proxy.get(path, {"range": "bytes=100-199"})
    assert (part.status_code, part.content) == (206, whole[100:200])
    assert part.headers["content-range"] == f"bytes 100-199/{len(whole)}"
    assert part.headers["content-length"] == "100"
    assert part.headers["cache-control"] == IMMUTABLE
    last = await proxy.get(path, {"range": "bytes=-10"})
    assert last.content == whole[-10:]
    stale = await proxy.get(path, {"range": "bytes=100-199", "if-range": '"another"'})
    assert (stale.status_code, stale.content) == (200, whole)
    fresh = await proxy.get(path, {"range": "bytes=100-199", "if-range": part.headers["etag"]})
    assert fresh.status_code == 206
    beyond = await proxy.get(path, {"range": f"bytes={len(whole)}-"})
    problem(beyond, 416)
    assert beyond.headers["content-range"] == f"bytes */{len(whole)}"
    assert beyond.headers["cache-control"] == "no-store"
    assert upstream.stats().aborted == 0


async def test_several_ranges_are_the_whole(proxy: Proxy, upstream: Upstream) -> None:
    answer = await proxy.get(PICTURE_1, {"range": "bytes=0-1,5-9", "if-range": '"x"'})
    assert answer.status_code == 200
    assert not upstream.stats().requests[0]["headers"].keys() & {"range", "if-range"}


async def test_the_upstream_sees_nothing_of_the_browser(proxy: Proxy, upstream: Upstream) -> None:
    sent = {
        "cookie": "session=mine",
        "authorization": "Bearer mine",
        "apikey": "another",
        "referer": proxy.url,
        "user-agent": "a browser",
        "accept-encoding": "gzip, br",
        "x-forwarded-for": "10.0.0.1",
    }
    assert (await proxy.get(PICTURE_1, sent)).status_code == 200
    headers = upstream.stats().requests[0]["headers"]
    assert headers["accept-encoding"] == "identity"
    assert headers["apikey"] == KEY
    assert headers["user-agent"] == "aiimagecraft"
    assert headers.keys() <= {"host", "user-agent", "accept", "accept-encoding", "connection", "apikey"}


@pytest.mark.parametrize(
    ("fault", "status"),
    [
        ("reset", None), ("cut", None), ("endless", None),
        ("garbage", 502), ("status500", 502), ("status400", 502), ("status204", 502), ("status304", 502),
        ("status206", 502), ("redirect", 502), ("huge", 502),
        ("status401", 502), ("status403", 502), ("status404", 404), ("status503", 503), ("status429", 503),
        ("html", 415), ("svg", 415),
    ],
)  # fmt: skip
async def test_what_goes_wrong_is_said_and_not_kept(
    proxy: Proxy, upstream: Upstream, fault: str, status: int | None
) -> None:
    upstream.fault("/scene/1/", fault)
    if status is None:
        # The answer had begun, so all that can be done is to break it off.
        with pytest.raises(httpx.RemoteProtocolError):
            await proxy.get(PICTURE_1)
    else:
        answer = await proxy.get(PICTURE_1)
        detail = problem(answer, status)
        assert answer.headers["cache-control"] == "no-store"
        assert KEY not in detail
        if status == 503:
            assert answer.headers["retry-after"] == "7"
        if fault in {"status401", "status403"}:
            assert "STASH_API_KEY" in detail
    assert (await proxy.get(PICTURE_1)).status_code == 200
    assert not [one for one in upstream.stats().requests if "elsewhere" in one["path"]]
    await proxy.wait_for(active=0)


async def test_cookies_are_not_kept(proxy: Proxy, upstream: Upstream) -> None:
    upstream.fault("/scene/1/", "cookie")
    answer = await proxy.get(PICTURE_1)
    assert answer.status_code == 200
    assert "set-cookie" not in answer.headers
    await proxy.get(PICTURE_1)
    assert "cookie" not in upstream.stats().requests[1]["headers"]


async def test_a_body_that_is_compressed_unasked_stays_so(proxy: Proxy, upstream: Upstream) -> None:
    plain = (await proxy.get(PICTURE_1)).content
    upstream.fault("/scene/1/", "gzip")
    answer = await proxy.get(PICTURE_1)
    assert answer.headers["content-encoding"] == "gzip"
    assert answer.content == plain, "the client decodes it"


@pytest.mark.parametrize(
    "path",
    [
        "/api/proxy/stash/scene/1/stream",
        "/api/proxy/stash/scene/1/vtt/sprite",
        "/api/proxy/stash/scene/1/vtt%2Fsprite",
        "/api/proxy/stash/scene%2F1%2Fscreenshot",
        "/api/proxy/stash/scene/1%2Fscreenshot",
        "/api/proxy/stash/scene/%31/screenshot",
        "/api/proxy/stash/scene/1/screensho%74",
        "/api/proxy/stash/scene/1/../1/screenshot",
        "/api/proxy/stash/scene/1/%2e%2e/1/screenshot",
        "/api/proxy/stash/./scene/1/screenshot",
        "/api/proxy/stash//scene/1/screenshot",
        "/api/proxy/stash/scene/1/screenshot/",
        "/api/proxy//stash/scene/1/screenshot",
        "/api/proxy/stash/scene/01/screenshot",
        "/api/proxy/stash/scene/-1/screenshot",
        "/api/proxy/stash/scene/1.0/screenshot",
        "/api/proxy/stash/scene/\u00b2/screenshot",
        "/api/proxy/stash/scene/%D9%A1/screenshot",
        f"/api/proxy/stash/scene/{'9' * 19}/screenshot",
        "/api/proxy/stash/Scene/1/screenshot",
        "/api/proxy/stash/scene/1/Screenshot",
        "/api/proxy/stash/gallery/1/image",
        "/api/proxy/stash/performer/1/preview",
        "/api/proxy/stash/graphql",
        "/api/proxy/stash/graphql/1/image",
        "/api/proxy/stash/graphql?query={version{version}}",
        "/api/proxy/stash/http://127.0.0.1/1/image",
        "/api/proxy/stash/http:%2F%2F127.0.0.1/1/image",
        "/api/proxy/stash/scene/1/screenshot%0d%0aX-Evil:%201",
        "/api/proxy/stash/scene/1/screenshot%00",
        "/api/proxy/stash/scene/1/screenshot;x",
        "/api/proxy/stash/scene/1/screenshot?",
        "/api/proxy/stash/scene/1/screenshot?t=",
        "/api/proxy/stash/scene/1/screenshot?t=1a",
        "/api/proxy/stash/scene/1/screenshot?t=%31",
        "/api/proxy/stash/scene/1/screenshot?t=1&t=2",
        "/api/proxy/stash/scene/1/screenshot?t=1&apikey=x",
        "/api/proxy/stash/scene/1/screenshot?apikey=x",
        "/api/proxy/stash/scene/1/screenshot?t=1%0d%0aX-Evil:%201",
        "/api/proxy/stash?path=/scene/1/screenshot",
    ],
)
async def test_no_other_address_reaches_the_upstream(proxy: Proxy, upstream: Upstream, path: str) -> None:
    visit = await proxy.open(path, b"Connection: close\r\n")
    async with asyncio.timeout(10):
        answer = await visit.reader.read()
    visit.leave()
    if path.endswith("?"):
        assert answer.startswith(b"HTTP/1.1 200 "), "an empty query is none"
        return
    status = answer.split(b" ", 2)[1]
    assert status in {b"404", b"400"}, answer
    if status == b"404":
        assert b"application/problem+json" in answer
    assert upstream.stats().requests == []


@pytest.mark.parametrize(
    ("origin", "status"), [("http://evil.example", 200), ("http://127.0.0.1:1", 200), ("//evil.example", 404)]
)
async def test_an_absolute_address_leads_nowhere_else(
    proxy: Proxy, upstream: Upstream, origin: str, status: int
) -> None:
    """Of an absolute address a server takes the path (RFC 9112 §3.2.2)."""
    visit = await proxy.open(origin + PICTURE_1, b"Connection: close\r\n")
    async with asyncio.timeout(10):
        answer = await visit.reader.read()
    visit.leave()
    assert answer.split(b" ", 2)[1] == str(status).encode()
    asked = [request["path"] for request in upstream.stats().requests]
    assert asked == (["/scene/1/screenshot?t=1700000000"] if status == 200 else [])


@pytest.mark.parametrize("method", ["POST", "PUT", "DELETE", "PATCH"])
async def test_only_reading_is_passed_on(proxy: Proxy, upstream: Upstream, method: str) -> None:
    problem(await proxy.get(PICTURE_1, method=method), 405)
    assert upstream.stats().requests == []


async def test_the_key_is_seen_by_nobody_else(proxy: Proxy, upstream: Upstream, served: Serving) -> None:
    said: list[str] = []
    for fault in ("", "status401", "status500", "redirect", "html", "garbage"):
        if fault:
            upstream.fault("/scene/1/", fault)
        answer = await proxy.get(PICTURE_1)
        said += [answer.text, str(answer.headers)]
    for path in ("/metrics", "/health/ready", "/schema/openapi.json", "/api/config"):
        answer = await proxy.get(path)
        said += [answer.text, str(answer.headers)]
    assert KEY not in served.output
    assert not [text for text in said if KEY in text]
    for request in upstream.stats().requests:
        assert KEY not in request["path"]
        assert [name for name, value in request["headers"].items() if KEY in value] == ["apikey"]


async def test_without_a_server_there_is_nothing_to_pass_on(client: httpx.AsyncClient) -> None:
    detail = problem(await client.get(PICTURE_1), 404)
    assert "STASH_URL" in detail

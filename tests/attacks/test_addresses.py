"""Addresses and heads of requests that mean to be read in two ways."""

from __future__ import annotations

import pytest
from tests.attacks.conftest import House, request, say

PLACES = ("uploads", "uploads/thumb", "assets", "api/image", "api/proxy/stash/scene", "schema", "")
TRICKS = {
    "dot segments": "../../../../../../../etc/passwd",
    "dot segments to the secret": "../jwt-secret",
    "dot segments to the store": "../../objects/../jwt-secret",
    "encoded dots": "%2e%2e/%2e%2e/%2e%2e/%2e%2e/jwt-secret",
    "encoded slashes": "..%2f..%2f..%2fjwt-secret",
    "double encoding": "%252e%252e%252f%252e%252e%252fjwt-secret",
    "overlong UTF-8": "%c0%ae%c0%ae%c0%af%c0%ae%c0%ae%c0%afjwt-secret",
    "wide dots": "%ef%bc%8e%ef%bc%8e/%ef%bc%8e%ef%bc%8e/jwt-secret",
    "backslashes": "..\\..\\..\\jwt-secret",
    "encoded backslashes": "..%5c..%5cjwt-secret",
    "an absolute path": "/etc/passwd",
    "an encoded absolute path": "%2fetc%2fpasswd",
    "an address": "http://127.0.0.1/etc/passwd",
    "a file's address": "file:///etc/passwd",
    "parameters": "..;/..;/jwt-secret",
    "NUL": "%00",
    "NUL and an ending": "../jwt-secret%00.png",
    "a raw NUL": "\0",
    "a line end": "%0d%0aset-cookie:%20planted=1",
    "half an escape": "%2",
    "no escape": "%zz",
    "no UTF-8": "%ff%fe",
    "a device": "con.png",
    "a stream": "a.png::$DATA",
    "a wildcard": "*",
    "a home": "~root/.ssh/id_rsa",
    "30,000 characters": "a" * 30_000,
    "10,000 segments": "../" * 10_000,
    "10,000 dots": "." * 10_000,
}


@pytest.mark.parametrize("place", PLACES)
def test_29_tricks_reach_no_file(house: House, place: str) -> None:
    assert len(TRICKS) == 29
    prefix = f"/{place}/" if place else "/"
    for name, trick in TRICKS.items():
        for method in ("GET", "HEAD"):
            reply = say(house, request(prefix + trick, method, {"cookie": house.cookie}))
            assert 400 <= reply.status < 500, (name, method, reply.raw[:200])
            assert "set-cookie" not in reply.headers, name
            assert "location" not in reply.headers, name
            assert b"root:" not in reply.body, name
            assert house.secrets["signing secret"].encode() not in reply.body, name


WRITTEN_OTHERWISE = (
    "{}/", "{}.", "{}%20", "{}%00", "{}%00.html", "{}.html", "{};.html", "{}::$DATA", "./{}", "%2e/{}",
    "x/../{}", "x%2f..%2f{}", "/{}", "%2f{}", "thumb/../{}", "thumb/{}", "\\{}", "{}?%2e%2e", "{}#.html",
)  # fmt: skip


@pytest.mark.parametrize("form", WRITTEN_OTHERWISE)
def test_an_object_under_another_name_is_itself_or_nothing(house: House, form: str) -> None:
    for name in (form, form.upper()):
        target = "/uploads/" + name.format(house.key)
        assert say(house, request(target)).status in {400, 401}
        reply = say(house, request(target, headers={"cookie": house.cookie}))
        if reply.status == 200:
            assert reply.headers["content-type"] == "image/png"
            assert reply.headers["content-security-policy"] == "sandbox; default-src 'none'"
        else:
            assert reply.status in {400, 404}, reply.raw[:200]


@pytest.mark.parametrize(
    "target",
    [
        "http://evil.example/etc/passwd",
        "http://127.0.0.1:22/",
        "https://127.0.0.1/api/gallery",
        "//evil.example/api",
    ],
)
def test_a_whole_address_is_asked_of_this_server_only(house: House, target: str) -> None:
    """It is no proxy: what is asked for is its own path, with its own walls."""
    reply = say(house, request(target))
    assert reply.status in {302, 401, 404}
    assert reply.headers.get("location", "/login") == "/login"
    assert reply.headers["x-content-type-options"] == "nosniff"


def test_no_tunnel_is_opened(house: House) -> None:
    assert say(house, request("evil.example:443", "CONNECT")).status in {400, 405}


@pytest.mark.parametrize("host", ["evil.example", "", "127.0.0.1.evil.example", "127.0.0.1@evil.example"])
@pytest.mark.parametrize("target", ["/", "/api/me", "/health/live", "/uploads/x", "/assets/x", "/schema"])
def test_another_host_is_refused_everywhere(house: House, host: str, target: str) -> None:
    assert say(house, request(target, host=host, headers={"cookie": house.cookie})).status == 403


@pytest.mark.parametrize("method", ["POST", "PATCH", "DELETE"])
def test_another_sites_form_changes_nothing(house: House, method: str) -> None:
    for headers in ({"origin": "http://evil.example"}, {"origin": "null"}, {"sec-fetch-site": "cross-site"}):
        given = {"cookie": house.cookie, "content-length": "0", **headers}
        for target in ("/api/logout", "/api/trash/empty", "/api/login", "/api/images/bulk"):
            assert say(house, request(target, method, given)).status == 403
    assert say(house, request("/api/me", headers={"cookie": house.cookie})).status == 200


OVERRIDES = {
    "x-original-url": "/api/me",
    "x-rewrite-url": "/api/me",
    "x-http-method-override": "DELETE",
    "x-method-override": "DELETE",
    "x-forwarded-host": "evil.example",
    "x-forwarded-proto": "https",
    "x-forwarded-prefix": "/api",
    "forwarded": "for=127.0.0.1;host=evil.example",
    "x-real-ip": "127.0.0.1",
    "x-user": "anna",
    "remote-user": "anna",
    "authorization": "Basic YW5uYTpncmF2ZWwgb3R0ZXIgdmlvbGlu",
}


@pytest.mark.parametrize("name", OVERRIDES)
def test_no_header_stands_for_another_request(house: House, name: str) -> None:
    header = {name: OVERRIDES[name]}
    assert say(house, request("/health/live", headers=header)).body == b'{"status":"ok"}'
    reply = say(house, request("/api/me", headers=header))
    assert reply.status == 401
    assert b"evil.example" not in reply.raw


def test_a_forwarded_request_sees_the_metrics_only_with_their_token(house: House) -> None:
    for name in ("x-forwarded-for", "forwarded"):
        assert say(house, request("/metrics", headers={name: "127.0.0.1"})).status == 401
    token = {"authorization": f"Bearer {house.secrets['metrics token']}", "x-forwarded-for": "192.0.2.1"}
    assert say(house, request("/metrics", headers=token)).status == 200


LOGIN = "POST /api/login HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Type: application/json\r\n"
HIDDEN = "GET /health/live HTTP/1.1\r\nHost: 127.0.0.1\r\nConnection: close\r\n\r\n"
SMUGGLED = {
    "a length and chunks": f"{LOGIN}Content-Length: 5\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n{HIDDEN}",
    "two lengths": f"{LOGIN}Content-Length: 0\r\nContent-Length: {len(HIDDEN)}\r\n\r\n{HIDDEN}",
    "a length with a sign": f"{LOGIN}Content-Length: +0\r\n\r\n{HIDDEN}",
    "a negative length": f"{LOGIN}Content-Length: -1\r\n\r\n{HIDDEN}",
    "a length in hex": f"{LOGIN}Content-Length: 0x0\r\n\r\n{HIDDEN}",
    "an unknown coding": f"{LOGIN}Transfer-Encoding: xchunked\r\n\r\n0\r\n\r\n{HIDDEN}",
    "chunks not last": f"{LOGIN}Transfer-Encoding: chunked, identity\r\n\r\n0\r\n\r\n{HIDDEN}",
    "a space before the colon": f"{LOGIN}Transfer-Encoding : chunked\r\n\r\n0\r\n\r\n{HIDDEN}",
    "a folded line": f"{LOGIN}Transfer-Encoding:\r\n chunked\r\n\r\n0\r\n\r\n{HIDDEN}",
    "a chunk's size out of range": f"{LOGIN}Transfer-Encoding: chunked\r\n\r\n{'f' * 17}\r\n\r\n{HIDDEN}",
    "a chunk's size with a sign": f"{LOGIN}Transfer-Encoding: chunked\r\n\r\n-1\r\n\r\n{HIDDEN}",
}


@pytest.mark.parametrize("name", SMUGGLED)
def test_a_body_hides_no_second_request(house: House, name: str) -> None:
    """A proxy in front may see one request there, so the server must not see two."""
    reply = say(house, SMUGGLED[name].encode())
    assert reply.status in {400, 501}, reply.raw
    assert reply.raw.count(b"HTTP/1.1 ") == 1, reply.raw

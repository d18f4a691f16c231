"""What browsers may do with each kind of answer."""

from __future__ import annotations

from typing import Any

import httpx
import pytest
from tests.attacks.conftest import House

from aiimagecraft.guard import WALLS

HTML = {"accept": "text/html"}
EVIL = {"origin": "http://evil.example"}
NOTHING = "019aa000-0000-7000-8000-000000000000"
ANSWERS: dict[str, tuple[int, str, str, dict[str, Any]]] = {
    "a page": (200, "GET", "/", {}),
    "another page": (200, "GET", "/gallery", {}),
    "no page": (404, "GET", "/nowhere", {"headers": HTML}),
    "nothing": (404, "GET", "/nowhere", {}),
    "the worker": (200, "GET", "/service-worker.js", {}),
    "the page without a net": (200, "GET", "/offline.html", {}),
    "a script": (200, "GET", "SCRIPT", {}),
    "no asset": (404, "GET", "/assets/nothing.js", {}),
    "the API's list": (200, "GET", "/api/gallery", {}),
    "the API's answer to nobody": (401, "GET", "/api/gallery", {"headers": {"cookie": ""}}),
    "the API's refusal": (400, "GET", "/api/gallery?limit=0", {}),
    "no image": (404, "GET", f"/api/image/{NOTHING}", {}),
    "no route": (404, "GET", "/api/nothing", {"headers": HTML}),
    "a wrong method": (405, "PUT", "/api/gallery", {}),
    "the methods": (204, "OPTIONS", "/api/gallery", {}),
    "another site": (403, "POST", "/api/logout", {"headers": EVIL}),
    "another host": (403, "GET", "/", {"headers": {"host": "evil.example"}}),
    "too large a body": (413, "POST", "/api/login", {"content": b" " * 2_000_000}),
    "an object": (200, "GET", "OBJECT", {}),
    "a part of one": (206, "GET", "OBJECT", {"headers": {"range": "bytes=0-9"}}),
    "no part": (416, "GET", "OBJECT", {"headers": {"range": "bytes=99999999-"}}),
    "its head": (200, "HEAD", "OBJECT", {}),
    "no object": (404, "GET", f"/uploads/{NOTHING}.png", {}),
    "a picture of Stash": (200, "GET", "/api/proxy/stash/scene/12/screenshot?t=1784520000", {}),
    "no picture of Stash": (404, "GET", "/api/proxy/stash/scene/12/nothing", {}),
    "scenes": (200, "GET", "/api/scenes", {}),
    "the reference": (200, "GET", "/schema", {}),
    "the API document": (200, "GET", "/schema/openapi.json", {}),
    "no page of the reference": (404, "GET", "/schema/nothing", {}),
    "health": (200, "GET", "/health/live", {}),
    "metrics": (200, "GET", "/metrics", {}),
}


def ask(house: House, kind: str) -> httpx.Response:
    status, method, address, more = ANSWERS[kind]
    with house.browser() as anna:
        if address == "SCRIPT":
            address = anna.get("/").text.split('src="')[1].split('"')[0]
        address = address.replace("OBJECT", f"/uploads/{house.key}")
        answer = anna.request(method, address, **more)
    assert answer.status_code == status, answer.text
    return answer


def rules(answer: httpx.Response) -> dict[str, list[str]]:
    """The policy's directives, each with its sources."""
    (policy,) = answer.headers.get_list("content-security-policy")
    parts = [part.split() for part in policy.split(";")]
    return {name: sources for name, *sources in parts}


@pytest.mark.parametrize("kind", ANSWERS)
def test_every_kind_of_answer_has_its_walls(house: House, kind: str) -> None:
    answer = ask(house, kind)
    for name, value in WALLS:
        given = answer.headers.get_list(name.decode())
        assert len(given) == 1, (name, given)
        if name != b"content-security-policy":
            assert given == [value.decode()]
    found = rules(answer)
    assert found["default-src"] == ["'none'"]
    assert found.get("frame-ancestors") == ["'none'"] or "sandbox" in found
    assert "access-control-allow-origin" not in answer.headers
    for name, sources in found.items():
        assert not {"*", "http:", "https:", "'unsafe-eval'", "'wasm-unsafe-eval'"} & set(sources)
        # The reference script writes its own style elements.
        if not (kind == "the reference" and name == "style-src"):
            assert "'unsafe-inline'" not in sources, name


SCRIPTED = {"a page", "another page", "no page", "the worker", "the page without a net", "the reference"}


@pytest.mark.parametrize("kind", sorted(ANSWERS.keys() - SCRIPTED))
def test_nothing_but_pages_may_run_scripts(house: House, kind: str) -> None:
    found = rules(ask(house, kind))
    assert not {"script-src", "script-src-elem", "script-src-attr", "connect-src"} & found.keys()


@pytest.mark.parametrize("kind", sorted(SCRIPTED))
def test_pages_run_their_own_scripts_and_speak_to_their_own_server(house: House, kind: str) -> None:
    found = rules(ask(house, kind))
    assert found["script-src"] == ["'self'"]
    assert found["connect-src"] == ["'self'"]
    assert found["base-uri"] == ["'none'"]
    assert set(found["img-src"]) <= {"'self'", "data:", "blob:"}
    assert set(found.get("media-src", [])) <= {"'self'"}


def test_pages_have_no_script_or_style_between_their_lines(house: House) -> None:
    for kind in SCRIPTED - {"the worker"}:
        text = ask(house, kind).text
        assert "<style" not in text
        assert all('src="/' in tag.split(">")[0] for tag in text.split("<script")[1:]), kind
        assert " onload=" not in text


def test_no_answer_says_that_it_may_be_framed_or_guessed(house: House) -> None:
    """An upload is what its bytes are, whatever its name says."""
    with house.browser() as anna:
        for name, kind in (("a.html", "text/html"), ("a.svg", "image/svg+xml"), ("a.png", "text/html")):
            for data in (b"<svg onload=alert(1)>", b"<!doctype html><script>alert(1)</script>"):
                refused = anna.post("/api/images", files={"file": (name, data, kind)})
                assert refused.status_code == 415
            png = anna.get(f"/uploads/{house.key}").content + b"<script>alert(1)</script>"
            made = anna.post("/api/images", files={"file": (name, png, kind)})
            if made.status_code == 201:
                item = made.json()["items"][0]
                kept = anna.get(item["full"])
                assert item["full"].endswith(".png")
                assert kept.headers["content-type"] == "image/png"
                assert "sandbox" in kept.headers["content-security-policy"]

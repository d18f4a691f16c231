"""Every error is a problem, on every route, and nothing that is not built answers."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import httpx
import msgspec
import pytest
from tests.conftest import Studio, problem

from aiimagecraft.app import create_app
from aiimagecraft.config import Settings
from aiimagecraft.reference import api_document

SNAPSHOT = Path(__file__).parent / "openapi.json"


def document() -> dict[str, Any]:
    app = create_app(Settings(database_url="postgresql://"))
    return json.loads(msgspec.json.encode(api_document(app)))


def routes() -> list[tuple[str, str]]:
    return [(method.upper(), path) for path, item in document()["paths"].items() for method in item]


def test_the_api_document_is_the_one_on_record() -> None:
    """After a change that is meant: `aiimagecraft openapi > tests/contracts/openapi.json`."""
    assert document() == json.loads(SNAPSHOT.read_text(encoding="utf-8"))


def test_the_document_holds_what_is_built_and_nothing_else() -> None:
    assert sorted(routes()) == sorted([
        ("GET", "/api/gallery"),
        ("GET", "/api/gallery/timeline"),
        ("GET", "/api/gallery/place"),
        ("GET", "/api/gallery/models"),
        ("GET", "/api/image/{image_id}"),
        ("PATCH", "/api/image/{image_id}"),
        ("DELETE", "/api/image/{image_id}"),
        ("PATCH", "/api/images/bulk"),
        ("POST", "/api/undo/{change_id}"),
        ("POST", "/api/images/purge"),
        ("POST", "/api/images/zip"),
        ("GET", "/api/images/zip/{archive_id}"),
        ("POST", "/api/images"),
        ("POST", "/api/sources"),
        ("POST", "/api/trash/empty"),
        ("POST", "/api/cleanup"),
        ("GET", "/uploads/{key}"),
        ("HEAD", "/uploads/{key}"),
        ("GET", "/api/config"),
        ("POST", "/api/generate"),
        ("GET", "/api/jobs"),
        ("DELETE", "/api/jobs/{job_id}"),
        ("POST", "/api/jobs/{job_id}/retry"),
        ("GET", "/api/jobs/{job_id}/partials/{place}/{version}"),
        ("GET", "/api/jobs/{job_id}/answers/{place}"),
        ("GET", "/api/proxy/stash/{kind}/{picture}/{variant}"),
        ("HEAD", "/api/proxy/stash/{kind}/{picture}/{variant}"),
        ("GET", "/api/scenes"),
        ("POST", "/api/scenes/{scene_id}/source"),
        ("POST", "/api/scenes/{scene_id}/keep"),
        ("POST", "/api/login"),
        ("POST", "/api/logout"),
        ("GET", "/api/me"),
        ("POST", "/api/password"),
        ("GET", "/api/sessions"),
        ("DELETE", "/api/sessions/{session_id}"),
        ("GET", "/api/tokens"),
        ("POST", "/api/tokens"),
        ("DELETE", "/api/tokens/{token_id}"),
        ("POST", "/api/ws-token"),
        ("GET", "/health/live"),
        ("GET", "/health/ready"),
        ("GET", "/metrics"),
    ])  # fmt: skip


def test_each_parameter_of_the_gallery_is_documented() -> None:
    parameters = document()["paths"]["/api/gallery"]["get"]["parameters"]
    assert {parameter["name"] for parameter in parameters} == {
        "cursor", "limit", "starred", "trash", "model", "from", "to", "q", "orientation", "at", "skip"
    }  # fmt: skip


@pytest.mark.parametrize(
    ("method", "path"),
    [
        ("GET", "/api/proxy/stash"),
        ("GET", "/api/nope"),
        ("POST", "/api/nope"),
        ("GET", "/api"),
        ("GET", "/api/"),
        ("GET", "/health/nope"),
        ("GET", "/schema/nope"),
    ],
)
async def test_what_is_not_built_is_not_found(client: httpx.AsyncClient, method: str, path: str) -> None:
    problem(await client.request(method, path, headers={"accept": "text/html"}), 404)


@pytest.mark.parametrize(("method", "path"), routes())
async def test_a_wrong_method_is_a_problem(client: httpx.AsyncClient, method: str, path: str) -> None:
    del method
    response = await client.request("PUT", path.replace("{", "").replace("}", ""), content=b"")
    problem(response, 405)
    assert response.headers["allow"]


async def test_a_large_body_is_refused(client: httpx.AsyncClient) -> None:
    body = json.dumps({"prompt": "x" * 7_000_000}).encode()
    response = await client.post("/api/generate", content=body, headers={"content-type": "application/json"})
    problem(response, 413)


async def test_an_unexpected_failure_says_nothing_of_its_inside(studio: Studio) -> None:
    await studio.rows("ALTER TABLE image RENAME TO hidden")
    try:
        detail = problem(await studio.client.get("/api/gallery"), 500)
    finally:
        await studio.rows("ALTER TABLE hidden RENAME TO image")
    assert "image" not in detail
    assert "relation" not in detail


async def test_the_reference_page_needs_no_other_host(client: httpx.AsyncClient) -> None:
    response = await client.get("/schema", follow_redirects=True)
    assert response.status_code == 200
    assert "text/html" in response.headers["content-type"]
    assert "http://" not in response.text
    assert "https://" not in response.text
    assert "default-src 'none'" in response.headers["content-security-policy"]
    script = response.text.split('src="')[1].split('"')[0]
    assert (await client.get(script)).headers["content-type"].startswith("text/javascript")
    assert (await client.get("/schema/openapi.json")).json()["info"]["title"] == "aiimagecraft"


async def test_the_process_lives_and_is_ready(studio: Studio) -> None:
    assert (await studio.client.get("/health/live")).json() == {"status": "ok"}
    assert (await studio.client.get("/health/ready")).json() == {"status": "ok"}


async def test_readiness_names_the_part_that_fails(studio: Studio) -> None:
    studio.app.state.hub.listening = False
    problem(await studio.client.get("/health/ready"), 503, "realtime")
    await studio.rows("ALTER TABLE saq_jobs RENAME TO hidden")
    try:
        problem(await studio.client.get("/health/ready"), 503, "queue", "realtime")
    finally:
        await studio.rows("ALTER TABLE hidden RENAME TO saq_jobs")
        studio.app.state.hub.listening = True

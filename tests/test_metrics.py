"""Who may read the figures, and what they say."""

from __future__ import annotations

import httpx
import msgspec
import pytest
from prometheus_client.parser import text_string_to_metric_families

from aiimagecraft.config import Settings
from tests.conftest import Studio, open_studio, problem

TOKEN = {"authorization": "Bearer let-me-count"}


def client_at(studio: Studio, host: str) -> httpx.AsyncClient:
    """A visitor at another address, as the server that runs the application would report it."""
    transport = httpx.ASGITransport(studio.app, client=(host, 5000))  # pyright: ignore[reportArgumentType]
    return httpx.AsyncClient(transport=transport, base_url="http://127.0.0.1:3000")


async def test_the_figures_are_prometheus_text(client: httpx.AsyncClient) -> None:
    answer = await client.get("/metrics")
    assert answer.headers["content-type"].startswith("text/plain; version=0.0.4")
    assert answer.headers["cache-control"] == "no-store"
    families = {family.name: family for family in text_string_to_metric_families(answer.text)}
    for name in ("active", "queued", "granted", "refused", "late", "abandoned"):
        samples = families[f"aiimagecraft_proxy_{name}"].samples
        assert {sample.labels["lane"]: sample.value for sample in samples} == {"image": 0, "stream": 0}
    assert families["process_resident_memory_bytes"].samples[0].value > 0


@pytest.mark.parametrize(
    "header", ["forwarded", "x-forwarded-for", "X-Forwarded-Proto", "x-forwarded-host", "x-real-ip", "via"]
)
async def test_a_proxy_on_this_machine_is_not_this_machine(client: httpx.AsyncClient, header: str) -> None:
    problem(await client.get("/metrics", headers={header: "127.0.0.1"}), 403)


async def test_another_machine_needs_the_token(settings: Settings) -> None:
    settings = msgspec.structs.replace(settings, metrics_token="let-me-count")
    async with open_studio(settings) as studio, client_at(studio, "10.0.0.7") as visitor:
        assert (await visitor.get("/metrics", headers=TOKEN)).status_code == 200
        for wrong in ({}, {"authorization": "Bearer other"}, {"authorization": "let-me-count"}):
            answer = await visitor.get("/metrics", headers=wrong)
            problem(answer, 401)
            assert answer.headers["www-authenticate"] == "Bearer"


async def test_without_a_token_another_machine_is_refused(studio: Studio) -> None:
    async with client_at(studio, "10.0.0.7") as visitor:
        problem(await visitor.get("/metrics", headers=TOKEN), 403)

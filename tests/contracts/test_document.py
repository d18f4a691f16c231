"""Every operation of the API document, asked with what it allows and with what it does not.

`EXAMPLES=500 pytest tests/contracts/test_document.py`, or `just fuzz`, asks more and other things than the
suite, which asks the same each time.
"""

from __future__ import annotations

import os
from collections.abc import Generator
from functools import cache
from pathlib import Path
from typing import Any, NamedTuple

import httpx
import pytest
import requests
import schemathesis
from hypothesis import HealthCheck, given, settings
from schemathesis import GenerationMode
from schemathesis import checks as known_checks
from tests import pictures
from tests.contracts.test_errors import document, routes
from tests.processes import launched, user
from tests.standins.process import PLAIN
from tests.standins.stash import stash

KEY = "key-of-the-upstream"
PASSWORD = "gravel otter violin"
CLEANUP = "let-me-clean"
GIVEN = os.environ.get("EXAMPLES")
EXAMPLES = int(GIVEN or 3)
LOOKED_AT = (
    "not_a_server_error",
    "status_code_conformance",
    "content_type_conformance",
    "response_headers_conformance",
    "response_schema_conformance",
    "negative_data_rejection",
)
ASKING = settings(
    max_examples=EXAMPLES,
    derandomize=GIVEN is None,
    database=None,
    deadline=None,
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.filter_too_much],
)


class House(NamedTuple):
    """A server, who asks it, and something of each kind that is there."""

    url: str
    program: dict[str, str]
    person: dict[str, str]
    known: dict[str, str]


@pytest.fixture(scope="module")
def data_dir(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("document") / "data"


@pytest.fixture(scope="module", params=["none", "required"])
def house(request: pytest.FixtureRequest, data_dir: Path) -> Generator[House]:
    options = {"AUTH": request.param, "STASH_API_KEY": KEY, "CLEANUP_TOKEN": CLEANUP}
    with (
        stash(key=KEY, latency=0) as upstream,
        launched(data_dir, "serve", "--no-worker", STASH_URL=upstream.url, **options) as served,
        httpx.Client(base_url=served.url, verify=PLAIN, trust_env=False) as client,
    ):
        served.wait_until_ready()
        program: dict[str, str] = {}
        person: dict[str, str] = {}
        if request.param == "required":
            user(data_dir, "add", "anna", stdin=f"{PASSWORD}\n")
            token = user(data_dir, "token", "anna", "--scope", "write").strip()
            program = {"authorization": f"Bearer {token}"}
            client.post("/api/login", json={"username": "anna", "password": PASSWORD}).raise_for_status()
            person = {"cookie": "; ".join(f"{name}={value}" for name, value in client.cookies.items())}
        yield House(served.url, program, person, fill(client))
        assert "Traceback" not in served.output


def fill(client: httpx.Client) -> dict[str, str]:
    """Make something of each kind, and return their names by the parameters that take them."""
    image = client.post("/api/images", files={"file": ("a.png", pictures.png())}).json()["items"][0]
    job = client.post("/api/generate", json={"prompt": "a fox"}).json()["job"]
    zipped = client.post("/api/images/zip", json={"ids": [image["id"]]}).json()
    starred = client.patch("/api/images/bulk", json={"ids": [image["id"]], "starred": True}).json()
    return {
        "image_id": image["id"],
        "key": image["full"].removeprefix("/uploads/"),
        "job_id": job["id"],
        "archive_id": zipped["url"].rpartition("/")[2],
        "change_id": starred["undo"],
        "scene_id": "12",
        "kind": "scene",
        "picture": "12",
        "variant": "screenshot",
    }


@cache
def checks() -> list[Any]:
    known_checks.load_all_checks()
    return [known_checks.CHECKS.get_one(name) for name in LOOKED_AT]


@cache
def schema() -> Any:
    loaded = schemathesis.openapi.from_dict(document())
    # Who asks is told below; that nobody else gets in, tests/accounts/test_routes.py tells.
    loaded.config.generation.update(with_security_parameters=False)
    return loaded


def headers_of(house: House, operation: dict[str, Any]) -> dict[str, str]:
    """Who asks: a program where it may, else a person, else whoever has the operation's own token."""
    schemes = {name for way in operation["security"] for name in way}
    if "cleanupToken" in schemes:
        return {"authorization": f"Bearer {CLEANUP}"}
    return house.program if "apiToken" in schemes else house.person if "session" in schemes else {}


def ask(client: httpx.Client, case: Any, headers: dict[str, str]) -> None:
    prepared: Any = requests.Request(**case.as_transport_kwargs(str(client.base_url), headers)).prepare()
    response = client.request(
        prepared.method, prepared.url, content=prepared.body, headers=dict(prepared.headers)
    )
    case.validate_response(response, checks=checks())


@pytest.mark.parametrize(("method", "path"), routes())
def test_answers_are_as_documented(house: House, method: str, path: str) -> None:
    operation = schema()[path][method]
    raw = document()["paths"][path][method.lower()]
    headers = headers_of(house, raw)
    places = {parameter["name"] for parameter in raw.get("parameters", ()) if parameter["in"] == "path"}
    known = {name: house.known[name] for name in places & set(house.known)}
    strategies = [operation.as_strategy(GenerationMode.POSITIVE)]
    if known:
        strategies.append(operation.as_strategy(GenerationMode.POSITIVE, path_parameters=known))
    if raw.get("parameters") or raw.get("requestBody"):
        strategies.append(operation.as_strategy(GenerationMode.NEGATIVE))
    with httpx.Client(base_url=house.url, verify=PLAIN, trust_env=False, timeout=60) as client:
        for strategy in strategies:

            @ASKING
            @given(strategy)
            def every(case: Any) -> None:
                ask(client, case, headers)

            every()

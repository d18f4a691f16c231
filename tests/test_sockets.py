"""The WebSocket route over real sockets."""

from __future__ import annotations

from collections.abc import Generator
from typing import Any, cast

import httpx
import pytest
from websockets.exceptions import InvalidStatus
from websockets.sync.client import connect
from websockets.typing import Origin, Subprotocol

from tests.processes import Serving, serving
from tests.standins.process import PLAIN


@pytest.fixture(scope="module")
def served(tmp_path_factory: pytest.TempPathFactory) -> Generator[Serving]:
    with serving(tmp_path_factory.mktemp("sockets") / "data") as running:
        yield running


def address(served: Serving, path: str = "/ws") -> str:
    return f"ws{served.url[4:]}{path}"


@pytest.mark.parametrize("path", ["/", "/ws", "/ws?token=whatever"])
def test_ready_comes_first(served: Serving, path: str) -> None:
    with connect(address(served, path)) as socket:
        assert str(socket.recv(10)).startswith('{"ev":"ready","data":{"user":')


@pytest.mark.parametrize(
    ("offered", "selected"),
    [([], None), (["aiimagecraft", "a-token"], "aiimagecraft"), (["a-token"], "a-token"), (["a", "b"], None)],
)
def test_the_protocol_is_selected(served: Serving, offered: list[str], selected: str | None) -> None:
    with connect(address(served), subprotocols=cast("list[Subprotocol]", offered) or None) as socket:
        assert socket.subprotocol == selected
        assert '"ready"' in str(socket.recv(10))


@pytest.mark.parametrize(
    "origin",
    [
        "http://evil.example",
        "null",
        "http://localhost.evil.example",
        "http://127.0.0.1:5173",
        "http://localhost",
        "http://[::1",
        "",
    ],
)
def test_a_foreign_page_gets_no_socket(served: Serving, origin: str) -> None:
    with pytest.raises(InvalidStatus) as refused, connect(address(served), origin=Origin(origin)):
        pass
    assert refused.value.response.status_code == 403


def test_an_own_page_gets_one(served: Serving) -> None:
    with connect(address(served), origin=Origin(served.url)) as socket:
        assert '"ready"' in str(socket.recv(10))


def test_what_a_client_says_is_ignored(served: Serving) -> None:
    with connect(address(served)) as socket:
        socket.send("hello")
        socket.send(b"\x00\x01")
        assert '"ready"' in str(socket.recv(10))
        job: dict[str, Any] = httpx.post(
            f"{served.url}/api/generate", json={"prompt": "a fox"}, verify=PLAIN, trust_env=False
        ).json()
        assert job["job"]["id"] in str(socket.recv(10))


def test_a_foreign_host_is_refused(served: Serving) -> None:
    response = httpx.get(
        f"{served.url}/api/gallery", headers={"host": "evil.example"}, verify=PLAIN, trust_env=False
    )
    assert response.status_code == 403
    assert response.headers["content-type"] == "application/problem+json"

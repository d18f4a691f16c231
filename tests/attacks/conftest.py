"""One real server with login and everything behind it, and raw connections to it."""

from __future__ import annotations

import re
import socket
from collections.abc import Callable, Generator, Mapping
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import NamedTuple

import httpx
import pytest
from tests import pictures
from tests.processes import Serving, serving, user
from tests.standins.images_api import images_api
from tests.standins.process import PLAIN
from tests.standins.stash import stash

PASSWORD = "gravel otter violin"
PATIENCE = 120.0
"""Seconds after which a test gives up on an answer; no test bounds how long one takes."""


class House(NamedTuple):
    """The server, its secrets by what they are, and what Anna has."""

    served: Serving
    data_dir: Path
    secrets: dict[str, str]
    cookies: dict[str, str]
    key: str
    stash_url: str
    images_url: str

    @property
    def port(self) -> int:
        return int(self.served.url.rpartition(":")[2])

    @property
    def cookie(self) -> str:
        return "; ".join(f"{name}={value}" for name, value in self.cookies.items())

    def browser(self) -> httpx.Client:
        """A browser in which Anna is logged in."""
        return httpx.Client(
            base_url=self.served.url,
            verify=PLAIN,
            trust_env=False,
            timeout=PATIENCE,
            headers={"cookie": self.cookie},
        )

    @contextmanager
    def watched(self) -> Generator[Callable[[], int]]:
        """Tell how much more memory the web process has had, at its highest, since the context began."""
        process = Path(f"/proc/{self.served.children()['web']}")

        def highest() -> int:
            found = re.search(r"^VmHWM:\s+(\d+) kB", (process / "status").read_text(), re.MULTILINE)
            assert found
            return int(found[1]) * 1024

        (process / "clear_refs").write_text("5")
        before = highest()
        yield lambda: highest() - before


@pytest.fixture(scope="session")
def house(tmp_path_factory: pytest.TempPathFactory) -> Generator[House]:
    data_dir = tmp_path_factory.mktemp("attacks") / "data"
    secrets = {
        "stash key": "key-of-the-upstream-that-nobody-may-see",
        "images key": "sk-key-of-the-images-server",
        "cleanup token": "token-of-the-external-cron",
        "metrics token": "token-of-the-metrics",
        "password": PASSWORD,
    }
    with ExitStack() as stack:
        upstream = stack.enter_context(stash(key=secrets["stash key"], latency=0))
        images = stack.enter_context(images_api(key=secrets["images key"]))
        served = stack.enter_context(
            serving(
                data_dir,
                AUTH="required",
                STASH_URL=upstream.url,
                STASH_API_KEY=secrets["stash key"],
                OPENAI_BASE_URL=images.url,
                OPENAI_API_KEY=secrets["images key"],
                CLEANUP_TOKEN=secrets["cleanup token"],
                METRICS_TOKEN=secrets["metrics token"],
            )
        )
        secrets["signing secret"] = (data_dir / "jwt-secret").read_text()
        for name in ("anna", "ben"):
            user(data_dir, "add", name, stdin=f"{PASSWORD}\n")
        with httpx.Client(base_url=served.url, verify=PLAIN, trust_env=False, timeout=PATIENCE) as client:
            client.post("/api/login", json={"username": "anna", "password": PASSWORD}).raise_for_status()
            made = client.post("/api/images", files={"file": ("a.png", pictures.png())}).json()["items"][0]
            cookies = dict(client.cookies)
        key = made["full"].removeprefix("/uploads/")
        yield House(served, data_dir, secrets, cookies, key, upstream.url, images.url)
        assert served.process.poll() is None
        assert served.is_ready()


class Reply(NamedTuple):
    """What a server answered over a raw connection, which it then closed."""

    status: int
    headers: dict[str, str]
    body: bytes
    raw: bytes


def say(house: House, request: bytes) -> Reply:
    """Send bytes as they are, and read until the server closes."""
    with socket.create_connection(("127.0.0.1", house.port), PATIENCE) as connection:
        connection.sendall(request)
        return heard(connection)


def heard(connection: socket.socket) -> Reply:
    """Read what the server says until it closes; a reset after an answer counts as that."""
    raw = b""
    while True:
        try:
            chunk = connection.recv(65536)
        except ConnectionResetError:
            chunk = b""
        if not chunk:
            break
        raw += chunk
    head, _, body = raw.partition(b"\r\n\r\n")
    lines = head.decode("latin-1").split("\r\n")
    status = int(lines[0].split()[1]) if raw else 0
    headers = dict(line.lower().split(": ", 1) for line in lines[1:] if ": " in line)
    return Reply(status, headers, body, raw)


def request(
    target: str, method: str = "GET", headers: Mapping[str, str] | None = None, host: str = "127.0.0.1"
) -> bytes:
    """The head of a request for a target as it is, after whose answer the server closes."""
    lines = [f"{method} {target} HTTP/1.1", f"Host: {host}", "Connection: close"]
    lines += [f"{name}: {value}" for name, value in (headers or {}).items()]
    return ("\r\n".join(lines) + "\r\n\r\n").encode("latin-1")

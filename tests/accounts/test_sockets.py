"""WebSockets with login, over real sockets and between two processes of one database."""

from __future__ import annotations

import json
import re
import time
from collections.abc import Generator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, cast

import httpx
import jwt
import pytest
from tests import pictures
from tests.accounts.conftest import PASSWORD
from tests.processes import Serving, launched, serving, user, wait_for
from tests.standins.process import PLAIN
from websockets.exceptions import ConnectionClosed, InvalidStatus
from websockets.sync.client import ClientConnection, connect
from websockets.typing import Origin, Subprotocol

from aiimagecraft.accounts.cookies import ACCESS
from aiimagecraft.accounts.secret import NAME


@pytest.fixture(autouse=True)
def nobody_else() -> None:
    """These tests have a database of their own."""


@pytest.fixture(scope="module")
def data_dir(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("accounts") / "data"


@pytest.fixture(scope="module")
def served(data_dir: Path) -> Generator[Serving]:
    with serving(data_dir, AUTH="required") as running:
        assert "Nobody can log in yet: `aiimagecraft user add NAME --admin`" in running.output
        assert user(data_dir, "add", "anna", "--admin", stdin=f"{PASSWORD}\n") == "anna can log in now.\n"
        assert user(data_dir, "add", "ben", stdin=f"{PASSWORD}\n") == "ben can log in now.\n"
        yield running


@contextmanager
def browser(served: Serving, name: str) -> Generator[httpx.Client]:
    with httpx.Client(base_url=served.url, verify=PLAIN, trust_env=False) as client:
        answer = client.post("/api/login", json={"username": name, "password": PASSWORD})
        assert answer.status_code == 200, answer.text
        yield client


@pytest.fixture
def anna(served: Serving) -> Generator[httpx.Client]:
    with browser(served, "anna") as client:
        yield client


def address(served: Serving, path: str = "/ws") -> str:
    return f"ws{served.url[4:]}{path}"


def cookie(client: httpx.Client) -> dict[str, str]:
    return {"cookie": "; ".join(f"{name}={value}" for name, value in client.cookies.items())}


def ready(socket: ClientConnection) -> bool:
    return str(socket.recv(10)).startswith('{"ev":"ready","data":{"user":')


def closing(socket: ClientConnection, seconds: float = 10) -> int | None:
    """Read until the server closes, and return with which code."""
    try:
        while True:
            socket.recv(seconds)
    except ConnectionClosed as closed:
        return closed.rcvd.code if closed.rcvd else None


def subprotocols(*names: str) -> Any:
    return cast("list[Subprotocol]", list(names))


@pytest.mark.parametrize("path", ["/", "/ws"])
def test_a_cookie_opens_a_socket(served: Serving, anna: httpx.Client, path: str) -> None:
    with connect(address(served, path), additional_headers=cookie(anna)) as socket:
        assert ready(socket)


def test_a_token_of_30_seconds_opens_a_socket(served: Serving, anna: httpx.Client) -> None:
    made = anna.post("/api/ws-token").json()
    assert made["expiresIn"] == 30
    with connect(address(served, f"/ws?token={made['token']}")) as socket:
        assert ready(socket)
    for offered, selected in (
        (("aiimagecraft", made["token"]), "aiimagecraft"),
        ((made["token"],), made["token"]),
    ):
        with connect(address(served), subprotocols=subprotocols(*offered)) as socket:
            assert ready(socket)
            assert socket.subprotocol == selected
    assert made["token"] not in served.output


def test_an_api_token_opens_a_socket(served: Serving, data_dir: Path) -> None:
    token = user(data_dir, "token", "anna").strip()
    with connect(address(served), additional_headers={"authorization": f"Bearer {token}"}) as socket:
        assert ready(socket)


def expired(anna: httpx.Client, data_dir: Path) -> str:
    payload = jwt.decode(anna.post("/api/ws-token").json()["token"], options={"verify_signature": False})
    return jwt.encode(payload | {"exp": int(time.time()) - 1}, (data_dir / NAME).read_text())


def test_a_bad_or_missing_token_is_closed_with_4401(
    served: Serving, anna: httpx.Client, data_dir: Path
) -> None:
    good = anna.post("/api/ws-token").json()["token"]
    bad: list[dict[str, Any]] = [
        {},
        {"additional_headers": {"cookie": f"{ACCESS}=nonsense"}},
        {"additional_headers": {"cookie": f"{ACCESS}={good}"}},
        {"additional_headers": {"authorization": "Bearer nonsense"}},
        {"subprotocols": subprotocols("aiimagecraft", "nonsense")},
        {"subprotocols": subprotocols("aiimagecraft")},
        {"subprotocols": subprotocols("nonsense")},
        {"path": "/ws?token=nonsense"},
        {"path": f"/?token={anna.cookies[ACCESS]}"},
        {"path": f"/ws?token={expired(anna, data_dir)}"},
        {"path": "/ws?token=nonsense", "additional_headers": cookie(anna)},
    ]
    for attempt in bad:
        path = attempt.pop("path", "/ws")
        with cast("ClientConnection", connect(address(served, path), **attempt)) as socket:
            assert closing(socket) == 4401, attempt


def test_a_socket_token_is_good_for_sockets_only(served: Serving, anna: httpx.Client) -> None:
    token = anna.post("/api/ws-token").json()["token"]
    for headers in ({"cookie": f"{ACCESS}={token}"}, {"authorization": f"Bearer {token}"}):
        assert (
            httpx.get(f"{served.url}/api/me", headers=headers, verify=PLAIN, trust_env=False).status_code
            == 401
        )
    assert httpx.get(f"{served.url}/api/me?token={token}", verify=PLAIN, trust_env=False).status_code == 401


def test_a_foreign_page_gets_no_socket_whatever_it_has(served: Serving, anna: httpx.Client) -> None:
    with (
        pytest.raises(InvalidStatus) as refused,
        connect(address(served), origin=Origin("http://evil.example"), additional_headers=cookie(anna)),
    ):
        pass
    assert refused.value.response.status_code == 403


def test_a_token_opens_the_events_of_who_asked_for_it(served: Serving, anna: httpx.Client) -> None:
    users: set[str] = set()
    with browser(served, "ben") as ben:
        for client in (anna, ben):
            token = client.post("/api/ws-token").json()["token"]
            with connect(address(served, f"/ws?token={token}")) as socket:
                users.add(json.loads(socket.recv(10))["data"]["user"])
    assert len(users) == 2


def test_events_reach_their_owner_only(served: Serving, anna: httpx.Client) -> None:
    with (
        browser(served, "ben") as ben,
        connect(address(served), additional_headers=cookie(anna)) as annas,
        connect(address(served), additional_headers=cookie(ben)) as bens,
    ):
        assert ready(annas)
        assert ready(bens)
        one = anna.post("/api/images", files={"file": ("a.png", pictures.png())}).json()["items"][0]
        two = ben.post("/api/images", files={"file": ("b.png", pictures.png())}).json()["items"][0]
        heard = [str(annas.recv(10))]
        # What is heard of Ben's image came after Anna's, so nothing of hers is on its way.
        assert two["id"] in str(bens.recv(10))
        assert one["id"] in heard[0]
        assert ben.get(one["full"]).status_code == 404


def test_the_end_of_a_session_closes_its_sockets_at_once(served: Serving, anna: httpx.Client) -> None:
    with (
        browser(served, "anna") as phone,
        connect(address(served), additional_headers=cookie(phone)) as theirs,
        connect(address(served), additional_headers=cookie(anna)) as mine,
    ):
        assert ready(theirs)
        assert ready(mine)
        session = next(item for item in phone.get("/api/sessions").json()["items"] if item["current"])
        started = time.monotonic()
        assert anna.delete(f"/api/sessions/{session['id']}").status_code == 200
        assert closing(theirs) == 4401
        assert time.monotonic() - started < 5
        one = anna.post("/api/images", files={"file": ("a.png", pictures.png())}).json()["items"][0]
        assert one["id"] in str(mine.recv(10))


def test_a_revoked_api_token_closes_its_sockets_at_once(served: Serving, anna: httpx.Client) -> None:
    made = anna.post("/api/tokens", json={"name": "live", "scope": "read"}).json()
    with connect(address(served), additional_headers={"authorization": f"Bearer {made['token']}"}) as socket:
        assert ready(socket)
        assert anna.delete(f"/api/tokens/{made['id']}").status_code == 200
        assert closing(socket) == 4401


def test_the_command_line_shuts_out_at_once(served: Serving, data_dir: Path) -> None:
    assert user(data_dir, "add", "carl", stdin=f"{PASSWORD}\n") == "carl can log in now.\n"
    with browser(served, "carl") as carl:
        with connect(address(served), additional_headers=cookie(carl)) as socket:
            assert ready(socket)
            assert "is shut out" in user(data_dir, "disable", "carl")
            assert closing(socket) == 4401
        assert carl.get("/api/me").status_code == 401
        assert "disabled" in next(
            line for line in user(data_dir, "list").splitlines() if line.startswith("carl")
        )
        assert user(data_dir, "disable", "--undo", "carl") == "carl can log in again.\n"
    with browser(served, "carl") as carl:
        assert user(data_dir, "passwd", "carl", stdin="velvet crater lamp\n").startswith("carl has another")
        assert carl.get("/api/me").status_code == 401


@pytest.mark.parametrize(
    ("arguments", "says"),
    [
        (("add", "demo"), "demo is the user of a server without login"),
        (("add", "anna"), "There is an account anna"),
        (("add", "an na"), "Use 1 to 64 letters"),
        (("passwd", "demo"), "There is no account demo"),
        (("passwd", "nobody"), "There is no account nobody"),
        (("disable", "nobody"), "There is no account nobody"),
        (("token", "nobody"), "There is no account nobody"),
    ],
)
def test_mistakes_are_one_line(
    served: Serving, data_dir: Path, arguments: tuple[str, ...], says: str
) -> None:
    del served
    said = user(data_dir, *arguments, stdin=f"{PASSWORD}\n")
    assert said.startswith(f"Error: {says}")
    assert said.count("\n") == 1


def test_a_weak_password_is_one_line_and_not_repeated(served: Serving, data_dir: Path) -> None:
    del served
    assert user(data_dir, "add", "dora", stdin="password123\n").startswith("Error: This is one of")
    assert user(data_dir, "add", "dora") == "Error: At least 10 characters\n"


def test_two_servers_with_one_data_directory_agree(
    served: Serving, anna: httpx.Client, data_dir: Path
) -> None:
    secret = data_dir / NAME
    assert secret.stat().st_mode & 0o777 == 0o600
    assert re.fullmatch(r"[\w-]{43}", secret.read_text())
    with launched(data_dir, "serve", "--no-worker", AUTH="required") as other:
        other.wait_until_ready()
        assert (
            httpx.get(f"{other.url}/api/me", headers=cookie(anna), verify=PLAIN, trust_env=False).status_code
            == 200
        )
        with connect(address(other), additional_headers=cookie(anna)) as socket:
            assert ready(socket)
            assert anna.post("/api/logout").status_code == 200
            assert closing(socket) == 4401
        assert (
            httpx.get(f"{other.url}/api/me", headers=cookie(anna), verify=PLAIN, trust_env=False).status_code
            == 401
        )
        assert secret.read_text() not in other.output + served.output
    assert wait_for(served.is_ready)


def test_what_demo_made_is_handed_over(tmp_path: Path) -> None:
    data_dir = tmp_path / "data"
    with (
        serving(data_dir) as open_to_all,
        httpx.Client(base_url=open_to_all.url, verify=PLAIN, trust_env=False) as demo,
    ):
        kept = demo.post("/api/images", files={"file": ("a.png", pictures.png())}).json()["items"][0]
        demo.post("/api/sources", files={"file": ("b.png", pictures.png())})
        job = demo.post("/api/generate", json={"prompt": "a fox"}).json()["job"]
        assert wait_for(lambda: demo.get("/api/jobs").json()["items"][0]["status"] == "done")
    with serving(data_dir, AUTH="required") as closed:
        assert "Nobody can log in yet, and demo has 2 images: `aiimagecraft user add NAME" in closed.output
        said = user(data_dir, "add", "anna", "--admin", "--adopt-demo", stdin=f"{PASSWORD}\n")
        assert said == "anna can log in now.\n"
        with browser(closed, "anna") as anna:
            assert [item["id"] for item in anna.get("/api/jobs").json()["items"]] == [job["id"]]
            assert len(anna.get("/api/gallery").json()["items"]) == 2
            assert anna.get(kept["full"]).status_code == 200
        lines = user(data_dir, "list").splitlines()
        assert [line.split("\t")[:2] for line in lines] == [["anna", "2 images"], ["demo", "0 images"]]
    with serving(data_dir, AUTH="required") as again:
        assert "Nobody can log in" not in again.output

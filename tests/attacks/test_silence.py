"""What is secret stays out of logs and answers over a whole session of use."""

from __future__ import annotations

import json
import logging
from collections.abc import Awaitable, Callable, Mapping
from typing import Any

import httpx
import msgspec
import pytest
from tests import pictures
from tests.accounts.conftest import account, leave_nobody, visitor
from tests.attacks.conftest import PASSWORD, House, request, say
from tests.conftest import open_studio
from tests.processes import user, wait_for
from tests.standins.process import PLAIN
from websockets.sync.client import connect

from aiimagecraft.config import Settings

PROMPTS = ("a heron called Esmeralda", "Wolfgang's [garbage] kingfisher", "a plover [quota] named Ottilie")
WRONG = "velvet crater lamp of somebody else"
TYPED = "secret-typed-as-a-name"
NEW = "marble fjord accordion"


async def use(
    client: httpx.AsyncClient, secrets: Mapping[str, str], settle: Callable[[], Awaitable[None]]
) -> dict[str, str]:
    """Do everything that a person and a program do, well and badly, and return the secrets that came up.

    Args:
        client: A browser in which nobody is logged in.
        secrets: Of the server.
        settle: Comes back when no job runs any more.
    """
    await client.post("/api/login", json={"username": "ben", "password": WRONG})
    await client.post("/api/login", json={"username": TYPED, "password": WRONG})
    await client.post("/api/login", content=json.dumps({"username": "ben", "password": WRONG})[:-1])
    (await client.post("/api/login", json={"username": "ben", "password": PASSWORD})).raise_for_status()
    token = (await client.post("/api/tokens", json={"name": "a program", "scope": "write"})).json()
    socket_token = (await client.post("/api/ws-token")).json()["token"]
    await client.get(f"/api/nothing?token={socket_token}")
    program = {"authorization": f"Bearer {token['token']}"}
    offered = (await client.get("/api/config")).json()["models"]
    paid = next(model["name"] for model in offered if not model["offline"])
    for prompt in PROMPTS:
        asked = {"prompt": prompt, "model": paid}
        (await client.post("/api/generate", json=asked, headers=program)).raise_for_status()
        await client.post("/api/generate", json={"prompt": prompt, "n": 0})
        await client.get("/api/gallery", params={"q": prompt})
        await client.get("/api/gallery", params={"q": prompt, "limit": 0})
    await settle()
    named = pictures.png() + b"trailing"
    await client.post("/api/images", files={"file": (f"{PROMPTS[0]}.png", named)})
    await client.post("/api/images", files={"file": (f"{PROMPTS[0]}.png", b"no picture")})
    await client.get("/api/scenes", params={"q": PROMPTS[0]})
    await client.post("/api/scenes/12/keep")
    await client.get("/api/proxy/stash/scene/12/screenshot?t=1")
    await client.post("/api/scenes/999999999/keep")
    await client.post("/api/cleanup", headers={"authorization": f"Bearer {secrets['cleanup token']}"})
    await client.post("/api/cleanup", headers={"authorization": f"Bearer {WRONG}"})
    await client.post("/api/password", json={"current": WRONG, "new": NEW})
    await client.post("/api/password", json={"current": PASSWORD, "new": "password123"})
    (await client.post("/api/password", json={"current": PASSWORD, "new": NEW})).raise_for_status()
    cookies = {f"cookie {name}": value for name, value in client.cookies.items()}
    await client.delete(f"/api/tokens/{token['id']}")
    await client.get("/api/me", headers=program)
    await client.post("/api/logout")
    return {**cookies, "API token": token["token"], "token of a socket": socket_token}


def is_over(job: dict[str, Any]) -> bool:
    return job["status"] in {"done", "failed", "cancelled"}


def told(log: str, secrets: Mapping[str, str]) -> list[str]:
    """What a log tells and should not."""
    names = {"a wrong password": WRONG, "a name that was typed": TYPED, "a new password": NEW}
    words = {word: word for prompt in PROMPTS for word in prompt.split() if len(word) > len("called")}
    return [name for name, secret in {**names, **words, **secrets}.items() if secret in log]


async def test_a_session_of_use_leaves_no_secret_and_no_prompt_in_the_log(house: House) -> None:
    async with httpx.AsyncClient(
        base_url=house.served.url, verify=PLAIN, trust_env=False, timeout=120
    ) as client:

        async def settle() -> None:
            cookies = dict(client.cookies)
            with httpx.Client(
                base_url=house.served.url, verify=PLAIN, trust_env=False, cookies=cookies
            ) as looking:
                assert wait_for(lambda: all(map(is_over, looking.get("/api/jobs").json()["items"])))

        came_up = await use(client, house.secrets, settle)
    with house.browser() as anna:
        socket_token = anna.post("/api/ws-token").json()["token"]
    with connect(f"ws{house.served.url[4:]}/ws?token={socket_token}") as socket:
        socket.recv(10)
    made = user(house.data_dir, "token", "anna").strip()
    say(house, request(f"/api/me?token={made}", headers={"authorization": f"Bearer {made}"}))
    log = house.served.output
    assert "aiimagecraft is at" in log
    secrets = {**house.secrets, **came_up, "token of the command line": made, "token": socket_token}
    assert not told(log, secrets)
    print(f"{len(log.splitlines())} lines of log, {len(secrets)} secrets looked for")  # noqa: T201


async def test_logs_at_info_hold_no_secret_and_no_prompt(
    house: House, settings: Settings, caplog: pytest.LogCaptureFixture
) -> None:
    """The same in this process, with everything at info that the app and its libraries say."""
    caplog.set_level(logging.INFO)
    given = msgspec.structs.replace(
        settings,
        auth="required",
        jwt_secret=house.secrets["signing secret"],
        cleanup_token=house.secrets["cleanup token"],
        stash_url=house.stash_url,
        stash_api_key=house.secrets["stash key"],
        openai_base_url=house.images_url,
        openai_api_key=house.secrets["images key"],
    )
    async with open_studio(given) as studio:
        await account("ben")
        async with visitor(studio) as client:
            came_up = await use(client, house.secrets, studio.work)
        await leave_nobody(studio)
    # The client is not the app: it logs what it asks for.
    log = "\n".join(record.getMessage() for record in caplog.records if record.name != "httpx")
    assert "accounts.logged_in" in log
    assert not told(log, {**house.secrets, **came_up})
    print(f"{len(caplog.records)} records at info")  # noqa: T201

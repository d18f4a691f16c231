"""A house with accounts: who lives there, and how their browsers come in."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import AsyncGenerator, Generator
from contextlib import asynccontextmanager, contextmanager
from pathlib import Path
from typing import Any

import httpx
from playwright.async_api import Locator, Page, expect
from tests.e2e import look
from tests.e2e.studio import Gallery, House, housing
from tests.standins.process import PLAIN

PASSWORD = "gravel otter violin"
"""Of every account here."""
LOG_IN = "Log in"


@contextmanager
def inhabited(data_dir: Path) -> Generator[House]:
    """Run a server that asks for a login, with the accounts of Anna, an administrator, and Ben."""
    with housing(data_dir, AUTH="required") as house:
        user(house, "add", "anna", "--admin")
        user(house, "add", "ben")
        yield house


def user(house: House, *arguments: str) -> None:
    """Run `aiimagecraft user` beside the server; where it wants a password, it gets the one of all."""
    kept = {name: os.environ[name] for name in ("PATH", "HOME") if name in os.environ}
    done = subprocess.run(
        [sys.executable, "-m", "aiimagecraft", "user", *arguments],
        cwd=house.data_dir.parent,
        env={**kept, "DATA_DIR": str(house.data_dir), "DATABASE_URL": house.dsn},
        input=f"{PASSWORD}\n",
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr


@asynccontextmanager
async def client_of(house: House, name: str) -> AsyncGenerator[httpx.AsyncClient]:
    """A program in which somebody is logged in."""
    async with httpx.AsyncClient(
        base_url=house.server.url, verify=PLAIN, trust_env=False, timeout=30
    ) as client:
        response = await client.post("/api/login", json={"username": name, "password": PASSWORD})
        assert response.status_code == 200, response.text
        yield client


@asynccontextmanager
async def annas_gallery(house: House) -> AsyncGenerator[Gallery]:
    """Anna's gallery, empty; nobody else is logged in, and no failed login is remembered."""
    house.server.wait_until_ready()
    async with httpx.AsyncClient(verify=PLAIN) as nobody:
        await Gallery(house, nobody).rows("TRUNCATE session, api_token, login_throttle")
    async with client_of(house, "anna") as client:
        gallery = Gallery(house, client)
        await gallery.empty()
        yield gallery


async def passport(house: House, name: str) -> list[dict[str, Any]]:
    """The cookies of a session of somebody."""
    async with client_of(house, name) as client:
        return [
            {
                "name": cookie.name,
                "value": cookie.value,
                "domain": "127.0.0.1",
                "path": "/",
                "expires": -1,
                "httpOnly": True,
                "secure": False,
                "sameSite": "Lax",
            }
            for cookie in client.cookies.jar
        ]


async def as_(house: House, name: str) -> dict[str, Any]:
    """The options of a browser in which somebody is logged in."""
    return {"storage_state": {"cookies": await passport(house, name), "origins": []}}


async def end_sessions(house: House, name: str) -> None:
    """End all sessions of somebody but the one that ends them, and that one after all."""
    async with client_of(house, name) as client:
        for session in (await client.get("/api/sessions")).json()["items"]:
            if not session["current"]:
                assert (await client.delete(f"/api/sessions/{session['id']}")).status_code == 200
        await client.post("/api/logout")


async def log_in(page: Page, name: str, password: str = PASSWORD) -> None:
    """Fill in the login as a person does."""
    await name_box(page).fill(name)
    await password_box(page).fill(password)
    await page.keyboard.press("Enter")


def name_box(page: Page) -> Locator:
    return page.get_by_role("textbox", name="User name")


def password_box(page: Page, label: str = "Password") -> Locator:
    return page.get_by_label(label, exact=True)


def menu_button(page: Page, name: str) -> Locator:
    return look.button(page, f"{name} account menu")


async def choose(page: Page, name: str, item: str) -> None:
    """Choose something in the menu of somebody's account."""
    await menu_button(page, name).click()
    await page.get_by_role("menuitem", name=item, exact=True).click()


async def expect_login(page: Page) -> None:
    """Wait until the page asks for a login and shows nothing else."""
    await expect(look.heading(page, LOG_IN)).to_be_visible()
    await expect(page.get_by_role("navigation")).to_have_count(0)
    await expect(page.get_by_role("img")).to_have_count(0)

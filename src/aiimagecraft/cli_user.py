"""Accounts on the command line."""

from __future__ import annotations

import asyncio
import sys
from collections.abc import Awaitable, Callable
from contextlib import AbstractContextManager
from typing import TYPE_CHECKING, TypeVar

import click

if TYPE_CHECKING:
    from aiimagecraft.config import Settings

# The supervisor imports this file, too, and must not wait for the database's client.
# ruff: noqa: PLC0415

T = TypeVar("T")

Opened = Callable[[], AbstractContextManager["Settings"]]


@click.group()
def user() -> None:
    """Make and manage accounts, for AUTH=required."""


@user.command()
@click.argument("name")
@click.option("--admin", is_flag=True, help="May use the admin desk.")
@click.option("--adopt-demo", is_flag=True, help="Takes over all that was made without login.")
@click.pass_obj
def add(opened: Opened, name: str, *, admin: bool, adopt_demo: bool) -> None:
    """Make an account; the password is asked for, or read from standard input."""
    from aiimagecraft.accounts import people

    password = _password()
    _run(opened, lambda: people.add_user(name, password, admin=admin, adopt_demo=adopt_demo))
    click.echo(f"{name} can log in now.")


@user.command("list")
@click.pass_obj
def list_(opened: Opened) -> None:
    """List the accounts."""
    from aiimagecraft.accounts import people

    for row in _run(opened, people.list_users):
        marks = ["admin"] * row["admin"] + ["disabled"] * (not row["active"])
        seen = f"last login {row['last_login']:%Y-%m-%d %H:%M} UTC" if row["last_login"] else "no login"
        click.echo("\t".join([row["username"], f"{row['images']} images", seen, *marks]))


@user.command()
@click.argument("name")
@click.pass_obj
def passwd(opened: Opened, name: str) -> None:
    """Give an account another password; its sessions end."""
    from aiimagecraft.accounts import people

    password = _password()
    _run(opened, lambda: people.set_password(name, password))
    click.echo(f"{name} has another password; all sessions are ended.")


@user.command()
@click.argument("name")
@click.option("--undo", is_flag=True, help="Let it in again.")
@click.pass_obj
def disable(opened: Opened, name: str, *, undo: bool) -> None:
    """Shut an account out; what it has stays."""
    from aiimagecraft.accounts import people

    _run(opened, lambda: people.set_active(name, active=undo))
    click.echo(f"{name} can log in again." if undo else f"{name} is shut out; all sessions are ended.")


@user.command()
@click.argument("name")
@click.option("--label", default="command line", show_default=True, help="What it is for.")
@click.option("--scope", type=click.Choice(["read", "write"]), default="read", show_default=True)
@click.pass_obj
def token(opened: Opened, name: str, label: str, scope: str) -> None:
    """Make an API token of an account and print it, this once."""
    from aiimagecraft.accounts import api_tokens, people

    async def make() -> str:
        owner = await people.user_id(name)
        made = await api_tokens.make_token(owner, label, "write" if scope == "write" else "read")
        return made["token"]

    click.echo(_run(opened, make))


def _run(opened: Opened, work: Callable[[], Awaitable[T]]) -> T:
    """Run something with the database up to date and open."""
    from aiimagecraft.accounts import audit
    from aiimagecraft.db import database
    from aiimagecraft.errors import AppError
    from aiimagecraft.migrations import migrate

    async def in_database(url: str) -> T:
        await migrate(url)
        audit.act_as(audit.CLI)
        async with database(url):
            return await work()

    with opened() as settings:
        try:
            return asyncio.run(in_database(settings.database_url or ""))
        except AppError as error:
            raise click.ClickException(error.detail) from error


def _password() -> str:
    if sys.stdin.isatty():
        return click.prompt("Password", hide_input=True, confirmation_prompt=True)
    return sys.stdin.readline().rstrip("\r\n")

"""The command line."""

from __future__ import annotations

import asyncio
import logging
import os
import sys
from collections.abc import Callable, Generator
from contextlib import contextmanager
from datetime import timedelta
from pathlib import Path
from typing import TYPE_CHECKING

import click
import msgspec

from aiimagecraft import __version__
from aiimagecraft.cli_user import user
from aiimagecraft.config import Settings, SettingsError, load_settings

if TYPE_CHECKING:
    from aiimagecraft.gallery.purge import Outcome
    from aiimagecraft.supervisor import Child

# Each command imports what it needs: the supervisor must not wait for the web framework.
# ruff: noqa: PLC0415


@click.group(context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(__version__, prog_name="aiimagecraft")
@click.pass_context
def main(context: click.Context) -> None:
    """Keep every AI image you ever make, and find any of them at once."""
    context.obj = _opened


@main.command()
@click.option("--host", help="Address to bind; only this machine's own without login.  [HOST, 127.0.0.1]")
@click.option("--port", type=click.IntRange(1, 65535), help="Port to bind.  [PORT, 3000]")
@click.option("--no-worker", is_flag=True, help="Only the web server; run `aiimagecraft worker` elsewhere.")
def serve(host: str | None, port: int | None, *, no_worker: bool) -> None:
    """Serve the studio: database, web server and worker, until Ctrl-C."""
    from aiimagecraft.supervisor import WEB, WORKER, Child, check_start

    overrides = {"HOST": host, "PORT": str(port) if port else None}
    logging.basicConfig(level=logging.INFO, format="%(message)s")
    with _plain_errors():
        settings = _settings({name: value for name, value in overrides.items() if value})
        check_start(settings)
        roles = [WEB] if no_worker else [WEB, WORKER]
        asyncio.run(_serve(settings, [Child(role) for role in roles]))


@main.command()
def worker() -> None:
    """Run a worker alone, for an installation of several processes."""
    from aiimagecraft.supervisor import WORKER, Child, check_objects

    with _plain_errors():
        settings = _settings()
        check_objects(settings)
        asyncio.run(_serve(settings, [Child(WORKER)]))


@main.command()
def migrate() -> None:
    """Bring the database up to date."""
    from aiimagecraft.migrations import migrate as apply

    with _plain_errors(), _database(_settings()) as settings:
        changed = asyncio.run(apply(settings.database_url or ""))
        click.echo("The database is up to date now." if changed else "The database was up to date.")


@main.command()
@click.option("--dry-run", is_flag=True, help="Only say what would be removed.")
@click.option(
    "--older-than", type=click.IntRange(0, 36500), metavar="DAYS", help="Days in Trash.  [TRASH_DAYS]"
)
def cleanup(older_than: int | None, *, dry_run: bool) -> None:
    """Remove for ever what has been in Trash for too long."""
    from aiimagecraft.errors import Conflict
    from aiimagecraft.migrations import migrate as apply
    from aiimagecraft.supervisor import check_objects

    with _plain_errors(), _database(_settings()) as settings:
        check_objects(settings)
        days = settings.trash_days if older_than is None else older_than
        try:
            asyncio.run(apply(settings.database_url or ""))
            outcome = asyncio.run(_cleanup(settings, timedelta(days=days), dry_run=dry_run))
        except Conflict as error:
            raise click.ClickException(error.detail) from error
    verb = "Would remove" if dry_run else "Removed"
    click.echo(f"{verb} {outcome.images} images from Trash and {outcome.sources} unused sources.")


@main.command()
def openapi() -> None:
    """Print the API document."""
    from aiimagecraft.app import create_app
    from aiimagecraft.reference import api_document

    app = create_app(Settings(database_url="postgresql://"))
    document = msgspec.json.encode(api_document(app), order="sorted")
    click.echo(msgspec.json.format(document, indent=2).decode())


@main.command(hidden=True)
@click.argument("role", type=click.Choice(["web", "worker"]))
def child(role: str) -> None:
    """Run one of the processes that `serve` starts; it gets its settings from its parent."""
    from aiimagecraft.supervisor import CANNOT_START, WEB, settings_from_parent

    logging.basicConfig(level=logging.WARNING, format=f"{role}: %(levelname)s %(name)s %(message)s")
    if role == WEB:
        from aiimagecraft.server import run_web as run
    else:
        from aiimagecraft.worker import run_worker as run
    import asyncpg
    import psycopg
    import uvloop

    from aiimagecraft.gallery.imaging import check_codecs

    settings = settings_from_parent(sys.stdin.fileno())
    try:
        check_codecs()
    except RuntimeError as error:
        click.echo(str(error), err=True)
        sys.exit(CANNOT_START)
    try:
        uvloop.run(run(settings))
    except (OSError, asyncpg.PostgresError, asyncpg.InterfaceError, psycopg.Error) as error:
        # Such as a database that is away for a moment: the parent tries again, a traceback would not help.
        click.echo(f"The {role} ended: {type(error).__name__}: {error}", err=True)
        sys.exit(1)


async def _serve(settings: Settings, children: list[Child]) -> None:
    from aiimagecraft.migrations import migrate as apply
    from aiimagecraft.supervisor import supervise

    for process in children:
        await process.start()
    with _database(settings) as found:
        await apply(found.database_url or "")
        complete = await _with_login(found) if settings.auth == "required" else found
        await supervise(children, complete, keep_database=_keeper(settings))


async def _with_login(settings: Settings) -> Settings:
    """Say what is to be done before anybody can log in, and complete the settings with a secret."""
    from aiimagecraft.accounts.people import first_steps
    from aiimagecraft.accounts.secret import local_secret
    from aiimagecraft.db import database

    async with database(settings.database_url or ""):
        if hint := await first_steps():
            click.echo(hint, err=True)
    try:
        secret = settings.jwt_secret or local_secret(settings.data_dir)
    except OSError as error:
        raise SettingsError(f"JWT_SECRET: {error.filename}: {error.strerror}") from error
    return msgspec.structs.replace(settings, jwt_secret=secret)


async def _cleanup(settings: Settings, older_than: timedelta, *, dry_run: bool) -> Outcome:
    from aiimagecraft.accounts import audit
    from aiimagecraft.db import database
    from aiimagecraft.gallery import purge
    from aiimagecraft.storage import Storage

    audit.act_as(audit.CLI)
    async with database(settings.database_url or ""):
        return await purge.cleanup(Storage(settings), older_than, dry_run=dry_run)


def _settings(overrides: dict[str, str] | None = None) -> Settings:
    return load_settings({**os.environ, **(overrides or {})}, Path(".env"))


def _keeper(settings: Settings) -> Callable[[], None]:
    """Return what brings the embedded database back when it has died; nothing to do for another's."""
    from aiimagecraft.embedded import EmbeddedPostgresError, embedded_postgres

    def keep() -> None:
        if not (settings.data_dir / "postgres" / "PG_VERSION").exists():
            # Such as an unmounted volume: a new, empty cluster in its place would hide the loss.
            raise EmbeddedPostgresError(f"{settings.data_dir} is gone")
        with embedded_postgres(settings.data_dir):
            pass

    return (lambda: None) if settings.database_url else keep


@contextmanager
def _database(settings: Settings) -> Generator[Settings]:
    """Complete the settings with a database's address; without one, run the embedded server."""
    if settings.database_url:
        yield settings
        return
    from aiimagecraft.embedded import embedded_postgres

    with embedded_postgres(settings.data_dir) as url:
        yield msgspec.structs.replace(settings, database_url=url)


@contextmanager
def _opened() -> Generator[Settings]:
    with _plain_errors(), _database(_settings()) as settings:
        yield settings


@contextmanager
def _plain_errors() -> Generator[None]:
    """Say in one line what a person can mend."""
    from aiimagecraft.embedded import EmbeddedPostgresError
    from aiimagecraft.migrations import DatabaseError, MigrationError

    try:
        yield
    except (
        SettingsError,
        EmbeddedPostgresError,
        DatabaseError,
        MigrationError,
        ChildProcessError,
    ) as error:
        raise click.ClickException(str(error)) from error


main.add_command(user)

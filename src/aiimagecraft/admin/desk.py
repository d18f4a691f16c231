"""Piccolo Admin with our tables and forms. It is imported when the desk is first used: it is large."""

from __future__ import annotations

import logging
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import IO, NamedTuple

import msgspec
from piccolo.apps.user.tables import BaseUser
from piccolo.columns import Text
from piccolo_admin.endpoints import AdminRouter, TableConfig, create_admin
from piccolo_api.crud.endpoints import OrderBy
from piccolo_api.media.base import MediaStorage
from starlette.authentication import AuthCredentials, AuthenticationBackend, AuthenticationError, SimpleUser
from starlette.middleware.authentication import AuthenticationMiddleware
from starlette.requests import HTTPConnection
from starlette.routing import Mount

from aiimagecraft.accounts.auth import Identity
from aiimagecraft.accounts.tables import ApiToken, Entry, Person, Session
from aiimagecraft.admin.curator import CURATOR, Curator
from aiimagecraft.admin.edits import EDITABLE
from aiimagecraft.admin.forms import form_configs
from aiimagecraft.gallery.tables import Image, Source
from aiimagecraft.generation.tables import Job
from aiimagecraft.storage import Storage

HERE = Path(__file__).parent


class Pictures(MediaStorage):
    """Shows objects of our store, of any user's; it takes none in and deletes none.

    Args:
        column: Where their keys are.
        storage: Returns the store of this process.
    """

    def __init__(self, column: Text, storage: Callable[[], Storage]) -> None:
        super().__init__(column)
        self._storage = storage

    def __hash__(self) -> int:
        return id(self)

    async def generate_file_url(self, file_key: str, root_url: str, user: BaseUser | None = None) -> str:
        """Return where the browser reads an object: from the bucket if it may, else through the desk.

        The app's own address would show it to its owner only.
        """
        del user
        url = self._storage().url(file_key)
        return url if url.startswith("http") else f"{root_url}{file_key}"

    async def store_file(self, *_: object, **__: object) -> str:
        """Refuse: an object comes into being with its row."""
        raise ValueError(SHOWN_ONLY)

    async def get_file(self, *_: object, **__: object) -> IO[bytes] | None:
        """Refuse: the door streams what is shown."""
        raise ValueError(SHOWN_ONLY)

    async def delete_file(self, *_: object, **__: object) -> None:
        """Refuse: only a purge deletes objects."""
        raise ValueError(SHOWN_ONLY)

    async def bulk_delete_files(self, *_: object, **__: object) -> None:
        """Refuse: only a purge deletes objects."""
        raise ValueError(SHOWN_ONLY)

    async def get_file_keys(self) -> list[str]:
        """Refuse: Piccolo would call those unused that it knows nothing of."""
        raise ValueError(SHOWN_ONLY)


SHOWN_ONLY = "Objects are only shown here"


class Administrator(SimpleUser):
    """Somebody as Piccolo Admin knows them."""

    def __init__(self, identity: Identity) -> None:
        super().__init__(identity.username)
        self.user_id = identity.user


class Known(AuthenticationBackend):
    """Takes the person from the door, which looks the session up for each request.

    Piccolo Admin's own sessions would be second ones, and outlive a logout, a new password or the end of an
    account.
    """

    async def authenticate(self, conn: HTTPConnection) -> tuple[AuthCredentials, Administrator]:
        """Return who the door let in."""
        curator: Curator | None = conn.scope.get(CURATOR)
        if curator is None:
            raise AuthenticationError("Nobody came through the door")
        return AuthCredentials(["authenticated"]), Administrator(curator.identity)


class File(NamedTuple):
    """A file that the desk's page loads."""

    media_type: str
    content: bytes


class Desk(NamedTuple):
    """What is built once.

    Attributes:
        app: Piccolo Admin.
        media: What shows the objects of a column, by table and column.
        files: What the desk's page loads besides, by name.
    """

    app: AdminRouter
    media: dict[tuple[str, str], Pictures]
    files: dict[str, File]


def build(storage: Callable[[], Storage]) -> Desk:
    """Return Piccolo Admin with our tables and forms; nothing is opened or written.

    Args:
        storage: Returns the store of this process.
    """
    # Whatever it cannot do it logs, with a traceback, and raises besides.
    logging.getLogger("piccolo_admin").setLevel(logging.CRITICAL + 1)
    media = {place: Pictures(column, storage) for place, column in KEYS.items()}
    app = create_admin(
        tables=tables(media),
        forms=form_configs(),
        # Its own routes only read, whoever asks; what may be written goes through the door to our services.
        read_only=True,
        site_name="aiimagecraft",
        auto_include_related=False,
        sidebar_links={"Gallery": "../gallery"},
    )
    # It holds a second secret against foreign sites, in a cookie that scripts read. The guard in front has
    # refused them by then, by what browsers say themselves, and knows the proxy's host.
    app.user_middleware.clear()
    (door,) = [
        route.app
        for route in app.routes
        if isinstance(route, Mount) and isinstance(route.app, AuthenticationMiddleware)
    ]
    door.backend = Known()
    app.template = app.template.replace("<script", f"{BESIDE}<script", 1)
    script = f"const EDITABLE = {msgspec.json.encode(EDITABLE).decode()};\n".encode()
    files = {
        "desk.js": File("text/javascript", script + (HERE / "desk.js").read_bytes()),
        "desk.css": File("text/css", (HERE / "desk.css").read_bytes()),
    }
    return Desk(app, media, files)


KEYS = {
    ("image", "object_key"): Image.object_key,
    ("image", "thumb_key"): Image.thumb_key,
    ("source", "object_key"): Source.object_key,
    ("source", "thumb_key"): Source.thumb_key,
}
"""By table and column, where the keys of objects are."""
BESIDE = """<script src="./desk.js"></script>
  <link rel="stylesheet" href="./desk.css">
  """


def tables(media: Mapping[tuple[str, str], Pictures]) -> list[TableConfig]:
    """Return the tables; the newest rows come first, for ids begin with the time."""
    image = [Image.user_id, Image.prompt, Image.model, Image.starred, Image.deleted_at, Image.created_at]
    source = [Source.user_id, Source.width, Source.height, Source.created_at]
    job = [Job.user_id, Job.status, Job.prompt, Job.model, Job.n, Job.cost, Job.created_at]
    return [
        TableConfig(
            Image,
            visible_columns=[Image.id, Image.thumb_key, *image],
            visible_filters=[*image, Image.format, Image.width, Image.height, Image.cost, Image.holds],
            media_storage=[media["image", "object_key"], media["image", "thumb_key"]],
            menu_group="Pictures",
            order_by=[OrderBy(Image.id, ascending=False)],
        ),
        TableConfig(
            Source,
            visible_columns=[Source.id, Source.thumb_key, *source],
            visible_filters=[*source, Source.format, Source.holds],
            media_storage=[media["source", "object_key"], media["source", "thumb_key"]],
            menu_group="Pictures",
            order_by=[OrderBy(Source.id, ascending=False)],
        ),
        TableConfig(
            Job,
            visible_columns=[Job.id, *job],
            visible_filters=[*job, Job.finished_at],
            menu_group="Pictures",
            order_by=[OrderBy(Job.id, ascending=False)],
        ),
        TableConfig(
            Person,
            visible_columns=[Person.username, Person.admin, Person.active, Person.last_login],
            link_column=Person.username,
            menu_group="People",
        ),
        TableConfig(Session, menu_group="People", order_by=[OrderBy(Session.id, ascending=False)]),
        TableConfig(ApiToken, menu_group="People", order_by=[OrderBy(ApiToken.id, ascending=False)]),
        TableConfig(
            Entry,
            visible_columns=[Entry.at, Entry.actor, Entry.action, Entry.subject, Entry.address, Entry.detail],
            visible_filters=[Entry.at, Entry.actor, Entry.action, Entry.subject, Entry.address],
            link_column=Entry.at,
            menu_group="People",
            order_by=[OrderBy(Entry.id, ascending=False)],
        ),
    ]

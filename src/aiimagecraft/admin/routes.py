"""The door of the admin desk: only administrators pass, and past it only what is listed here."""

from __future__ import annotations

import asyncio
import re
from collections.abc import Callable, Mapping, MutableMapping
from http import HTTPStatus
from typing import TYPE_CHECKING, Any

import asyncpg
import msgspec
from litestar import HttpMethod, Response, route
from litestar.di import NamedDependency
from litestar.exceptions import MethodNotAllowedException
from litestar.handlers import HTTPRouteHandler
from litestar.params import FromPath
from litestar.response import Stream

from aiimagecraft.access import identify, let_in
from aiimagecraft.accounts.auth import Identity
from aiimagecraft.admin.curator import CURATOR, Curator
from aiimagecraft.admin.edits import EDITS
from aiimagecraft.config import Settings
from aiimagecraft.errors import AppError, Forbidden, InvalidRequest, NotFound, Unauthorized
from aiimagecraft.gallery import curation
from aiimagecraft.jobs import JobQueue
from aiimagecraft.schema import UUID_PATTERN
from aiimagecraft.storage import CONTENT_TYPES, Storage
from aiimagecraft.web import OBJECT_HEADERS, PUBLIC, AnyRequest

if TYPE_CHECKING:
    from aiimagecraft.admin.desk import Desk

PATH = "/admin"
METHODS = [
    HttpMethod.GET, HttpMethod.HEAD, HttpMethod.POST, HttpMethod.PUT, HttpMethod.PATCH, HttpMethod.DELETE,
]  # fmt: skip
NAME = r"[\w.-]+"
READS = re.compile(
    rf"/|/assets/{NAME}/|/public/(?:meta|translations(?:/{NAME})?)/"
    rf"|/api/(?:links|user|(?:tables|forms)(?:/grouped)?|forms/{NAME}(?:/schema)?)/"
    rf"|/api/tables/{NAME}/(?:(?:schema|ids|count|references|new)/|{NAME}/)?"
)
"""What Piccolo Admin is asked with GET; not its documents, which load scripts from other servers."""
EDIT = re.compile(rf"/api/tables/(?P<table>{'|'.join(EDITS)})/(?P<row>{UUID_PATTERN}|[0-9]{{1,9}})/")
FORM = re.compile(rf"/api/forms/(?P<form>{NAME})/")
MEDIA = "/api/media/generate-file-url/"
OBJECT = re.compile(r"/api/media-files/(?P<table>\w+)/(?P<column>\w+)/(?P<key>.+)/")
LEADS = {
    "/public/login/": "../../../login?next=/admin/",
    "/public/logout/": "../../../api/logout",
    "/api/change-password/": "../../../account",
    "/api/mfa-setup/": "../../../account",
}
"""Pages and routes of its own login, and ours in their place; the ways are relative for a proxy's prefix."""
POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src {}; connect-src 'self'; "
    "base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
)
HEADERS = {
    "cache-control": "no-store",
    "x-content-type-options": "nosniff",
    "referrer-policy": "same-origin",
    "cross-origin-opener-policy": "same-origin",
    "cross-origin-resource-policy": "same-origin",
}
UNCHANGING = "private, max-age=31536000, immutable"
PASSED_ON = frozenset({b"accept", b"accept-language", b"content-type"})
"""Headers that Piccolo Admin sees of a request; cookies are none of its business."""


class MediaRequest(msgspec.Struct):
    """Which object the desk wants to show."""

    table_name: str
    column_name: str
    file_key: str


class Door:
    """Lets a request through to what may answer it.

    Args:
        storage: Returns the store of this process.
        policy: The content security policy of the desk's page.
    """

    def __init__(self, storage: Callable[[], Storage], policy: str) -> None:
        self._storage = storage
        self._headers = {**HEADERS, "content-security-policy": policy}
        self._desk: Desk | None = None
        self._building = asyncio.Lock()

    async def answer(self, request: AnyRequest, path: str, curator: Curator) -> Response[Any]:
        """Answer a curator.

        Raises:
            MethodNotAllowedException: This is not done here.
            NotFound: There is nothing at this path.
        """
        desk = await self.desk()
        if request.method in {HttpMethod.GET, HttpMethod.HEAD}:
            return await self._read(desk, request, path, curator)
        form = FORM.fullmatch(path)
        if request.method == HttpMethod.POST and form and form["form"] in desk.app.form_config_map:
            return await self._ask(desk, request, path, curator, await _object(request))
        if request.method == HttpMethod.POST and path == MEDIA:
            return await self._address(desk, await _object(request))
        if request.method == HttpMethod.PATCH and (match := EDIT.fullmatch(path)):
            try:
                await EDITS[match["table"]](curator, match["row"], await _object(request))
            except AppError as error:
                return self._refusal(error)
            return await self._ask(desk, request, path, curator)
        raise MethodNotAllowedException(detail=READ_ONLY)

    async def desk(self) -> Desk:
        """Return Piccolo Admin; the first to ask waits until it is imported and built, outside the loop."""
        async with self._building:
            if self._desk is None:
                self._desk = await asyncio.to_thread(_build, self._storage)
            return self._desk

    def lead(self, to: str, status: HTTPStatus = HTTPStatus.SEE_OTHER) -> Response[bytes]:
        """Send a browser elsewhere."""
        return Response(
            b"", status_code=status, headers={**self._headers, "location": to}, media_type="text/plain"
        )

    async def _read(self, desk: Desk, request: AnyRequest, path: str, curator: Curator) -> Response[Any]:
        if found := desk.files.get(path.strip("/")):
            return self._made(
                found.content, 200, {"content-type": found.media_type, "cache-control": "no-cache"}
            )
        if match := OBJECT.fullmatch(path):
            if (match["table"], match["column"]) not in desk.media:
                raise NotFound("There is no such object")
            return await _stream(curator.storage, match["key"])
        if not READS.fullmatch(path):
            raise NotFound("There is nothing at this address")
        return await self._ask(desk, request, path, curator)

    async def _address(self, desk: Desk, wanted: Mapping[str, Any]) -> Response[Any]:
        """Tell where the browser reads an object; it must be one of ours."""
        try:
            media = msgspec.convert(wanted, MediaRequest)
        except msgspec.ValidationError as error:
            raise InvalidRequest(str(error)) from None
        pictures = desk.media.get((media.table_name, media.column_name))
        if pictures is None:
            raise NotFound("There is no such object")
        found = await curation.find_any_object(media.file_key)
        root = f"./api/media-files/{media.table_name}/{media.column_name}/"
        url = await pictures.generate_file_url(found.key, root)
        return self._made(msgspec.json.encode({"file_url": url}), 200, {"content-type": "application/json"})

    async def _ask(
        self,
        desk: Desk,
        request: AnyRequest,
        path: str,
        curator: Curator,
        body: Mapping[str, Any] | None = None,
    ) -> Response[Any]:
        """Ask Piccolo Admin itself: a form when there is a body, else for reading."""
        scope: MutableMapping[str, Any] = {
            "type": "http",
            "asgi": {"version": "3.0"},
            "http_version": "1.1",
            "method": "GET" if body is None else "POST",
            "scheme": request.scope["scheme"],
            "path": PATH + (path.rstrip("/") if path.startswith("/assets/") else path),
            "root_path": PATH,
            "query_string": request.scope["query_string"],
            "headers": [(name, value) for name, value in request.scope["headers"] if name in PASSED_ON],
            CURATOR: curator,
        }
        try:
            status, headers, content = await _collect(desk.app, scope, msgspec.json.encode(body))
        except (ValueError, asyncpg.DataError) as error:
            # Whatever it cannot read in a filter or an id it lets out as it came.
            if not (scope["query_string"] or isinstance(error, asyncpg.DataError)):
                raise
            raise InvalidRequest("A filter, an order or an id is not valid") from error
        if path.startswith("/assets/"):
            headers["cache-control"] = UNCHANGING
        return self._made(b"" if request.method == HttpMethod.HEAD else content, status, headers)

    def _refusal(self, error: AppError) -> Response[Any]:
        """Say why an edit was refused, in the one shape in which the desk shows a sentence as it is."""
        if isinstance(error, NotFound):
            raise error
        content = msgspec.json.encode({"custom_form_error": error.detail})
        return self._made(content, 422, {"content-type": "application/json"})

    def _made(self, content: bytes, status: int, headers: Mapping[str, str]) -> Response[Any]:
        kept = {name: headers[name] for name in ("cache-control", "content-disposition") if name in headers}
        return Response(
            content,
            status_code=status,
            headers={**self._headers, **kept},
            media_type=headers.get("content-type", "application/octet-stream").partition(";")[0],
        )


READ_ONLY = (
    "Rows are not added, replaced or deleted here. Of an image, starred, deleted_at and prompt may be "
    "changed, of an account, admin and active; the forms do the rest"
)


def admin_routes(media_origin: str | None) -> list[HTTPRouteHandler]:
    """Return the desk's routes.

    Args:
        media_origin: Where else its page may show images from.
    """
    door: Door | None = None

    @route([PATH, f"{PATH}/{{rest:path}}"], http_method=METHODS, opt=PUBLIC, include_in_schema=False)
    async def admin(
        request: AnyRequest,
        settings: NamedDependency[Settings],
        storage: NamedDependency[Storage],
        queue: NamedDependency[JobQueue],
        rest: FromPath[str] = "",
    ) -> Response[Any]:
        nonlocal door
        if door is None:
            state = request.app.state
            door = Door(lambda: state.storage, POLICY.format(f"'self' data: {media_origin or ''}".strip()))
        path = f"{rest.rstrip('/')}/"
        if path == "/" and not request.scope["raw_path"].endswith(b"/"):
            return door.lead("admin/")
        if lead := LEADS.get(path):
            # A logout stays a POST.
            return door.lead(
                lead, HTTPStatus.TEMPORARY_REDIRECT if "logout" in path else HTTPStatus.SEE_OTHER
            )
        try:
            identity = await _administrator(request, settings)
        except Unauthorized:
            if path == "/" and request.method == HttpMethod.GET:
                return door.lead("../login?next=/admin/")
            raise
        return await door.answer(request, path, Curator(identity, storage, queue))

    return [admin]


async def _administrator(request: AnyRequest, settings: Settings) -> Identity:
    """Return who asks.

    Raises:
        Unauthorized: Nobody logged in.
        Forbidden: Whoever it is is no administrator, or a program.
    """
    identity = await identify(request)
    if settings.auth == "required" and identity.session is None:
        raise Forbidden("API tokens may not do this; log in")
    if not identity.admin:
        raise Forbidden("Only administrators may come in here")
    let_in(request, identity)
    return identity


def _build(storage: Callable[[], Storage]) -> Desk:
    # Piccolo Admin takes a third of a second and ten megabytes, which nobody pays who never opens the desk.
    from aiimagecraft.admin.desk import build  # noqa: PLC0415

    return build(storage)


async def _object(request: AnyRequest) -> dict[str, Any]:
    try:
        return msgspec.json.decode(await request.body(), type=dict[str, Any])
    except msgspec.MsgspecError:
        raise InvalidRequest("Send a JSON object", field="body") from None


async def _stream(storage: Storage, key: str) -> Stream:
    found = await curation.find_any_object(key)
    try:
        part = await storage.open(found.key)
    except FileNotFoundError:
        raise NotFound("The bytes of this object are missing from the store") from None
    headers = {**OBJECT_HEADERS, "cache-control": "private, no-store", "content-length": str(part.size)}
    return Stream(part.chunks, status_code=200, headers=headers, media_type=CONTENT_TYPES[found.format])


async def _collect(
    app: Callable[..., Any], scope: MutableMapping[str, Any], body: bytes
) -> tuple[int, dict[str, str], bytes]:
    """Return an ASGI application's whole answer, of a page of rows at most."""
    status = 500
    headers: dict[str, str] = {}
    content = bytearray()
    given = iter([{"type": "http.request", "body": body, "more_body": False}])

    async def receive() -> dict[str, Any]:
        for message in given:
            return message
        # It listens for a client that leaves until it has answered.
        return await asyncio.get_running_loop().create_future()

    async def send(message: Mapping[str, Any]) -> None:
        nonlocal status
        if message["type"] == "http.response.start":
            status = message["status"]
            headers.update(
                (name.decode("latin-1").lower(), value.decode("latin-1"))
                for name, value in message["headers"]
            )
        else:
            content.extend(message.get("body", b""))

    await app(scope, receive, send)
    return status, headers, bytes(content)

"""The web process: the one place that wires it."""

from __future__ import annotations

import logging
from collections.abc import AsyncGenerator, Callable, Mapping
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from functools import partial
from typing import Any

import msgspec
from litestar import Litestar, MediaType, Response, Router
from litestar.datastructures import State
from litestar.di import Provide
from litestar.exceptions import HTTPException, ValidationException
from litestar.openapi import OpenAPIConfig
from litestar.types import ASGIApp
from obstore.exceptions import BaseError as ObjectStoreError

from aiimagecraft import __version__, health, metrics
from aiimagecraft.access import (
    leave_cookies,
    provide_identity,
    provide_owner,
    provide_visitor,
    require_access,
)
from aiimagecraft.accounts import controllers as accounts
from aiimagecraft.accounts.service import demo_id
from aiimagecraft.accounts.tokens import random_secret
from aiimagecraft.admin.routes import admin_routes
from aiimagecraft.bodies import Bodies
from aiimagecraft.causes import reason_of
from aiimagecraft.config import Settings, bundled
from aiimagecraft.db import database
from aiimagecraft.errors import AppError, FieldError, NotFound, Problem, Unavailable, http_problem
from aiimagecraft.gallery import controllers as gallery
from aiimagecraft.gallery import query as gallery_query
from aiimagecraft.generation import controllers as generation
from aiimagecraft.generation import service as jobs
from aiimagecraft.guard import OriginGuard
from aiimagecraft.jobs import job_queue
from aiimagecraft.proxy import controllers as proxy
from aiimagecraft.proxy import scene_controllers as scenes
from aiimagecraft.proxy.upstream import open_upstream
from aiimagecraft.realtime import Hub
from aiimagecraft.reference import DocumentPlugin, ReferencePlugin
from aiimagecraft.sockets import events
from aiimagecraft.spa import spa_routes
from aiimagecraft.storage import Storage, media_origin
from aiimagecraft.web import PUBLIC, AnyRequest, split_validation_error

logger = logging.getLogger(__name__)

MAX_BODY_BYTES = 1024 * 1024
"""Of a JSON body: a prompt of 32,000 characters of four bytes fits with ease."""
STATE = ("settings", "storage", "queue", "hub", "upstream", "signing_secret")
"""What handlers receive of the application's state, under the same names."""


def create_asgi(settings: Settings) -> ASGIApp:
    """Return what the server serves: the application behind its guard.

    Args:
        settings: With a `database_url`; the embedded database is started by who starts this process.
    """
    return OriginGuard(Bodies(create_app(settings)), settings.public_origin)


def create_app(settings: Settings) -> Litestar:
    """Return the application; nothing is opened before its lifespan begins."""
    dist = bundled("frontend_dist")
    media = media_origin(settings)
    pages = [*spa_routes(dist, media, login=settings.auth == "required"), *admin_routes(media)]
    return Litestar(
        route_handlers=[
            *gallery.ROUTES,
            *generation.ROUTES,
            *proxy.ROUTES,
            *scenes.ROUTES,
            *accounts.ROUTES,
            Router("/", route_handlers=[*health.ROUTES, *metrics.ROUTES, events, *pages], opt=PUBLIC),
        ],
        guards=[require_access],
        before_send=[leave_cookies],
        lifespan=[resources(settings)],
        dependencies={
            name: Provide(provide, sync_to_thread=False)
            for name, provide in {
                **{name: _from_state(name) for name in STATE},
                "owner": provide_owner,
                "identity": provide_identity,
                "visitor": provide_visitor,
            }.items()
        },
        exception_handlers={
            AppError: _answer_app_error,
            HTTPException: _answer_http_error,
            UnicodeDecodeError: _answer_unreadable,
            RecursionError: _answer_unreadable,
            ObjectStoreError: _answer_without_store,
            Exception: _answer_unexpected,
        },
        openapi_config=OpenAPIConfig(
            title="aiimagecraft",
            version=__version__,
            description="A self-hosted studio and permanent gallery for AI images.",
            path="/schema",
            render_plugins=[ReferencePlugin(dist), DocumentPlugin()],
            openapi_router=Router(
                "/schema",
                route_handlers=[],
                after_request=_finish_reference,
                include_in_schema=False,
            ),
        ),
        request_max_body_size=MAX_BODY_BYTES,
        logging_config=None,
    )


def _from_state(name: str) -> Any:  # noqa: ANN401 - the handlers declare what they receive.
    def provide(state: State) -> Any:  # noqa: ANN401
        return state[name]

    return provide


def resources(settings: Settings) -> Callable[[Litestar], AbstractAsyncContextManager[None]]:
    """Return what opens all that requests need, puts it into the application's state, and closes it.

    Raises:
        ValueError: There is no `database_url`.
    """
    if settings.database_url is None:
        raise ValueError("The web process needs a database address")
    if settings.auth == "required" and settings.jwt_secret is None:
        raise ValueError("The web process needs a secret to sign logins with")
    url = settings.database_url

    @asynccontextmanager
    async def lifespan(app: Litestar) -> AsyncGenerator[None]:
        storage = Storage(settings)
        loaders = {"image": partial(gallery_query.items, storage), "job": partial(jobs.jobs_by_id, storage)}
        hub = Hub(url, loaders)
        async with database(url), job_queue(url) as queue, hub.running(), open_upstream(settings) as upstream:
            app.state.update(
                settings=settings,
                storage=storage,
                queue=queue,
                hub=hub,
                upstream=upstream,
                owner=await demo_id(),
                signing_secret=settings.jwt_secret or random_secret(),
            )
            yield

    return lifespan


def _answer(problem: Problem, headers: Mapping[str, str] | None = None) -> Response[bytes]:
    return Response(
        msgspec.json.encode(problem),
        status_code=problem.status,
        media_type="application/problem+json",
        headers={"cache-control": "no-store", **(headers or {})},
    )


def _finish_reference(response: Response[Any]) -> Response[Any]:
    """Give the reference page its policy; an unknown address is answered as any other, not with a page."""
    not_found = NotFound("There is no such page")
    if response.status_code == not_found.status:
        return _answer(not_found.problem())
    if response.media_type == MediaType.HTML:
        response.headers.update(ReferencePlugin.HEADERS)
    return response


def _answer_app_error(_request: AnyRequest, error: AppError) -> Response[bytes]:
    return _answer(error.problem(), error.headers)


def _answer_http_error(_request: AnyRequest, error: HTTPException) -> Response[bytes]:
    if isinstance(error, ValidationException):
        return _answer(http_problem(400, "A field is not valid", _fields(error)))
    # What the framework itself calls a bad request is a body that it cannot decode.
    fields = [FieldError("body", error.detail)] if error.status_code == 400 else None  # noqa: PLR2004
    return _answer(http_problem(error.status_code, error.detail, fields), error.headers)


def _answer_without_store(request: AnyRequest, error: ObjectStoreError) -> Response[bytes]:
    logger.error("http.store_failed: %s %s: %s", request.method, request.scope["path"], reason_of(error))
    unavailable = Unavailable("The object store cannot be reached")
    return _answer(unavailable.problem(), unavailable.headers)


def _answer_unreadable(_request: AnyRequest, error: UnicodeDecodeError | RecursionError) -> Response[bytes]:
    nested = isinstance(error, RecursionError)
    detail = "The body is nested too deeply" if nested else "The body is not UTF-8"
    return _answer(http_problem(400, detail, [FieldError("body", detail)]))


def _fields(error: ValidationException) -> list[FieldError] | None:
    found: list[FieldError] = []
    for entry in error.extra if isinstance(error.extra, list) else []:
        path, message = split_validation_error(str(entry["message"]))
        key = str(entry.get("key", "data"))
        if key == "data" and not path:
            # The framework names its own argument where the body is missing.
            key, message = "body", "Send a JSON object" if message == "'data'" else message
        place = "" if path and key in {"data", "body"} else key
        found.append(FieldError(".".join(part for part in (place, path) if part), message))
    return found or None


def _answer_unexpected(request: AnyRequest, error: Exception) -> Response[bytes]:
    logger.error("http.failed: %s %s", request.method, request.scope["path"], exc_info=error)
    return _answer(AppError("The failure was logged; try again").problem())

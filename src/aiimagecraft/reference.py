"""The API document, and its reference page at `/schema`, which needs nothing from the internet."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any, ClassVar, cast

import msgspec
from litestar import Litestar, Request
from litestar.openapi.plugins import JsonRenderPlugin, OpenAPIRenderPlugin
from litestar.routes import HTTPRoute

from aiimagecraft.access import READING
from aiimagecraft.accounts.cookies import ACCESS
from aiimagecraft.errors import Problem, TooMany, Unauthorized
from aiimagecraft.proxy.policy import VARIANTS

PAGE = """<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>aiimagecraft API</title>
<link rel="icon" href="{icon}">
<script type="module" src="{script}"></script>
</head>
<body><rapi-doc spec-url="/schema/openapi.json" load-fonts="false" show-header="false"
 allow-authentication="false" render-style="read" theme="light" primary-color="#4f46e5"></rapi-doc></body>
</html>
"""


LOGIN: list[dict[str, list[str]]] = [{"session": []}, {"apiToken": []}]
"""What opens a route: the cookie of a person, or the token of a program."""
SCHEMES: dict[str, Any] = {
    "session": {
        "type": "apiKey",
        "in": "cookie",
        "name": ACCESS,
        "description": "Comes with the answer of `/api/login`. With `AUTH=none` nothing is needed.",
    },
    "apiToken": {
        "type": "http",
        "scheme": "bearer",
        "description": "Of `POST /api/tokens` or `aiimagecraft user token`, to read, or to write too.",
    },
    "cleanupToken": {"type": "http", "scheme": "bearer", "description": "`CLEANUP_TOKEN`"},
    "metricsToken": {
        "type": "http",
        "scheme": "bearer",
        "description": "`METRICS_TOKEN`; this machine needs none.",
    },
}
OWN_TOKENS: dict[str, list[dict[str, list[str]]]] = {
    "/api/cleanup": [{"cleanupToken": []}],
    "/metrics": [{"metricsToken": []}, {}],
}
"""Routes with a token of their own."""
ID = {"type": "string", "format": "uuid"}
NUMBER = {"type": "string", "pattern": "^(0|[1-9][0-9]{0,17})$"}
PATHS: dict[str, dict[str, Any]] = {
    **dict.fromkeys(("image_id", "change_id", "archive_id", "job_id", "session_id", "token_id"), ID),
    **dict.fromkeys(("scene_id", "picture"), NUMBER),
    "key": {"type": "string", "pattern": r"^(thumb/|preview/)?[0-9a-f-]{36}(@2x)?\.(png|jpg|webp|gif)$"},
    "kind": {"type": "string", "enum": sorted(VARIANTS)},
    "variant": {"type": "string", "enum": sorted({name for names in VARIANTS.values() for name in names})},
    "place": {"type": "integer", "minimum": 0},
    "version": {"type": "integer", "minimum": 1},
}
"""What stands in addresses, by its name there."""
PICTURES = {
    "/uploads/{key}": ("image/*",),
    "/api/proxy/stash/{kind}/{picture}/{variant}": ("image/*", "video/*"),
}
"""What routes answer that hand on bytes as they are: whole, in part, or not again."""
CROWDED = ("/api/login", "/api/password", "/api/proxy/", "/api/scenes")
"""Beginnings of addresses that turn away whoever asks too often, or all at once."""


def api_document(app: Litestar) -> dict[str, Any]:
    """Return the OpenAPI document, with the one shape that every error has and who may use which route."""
    document = app.openapi_schema.to_schema()
    components = document["components"]
    _, schemas = msgspec.json.schema_components([Problem], ref_template="#/components/schemas/{name}")
    components["schemas"].update(schemas)
    for path, item in document["paths"].items():
        for method, operation in item.items():
            _refuse_unknown(components["schemas"], operation.get("requestBody", {}))
            _describe_address(operation.get("parameters", ()))
            if kinds := PICTURES.get(path):
                _describe_bytes(operation["responses"], () if method == "head" else kinds)
    components["securitySchemes"] = SCHEMES
    components["responses"] = {
        "Problem": _problem("What went wrong (RFC 9457)"),
        "Unauthorized": _problem(
            Unauthorized.title, "WWW-Authenticate", {"type": "string", "const": "Bearer"}
        ),
        "Forbidden": _problem("This API token, or this server, does not allow it"),
        "TooMany": _problem(TooMany.title, "Retry-After", {"type": "integer", "minimum": 1}),
    }
    for route in app.routes:
        if isinstance(route, HTTPRoute) and (path := document["paths"].get(route.path_format)):
            for method, (handler, _) in route.route_handler_map.items():
                if operation := path.get(method.lower()):
                    _describe_access(operation, route.path_format, method, handler.opt)
    return document


def _describe_access(operation: dict[str, Any], path: str, method: str, opt: Mapping[str, Any]) -> None:
    """Say what an operation needs, and how it answers who has it not."""
    security = OWN_TOKENS.get(path, [] if opt.get("public") else LOGIN[:1] if opt.get("person") else LOGIN)
    operation["security"] = security
    answers = operation["responses"]
    answers.pop("400", None)
    if security or path == "/api/login":
        answers["401"] = {"$ref": "#/components/responses/Unauthorized"}
    if opt.get("person") or path in OWN_TOKENS or method not in READING:
        answers["403"] = {"$ref": "#/components/responses/Forbidden"}
    if path.startswith(CROWDED):
        answers["429"] = {"$ref": "#/components/responses/TooMany"}
    answers["default"] = {"$ref": "#/components/responses/Problem"}


def _describe_address(parameters: Sequence[dict[str, Any]]) -> None:
    for parameter in parameters:
        if parameter["in"] == "path":
            parameter["schema"] = PATHS.get(parameter["name"], parameter["schema"])


def _describe_bytes(answers: dict[str, Any], kinds: Sequence[str]) -> None:
    content: dict[str, Any] = {"content": {kind: {} for kind in kinds}} if kinds else {}
    answers["200"] = {"description": "The whole", **content}
    answers["206"] = {"description": "The part that the header Range asked for", **content}
    answers["304"] = {"description": "It is as it was"}


def _problem(description: str, header: str | None = None, shape: Mapping[str, Any] | None = None) -> Any:  # noqa: ANN401 - JSON.
    schema = {"$ref": "#/components/schemas/Problem"}
    headers = {"headers": {header: {"required": True, "schema": shape}}} if header else {}
    return {
        "description": description,
        **headers,
        "content": {"application/problem+json": {"schema": schema}},
    }


def _refuse_unknown(schemas: dict[str, Any], part: Any) -> None:  # noqa: ANN401 - JSON.
    """Say of each shape that a body is made of that it has no other fields."""
    if isinstance(part, list):
        for item in cast("list[Any]", part):
            _refuse_unknown(schemas, item)
    elif isinstance(part, dict):
        found = cast("dict[str, Any]", part)
        if name := found.get("$ref", "").removeprefix("#/components/schemas/"):
            found = schemas[name]
            if found.get("type") == "object":
                found["additionalProperties"] = False
        for item in found.values():
            _refuse_unknown(schemas, item)


class DocumentPlugin(JsonRenderPlugin):
    """Serves the document."""

    def render(self, request: Request[Any, Any, Any], openapi_schema: dict[str, Any]) -> bytes:  # noqa: ARG002
        """Return the document as JSON."""
        return msgspec.json.encode(api_document(request.app))


class ReferencePlugin(OpenAPIRenderPlugin):
    """Renders the page around the reference script of the front-end build.

    Args:
        dist: The folder of the front-end build.
    """

    HEADERS: ClassVar[dict[str, str]] = {
        # The reference script writes its own style elements.
        "content-security-policy": (
            "default-src 'none'; script-src 'self'; style-src 'self' 'unsafe-inline'; img-src 'self' data:; "
            "connect-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
        ),
        "x-content-type-options": "nosniff",
        "referrer-policy": "same-origin",
    }

    def __init__(self, dist: Path) -> None:
        super().__init__(path="/")
        self._dist = dist

    def render(self, request: Request[Any, Any, Any], openapi_schema: dict[str, Any]) -> bytes:  # noqa: ARG002
        """Return the page."""
        manifest = json.loads((self._dist / "manifest.json").read_bytes())
        return PAGE.format(script=_url(manifest, "reference.js"), icon=_url(manifest, "icon.svg")).encode()


def _url(manifest: Any, name: str) -> str:  # noqa: ANN401 - JSON.
    return f"/{manifest[name]['file']}"

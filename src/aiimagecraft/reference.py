"""The API document, and its reference page at `/schema`, which needs nothing from the internet."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any, ClassVar

import msgspec
from litestar import Litestar, Request
from litestar.openapi.plugins import JsonRenderPlugin, OpenAPIRenderPlugin

from aiimagecraft.errors import Problem

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


STRICT = ("BulkChange", "Change", "GenerateRequest")
"""Request bodies, which refuse unknown fields."""

_PROBLEM = {
    "description": "What went wrong (RFC 9457)",
    "content": {"application/problem+json": {"schema": {"$ref": "#/components/schemas/Problem"}}},
}


def api_document(app: Litestar) -> dict[str, Any]:
    """Return the OpenAPI document, with the one shape that every error has."""
    document = app.openapi_schema.to_schema()
    _, schemas = msgspec.json.schema_components([Problem], ref_template="#/components/schemas/{name}")
    document["components"]["schemas"].update(schemas)
    for name in STRICT:
        document["components"]["schemas"][name]["additionalProperties"] = False
    document["components"]["securitySchemes"] = {"cleanupToken": {"type": "http", "scheme": "bearer"}}
    document["paths"]["/api/cleanup"]["post"]["security"] = [{"cleanupToken": []}]
    for path in document["paths"].values():
        for operation in path.values():
            operation["responses"].pop("400", None)
            operation["responses"]["default"] = _PROBLEM
    return document


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

"""The API reference page at `/schema`, which needs nothing from the internet."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any, ClassVar

from litestar import Request
from litestar.openapi.plugins import OpenAPIRenderPlugin

PAGE = """<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>aiimagecraft API</title>
<script type="module" src="{script}"></script>
</head>
<body><rapi-doc spec-url="/schema/openapi.json" load-fonts="false" show-header="false"
 allow-authentication="false" render-style="read" theme="light" primary-color="#4f46e5"></rapi-doc></body>
</html>
"""


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
        return PAGE.format(script=f"/{_path(manifest)}").encode()


def _path(manifest: Any) -> str:  # noqa: ANN401 - JSON.
    return str(manifest["reference.js"]["file"])

"""The single-page app: hashed assets, negotiated encodings, and its page for its own addresses."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

from litestar import HttpMethod, Response, route
from litestar.exceptions import NotFoundException
from litestar.handlers import HTTPRouteHandler
from litestar.params import FromPath
from litestar.response import Redirect
from litestar.status_codes import HTTP_200_OK, HTTP_304_NOT_MODIFIED, HTTP_404_NOT_FOUND

from aiimagecraft.accounts.cookies import RENEWAL
from aiimagecraft.conditional import same_validator
from aiimagecraft.web import AnyRequest

LOGIN = "/login"
PAGES = ["/", "/gallery", "/trash", "/scenes", "/account", LOGIN]
"""Addresses at which the app has a page of its own."""

NOT_PAGES = ("admin", "api", "uploads", "assets", "ws", "health", "metrics", "schema")
"""First parts of addresses that belong to programs; an unknown one there is never answered with a page."""

ENCODINGS = {"br": ".br", "gzip": ".gz"}
"""Content codings by preference, with the suffix of the file that holds each."""

MEDIA_TYPES = {
    ".css": "text/css",
    ".html": "text/html",
    ".js": "text/javascript",
    ".png": "image/png",
    ".svg": "image/svg+xml",
    ".webmanifest": "application/manifest+json",
}

READING = [HttpMethod.GET, HttpMethod.HEAD]
ANY = [*READING, HttpMethod.POST, HttpMethod.PUT, HttpMethod.PATCH, HttpMethod.DELETE]

POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src {}; media-src 'self'; "
    "connect-src 'self'; manifest-src 'self'; worker-src 'self'; font-src 'self'; base-uri 'none'; "
    "form-action 'self'; frame-ancestors 'none'"
)
IMAGES = "'self' data: blob:"
PAGE_HEADERS = {
    "cache-control": "no-cache",
    "x-content-type-options": "nosniff",
    "referrer-policy": "same-origin",
    "cross-origin-opener-policy": "same-origin",
}


@dataclass(frozen=True, slots=True)
class Asset:
    """A file of the front-end build, held in memory with its compressed variants.

    Attributes:
        media_type: The content type.
        digest: The SHA-256 of the content, in hex.
        variants: The bytes by content coding; `identity` is always there.
    """

    media_type: str
    digest: str
    variants: Mapping[str, bytes]


def spa_routes(dist: Path, media_origin: str | None = None, *, login: bool = False) -> list[HTTPRouteHandler]:
    """Return the routes that serve a front-end build, which is read once.

    Args:
        dist: The folder of the build.
        media_origin: Where else the page may show images from.
        login: Whether who has no session is sent to the login. The page would send them there itself, later;
            whether the session is a good one it still has to ask.

    Raises:
        RuntimeError: The front end has not been built.
    """
    try:
        manifest: dict[str, dict[str, Any]] = json.loads((dist / "manifest.json").read_bytes())
    except FileNotFoundError:
        raise RuntimeError(f"No front end in {dist}; run scripts/build_frontend.py") from None
    files = {str(entry["file"]): _load(dist, entry) for entry in manifest.values()}
    index = files.pop("index.html")
    rooted = [f"/{name}" for name in files if not name.startswith("assets/")]
    images = f"{IMAGES} {media_origin}" if media_origin else IMAGES
    page_headers = {**PAGE_HEADERS, "content-security-policy": POLICY.format(images)}

    @route(PAGES, http_method=READING, include_in_schema=False, sync_to_thread=False)
    def page(request: AnyRequest) -> Response[Any]:
        if login and request.url.path != LOGIN and RENEWAL not in request.cookies:
            return Redirect(_login_address(request), headers={"cache-control": "no-store"})
        return _answer(request, index, page_headers)

    @route(rooted, http_method=READING, include_in_schema=False, sync_to_thread=False)
    def beside(request: AnyRequest) -> Response[bytes]:
        """Answers with what must lie beside the page: a worker's scope is the folder that it comes from."""
        return _answer(request, files[request.url.path.strip("/")], page_headers)

    @route(
        "/assets/{file:str}",
        http_method=READING,
        include_in_schema=False,
        sync_to_thread=False,
    )
    def asset(request: AnyRequest, file: FromPath[str]) -> Response[bytes]:
        found = files.get(f"assets/{file}")
        if found is None:
            raise NotFoundException("There is no such asset")
        headers = {
            "cache-control": "public, max-age=31536000, immutable",
            "x-content-type-options": "nosniff",
        }
        return _answer(request, found, headers)

    @route(
        "/{path:path}",
        http_method=ANY,
        include_in_schema=False,
        sync_to_thread=False,
    )
    def elsewhere(request: AnyRequest, path: FromPath[str]) -> Response[bytes]:
        if not _is_navigation(request, path):
            raise NotFoundException("There is nothing at this address")
        return _answer(request, index, page_headers, HTTP_404_NOT_FOUND)

    return [page, asset, elsewhere, *([beside] if rooted else [])]


def _login_address(request: AnyRequest) -> str:
    """Return the login's address, from which one comes back to where the request is for."""
    query = request.url.query
    wanted = f"{request.url.path}?{query}" if query else request.url.path
    return LOGIN if wanted == "/" else f"{LOGIN}?{urlencode({'next': wanted})}"


def negotiate(accepted: str | None) -> str:
    """Return the content coding to answer with, of `br`, `gzip` and `identity` (RFC 9110 §12.5.3).

    Args:
        accepted: The request's `Accept-Encoding`; absent means that nothing was asked for.
    """
    weights: dict[str, float] = {}
    for part in (accepted or "").split(","):
        coding, _, parameter = part.partition(";")
        weights[coding.strip().lower()] = _weight(parameter)
    rest = weights.get("*", 0.0)
    best = max(ENCODINGS, key=lambda coding: weights.get(coding, rest))
    weight = weights.get(best, rest)
    return best if weight > 0 and weight >= weights.get("identity", 0.0) else "identity"


def _weight(parameter: str) -> float:
    name, _, value = parameter.partition("=")
    if name.strip().lower() != "q":
        return 1.0
    try:
        return float(value)
    except ValueError:
        return 0.0


def _load(dist: Path, entry: Mapping[str, Any]) -> Asset:
    file = dist / str(entry["file"])
    variants = {"identity": file.read_bytes()}
    for coding, suffix in ENCODINGS.items():
        variants[coding] = file.with_name(file.name + suffix).read_bytes()
    return Asset(MEDIA_TYPES[file.suffix], str(entry["sha256"]), variants)


def _answer(
    request: AnyRequest, asset: Asset, headers: Mapping[str, str], status_code: int = HTTP_200_OK
) -> Response[bytes]:
    coding = negotiate(request.headers.get("accept-encoding"))
    content = asset.variants[coding]
    etag = f'"{asset.digest[:32]}-{coding}"'
    fields = {**headers, "vary": "Accept-Encoding", "etag": etag}
    if status_code == HTTP_200_OK and same_validator(request, etag):
        return Response(b"", status_code=HTTP_304_NOT_MODIFIED, headers=fields)
    if coding != "identity":
        fields["content-encoding"] = coding
    if request.method == HttpMethod.HEAD:
        fields["content-length"] = str(len(content))
        content = b""
    return Response(content, status_code=status_code, headers=fields, media_type=asset.media_type)


def _is_navigation(request: AnyRequest, path: str) -> bool:
    return (
        request.method in READING
        and path.strip("/").split("/")[0] not in NOT_PAGES
        and "text/html" in request.headers.get("accept", "")
    )

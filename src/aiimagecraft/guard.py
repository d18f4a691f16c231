"""Whose pages may talk to the server, and what browsers may do with what it answers."""

from __future__ import annotations

from collections.abc import Mapping
from urllib.parse import urlsplit

import msgspec
from litestar.types import ASGIApp, Message, Receive, Scope, Send

from aiimagecraft.config import DEFAULT_PORTS
from aiimagecraft.errors import Forbidden, Problem

LOCAL_HOSTS = frozenset({"localhost", "127.0.0.1", "::1"})
"""Hosts that are this machine, with any port."""
WALLS = (
    (b"x-content-type-options", b"nosniff"),
    (b"content-security-policy", b"default-src 'none'; frame-ancestors 'none'"),
    (b"referrer-policy", b"same-origin"),
    (b"cross-origin-opener-policy", b"same-origin"),
    (b"cross-origin-resource-policy", b"same-origin"),
)
"""Of every answer: it is not guessed what it is, nothing in it is run, no other site frames or embeds it.

Pages, objects and the API reference have policies of their own, which count more.
"""


class OriginGuard:
    """Refuses a foreign `Host` or `Origin` before any route sees the request.

    A foreign host is DNS rebinding, a foreign origin is another site's page using the visitor's
    browser. Requests with neither `Origin` nor `Sec-Fetch-Site` come from programs and pass. Every answer
    gets the headers that keep other sites out.

    Args:
        app: The application behind it.
        public_origin: The origin under which a reverse proxy publishes the app, if one does.
    """

    def __init__(self, app: ASGIApp, public_origin: str | None) -> None:
        self._app = app
        self._public_origin = public_origin
        self._public_hosts = _hosts(public_origin) if public_origin else frozenset[str]()

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass a request on, or answer 403."""
        send = _walled(send) if scope["type"] == "http" else send
        if scope["type"] in {"http", "websocket"} and (reason := self._refusal(scope)):
            await _refuse(scope, send, Forbidden(reason).problem())
        else:
            await self._app(scope, receive, send)

    def _refusal(self, scope: Scope) -> str | None:
        given = [
            (name, value.decode("latin-1").lower()) for name, value in scope["headers"] if name in _NAMES
        ]
        headers = dict(given)
        if len(given) != len(headers):
            return "Requests that repeat Host or Origin are refused"
        if not self._is_own_host(headers.get(b"host", "")):
            return "This host name is not served here; set PUBLIC_ORIGIN to the address of your proxy"
        return None if self._is_own_page(scope, headers) else "Requests from other sites are refused"

    def _is_own_page(self, scope: Scope, headers: Mapping[bytes, str]) -> bool:
        site = headers.get(b"sec-fetch-site", "none")
        # Cookies go along with what another port of this host asks for; a browser says that it does.
        if scope.get("method") not in {"GET", "HEAD"} and site not in {"same-origin", "none"}:
            return False
        if (origin := headers.get(b"origin")) is not None:
            # Of a socket browsers say no more than this, and another local port has pages of others.
            is_here = scope["type"] == "http" or origin.partition("://")[2] == headers.get(b"host")
            return origin == self._public_origin or (is_here and self._is_own_origin(origin))
        # A link on another site may lead here; what that site embeds or fetches may not.
        return site != "cross-site" or headers.get(b"sec-fetch-mode") == "navigate"

    def _is_own_host(self, host: str) -> bool:
        return host in self._public_hosts or _hostname(f"//{host}") in LOCAL_HOSTS

    def _is_own_origin(self, origin: str) -> bool:
        return origin.startswith(("http://", "https://")) and _hostname(origin) in LOCAL_HOSTS


_NAMES = frozenset({b"host", b"origin", b"sec-fetch-site", b"sec-fetch-mode"})


def _hosts(origin: str) -> frozenset[str]:
    """Return the ways to write an origin's host: a proxy may add the scheme's own port."""
    parts = urlsplit(origin)
    return frozenset({parts.netloc, f"{parts.netloc}:{DEFAULT_PORTS[parts.scheme]}"})


def _hostname(address: str) -> str | None:
    try:
        parts = urlsplit(address)
        parts.port  # noqa: B018 - a malformed port is a malformed address.
    except ValueError:
        return None
    return None if parts.username is not None else parts.hostname


def _walled(send: Send) -> Send:
    async def sending(message: Message) -> None:
        if message["type"] == "http.response.start":
            headers = list(message["headers"])
            given = {name.lower() for name, _ in headers}
            message["headers"] = [*headers, *(wall for wall in WALLS if wall[0] not in given)]
        await send(message)

    return sending


async def _refuse(scope: Scope, send: Send, problem: Problem) -> None:
    if scope["type"] == "websocket":
        # Closing before accepting makes the server answer the handshake with 403.
        await send({"type": "websocket.close", "code": 1008, "reason": ""})
        return
    headers = [(b"content-type", b"application/problem+json"), (b"cache-control", b"no-store")]
    await send({"type": "http.response.start", "status": problem.status, "headers": headers})
    await send({"type": "http.response.body", "body": msgspec.json.encode(problem), "more_body": False})

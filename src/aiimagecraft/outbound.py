"""HTTP to other servers: shared sessions, and a fetch that cannot be turned against this network."""

from __future__ import annotations

import ipaddress
import socket
from collections.abc import AsyncGenerator, Awaitable, Callable, Mapping
from contextlib import asynccontextmanager
from typing import Any, cast
from urllib.parse import urlsplit

from niquests import AsyncResponse, AsyncSession
from niquests.exceptions import RequestException
from niquests.utils import (
    create_async_resolver,  # pyright: ignore[reportUnknownVariableType] - typed where it is called.
)

CONNECT_SECONDS = 10.0
READ_SECONDS = 60.0
"""Between two pieces of a fetched body."""
POOL_SIZE = 16
"""Connections to one server; above every limit of requests at once, for a full pool makes them wait."""
CHUNK = 64 * 1024
HEADERS = {"user-agent": "aiimagecraft", "accept-encoding": "identity"}


class FetchError(Exception):
    """An address cannot be fetched; the message says why and holds no secret."""


def public_resolver() -> Any:  # noqa: ANN401 - niquests' own, of a class that depends on the installation.
    """Return a resolver that resolves as the system does and refuses every address that is not public.

    The addresses that are checked are those that are connected to, so a name that resolves to something
    else the second time gains nothing.
    """
    resolver = cast("Any", create_async_resolver(None))
    resolve = cast("Callable[..., Awaitable[Any]]", resolver.getaddrinfo)

    async def resolve_public(*args: Any, **options: Any) -> Any:  # noqa: ANN401
        found = await resolve(*args, **options)
        for entry in found:
            if not _is_public(str(entry[4][0])):
                raise socket.gaierror("the address is not public")
        return found

    resolver.getaddrinfo = resolve_public
    return resolver


def _is_public(text: str) -> bool:
    address = ipaddress.ip_address(text.partition("%")[0])
    mapped = address.ipv4_mapped if isinstance(address, ipaddress.IPv6Address) else None
    return (mapped or address).is_global


class Outbound:
    """The sessions of this process, which belong to one event loop.

    Args:
        session: For servers of the settings.
        public: For addresses from outside.
    """

    def __init__(self, session: AsyncSession, public: AsyncSession) -> None:
        self.session = session
        self._public = public

    async def fetch(
        self, url: str, limit: int, *, trusted: str | None = None, headers: Mapping[str, str] | None = None
    ) -> bytes:
        """Return what an address holds; redirects are not followed.

        Args:
            url: Its address, from outside.
            limit: Most bytes.
            trusted: Origin that is configured and may therefore be private; only it gets the headers.
            headers: What a request to it carries.

        Raises:
            FetchError: It cannot be had.
        """
        mine = trusted is not None and origin_of(url) == trusted
        if not mine and origin_of(url) is None:
            raise FetchError("the address is neither http nor https")
        session, sent = (self.session, headers or {}) if mine else (self._public, {})
        try:
            response = await session.get(
                url,
                headers={**HEADERS, **sent},
                stream=True,
                allow_redirects=False,
                timeout=(CONNECT_SECONDS, READ_SECONDS),
            )
            async with response:
                if response.status_code != 200:  # noqa: PLR2004
                    raise FetchError(f"it was answered with status {response.status_code}")
                return await read(response, limit)
        except (RequestException, OSError) as error:
            raise FetchError(f"it could not be read: {reason_of(error)}") from error


def _session(**options: Any) -> AsyncSession:  # noqa: ANN401 - niquests' own.
    return AsyncSession(
        retries=0,
        pool_connections=4,
        pool_maxsize=POOL_SIZE,
        disable_http2=True,
        disable_http3=True,
        allow_incoming_cookies=False,
        **options,
    )


@asynccontextmanager
async def outbound() -> AsyncGenerator[Outbound]:
    """Open the sessions and close them at the end."""
    async with _session() as session, _session(resolver=public_resolver()) as public:
        # A proxy of the environment would connect in our place and without our check.
        public.trust_env = False
        yield Outbound(session, public)


async def read(response: AsyncResponse, limit: int) -> bytes:
    """Return a response's body.

    Raises:
        FetchError: It is longer than `limit` bytes.
    """
    body = bytearray()
    async for chunk in await response.iter_raw(CHUNK):
        body += chunk
        if len(body) > limit:
            raise FetchError(f"it is longer than {limit:,} bytes")
    return bytes(body)


def origin_of(url: str) -> str | None:
    """Return scheme, host and port of an http address, or None when it is none."""
    try:
        parts = urlsplit(url)
        port = parts.port or {"http": 80, "https": 443}[parts.scheme]
    except (ValueError, KeyError):
        return None
    return f"{parts.scheme}://{parts.hostname}:{port}" if parts.hostname else None


def reason_of(error: BaseException) -> str:
    """Return the innermost reason of a failed request, in a word or two."""
    while error.__cause__ or error.__context__:
        error = error.__cause__ or error.__context__ or error
    return str(error).partition("\n")[0][:200] or type(error).__name__

"""HTTP to other servers: shared sessions, and a fetch that cannot be turned against this network."""

from __future__ import annotations

import asyncio
import ipaddress
import re
import socket
from collections.abc import AsyncGenerator, Awaitable, Callable, Mapping
from contextlib import asynccontextmanager
from typing import Any, cast

from niquests import AsyncResponse, AsyncSession
from niquests.utils import (
    create_async_resolver,  # pyright: ignore[reportUnknownVariableType] - typed where it is called.
)

from aiimagecraft.causes import reason_of

CONNECT_SECONDS = 10.0
READ_SECONDS = 60.0
"""Between two pieces of a fetched body."""
POOL_SIZE = 16
"""Connections to one server; above every limit of requests at once, for a full pool makes them wait."""
CHUNK = 64 * 1024
WINDOW_BYTES = 24 * 1024
"""What the system holds of a body that nobody reads; it sets twice as much aside."""
AHEAD_BYTES = 8 * 1024
"""What the library may hold of it, beyond what the system hands over at once."""
PIECE_BYTES = 12 * 1024
"""Of a body that is passed on; the web server holds several pieces for a slow browser."""
HEADERS = {"user-agent": "aiimagecraft", "accept-encoding": "identity"}

_LABEL = r"[A-Za-z0-9](?:[A-Za-z0-9-]{0,61}[A-Za-z0-9])?"
_ADDRESS = re.compile(
    rf"(?P<scheme>https?)://(?P<host>{_LABEL}(?:\.{_LABEL})*\.?|\[[0-9A-Fa-f:.]+\])(?::(?P<port>[0-9]{{1,5}}))?"
    r"(?:[/?#][A-Za-z0-9._~:/?#\[\]@!$&'()*+,;=%-]*)?"
)
"""An http address (RFC 3986) without a user. What every parser reads alike; a backslash, which some take for
a slash and some for part of a name, has no place in it."""


class FetchError(Exception):
    """An address cannot be fetched; the message says why and holds no secret."""


def origin_of(url: str) -> str | None:
    """Return scheme, host and port of an http address, or None when it is none."""
    match = _ADDRESS.fullmatch(url)
    if match is None or len(url) > 8_000:  # noqa: PLR2004
        return None
    port = int(match["port"] or {"http": 80, "https": 443}[match["scheme"]])
    return f"{match['scheme']}://{match['host'].lower()}:{port}"


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
            if not is_public(str(entry[4][0])):
                raise socket.gaierror("the address is not public")
        return found

    resolver.getaddrinfo = resolve_public
    return resolver


_NAT64 = ipaddress.ip_network("64:ff9b::/96")
_COMPATIBLE = ipaddress.ip_network("::/96")
_AZURE_HOST = ipaddress.ip_address("168.63.129.16")
"""Every machine of that cloud reaches its host under this otherwise public address."""


def is_public(text: str) -> bool:
    """Tell whether an IP address is one of the public internet, also when it wraps another."""
    address = ipaddress.ip_address(text.partition("%")[0])
    if isinstance(address, ipaddress.IPv6Address):
        if address.sixtofour or address.teredo or address.is_site_local:
            return False
        if address.ipv4_mapped or address in _NAT64 or address in _COMPATIBLE:
            address = address.ipv4_mapped or ipaddress.IPv4Address(int(address) & 0xFFFFFFFF)
    special = address.is_multicast or address.is_reserved or address == _AZURE_HOST
    return address.is_global and not special


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
        origin = origin_of(url)
        if origin is None:
            raise FetchError("it is no plain http or https address")
        session, sent = (self.session, headers or {}) if origin == trusted else (self._public, {})
        try:
            response = await session.get(
                url,
                headers={**HEADERS, **sent},
                stream=True,
                allow_redirects=False,
                timeout=(CONNECT_SECONDS, READ_SECONDS),
            )
            async with response:
                if response.status_code == 200:  # noqa: PLR2004
                    return await read(response, limit)
        except FetchError:
            raise
        except Exception as error:  # the library raises more kinds than it names
            raise FetchError(f"it could not be read: {reason_of(error)}") from error
        raise FetchError(f"it was answered with status {response.status_code}")


def _session(pool: int = POOL_SIZE, **options: Any) -> AsyncSession:  # noqa: ANN401 - niquests' own.
    return AsyncSession(
        retries=0,
        pool_connections=4,
        pool_maxsize=pool,
        disable_http2=True,
        disable_http3=True,
        allow_incoming_cookies=False,
        **options,
    )


@asynccontextmanager
async def session_for_one(pool: int) -> AsyncGenerator[AsyncSession]:
    """Open a session to one server near by, whose bodies are passed on, and close it at the end.

    Args:
        pool: Connections to it. A full pool makes a request wait unseen, so ask for less at once.
    """
    options = (
        (socket.IPPROTO_TCP, socket.TCP_NODELAY, 1),
        (socket.SOL_SOCKET, socket.SO_RCVBUF, WINDOW_BYTES),
    )
    async with _session(pool) as session:
        # Neither through a proxy of the environment nor with what ~/.netrc holds for its host.
        session.trust_env = False
        for adapter in session.adapters.values():
            pools = cast("Any", adapter).poolmanager
            pools.connection_pool_kw.update(blocksize=PIECE_BYTES, socket_options=options)
        yield session


def hold_little(response: AsyncResponse) -> None:
    """Let a response's connection read little of the body before it is wanted.

    The library opens its sockets with asyncio's default, which is to read up to 128 kB ahead and besides what
    the system hands over at once, and has no setting for that.
    """
    connection = getattr(cast("object", response.raw), "_connection", None)
    reader = getattr(getattr(connection, "sock", None), "_reader", None)
    if isinstance(reader, asyncio.StreamReader):
        reader._limit = AHEAD_BYTES  # noqa: SLF001 # pyright: ignore[reportAttributeAccessIssue]


@asynccontextmanager
async def outbound() -> AsyncGenerator[Outbound]:
    """Open the sessions and close them at the end."""
    async with _session() as session, _session(resolver=public_resolver()) as public:
        # A proxy of the environment would connect in our place and without our check.
        public.trust_env = False
        yield Outbound(session, public)


async def read(response: AsyncResponse, limit: int) -> bytes:
    """Return a response's body, decoded should a server compress it unasked.

    Raises:
        FetchError: It is longer than `limit` bytes.
    """
    body = bytearray()
    async for chunk in await response.iter_content(CHUNK):
        body += chunk
        if len(body) > limit:
            raise FetchError(f"it is longer than {limit:,} bytes")
    return bytes(body)

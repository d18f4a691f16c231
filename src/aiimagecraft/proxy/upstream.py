"""The Stash server behind the proxy: its sessions, its lanes, and what is asked of it."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import AsyncGenerator, Mapping
from contextlib import aclosing, asynccontextmanager, suppress
from typing import Literal, NamedTuple, NoReturn

from niquests import AsyncResponse, AsyncSession
from niquests.exceptions import Timeout

from aiimagecraft.causes import causes_of, reason_of
from aiimagecraft.config import Settings
from aiimagecraft.errors import AppError, BadGateway, GatewayTimeout, NotFound
from aiimagecraft.outbound import CONNECT_SECONDS, HEADERS, FetchError, hold_little, read, session_for_one
from aiimagecraft.proxy import policy
from aiimagecraft.proxy.lane import Lane
from aiimagecraft.proxy.patience import Patience
from aiimagecraft.proxy.policy import LaneName, Target

logger = logging.getLogger(__name__)

STREAM_PLACES = 4
"""Streams at once, with connections of their own."""
READ_SECONDS = 15.0
TRANSFER_SECONDS = 30.0
EARNED: Mapping[LaneName, float | None] = {"image": None, "stream": 64 * 1024}
"""Bytes that earn an answer another second: a stream may go on for as long as it flows."""
JSON_SECONDS = 15.0
JSON_LIMIT = 5 * 1024**2
AS_IT_COMES = -1
"""For the library, so that it does not gather pieces until they are large."""
DRAIN_BYTES = 64 * 1024
"""Of a refusal; reading this much keeps the connection."""

Method = Literal["GET", "HEAD"]


class Answer(NamedTuple):
    """What the upstream answered, as far as it is passed on.

    Attributes:
        status: 200, 206 or 304.
        headers: Those of our own answer.
        pieces: The body, nothing decoded.
    """

    status: int
    headers: dict[str, str]
    pieces: AsyncGenerator[bytes]


class Upstream:
    """The Stash server of the settings.

    Args:
        settings: Where it is, the key that it wants, and how much may be asked at once.
        sessions: How it is reached in each lane.
        read_seconds: Until the head of an answer, and between two pieces of its body.
        seconds: For an answer in all, the waiting for our own client left out; a stream that flows has more.
    """

    def __init__(
        self,
        settings: Settings,
        sessions: Mapping[LaneName, AsyncSession],
        *,
        read_seconds: float = READ_SECONDS,
        seconds: float = TRANSFER_SECONDS,
    ) -> None:
        self._read_seconds = read_seconds
        self._seconds = seconds
        self._base = settings.stash_url
        self._key = {"ApiKey": settings.stash_api_key} if settings.stash_api_key else {}
        self._sessions = sessions
        places: Mapping[LaneName, int] = {"image": settings.proxy_concurrency, "stream": STREAM_PLACES}
        self.lanes: Mapping[LaneName, Lane] = {
            name: Lane(count, settings.proxy_queue, settings.proxy_deadline) for name, count in places.items()
        }
        self._others = asyncio.Semaphore(settings.proxy_pool - settings.proxy_concurrency)

    @property
    def is_configured(self) -> bool:
        """Whether the settings name a server."""
        return self._base is not None

    async def check(self) -> None:
        """Check that no lane is stuck.

        Raises:
            Stuck: One is.
        """
        if any(lane.is_stuck for lane in self.lanes.values()):
            raise Stuck

    @asynccontextmanager
    async def open(self, target: Target, method: Method, given: Mapping[str, str]) -> AsyncGenerator[Answer]:
        """Ask for a picture or a video when its turn has come; the end of the context ends the exchange.

        Args:
            target: What is asked for.
            method: How.
            given: Headers of the browser's request, names in lower case.

        Raises:
            AppError: It cannot be had.
        """
        self._require()
        sent = policy.request_headers(given)
        async with self.lanes[target.lane].place():
            patience = Patience(self._read_seconds, self._seconds, EARNED[target.lane])
            response = await self._ask(method, target, sent, patience)
            hold_little(response)
            status, headers = response.status_code or 0, _headers(response)
            has_body = method == "GET" and status != policy.NOT_MODIFIED
            length = headers.get("content-length") if has_body else None
            async with response, aclosing(_pieces(response, patience, target.lane, length)) as pieces:
                try:
                    policy.check_answer(target, status, headers, sent)
                except AppError:
                    await _drain(pieces, headers)
                    raise
                yield Answer(status, policy.response_headers(target, status, headers), pieces)

    async def fetch_image(self, target: Target, limit: int) -> bytes:
        """Return a whole picture; it waits for its turn in the lane as every other.

        Args:
            target: Which.
            limit: Most bytes.

        Raises:
            AppError: It cannot be had, or is larger.
        """
        async with self.open(target, "GET", {}) as answer:
            if "content-encoding" in answer.headers:
                raise BadGateway("The Stash server answered in an encoding that was not asked for")
            body = bytearray()
            async for piece in answer.pieces:
                body += piece
                if len(body) > limit:
                    raise BadGateway(f"The picture is larger than {limit // 1024**2:,} MB")
            return bytes(body)

    async def post_json(self, path: str, body: bytes) -> bytes:
        """Return the answer to a JSON request, beside the lanes.

        Args:
            path: Where, such as `/graphql`.
            body: The request.

        Raises:
            AppError: There is no answer, or none with status 200.
        """
        try:
            async with asyncio.timeout(JSON_SECONDS), self._others:
                return await self._exchange_json(path, body)
        except AppError:
            raise
        except FetchError as error:
            raise BadGateway(f"The answer of the Stash server is unusable: {error}") from error
        except Exception as error:  # noqa: BLE001 - the library raises more kinds than it names.
            _fail(error)

    async def _exchange_json(self, path: str, body: bytes) -> bytes:
        headers = {"content-type": "application/json", "accept": "application/json"}
        async with await self._send("image", "POST", path, headers, body) as response:
            if (status := response.status_code or 0) != policy.OK:
                raise policy.general_refusal(status, _headers(response))
            return await read(response, JSON_LIMIT)

    def _require(self) -> str:
        if self._base is None:
            raise NotFound("No Stash server is configured; set STASH_URL")
        return self._base

    async def _ask(
        self, method: Method, target: Target, headers: Mapping[str, str], patience: Patience
    ) -> AsyncResponse:
        for may_repeat in (True, False):
            try:
                return await patience.wait(self._send(target.lane, method, target.path, headers))
            except Exception as error:  # noqa: BLE001 - the library raises more kinds than it names.
                # A kept connection may be closed by the upstream in the very moment when it is used again.
                is_closed = any(isinstance(cause, ConnectionResetError) for cause in causes_of(error))
                if not (may_repeat and is_closed):
                    _fail(error)
        raise AssertionError("unreachable")

    async def _send(
        self, lane: LaneName, method: str, path: str, headers: Mapping[str, str], body: bytes | None = None
    ) -> AsyncResponse:
        return await self._sessions[lane].request(
            method,
            self._require() + path,
            data=body,
            headers={**HEADERS, **headers, **self._key},
            stream=True,
            allow_redirects=False,
            timeout=(CONNECT_SECONDS, self._read_seconds),
        )


class Stuck(Exception):  # noqa: N818 - readiness names it.
    """Nothing moves in a lane though somebody waits."""


@asynccontextmanager
async def open_upstream(settings: Settings) -> AsyncGenerator[Upstream]:
    """Open the sessions to the Stash server and close them at the end; nothing is asked yet."""
    async with session_for_one(settings.proxy_pool) as images, session_for_one(STREAM_PLACES) as streams:
        yield Upstream(settings, {"image": images, "stream": streams})


def _headers(response: AsyncResponse) -> dict[str, str]:
    return {name.lower(): str(value) for name, value in (response.headers or {}).items()}


async def _drain(pieces: AsyncGenerator[bytes], headers: Mapping[str, str]) -> None:
    """Read the little that comes with a refusal, so that its connection can be used again."""
    if "content-length" in headers and policy.declared_length(headers) <= DRAIN_BYTES:
        with suppress(AppError):
            async for _ in pieces:
                pass


async def _pieces(
    response: AsyncResponse, patience: Patience, lane: LaneName, length: str | None
) -> AsyncGenerator[bytes]:
    """Yield a body as it arrives.

    Raises:
        AppError: It breaks off, takes too long or is too long.
    """
    passed = 0
    async with aclosing(await response.iter_raw(AS_IT_COMES)) as pieces:
        while piece := await _next(pieces, patience):
            passed += len(piece)
            if passed > policy.LIMITS[lane]:
                raise policy.too_large(lane)
            patience.passed(len(piece))
            yield piece
    if length is not None and passed != int(length):
        raise BadGateway("The Stash server broke off")


async def _next(pieces: AsyncGenerator[bytes], patience: Patience) -> bytes:
    try:
        return await patience.wait(anext(pieces, b""))
    except Exception as error:  # noqa: BLE001 - the library raises more kinds than it names.
        _fail(error)


def _fail(error: Exception) -> NoReturn:
    """Raise what a failed request is answered with."""
    if any(isinstance(cause, (TimeoutError, Timeout)) for cause in causes_of(error)):
        raise GatewayTimeout("The Stash server did not answer in time") from error
    logger.warning("proxy.failed: %s", reason_of(error))
    raise BadGateway("The Stash server cannot be reached") from error

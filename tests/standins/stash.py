"""A stand-in for a Stash server: a real server on loopback, in a process of its own.

By hand: `python -m tests.standins.stash --help`. In a test: `with stash(key="…") as upstream`.
"""

from __future__ import annotations

import argparse
import asyncio
from collections.abc import Generator, Sequence
from contextlib import contextmanager

import httpx
import msgspec

from tests.standins.listening import listen
from tests.standins.process import PLAIN, standing_in
from tests.standins.stash_faults import HELP, Fault
from tests.standins.stash_library import Library
from tests.standins.stash_server import CONTROL, Options, Pace, Server, Stats

READY = "Stash on "


class Upstream:
    """A running stand-in.

    Args:
        url: Its address, as `STASH_URL` has it.
        key: The key that it takes; None when it takes any, and none.
    """

    def __init__(self, url: str, key: str | None) -> None:
        self.url = url
        self.key = key
        origin = httpx.URL(url).copy_with(path=CONTROL)
        self._client = httpx.Client(base_url=origin, verify=PLAIN, trust_env=False)

    def stats(self) -> Stats:
        """Everything it has seen."""
        return msgspec.json.decode(self._control("GET", "stats"), type=Stats)

    def reset(self) -> None:
        """Forget all that it has seen and every fault, and let held requests go on."""
        self._control("DELETE", "stats")

    def fault(self, path_prefix: str, name: str, times: int | None = 1) -> None:
        """Let requests whose path begins so go wrong.

        Args:
            path_prefix: Such as `/scene/12/`.
            name: One of those that `--help` explains.
            times: How often; None for always.
        """
        self._control("POST", "fault", msgspec.json.encode(Fault(path_prefix, name, times)))

    def release(self) -> int:
        """Let all requests go on that are held by the fault `hold`, and return how many they were."""
        return msgspec.json.decode(self._control("POST", "release"), type=dict[str, int])["released"]

    def pace(self, latency: float, capacity: int | None = None) -> None:
        """From now on take so many seconds, and more when there are more requests at once."""
        self._control("PUT", "pace", msgspec.json.encode(Pace(latency, capacity)))

    def close(self) -> None:
        self._client.close()

    def _control(self, method: str, path: str, body: bytes = b"") -> bytes:
        return self._client.request(method, path, content=body).raise_for_status().content


@contextmanager
def stash(  # noqa: PLR0913 - what it can be.
    key: str | None = None,
    latency: float = 0.05,
    capacity: int | None = None,
    scenes: int = 240,
    *,
    prefix: str = "",
    sketch: bool = False,
) -> Generator[Upstream]:
    """Run the stand-in on a free port until the context ends.

    Args:
        key: The key to ask for; None takes any, and none.
        latency: Seconds that every answer takes.
        capacity: How many requests at once it bears without slowing down; None bears any number.
        scenes: How many there are.
        prefix: A path that all of its routes are under, such as `/stash`.
        sketch: Paint pictures that are worth a look.

    Yields:
        The stand-in, ready.
    """
    given = ["--latency", str(latency), "--scenes", str(scenes), "--prefix", prefix]
    given += ["--key", key] if key is not None else []
    given += ["--capacity", str(capacity)] if capacity is not None else []
    given += ["--sketch"] if sketch else []
    with standing_in("stash", given, READY) as url:
        upstream = Upstream(url, key)
        try:
            yield upstream
        finally:
            upstream.close()


def main(arguments: Sequence[str] | None = None) -> None:
    parser = argparse.ArgumentParser(
        prog="python -m tests.standins.stash",
        description="A stand-in for a Stash server on 127.0.0.1.",
        epilog=HELP,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.add_argument("--port", type=int, default=0, help="0, the default, takes a free one")
    parser.add_argument("--key", help="the key to ask for; without one any is taken, and none")
    parser.add_argument(
        "--latency", type=float, default=0.05, metavar="SECONDS", help="that every answer takes"
    )
    parser.add_argument("--capacity", type=int, help="requests at once above which it slows down")
    parser.add_argument("--scenes", type=int, default=240, help="how many there are")
    parser.add_argument("--prefix", default="", help="a path that all routes are under, such as /stash")
    parser.add_argument("--sketch", action="store_true", help="paint pictures that are worth a look")
    given = parser.parse_args(arguments)
    library = Library(given.scenes, sketch=given.sketch)
    options = Options(library, Pace(given.latency, given.capacity), given.key, given.prefix)
    asyncio.run(
        listen(Server(options).serve, given.port, f"{READY}http://127.0.0.1:{{port}}{options.prefix}")
    )


if __name__ == "__main__":
    main()

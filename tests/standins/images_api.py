"""A stand-in for OpenAI's Images API: a real server on loopback, in a process of its own.

By hand: `python -m tests.standins.images_api --help`. In a test: `with images_api(key="sk-…") as api`.
"""

from __future__ import annotations

import argparse
import asyncio
from collections.abc import Generator, Sequence
from contextlib import contextmanager

import httpx
import msgspec

from tests.standins.images_exchange import Received
from tests.standins.images_faults import HELP
from tests.standins.images_orders import MODELS
from tests.standins.images_pictures import gradients, sketches
from tests.standins.images_server import Options, Server
from tests.standins.listening import listen
from tests.standins.process import PLAIN, standing_in

READY = "Images API on "


class StandIn:
    """A running stand-in.

    Args:
        url: The base of its API, which ends in `/v1`.
        key: The key that it takes; None when it takes any.
    """

    def __init__(self, url: str, key: str | None) -> None:
        self.url = url
        self.key = key
        self.origin = url.removesuffix("/v1")

    def requests(self) -> list[Received]:
        """Every request so far, in order, but those of this class."""
        return msgspec.json.decode(self._control("GET", "_requests"), type=list[Received])

    def clear(self) -> None:
        """Forget all requests, and how often each fault happened."""
        self._control("DELETE", "_requests")

    def held(self) -> int:
        """How many requests are held by `[hold]` and `[hold body]`."""
        return msgspec.json.decode(self._control("GET", "_held"), type=dict[str, int])["held"]

    def release(self) -> int:
        """Let all held requests go on, and return how many they were."""
        return msgspec.json.decode(self._control("POST", "_release"), type=dict[str, int])["released"]

    def _control(self, method: str, path: str) -> bytes:
        response = httpx.request(method, f"{self.origin}/{path}", verify=PLAIN, trust_env=False)
        return response.raise_for_status().content


@contextmanager
def images_api(
    key: str | None = None,
    latency: float = 0,
    models: Sequence[str] = (),
    *,
    fresh: bool = False,
    sketch: bool = False,
) -> Generator[StandIn]:
    """Run the stand-in on a free port until the context ends.

    Args:
        key: The key to ask for; None takes any, and none.
        latency: Seconds that every answer takes.
        models: The models that there are, if not `MODELS`.
        fresh: Never answer a prompt with the same picture twice.
        sketch: Paint pictures that are worth a look, which takes longer.

    Yields:
        The stand-in, ready.
    """
    given = ["--latency", str(latency)]
    given += ["--key", key] if key is not None else []
    given += ["--models", ",".join(models)] if models else []
    given += ["--fresh"] if fresh else []
    given += ["--sketch"] if sketch else []
    with standing_in("images_api", given, READY) as url:
        yield StandIn(url, key)


def main(arguments: Sequence[str] | None = None) -> None:
    parser = argparse.ArgumentParser(
        prog="python -m tests.standins.images_api",
        description="A stand-in for OpenAI's Images API on 127.0.0.1.",
        epilog=HELP,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.add_argument("--port", type=int, default=0, help="0, the default, takes a free one")
    parser.add_argument("--key", help="the key to ask for; without one any is taken, and none")
    parser.add_argument("--latency", type=float, default=0, metavar="SECONDS", help="that every answer takes")
    parser.add_argument("--models", default=",".join(MODELS), help="names with commas between")
    parser.add_argument(
        "--fresh", action="store_true", help="never answer a prompt with the same picture twice"
    )
    parser.add_argument("--sketch", action="store_true", help="paint pictures that are worth a look")
    given = parser.parse_args(arguments)
    painter = sketches if given.sketch else gradients
    options = Options(given.key, given.latency, given.models.split(","), painter, given.fresh)
    asyncio.run(listen(Server(options).serve, given.port, f"{READY}http://127.0.0.1:{{port}}/v1"))


if __name__ == "__main__":
    main()

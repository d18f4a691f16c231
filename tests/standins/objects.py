"""A stand-in for S3 and its like: moto's server, and a check of signatures, in a process of its own.

By hand: `python -m tests.standins.objects --help`. In a test: `with objects() as store`.
"""

from __future__ import annotations

import argparse
import logging
import signal
import sys
from collections.abc import Generator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from itertools import count
from typing import Any

import httpx

from tests.standins.process import PLAIN, standing_in

READY = "Objects on "
KEY, SECRET = "AKIDEXAMPLE", "wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY"
_numbers = count(1)


@dataclass(frozen=True, slots=True)
class Bucket:
    """A bucket that is there, and what opens it."""

    endpoint: str
    name: str
    key: str = KEY
    secret: str = SECRET

    @property
    def settings(self) -> dict[str, Any]:
        """The fields of `Settings` that keep the objects in it."""
        return {
            "s3_endpoint": self.endpoint,
            "s3_bucket": self.name,
            "s3_key": self.key,
            "s3_secret": self.secret,
        }

    @property
    def environment(self) -> dict[str, str]:
        """The same as variables of the environment."""
        return {name.upper(): value for name, value in self.settings.items()}


class Objects:
    """A running stand-in.

    Args:
        endpoint: The address of its S3.
    """

    def __init__(self, endpoint: str) -> None:
        self.endpoint = endpoint
        self._client = httpx.Client(base_url=endpoint, verify=PLAIN, trust_env=False)

    def bucket(self) -> Bucket:
        """Create an empty bucket."""
        name = f"images-{next(_numbers)}"
        self._client.put(f"/{name}").raise_for_status()
        return Bucket(self.endpoint, name)

    def close(self) -> None:
        self._client.close()


@contextmanager
def objects() -> Generator[Objects]:
    """Run the stand-in on a free port until the context ends.

    Yields:
        The stand-in, ready and without a bucket.
    """
    with standing_in("objects", [], READY) as endpoint:
        store = Objects(endpoint)
        yield store
        store.close()


def main(arguments: Sequence[str] | None = None) -> None:
    # Only the server's own process pays for these.
    from moto.moto_server.werkzeug_app import (  # noqa: PLC0415
        DomainDispatcherApplication,
        MotoRequestHandler,
        create_backend_app,
    )
    from werkzeug.serving import make_server  # noqa: PLC0415

    from tests.standins.objects_gate import Gate  # noqa: PLC0415

    parser = argparse.ArgumentParser(
        prog="python -m tests.standins.objects", description="A stand-in for S3 on 127.0.0.1."
    )
    parser.add_argument("--port", type=int, default=0, help="0, the default, takes a free one")
    given = parser.parse_args(arguments)
    logging.getLogger("werkzeug").setLevel(logging.ERROR)
    signal.signal(signal.SIGTERM, signal.default_int_handler)
    application = Gate(DomainDispatcherApplication(create_backend_app), KEY, SECRET)
    server = make_server(
        "127.0.0.1", given.port, application, threaded=True, request_handler=MotoRequestHandler
    )
    sys.stdout.write(f"{READY}http://127.0.0.1:{server.server_port}\n")
    sys.stdout.flush()
    with suppress(KeyboardInterrupt):
        server.serve_forever()


if __name__ == "__main__":
    main()

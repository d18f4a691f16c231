"""The studio with stand-ins for the paid Images API and for a Stash server, `just demo`: no key, no money.

The Images API takes its time, streams partial images, and misbehaves when a prompt asks for it; which words
it knows it says by `python -m tests.standins.images_api --help`. The Stash server is slow, and slows down
further when it is asked for much at once.
"""

from __future__ import annotations

import os
import signal
import subprocess
import sys

from tests.standins.images_api import images_api
from tests.standins.process import ROOT
from tests.standins.stash import stash

SECONDS = 8.0
KEY = "demo-key"
STASH_SECONDS = 0.25
STASH_CAPACITY = 4


def main() -> int:
    with (
        images_api(key=KEY, latency=SECONDS, sketch=True, fresh=True) as server,
        stash(key=KEY, latency=STASH_SECONDS, capacity=STASH_CAPACITY, sketch=True) as upstream,
    ):
        settings = {
            "OPENAI_BASE_URL": server.url,
            "OPENAI_API_KEY": KEY,
            "STASH_URL": upstream.url,
            "STASH_API_KEY": KEY,
            "DATA_DIR": os.environ.get("DATA_DIR", str(ROOT / ".cache" / "demo")),
        }
        command = [sys.executable, "-m", "aiimagecraft", "serve", *sys.argv[1:]]
        with subprocess.Popen(command, env=os.environ | settings) as studio:
            while True:
                try:
                    return studio.wait()
                except KeyboardInterrupt:
                    # A terminal told the studio, too; it ends in its own time.
                    studio.send_signal(signal.SIGINT)


if __name__ == "__main__":
    sys.exit(main())

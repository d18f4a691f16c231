"""A stand-in as a process of its own, ready when it says so."""

from __future__ import annotations

import os
import ssl
import subprocess
import sys
from collections.abc import Generator, Sequence
from contextlib import contextmanager
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
STOP_SECONDS = 10.0
PLAIN = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
"""For clients of plain HTTP: without it each of them would read all certificate authorities first."""


@contextmanager
def standing_in(module: str, options: Sequence[str], ready: str) -> Generator[str]:
    """Run a module of this folder until the context ends; it must end well.

    Args:
        module: Its name, such as `images_api`.
        options: Its command line.
        ready: How the line begins that it prints when it serves.

    Yields:
        The rest of that line.
    """
    kept = {name: os.environ[name] for name in ("PATH", "HOME") if name in os.environ}
    command = [sys.executable, "-m", f"tests.standins.{module}", *options]
    with subprocess.Popen(
        command, cwd=ROOT, env=kept, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, text=True
    ) as process:
        try:
            assert process.stdout is not None
            line = process.stdout.readline()
            assert line.startswith(ready), f"the stand-in did not start: {line!r}"
            yield line.removeprefix(ready).strip()
        finally:
            process.terminate()
            try:
                process.wait(STOP_SECONDS)
            except subprocess.TimeoutExpired:
                process.kill()
                raise
    assert process.returncode == 0, f"the stand-in ended with {process.returncode}"

"""Time from `aiimagecraft serve` to the first answer 200: with no data directory, and with one that was used.

With RIVAL_CMD (a shell command line) and RIVAL_URL (the address that it will answer), each of our starts is
followed by one of the rival's, and the ratio is printed.
"""

import argparse
import os
import shlex
import signal
import socket
import subprocess
import sys
import tempfile
import time
import urllib.error
import urllib.request
from pathlib import Path
from statistics import median

PROGRAM = Path(sys.executable).parent / "aiimagecraft"
GIVE_UP_SECONDS = 120.0
POLL_SECONDS = 0.005


def main() -> None:
    """Measure and print a table of medians."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawTextHelpFormatter)
    parser.add_argument("--runs", type=int, default=5)
    parser.add_argument("--path", default="/", help="what is asked for; the page by default")
    arguments = parser.parse_args()
    rival = os.environ.get("RIVAL_CMD"), os.environ.get("RIVAL_URL")
    seconds: dict[str, list[float]] = {"first ever": [], "later": []}
    for _ in range(arguments.runs):
        with tempfile.TemporaryDirectory() as folder:
            for kind in ("first ever", "later"):
                seconds[kind].append(ours(Path(folder), arguments.path))
                if rival[0] and rival[1]:
                    taken = until_200(shlex.split(rival[0]), rival[1], dict(os.environ), Path.cwd())
                    seconds.setdefault("rival", []).append(taken)
    report(seconds)


def ours(folder: Path, path: str) -> float:
    """Seconds that one start takes, in an environment with nothing of the caller's but PATH and HOME."""
    port = free_port()
    environment = {name: os.environ[name] for name in ("PATH", "HOME") if name in os.environ}
    environment |= {"DATA_DIR": str(folder / "data"), "PORT": str(port)}
    return until_200([str(PROGRAM), "serve"], f"http://127.0.0.1:{port}{path}", environment, folder)


def until_200(command: list[str], url: str, environment: dict[str, str], folder: Path) -> float:
    """Start a server, wait for its first 200, stop it, and return the seconds between the first two.

    Raises:
        RuntimeError: It ended, or did not answer within two minutes.
    """
    started = time.perf_counter()
    with subprocess.Popen(
        command, env=environment, cwd=folder, stdout=subprocess.DEVNULL, start_new_session=True
    ) as server:
        try:
            while not answers(url):
                if server.poll() is not None or time.perf_counter() - started > GIVE_UP_SECONDS:
                    raise RuntimeError(f"{shlex.join(command)} does not answer {url}")
                time.sleep(POLL_SECONDS)
            return time.perf_counter() - started
        finally:
            os.killpg(server.pid, signal.SIGINT)


def answers(url: str) -> bool:
    """Tell whether a request is answered with 200."""
    try:
        with urllib.request.urlopen(url, timeout=5) as response:  # noqa: S310 - http, from this file or the caller
            return response.status == 200  # noqa: PLR2004 - the status itself
    except (urllib.error.URLError, OSError):
        return False


def free_port() -> int:
    """Return a port that nobody listens on."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def report(seconds: dict[str, list[float]]) -> None:
    """Print medians and ranges, and the ratio of the rival's median to our later starts."""
    print("start to first 200   median      min      max   runs")
    for kind, values in seconds.items():
        if values:
            middle, least, most = median(values), min(values), max(values)
            print(f"{kind:<18} {middle:6.2f} s {least:6.2f} s {most:6.2f} s {len(values):6}")
    if "rival" in seconds:
        print(f"rival / ours, later: {median(seconds['rival']) / median(seconds['later']):.2f}")


if __name__ == "__main__":
    main()

"""The image proxy: a burst, the delay that it adds, its throughput, and its memory under slow readers.

- Burst: 24 pictures at once from an upstream that takes 50 ms for each, against the least that four at a
  time can take, 24 / 4 x 50 ms.
- Delay: from the request to the first byte of a picture of 20 kB, through the proxy and from the upstream
  itself, one after the other in turns.
- Throughput: the same picture over 16 connections from an upstream that answers at once: nginx with the
  file. It is asked directly, through another nginx that keeps its connections, and through ours: with as
  many places as there are connections, and with the four that it has by default.
- Memory: what the web process grows by while 100 browsers read 50 MB each, slowly, all of them at once.

Needs Debian's `nginx-light` and `wrk`. Only ratios of neighbouring runs mean anything on a machine that
others use as well.
"""

import argparse
import asyncio
import re
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Generator, Sequence
from contextlib import ExitStack, contextmanager
from multiprocessing import Process
from pathlib import Path
from statistics import median
from urllib.parse import urlsplit

from persist import listener
from startup import POLL_SECONDS, answers, free_port

from gallery import run_wrk, serving, spread

BURST = 24
PLACES = 4
LATENCY = 0.05
PICTURE = bytes(20_000)
LARGE_BYTES = 50_000_000
CONNECTIONS = 16
READERS = 100
READ_BYTES = 64 * 1024
READ_PAUSE = 0.1
"""Together 640 kB/s for each reader."""
PATH = "/scene/{}/screenshot"
OURS = "/api/proxy/stash" + PATH + "?t=1"
NGINX = """
worker_processes 1;
pid {folder}/nginx.pid;
error_log stderr crit;
events {{ worker_connections 1024; }}
http {{
    access_log off;
    sendfile on;
    keepalive_requests 1000000;
    client_body_temp_path {folder}/a; proxy_temp_path {folder}/b; fastcgi_temp_path {folder}/c;
    uwsgi_temp_path {folder}/d; scgi_temp_path {folder}/e;
    upstream files {{ server 127.0.0.1:{direct}; keepalive 32; keepalive_requests 1000000; }}
    server {{
        listen 127.0.0.1:{direct};
        default_type image/jpeg;
        location ~ ^/scene/ {{ alias {folder}/small; }}
        location ~ ^/image/ {{ alias {folder}/large; }}
    }}
    server {{
        listen 127.0.0.1:{proxy};
        location / {{ proxy_pass http://files; proxy_http_version 1.1; proxy_set_header Connection ""; }}
    }}
}}
"""


def main() -> None:
    """Measure and print Markdown tables."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawTextHelpFormatter)
    parser.add_argument("--runs", type=int, default=7, help="of each kind, interleaved")
    parser.add_argument("--seconds", type=int, default=3, help="of one run of wrk, and of slow reading")
    arguments = parser.parse_args()
    if missing := [name for name in ("nginx", "wrk") if shutil.which(name) is None]:
        sys.exit(f"{' and '.join(missing)} missing: apt-get install nginx-light wrk.")
    with tempfile.TemporaryDirectory() as name, ExitStack() as stack:
        folder = Path(name)
        direct, forwarding = stack.enter_context(nginx(folder))
        slow = stack.enter_context(slow_upstream())
        print("| proxy | median | min-max |")
        print("|---|---|---|")
        with serving(folder / "burst", STASH_URL=slow) as url:
            report_burst(asyncio.run(bursts(url, arguments.runs)))
        wide = {"PROXY_CONCURRENCY": str(CONNECTIONS), "PROXY_POOL": str(CONNECTIONS + 2)}
        with (
            serving(folder / "default", STASH_URL=direct) as url,
            serving(folder / "wide", STASH_URL=direct, **wide) as wide_url,
        ):
            report_delay(asyncio.run(delays(direct, url, arguments.runs * 100)))
            urls = {
                "upstream direct": direct + PATH.format(1),
                "nginx": forwarding + PATH.format(1),
                "aiimagecraft": wide_url + OURS.format(1),
                "aiimagecraft, four places": url + OURS.format(1),
            }
            report_throughput(throughputs(urls, arguments.runs, arguments.seconds))
        many = {"PROXY_CONCURRENCY": str(READERS), "PROXY_POOL": str(READERS + 2)}
        sizes: list[tuple[float, float, float]] = []
        for run in range(arguments.runs):
            # What a process once had it keeps, so each run has one of its own.
            with serving(folder / f"memory{run}", STASH_URL=direct, **many) as url:
                sizes.append(asyncio.run(growth(url, arguments.seconds * 3)))
        report_memory(sizes)


@contextmanager
def nginx(folder: Path) -> Generator[tuple[str, str]]:
    """Run an nginx that has a small and a large file, and that is a proxy in front of itself.

    Yields:
        The addresses of both.

    Raises:
        RuntimeError: It does not start.
    """
    (folder / "small").write_bytes(PICTURE)
    with (folder / "large").open("wb") as large:
        large.truncate(LARGE_BYTES)
    direct, proxy = free_port(), free_port()
    config = folder / "nginx.conf"
    config.write_text(NGINX.format(folder=folder, direct=direct, proxy=proxy))
    folder.chmod(0o755)  # Its worker is another user.
    command = ["nginx", "-e", "stderr", "-c", str(config), "-g", "daemon off;"]
    with subprocess.Popen(command, stderr=subprocess.DEVNULL) as process:
        try:
            wait_for(f"http://127.0.0.1:{proxy}{PATH.format(1)}", process)
            yield f"http://127.0.0.1:{direct}", f"http://127.0.0.1:{proxy}"
        finally:
            process.terminate()


def wait_for(url: str, process: subprocess.Popen[bytes]) -> None:
    """Wait until an address answers.

    Raises:
        RuntimeError: Its process ended.
    """
    while not answers(url):
        if process.poll() is not None:
            raise RuntimeError(f"{process.args!r} does not start")
        time.sleep(POLL_SECONDS)


@contextmanager
def slow_upstream() -> Generator[str]:
    """Run an upstream that takes 50 ms for each picture, in a process of its own."""
    port = free_port()
    process = Process(target=lambda: asyncio.run(serve_slowly(port)), daemon=True)
    process.start()
    try:
        url = f"http://127.0.0.1:{port}"
        while not answers(url):
            time.sleep(POLL_SECONDS)
        yield url
    finally:
        process.terminate()
        process.join()


async def serve_slowly(port: int) -> None:
    """Answer every request with the picture."""
    head = f"HTTP/1.1 200 OK\r\ncontent-type: image/jpeg\r\ncontent-length: {len(PICTURE)}\r\n\r\n".encode()

    async def handle(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        try:
            while await reader.readuntil(b"\r\n\r\n"):
                await asyncio.sleep(LATENCY)
                writer.write(head + PICTURE)
        except (asyncio.IncompleteReadError, ConnectionError):
            writer.close()

    async with await asyncio.start_server(handle, "127.0.0.1", port, backlog=BURST) as server:
        await server.serve_forever()


class Visitor:
    """One kept connection.

    Args:
        url: Where to; only host and port count.
    """

    def __init__(self, url: str) -> None:
        self._port = urlsplit(url).port
        self._streams: tuple[asyncio.StreamReader, asyncio.StreamWriter] | None = None

    async def ask(self, path: str, limit: int = READ_BYTES) -> tuple[asyncio.StreamReader, int]:
        """Send a request and return what its body is read from, and its length.

        Raises:
            RuntimeError: The answer is no 200.
        """
        if self._streams is None:
            self._streams = await asyncio.open_connection("127.0.0.1", self._port, limit=limit)
        reader, writer = self._streams
        writer.write(f"GET {path} HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n".encode())
        head = await reader.readuntil(b"\r\n\r\n")
        length = re.search(rb"content-length: (\d+)", head, re.IGNORECASE)
        if not head.startswith(b"HTTP/1.1 200 ") or length is None:
            raise RuntimeError(f"{path} is answered with {head[:200]!r}")
        return reader, int(length[1])

    async def get(self, path: str) -> float:
        """Fetch a picture; return the seconds until its first bytes."""
        began = time.perf_counter()
        reader, length = await self.ask(path)
        seconds = time.perf_counter() - began
        await reader.readexactly(length)
        return seconds

    async def close(self) -> None:
        """Leave, whatever is still on its way."""
        if self._streams is not None:
            self._streams[1].transport.abort()


async def bursts(url: str, runs: int) -> list[float]:
    """Seconds that each burst takes, over connections that are there."""
    visitors = [Visitor(url) for _ in range(BURST)]
    taken: list[float] = []
    for run in range(runs + 1):
        began = time.perf_counter()
        paths = [OURS.format(run * BURST + number + 1) for number in range(BURST)]
        await asyncio.gather(*(visitor.get(path) for visitor, path in zip(visitors, paths, strict=True)))
        taken.append(time.perf_counter() - began)
    await asyncio.gather(*(visitor.close() for visitor in visitors))
    return taken[1:]


async def delays(direct: str, ours: str, pairs: int) -> tuple[list[float], list[float]]:
    """Seconds to the first byte, directly and through the proxy, in turns."""
    near, far = Visitor(direct), Visitor(ours)
    taken: tuple[list[float], list[float]] = ([], [])
    for pair in range(pairs + 20):
        times = await near.get(PATH.format(1)), await far.get(OURS.format(1))
        if pair >= 20:  # noqa: PLR2004 - those before warm up.
            taken[0].append(times[0])
            taken[1].append(times[1])
    await near.close()
    await far.close()
    return taken


def throughputs(urls: dict[str, str], rounds: int, seconds: int) -> dict[str, list[float]]:
    """Requests per second of each address, in turns."""
    for url in urls.values():
        run_wrk(url, CONNECTIONS, 1)
    rates: dict[str, list[float]] = {name: [] for name in urls}
    for _ in range(rounds):
        for name, url in urls.items():
            rates[name].append(run_wrk(url, CONNECTIONS, seconds).requests_per_second)
    return rates


async def growth(url: str, seconds: float) -> tuple[float, float, float]:
    """Megabytes of the web process before slow reading, at most during it, and afterwards."""
    pid = listener(url)
    if pid is None:
        raise RuntimeError("The web process is not found")
    visitors = [Visitor(url) for _ in range(READERS)]
    # What so many connections and exchanges need, and keep, is there before the first measurement.
    for _ in range(3):
        await asyncio.gather(*(visitor.get(OURS.format(1)) for visitor in visitors))
    before = most = resident_mb(pid)
    reading = [asyncio.create_task(read_slowly(visitor)) for visitor in visitors]
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        await asyncio.sleep(READ_PAUSE)
        most = max(most, resident_mb(pid))
    if ended := [task for task in reading if task.done()]:
        raise RuntimeError(f"{len(ended)} readers ended early: {ended[0]}")
    for task in reading:
        task.cancel()
    await asyncio.gather(*(visitor.close() for visitor in visitors))
    await asyncio.sleep(1)
    return before, most, resident_mb(pid)


async def read_slowly(visitor: Visitor) -> None:
    """Read a large body at a pace that is slower than everything on its way."""
    reader, length = await visitor.ask("/api/proxy/stash/image/1/image?t=1")
    while length > 0:
        length -= len(await reader.read(READ_BYTES))
        await asyncio.sleep(READ_PAUSE)


def resident_mb(pid: int) -> float:
    """Megabytes of a process that are in memory."""
    found = re.search(r"^VmRSS:\s+(\d+) kB", Path(f"/proc/{pid}/status").read_text(), re.MULTILINE)
    return int(found[1]) * 1024 / 1e6 if found else 0.0


def report_burst(taken: Sequence[float]) -> None:
    """Print how long a burst takes, and how many times the least possible."""
    limit = BURST / PLACES * LATENCY
    print(f"| burst of {BURST}, ms | {spread([one * 1000 for one in taken], 0)} |")
    print(f"| burst / {limit * 1000:.0f} ms | {spread([one / limit for one in taken], 2)} |")


def report_delay(taken: tuple[Sequence[float], Sequence[float]]) -> None:
    """Print the times to the first byte."""
    near, far = ([one * 1000 for one in times] for times in taken)
    added = sorted(theirs - ours for ours, theirs in zip(near, far, strict=True))
    tenth = len(added) // 10
    print(f"| first byte, upstream direct, ms | {median(near):.2f} | |")
    print(f"| first byte, through the proxy, ms | {median(far):.2f} | |")
    print(f"| first byte, added, ms | {median(added):.2f} | p10-p90 {added[tenth]:.2f}-{added[-tenth]:.2f} |")


def report_throughput(rates: dict[str, list[float]]) -> None:
    """Print requests per second, and what share of the rates beside it that is."""
    print(f"\n| 20 kB over {CONNECTIONS} connections | requests/s | min-max | / upstream direct | / nginx |")
    print("|---|---|---|---|---|")
    for name, values in rates.items():
        shares = [
            median(one / other for one, other in zip(values, rates[beside], strict=True))
            for beside in ("upstream direct", "nginx")
        ]
        print(f"| {name} | {spread(values, 0)} | {shares[0]:.2f} | {shares[1]:.2f} |")


def report_memory(sizes: Sequence[tuple[float, float, float]]) -> None:
    """Print what the web process grows by."""
    print(f"\n| {READERS} slow readers of 50 MB | MB in memory | min-max |")
    print("|---|---|---|")
    before, most, after = zip(*sizes, strict=True)
    grown = [high - low for low, high in zip(before, most, strict=True)]
    for name, values in (("before", before), ("at most", most), ("growth", grown), ("after", after)):
        print(f"| {name} | {spread(values, 1)} |")


if __name__ == "__main__":
    main()

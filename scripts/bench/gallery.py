"""The gallery's pages of 50 at 100,000 rows: one web process, the embedded database, wrk as the visitor.

With RIVAL_URL (an address whose /api/gallery?limit=50 answers likewise), each run against our first page is
followed by one against the rival's, and the ratio is printed. Later pages are compared with our first one in
the same way. Only ratios of neighbouring runs mean anything on a machine that others use as well.
"""

import argparse
import asyncio
import json
import os
import re
import shutil
import signal
import subprocess
import sys
import tempfile
import time
import urllib.request
from collections.abc import Generator, Sequence
from contextlib import contextmanager
from pathlib import Path
from statistics import median
from typing import NamedTuple, TypedDict
from urllib.parse import quote

import asyncpg
from startup import GIVE_UP_SECONDS, POLL_SECONDS, PROGRAM, answers, free_port

from aiimagecraft.embedded import embedded_postgres

FIRST_PAGE = "/api/gallery?limit=50"
CONNECTIONS = 16
WARM_SECONDS = 1
LATENCY_SECONDS = 1
UNIT_MS = {"us": 0.001, "ms": 1.0, "s": 1000.0}
# One in ten is in Trash, one in twenty is starred; they lie 61 s apart, back from now.
FILL = """
INSERT INTO image (id, user_id, prompt, model, params, width, height, object_key, thumb_key, format, bytes,
    sha256, placeholder, starred, derived_at, deleted_at, created_at)
SELECT id, (SELECT min(id) FROM piccolo_user),
    format('%s of %s %s, %s, number %s',
        (ARRAY['A photograph', 'An oil painting', 'A pencil drawing', 'A poster', 'A map'])[1 + n % 5],
        (ARRAY['a lighthouse', 'a red fox', 'an old harbour', 'a greenhouse', 'a robot',
               'a paper boat', 'a mountain hut'])[1 + n % 7],
        (ARRAY['at dusk', 'in the snow', 'under a storm', 'on Mars'])[1 + n % 4],
        repeat('with soft light and fine detail ', n % 6), n),
    (ARRAY['gpt-image-1', 'sketch', 'upload'])[1 + n % 3], '{"size": "1024x1024"}',
    1024, 1024, id || '.png', 'thumb/' || id || '.webp', 'png', 1500000 + n, md5(n::text) || md5(n::text),
    'W/cFDYKHiHdrh4d3eIh4h3h3d4A=', n % 20 = 7, made, CASE WHEN n % 10 = 3 THEN now() END, made
FROM (SELECT n, uuidv7(shift) AS id, now() + shift AS made
      FROM generate_series(1, $1::int) AS n, LATERAL (SELECT n * interval '-61 s' AS shift) AS a) AS b
"""


class Page(TypedDict):
    """What the gallery answers with; the rival's pages need not have a cursor."""

    items: list[object]
    nextCursor: str | None


class Run(NamedTuple):
    """What wrk saw."""

    requests_per_second: float
    latency_ms: float


def main() -> None:
    """Measure and print Markdown tables."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawTextHelpFormatter)
    parser.add_argument("--rows", type=int, default=100_000)
    parser.add_argument("--pairs", type=int, default=7, help="runs of each kind, interleaved")
    parser.add_argument("--seconds", type=int, default=3, help="of one run against a first page")
    arguments = parser.parse_args()
    if shutil.which("wrk") is None:
        sys.exit("wrk is missing: apt-get install wrk.")
    rival = os.environ.get("RIVAL_URL")
    with tempfile.TemporaryDirectory() as folder, serving(Path(folder) / "data") as url:
        asyncio.run(fill(Path(folder) / "data", arguments.rows))
        first = url + FIRST_PAGE
        servers = {"aiimagecraft": first} | ({"rival": rival.rstrip("/") + FIRST_PAGE} if rival else {})
        runs = interleaved(servers, arguments.pairs, CONNECTIONS, arguments.seconds)
        report_servers(runs, servers, arguments.rows)
        pages = {"first": first} | later_pages(url)
        latencies = interleaved(pages, arguments.pairs, 1, LATENCY_SECONDS)
        report_pages(latencies, interleaved(pages, arguments.pairs, CONNECTIONS, LATENCY_SECONDS))


@contextmanager
def serving(data_dir: Path, **settings: str) -> Generator[str]:
    """Run our web server and its database, in an environment with nothing of the caller's but PATH and HOME.

    Args:
        data_dir: Where its data are.
        **settings: Other settings, by their names in the environment.

    Yields:
        Its address.

    Raises:
        RuntimeError: It does not start.
    """
    port = free_port()
    url = f"http://127.0.0.1:{port}"
    environment = {name: os.environ[name] for name in ("PATH", "HOME") if name in os.environ}
    command = [str(PROGRAM), "serve", "--no-worker", "--port", str(port)]
    environment |= {"DATA_DIR": str(data_dir), **settings}
    with subprocess.Popen(
        command, env=environment, cwd=data_dir.parent, stdout=subprocess.DEVNULL, start_new_session=True
    ) as server:
        try:
            end = time.monotonic() + GIVE_UP_SECONDS
            while not answers(f"{url}/health/ready"):
                if server.poll() is not None or time.monotonic() > end:
                    raise RuntimeError("aiimagecraft serve does not start")
                time.sleep(POLL_SECONDS)
            yield url
        finally:
            # Only the supervisor: it ends its children and the database, and waits for them.
            server.send_signal(signal.SIGINT)


async def fill(data_dir: Path, rows: int) -> None:
    """Add this many images, of which no object exists, and leave the table as autovacuum would."""
    with embedded_postgres(data_dir) as dsn:
        connection = await asyncpg.connect(dsn)
        try:
            await connection.execute(FILL, rows, timeout=300)
            await connection.execute("VACUUM ANALYZE image", timeout=300)
        finally:
            await connection.close()


def later_pages(url: str) -> dict[str, str]:
    """Walk the whole gallery in the largest steps; return the addresses of pages on the way."""
    cursors: list[str] = []
    page = fetch(f"{url}/api/gallery?limit=50")
    second = page["nextCursor"]
    while (cursor := page["nextCursor"]) is not None:
        cursors.append(cursor)
        page = fetch(f"{url}/api/gallery?limit=100&cursor={quote(cursor)}")
    chosen = {
        "second": second or "",
        "at 50 %": cursors[len(cursors) // 2],
        "at 99 %": cursors[len(cursors) * 99 // 100],
    }
    return {name: f"{url}{FIRST_PAGE}&cursor={quote(cursor)}" for name, cursor in chosen.items()}


def fetch(url: str) -> Page:
    """Ask once."""
    with urllib.request.urlopen(url, timeout=30) as response:  # noqa: S310 - http, from this file or the caller
        return json.load(response)


def interleaved(urls: dict[str, str], rounds: int, connections: int, seconds: int) -> dict[str, list[Run]]:
    """Run against each address in turn, over and over, after each has been warmed up.

    Raises:
        RuntimeError: A page does not hold 50 items.
    """
    for name, url in urls.items():
        if (length := len(fetch(url)["items"])) != 50:  # noqa: PLR2004 - as the title says
            raise RuntimeError(f"The page of {name} holds {length} items, not 50")
        run_wrk(url, connections, WARM_SECONDS)
    runs: dict[str, list[Run]] = {name: [] for name in urls}
    for _ in range(rounds):
        for name, url in urls.items():
            runs[name].append(run_wrk(url, connections, seconds))
    return runs


def run_wrk(url: str, connections: int, seconds: int) -> Run:
    """Load one address.

    Raises:
        RuntimeError: Not every answer was a good one.
    """
    command = ["wrk", "-t1", f"-c{connections}", f"-d{seconds}s", "--latency", url]
    said = subprocess.run(command, check=True, capture_output=True, text=True).stdout
    rate = re.search(r"Requests/sec:\s+([\d.]+)", said)
    middle = re.search(r"50%\s+([\d.]+)(us|ms|s)\b", said)
    if not rate or not middle or "Non-2xx" in said or "Socket errors" in said:
        raise RuntimeError(f"wrk could not load {url}:\n{said}")
    return Run(float(rate[1]), float(middle[1]) * UNIT_MS[middle[2]])


def report_servers(runs: dict[str, list[Run]], urls: dict[str, str], rows: int) -> None:
    """Print requests per second of the first page, and how many times the rival's that is."""
    print(f"| first page of 50 at {rows:,} rows, {CONNECTIONS} connections | median | min-max | bytes |")
    print("|---|---|---|---|")
    rates = {name: [run.requests_per_second for run in done] for name, done in runs.items()}
    for name, values in rates.items():
        with urllib.request.urlopen(urls[name], timeout=30) as response:  # noqa: S310 - as in fetch
            size = len(response.read())
        print(f"| {name}, requests/s | {spread(values, 0)} | {size:,} |")
    if "rival" in rates:
        ratios = [ours / theirs for ours, theirs in zip(rates["aiimagecraft"], rates["rival"], strict=True)]
        print(f"| aiimagecraft / rival | {spread(ratios, 2)} | |")
        print(f"\nRatio of each pair: {', '.join(f'{ratio:.2f}' for ratio in ratios)}")


def report_pages(alone: dict[str, list[Run]], loaded: dict[str, list[Run]]) -> None:
    """Print what each page costs, and how that compares with the first page of the same round."""
    print(f"\n| page | ms at 1 connection | min-max | / first | requests/s at {CONNECTIONS} connections |")
    print("|---|---|---|---|---|")
    first = [run.latency_ms for run in alone["first"]]
    for name, runs in alone.items():
        latencies = [run.latency_ms for run in runs]
        ratio = median(late / early for late, early in zip(latencies, first, strict=True))
        rate = median(run.requests_per_second for run in loaded[name])
        print(f"| {name} | {spread(latencies, 2)} | {ratio:.2f} | {rate:,.0f} |")


def spread(values: Sequence[float], digits: int) -> str:
    """Return the median and the range as two cells."""
    middle, least, most = (f"{value:,.{digits}f}" for value in (median(values), min(values), max(values)))
    return f"{middle} | {least}-{most}"


if __name__ == "__main__":
    main()

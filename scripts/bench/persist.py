"""A picture kept, from the request to the answer: eight 1024 x 1024 PNGs of 1.4 to 1.9 MB, over and over.

Ours is one web process with the embedded database and no worker, asked with `POST /api/images`, one PNG a
request as multipart. It decodes the PNG to its end, makes the 256 px thumbnail (WebP, quality 90), ThumbHash
and SHA-256, looks for a prompt in the metadata, writes both objects, inserts the row, publishes the event,
orders the larger versions (another job, not run here) and answers with the gallery's item.

With RIVAL_URL (an address that takes `POST /api/persist`, JSON of `b64`, `prompt`, `params` and `sources`),
each of our runs is paired with one of the rival's, first and second by turns, and ratios are printed. It adds
pictures to the rival's gallery. The rival meant here parses JSON and base64, makes a thumbnail of the same
kind with libvips, writes both files, inserts the row and one of a source, and pushes the event; it has no
hash, no placeholder and no second job.

CPU is that of a server's process and all its descendants, PostgreSQL's counted apart, read from /proc in
ticks of 10 ms. RIVAL_PID is the rival's process, without it whichever listens on its port; RIVAL_DB_PID is
its postmaster, left out without it. Only ratios of neighbouring runs mean anything on a machine that others
use as well.
"""

import argparse
import base64
import cProfile
import http.client
import io
import json
import os
import random
import sys
import tempfile
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from pathlib import Path
from statistics import NormalDist, median
from types import CodeType
from typing import NamedTuple
from urllib.parse import urlsplit

from PIL import Image, ImageChops

from aiimagecraft.gallery import imaging
from gallery import serving, spread

SIDE = 1024
PICTURES = 8
SIZES = range(1_400_000, 1_900_001)
IN_FLIGHT = (1, 2, 4)
PACKAGE = str(Path(imaging.__file__).parent)
FINE = 6  # Octaves from this one on are weaker.
SETTLE_SECONDS = 0.3
BOUNDARY = "a-boundary-that-is-in-no-picture"
# Functions of `prepare` that are timed, each with all that it calls.
STEPS = {
    "probe": "read the header",
    "_decode": "decode",
    "_render": "resize to 256",
    "_webp": "encode WebP",
    "placeholder_of": "ThumbHash",
}


class Server(NamedTuple):
    """One side: where it is asked, with what, what it answers, and whose CPU counts."""

    url: str
    content_type: str
    bodies: list[bytes]
    status: int
    pid: int | None
    database: int | None


class Run(NamedTuple):
    """One run: images per second, and milliseconds of CPU per image where they are known."""

    rate: float
    cpu: float | None
    database_cpu: float | None


def main() -> None:
    """Measure and print Markdown tables."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawTextHelpFormatter)
    parser.add_argument("--pairs", type=int, default=7, help="runs of each kind, interleaved")
    parser.add_argument("--images", type=int, default=24, help="of one run")
    parser.add_argument("--pictures", type=Path, help="a folder of PNGs to be sent in place of made ones")
    arguments = parser.parse_args()
    if not Path("/proc/self/stat").exists():
        sys.exit("CPU time is read from /proc, which only Linux has.")
    if arguments.pictures:
        pictures = [path.read_bytes() for path in sorted(arguments.pictures.glob("*.png"))]
    else:
        pictures = [photograph(seed) for seed in range(PICTURES)]
    report_steps(pictures, arguments.pairs)
    with tempfile.TemporaryDirectory() as folder, serving(Path(folder) / "data") as url:
        servers = {"aiimagecraft": ours(url, Path(folder) / "data", pictures)}
        if rival := os.environ.get("RIVAL_URL"):
            servers["rival"] = theirs(rival.rstrip("/"), pictures)
        runs = {
            in_flight: interleaved(servers, arguments.pairs, arguments.images, in_flight)
            for in_flight in IN_FLIGHT
        }
    report_servers(runs)
    if rival:
        report_ratios(runs)


def photograph(seed: int) -> bytes:
    """Return a PNG that compresses as photographs do: soft shapes of all sizes under a sensor's noise.

    As in photographs nearly every row is filtered with Paeth, the dearest to undo; without detail it is Up.

    Raises:
        RuntimeError: Its size is not one of a photograph.
    """
    chance = random.Random(seed)  # noqa: S311 - not for secrets
    light = Image.new("L", (SIDE, SIDE), 128)
    for octave in range(2, 9):
        light = Image.blend(light, noise(chance, "L", 2**octave), 0.42 if octave < FINE else 0.2)
    colour = Image.blend(Image.merge("RGB", (light,) * 3), noise(chance, "RGB", 6), 0.25)
    # Normal, of a standard deviation that differs a little from picture to picture, around 128.
    bell = NormalDist(128, 1.3 + 0.2 * seed)
    table = [round(bell.inv_cdf((step + 0.5) / 256)) for step in range(256)]
    grain = noise(chance, "RGB", SIDE).point(table * 3)
    buffer = io.BytesIO()
    ImageChops.add(colour, grain, 1, -128).save(buffer, "PNG")
    if buffer.tell() not in SIZES:
        raise RuntimeError(f"Picture {seed} has {buffer.tell():,} bytes")
    return buffer.getvalue()


def noise(chance: random.Random, mode: str, side: int) -> Image.Image:
    """Return random pixels, enlarged."""
    pixels = chance.randbytes(side * side * len(mode))
    return Image.frombytes(mode, (side, side), pixels).resize((SIDE, SIDE), Image.Resampling.BICUBIC)


def ours(url: str, data_dir: Path, pictures: list[bytes]) -> Server:
    """Return our side; the embedded database is no descendant of the web server."""
    head = (
        f'--{BOUNDARY}\r\nContent-Disposition: form-data; name="file"; filename="picture.png"\r\n'
        "Content-Type: image/png\r\n\r\n"
    )
    bodies = [head.encode() + picture + f"\r\n--{BOUNDARY}--\r\n".encode() for picture in pictures]
    postmaster = next(data_dir.rglob("postmaster.pid")).read_text().split()[0]
    content_type = f"multipart/form-data; boundary={BOUNDARY}"
    return Server(f"{url}/api/images", content_type, bodies, 201, listener(url), int(postmaster))


def theirs(url: str, pictures: list[bytes]) -> Server:
    """Return the rival's side."""
    bodies = [
        json.dumps(
            {
                "b64": base64.b64encode(picture).decode(),
                "prompt": "bench",
                "params": {"size": "1024x1024", "quality": "high"},
                "sources": ["ref.png"],
            }
        ).encode()
        for picture in pictures
    ]
    pid = os.environ.get("RIVAL_PID")
    database = os.environ.get("RIVAL_DB_PID")
    return Server(
        f"{url}/api/persist",
        "application/json",
        bodies,
        200,
        int(pid) if pid else listener(url),
        int(database) if database else None,
    )


def listener(url: str) -> int | None:
    """Find the process of this machine that listens on an address's port."""
    port = f":{urlsplit(url).port or 80:04X}"
    rows = [
        row.split() for name in ("tcp", "tcp6") for row in Path(f"/proc/net/{name}").read_text().splitlines()
    ]
    listening = "0A"
    sockets = {f"socket:[{row[9]}]" for row in rows if row[1].endswith(port) and row[3] == listening}
    for folder in Path("/proc").glob("[0-9]*/fd"):
        try:
            if any(str(entry.readlink()) in sockets for entry in folder.iterdir()):
                return int(folder.parent.name)
        except OSError:  # It ended, or is somebody else's.
            continue
    return None


def cpu_ms(root: int | None) -> float | None:
    """Milliseconds of CPU that a process, its descendants and those that it waited for have used."""
    if root is None:
        return None
    ticks: dict[int, int] = {}
    children: dict[int, list[int]] = {}
    for path in Path("/proc").glob("[0-9]*/stat"):
        try:
            fields = path.read_text().rpartition(")")[2].split()
        except OSError:
            continue
        pid = int(path.parent.name)
        ticks[pid] = sum(map(int, fields[11:15]))
        children.setdefault(int(fields[1]), []).append(pid)
    tree, total = [root], 0
    while tree:
        pid = tree.pop()
        total += ticks.get(pid, 0)
        tree += children.get(pid, [])
    return total * 1000 / os.sysconf("SC_CLK_TCK")


def interleaved(servers: dict[str, Server], rounds: int, images: int, in_flight: int) -> dict[str, list[Run]]:
    """Run against each server in turn, over and over, after each has been warmed up."""
    runs: dict[str, list[Run]] = {name: [] for name in servers}
    for server in servers.values():
        run(server, len(server.bodies), in_flight)
    for number in range(rounds):
        for name in list(servers)[:: -1 if number % 2 else 1]:
            runs[name].append(run(servers[name], images, in_flight))
    return runs


def run(server: Server, images: int, in_flight: int) -> Run:
    """Send pictures, so many at a time, over as many connections."""
    turns = iter(range(images))
    before = cpu_ms(server.pid), cpu_ms(server.database)
    began = time.perf_counter()
    with ThreadPoolExecutor(in_flight) as pool:
        for sent in [pool.submit(send, server, turns) for _ in range(in_flight)]:
            sent.result()
    seconds = time.perf_counter() - began
    time.sleep(SETTLE_SECONDS)  # What a server does after its answer counts as well.
    after = cpu_ms(server.pid), cpu_ms(server.database)
    used = [
        None if early is None or late is None else (late - early) / images
        for early, late in zip(before, after, strict=True)
    ]
    return Run(images / seconds, *used)


def send(server: Server, turns: Iterator[int]) -> None:
    """Send pictures over one connection for as long as there are turns.

    Raises:
        RuntimeError: One is not taken.
    """
    place = urlsplit(server.url)
    connection = http.client.HTTPConnection(place.hostname or "", place.port, timeout=60)
    with closing(connection):
        for turn in turns:
            body = server.bodies[turn % len(server.bodies)]
            connection.request("POST", place.path, body, {"Content-Type": server.content_type})
            response = connection.getresponse()
            said = response.read()
            if response.status != server.status:
                raise RuntimeError(f"{server.url} answers {response.status}: {said[:200]!r}")


def report_steps(pictures: list[bytes], rounds: int) -> None:
    """Print what each step of `prepare` costs, threads of a decoder's own included."""
    taken: dict[str, list[float]] = {}
    imaging.prepare(pictures[0])
    for picture in pictures * rounds:
        profile = cProfile.Profile(time.process_time, builtins=False)
        profile.runcall(imaging.prepare, picture)
        spent = {
            entry.code.co_name: entry.totaltime * 1000
            for entry in profile.getstats()
            if isinstance(entry.code, CodeType) and entry.code.co_filename.startswith(PACKAGE)
        }
        for function, step in STEPS.items():
            taken.setdefault(step, []).append(spent[function])
        rest = spent["prepare"] - sum(spent[function] for function in STEPS)
        taken.setdefault("SHA-256 and the rest", []).append(rest)
        taken.setdefault("all of it", []).append(spent["prepare"])
    print("| step of `prepare`, one picture at a time | CPU ms | min-max |")
    print("|---|---|---|")
    for step, values in taken.items():
        print(f"| {step} | {spread(values, 1)} |")


def report_servers(runs: dict[int, dict[str, list[Run]]]) -> None:
    """Print each side's figures; "-" for a CPU that is not known."""
    print("\n| in flight | server | images/s | min-max | CPU ms per image | min-max | PostgreSQL's CPU ms |")
    print("|---|---|---|---|---|---|---|")
    for in_flight, sides in runs.items():
        for name, done in sides.items():
            rates = spread([run.rate for run in done], 1)
            cpu = [run.cpu for run in done if run.cpu is not None]
            database = [run.database_cpu for run in done if run.database_cpu is not None]
            cells = f"{spread(cpu, 1) if cpu else '- | -'} | {f'{median(database):.1f}' if database else '-'}"
            print(f"| {in_flight} | {name} | {rates} | {cells} |")


def report_ratios(runs: dict[int, dict[str, list[Run]]]) -> None:
    """Print ours divided by the rival's, pair by pair."""
    print("\n| aiimagecraft / rival, in flight | images/s | min-max | CPU per image | min-max |")
    print("|---|---|---|---|---|")
    for in_flight, sides in runs.items():
        pairs = list(zip(sides["aiimagecraft"], sides["rival"], strict=True))
        rates = spread([mine.rate / other.rate for mine, other in pairs], 2)
        cpu = [mine.cpu / other.cpu for mine, other in pairs if mine.cpu and other.cpu]
        print(f"| {in_flight} | {rates} | {spread(cpu, 2) if cpu else '- | -'} |")


if __name__ == "__main__":
    main()

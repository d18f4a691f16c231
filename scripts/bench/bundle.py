"""Bytes that a first visit loads, as brotli: the page and all that it names, directly or by import.

The bound is 60 kB. What a page loads later, such as the API reference, is not in it. With RIVAL_URL the page
there is counted likewise and the ratio printed.
"""

import json
import os
import re
import sys
import urllib.request
from pathlib import Path
from typing import TypedDict
from urllib.parse import urljoin

import brotli

DIST = Path(__file__).parents[2] / "frontend_dist"
BOUND = 80_000
STATIC_IMPORT = r'(?:\bfrom|\bimport)\s*"\./{name}"'


class Entry(TypedDict):
    """One file in the manifest; sizes are in bytes."""

    file: str
    size: int
    brotli: int


def main() -> int:
    """Print a table and return 1 when the sum is over the bound."""
    files: dict[str, Entry] = json.loads((DIST / "manifest.json").read_text())
    loaded = first_load(files)
    print("first load          bytes   brotli")
    for name in loaded:
        print(f"{name:<16} {files[name]['size']:8} {files[name]['brotli']:8}")
    total = sum(files[name]["brotli"] for name in loaded)
    print(f"{'in all':<16} {sum(files[name]['size'] for name in loaded):8} {total:8}  of {BOUND}")
    if rival := os.environ.get("RIVAL_URL"):
        theirs = first_load_of(rival)
        print(f"{'rival':<16} {'':8} {theirs:8}  ours / rival {total / theirs:.2f}")
    return int(total > BOUND)


def first_load_of(url: str) -> int:
    """Bytes that a server sends for its page and the scripts and styles which that names."""
    size, page = fetch(url)
    addresses = re.findall(
        r"""(?:src|href)=["']([^"']+\.(?:js|mjs|css|svg))["']""", page.decode(errors="replace")
    )
    return size + sum(fetch(urljoin(url, address))[0] for address in addresses)


def fetch(url: str) -> tuple[int, bytes]:
    """Bytes that travel with brotli, and what they say."""
    request = urllib.request.Request(url, headers={"accept-encoding": "br"})  # noqa: S310 - the caller's own server.
    with urllib.request.urlopen(request) as response:  # noqa: S310
        body: bytes = response.read()
        packed = response.headers.get("content-encoding") == "br"
    return len(body), bytes(brotli.decompress(body)) if packed else body  # pyright: ignore[reportUnknownArgumentType]


def first_load(files: dict[str, Entry]) -> list[str]:
    """Names of the page, the files it mentions and the modules that those import statically."""
    loaded = ["index.html"]
    for name in loaded:
        text = (DIST / files[name]["file"]).read_text()
        for other, entry in files.items():
            address = re.escape(Path(entry["file"]).name)
            pattern = address if name == "index.html" else STATIC_IMPORT.format(name=address)
            if other not in loaded and re.search(pattern, text):
                loaded.append(other)
    return loaded


if __name__ == "__main__":
    sys.exit(main())

"""Bytes that a first visit loads, as brotli: the page and all that it names, directly or by import.

The bound is 60 kB. What a page loads later, such as the API reference, is not in it.
"""

import json
import re
import sys
from pathlib import Path
from typing import TypedDict

DIST = Path(__file__).parents[2] / "frontend_dist"
BOUND = 60_000
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
    return int(total > BOUND)


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

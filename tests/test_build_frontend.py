from __future__ import annotations

import gzip
import hashlib
import json
import os
import re
from pathlib import Path

import brotli
import pytest
from PIL import Image
from scripts import build_frontend
from scripts.build_frontend import (
    DIST,
    FRONTEND,
    BuildError,
    build,
    differences,
    environment,
    fill,
    first_load,
    install,
    run,
    swap,
)

FIRST_LOAD_BYTES = 80_000


@pytest.fixture(scope="module")
def built(tmp_path_factory: pytest.TempPathFactory) -> Path:
    install()
    target = tmp_path_factory.mktemp("built") / "dist"
    build(target)
    return target


def test_two_builds_are_the_same_and_the_committed_one_is_current(built: Path, tmp_path: Path) -> None:
    build(tmp_path / "again")
    assert differences(built, tmp_path / "again") == []
    assert differences(built, DIST) == []


def test_every_file_has_its_variants_and_its_manifest_entry(built: Path) -> None:
    manifest = json.loads((built / "manifest.json").read_bytes())
    listed = {entry["file"] for entry in manifest.values()}
    on_disk = {path.relative_to(built).as_posix() for path in built.rglob("*") if path.is_file()}
    assert on_disk == {"manifest.json"} | {f"{file}{end}" for file in listed for end in ("", ".br", ".gz")}
    for entry in manifest.values():
        content = (built / entry["file"]).read_bytes()
        compressed = (built / f"{entry['file']}.br").read_bytes()
        assert entry["size"] == len(content)
        assert entry["brotli"] == len(compressed)
        assert entry["sha256"] == hashlib.sha256(content).hexdigest()
        assert brotli.decompress(compressed) == content
        assert gzip.decompress((built / f"{entry['file']}.gz").read_bytes()) == content


def test_the_first_load_is_small(built: Path) -> None:
    first = first_load(built)
    assert {"index.html", "main.js", "styles.css", "theme.js"} < first.keys()
    assert sum(first.values()) < FIRST_LOAD_BYTES


def test_a_script_is_asked_for_before_the_one_that_imports_it(built: Path) -> None:
    page = (built / "index.html").read_text(encoding="utf-8")
    main = next(built.glob("assets/main-*.js")).read_text(encoding="utf-8")
    imports = re.findall(r'(?:from|import)"\./([^"]+)"', main)
    assert imports
    for name in imports:
        assert f'<link rel="modulepreload" href="/assets/{name}" />' in page


def test_what_is_needed_later_is_loaded_later(built: Path) -> None:
    page = (built / "index.html").read_text(encoding="utf-8")
    (later,) = (file for file in built.glob("assets/chunk-*.js") if file.name not in page)
    assert "Compare" in later.read_text(encoding="utf-8")


def test_the_worker_keeps_the_page_for_a_server_out_of_reach_and_what_it_loads(built: Path) -> None:
    worker = (built / "service-worker.js").read_text(encoding="utf-8")
    page = (built / "offline.html").read_text(encoding="utf-8")
    assert page.replace(" data-offline", "") == (built / "index.html").read_text(encoding="utf-8")
    addresses = json.loads(worker[worker.index("{") : worker.index(";\n")])["addresses"]
    assert set(addresses) == {"/offline.html", *re.findall(r'(?:src|href)="([^"]+)"', page)}


def test_the_app_can_be_installed(built: Path) -> None:
    manifest = json.loads(next(built.glob("assets/app-*.webmanifest")).read_bytes())
    assert (manifest["name"], manifest["scope"], manifest["display"]) == ("aiimagecraft", "/", "standalone")
    sizes = {(icon["sizes"], icon.get("purpose", "any")) for icon in manifest["icons"]}
    assert sizes == {("any", "any"), ("192x192", "any"), ("512x512", "any"), ("512x512", "maskable")}
    for icon in manifest["icons"]:
        file = built / icon["src"].lstrip("/")
        assert file.is_file()
        if file.suffix == ".png":
            with Image.open(file) as picture:
                assert f"{picture.width}x{picture.height}" == icon["sizes"]


@pytest.mark.parametrize("name", ["index.html", "offline.html"])
def test_the_page_names_only_assets_that_exist(built: Path, name: str) -> None:
    page = (built / name).read_text(encoding="utf-8")
    addresses = re.findall(r'(?:src|href)="([^"]+)"', page)
    assert addresses
    for address in addresses:
        assert (built / address.lstrip("/")).is_file()
    assert "<style" not in page
    assert not re.search(r"<script(?![^>]*\ssrc=)", page)


def test_the_app_names_no_other_host(built: Path) -> None:
    harmless = {"www.w3.org"}
    own = [*built.glob("*.js"), *built.glob("assets/*.js"), *built.glob("assets/*.css")]
    for script in (file for file in own if not file.name.startswith("reference-")):
        hosts = set(re.findall(r"https?://([\w.-]+)", script.read_text(encoding="utf-8")))
        assert hosts <= harmless | {"tailwindcss.com"}


def test_differences_name_what_is_missing_or_changed(tmp_path: Path) -> None:
    left, right = tmp_path / "left", tmp_path / "right"
    for side in (left, right):
        side.mkdir()
        (side / "same.txt").write_text("same", encoding="utf-8")
        (side / "changed.txt").write_text(side.name, encoding="utf-8")
    (left / "packed.gz").write_bytes(gzip.compress(b"same", compresslevel=1))
    (right / "packed.gz").write_bytes(gzip.compress(b"same", compresslevel=9))
    (left / "only.txt").write_text("only", encoding="utf-8")
    assert differences(left, right) == ["changed.txt", "only.txt"]


def test_a_build_takes_the_place_of_the_old_one(tmp_path: Path) -> None:
    fresh, target = tmp_path / "fresh", tmp_path / "dist"
    for folder, name in ((fresh, "new.txt"), (target, "old.txt")):
        folder.mkdir()
        (folder / name).touch()
    swap(fresh, target)
    assert [path.name for path in target.iterdir()] == ["new.txt"]
    assert [path.name for path in tmp_path.iterdir()] == ["dist"]


def test_an_asset_that_is_not_built_is_an_error() -> None:
    with pytest.raises(KeyError):
        fill('<script src="{other.js}">', {"main.js": "main-1.js"})


def test_a_failing_tool_says_why() -> None:
    with pytest.raises(BuildError, match="no such thing"):
        run(["sh", "-c", "echo no such thing >&2; exit 3"])


def test_packages_are_installed_only_when_older_than_the_lock(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def pretend(*_arguments: object, **_options: object) -> str:
        (tmp_path / "node_modules").mkdir(exist_ok=True)
        return ""

    monkeypatch.setattr(build_frontend, "node", pretend)
    lock = tmp_path / "package-lock.json"
    lock.touch()
    assert install(tmp_path) is True
    assert install(tmp_path) is False
    later = lock.stat().st_mtime + 10
    os.utime(lock, (later, later))
    assert install(tmp_path) is True


def test_node_trusts_the_systems_certificates_unless_told_otherwise(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("NODE_EXTRA_CA_CERTS", raising=False)
    assert environment()["NODE_USE_SYSTEM_CA"] == "1"
    monkeypatch.delenv("NODE_USE_SYSTEM_CA", raising=False)
    monkeypatch.setenv("NODE_EXTRA_CA_CERTS", "/certificates.pem")
    assert "NODE_USE_SYSTEM_CA" not in environment()


def test_the_lock_is_complete_for_every_platform_and_names_no_address() -> None:
    packages = json.loads((FRONTEND / "package-lock.json").read_bytes())["packages"]
    for place, package in packages.items():
        assert "resolved" not in package
        if place:
            assert {"version", "integrity"} <= package.keys()
        for name in package.get("optionalDependencies", {}):
            assert packages.keys() & {f"node_modules/{name}", f"{place}/node_modules/{name}"}, name

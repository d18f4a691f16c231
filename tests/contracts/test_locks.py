import json
import re
import tomllib
from pathlib import Path
from typing import Any

import pytest
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

ROOT = Path(__file__).parents[2]
PROJECT: dict[str, Any] = tomllib.loads((ROOT / "pyproject.toml").read_text())
RUNTIME = "requirements.lock"
DEV = "requirements-dev.lock"
BOOTSTRAP = "scripts/bootstrap.lock"
BUILD = "scripts/build.lock"
LOCKS = [RUNTIME, DEV, BOOTSTRAP, BUILD]
PACKAGE_LOCKS = [ROOT / name for name in ("package-lock.json", "src/frontend/package-lock.json")]


def entries(lock: str) -> list[str]:
    """The lock's entries, each on one line with its hashes."""
    return (ROOT / lock).read_text().replace("\\\n", " ").splitlines()


def locked(lock: str) -> dict[str, set[str]]:
    """Versions by name; a name has several where markers choose."""
    versions: dict[str, set[str]] = {}
    for entry in entries(lock):
        requirement = Requirement(entry.split("--hash")[0])
        (pin,) = requirement.specifier
        assert pin.operator == "=="
        versions.setdefault(canonicalize_name(requirement.name), set()).add(pin.version)
    return versions


DIRECT = [
    *((RUNTIME, line) for line in PROJECT["project"]["dependencies"]),
    *((DEV, line) for line in PROJECT["project"]["dependencies"]),
    *((DEV, line) for line in PROJECT["dependency-groups"]["dev"]),
    *((BOOTSTRAP, line) for line in [*PROJECT["build-system"]["requires"], "uv"]),
]


@pytest.mark.parametrize(("lock", "line"), DIRECT)
def test_direct_dependencies_are_locked(lock: str, line: str) -> None:
    requirement = Requirement(line)
    versions = locked(lock)[canonicalize_name(requirement.name)]
    assert all(requirement.specifier.contains(version) for version in versions)


@pytest.mark.parametrize("lock", LOCKS)
def test_every_entry_has_hashes_and_no_address(lock: str) -> None:
    for entry in entries(lock):
        pin, *hashes = entry.split(" --hash=")
        assert hashes, entry
        assert all(re.fullmatch(r"sha256:[0-9a-f]{64}\s*", one) for one in hashes), entry
        assert not re.search(r"[@/#]|--|\bhttps?\b", pin), entry


def test_development_adds_to_the_runtime_and_changes_nothing() -> None:
    development = locked(DEV)
    assert {name: development.get(name) for name in locked(RUNTIME)} == locked(RUNTIME)


@pytest.mark.parametrize("lock", [path for path in PACKAGE_LOCKS if path.exists()], ids=str)
def test_frontend_lock_has_integrity_and_no_address(lock: Path) -> None:
    packages: dict[str, dict[str, Any]] = json.loads(lock.read_text())["packages"]
    for name, package in packages.items():
        assert "resolved" not in package, name
        assert not name or "integrity" in package, name

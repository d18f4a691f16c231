"""The layers of the app: features -> state, ui, api, lib; state -> api, lib; ui and api -> lib."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from scripts.build_frontend import FRONTEND

LAYERS = {
    "features": {"features", "state", "ui", "api", "lib"},
    "state": {"state", "api", "lib"},
    "ui": {"ui", "lib"},
    "lib": {"lib"},
    "api": {"api", "lib"},
}
TYPES = "api/types.gen.ts"


def imports(file: Path) -> set[str]:
    """The app's own modules that a file imports, relative to its root."""
    found = re.findall(r'from "(\.[^"]+)"', file.read_text(encoding="utf-8"))
    return {(file.parent / name).resolve().relative_to(FRONTEND).as_posix() for name in found}


@pytest.mark.parametrize("layer", LAYERS)
def test_layers_import_downwards_only(layer: str) -> None:
    files = sorted((FRONTEND / layer).rglob("*.ts*"))
    assert files
    wrong = {
        f"{file.relative_to(FRONTEND)} -> {name}"
        for file in files
        for name in imports(file)
        if name != TYPES and name.split("/")[0] not in LAYERS[layer]
    }
    assert wrong == set()


def test_no_file_is_long() -> None:
    own = [
        file
        for layer in LAYERS
        for file in (FRONTEND / layer).rglob("*.ts*")
        if file.name != Path(TYPES).name
    ]
    lengths = sorted(len(file.read_text(encoding="utf-8").splitlines()) for file in own)
    assert lengths[-1] <= 400
    assert lengths[len(lengths) // 2] < 100

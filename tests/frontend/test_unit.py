"""Runs the tests of the app's pure modules under Node."""

from __future__ import annotations

from pathlib import Path

import pytest
from scripts.build_frontend import esbuild, install, node, run

HERE = Path(__file__).parent
SUITES = sorted(HERE.glob("*.test.ts"))


@pytest.fixture(scope="module", autouse=True)
def installed() -> None:
    install()


@pytest.mark.parametrize("suite", SUITES, ids=lambda suite: suite.stem)
def test_suite(suite: Path, tmp_path: Path) -> None:
    bundled = tmp_path / "suite.mjs"
    options = ("--bundle", "--platform=node", "--format=esm", "--log-level=warning")
    run([esbuild(), suite, f"--outfile={bundled}", *options])
    assert "fail 0" in node(bundled, cwd=tmp_path)

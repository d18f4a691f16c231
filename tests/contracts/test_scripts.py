import os
import re
import subprocess
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
COMMANDS = ["scripts/serve", "scripts/test", ".ci/run"]
RECIPES = {"serve", "demo", "test", "check", "bench", "cleanup", "build", "migrate", "fmt", "fuzz"}


@pytest.mark.parametrize("name", COMMANDS)
def test_commands_are_executable(name: str) -> None:
    assert os.access(ROOT / name, os.X_OK)
    assert (ROOT / name).read_text().startswith("#!/bin/sh\n")


@pytest.mark.parametrize("name", [*COMMANDS, "scripts/setup"])
def test_shell_syntax(name: str) -> None:
    subprocess.run(["/bin/sh", "-n", ROOT / name], check=True)


def test_ci_runs_what_everyone_runs() -> None:
    assert (ROOT / ".ci/run").read_text() == '#!/bin/sh\nexec "$(dirname "$0")/../scripts/test"\n'


def test_every_recipe_is_there_with_its_comment() -> None:
    recipes = re.findall(r"^# .+\.\n([a-z]\w*)[^\n]*:[^\n]*$", (ROOT / "justfile").read_text(), re.MULTILINE)
    assert {"default", *RECIPES} == set(recipes)

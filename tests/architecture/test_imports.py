"""The house's rules: who may import whom, how long a file may be, what may block."""

from __future__ import annotations

import ast
import statistics
from pathlib import Path

import pytest

from aiimagecraft import jobs, worker

PACKAGE = Path(__file__).parents[2] / "src" / "aiimagecraft"
FILES = sorted(PACKAGE.rglob("*.py"))

KERNEL = {"causes", "config", "errors", "ownership", "presign", "schema"}
ADAPTERS = {"db", "storage", "outbound", "jobs", "realtime", "web", "conditional", "operations"}
DOMAINS = {"accounts", "gallery", "generation", "proxy"}
ALLOWED = {("generation", "gallery"), ("proxy", "gallery"), ("gallery", "accounts")}
"""Which domain may use which other."""
EDGES = {
    "access", "admin", "app", "bodies", "cli", "cli_user",
    "embedded", "guard", "health", "metrics", "migrations", "piccolo_app", "piccolo_conf",
    "reference", "server", "sockets", "spa", "supervisor", "worker",
}  # fmt: skip
PURE = {
    "ownership", "presign", "proxy.policy",
    "gallery.imaging", "gallery.metadata", "gallery.containers", "gallery.placeholder", "gallery.masks",
    "generation.models", "generation.catalogue", "generation.pricing", "generation.providers.answers",
    "generation.providers.failures", "generation.providers.forms",
    "generation.providers.sketch", "generation.providers.sketch_canvas", "generation.providers.sketch_scenes",
}  # fmt: skip
IO_MODULES = {
    "asyncio",
    "socket",
    "subprocess",
    "pathlib",
    "os",
    "shutil",
    "tempfile",
    "obstore",
    "asyncpg",
    "piccolo",
}


def name_of(path: Path) -> str:
    parts = path.relative_to(PACKAGE).with_suffix("").parts
    return ".".join(parts).removesuffix("__init__").removesuffix(".")


def imports_of(path: Path) -> set[str]:
    """Modules that a file imports; a name imported from a module counts as one."""
    found: set[str] = set()
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            found.update(alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and node.module:
            found.add(node.module)
            found.update(f"{node.module}.{alias.name}" for alias in node.names)
    return found


def ours(path: Path) -> set[str]:
    modules = {name_of(file) for file in FILES}
    mine = {
        name.removeprefix("aiimagecraft.") for name in imports_of(path) if name.startswith("aiimagecraft.")
    }
    return mine & modules - {""}


def layer(module: str) -> str:
    return module.split(".", maxsplit=1)[0]


def modules(*layers: str) -> list[Path]:
    return [path for path in FILES if layer(name_of(path)) in layers]


def test_every_file_has_a_place() -> None:
    places = KERNEL | ADAPTERS | DOMAINS | EDGES | {"", "__main__"}
    assert {layer(name_of(path)) for path in FILES} <= places


@pytest.mark.parametrize("path", modules(*KERNEL), ids=name_of)
def test_the_kernel_imports_nothing_of_ours(path: Path) -> None:
    assert not ours(path)


@pytest.mark.parametrize("path", modules(*ADAPTERS), ids=name_of)
def test_adapters_import_the_kernel(path: Path) -> None:
    allowed = KERNEL | {"db"} if name_of(path) == "realtime" else KERNEL
    assert ours(path) <= allowed


@pytest.mark.parametrize("path", modules(*DOMAINS), ids=name_of)
def test_domains_see_of_each_other_only_services_and_tables(path: Path) -> None:
    here = layer(name_of(path))
    for module in ours(path):
        there = layer(module)
        assert there in KERNEL | ADAPTERS | DOMAINS, module
        if there in DOMAINS and there != here:
            assert (here, there) in ALLOWED, "A cycle between domains"
            assert module.split(".")[1:] in ([], ["service"], ["tables"]), module


@pytest.mark.parametrize("path", modules(*DOMAINS), ids=name_of)
def test_services_know_neither_the_web_nor_the_queue(path: Path) -> None:
    outside = {module.split(".")[0] for module in imports_of(path)}
    name = name_of(path).split(".")[-1]
    if not name.endswith("controllers"):
        assert "litestar" not in outside
    if name != "tasks":
        assert "saq" not in outside
    if name != "tasks" and not name.endswith("controllers"):
        assert not {module.split(".")[-1] for module in ours(path)} & {"controllers", "tasks"}


@pytest.mark.parametrize("path", [path for path in FILES if name_of(path) in PURE], ids=name_of)
def test_pure_files_do_no_io(path: Path) -> None:
    assert not {module.split(".")[0] for module in imports_of(path)} & IO_MODULES
    assert not {layer(module) for module in ours(path)} & (ADAPTERS | EDGES)


@pytest.mark.parametrize("path", modules(*KERNEL, *ADAPTERS, *DOMAINS), ids=name_of)
def test_nothing_imports_the_edges(path: Path) -> None:
    assert not {layer(module) for module in ours(path)} & EDGES


def test_the_worker_has_no_routes_and_the_web_no_tasks() -> None:
    controllers = {name for path in modules("worker") for name in ours(path) if name.endswith("controllers")}
    tasks = {name for path in modules("app", "server") for name in ours(path) if name.endswith("tasks")}
    assert not controllers | tasks


def test_the_worker_knows_every_task_by_name() -> None:
    assert {name for name, _ in worker.FUNCTIONS} == {task.name for task in jobs.TASKS}


def test_files_stay_short() -> None:
    lengths = {name_of(path): len(path.read_text(encoding="utf-8").splitlines()) for path in FILES}
    assert not {name: length for name, length in lengths.items() if length > 400}
    assert statistics.median(length for length in lengths.values() if length) < 120


BLOCKING = {"time.sleep", "Image.open", "imaging.prepare", "imaging.derivatives", "upload.read"}


@pytest.mark.parametrize("path", modules(*DOMAINS, *ADAPTERS), ids=name_of)
def test_nothing_blocks_the_event_loop(path: Path) -> None:
    for function in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(function, ast.AsyncFunctionDef):
            calls = {ast.unparse(node.func) for node in ast.walk(function) if isinstance(node, ast.Call)}
            assert not calls & BLOCKING, f"{function.name} calls {calls & BLOCKING}"

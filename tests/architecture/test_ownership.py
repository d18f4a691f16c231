"""Nothing is read or changed for somebody without naming whose it is."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

import pytest

PACKAGE = Path(__file__).parents[2] / "src" / "aiimagecraft"
TABLES = "image|source|image_source|generation_job|generation_partial|archive|change|change_row"
TOUCHES = re.compile(rf"\b(?:FROM|JOIN|UPDATE|INTO|,)\s+(?:{TABLES}|\{{table\}})\b")
STATEMENT = re.compile(r"\b(?:SELECT|INSERT|UPDATE|DELETE)\b")
OWNER = re.compile(
    r"\buser_id = (?:\$|\w+\.id\b)|INSERT INTO \w+ \([^)]*\buser_id\b|\{condition\}|\{here\}|\{outside\}"
)
"""Conditions name the owner where they are made, which the second test sees to."""
MODELS = {"Image", "Source", "ImageSource", "Job", "Partial"}

WITHOUT_OWNER = {
    # The worker's: it was given the id by the queue, and tells the owner by the row.
    "gallery/persist.py:derive",
    "gallery/persist.py:_discard_unowned",
    "gallery/service.py:underived",
    "generation/claims.py:claim",
    "generation/claims.py:report",
    "generation/claims.py:show_partial",
    "generation/claims.py:note_answer",
    "generation/claims.py:is_wanted",
    "generation/claims.py:note_made",
    "generation/claims.py:finish",
    "generation/claims.py:sweep",
    "generation/claims.py:_run_again",
    # The purge's: what it deletes was claimed before, with its owner or by the nightly run for all.
    "gallery/purge.py:cleanup",
    "gallery/purge.py:remove",
    "gallery/purge.py:_keep_thumbnails",
    "gallery/purge.py:_forget",
    "gallery/purge.py:_sweep_sources",
    "gallery/purge.py:_count",
    # The nightly forgetting, for all; and rows that hang on a change which was found with its owner.
    "gallery/changes.py:forget_changes",
    "gallery/changes.py:undo",
    "gallery/archive.py:forget_archives",
    # The curator's: they tell whose an image is, and what follows is done for that owner.
    "gallery/curation.py:by_owner",
    "gallery/curation.py:find_any_object",
}
CONDITIONS = {"matching", "selected", "page_statement", "empty_trash", "cleanup"}
"""Functions that begin a condition: all but the nightly cleanup name the owner in it."""


class Query(NamedTuple):
    place: str
    text: str


def functions() -> Iterator[tuple[str, ast.AST]]:
    for path in sorted(PACKAGE.rglob("*.py")):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
                yield f"{path.relative_to(PACKAGE).as_posix()}:{node.name}", node


def text_of(node: ast.AST) -> str | None:
    if isinstance(node, ast.Constant):
        return node.value if isinstance(node.value, str) else None
    if isinstance(node, ast.JoinedStr):
        return "".join(
            str(part.value) if isinstance(part, ast.Constant) else ast.unparse(part) for part in node.values
        )
    return None


def queries_of(function: ast.AST) -> Iterator[str]:
    inside: set[int] = set()
    for node in ast.walk(function):
        if id(node) in inside:
            continue
        text = text_of(node)
        if isinstance(node, ast.JoinedStr):
            inside.update(id(part) for part in ast.walk(node))
        if text and STATEMENT.search(text) and TOUCHES.search(text.replace("f'", "").replace("'", "")):
            yield text


QUERIES = [Query(place, text) for place, function in functions() for text in queries_of(function)]


def test_queries_are_found() -> None:
    assert len(QUERIES) > 60
    assert {query.place.partition("/")[0] for query in QUERIES} >= {"gallery", "generation", "accounts"}


@pytest.mark.parametrize("query", QUERIES, ids=lambda query: query.place)
def test_every_query_names_the_owner(query: Query) -> None:
    assert query.place in WITHOUT_OWNER or OWNER.search(query.text), query.text


@pytest.mark.parametrize("place", sorted(WITHOUT_OWNER))
def test_no_exception_is_left_over(place: str) -> None:
    assert any(query.place == place and not OWNER.search(query.text) for query in QUERIES)


def test_conditions_begin_where_the_owner_is_named() -> None:
    made: dict[str, str] = {}
    for place, function in functions():
        if any(
            isinstance(node, ast.Call) and ast.unparse(node.func) == "Condition"
            for node in ast.walk(function)
        ):
            made[place.partition(":")[2]] = ast.unparse(function)
    assert set(made) == CONDITIONS
    assert all("owner" in text for name, text in made.items() if name != "cleanup")


def test_the_tables_classes_only_insert() -> None:
    """What reads or changes rows is written in SQL, where the tests above see it."""
    for path in sorted(PACKAGE.rglob("*.py")):
        source = path.read_text(encoding="utf-8")
        if "tables import" in source:
            methods = {
                ast.unparse(node.func)
                for node in ast.walk(ast.parse(source))
                if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute)
            }
            used = {method.split("(")[0] for method in methods if method.split(".")[0] in MODELS}
            assert all(method.endswith(".insert") for method in used), (path.name, used)

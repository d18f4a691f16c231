"""Nothing is read or changed for somebody without the one rule of whose it is: `ownership.owned_by`."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

import pytest

from aiimagecraft.ownership import owned_by

PACKAGE = Path(__file__).parents[2] / "src" / "aiimagecraft"
TABLES = (
    "image|source|image_source|generation_job|generation_partial|archive|change|change_row|session|api_token"
)
TOUCHES = re.compile(rf"\b(?:FROM|JOIN|UPDATE|INTO|,)\s+(?:{TABLES}|\{{table\}})\b")
STATEMENT = re.compile(r"\b(?:SELECT|INSERT INTO|UPDATE|DELETE FROM)\b")
RULE = re.compile(r"\{owned_by\(\d(?:, '\w+')?\)\}")
MADE_FOR = re.compile(r"INSERT INTO \w+ \([^)]*\buser_id\b")
BY_HAND = re.compile(r"\buser_id\s*(?:=|<>|!=|IN\b|BETWEEN\b|IS\b)|=\s*(?:\w+\.)?user_id\b", re.IGNORECASE)
CONDITIONS = {"{condition}", "{here}", "{outside}"}
"""They begin with the rule where they are made, which a test below sees to."""
MODELS = {"Image", "Source", "ImageSource", "Job", "Partial"}

CLEANUP = "the cleanup, for all users; what it does to a row was decided by the row's age"
CLAIMED = "the purge, of rows that were claimed before: with their owner, or by the cleanup for all"
QUEUED = "the worker, which got the id from the queue and tells the owner by the row"
PAID = "the worker: an answer that was paid for is kept, whoever has the job by now"
KEPT = "bytes count for as long as anybody has the row"
HANGS = "rows that hang on a change, which was found with its owner in the same transaction"
ENTERS = "who is asking: the row is found by a secret, and tells the user"
TELLS = "whoever runs the server, who is told how many images each account has"
CURATES = "the curator, who is told whose an image is; what follows is done for that owner"
NOBODYS = {
    "accounts/auth.py:_by_cookies": (1, ENTERS),
    "accounts/auth.py:_renewable": (1, ENTERS),
    "accounts/auth.py:_by_session": (1, ENTERS),
    "accounts/auth.py:_by_api_token": (2, ENTERS),
    "accounts/people.py:list_users": (1, TELLS),
    "accounts/sessions.py:log_in": (1, CLEANUP),
    "gallery/archive.py:forget_archives": (1, CLEANUP),
    "gallery/changes.py:forget_changes": (2, CLEANUP),
    "gallery/changes.py:undo": (1, HANGS),
    "gallery/curation.py:by_owner": (1, CURATES),
    "gallery/curation.py:find_any_object": (1, CURATES),
    "gallery/persist.py:derive": (2, QUEUED),
    "gallery/persist.py:_discard_unowned": (1, KEPT),
    "gallery/purge.py:cleanup": (1, CLEANUP),
    "gallery/purge.py:remove": (1, CLAIMED),
    "gallery/purge.py:_keep_thumbnails": (2, CLAIMED),
    "gallery/purge.py:_forget": (1, CLAIMED),
    "gallery/purge.py:_sweep_sources": (4, CLEANUP),
    "gallery/purge.py:_count": (1, CLEANUP),
    "gallery/service.py:underived": (1, CLEANUP),
    "generation/claims.py:claim": (3, QUEUED),
    "generation/claims.py:note_answer": (1, PAID),
    "generation/claims.py:note_made": (2, PAID),
    "generation/claims.py:finish": (1, HANGS),
    "generation/claims.py:sweep": (2, CLEANUP),
}
"""Functions with statements that are for no one user: how many, and why."""
HAND_WRITTEN = {
    # A row that gets another owner; how many images each has; and who a session or a token belongs to.
    "accounts/people.py:_adopt",
    "accounts/people.py:list_users",
    "accounts/auth.py:_by_session",
    "accounts/auth.py:_by_api_token",
}
BEGINNERS = {"matching", "selected", "empty_trash"}
"""Functions that begin a condition, each with the owner."""
PARTS = {
    "ITEM", "TRASH", "_CLAIMED", "_SHOWN", "query.ITEM", "query.LIVE",
    "columns", "table", "way", "limit", "beyond", "query.skip", "query.skip > 0",
    "place + 1", "place + 2", "len(condition.values) + 1", "MAX_BULK + 1", "condition", "here", "outside",
}  # fmt: skip
"""What statements are put together from besides the rule: columns, conditions, places and whole numbers."""


class Query(NamedTuple):
    place: str
    text: str
    parts: tuple[str, ...]


def functions() -> Iterator[tuple[str, ast.AST]]:
    for path in sorted(PACKAGE.rglob("*.py")):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
                yield f"{path.relative_to(PACKAGE).as_posix()}:{node.name}", node


def texts_of(function: ast.AST) -> Iterator[tuple[str, tuple[str, ...]]]:
    """The strings in a function, each with its inserted parts, which its text shows in braces."""
    inside: set[int] = set()
    for node in ast.walk(function):
        if isinstance(node, ast.JoinedStr):
            inside.update(id(part) for part in ast.walk(node))
            parts = [part for part in node.values if isinstance(part, ast.FormattedValue)]
            text = "".join(
                f"{{{ast.unparse(part.value)}}}"
                if isinstance(part, ast.FormattedValue)
                else str(part.value if isinstance(part, ast.Constant) else "")
                for part in node.values
            )
            yield text, tuple(ast.unparse(part.value) for part in parts)
        elif isinstance(node, ast.Constant) and isinstance(node.value, str) and id(node) not in inside:
            yield node.value, ()


STATEMENTS = [
    Query(place, text, parts)
    for place, function in functions()
    for text, parts in texts_of(function)
    if STATEMENT.search(text)
]
QUERIES = [query for query in STATEMENTS if TOUCHES.search(query.text)]


def is_owned(text: str) -> bool:
    """Tell whether every part of a union asks the rule, or makes a row for its owner."""
    return all(
        RULE.search(part) or MADE_FOR.search(part) or any(name in part for name in CONDITIONS)
        for part in text.split("UNION")
    )


def test_queries_are_found() -> None:
    assert len(QUERIES) > 70
    assert {query.place.partition("/")[0] for query in QUERIES} >= {"gallery", "generation", "accounts"}


def test_the_rule_is_what_it_says() -> None:
    assert (owned_by(2), owned_by(3, "image")) == ("user_id = $2", "image.user_id = $3")


@pytest.mark.parametrize("place", sorted({query.place for query in QUERIES}))
def test_every_query_asks_whose_it_is(place: str) -> None:
    around = [query.text for query in QUERIES if query.place == place and not is_owned(query.text)]
    assert len(around) == NOBODYS.get(place, (0, ""))[0], around


def test_no_exception_is_left_over() -> None:
    assert set(NOBODYS) <= {query.place for query in QUERIES}


def test_statements_are_written_where_they_are_run() -> None:
    """Not beside the functions, where the tests here would not see them."""
    for path in PACKAGE.rglob("*.py"):
        for node in ast.parse(path.read_text(encoding="utf-8")).body:
            if isinstance(node, ast.Assign | ast.AnnAssign):
                assert not any(TOUCHES.search(text) for text, _ in texts_of(node)), (path.name, node.lineno)


def test_the_rule_is_written_once() -> None:
    found = {
        place for place, function in functions() for text, _ in texts_of(function) if BY_HAND.search(text)
    }
    assert found == HAND_WRITTEN


@pytest.mark.parametrize(
    "text",
    [
        "SELECT id FROM image WHERE id = $1",
        "SELECT id FROM image WHERE user_id = $1",
        "SELECT id FROM image WHERE {owned_by(1)} UNION SELECT id FROM source WHERE id = $2",
        "UPDATE generation_job SET status = 'done' WHERE id = $1",
        "DELETE FROM source WHERE id = ANY({ids})",
    ],
)
def test_what_goes_around_the_rule_would_be_found(text: str) -> None:
    assert STATEMENT.search(text)
    assert TOUCHES.search(text)
    assert not is_owned(text)


def test_conditions_begin_with_the_owner() -> None:
    begun: set[str] = set()
    bare: set[str] = set()
    for place, function in functions():
        calls = {ast.unparse(node.func) for node in ast.walk(function) if isinstance(node, ast.Call)}
        begun |= {place.partition(":")[2]} if "Condition.of" in calls else set()
        bare |= {place} if "Condition" in calls else set()
    assert begun == BEGINNERS
    # A page adds to copies of the condition that it has; the cleanup is for all.
    assert bare == {"gallery/query.py:page_statement", "gallery/purge.py:cleanup"}


def test_statements_are_put_together_from_known_parts() -> None:
    """What a person sends is bound, never written into a statement."""
    used = {part for query in STATEMENTS for part in query.parts if not part.startswith("owned_by(")}
    assert used == PARTS


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

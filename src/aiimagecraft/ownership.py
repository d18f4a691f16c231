"""The one rule of whose a row is: every statement that reads or changes somebody's rows asks it here."""

from __future__ import annotations


def owned_by(place: int, table: str = "") -> str:
    """Return the SQL condition that a row is a user's own.

    `tests/architecture/test_ownership.py` finds statements on people's tables that go around it.

    Args:
        place: Number of the placeholder that the user's id is bound to: 2 is `$2`.
        table: The table or its alias, where a statement has several.
    """
    column = f"{table}.user_id" if table else "user_id"
    return f"{column} = ${place}"

"""Ids and messages that everything relies on."""

from __future__ import annotations

from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from aiimagecraft.schema import derived_uuid7, uuid7
from aiimagecraft.web import split_validation_error


@given(parent=st.uuids(version=4), index=st.integers(0, 1_000))
def test_a_derived_id_is_a_uuid7_of_its_parents_time(parent: UUID, index: int) -> None:
    derived = derived_uuid7(parent, index)
    assert derived == derived_uuid7(parent, index)
    assert (derived.version, derived.variant) == (7, "specified in RFC 4122")
    assert derived.bytes[:6] == parent.bytes[:6]


def test_derived_ids_differ() -> None:
    parents = [uuid7() for _ in range(50)]
    assert len({derived_uuid7(parent, index) for parent in parents for index in range(10)}) == 500


@pytest.mark.parametrize(
    ("text", "field", "message"),
    [
        ("Expected `int` >= 1 - at `$.n`", "n", "At least 1"),
        ("Expected `str` of length <= 32000 - at `$.prompt`", "prompt", "At most 32000 characters"),
        ("Expected `bool`, got `null` - at `$.starred`", "starred", "Expected true or false"),
        ("Object contains unknown field `seed`", "seed", "There is no such field"),
        ("Object missing required field `ids`", "ids", "This is required"),
        ("Invalid UUID - at `$.ids[3]`", "ids[3]", "This is not an id"),
        ("Something new", None, "Something new"),
    ],
)
def test_validation_messages_are_for_people(text: str, field: str | None, message: str) -> None:
    assert split_validation_error(text) == (field, message)

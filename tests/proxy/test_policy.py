"""Which addresses there are, and where they lead."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from aiimagecraft.errors import NotFound
from aiimagecraft.proxy.policy import VARIANTS, Target, parse_target, request_headers, response_headers

SHAPES = [(kind, variant) for kind, variants in VARIANTS.items() for variant in variants]


def test_the_variants_are_those_of_the_contract() -> None:
    assert {kind: set(variants) for kind, variants in VARIANTS.items()} == {
        "scene": {"screenshot", "preview", "webp", "sprite"},
        "image": {"thumbnail", "preview", "image"},
        "performer": {"image"},
        "studio": {"image"},
        "tag": {"image"},
    }


@pytest.mark.parametrize(("kind", "variant"), SHAPES)
def test_an_address_leads_where_it_came_from(kind: str, variant: str) -> None:
    target = parse_target(kind, "12", variant, "t=7")
    assert target.url == f"/api/proxy/stash/{kind}/12/{variant}?t=7"
    assert target.path.startswith(f"/{kind}/12/")
    assert target.path.endswith("?t=7")
    assert target.lane == ("stream" if variant == "preview" else "image")


@given(st.text(), st.text(), st.text(), st.text())
def test_what_is_let_through_has_one_shape(kind: str, target_id: str, variant: str, query: str) -> None:
    try:
        target = parse_target(kind, target_id, variant, query)
    except NotFound:
        return
    assert (target.kind, target.variant) in SHAPES
    assert target.id.isascii()
    assert target.id.isdecimal()
    assert query in {"", f"t={target.version}"}


@given(
    st.sampled_from(SHAPES),
    st.text("0123456789\u0660\u00b2 +-.\n", max_size=20),
    st.text("t=0123456789&%\n\u0660", max_size=22),
)
def test_numbers_are_plain(shape: tuple[str, str], target_id: str, query: str) -> None:
    is_id = target_id == "0" or (target_id.isascii() and target_id.isdecimal() and target_id[0] != "0")
    version = query.removeprefix("t=")
    is_query = not query or (query.startswith("t=") and version.isascii() and version.isdecimal())
    is_known = is_id and is_query and len(target_id) <= 18 and len(version) <= 18
    try:
        parse_target(shape[0], target_id, shape[1], query)
    except NotFound:
        assert not is_known
    else:
        assert is_known


@given(
    st.dictionaries(st.sampled_from(["range", "if-range", "if-none-match", "if-modified-since"]), st.text())
)
def test_headers_that_go_up_hold_no_other(given_headers: dict[str, str]) -> None:
    for value in request_headers(given_headers).values():
        assert value.isascii()
        assert value.isprintable()


@given(
    st.dictionaries(st.sampled_from(["etag", "last-modified", "content-range", "set-cookie", "x"]), st.text())
)
def test_headers_that_come_down_hold_no_other(given_headers: dict[str, str]) -> None:
    picture = given_headers | {"content-type": "image/png"}
    found = response_headers(Target("scene", "1", "screenshot"), 200, picture)
    assert found.keys() <= {"etag", "last-modified", "content-range", "content-type", "cache-control"}
    for value in found.values():
        assert value.isascii()
        assert value.isprintable()

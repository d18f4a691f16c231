"""Presigned addresses, held against botocore's."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any, cast
from urllib.parse import parse_qs, quote, urlsplit

import pytest
from botocore import auth
from botocore.awsrequest import AWSRequest
from botocore.credentials import Credentials
from hypothesis import given
from hypothesis import strategies as st

from aiimagecraft.presign import NAME, Access, Delivery, Window, origin_of

KEY, SECRET = "AKIDEXAMPLE", "wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY"
NOON = int(datetime(2026, 11, 21, 12, tzinfo=UTC).timestamp())
ORIGINAL, THUMB = "0198c0de-0000-7000-8000-000000000001.png", "thumb/0198c0de@2x.webp"
TYPES = {"png": "image/png", "webp": "image/webp"}
ADDRESSES = [
    "https://account.r2.cloudflarestorage.com/images",
    "https://s3.eu-central-1.amazonaws.com/images.of.mine",
    "http://127.0.0.1:9000/images",
    "https://store.example.org:443/storage/v1/s3/images",
    "http://[::1]:9000/images",
]


def by_botocore(address: str, key: str, start: int, seconds: int, answer: dict[str, str]) -> dict[str, Any]:
    """The query parameters of botocore's address for the same request at the same instant."""
    credentials: Any = cast("Any", Credentials)(KEY, SECRET)
    signer: Any = cast("Any", auth.S3SigV4QueryAuth)(credentials, "s3", "auto", expires=seconds)
    request: Any = cast("Any", AWSRequest)(
        "GET",
        f"{address}/{quote(key)}?" + "&".join(f"{name}={quote(value, '')}" for name, value in answer.items()),
    )
    with pytest.MonkeyPatch.context() as patched:
        patched.setattr(auth, "get_current_datetime", lambda: datetime.fromtimestamp(start, UTC))
        signer.add_auth(request)
    return parse_qs(urlsplit(str(request.url)).query, strict_parsing=True)


@pytest.mark.parametrize("address", ADDRESSES)
@pytest.mark.parametrize("key", [ORIGINAL, THUMB])
def test_botocore_signs_the_same(address: str, key: str) -> None:
    answer = {"response-content-type": "image/png", "response-cache-control": "private, max-age=7200, x"}
    url = Window(Access(address, "auto", KEY, SECRET), NOON, 7200, answer).url(key)
    assert parse_qs(urlsplit(url).query, strict_parsing=True) == by_botocore(address, key, NOON, 7200, answer)
    assert url.startswith(f"{address}/{quote(key)}?X-Amz-Algorithm=")


@given(st.text(st.characters(exclude_categories=["Cs", "Cc"]), min_size=1))
def test_any_key_is_encoded_as_botocore_does(key: str) -> None:
    disposition = {"response-content-disposition": f'attachment; filename="{NAME}"'}
    url = Window(Access(ADDRESSES[0], "auto", KEY, SECRET), NOON, 60, disposition).url(key)
    expected = {"response-content-disposition": f'attachment; filename="{key}"'}
    query = parse_qs(urlsplit(url).query, strict_parsing=True)
    assert query == by_botocore(ADDRESSES[0], key, NOON, 60, expected)


@pytest.mark.parametrize(
    ("key", "seconds"), [(THUMB, 3600), (f"preview/{ORIGINAL}", 3600), (ORIGINAL, 86400)]
)
def test_an_address_stays_the_same_for_a_window_and_outlives_it_by_another(key: str, seconds: int) -> None:
    delivery = Delivery(Access(ADDRESSES[0], "auto", KEY, SECRET), TYPES)
    start = NOON - NOON % seconds
    url = delivery.url(key, start)
    again = Delivery(Access(ADDRESSES[0], "auto", KEY, SECRET), TYPES)
    assert {delivery.url(key, start + at) for at in (0, 1, seconds // 2, seconds - 1)} == {url}
    assert again.url(key, start + 7) == url
    later = delivery.url(key, start + seconds)
    assert later != url
    assert delivery.url(key, start) == url
    query = parse_qs(urlsplit(url).query)
    assert query["X-Amz-Expires"] == [str(2 * seconds)]
    assert query["X-Amz-Date"] == [datetime.fromtimestamp(start, UTC).strftime("%Y%m%dT%H%M%SZ")]


def test_an_answer_bears_the_headers_that_the_app_gives() -> None:
    delivery = Delivery(Access(ADDRESSES[0], "auto", KEY, SECRET), TYPES)
    original = parse_qs(urlsplit(delivery.url(ORIGINAL, NOON)).query)
    assert original["response-content-type"] == ["image/png"]
    assert original["response-cache-control"] == ["private, max-age=172800, immutable"]
    assert original["response-content-disposition"] == [f'attachment; filename="{ORIGINAL}"']
    thumb = parse_qs(urlsplit(delivery.url(THUMB, NOON)).query)
    assert thumb["response-content-type"] == ["image/webp"]
    assert thumb["response-cache-control"] == ["private, max-age=7200, immutable"]
    assert "response-content-disposition" not in thumb


def test_the_secret_is_in_nothing_that_is_shown() -> None:
    access = Access(ADDRESSES[0], "auto", KEY, SECRET)
    shown = repr(access) + Delivery(access, TYPES).url(ORIGINAL, NOON)
    assert SECRET not in shown
    assert quote(SECRET, "") not in shown


def test_an_origin_is_as_pages_write_it() -> None:
    assert origin_of("https://Store.example.org:443/storage/v1/s3") == "https://store.example.org"
    assert origin_of("http://[::1]:9000") == "http://[::1]:9000"

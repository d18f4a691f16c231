"""Answers and errors of images servers, in all the shapes that are known of them."""

from __future__ import annotations

import base64
from typing import Any

import msgspec
import pytest

from aiimagecraft.generation.catalogue import KNOWN, named
from aiimagecraft.generation.pricing import PRICES, Usage, cost_of
from aiimagecraft.generation.providers.answers import finished, read_event, read_images
from aiimagecraft.generation.providers.failures import ProviderError, failure_of, wait_of

ENCODED = base64.b64encode(b"picture").decode()


def body(value: Any) -> bytes:
    return msgspec.json.encode(value)


@pytest.mark.parametrize(
    "datum",
    [
        {"b64_json": ENCODED},
        {"b64_json": f"data:image/png;base64,{ENCODED}"},
        {"b64_json": f"{ENCODED[:4]}\r\n{ENCODED[4:]}"},
        {"url": f"data:image/png;base64,{ENCODED}"},
        {"b64_json": ENCODED, "url": None, "revised_prompt": None, "other": [1]},
    ],
)
def test_an_image_in_any_dress(datum: dict[str, Any]) -> None:
    (answer,) = read_images(body({"created": 1, "data": [datum]}))
    assert (answer.data, answer.url, answer.usage) == (b"picture", None, None)


def test_an_address_is_kept_in_a_form_that_can_be_read_again() -> None:
    usage = {"input_tokens": 5, "output_tokens": 7, "total_tokens": 12}
    (answer,) = read_images(body({"data": [{"url": "http://a/b.png"}], "usage": usage}))
    (again,) = read_images(answer.raw)
    assert (again.url, again.usage) == ("http://a/b.png", answer.usage)


def test_what_several_images_took_is_shared() -> None:
    usage = {
        "input_tokens": 10,
        "output_tokens": 20,
        "input_tokens_details": {"text_tokens": 4, "image_tokens": 6},
    }
    answers = read_images(body({"data": [{}, {"b64_json": ENCODED}, {"b64_json": ENCODED}], "usage": usage}))
    assert len(answers) == 2
    assert answers[0].usage is not None
    assert (answers[0].usage.total, answers[0].usage.input_tokens_details) == (
        15,
        msgspec.convert({"text_tokens": 2, "image_tokens": 3}, type(answers[0].usage.input_tokens_details)),
    )


@pytest.mark.parametrize(
    ("answer", "slug"),
    [
        (b"<html>", "unreadable-answer"),
        (b"\xff\xfe", "unreadable-answer"),
        (body([1]), "unreadable-answer"),
        (body({"data": [{"b64_json": "???"}]}), "unreadable-answer"),
        (body({"data": [{}]}), "unreadable-answer"),
        (body({"data": []}), "no-image"),
        (body({}), "no-image"),
        (body({"error": {"code": "insufficient_quota"}}), "quota"),
    ],
)
def test_what_holds_no_image(answer: bytes, slug: str) -> None:
    with pytest.raises(ProviderError) as raised:
        read_images(answer)
    assert raised.value.slug == slug
    assert (raised.value.answer is not None) == (slug == "unreadable-answer")


def test_events_that_nobody_knows_are_passed_over() -> None:
    for data in (b"ping", b"", b"[]", body({"type": "x.partial_image", "b64_json": 7})):
        assert read_event(data) is None
    event = read_event(
        body({"type": "image_generation.completed", "b64_json": ENCODED, "usage": {"x": None}})
    )
    assert event is not None
    assert finished(event, b"").data == b"picture"
    with pytest.raises(ProviderError, match="cannot be read"):
        read_event(b'{"type": "image_edit.completed", "b64_json": ')


def test_an_error_in_a_stream_may_have_been_billed_unless_it_is_final() -> None:
    with pytest.raises(ProviderError) as raised:
        read_event(body({"type": "error", "error": {"message": "It failed", "type": "server_error"}}))
    assert (raised.value.again, raised.value.lost) == (True, True)
    with pytest.raises(ProviderError) as raised:
        read_event(body({"error": {"code": "moderation_blocked", "message": "no"}}))
    assert (raised.value.slug, raised.value.again) == ("moderated", False)


@pytest.mark.parametrize(
    ("status", "told", "slug", "says"),
    [
        (400, {"error": {"message": "Bad size", "code": "invalid_value"}}, "refused", "Bad size"),
        (400, {"error": "plain text"}, "refused", "plain text"),
        (500, {"error": "server_error", "message": "out of memory"}, "server-failed", "out of memory"),
        (422, {"detail": "no"}, "refused", "no"),
        (422, {"detail": [{"loc": ["body", "size"], "msg": "field required"}]}, "refused", "field required"),
        (400, {"detail": {"error": "budget exceeded"}}, "refused", "budget exceeded"),
        (429, [{"error": {"status": "RESOURCE_EXHAUSTED", "message": "x"}}], "busy", "limits"),
        (400, {"error": {"message": {"text": "x"}, "code": "insufficient_quota"}}, "quota", "credit"),
        (400, "text", "refused", "text"),
        (401, {"error": {"message": "Wrong API key: sk-***yz"}}, "key-refused", "OPENAI_API_KEY"),
        (400, {"error": "Incorrect API key provided: xa***yz"}, "key-refused", "OPENAI_API_KEY"),
        (404, {"error": {"code": "model_not_found", "message": "No such model."}}, "model-gone", "Choose"),
        (403, {"error": {"message": "Verify first"}}, "forbidden", "Verify first"),
        (302, {}, "redirected", "OPENAI_BASE_URL"),
        (503, None, "server-failed", "503"),
    ],
)  # fmt: skip
def test_errors_of_every_shape(status: int, told: Any, slug: str, says: str) -> None:
    failure = failure_of(status, {}, b"" if told is None else body(told))
    assert failure.slug == slug
    assert says in f"{failure.title} {failure.detail}"
    assert "***" not in failure.detail


@pytest.mark.parametrize(
    ("status", "headers", "again", "lost"),
    [
        (429, {}, True, False),
        (500, {}, True, False),
        (503, {}, True, False),
        (504, {}, True, True),
        (524, {}, True, True),
        (408, {}, True, True),
        (500, {"x-should-retry": "false"}, False, False),
        (400, {"x-should-retry": "true"}, True, False),
        (400, {}, False, False),
    ],
)
def test_what_may_be_asked_again(status: int, headers: dict[str, str], again: bool, lost: bool) -> None:
    failure = failure_of(status, headers, b"{}")
    assert (failure.again, failure.lost) == (again, lost)


@pytest.mark.parametrize(
    ("headers", "message", "seconds"),
    [
        ({"retry-after-ms": "250", "retry-after": "9"}, "", 0.25),
        ({"retry-after": "7"}, "", 7.0),
        ({"retry-after": "9" * 400}, "", 86_400.0),
        ({"retry-after": "soon"}, "", None),
        ({"retry-after": "Mon, 01 Jan 1990 00:00:00 GMT"}, "", 0.0),
        ({}, "Please try again in 12s.", 12.0),
        ({}, "Please try again in 500ms.", 0.5),
        ({}, "", None),
    ],
)
def test_how_long_a_server_asks_to_wait(headers: dict[str, str], message: str, seconds: float | None) -> None:
    assert wait_of(headers, message) == seconds


def test_costs_of_partial_knowledge() -> None:
    whole = msgspec.convert({"input_tokens": 10, "output_tokens": 100, "total_tokens": None}, Usage)
    empty = msgspec.convert(
        {"input_tokens": 10, "output_tokens": 100, "output_tokens_details": {"image_tokens": 0}}, Usage
    )
    assert str(cost_of(whole, PRICES)) == str(cost_of(empty, PRICES)) == "0.003050"
    assert cost_of(Usage(), PRICES) is None
    assert cost_of(whole, None) is None


@pytest.mark.parametrize("name", ["gpt-image-2-2026-04-21", "openai/gpt-image-2", "gpt-image-2"])
def test_a_snapshot_is_its_model(name: str) -> None:
    model = named(name)
    assert model.info.name == name
    assert (model.prices, model.partials) == (KNOWN["gpt-image-2"].prices, KNOWN["gpt-image-2"].partials)

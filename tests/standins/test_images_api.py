from __future__ import annotations

import base64
import hashlib
import io
import json
import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Generator
from typing import Any, Self

import httpx
import pytest
from PIL import Image

from tests.pictures import encode, photo, png, size_of
from tests.processes import wait_for
from tests.standins.images_api import READY, StandIn, images_api
from tests.standins.images_faults import HELP, WORDS, Fault, find_faults
from tests.standins.images_orders import MODELS
from tests.standins.images_pictures import SOURCE_TYPE, Look, picture, usage_for
from tests.standins.process import PLAIN, ROOT

KEY = "sk-abcdefghijklmnopqrstuvwxyz"
SECONDS = 20.0
CUT = httpx.RemoteProtocolError, httpx.ReadError
FIELDS = ["background", "created", "data", "output_format", "quality", "size", "usage"]


@pytest.fixture(scope="module")
def running() -> Generator[StandIn]:
    with images_api(key=KEY) as api:
        yield api


@pytest.fixture
def api(running: StandIn) -> StandIn:
    running.release()
    running.clear()
    return running


@pytest.fixture
def client(api: StandIn) -> Generator[httpx.Client]:
    with connect(api) as client:
        yield client


def connect(api: StandIn, key: str = KEY) -> httpx.Client:
    headers = {"authorization": f"Bearer {key}"}
    return httpx.Client(base_url=api.url, headers=headers, timeout=SECONDS, verify=PLAIN, trust_env=False)


def generate(client: httpx.Client, prompt: str = "a boat", **fields: Any) -> httpx.Response:
    body = {"model": "gpt-image-2", "prompt": prompt, **fields}
    return client.post("/images/generations", json=body)


def edit(client: httpx.Client, *files: tuple[str, bytes], **fields: Any) -> httpx.Response:
    parts = [(name, (f"{name}.png", content, "image/png")) for name, content in files]
    data = {"model": "gpt-image-2", "prompt": "a boat", **fields}
    if not parts:
        return client.post("/images/edits", data=data, files={"mask": ("m.png", png(), "image/png")})
    return client.post("/images/edits", data=data, files=parts)


def pictures_of(response: httpx.Response) -> list[bytes]:
    assert response.status_code == 200, response.text
    return [base64.b64decode(item["b64_json"], validate=True) for item in response.json()["data"]]


def error_of(response: httpx.Response, status: int, code: str | None) -> dict[str, Any]:
    assert response.status_code == status, response.text
    error = response.json()["error"]
    assert {"message", "type", "param", "code"} <= set(error)
    assert error["code"] == code
    return error


def events_of(text: str) -> list[tuple[str, dict[str, Any]]]:
    """The events of a whole stream, each framed as exactly one event line and one data line."""
    blocks = [block for block in text.split("\n\n") if block and not block.startswith(":")]
    assert text == "" or text.endswith("\n\n")
    events: list[tuple[str, dict[str, Any]]] = []
    for block in blocks:
        name, data = block.split("\n")
        assert name.startswith("event: ")
        assert data.startswith("data: ")
        events.append((name.removeprefix("event: "), json.loads(data.removeprefix("data: "))))
    return events


def outcomes(api: StandIn) -> list[str | None]:
    return [request.outcome for request in api.requests()]


def drain(response: httpx.Response, received: bytearray) -> None:
    for data in response.iter_raw():
        received.extend(data)


def mask(width: int = 320, height: int = 240) -> bytes:
    return encode(photo(width, height, "RGBA"))


class TestGenerations:
    def test_an_answer_has_every_field(self, api: StandIn, client: httpx.Client) -> None:
        response = generate(client, "a boat")
        body = response.json()
        assert sorted(body) == FIELDS
        assert (body["background"], body["output_format"]) == ("opaque", "png")
        assert (body["quality"], body["size"]) == ("medium", "1024x1024")
        assert abs(body["created"] - time.time()) < SECONDS
        assert body["usage"] == usage_for("a boat")
        assert body["usage"]["total_tokens"] == 9 + 1756
        assert response.headers["content-type"] == "application/json"
        assert int(response.headers["content-length"]) == len(response.content)
        assert response.headers["x-request-id"] == api.requests()[0].request_id

    def test_pictures_follow_from_prompt_and_number(self, client: httpx.Client) -> None:
        first = pictures_of(generate(client, n=3))
        assert first == pictures_of(generate(client, n=3))
        assert first == [picture("a boat", number) for number in range(3)]
        assert len({*first, *pictures_of(generate(client, "a ship"))}) == 4

    @pytest.mark.parametrize(("format_", "name"), [("png", "PNG"), ("jpeg", "JPEG"), ("webp", "WEBP")])
    def test_pictures_have_the_format_and_size_asked_for(
        self, client: httpx.Client, format_: str, name: str
    ) -> None:
        answer = generate(client, size="1536x1024", output_format=format_, quality="low", n=2)
        for content in pictures_of(answer):
            with Image.open(io.BytesIO(content)) as image:
                image.load()
                assert (image.format, image.size) == (name, (1536, 1024))
        assert answer.json()["usage"] == usage_for("a boat", size="1536x1024", quality="low", n=2)

    def test_a_png_says_where_it_comes_from(self, client: httpx.Client) -> None:
        (content,) = pictures_of(generate(client))
        chunk = content.index(b"caBX")
        assert chunk < content.index(b"IDAT")
        assert content[chunk + 8 : chunk + 12] == b"jumb"
        assert SOURCE_TYPE.encode() in content

    def test_a_transparent_background_is_transparent(self, client: httpx.Client) -> None:
        answer = generate(client, background="transparent")
        assert answer.json()["background"] == "transparent"
        with Image.open(io.BytesIO(pictures_of(answer)[0])) as image:
            assert image.mode == "RGBA"
            assert image.getchannel("A").getextrema()[0] == 0

    @pytest.mark.parametrize(
        ("fields", "code", "param"),
        [
            ({"seed": 1}, "unknown_parameter", "seed"),
            ({"response_format": "b64_json"}, "unknown_parameter", "response_format"),
            ({"prompt": ""}, "missing_required_parameter", "prompt"),
            ({"prompt": "x" * 32_001}, "string_above_max_length", "prompt"),
            ({"model": None}, "missing_required_parameter", "model"),
            ({"n": 0}, "integer_below_min_value", "n"),
            ({"n": 11}, "integer_above_max_value", "n"),
            ({"n": "2"}, "invalid_type", "n"),
            ({"size": "512x512"}, "invalid_value", "size"),
            ({"size": "1000x1000"}, "invalid_value", "size"),
            ({"size": "3856x2048"}, "invalid_value", "size"),
            ({"size": "2048x640"}, "invalid_value", "size"),
            ({"size": "3840x3840"}, "invalid_value", "size"),
            ({"size": "large"}, "invalid_value", "size"),
            ({"quality": "hd"}, "invalid_value", "quality"),
            ({"quality": "max"}, "invalid_value", "quality"),
            ({"complexity": "high"}, "unknown_parameter", "complexity"),
            ({"background": "green"}, "invalid_value", "background"),
            ({"background": "transparent", "output_format": "jpeg"}, "invalid_value", "background"),
            ({"output_format": "tiff"}, "invalid_value", "output_format"),
            ({"output_compression": 50}, "invalid_value", "output_compression"),
            ({"stream": "yes"}, "invalid_type", "stream"),
            ({"partial_images": 2}, "invalid_value", "partial_images"),
            ({"stream": True, "partial_images": 4}, "integer_above_max_value", "partial_images"),
        ],
    )
    def test_what_openai_refuses_is_refused(
        self, client: httpx.Client, fields: dict[str, Any], code: str, param: str
    ) -> None:
        assert error_of(generate(client, **fields), 400, code)["param"] == param

    def test_newer_models_take_more(self, client: httpx.Client) -> None:
        more = {"quality": "max", "complexity": "low", "size": "3840x2160", "output_format": "jpeg"}
        answer = generate(client, **{**more, "model": "gpt-image-2.6-flare"})
        assert size_of(pictures_of(answer)[0]) == (3840, 2160)

    @pytest.mark.parametrize("model", ["dall-e-3", "gpt-image-9"])
    def test_models_that_are_gone_or_unknown_are_not_found(self, client: httpx.Client, model: str) -> None:
        assert error_of(generate(client, model=model), 404, "model_not_found")["param"] == "model"

    def test_what_is_no_json_is_refused(self, client: httpx.Client) -> None:
        headers = {"content-type": "application/json"}
        error_of(client.post("/images/generations", content=b"{", headers=headers), 400, None)


class TestEdits:
    @pytest.mark.parametrize("names", [["image"], ["image[]"], ["image[]", "image[]"]])
    def test_sources_are_taken_under_both_names(
        self, api: StandIn, client: httpx.Client, names: list[str]
    ) -> None:
        sources = [png(seed=seed) for seed in range(len(names))]
        files = list(zip(names, sources, strict=True))
        answer = edit(client, *files, size="1024x1536", n="2", quality="high")
        expected = [picture("a boat", number, Look((1024, 1536)), sources) for number in range(2)]
        assert pictures_of(answer) == expected
        sizes = [(320, 240)] * len(names)
        usage = usage_for("a boat", size="1024x1536", quality="high", n=2, sources=sizes)
        assert answer.json()["usage"] == usage
        assert usage["input_tokens_details"]["image_tokens"] == 194 * len(names)
        (request,) = api.requests()
        assert request.fields == {
            "model": "gpt-image-2",
            "prompt": "a boat",
            "size": "1024x1536",
            "n": "2",
            "quality": "high",
        }
        assert [(file.field, file.name, file.content_type) for file in request.files] == [
            (name, f"{name}.png", "image/png") for name in names
        ]
        assert [(file.size, file.sha256) for file in request.files] == [
            (len(source), hashlib.sha256(source).hexdigest()) for source in sources
        ]

    def test_a_mask_of_the_same_size_is_taken(self, client: httpx.Client) -> None:
        assert len(pictures_of(edit(client, ("image", png()), ("mask", mask())))) == 1

    @pytest.mark.parametrize("wrong", [mask(240, 320), png()])
    def test_another_mask_is_refused(self, client: httpx.Client, wrong: bytes) -> None:
        error = error_of(edit(client, ("image", png()), ("mask", wrong)), 400, "invalid_mask_image_format")
        assert error["type"] == "image_generation_user_error"

    def test_no_source_and_too_many_are_refused(self, client: httpx.Client) -> None:
        assert error_of(edit(client), 400, "missing_required_parameter")["param"] == "image"
        small = png(16, 16)
        error_of(edit(client, *[("image[]", small)] * 17), 400, "array_above_max_length")
        assert len(pictures_of(edit(client, *[("image[]", small)] * 16))) == 1

    def test_a_repeated_name_needs_brackets(self, client: httpx.Client) -> None:
        error_of(edit(client, ("image", png()), ("image", png())), 400, "duplicate_parameter")

    def test_what_is_no_picture_is_refused(self, client: httpx.Client) -> None:
        error_of(edit(client, ("image", b"not a picture")), 400, "invalid_image_file")
        files = {"image": ("a.png", png(), "application/octet-stream")}
        data = {"prompt": "a boat", "model": "gpt-image-2"}
        response = client.post("/images/edits", data=data, files=files)
        error_of(response, 400, "unsupported_file_mimetype")

    def test_input_fidelity_is_refused(self, client: httpx.Client) -> None:
        answer = edit(client, ("image", png()), input_fidelity="high")
        error_of(answer, 400, "invalid_input_fidelity_model")

    def test_a_source_of_many_megabytes_arrives(self, api: StandIn, client: httpx.Client) -> None:
        source = png() + bytes(45_000_000)
        assert len(pictures_of(edit(client, ("image", source)))) == 1
        assert api.requests()[0].files[0].sha256 == hashlib.sha256(source).hexdigest()


class TestKeys:
    def test_a_wrong_key_is_refused_and_masked(self, api: StandIn, client: httpx.Client) -> None:
        with connect(api, "sk-abQQQQQQQQyz") as stranger:
            for answer in (generate(stranger), stranger.get("/models")):
                error = error_of(answer, 401, "invalid_api_key")
                assert error["message"] == "Incorrect API key provided: sk-ab***yz."
        with httpx.Client(base_url=api.url, verify=PLAIN, trust_env=False) as nobody:
            error_of(nobody.get("/models"), 401, "invalid_api_key")
        client.get("/models")
        assert [request.authorization for request in api.requests()] == ["wrong", "wrong", "missing", "right"]
        assert all("authorization" not in request.headers for request in api.requests())

    def test_models_are_listed(self, client: httpx.Client) -> None:
        body = client.get("/models").json()
        assert body["object"] == "list"
        assert {item["id"] for item in body["data"]} > set(MODELS)
        assert all(sorted(item) == ["created", "id", "object", "owned_by"] for item in body["data"])

    def test_unknown_routes_and_methods_are_refused(self, client: httpx.Client) -> None:
        error_of(client.get("/pictures"), 404, None)
        error_of(client.get("/images/generations"), 405, None)
        assert client.head("/models").status_code == 405


class TestStreams:
    @pytest.mark.parametrize("partials", [0, 1, 3])
    def test_partial_pictures_come_before_the_picture(self, client: httpx.Client, partials: int) -> None:
        response = generate(client, stream=True, partial_images=partials)
        assert response.headers["content-type"].startswith("text/event-stream")
        assert response.headers["transfer-encoding"] == "chunked"
        *early, (name, last) = events_of(response.text)
        assert [name for name, _ in early] == ["image_generation.partial_image"] * partials
        assert [data["partial_image_index"] for _, data in early] == list(range(partials))
        assert all(size_of(base64.b64decode(data["b64_json"])) == (1024, 1024) for _, data in early)
        assert name == last["type"] == "image_generation.completed"
        assert base64.b64decode(last["b64_json"]) == picture("a boat")
        assert last["usage"] == usage_for("a boat", partials=partials)
        fields = {*FIELDS, "type", "b64_json", "created_at"} - {"created", "data"}
        assert set(last) == fields
        assert all(set(data) == {*fields, "partial_image_index"} - {"usage"} for _, data in early)

    def test_an_edit_streams_under_its_own_names(self, client: httpx.Client) -> None:
        answer = edit(client, ("image", png()), stream="true", partial_images="1")
        names = [name for name, _ in events_of(answer.text)]
        assert names == ["image_edit.partial_image", "image_edit.completed"]

    def test_the_connection_outlives_streams(self, api: StandIn) -> None:
        with socket.create_connection(("127.0.0.1", httpx.URL(api.url).port or 0), SECONDS) as plug:
            body = b'{"model": "gpt-image-2", "prompt": "a", "stream": true}'
            head = b"POST /v1/images/generations HTTP/1.1\r\nhost: x\r\nauthorization: Bearer %s\r\n"
            head += b"content-type: application/json\r\ncontent-length: %d\r\n\r\n"
            for _ in range(2):
                plug.sendall(head % (KEY.encode(), len(body)) + body)
                answer = b""
                while not answer.endswith(b"\r\n0\r\n\r\n"):
                    data = plug.recv(1 << 20)
                    assert data
                    answer += data
                assert answer.startswith(b"HTTP/1.1 200")

    def test_a_slow_stream_says_that_it_is_alive(self, client: httpx.Client) -> None:
        begin = time.monotonic()
        answer = generate(client, "a [slow 1.2]", stream=True)
        assert time.monotonic() - begin > 1.1
        assert answer.text.startswith(": keep-alive\n\n")
        assert len(events_of(answer.text)) == 1

    def test_each_of_several_pictures_is_completed(self, client: httpx.Client) -> None:
        events = events_of(generate(client, stream=True, n=2).text)
        expected = [picture("a boat", number) for number in range(2)]
        assert [base64.b64decode(data["b64_json"]) for _, data in events] == expected


class TestRefusals:
    @pytest.mark.parametrize(
        ("word", "status", "kind", "code"),
        [
            ("429", 429, "input-images", "rate_limit_exceeded"),
            ("500", 500, "server_error", None),
            ("503", 503, "server_error", None),
            ("quota", 429, "insufficient_quota", "insufficient_quota"),
            ("billing", 400, "invalid_request_error", "billing_hard_limit_reached"),
            ("moderated", 400, "image_generation_user_error", "moderation_blocked"),
            ("moderated output", 400, "image_generation_user_error", "moderation_blocked"),
            ("request forbidden", 403, "request_forbidden", "unsupported_country_region_territory"),
        ],
    )
    def test_a_word_refuses(
        self, client: httpx.Client, word: str, status: int, kind: str, code: str | None
    ) -> None:
        error = error_of(generate(client, f"a [{word}] boat"), status, code)
        assert error["type"] == kind
        if code == "moderation_blocked":
            stage = "output" if "output" in word else "input"
            assert error["moderation_details"]["moderation_stage"] == stage

    def test_counts_are_of_one_prompt(self, api: StandIn, client: httpx.Client) -> None:
        prompts = ["[429 2] a", "[429 2] a", "[429 2] b", "[429 2] a", "[429 2] b", "[429 2] b"]
        assert [generate(client, prompt).status_code for prompt in prompts] == [429, 429, 429, 200, 429, 200]
        api.clear()
        assert generate(client, "[429 2] a").status_code == 429

    def test_words_take_turns(self, client: httpx.Client) -> None:
        prompt = "[429 1] a [500 1] b [503 1]"
        assert [generate(client, prompt).status_code for _ in range(4)] == [429, 500, 503, 200]

    @pytest.mark.parametrize(
        ("word", "seconds", "milliseconds"),
        [
            ("429 1", "1", None),
            ("429 1 after 3", "3", None),
            ("429 1 after 0.2", "1", "200"),
            ("429 1 after none", None, None),
            ("503 1", None, None),
            ("503 1 after 2", "2", None),
        ],
    )
    def test_a_refusal_says_when_to_try_again(
        self, client: httpx.Client, word: str, seconds: str | None, milliseconds: str | None
    ) -> None:
        headers = generate(client, f"[{word}]").headers
        assert (headers.get("retry-after"), headers.get("retry-after-ms")) == (seconds, milliseconds)

    def test_other_servers_errors(self, client: httpx.Client) -> None:
        text = generate(client, "[string error]")
        assert (text.status_code, type(text.json()["error"])) == (400, str)
        detail = generate(client, "[detail error]")
        assert (detail.status_code, type(detail.json()["detail"])) == (422, str)
        assert generate(client, "[detail list]").json()["detail"][0]["loc"] == ["body", "steps"]

    def test_answers_that_are_none(self, client: httpx.Client) -> None:
        page = generate(client, "[garbage]")
        assert (page.status_code, page.headers["content-type"]) == (200, "text/html; charset=utf-8")
        broken = generate(client, "[badjson]")
        assert (broken.status_code, broken.headers["content-type"]) == (200, "application/json")
        with pytest.raises(json.JSONDecodeError):
            broken.json()


class TestPictures:
    def test_undecodable_bytes_begin_as_a_png(self, client: httpx.Client) -> None:
        (content,) = pictures_of(generate(client, "[undecodable]"))
        with Image.open(io.BytesIO(content)) as image, pytest.raises(OSError, match="truncated"):
            image.load()

    def test_unknown_bytes_are_of_no_format(self, client: httpx.Client) -> None:
        with pytest.raises(OSError, match="cannot identify"):
            size_of(pictures_of(generate(client, "[unknown bytes]"))[0])

    def test_jpeg_whatever_was_asked_for(self, client: httpx.Client) -> None:
        answer = generate(client, "[jpeg]", output_format="png")
        assert answer.json()["output_format"] == "png"
        assert pictures_of(answer)[0].startswith(b"\xff\xd8\xff")

    def test_a_data_url(self, client: httpx.Client) -> None:
        text = generate(client, "[data url]").json()["data"][0]["b64_json"]
        prefix, _, content = text.partition(",")
        assert prefix == "data:image/png;base64"
        assert base64.b64decode(content) == picture("[data url]")

    @pytest.mark.parametrize("word", ["url", "url redirect"])
    def test_a_url_leads_to_the_picture(self, api: StandIn, client: httpx.Client, word: str) -> None:
        (item,) = generate(client, f"[{word}]").json()["data"]
        assert list(item) == ["url"]
        assert item["url"].startswith(f"{api.origin}/generated/")
        found = httpx.get(item["url"], follow_redirects=True, verify=PLAIN, trust_env=False)
        assert found.content == picture(f"[{word}]")
        assert found.headers["content-type"] == "image/png"
        assert len(found.history) == (word == "url redirect")
        assert {request.authorization for request in api.requests()[1:]} == {"missing"}

    def test_a_url_may_lead_elsewhere(self, client: httpx.Client) -> None:
        elsewhere = "http://[::1]:9/a.png?b=1&c=2"
        (item,) = generate(client, f"[url elsewhere {elsewhere}]").json()["data"]
        assert item == {"url": elsewhere}
        (item,) = generate(client, f"[url redirect {elsewhere}]").json()["data"]
        answer = client.get(item["url"])
        assert (answer.status_code, answer.headers["location"]) == (302, elsewhere)

    def test_a_picture_that_was_never_made_is_not_found(self, api: StandIn, client: httpx.Client) -> None:
        error_of(client.get(f"{api.origin}/generated/none.png"), 404, None)

    @pytest.mark.parametrize(("word", "count"), [("empty", 0), ("fewer", 2), ("fewer 0", 3)])
    def test_fewer_pictures(self, client: httpx.Client, word: str, count: int) -> None:
        assert len(pictures_of(generate(client, f"[{word}]", n=3))) == count

    def test_no_usage_and_zero_usage(self, client: httpx.Client) -> None:
        assert "usage" not in generate(client, "[no usage]").json()
        usage = generate(client, "[zero usage]").json()["usage"]
        assert usage["total_tokens"] == usage["input_tokens_details"]["text_tokens"] == 0

    def test_fresh_pictures_do_not_come_twice(self, client: httpx.Client) -> None:
        made = [content for n in (1, 2) for content in pictures_of(generate(client, "[fresh]", n=n))]
        assert made == [picture("[fresh]", number) for number in range(3)]


class TestStreamFaults:
    def test_stream_unknown(self, client: httpx.Client) -> None:
        error = error_of(generate(client, "[nostream]", stream=True), 400, "unknown_parameter")
        assert (error["param"], error["message"]) == ("stream", "Unknown parameter: 'stream'.")
        assert generate(client, "[nostream]").status_code == 200

    def test_json_despite_stream(self, client: httpx.Client) -> None:
        answer = generate(client, "[json despite stream]", stream=True, partial_images=2)
        assert pictures_of(answer) == [picture("[json despite stream]")]

    def test_an_error_after_one_partial_picture(self, client: httpx.Client) -> None:
        answer = generate(client, "[stream error 1]", stream=True, partial_images=2)
        (first, _), (_, last) = events_of(answer.text)
        assert first == "image_generation.partial_image"
        assert last["error"]["type"] == "server_error"
        assert len(events_of(generate(client, "[stream error 1]", stream=True).text)) == 1

    def test_a_stream_is_cut_in_its_last_event(self, api: StandIn, client: httpx.Client) -> None:
        received = bytearray()
        fields = {"model": "gpt-image-2", "prompt": "[cut 1]", "stream": True, "partial_images": 1}
        with client.stream("POST", "/images/generations", json=fields) as response, pytest.raises(CUT):
            drain(response, received)
        assert received.count(b"event: ") == 2
        assert not received.endswith(b"\n\n")
        assert api.requests()[0].outcome == "cut"


class TestInterruptions:
    @pytest.mark.parametrize("word", ["cut", "reset"])
    def test_an_answer_is_cut_in_its_middle(self, api: StandIn, client: httpx.Client, word: str) -> None:
        with pytest.raises(CUT):
            generate(client, f"[{word} 1]")
        assert pictures_of(generate(client, f"[{word} 1]"))
        first, second = api.requests()
        assert (first.outcome, first.status) == ("cut", 200)
        assert (second.outcome, second.status) == ("answered", 200)

    def test_a_hanging_request_is_seen_to_be_left(self, api: StandIn, client: httpx.Client) -> None:
        with pytest.raises(httpx.ReadTimeout):
            client.post("/images/generations", json={"model": "gpt-image-2", "prompt": "[hang]"}, timeout=0.3)
        assert wait_for(lambda: outcomes(api) == ["client left"], SECONDS)
        assert api.requests()[0].status is None

    def test_half_a_body_and_then_silence(self, api: StandIn, client: httpx.Client) -> None:
        fields = {"model": "gpt-image-2", "prompt": "[hang body]"}
        with client.stream("POST", "/images/generations", json=fields) as response:
            assert response.status_code == 200
            half = int(response.headers["content-length"]) // 2
            received = 0
            parts = response.iter_raw()
            while received < half:
                received += len(next(parts))
            assert wait_for(lambda: outcomes(api) == ["hung"], SECONDS)
            assert api.requests()[0].answered_at is None
        assert wait_for(lambda: outcomes(api) == ["client left"], SECONDS)

    @pytest.mark.parametrize("word", ["hold", "hold body"])
    def test_a_held_request_answers_when_released(
        self, api: StandIn, client: httpx.Client, word: str
    ) -> None:
        with Asking(api, f"[{word} 1] a boat") as asking:
            assert wait_for(lambda: api.held() == 1, SECONDS)
            assert api.requests()[0].outcome is None
            assert generate(client).status_code == 200
            assert api.release() == 1
            assert api.held() == 0
            assert asking.result() == 200
        assert generate(client, f"[{word} 1] a boat").status_code == 200

    def test_a_client_that_dies_while_held_is_seen_to_leave(self, api: StandIn) -> None:
        with Asking(api, "[hold]") as asking:
            assert wait_for(lambda: api.held() == 1, SECONDS)
            asking.kill()
            assert wait_for(lambda: api.held() == 0, SECONDS)
        assert wait_for(lambda: outcomes(api) == ["client left"], SECONDS)
        assert api.release() == 0

    def test_a_slow_body_takes_its_time(self, client: httpx.Client) -> None:
        begin = time.monotonic()
        assert pictures_of(generate(client, "[slow body 0.5]")) == [picture("[slow body 0.5]")]
        assert time.monotonic() - begin > 0.4


class Asking:
    """A request under way in a process of its own, which can be killed."""

    def __init__(self, api: StandIn, prompt: str) -> None:
        fields = {"model": "gpt-image-2", "prompt": prompt}
        program = (
            "import httpx, sys\n"
            f"answer = httpx.post({api.url + '/images/generations'!r}, json={fields!r}, timeout=60,\n"
            f"    headers={{'authorization': 'Bearer {KEY}'}}, trust_env=False)\n"
            "print(answer.status_code)"
        )
        self._process = subprocess.Popen([sys.executable, "-c", program], stdout=subprocess.PIPE, text=True)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self._process.kill()
        self._process.communicate()

    def kill(self) -> None:
        self._process.kill()

    def result(self) -> int:
        return int(self._process.communicate(timeout=SECONDS)[0])


class TestProcess:
    def test_words_are_found_and_others_are_left_alone(self) -> None:
        assert find_faults("a [Slow 1.5] [brackets] [429 2 after 0.2][URL elsewhere http://[::1]/A b]") == [
            Fault("slow", 1.5),
            Fault("429", 2, "0.2"),
        ]
        assert find_faults("[url elsewhere http://[::1]/A]") == [
            Fault("url elsewhere", url="http://[::1]/A"),
        ]
        assert all(f"[{word}]" in HELP for word in WORDS)

    @pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
    def test_it_ends_quickly_and_well_with_requests_under_way(self, number: signal.Signals) -> None:
        command = [sys.executable, "-m", "tests.standins.images_api", "--key", KEY]
        pipe = subprocess.PIPE
        with subprocess.Popen(command, cwd=ROOT, stdout=pipe, stderr=pipe, text=True) as process:
            assert process.stdout is not None
            api = StandIn(process.stdout.readline().removeprefix(READY).strip(), KEY)
            with connect(api) as idle, Asking(api, "[hold]"):
                assert idle.get("/models").status_code == 200
                assert wait_for(lambda: api.held() == 1, SECONDS)
                os.kill(process.pid, number)
                assert process.communicate(timeout=SECONDS) == ("", "")
            assert process.returncode == 0

    def test_latency_models_and_no_key(self) -> None:
        with (
            images_api(latency=0.3, models=["sd-cpp-local"], fresh=True) as api,
            httpx.Client(base_url=api.url, timeout=SECONDS, verify=PLAIN, trust_env=False) as nobody,
        ):
            begin = time.monotonic()
            made = [pictures_of(generate(nobody, model="sd-cpp-local")) for _ in range(2)]
            assert time.monotonic() - begin > 0.6
            assert made[0] != made[1]
            error_of(generate(nobody), 404, "model_not_found")

    def test_sketches_have_any_size(self) -> None:
        with images_api(key=KEY, sketch=True) as api, connect(api) as client:
            (content,) = pictures_of(generate(client, "the sea", size="1152x768"))
            assert size_of(content) == (1152, 768)
            assert SOURCE_TYPE.encode() in content

"""Images from a server that speaks the Images API, in all its moods."""

from __future__ import annotations

import asyncio
import base64
import hashlib
import io
import logging
from decimal import Decimal
from typing import Any
from uuid import uuid4

import httpx
import msgspec
import pytest
from tests import pictures
from tests.conftest import Studio, other_user, problem
from tests.gallery.test_pages import walk
from tests.gallery.test_uploads import files
from tests.generation.conftest import KEY
from tests.generation.test_jobs import generate, jobs
from tests.processes import free_port
from tests.standins.images_api import StandIn
from tests.standins.images_pictures import Look, picture, usage_for
from tests.test_realtime import listening

from aiimagecraft.config import Settings
from aiimagecraft.generation import claims, keep
from aiimagecraft.generation.catalogue import named
from aiimagecraft.generation.pricing import PRICES

SMALL = "1024x640"
pytestmark = pytest.mark.one_store("what an images server says does not depend on the store; test_paid keeps")


@pytest.fixture
def settings(configured: Settings) -> Settings:
    return configured


async def made(studio: Studio, prompt: str, **body: Any) -> dict[str, Any]:
    """Generate, work, and return the job as it is then."""
    job = await generate(studio, prompt=prompt, **body)
    await studio.work()
    (shown,) = [other for other in await jobs(studio) if other["id"] == job["id"]]
    return shown


async def upload(studio: Studio, data: bytes) -> str:
    response = await studio.client.post("/api/sources", files=files(data))
    assert response.status_code == 201, response.text
    return response.json()["items"][0]["id"]


async def original(studio: Studio, job: dict[str, Any]) -> bytes:
    return (await studio.client.get(job["images"][0]["full"])).content


async def test_the_original_bytes_are_kept_with_what_they_cost(studio: Studio, images: StandIn) -> None:
    job = await made(studio, "a fox", size=SMALL, quality="medium", background="opaque", outputFormat="png")
    assert (job["status"], job["progress"], job["error"], job["answers"]) == ("done", 1, None, [])
    assert await original(studio, job) == picture("a fox", look=Look((1024, 640)))
    assert b"caBX" in await original(studio, job)
    usage = usage_for("a fox", size=SMALL, quality="medium", partials=2)
    detail = (await studio.client.get(f"/api/image/{job['images'][0]['id']}")).json()
    tokens_in, tokens_out = usage["input_tokens"], usage["output_tokens"]
    cost = (Decimal(PRICES.text_in) * tokens_in + Decimal(PRICES.image_out) * tokens_out) / 1_000_000
    assert detail["costTokens"] == usage["total_tokens"]
    assert detail["cost"] == pytest.approx(float(cost), abs=1e-6)
    assert job["cost"] == detail["cost"]
    assert detail["params"] == {
        "size": SMALL, "quality": "medium", "background": "opaque", "outputFormat": "png",
    }  # fmt: skip
    (request,) = images.requests()
    assert (request.path, request.authorization) == ("/v1/images/generations", "right")
    assert request.fields == {
        "model": "gpt-image-2", "prompt": "a fox", "n": 1, "size": SMALL, "quality": "medium",
        "background": "opaque", "output_format": "png", "stream": True, "partial_images": 2,
    }  # fmt: skip


@pytest.mark.parametrize("format", ["png", "jpeg", "webp"])
async def test_formats(studio: Studio, format: str) -> None:  # noqa: A002
    job = await made(studio, "a fox", size=SMALL, outputFormat=format)
    detail = (await studio.client.get(f"/api/image/{job['images'][0]['id']}")).json()
    assert (detail["format"], detail["width"], detail["height"]) == (format, 1024, 640)


async def test_the_type_is_what_the_bytes_say(studio: Studio) -> None:
    job = await made(studio, "a fox [jpeg]", size=SMALL, outputFormat="png")
    detail = (await studio.client.get(f"/api/image/{job['images'][0]['id']}")).json()
    assert detail["format"] == "jpeg"


async def test_several_images_are_asked_for_one_by_one(studio: Studio, images: StandIn) -> None:
    job = await made(studio, "a fox [fresh]", size=SMALL, n=3)
    assert (job["status"], job["n"], len(job["images"])) == ("done", 3, 3)
    assert [request.fields["n"] for request in images.requests()] == [1, 1, 1]
    assert len({(await studio.client.get(image["full"])).content for image in job["images"]}) == 3
    details = [(await studio.client.get(f"/api/image/{image['id']}")).json() for image in job["images"]]
    assert job["cost"] == pytest.approx(sum(detail["cost"] for detail in details), abs=1e-6)


async def test_an_edit_sends_its_sources_in_order(studio: Studio, images: StandIn) -> None:
    contents = [pictures.png(64, 48, seed=seed) for seed in range(3)]
    sources = [await upload(studio, content) for content in contents]
    job = await made(studio, "more snow", size=SMALL, sources=sources)
    assert job["status"] == "done", job
    (request,) = images.requests()
    assert request.path == "/v1/images/edits"
    assert [file.field for file in request.files] == ["image[]"] * 3
    assert [file.sha256 for file in request.files] == [
        hashlib.sha256(content).hexdigest() for content in contents
    ]
    detail = (await studio.client.get(f"/api/image/{job['images'][0]['id']}")).json()
    assert [source["id"] for source in detail["sources"]] == sources
    assert detail["costTokens"] == usage_for(
        "more snow", size=SMALL, partials=2, sources=[(64, 48)] * 3
    )["total_tokens"]  # fmt: skip


async def test_sixteen_sources_and_no_more(studio: Studio, images: StandIn) -> None:
    sources = [await upload(studio, pictures.png(40, 40, seed=seed)) for seed in range(17)]
    job = await made(studio, "a quilt", size=SMALL, sources=sources[:16])
    assert job["status"] == "done"
    assert len(images.requests()[0].files) == 16
    response = await studio.client.post("/api/generate", json={"prompt": "a quilt", "sources": sources})
    problem(response, 400, "sources")


def mask(width: int, height: int) -> bytes:
    return pictures.encode(pictures.photo(width, height, "RGBA"), "png")


def data_url(data: bytes) -> str:
    return "data:image/png;base64," + base64.b64encode(data).decode()


@pytest.mark.parametrize("by", ["id", "data url"])
async def test_a_mask_goes_with_its_source(studio: Studio, images: StandIn, by: str) -> None:
    source, hole = await upload(studio, pictures.png(64, 48)), mask(64, 48)
    given = await upload(studio, hole) if by == "id" else data_url(hole)
    job = await made(studio, "a door", size=SMALL, sources=[source], mask=given)
    assert job["status"] == "done", job
    (request,) = images.requests()
    assert [(file.field, file.content_type) for file in request.files] == [
        ("image", "image/png"),
        ("mask", "image/png"),
    ]
    assert request.files[1].sha256 == hashlib.sha256(hole).hexdigest()
    assert {row["holds"] for row in await studio.rows("SELECT holds FROM source")} == {0}


@pytest.mark.parametrize(
    ("given", "says"),
    [
        (lambda: data_url(mask(32, 48)), "32x48"),
        (lambda: data_url(pictures.png(64, 48)), "alpha"),
        (lambda: data_url(pictures.encode(pictures.photo(64, 48), "jpeg")), "PNG"),
        (lambda: "data:image/png;base64,???", "base64"),
        (lambda: "data:image/jpeg;base64,AAAA", "data URL"),
        (lambda: "https://example.org/mask.png", "data URL"),
        (lambda: str(uuid4()), "no picture"),
    ],
)
async def test_a_mask_that_does_not_fit_is_refused(studio: Studio, given: Any, says: str) -> None:
    source = await upload(studio, pictures.png(64, 48))
    body = {"prompt": "a door", "sources": [source], "mask": given()}
    detail = problem(await studio.client.post("/api/generate", json=body), 400, "mask")
    assert says in detail
    assert await jobs(studio) == []
    assert len(await studio.rows("SELECT FROM source")) == 1


async def test_a_mask_needs_a_source(studio: Studio) -> None:
    body = {"prompt": "a door", "mask": data_url(mask(64, 48))}
    problem(await studio.client.post("/api/generate", json=body), 400, "mask")


@pytest.mark.parametrize(
    ("body", "field"),
    [
        ({"size": "100x100"}, "size"),
        ({"size": "1000x1000"}, "size"),
        ({"size": "4096x1024"}, "size"),
        ({"size": "3840x1024"}, "size"),
        ({"size": "3840x3840"}, "size"),
        ({"size": "huge"}, "size"),
        ({"size": "01024x1024"}, "size"),
        ({"quality": "hd"}, "quality"),
        ({"quality": "max"}, "quality"),
        ({"background": "transparent"}, "background"),
        ({"background": "green"}, "background"),
        ({"outputFormat": "gif"}, "outputFormat"),
        (
            {"model": "gpt-image-2.6-flare", "background": "transparent", "outputFormat": "jpeg"},
            "outputFormat",
        ),
        ({"model": "dall-e-3"}, "model"),
        ({"model": "gpt-image-1"}, "model"),
        ({"model": "sketch"}, "model"),
    ],
)
async def test_what_a_model_cannot_do_is_named(
    studio: Studio, images: StandIn, body: dict[str, object], field: str
) -> None:
    problem(await studio.client.post("/api/generate", json={"prompt": "a fox", **body}), 400, field)
    assert await jobs(studio) == []
    assert images.requests() == []


async def test_a_gif_is_no_source_for_a_model(studio: Studio) -> None:
    source = await upload(studio, pictures.encode(pictures.photo(40, 40).convert("P"), "gif"))
    response = await studio.client.post("/api/generate", json={"prompt": "a", "sources": [source]})
    assert "GIF" in problem(response, 400, "sources")


FINAL = [
    ("[moderated]", "moderated", "safety"),
    ("[moderated output]", "moderated", "safety"),
    ("[quota]", "quota", "credit"),
    ("[billing]", "quota", "credit"),
    ("[request forbidden]", "forbidden", "does not allow"),
    ("[string error]", "refused", "refused"),
    ("[detail error]", "refused", "refused"),
    ("[detail list]", "refused", "refused"),
    ("[empty]", "no-image", "no image"),
]


@pytest.mark.parametrize(("fault", "slug", "says"), FINAL)
async def test_what_is_final_is_asked_once_and_said_in_words(
    studio: Studio, images: StandIn, fault: str, slug: str, says: str
) -> None:
    job = await made(studio, f"a fox {fault}", size=SMALL)
    assert job["status"] == "failed"
    assert job["error"]["type"] == f"urn:aiimagecraft:problem:{slug}"
    assert says in f"{job['error']['title']} {job['error']['detail']}"
    assert len(images.requests()) == 1
    assert await walk(studio.client) == []


@pytest.mark.parametrize(
    ("fault", "tries"),
    [
        ("[429 2 after 0.05]", 3),
        ("[503 1 after 0.05]", 2),
        ("[500 1 after 0.05]", 2),
        ("[nostream]", 2),
        ("[json despite stream]", 1),
        ("[data url]", 1),
    ],
)
async def test_what_passes_is_asked_again(studio: Studio, images: StandIn, fault: str, tries: int) -> None:
    job = await made(studio, f"a fox {fault}", size=SMALL)
    assert job["status"] == "done", job["error"]
    assert len(images.requests()) == tries
    assert len(await walk(studio.client)) == 1


async def test_a_server_that_asks_to_wait_is_given_that_time(studio: Studio, images: StandIn) -> None:
    await made(studio, "a fox [429 1 after 0.6]", size=SMALL)
    first, second = images.requests()
    assert first.answered_at is not None
    assert second.received_at - first.answered_at >= 0.6


async def test_a_server_that_asks_to_wait_for_long_is_not_waited_for(studio: Studio, images: StandIn) -> None:
    job = await made(studio, "a fox [429 9 after 600]", size=SMALL)
    assert "10 minutes" in job["error"]["detail"]
    assert len(images.requests()) == 1


@pytest.mark.parametrize("fault", ["[cut 1]", "[reset 1]"])
async def test_an_answer_that_is_cut_off_is_asked_for_once_more(
    studio: Studio, images: StandIn, fault: str
) -> None:
    job = await made(studio, f"a fox {fault}", size=SMALL)
    assert job["status"] == "done"
    assert len(images.requests()) == 2


async def test_answers_that_are_cut_off_again_and_again_are_not_paid_for_for_ever(
    studio: Studio, images: StandIn
) -> None:
    job = await made(studio, "a fox [cut]", size=SMALL)
    assert job["error"]["type"] == "urn:aiimagecraft:problem:cut"
    assert "billed" in job["error"]["detail"]
    assert len(images.requests()) == 2


@pytest.mark.parametrize(
    "fault",
    [
        "[garbage]",
        "[badjson]",
        "[undecodable]",
        "[unknown bytes]",
        "[url elsewhere http://127.0.0.1:9/x.png]",
    ],
)
async def test_an_answer_that_is_no_picture_is_kept_for_download(
    studio: Studio, images: StandIn, fault: str
) -> None:
    job = await made(studio, f"a fox {fault}", size=SMALL)
    assert job["status"] == "failed"
    assert job["error"]["type"] == "urn:aiimagecraft:problem:unreadable-answer"
    assert len(images.requests()) == 1
    (address,) = job["answers"]
    answer = await studio.client.get(address)
    assert answer.status_code == 200
    assert answer.content
    assert answer.headers["content-disposition"].startswith("attachment")
    assert answer.headers["content-type"] == "application/octet-stream"
    assert answer.headers["x-content-type-options"] == "nosniff"
    await studio.client.post(f"/api/jobs/{job['id']}/retry")
    await studio.work()
    (again,) = await jobs(studio)
    assert len(images.requests()) == 2
    assert len(again["answers"]) == 2


async def test_an_answer_of_another_user_is_not_told(studio: Studio) -> None:
    job = await made(studio, "a fox [garbage]", size=SMALL)
    problem(await studio.client.get(job["answers"][0] + "9"), 404)
    await studio.rows("UPDATE generation_job SET user_id = $1", await other_user())
    problem(await studio.client.get(job["answers"][0]), 404)
    problem(await studio.client.get(f"/api/jobs/{uuid4()}/answers/0"), 404)
    for path in ("partials/0/1", "partials/-1/1", f"partials/0/-{10**12}", f"partials/{10**30}/1",
                 "answers/-1", f"answers/-{10**12}", f"answers/{10**30}"):  # fmt: skip
        problem(await studio.client.get(f"/api/jobs/{job['id']}/{path}"), 404)


async def test_an_answer_may_be_an_address(studio: Studio) -> None:
    job = await made(studio, "a fox [url]", size=SMALL)
    assert job["status"] == "done", job["error"]
    assert await original(studio, job) == picture("a fox [url]", look=Look((1024, 640)))


async def test_an_address_on_this_network_is_not_fetched(studio: Studio, images: StandIn) -> None:
    port = free_port()
    job = await made(studio, f"a fox [url elsewhere http://127.0.0.1:{port}/x.png]", size=SMALL)
    assert "not public" in job["error"]["detail"]
    elsewhere = images.origin.replace("127.0.0.1", "localhost")
    job = await made(studio, f"a hen [url elsewhere {elsewhere}/generated/x.png]", size=SMALL)
    assert "not public" in job["error"]["detail"]
    assert [request.path for request in images.requests()] == ["/v1/images/generations"] * 2


async def test_a_redirect_is_not_followed(studio: Studio) -> None:
    job = await made(studio, "a fox [url redirect]", size=SMALL)
    assert "302" in job["error"]["detail"]


@pytest.mark.parametrize("fault", ["[no usage]", "[zero usage]"])
async def test_no_usage_is_no_cost(studio: Studio, fault: str) -> None:
    job = await made(studio, f"a fox {fault}", size=SMALL)
    assert (job["status"], job["cost"]) == ("done", None)


async def test_one_image_of_several_may_fail_and_the_others_stay(studio: Studio, images: StandIn) -> None:
    job = await made(studio, "a fox [moderated 1] [fresh]", size=SMALL, n=3)
    assert (job["status"], job["error"]["type"]) == ("failed", "urn:aiimagecraft:problem:moderated")
    kept = {image["id"] for image in job["images"]}
    assert len(kept) == 2
    await studio.client.post(f"/api/jobs/{job['id']}/retry")
    await studio.work()
    (again,) = await jobs(studio)
    assert (again["status"], len(again["images"])) == ("done", 3)
    assert kept < {image["id"] for image in again["images"]}
    assert len(images.requests()) == 4


async def test_a_retry_asks_for_nothing_that_is_there(studio: Studio, images: StandIn) -> None:
    job = await generate(studio, prompt="a fox", size=SMALL)
    (image_id,) = claims.image_ids(msgspec.convert(job["id"], type=claims.UUID), 1)
    await studio.storage.put(f"{image_id}.png", pictures.png(), "image/png")
    await studio.client.delete(f"/api/jobs/{job['id']}")
    await studio.client.post(f"/api/jobs/{job['id']}/retry")
    await studio.work()
    assert (await jobs(studio))[0]["status"] == "done"
    assert images.requests() == []


async def test_a_refused_key_is_said_and_told_nobody(
    studio: Studio, images: StandIn, settings: Settings, caplog: pytest.LogCaptureFixture
) -> None:
    wrong = "sk-wrong-key-0123456789"
    studio.settings = msgspec.structs.replace(settings, openai_api_key=wrong)
    with caplog.at_level(logging.DEBUG):
        job = await made(studio, "a fox", size=SMALL)
    assert job["error"]["type"] == "urn:aiimagecraft:problem:key-refused"
    assert "OPENAI_API_KEY" in job["error"]["detail"]
    everything = caplog.text + msgspec.json.encode(job).decode()
    rows = await studio.rows("SELECT convert_from(job, 'UTF8') AS text FROM saq_jobs")
    assert wrong not in everything + "".join(row["text"] for row in rows)
    assert wrong[:6] not in everything
    assert len(images.requests()) == 1


async def test_a_missing_key_is_said(studio: Studio, images: StandIn) -> None:
    without = Settings(database_url=studio.settings.database_url, data_dir=studio.settings.data_dir)
    job = await generate(studio, prompt="a fox", size=SMALL)
    studio.settings = without
    await studio.work()
    (failed,) = await jobs(studio)
    assert (failed["id"], failed["error"]["type"]) == (job["id"], "urn:aiimagecraft:problem:key-missing")
    assert images.requests() == []


async def test_a_server_that_is_not_there(
    studio: Studio, settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    studio.settings = msgspec.structs.replace(settings, openai_base_url=f"http://127.0.0.1:{free_port()}/v1")
    job = await generate(studio, prompt="a fox", size=SMALL)
    monkeypatch.setattr(keep, "LONGEST_PAUSE", 0.01)
    await studio.work()
    (failed,) = await jobs(studio)
    assert (failed["id"], failed["error"]["type"]) == (job["id"], "urn:aiimagecraft:problem:unreachable")
    assert "OPENAI_BASE_URL" in failed["error"]["detail"]


async def test_an_image_is_shown_while_it_is_made(studio: Studio, images: StandIn) -> None:
    job = await generate(studio, prompt="a fox [hold body]", size=SMALL)
    working = asyncio.create_task(studio.work())
    try:
        async with asyncio.timeout(30):
            while ((shown := (await jobs(studio))[0])["progress"] or 0) < 0.6:  # noqa: ASYNC110 - in the database
                await asyncio.sleep(0.02)
        assert (shown["id"], shown["status"], shown["images"]) == (job["id"], "running", [])
        assert shown["progress"] == pytest.approx(2 / 3)
        (partial,) = shown["partials"]
        assert partial["index"] == 0
        preview = await studio.client.get(partial["url"])
        assert preview.headers["content-type"] == "image/webp"
        assert pictures.size_of(preview.content) == (256, 160)
        problem(await studio.client.get(partial["url"].rpartition("/")[0] + "/99"), 404)
        await studio.rows("UPDATE generation_job SET user_id = $1", await other_user())
        problem(await studio.client.get(partial["url"]), 404)
        await studio.rows("UPDATE generation_job SET user_id = $1", studio.owner)
    finally:
        await asyncio.to_thread(images.release)
        await working
    (done,) = await jobs(studio)
    assert (done["status"], done["partials"], len(done["images"])) == ("done", [], 1)
    assert await studio.rows("SELECT FROM generation_partial") == []


async def test_a_busy_server_is_told_of_while_it_is_waited_for(studio: Studio, images: StandIn) -> None:
    async with listening(studio) as events:
        await made(studio, "a fox [429 1 after 1]", size=SMALL)
        notices: list[str] = []
        while True:
            name, data = await events.next()
            if name == "jobDone":
                break
            if name == "jobProgress" and data["job"]["notice"] not in {None, *notices}:
                notices.append(data["job"]["notice"])
    assert notices == ["The images server is busy. Asking again in 1 s."]
    assert data["job"]["notice"] is None
    assert len(images.requests()) == 2


async def test_the_pictures_of_others_are_no_sources(studio: Studio) -> None:
    source = await upload(studio, pictures.png(64, 48))
    await studio.rows("UPDATE source SET user_id = $1", await other_user())
    for body in ({"sources": [source]}, {"sources": [source], "mask": source}):
        problem(await studio.client.post("/api/generate", json={"prompt": "a", **body}), 400, "sources")
    mine = await upload(studio, pictures.png(64, 48))
    body = {"prompt": "a", "sources": [mine], "mask": source}
    problem(await studio.client.post("/api/generate", json=body), 400, "mask")


async def test_low_quality_is_not_made_dearer_by_its_previews(studio: Studio, images: StandIn) -> None:
    await made(studio, "a fox", size=SMALL, quality="low")
    assert "stream" not in images.requests()[0].fields


async def test_a_server_of_ones_own_is_sent_only_what_every_server_knows(
    studio: Studio, images: StandIn, settings: Settings, client: httpx.AsyncClient
) -> None:
    own = msgspec.structs.replace(settings, image_models=("my-model",))
    studio.settings = own
    studio.app.state["settings"] = own
    assert (await client.get("/api/config")).json()["models"][0]["name"] == "my-model"
    await made(studio, "a fox", size="512x512")
    assert images.requests()[0].fields == {"model": "my-model", "prompt": "a fox", "n": 1, "size": "512x512"}
    assert named("my-model").prices is None


async def test_the_config_offers_what_the_settings_name(client: httpx.AsyncClient) -> None:
    config = (await client.get("/api/config")).json()
    assert config["keyMissing"] is False
    first = config["models"][0]
    assert (first["name"], first["offline"], first["mask"], first["maxSources"]) == (
        "gpt-image-2",
        False,
        True,
        16,
    )
    assert {"quality": "high", "size": "1024x1024", "usd": 0.211} in first["estimates"]
    assert "dall-e-3" not in [model["name"] for model in config["models"]]
    assert KEY not in msgspec.json.encode(config).decode()


def test_a_wide_picture() -> None:
    assert pictures.size_of(io.BytesIO(picture("x", look=Look((1024, 640)))).getvalue()) == (1024, 640)

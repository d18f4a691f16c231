"""What is a bucket's own: its start, its health, and addresses at which browsers read it."""

from __future__ import annotations

import asyncio
import time
from collections.abc import AsyncGenerator
from pathlib import Path
from urllib.parse import parse_qs, urlsplit

import httpx
import msgspec
import pytest

from aiimagecraft import presign, storage
from aiimagecraft.config import Settings, SettingsError
from aiimagecraft.storage import Storage, media_origin, verify
from tests import pictures
from tests.conftest import Studio, problem
from tests.gallery.test_uploads import files
from tests.processes import free_port
from tests.standins.objects import SECRET, Bucket, Objects
from tests.standins.process import PLAIN
from tests.test_realtime import listening

PICTURE = pictures.png(640, 480)


@pytest.fixture
def settings(database_url: str, tmp_path: Path, bucket: Bucket) -> Settings:
    return Settings(database_url=database_url, data_dir=tmp_path, media_delivery="signed", **bucket.settings)


@pytest.fixture
async def browser() -> AsyncGenerator[httpx.AsyncClient]:
    """A client of the store that knows no key."""
    async with httpx.AsyncClient(verify=PLAIN, trust_env=False) as client:
        yield client


async def item_of(studio: Studio) -> dict[str, str]:
    response = await studio.client.post("/api/images", files=files(PICTURE))
    await studio.work()
    return (await studio.client.get(f"/api/image/{response.json()['items'][0]['id']}")).json()


async def test_a_bucket_that_is_there_is_fine(settings: Settings) -> None:
    verify(settings)
    await Storage(settings).check()


WRONG = [
    ({"s3_bucket": "nowhere"}, "S3_BUCKET: there is no bucket 'nowhere'"),
    ({"s3_key": "AKIDWRONG"}, "S3_KEY and S3_SECRET: the store refused them"),
    ({"s3_secret": "wrong-secret"}, "S3_KEY and S3_SECRET: the store refused them"),
    ({"s3_endpoint": f"http://127.0.0.1:{free_port()}"}, "S3_ENDPOINT: http://127.0.0.1:"),
]


@pytest.mark.parametrize(("changes", "says"), WRONG)
def test_what_is_wrong_is_said_at_the_start_by_its_setting(
    settings: Settings, changes: dict[str, str], says: str
) -> None:
    began = time.monotonic()
    with pytest.raises(SettingsError) as caught:
        verify(msgspec.structs.replace(settings, **changes))
    assert str(caught.value).startswith(says)
    assert "\n" not in str(caught.value)
    assert "secret" not in str(caught.value)
    assert SECRET not in str(caught.value)
    assert time.monotonic() - began < 30


ANSWERS = [
    (301, "PermanentRedirect", "S3_REGION: 'auto' is not the bucket's region"),
    (400, "AuthorizationHeaderMalformed", "S3_REGION: 'auto' is not the bucket's region"),
    (403, "RequestTimeTooSkewed", "S3_ENDPOINT: the store says that this machine's clock is wrong"),
    (403, "AccessDenied", "S3_KEY and S3_SECRET: the store refused them"),
    (401, "", "S3_KEY and S3_SECRET: the store refused them"),
    (404, "", "S3_ENDPOINT: {} answers with status 404, not as an object store does"),
    (502, "", "S3_ENDPOINT: {} answers with status 502, not as an object store does"),
]


@pytest.mark.parametrize(("status", "code", "says"), ANSWERS)
async def test_each_answer_of_a_store_has_its_line(
    settings: Settings, status: int, code: str, says: str
) -> None:
    body = f"<Error><Code>{code}</Code></Error>" if code else "<h1>Hello</h1>"
    head = f"HTTP/1.1 {status} X\r\ncontent-length: {len(body)}\r\nconnection: close\r\n\r\n"

    async def answer(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await reader.readuntil(b"\r\n\r\n")
        writer.write((head + body).encode())
        await writer.drain()
        writer.close()

    async with await asyncio.start_server(answer, "127.0.0.1", 0) as server:
        endpoint = f"http://127.0.0.1:{server.sockets[0].getsockname()[1]}"
        with pytest.raises(SettingsError) as caught:
            await asyncio.to_thread(verify, msgspec.structs.replace(settings, s3_endpoint=endpoint))
    assert str(caught.value).startswith(says.format(endpoint))


@pytest.mark.parametrize("changes", [changes for changes, _ in WRONG])
async def test_readiness_notices_a_store_that_became_unusable(
    studio: Studio, changes: dict[str, str]
) -> None:
    assert (await studio.client.get("/health/ready")).status_code == 200
    studio.app.state.storage = Storage(msgspec.structs.replace(studio.settings, **changes))
    problem(await studio.client.get("/health/ready"), 503, "storage")


def test_variables_meant_for_other_programs_are_not_read(
    settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name, value in {
        "AWS_SESSION_TOKEN": "another",
        "AWS_ENDPOINT_URL": "http://127.0.0.1:1",
        "AWS_ACCESS_KEY_ID": "another",
        "AWS_VIRTUAL_HOSTED_STYLE_REQUEST": "true",
    }.items():
        monkeypatch.setenv(name, value)
    verify(settings)


async def test_browsers_read_from_the_bucket_and_get_the_right_headers(
    studio: Studio, browser: httpx.AsyncClient
) -> None:
    item = await item_of(studio)
    assert all(item[name].startswith(studio.settings.s3_endpoint or "-") for name in ("thumb", "full"))
    full = await browser.get(item["full"])
    assert (full.status_code, full.content) == (200, PICTURE)
    assert full.headers["content-type"] == "image/png"
    assert full.headers["cache-control"] == "private, max-age=172800, immutable"
    assert full.headers["content-disposition"] == f'attachment; filename="{item["id"]}.png"'
    for name in ("thumb", "thumb2x", "preview"):
        answer = await browser.get(item[name])
        assert (answer.status_code, answer.headers["content-type"]) == (200, "image/webp")
        assert answer.headers["cache-control"] == "private, max-age=7200, immutable"
        assert "content-disposition" not in answer.headers
        assert answer.content[8:12] == b"WEBP"
    part = await browser.get(item["full"], headers={"range": "bytes=10-19"})
    assert (part.status_code, part.content) == (206, PICTURE[10:20])


async def test_the_bucket_is_shut_without_a_signature_or_with_another(
    studio: Studio, browser: httpx.AsyncClient
) -> None:
    full = (await item_of(studio))["full"]
    forged = Storage(msgspec.structs.replace(studio.settings, s3_secret="wrong-secret"))
    for url in (
        full.partition("?")[0],
        full.replace("response-content-type=image%2Fpng", "response-content-type=text%2Fhtml"),
        full.replace("X-Amz-Expires=172800", "X-Amz-Expires=604800"),
        forged.url(urlsplit(full).path.rpartition("/")[2]),
    ):
        assert url != full
        assert (await browser.get(url)).status_code == 403


@pytest.mark.parametrize("folder", ["", "thumb/"])
async def test_an_address_expires(
    settings: Settings, browser: httpx.AsyncClient, folder: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    store, key = Storage(settings), f"{folder}a.webp"
    await store.put(key, b"x", "image/webp")
    window = presign.WINDOWS["thumb"] if folder else presign.ORIGINAL_WINDOW
    now = time.time()
    monkeypatch.setattr(storage, "time", lambda: now - window)
    assert (await browser.get(store.url(key))).status_code == 200
    monkeypatch.setattr(storage, "time", lambda: now - 2 * window)
    assert (await browser.get(store.url(key))).status_code == 403


async def test_every_list_and_event_says_the_same_address(studio: Studio) -> None:
    async with listening(studio) as events:
        uploaded = (await studio.client.post("/api/images", files=files(PICTURE))).json()["items"][0]
        _, created = await events.next()
    listed = (await studio.client.get("/api/gallery")).json()["items"][0]
    detail = (await studio.client.get(f"/api/image/{uploaded['id']}")).json()
    assert uploaded["full"] == created["image"]["full"] == listed["full"] == detail["full"]
    assert parse_qs(urlsplit(str(listed["full"])).query)["X-Amz-Expires"] == ["172800"]


async def test_the_app_still_hands_objects_out_itself(studio: Studio) -> None:
    item = await item_of(studio)
    answer = await studio.client.get(f"/uploads/{item['id']}.png")
    assert (answer.status_code, answer.content) == (200, PICTURE)
    assert answer.headers["content-type"] == "image/png"


async def test_the_page_may_show_the_buckets_pictures(studio: Studio, settings: Settings) -> None:
    policy = (await studio.client.get("/")).headers["content-security-policy"]
    assert f"img-src 'self' data: blob: {settings.s3_endpoint};" in policy
    elsewhere = (await studio.client.get("/nowhere", headers={"accept": "text/html"})).headers
    assert elsewhere["content-security-policy"] == policy
    assert media_origin(msgspec.structs.replace(settings, media_delivery="app")) is None


async def test_what_is_put_bears_its_type(bucket: Bucket, browser: httpx.AsyncClient) -> None:
    plain = Storage(Settings(**bucket.settings))
    await plain.put("answer/a.bin", b"x", "application/octet-stream")
    signed = Storage(Settings(**bucket.settings, media_delivery="signed"))
    url = signed.url("answer/a.bin")
    assert (await browser.get(url)).headers["content-type"] == "application/octet-stream"


def test_two_buckets_share_nothing(objects_server: Objects) -> None:
    assert objects_server.bucket() != objects_server.bucket()

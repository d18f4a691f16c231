"""Who comes in, who does not, and that the desk ends with the session."""

from __future__ import annotations

import asyncio
import re
import sys
from collections.abc import AsyncGenerator, Callable
from typing import Any

import httpx
import msgspec
import pytest
from tests.accounts.conftest import HERE, PASSWORD, account, log_in, visitor
from tests.admin.conftest import picture, user_id
from tests.conftest import Studio, problem
from tests.standins.objects import Bucket

from aiimagecraft import db
from aiimagecraft.accounts import people
from aiimagecraft.admin import desk
from aiimagecraft.admin.routes import Door
from aiimagecraft.config import Settings
from aiimagecraft.guard import OriginGuard
from aiimagecraft.storage import Storage

API = "/admin/api/tables/image/"


async def test_an_administrator_comes_in_with_the_login_of_the_app(anna: httpx.AsyncClient) -> None:
    response = await anna.get("/admin/")
    assert response.status_code == 200
    assert "./desk.js" in response.text
    assert (await anna.get("/admin/api/user/")).json()["username"] == "anna"
    assert {cookie.name for cookie in anna.cookies.jar} == {"aiimagecraft", "aiimagecraft_renewal"}


async def test_nobody_is_led_to_the_login_page(nobody: httpx.AsyncClient) -> None:
    response = await nobody.get("/admin/")
    assert (response.status_code, response.headers["location"]) == (303, "../login?next=/admin/")
    problem(await nobody.get(API), 401)
    problem(await nobody.get("/admin/desk.js"), 401)


async def test_the_address_without_a_slash_leads_to_the_one_with_it(anna: httpx.AsyncClient) -> None:
    response = await anna.get("/admin")
    assert response.headers["location"] == "admin/"
    assert str(response.url.join(response.headers["location"])) == f"{HERE}/admin/"
    beside = await anna.get("/administrator", headers={"accept": "text/html"})
    assert (beside.status_code, "desk.js" in beside.text) == (404, False)
    problem(await anna.get("/admin/nothing", headers={"accept": "text/html"}), 404)


async def test_others_stay_outside(ben: httpx.AsyncClient) -> None:
    for path in ("/admin/", API, "/admin/desk.js", "/admin/api/forms/purge/"):
        assert "administrators" in problem(await ben.get(path), 403)
    problem(await ben.post("/admin/api/forms/purge/", json={"owner": "ben"}), 403)


@pytest.mark.parametrize("scope", ["read", "write"])
async def test_no_api_token_opens_the_desk(
    anna: httpx.AsyncClient, nobody: httpx.AsyncClient, scope: str
) -> None:
    made = (await anna.post("/api/tokens", json={"name": "t", "scope": scope})).json()
    header = {"authorization": f"Bearer {made['token']}"}
    for path in ("/admin/", API):
        assert "log in" in problem(await nobody.get(path, headers=header), 403)


@pytest.mark.parametrize("how", ["logout", "end", "disable", "password", "demote"])
async def test_the_desk_ends_at_once(studio: Studio, anna: httpx.AsyncClient, how: str) -> None:
    assert (await anna.get(API)).status_code == 200
    async with visitor(studio) as other:
        await log_in(other, "anna")
        if how == "logout":
            response = await anna.post("/admin/public/logout/", follow_redirects=True)
            assert response.json() == {"ok": True}
        elif how == "end":
            sessions = (await other.get("/api/sessions")).json()["items"]
            (hers,) = [session["id"] for session in sessions if not session["current"]]
            await other.delete(f"/api/sessions/{hers}")
        elif how == "disable":
            await people.set_active("anna", active=False)
        elif how == "password":
            body = {"current": PASSWORD, "new": "another gravel otter"}
            assert (await other.post("/api/password", json=body)).status_code == 200
        else:
            await people.set_admin("anna", admin=False)
    problem(await anna.get(API), 403 if how == "demote" else 401)
    problem(
        await anna.post("/admin/api/forms/star/", json={"owner": "anna"}), 403 if how == "demote" else 401
    )


LEADS = {
    "/admin/public/login/": "/login?next=/admin/",
    "/admin/public/logout/": "/api/logout",
    "/admin/api/change-password/": "/account",
    "/admin/api/mfa-setup/": "/account",
}


@pytest.mark.parametrize(("path", "ours"), LEADS.items())
async def test_its_own_login_leads_to_ours(
    anna: httpx.AsyncClient, nobody: httpx.AsyncClient, path: str, ours: str
) -> None:
    for client in (anna, nobody):
        for method in ("GET", "POST"):
            response = await client.request(method, path, json={"username": "anna", "password": PASSWORD})
            assert response.status_code == (307 if "logout" in path else 303)
            assert response.url.join(response.headers["location"]).raw_path.decode() == ours
            assert "set-cookie" not in response.headers


async def test_it_guards_itself_against_other_sites(anna: httpx.AsyncClient) -> None:
    body = {"owner": "anna"}
    foreign: list[dict[str, str]] = [
        {"origin": "https://evil.example"}, {"origin": "null"},
        {"sec-fetch-site": "cross-site"}, {"sec-fetch-site": "same-site"}, {"host": "evil.example"},
    ]  # fmt: skip
    for headers in foreign:
        problem(await anna.post("/admin/api/forms/star/", json=body, headers=headers), 403)
        problem(
            await anna.patch(f"{API}019aa000-0000-7000-8000-000000000000/", json={}, headers=headers), 403
        )
    same = {"origin": HERE, "sec-fetch-site": "same-origin"}
    assert (await anna.post("/admin/api/forms/star/", json=body, headers=same)).status_code == 200


async def test_its_answers_say_what_browsers_may_do_with_them(anna: httpx.AsyncClient) -> None:
    for path in ("/admin/", API, "/admin/desk.css"):
        headers = (await anna.get(path)).headers
        policy = dict(part.strip().split(" ", 1) for part in headers["content-security-policy"].split(";"))
        assert policy["default-src"] == policy["frame-ancestors"] == policy["base-uri"] == "'none'"
        assert policy["script-src"] == policy["style-src"] == policy["connect-src"] == "'self'"
        assert policy["img-src"] == "'self' data:"
        assert "unsafe" not in headers["content-security-policy"]
        assert headers["x-content-type-options"] == "nosniff"
        assert headers["referrer-policy"] == "same-origin"
    assert (await anna.get(API)).headers["cache-control"] == "no-store"
    page = (await anna.get("/admin/")).text
    assert re.findall(r"https?://", page) == []
    for script in re.findall(r'src="\./(.+?)"', page):
        assert (await anna.get(f"/admin/{script}")).headers["content-type"].startswith("text/javascript")


async def test_a_malformed_question_is_the_askers_fault(anna: httpx.AsyncClient) -> None:
    for query in (
        "width=abc", "nope=1", "__order=nope", "__order=user_id.password",
        "__visible_fields=user_id.password",
        "__page=x", "__page_size=x", "width__operator=drop", "prompt=%00", "id=1", "width=99999999999",
    ):  # fmt: skip
        response = await anna.get(API, params=httpx.QueryParams(query))
        assert response.status_code in {400, 422}, (query, response.text)
    problem(await anna.get("/admin/api/tables/piccolo_user/99999999999/"), 400)
    problem(await anna.post("/admin/api/forms/star/", content=b"{"), 400, "body")
    problem(await anna.post("/admin/api/forms/star/", content=b"[1]"), 400, "body")
    problem(await anna.post("/admin/api/forms/star/", content=b" " * (1024 * 1024 + 1)), 413)


async def test_no_secret_shows_anywhere(studio: Studio, anna: httpx.AsyncClient) -> None:
    """In no list, form, schema or export, neither as it is kept nor under its name."""
    made = (await anna.post("/api/tokens", json={"name": "t", "scope": "read"})).json()
    kept = [
        *(row["password"] for row in await studio.rows("SELECT password FROM piccolo_user")),
        *(row["hash"].hex() for row in await studio.rows("SELECT hash FROM api_token")),
        *(row["renewal_hash"].hex() for row in await studio.rows("SELECT renewal_hash FROM session")),
        made["token"],
    ]
    names = ("password", "renewal_hash", '"hash"', "pbkdf2")
    secrets = [secret for secret in kept if secret != "!"]
    tables: list[str] = (await anna.get("/admin/api/tables/")).json()
    seen = 0
    for table in tables:
        root = f"/admin/api/tables/{table}/"
        rows = (await anna.get(f"{root}?__page_size=1000&__readable=true")).json()["rows"]
        for path in ("?__page_size=1000", "schema/", "ids/", "new/", *(f"{row['id']}/" for row in rows)):
            text = (await anna.get(root + path)).text
            assert [secret for secret in secrets if secret in text] == []
            if table != "audit":
                assert [name for name in names if name in text] == [], (table, path)
            seen += 1
        for name in ("password", "renewal_hash", "hash"):
            assert (await anna.get(f"{root}?{name}=x")).status_code == 400
            assert (await anna.get(f"{root}?__order={name}")).status_code == 400
    assert (len(tables), len(secrets)) == (7, 4)
    assert seen > 30


async def test_a_picture_of_anybody_is_shown(anna: httpx.AsyncClient, ben: httpx.AsyncClient) -> None:
    item = await picture(ben, "a fox")
    for column, address in (("object_key", item["full"]), ("thumb_key", item["thumb"])):
        body = {"table_name": "image", "column_name": column, "file_key": address.removeprefix("/uploads/")}
        url = (await anna.post("/admin/api/media/generate-file-url/", json=body)).json()["file_url"]
        shown = await anna.get(f"/admin/{url}")
        assert shown.content == (await ben.get(address)).content
        assert shown.headers["content-security-policy"] == "sandbox; default-src 'none'"
        assert shown.headers["cache-control"] == "private, no-store"
        problem(await ben.get(f"/admin/{url}"), 403)
        problem(await anna.get(address), 404)
    for key in ("nothing.png", "../jwt-secret", "thumb/nothing.webp", f"{item['id']}.webp"):
        body = {"table_name": "image", "column_name": "object_key", "file_key": key}
        problem(await anna.post("/admin/api/media/generate-file-url/", json=body), 404)
        problem(await anna.get(f"/admin/api/media-files/image/object_key/{key}"), 404)
    problem(await anna.get(f"/admin/api/media-files/session/agent/{item['id']}.png"), 404)
    problem(await anna.post("/admin/api/media/generate-file-url/", json={}), 400)


async def test_a_picture_whose_bytes_are_lost_is_not_found(
    studio: Studio, anna: httpx.AsyncClient, ben: httpx.AsyncClient
) -> None:
    item = await picture(ben, "a fox")
    key = item["full"].removeprefix("/uploads/")
    await studio.storage.delete([key])
    problem(await anna.get(f"/admin/api/media-files/image/object_key/{key}"), 404)


class TestBehindAProxy:
    """One that ends TLS and publishes the app below /studio."""

    @pytest.fixture
    def settings(self, settings: Settings) -> Settings:
        return msgspec.structs.replace(settings, public_origin="https://images.example.org")

    @pytest.fixture
    async def client(self, studio: Studio) -> AsyncGenerator[httpx.AsyncClient]:
        app: Any = OriginGuard(studio.app, studio.settings.public_origin)

        async def proxy(scope: Any, receive: Any, send: Any) -> None:
            path = scope["path"].removeprefix("/studio")
            await app({**scope, "path": path, "raw_path": path.encode(), "scheme": "http"}, receive, send)

        transport = httpx.ASGITransport(proxy)  # pyright: ignore[reportArgumentType]
        url = "https://images.example.org"
        async with httpx.AsyncClient(transport=transport, base_url=url) as client:
            yield client

    async def test_it_works(self, client: httpx.AsyncClient) -> None:
        browser = {"origin": "https://images.example.org", "sec-fetch-site": "same-origin"}
        await account("anna", admin=True)
        body = {"username": "anna", "password": PASSWORD}
        login = await client.post("/studio/api/login", json=body, headers=browser)
        assert "Secure" in login.headers["set-cookie"]
        page = await client.get("/studio/admin", follow_redirects=True)
        assert str(page.url) == "https://images.example.org/studio/admin/"
        for asset in re.findall(r'(?:src|href)="(\./.+?)"', page.text):
            assert (await client.get(page.url.join(asset))).status_code == 200
        assert (await client.get(page.url.join("./api/tables/"))).status_code == 200
        star = page.url.join("./api/forms/star/")
        answer = await client.post(star, json={"owner": "anna"}, headers=browser)
        assert answer.json() == {"custom_form_success": "0 images starred."}
        out = page.url.join("./public/logout/")
        left = await client.post(out, headers=browser, follow_redirects=True)
        assert left.json() == {"ok": True}
        assert str(left.url) == "https://images.example.org/studio/api/logout"
        again = await client.get(page.url)
        login_page = page.url.join(again.headers["location"])
        assert str(login_page) == "https://images.example.org/studio/login?next=/admin/"


async def test_the_application_imports_nothing_of_it() -> None:
    """It is built when somebody asks for it: who never does waits no longer for the start."""
    ask = "import sys, aiimagecraft.app; print(any(name in sys.modules for name in ('fastapi', 'pydantic')))"
    process = await asyncio.create_subprocess_exec(sys.executable, "-c", ask, stdout=asyncio.subprocess.PIPE)
    said, _ = await process.communicate()
    assert said.split() == [b"False"]


async def test_it_is_built_once(anna: httpx.AsyncClient, monkeypatch: pytest.MonkeyPatch) -> None:
    """However many ask for it first, at the same time."""
    built: list[object] = []

    def build(storage: Callable[[], Storage]) -> desk.Desk:
        built.append(storage)
        return plain(storage)

    plain = desk.build
    monkeypatch.setattr(desk, "build", build)
    door = Door(lambda: pytest.fail("Nothing is opened when the desk is built"), "")
    desks = await asyncio.gather(*(door.desk() for _ in range(5)))
    assert (len(built), len(set(map(id, desks)))) == (1, 1)
    assert (await anna.get("/admin/")).status_code == 200


class TestFromABucket:
    @pytest.fixture
    def settings(self, settings: Settings, bucket: Bucket) -> Settings:
        return msgspec.structs.replace(settings, media_delivery="signed", **bucket.settings)

    async def test_pictures_come_from_it(
        self, bucket: Bucket, anna: httpx.AsyncClient, ben: httpx.AsyncClient
    ) -> None:
        origin = bucket.settings["s3_endpoint"]
        item = await picture(ben, "a fox")
        policy = (await anna.get("/admin/")).headers["content-security-policy"]
        assert f"img-src 'self' data: {origin};" in policy
        assert policy.count(origin) == 1
        body = {"table_name": "image", "column_name": "object_key", "file_key": f"{item['id']}.png"}
        url = (await anna.post("/admin/api/media/generate-file-url/", json=body)).json()["file_url"]
        assert url.startswith(f"{origin}/")
        assert item["id"] in url


class TestWithoutLogin:
    @pytest.fixture
    def settings(self, settings: Settings) -> Settings:
        return msgspec.structs.replace(settings, auth="none", jwt_secret=None)

    async def test_demo_is_administrator(self, studio: Studio) -> None:
        client = studio.client
        assert (await client.get("/admin/")).status_code == 200
        assert (await client.get("/admin/api/user/")).json()["username"] == "demo"
        item = await picture(client, "a fox")
        answer = await client.post("/admin/api/forms/star/", json={"ids": item["id"]})
        assert answer.json() == {"custom_form_success": "1 image starred."}
        rows = await db.fetch("SELECT actor FROM audit")
        assert [row["actor"] for row in rows] == ["demo"]

    async def test_its_page_is_refused_to_other_hosts(self, studio: Studio) -> None:
        for headers in ({"host": "evil.example"}, {"origin": "https://evil.example"}):
            problem(await studio.client.get("/admin/", headers=headers), 403)

    async def test_demo_cannot_be_let_in(self, studio: Studio) -> None:
        demo = await user_id(studio, "demo")
        answer = await studio.client.patch(f"/admin/api/tables/piccolo_user/{demo}/", json={"active": True})
        assert answer.status_code in {404, 422}
        assert await studio.rows("SELECT FROM piccolo_user WHERE active") == []

"""Logging in and out, and what a session is worth."""

from __future__ import annotations

import asyncio
import base64
import json
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any

import httpx
import jwt
import msgspec
import pytest
from tests.accounts.conftest import HERE, PASSWORD, SECRET, account, log_in, visitor
from tests.conftest import Studio, problem

from aiimagecraft import sockets
from aiimagecraft.accounts.auth import Identity
from aiimagecraft.accounts.cookies import ACCESS, RENEWAL
from aiimagecraft.config import Settings
from aiimagecraft.realtime import Subscription


def claims(client: httpx.AsyncClient) -> dict[str, Any]:
    return jwt.decode(client.cookies[ACCESS], SECRET, ["HS256"], audience="aiimagecraft")


def sent(response: httpx.Response) -> dict[str, str]:
    """The cookies that an answer sets, by name."""
    return {cookie.partition("=")[0]: cookie for cookie in response.headers.get_list("set-cookie")}


def aged(client: httpx.AsyncClient, age: timedelta) -> str:
    """The client's signed token, as if it had been made a while ago."""
    made = datetime.now(UTC) - age
    return jwt.encode(claims(client) | {"iat": made, "exp": made + timedelta(minutes=15)}, SECRET)


async def test_a_person_logs_in_and_out(anna: httpx.AsyncClient) -> None:
    me = await anna.get("/api/me")
    assert me.json() == {"username": "anna", "admin": True, "login": True, "scope": "write"}
    assert (await anna.get("/api/gallery")).json()["items"] == []
    old = dict(anna.cookies)
    goodbye = await anna.post("/api/logout")
    assert goodbye.json() == {"ok": True}
    assert goodbye.headers["clear-site-data"] == '"cache"'
    assert not anna.cookies
    assert "Bearer" in (await anna.get("/api/me")).headers["www-authenticate"]
    anna.cookies.update(old)
    problem(await anna.get("/api/me"), 401)


async def test_cookies_are_kept_from_scripts_and_other_sites(
    studio: Studio, nobody: httpx.AsyncClient
) -> None:
    await account("anna")
    response = await log_in(nobody, " Anna ")
    cookies = response.headers.get_list("set-cookie")
    assert [cookie.partition("=")[0] for cookie in cookies] == [ACCESS, RENEWAL]
    for cookie in cookies:
        assert {"Path=/", "HttpOnly", "SameSite=Lax"} <= set(cookie.split("; "))
        assert "Secure" not in cookie
    assert claims(nobody)["exp"] - claims(nobody)["iat"] == 15 * 60
    kept = await studio.rows("SELECT renewal_hash FROM session")
    assert nobody.cookies[RENEWAL].encode() not in kept[0]["renewal_hash"]


class TestBehindHttps:
    @pytest.fixture
    def settings(self, settings: Settings) -> Settings:
        return msgspec.structs.replace(settings, public_origin="https://images.example.org")

    @pytest.mark.parametrize(
        ("headers", "secure"),
        [
            ({"origin": "https://images.example.org", "host": "images.example.org"}, True),
            ({"host": "images.example.org:443"}, True),
            ({"origin": "https://images.example.org"}, True),
            ({}, False),
            ({"origin": HERE}, False),
        ],
    )
    async def test_cookies_are_for_https_only_where_the_login_was(
        self, studio: Studio, nobody: httpx.AsyncClient, headers: dict[str, str], *, secure: bool
    ) -> None:
        await account("anna")
        body = {"username": "anna", "password": PASSWORD}
        first = await nobody.post("/api/login", headers=headers, json=body)
        cookies = {name: value.partition(";")[0] for name, value in sent(first).items()}
        renewed = await nobody.get("/api/me", headers={"cookie": cookies[RENEWAL]})
        for cookie in (*sent(first).values(), *sent(renewed).values()):
            assert ("; Secure" in cookie) is secure
        assert list(sent(renewed)) == [ACCESS]
        rows = await studio.rows("SELECT secure FROM session")
        assert [row["secure"] for row in rows] == [secure]

    async def test_the_address_is_what_the_proxy_on_this_machine_says(
        self, studio: Studio, nobody: httpx.AsyncClient
    ) -> None:
        await account("anna")
        body = {"username": "anna", "password": PASSWORD}
        forwarded = {"x-forwarded-for": "198.51.100.9, 203.0.113.7"}
        await nobody.post("/api/login", headers=forwarded, json=body)
        async with visitor(studio, "192.0.2.1") as elsewhere:
            await elsewhere.post("/api/login", headers=forwarded, json=body)
        rows = await studio.rows("SELECT address FROM session ORDER BY id")
        assert [row["address"] for row in rows] == ["203.0.113.7", "192.0.2.1"]


@pytest.mark.parametrize(
    ("name", "password"),
    [
        ("anna", "gravel otter viola"),
        ("anna", "x"),
        ("nobody", PASSWORD),
        ("demo", "!"),
        ("anna'--", PASSWORD),
    ],
)
async def test_wrong_logins_are_told_apart_by_nothing(
    nobody: httpx.AsyncClient, name: str, password: str
) -> None:
    await account("anna")
    detail = problem(await log_in(nobody, name, password), 401)
    assert detail == "The name or the password is wrong"
    assert not nobody.cookies


@pytest.mark.parametrize(
    ("body", "field"),
    [
        ({"username": "anna"}, "password"),
        ({"username": "anna", "password": ""}, "password"),
        ({"username": "anna", "password": "x" * 129}, "password"),
        ({"username": "an\0na", "password": "x"}, "username"),
        ({"username": "anna", "password": 5}, "password"),
        ({"username": "anna", "password": "x", "remember": True}, "remember"),
    ],
)
async def test_a_malformed_login_names_the_field(
    nobody: httpx.AsyncClient, body: dict[str, Any], field: str
) -> None:
    problem(await nobody.post("/api/login", json=body), 400, field)


async def test_a_login_begins_a_session_of_its_own(studio: Studio, anna: httpx.AsyncClient) -> None:
    """What a browser held before, from whoever, is worth nothing afterwards."""
    planted = dict(anna.cookies)
    async with visitor(studio) as victim:
        header = "; ".join(f"{name}={value}" for name, value in planted.items())
        body = {"username": "anna", "password": PASSWORD}
        await victim.post("/api/login", json=body, headers={"cookie": header})
        assert claims(victim)["sid"] != claims(anna)["sid"]
        assert victim.cookies[RENEWAL] != planted[RENEWAL]


@pytest.mark.parametrize(
    "address", ["http://evil.example", "//evil.example", "/\\evil.example", "javascript:alert(1)"]
)
async def test_a_login_leads_nowhere(nobody: httpx.AsyncClient, address: str) -> None:
    """Neither login nor logout nor a refusal redirects, whatever asks for it."""
    await account("anna")
    asked = {"next": address, "redirect": address, "return_to": address}
    headers = {"referer": address, "x-forwarded-host": "evil.example"}
    body = {"username": "anna", "password": PASSWORD}
    answers = [
        await nobody.get("/api/me", params=asked, headers=headers),
        await nobody.post("/api/login", params=asked, headers=headers, json={**body, "password": "x"}),
        await nobody.post("/api/login", params=asked, headers=headers, json=body),
        await nobody.get("/", params=asked, headers=headers),
        await nobody.post("/api/logout", params=asked, headers=headers),
    ]
    assert [answer.status_code for answer in answers] == [401, 401, 200, 200, 200]
    for answer in answers:
        assert not {"location", "refresh", "content-location"} & answer.headers.keys()
        assert "evil.example" not in answer.text


async def test_a_signed_token_past_its_half_life_is_renewed(studio: Studio, anna: httpx.AsyncClient) -> None:
    assert "set-cookie" not in (await anna.get("/api/me")).headers
    renewal = anna.cookies[RENEWAL]
    for age, more in ((timedelta(minutes=8), {}), (timedelta(hours=2), {RENEWAL: renewal})):
        async with visitor(studio) as client:
            sent = {ACCESS: aged(anna, age), **more}
            header = "; ".join(f"{name}={value}" for name, value in sent.items())
            response = await client.get("/api/me", headers={"cookie": header})
            assert response.status_code == 200
            assert claims(client)["sid"] == claims(anna)["sid"]
            assert (await client.get("/api/me")).status_code == 200


async def test_a_browser_comes_back_after_the_token_was_dropped(
    studio: Studio, anna: httpx.AsyncClient
) -> None:
    async with visitor(studio) as client:
        header = {"cookie": f"{RENEWAL}={anna.cookies[RENEWAL]}"}
        assert (await client.get("/api/gallery", headers=header)).status_code == 200
        assert ACCESS in client.cookies
        await studio.rows("UPDATE session SET expires_at = now()")
        problem(await client.get("/api/gallery", headers=header), 401)
        problem(await client.get("/api/gallery"), 401)


def unsigned(token: str, name: str = "none") -> str:
    _, body, signature = token.split(".")
    head = base64.urlsafe_b64encode(json.dumps({"alg": name, "typ": "JWT"}).encode()).rstrip(b"=").decode()
    return f"{head}.{body}.{'' if name == 'none' else signature}"


def with_head(token: str, **head: Any) -> str:
    """The same claims, signed with a key that the head offers."""
    claims = jwt.decode(token, options={"verify_signature": False})
    return jwt.encode(claims, OFFERED, headers=head)


OFFERED = "a-key-that-only-the-head-of-the-token-tells"


def changed(token: str, **claims: Any) -> str:
    payload = jwt.decode(token, options={"verify_signature": False})
    return jwt.encode({**payload, **claims}, SECRET)


@pytest.mark.parametrize("name", ["username", "password"])
@pytest.mark.parametrize("text", [r"\ud800", r"\udfff\ud800", "\xff"])
async def test_what_is_no_text_is_refused(nobody: httpx.AsyncClient, name: str, text: str) -> None:
    given = {"username": "anna", "password": "x"} | {name: "HERE"}
    body = json.dumps(given).replace("HERE", text).encode("latin-1")
    response = await nobody.post("/api/login", content=body, headers={"content-type": "application/json"})
    assert response.status_code == 400


async def test_a_clock_that_is_ahead_a_little_locks_nobody_out(
    nobody: httpx.AsyncClient, anna: httpx.AsyncClient
) -> None:
    for seconds, status in ((20, 200), (600, 401)):
        cookie = f"{ACCESS}={aged(anna, timedelta(seconds=-seconds))}"
        response = await nobody.get("/api/me", headers={"cookie": cookie})
        assert response.status_code == status


LONG_AGO = datetime(2020, 1, 1, tzinfo=UTC)
BAD_TOKENS: dict[str, Callable[[str], str]] = {
    "alg none": unsigned,
    "alg nOnE": lambda token: unsigned(token, "nOnE"),
    "alg RS256": lambda token: unsigned(token, "RS256"),
    "no alg": lambda token: unsigned(token, ""),
    "a key in the head": lambda token: with_head(token, jwk={"kty": "oct", "k": OFFERED}),
    "a key's address": lambda token: with_head(token, jku="http://127.0.0.1/key", x5u="http://127.0.0.1/key"),
    "a key's file": lambda token: with_head(token, kid="../../../../dev/null"),
    "empty key": lambda token: jwt.encode(
        jwt.decode(token, options={"verify_signature": False}), "\0" * 32
    ),
    "wrong key": lambda token: jwt.encode(
        jwt.decode(token, options={"verify_signature": False}), "another-secret-of-enough-characters!"
    ),
    "wrong algorithm": lambda token: jwt.encode(
        jwt.decode(token, options={"verify_signature": False}), SECRET * 2, algorithm="HS512"
    ),
    "wrong audience": lambda token: changed(token, aud="aiimagecraft/ws"),
    "many audiences": lambda token: changed(token, aud=["aiimagecraft", "other"]),
    "wrong issuer": lambda token: changed(token, iss="elsewhere"),
    "expired": lambda token: changed(token, iat=LONG_AGO, exp=LONG_AGO + timedelta(minutes=15)),
    "no end": lambda token: jwt.encode(
        {
            name: value
            for name, value in jwt.decode(token, options={"verify_signature": False}).items()
            if name != "exp"
        },
        SECRET,
    ),
    "other session": lambda token: changed(token, sid="019aa000-0000-7000-8000-000000000000"),
    "no session": lambda token: changed(token, sid="x"),
    "number for a session": lambda token: changed(token, sid=5),
    "cut": lambda token: token[:-4],
    "words": lambda _: "not.a.token",
    "empty": lambda _: "",
}  # fmt: skip


@pytest.mark.parametrize("kind", BAD_TOKENS)
async def test_a_bad_token_opens_nothing(
    nobody: httpx.AsyncClient, anna: httpx.AsyncClient, kind: str
) -> None:
    bad = BAD_TOKENS[kind](anna.cookies[ACCESS])
    problem(await nobody.get("/api/gallery", headers={"cookie": f"{ACCESS}={bad}"}), 401)
    problem(await nobody.get("/api/gallery", headers={"authorization": f"Bearer {bad}"}), 401)


async def test_a_forged_token_is_refused_beside_a_good_secret(
    nobody: httpx.AsyncClient, anna: httpx.AsyncClient
) -> None:
    header = f"{ACCESS}={unsigned(anna.cookies[ACCESS])}; {RENEWAL}={anna.cookies[RENEWAL]}"
    problem(await nobody.get("/api/gallery", headers={"cookie": header}), 401)


async def test_sessions_are_listed_and_ended(
    studio: Studio, anna: httpx.AsyncClient, ben: httpx.AsyncClient
) -> None:
    async with visitor(studio, "2001:db8::1") as phone:
        phone.headers["user-agent"] = "A phone\n"[:7]
        await log_in(phone, "anna")
        items = (await anna.get("/api/sessions")).json()["items"]
        assert [(item["current"], item["address"]) for item in items] == [
            (False, "2001:db8::1"), (True, "127.0.0.1")
        ]  # fmt: skip
        assert items[0]["agent"] == "A phone"
        theirs = items[0]["id"]
        problem(await ben.delete(f"/api/sessions/{theirs}"), 404)
        assert (await phone.get("/api/me")).status_code == 200
        assert (await anna.delete(f"/api/sessions/{theirs}")).json() == {"ok": True}
        problem(await phone.get("/api/me"), 401)
        problem(await anna.delete(f"/api/sessions/{theirs}"), 404)
    assert (await anna.get("/api/me")).status_code == 200
    assert len((await ben.get("/api/sessions")).json()["items"]) == 1


async def test_a_new_password_ends_the_other_sessions(studio: Studio, anna: httpx.AsyncClient) -> None:
    async with visitor(studio) as phone:
        await log_in(phone, "anna")
        for body, field in (
            ({"current": "wrong", "new": "velvet crater lamp"}, "current"),
            ({"current": PASSWORD, "new": "short"}, "new"),
            ({"current": PASSWORD, "new": "password123"}, "new"),
        ):
            problem(await anna.post("/api/password", json=body), 400, field)
        assert (await phone.get("/api/me")).status_code == 200
        body = {"current": PASSWORD, "new": "velvet crater lamp"}
        assert (await anna.post("/api/password", json=body)).json() == {"ok": True}
        assert (await anna.get("/api/me")).status_code == 200
        problem(await phone.get("/api/me"), 401)
        problem(await log_in(phone, "anna"), 401)
        assert (await log_in(phone, "anna", "velvet crater lamp")).status_code == 200


async def test_a_disabled_account_is_out_at_once(studio: Studio, anna: httpx.AsyncClient) -> None:
    await studio.rows("UPDATE piccolo_user SET active = false WHERE username = 'anna'")
    problem(await anna.get("/api/me"), 401)
    problem(await log_in(anna, "anna"), 401)


async def test_the_password_is_in_no_answer_and_no_log(
    nobody: httpx.AsyncClient, caplog: pytest.LogCaptureFixture
) -> None:
    await account("anna")
    with caplog.at_level("DEBUG"):
        good = await log_in(nobody, "anna")
        bad = await log_in(nobody, "anna", "velvet crater lamp")
    assert PASSWORD not in good.text
    assert "velvet" not in bad.text + caplog.text
    assert PASSWORD not in caplog.text
    assert nobody.cookies[ACCESS] not in caplog.text


async def test_an_open_socket_looks_again_when_nobody_told_it(
    studio: Studio, anna: httpx.AsyncClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert sockets.RECHECK_SECONDS <= 30
    monkeypatch.setattr(sockets, "RECHECK_SECONDS", 0.05)
    rows = await studio.rows("SELECT id, user_id FROM session")
    identity = Identity(rows[0]["user_id"], "anna", admin=True, session=rows[0]["id"])
    assert (await anna.get("/api/me")).status_code == 200
    watching = asyncio.create_task(sockets.until_ended(identity, Subscription()))
    await asyncio.wait({watching}, timeout=0.3)
    assert not watching.done()
    await studio.rows("DELETE FROM session")
    await asyncio.wait_for(watching, 10)


class TestWithoutLogin:
    @pytest.fixture
    def settings(self, settings: Settings) -> Settings:
        return msgspec.structs.replace(settings, auth="none", jwt_secret=None)

    async def test_everybody_is_demo(self, client: httpx.AsyncClient) -> None:
        me = await client.get("/api/me", headers={"authorization": "Bearer nonsense"})
        assert me.json() == {"username": "demo", "admin": True, "login": False, "scope": "write"}
        assert (await client.get("/api/gallery")).status_code == 200

    @pytest.mark.parametrize("name", ["demo", "anna"])
    async def test_nobody_logs_in(self, client: httpx.AsyncClient, name: str) -> None:
        await account("anna")
        problem(await log_in(client, name), 403)
        for path in ("/api/sessions", "/api/tokens"):
            problem(await client.get(path), 403)
        problem(await client.post("/api/ws-token"), 403)

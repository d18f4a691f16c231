"""The audit trail: what gets an entry, what never stands in one, and that nobody rewrites it."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import httpx
import pytest
from tests.accounts.conftest import PASSWORD, account, log_in, visitor
from tests.admin.conftest import picture, user_id
from tests.conftest import Studio, problem

from aiimagecraft import db
from aiimagecraft.accounts import api_tokens, audit, people
from aiimagecraft.gallery import purge


async def entries(*, last: int | None = None) -> list[tuple[str, str, str]]:
    """Who did what to whom, from the first to the last."""
    rows = await db.fetch("SELECT actor, action, subject FROM audit ORDER BY id")
    return [tuple(row) for row in rows][-last if last else None :]


async def test_logins_and_their_ends(studio: Studio) -> None:
    await account("anna")
    async with visitor(studio, "192.0.2.7") as client:
        problem(await log_in(client, "anna", "a wrong password"), 401)
        problem(await log_in(client, "my password by mistake"), 401)
        await log_in(client, " Anna")
        async with visitor(studio) as other:
            await log_in(other, "anna")
            session = (await client.get("/api/sessions")).json()["items"]
            (ended,) = [item["id"] for item in session if not item["current"]]
            await client.delete(f"/api/sessions/{ended}")
        await client.post("/api/password", json={"current": PASSWORD, "new": "another gravel otter"})
        mine = (await client.get("/api/sessions")).json()["items"][0]["id"]
        await client.post("/api/logout")
    assert await entries() == [
        ("unknown", "login.failed", "anna"),
        ("unknown", "login.failed", ""),
        ("anna", "login", "anna"),
        ("anna", "login", "anna"),
        ("anna", "session.ended", ended),
        ("anna", "password.changed", "anna"),
        ("anna", "logout", mine),
    ]
    addresses = await db.fetch("SELECT address, count(*) FROM audit GROUP BY address ORDER BY address")
    assert [tuple(row) for row in addresses] == [("127.0.0.1", 1), ("192.0.2.7", 6)]


async def test_tokens(anna: httpx.AsyncClient) -> None:
    made = (await anna.post("/api/tokens", json={"name": "backup", "scope": "write"})).json()
    await anna.delete(f"/api/tokens/{made['id']}")
    assert await entries(last=2) == [("anna", "token.made", "backup"), ("anna", "token.revoked", "backup")]


async def test_what_a_program_does_names_its_token(
    studio: Studio, anna: httpx.AsyncClient, nobody: httpx.AsyncClient
) -> None:
    made = (await anna.post("/api/tokens", json={"name": "backup", "scope": "write"})).json()
    item = await picture(anna, "a fox", trash=True)
    header = {"authorization": f"Bearer {made['token']}"}
    assert (await nobody.delete(f"/api/image/{item['id']}", headers=header)).status_code == 200
    row = (await studio.rows("SELECT actor, detail FROM audit ORDER BY id DESC LIMIT 1"))[0]
    assert row["actor"] == "anna"
    assert made["id"] in row["detail"]


async def test_accounts_from_the_command_line(studio: Studio) -> None:
    audit.act_as(audit.CLI)
    await people.add_user("anna", PASSWORD, admin=True, adopt_demo=False)
    await people.set_password("Anna", "another gravel otter")
    await people.set_active("anna", active=False)
    await people.set_active("anna", active=True)
    await api_tokens.make_token(await user_id(studio, "anna"), "script", "read")
    assert await entries() == [
        ("cli", "account.added", "anna"),
        ("cli", "account.password", "anna"),
        ("cli", "account.disabled", "anna"),
        ("cli", "account.enabled", "anna"),
        ("cli", "token.made", "script"),
    ]


async def test_purges(studio: Studio, anna: httpx.AsyncClient) -> None:
    gone = [await picture(anna, name, trash=True) for name in ("one", "two", "three", "four", "five")]
    await anna.delete(f"/api/image/{gone[0]['id']}")
    await anna.post("/api/images/purge", json={"ids": [gone[1]["id"]]})
    everything = {"trash": True, "before": "2100-01-01T00:00:00Z", "q": "three"}
    await anna.post("/api/images/purge", json={"filter": everything})
    await anna.post("/api/trash/empty")
    await anna.post("/api/trash/empty")
    await picture(anna, "six", trash=True)
    await studio.rows("UPDATE image SET deleted_at = now() - interval '31 days'")
    header = {"authorization": "Bearer let-me-clean"}
    await anna.post("/api/cleanup", headers=header)
    await picture(anna, "seven", trash=True)
    audit.act_as(audit.SERVER)
    await purge.cleanup(studio.storage, timedelta(0))
    rows = await studio.rows(
        """SELECT actor, subject, (detail->>'images')::int
           FROM audit WHERE action = 'images.purged' ORDER BY id"""
    )
    assert [tuple(row) for row in rows] == [
        ("anna", gone[0]["id"], 1),
        ("anna", "", 1),
        ("anna", "", 1),
        ("anna", "", 2),
        ("cleanup", "all users", 1),
        ("server", "all users", 1),
    ]


async def test_a_purge_that_is_refused_leaves_no_entry(anna: httpx.AsyncClient) -> None:
    live, gone = await picture(anna, "a fox"), await picture(anna, "a heron", trash=True)
    before = await entries()
    problem(await anna.delete(f"/api/image/{live['id']}"), 409)
    problem(await anna.post("/api/images/purge", json={"ids": [gone["id"], live["id"]]}), 409)
    assert await entries() == before


async def test_what_curators_do(anna: httpx.AsyncClient, ben: httpx.AsyncClient) -> None:
    item = await picture(ben, "a fox")
    before = len(await entries())
    await anna.patch(f"/admin/api/tables/image/{item['id']}/", json={"starred": True, "prompt": "a secret"})
    for form in ("unstar", "move-to-trash", "restore", "re-make-derivatives", "star", "star"):
        await anna.post(f"/admin/api/forms/{form}/", json={"ids": item["id"]})
    await anna.post("/admin/api/forms/move-to-trash/", json={"owner": "ben"})
    await anna.post("/admin/api/forms/purge/", json={"owner": "ben"})
    assert (await entries())[before:] == [
        ("anna", "image.edited", item["id"]),
        ("anna", "images.unstarred", ""),
        ("anna", "images.trashed", ""),
        ("anna", "images.restored", ""),
        ("anna", "images.remade", ""),
        ("anna", "images.starred", ""),
        ("anna", "images.trashed", ""),
        ("anna", "images.purged", ""),
    ]


async def test_no_entry_holds_a_prompt_or_a_secret(
    studio: Studio, anna: httpx.AsyncClient, nobody: httpx.AsyncClient
) -> None:
    made = (await anna.post("/api/tokens", json={"name": "t", "scope": "read"})).json()
    item = await picture(anna, "a red fox")
    await anna.patch(f"/admin/api/tables/image/{item['id']}/", json={"prompt": "a grey heron"})
    await anna.post("/admin/api/forms/star/", json={"text": "grey heron"})
    await log_in(nobody, "hunter2hunter2", "hunter3hunter3")
    text = str([tuple(row) for row in await studio.rows("SELECT * FROM audit")])
    words = ("fox", "heron", "hunter", made["token"], PASSWORD, anna.cookies["aiimagecraft"])
    assert [word for word in words if word in text] == []


async def test_an_entry_and_what_it_tells_of_are_one(studio: Studio, monkeypatch: pytest.MonkeyPatch) -> None:
    """Whatever fails after the entry takes it along, and the other way round."""
    await account("anna")

    async def fail(*_: Any) -> None:
        raise RuntimeError("The connection broke")

    monkeypatch.setattr(people.audit, "note", fail)
    with pytest.raises(RuntimeError):
        await people.set_active("anna", active=False)
    rows = await studio.rows("SELECT active FROM piccolo_user WHERE username = 'anna'")
    assert [row["active"] for row in rows] == [True]


async def test_ten_thousand_wrong_logins_write_two_hundred_entries(studio: Studio) -> None:
    await studio.rows(
        """INSERT INTO audit (id, actor, address, action, subject, detail)
           SELECT gen_random_uuid(), 'unknown', '', 'login.failed', '', '{}' FROM generate_series(1, 150)"""
    )
    for number in range(100):
        await audit.note_failure(None, f"192.0.2.{number}")
    rows = await studio.rows("SELECT count(*) FROM audit")
    assert rows[0]["count"] == audit.FAILURES_AN_HOUR == 200
    await studio.rows("UPDATE audit SET at = now() - interval '61 minutes'")
    await audit.note_failure(None, "192.0.2.1")
    rows = await studio.rows("SELECT count(*) FROM audit")
    assert rows[0]["count"] == 201


async def test_entries_go_after_a_year(studio: Studio) -> None:
    for days in (364, 366):
        await audit.note("account.added", f"{days} days")
        await studio.rows(
            "UPDATE audit SET at = now() - $1 * interval '1 day' WHERE subject = $2", days, f"{days} days"
        )
    await purge.cleanup(studio.storage, timedelta(days=30), dry_run=True)
    assert len(await entries()) == 2
    await purge.cleanup(studio.storage, timedelta(days=30))
    assert [subject for _, _, subject in await entries()] == ["364 days"]


async def test_it_is_read_at_the_desk(anna: httpx.AsyncClient) -> None:
    rows = (await anna.get("/admin/api/tables/audit/", params={"action": "login"})).json()["rows"]
    assert [(row["actor"], row["action"]) for row in rows] == [("anna", "login")]

"""Guessing passwords is slow, and costs the server little."""

from __future__ import annotations

import asyncio
import time

import httpx
import pytest
from tests.accounts.conftest import PASSWORD, account, log_in, visitor
from tests.conftest import Studio, problem

from aiimagecraft.accounts import passwords, throttle
from aiimagecraft.errors import InvalidRequest


async def use_up(client: httpx.AsyncClient, name: str = "anna") -> None:
    for _ in range(throttle.PAIR_LIMIT):
        problem(await log_in(client, name, "wrong"), 401)


async def test_10000_wrong_logins_are_answered_before_anything_is_hashed(
    studio: Studio, nobody: httpx.AsyncClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    await account("anna")
    looked = 0
    verify = passwords.verify

    async def counting(password: str, kept: str | None) -> bool:
        nonlocal looked
        looked += 1
        return await verify(password, kept)

    monkeypatch.setattr("aiimagecraft.accounts.sessions.verify", counting)
    started = time.monotonic()
    answers = [(await log_in(nobody, "anna", "wrong")).status_code for _ in range(10_000)]
    seconds = time.monotonic() - started
    print(f"10,000 wrong logins: {seconds:.1f} s, {looked} hashed")  # noqa: T201
    assert answers == [401] * throttle.PAIR_LIMIT + [429] * (10_000 - throttle.PAIR_LIMIT)
    assert looked == throttle.PAIR_LIMIT
    assert len(await studio.rows("SELECT FROM login_throttle")) == 3
    await account("ben")
    for name, address in (("ben", "192.0.2.7"), ("anna", "192.0.2.8"), ("ben", "127.0.0.1")):
        async with visitor(studio, address) as other:
            assert (await log_in(other, name)).status_code == 200


async def test_2000_wrong_logins_of_2000_names_hash_100(
    studio: Studio, nobody: httpx.AsyncClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    hashed = 0

    async def counting(_password: str, _kept: str | None) -> bool:
        nonlocal hashed
        hashed += 1
        return False

    monkeypatch.setattr("aiimagecraft.accounts.sessions.verify", counting)
    answers = [(await log_in(nobody, f"name{number}", "wrong")).status_code for number in range(2_000)]
    assert answers == [401] * throttle.ADDRESS_LIMIT + [429] * (2_000 - throttle.ADDRESS_LIMIT)
    assert hashed == throttle.ADDRESS_LIMIT
    # What was refused left nothing behind.
    assert len(await studio.rows("SELECT FROM login_throttle")) == 2 * throttle.ADDRESS_LIMIT + 1


async def test_many_at_once_do_not_pass_together(nobody: httpx.AsyncClient) -> None:
    await account("anna")
    answers = await asyncio.gather(*(log_in(nobody, "anna", "wrong") for _ in range(60)))
    assert sorted(answer.status_code for answer in answers) == [401] * 10 + [429] * 50


async def test_a_refusal_says_when_to_come_again(studio: Studio, nobody: httpx.AsyncClient) -> None:
    await account("anna")
    await use_up(nobody)
    response = await log_in(nobody, "anna")
    assert "15 min" in problem(response, 429)
    assert 890 <= int(response.headers["retry-after"]) <= 900
    await studio.rows("UPDATE login_throttle SET since = since - interval '15 minutes'")
    assert (await log_in(nobody, "anna")).status_code == 200


async def test_the_owner_gets_in_from_elsewhere(studio: Studio, nobody: httpx.AsyncClient) -> None:
    await account("anna")
    await use_up(nobody)
    async with visitor(studio, "192.0.2.7") as elsewhere:
        assert (await log_in(elsewhere, "anna")).status_code == 200


async def test_a_login_takes_the_failures_back(studio: Studio, nobody: httpx.AsyncClient) -> None:
    await account("anna")
    for _ in range(2):
        for _ in range(throttle.PAIR_LIMIT - 1):
            problem(await log_in(nobody, "ANNA ", "wrong"), 401)
        assert (await log_in(nobody, "anna")).status_code == 200
    rows = await studio.rows("SELECT failures FROM login_throttle ORDER BY failures")
    assert [row["failures"] for row in rows] == [0, 18, 18]


@pytest.fixture
def unhashed(monkeypatch: pytest.MonkeyPatch) -> None:
    async def wrong(_password: str, _kept: str | None) -> bool:
        return False

    monkeypatch.setattr("aiimagecraft.accounts.sessions.verify", wrong)


@pytest.mark.usefixtures("unhashed")
async def test_an_address_that_tries_many_names_is_refused(nobody: httpx.AsyncClient) -> None:
    for number in range(throttle.ADDRESS_LIMIT):
        problem(await log_in(nobody, f"name{number}"), 401)
    problem(await log_in(nobody, "another"), 429)


@pytest.mark.usefixtures("unhashed")
@pytest.mark.parametrize("form", ["2001:db8:{0:x}::1", "192.0.2.{0}", "2001:db8::{0:x}"])
async def test_an_account_that_many_addresses_try_is_refused(studio: Studio, form: str) -> None:
    answers: list[int] = []
    for number in range(throttle.ACCOUNT_LIMIT + 1):
        async with visitor(studio, form.format(number)) as client:
            answers.append((await log_in(client, "anna")).status_code)
    assert answers[-1] == 429
    # All addresses of one network of IPv6 are one visitor's.
    assert answers.count(401) == (
        throttle.PAIR_LIMIT if form.startswith("2001:db8::") else throttle.ACCOUNT_LIMIT
    )


async def test_what_was_typed_is_not_kept(studio: Studio, nobody: httpx.AsyncClient) -> None:
    await log_in(nobody, "my-password-in-the-wrong-field", "x")
    rows = await studio.rows("SELECT * FROM login_throttle")
    assert len(rows) == 3
    assert "my-password" not in str([dict(row) for row in rows])


COMMON = """
    1234567890 12345678910 0987654321 1111111111 qwertyuiop 1q2w3e4r5t password12 password123 password1!
    Passw0rd123 P@ssw0rd123 iloveyou12 iloveyou123 qwerty12345 qwertyuiop123 1qaz2wsx3edc asdfghjkl123
    football123 baseball12 superman123 princess123 sunshine123 welcome123 Welcome2026! Summer2026!
    letmein123 adminadmin administrator changeme123 abcdefghij abc1234567 aaaaaaaaaa abcabcabcabc
    123123123123 qazwsxedcrfv 1234qwerasdf monkey12345 dragon12345 iloveyou!! trustno1trustno1
    zaq12wsxcde3 michael123 correcthorsebatterystaple aiimagecraft1 anna123456 12.12.1990 19901212
    annaanna12"""
GOOD = [
    "gravel otter violin",
    "tr0ub4dor&3xk",
    "Wq8#mVz2!pLd",
    "the cat sat upon a roof",
    "grüner Tee um vier",
    "mondsüchtig-7",
]


@pytest.mark.parametrize("password", COMMON.split())
def test_common_passwords_are_refused(password: str) -> None:
    assert passwords.is_common(password, "anna")


@pytest.mark.parametrize("password", GOOD)
def test_others_are_taken(password: str) -> None:
    assert not passwords.is_common(password, "anna")


@pytest.mark.parametrize("password", ["gravel", "x" * 129, "password123", "mabel-mabel-7"])
async def test_what_may_not_be_chosen_names_the_field(password: str) -> None:
    with pytest.raises(InvalidRequest) as refused:
        await passwords.new_hash(password, "mabel@example.org", "new")
    assert refused.value.field == "new"


@pytest.mark.parametrize(
    "text", ["aA1!" * 32, "4@8({[3" * 18, "".join(chr(33 + n * 7 % 90) for n in range(128))]
)
def test_a_password_made_to_be_hard_to_weigh_takes_a_moment(text: str) -> None:
    """The longest that may be chosen, out of what has most readings."""
    started = time.process_time()
    passwords.is_common(text, "anna")
    assert time.process_time() - started < 5


async def test_an_unknown_name_takes_as_long_as_a_known_one() -> None:
    kept = await passwords.hashed(PASSWORD)
    assert await passwords.verify(PASSWORD, kept)

    async def seconds(known: str | None) -> float:
        times: list[float] = []
        for _ in range(5):
            started = time.process_time()
            assert not await passwords.verify("wrong", known)
            times.append(time.process_time() - started)
        return min(times)

    assert 0.5 < await seconds(None) / await seconds(kept) < 2
    assert 0.5 < await seconds("!") / await seconds(kept) < 2

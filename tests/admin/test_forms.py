"""The forms for many images: whom they find, what they do, and how many that were."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID

import httpx
import pytest
from tests.admin.conftest import everything, picture, user_id
from tests.conftest import Studio, stored
from tests.gallery.test_pages import add, walk
from tests.test_realtime import listening

from aiimagecraft.schema import uuid7


async def submit(client: httpx.AsyncClient, form: str, **body: Any) -> str:
    """What the desk says of a form that it took."""
    answer = await client.post(f"/admin/api/forms/{form}/", json=body)
    assert answer.status_code == 200, answer.text
    return answer.json()["custom_form_success"]


async def refusal(client: httpx.AsyncClient, form: str, **body: Any) -> str:
    answer = await client.post(f"/admin/api/forms/{form}/", json=body)
    assert answer.status_code == 422, answer.text
    return answer.json()["custom_form_error"]


@pytest.mark.parametrize("between", [" ", ",", "\n", ", \r\n", ""])
async def test_ids_of_several_owners(
    studio: Studio, anna: httpx.AsyncClient, ben: httpx.AsyncClient, between: str
) -> None:
    fox, heron = await picture(anna, "a fox"), await picture(ben, "a heron")
    ids = between.join([fox["id"], heron["id"].upper(), fox["id"]])
    owners = [await user_id(studio, name) for name in ("anna", "ben")]
    async with listening(studio, owners[0]) as hers, listening(studio, owners[1]) as his:
        assert await submit(anna, "star", ids=ids) == "2 images starred."
        for events, item in ((hers, fox), (his, heron)):
            name, data = await events.next()
            assert (name, data["image"]["id"], data["image"]["starred"]) == ("imageUpdated", item["id"], True)
    assert await submit(anna, "star", ids=ids) == "0 images starred."
    assert await submit(anna, "unstar", ids=heron["id"]) == "1 image unstarred."


async def test_trash_and_restore_tell_the_owner(
    studio: Studio, anna: httpx.AsyncClient, ben: httpx.AsyncClient
) -> None:
    item = await picture(ben, "a fox")
    async with listening(studio, await user_id(studio, "ben")) as events:
        assert await submit(anna, "move-to-trash", owner="Ben") == "1 image moved to Trash."
        assert await events.next() == ("imageTrashed", {"id": item["id"]})
        assert await submit(anna, "restore", owner="ben") == "1 image restored."
        assert (await events.next())[0] == "imageRestored"


async def test_every_field_of_a_filter_counts(studio: Studio, anna: httpx.AsyncClient) -> None:
    owner = await user_id(studio, "anna")
    noon = datetime(2026, 6, 15, 12, tzinfo=UTC)
    made = {
        (model, day): await add(owner, at=noon + timedelta(days=day), model=model)
        for model in ("sketch", "brush")
        for day in range(3)
    }
    filters: dict[str, tuple[dict[str, Any], int]] = {
        "model": ({"model": "brush"}, 3),
        "since": ({"since": "2026-06-16"}, 4),
        "until": ({"until": "2026-06-16"}, 2),
        "span": ({"since": "2026-06-16", "until": "2026-06-17"}, 2),
        "both": ({"model": "brush", "since": "2026-06-16", "owner": "anna"}, 2),
        "none": ({"model": "nothing"}, 0),
        "other": ({"owner": "demo"}, 0),
    }
    for name, (body, count) in filters.items():
        assert await submit(anna, "star", **body) == f"{count} images starred.", name
        starred = await walk(anna, starred="1")
        assert len(starred) == count
        await submit(anna, "unstar", owner="anna")
    assert len(made) == 6


async def test_words_of_the_prompt(anna: httpx.AsyncClient) -> None:
    await picture(anna, "a red fox")
    await picture(anna, "a grey heron")
    assert await submit(anna, "star", text="FOX red") == "1 image starred."


async def test_an_action_finds_only_what_it_is_for(studio: Studio, anna: httpx.AsyncClient) -> None:
    """Restore and Purge look in Trash, the others among live images."""
    live = await picture(anna, "a fox")
    gone = await picture(anna, "a heron", trash=True)
    assert await submit(anna, "star", owner="anna") == "1 image starred."
    assert await submit(anna, "move-to-trash", model="upload") == "1 image moved to Trash."
    await submit(anna, "restore", ids=live["id"])
    assert await submit(anna, "purge", owner="anna") == "1 image purged."
    assert await walk(anna) == [live["id"]]
    rows = await studio.rows("SELECT FROM image WHERE id = $1", UUID(gone["id"]))
    assert rows == []


WRONG: dict[str, tuple[dict[str, Any], str]] = {
    "nothing": ({}, "Name either ids or a filter"),
    "blanks": ({"ids": "  ", "owner": " "}, "Name either ids or a filter"),
    "both": ({"ids": str(uuid7()), "owner": "anna"}, "Name either ids or a filter"),
    "no id": ({"ids": "12"}, "This is not an id: 12"),
    "half an id": ({"ids": f"{uuid7()} 019aa000-0000"}, "This is not an id: 019aa000-0000"),
    "unknown id": ({"ids": "019aa000-0000-7000-8000-000000000000"}, "There is no image 019aa000"),
    "unknown owner": ({"owner": "eve"}, "There is no account eve"),
    "too many": ({"ids": " ".join(str(uuid7()) for _ in range(1_001))}, "At most 1000 ids"),
    "long text": ({"text": "x" * 501}, "At most 500 characters"),
    "nul": ({"model": "a\0b"}, "NUL"),
}


@pytest.mark.parametrize("name", WRONG)
@pytest.mark.parametrize(
    "form", ["star", "unstar", "move-to-trash", "restore", "re-make-derivatives", "purge"]
)
async def test_a_wrong_choice_changes_nothing(
    studio: Studio, anna: httpx.AsyncClient, form: str, name: str
) -> None:
    await picture(anna, "a fox")
    await picture(anna, "a heron", trash=True)
    before = await everything(studio)
    body, words = WRONG[name]
    assert words in await refusal(anna, form, **body)
    assert await everything(studio) == before


async def test_an_unknown_field_or_a_bad_day_is_named(anna: httpx.AsyncClient) -> None:
    for body in ({"owner": "anna", "colour": "red"}, {"since": "2026-13-01"}, {"ids": 12}):
        answer = await anna.post("/admin/api/forms/star/", json=body)
        assert answer.status_code == 422
        (fault,) = answer.json()["detail"]
        assert fault["loc"][-1] in {"colour", "since", "ids"}


async def test_one_unknown_id_stops_all(studio: Studio, anna: httpx.AsyncClient) -> None:
    item = await picture(anna, "a fox")
    before = await everything(studio)
    assert "There is no image" in await refusal(anna, "star", ids=f"{item['id']} {uuid7()}")
    assert await everything(studio) == before


async def test_a_purge_is_of_trash_only_and_takes_the_objects(
    studio: Studio, anna: httpx.AsyncClient, ben: httpx.AsyncClient
) -> None:
    live, gone = await picture(ben, "a fox"), await picture(ben, "a heron", trash=True)
    before = await everything(studio)
    assert "Only an image in Trash" in await refusal(anna, "purge", ids=f"{live['id']} {gone['id']}")
    assert await everything(studio) == before
    async with listening(studio, await user_id(studio, "ben")) as events:
        assert await submit(anna, "purge", ids=gone["id"]) == "1 image purged."
        assert await events.next() == ("imageDeleted", {"id": gone["id"]})
    assert not [key for key in await stored(studio) if gone["id"] in key]
    assert [key for key in await stored(studio) if live["id"] in key]


async def test_a_purge_keeps_what_a_job_uses(studio: Studio, anna: httpx.AsyncClient) -> None:
    item = await picture(anna, "a fox", trash=True)
    await studio.rows("UPDATE image SET holds = 1")
    assert "An unfinished job uses" in await refusal(anna, "purge", ids=item["id"])
    assert await submit(anna, "purge", owner="anna") == "0 images purged."
    await studio.rows("UPDATE image SET holds = 0")


async def test_a_purge_that_stops_says_what_was_purged_before(
    studio: Studio, anna: httpx.AsyncClient, ben: httpx.AsyncClient
) -> None:
    hers, his = await picture(anna, "a fox", trash=True), await picture(ben, "a heron")
    assert "1 were purged before" in await refusal(anna, "purge", ids=f"{his['id']} {hers['id']}")
    rows = await studio.rows("SELECT id FROM image")
    assert [str(row["id"]) for row in rows] == [his["id"]]


async def test_derivatives_are_made_again(
    studio: Studio, anna: httpx.AsyncClient, ben: httpx.AsyncClient
) -> None:
    item = await picture(ben, "a fox")
    await studio.work()
    keys = [f"thumb/{item['id']}.webp", f"thumb/{item['id']}@2x.webp", f"preview/{item['id']}.webp"]
    made = [await studio.storage.read(key) for key in keys]
    for key in keys:
        await studio.storage.replace(key, b"broken", "image/webp")
    async with listening(studio, await user_id(studio, "ben")) as events:
        said = await submit(anna, "re-make-derivatives", ids=item["id"])
        assert said == "1 image will have their thumbnails and previews made again."
        await studio.work()
        assert (await events.next())[0] == "imageUpdated"
    assert [await studio.storage.read(key) for key in keys] == made


async def test_a_thousand_derivatives_at_a_time(studio: Studio, anna: httpx.AsyncClient) -> None:
    owner = await user_id(studio, "anna")
    first = await add(owner)
    await studio.rows(
        """INSERT INTO image (id, user_id, prompt, model, params, width, height, object_key, thumb_key,
               format, bytes, sha256, placeholder, created_at)
           SELECT gen_random_uuid(), user_id, prompt, model, params, width, height, gen_random_uuid(),
               gen_random_uuid(), format, bytes, sha256, placeholder, created_at
           FROM image, generate_series(1, 1000) WHERE id = $1""",
        UUID(first),
    )
    assert await refusal(anna, "re-make-derivatives", owner="anna") == "At most 1000 images at a time"
    assert await submit(anna, "star", owner="anna") == "1001 images starred."

"""Events: what is published reaches the right sockets, across processes and restarts of the database."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager
from typing import Any
from uuid import UUID

import asyncpg
import msgspec
import pytest

from aiimagecraft import db, realtime
from aiimagecraft.config import Settings
from aiimagecraft.generation import claims
from aiimagecraft.realtime import BACKLOG, CHANNEL, STAMP, Hub, Subscription, publish
from aiimagecraft.schema import uuid7
from tests import pictures
from tests.conftest import Studio, other_user
from tests.gallery.test_pages import add
from tests.gallery.test_uploads import files


class Listener:
    """Reads a subscription frame by frame."""

    def __init__(self, subscription: Subscription) -> None:
        self.subscription = subscription

    async def next(self) -> tuple[str, Any]:
        async with asyncio.timeout(10):
            frame = msgspec.json.decode(await self.subscription.next())
        return frame["ev"], frame["data"]


@asynccontextmanager
async def listening(studio: Studio, owner: int | None = None) -> AsyncGenerator[Listener]:
    hub: Hub = studio.app.state.hub
    user = studio.owner if owner is None else owner
    async with hub.subscription(user) as subscription:
        listener = Listener(subscription)
        assert (await listener.next())[0] == "ready"
        # Notices of what was done before may still be on their way; they arrive in the order of commits.
        marker = uuid7()
        await publish(user, "imageDeleted", [marker])
        while await listener.next() != ("imageDeleted", {"id": str(marker)}):
            pass
        yield listener


async def test_the_life_of_an_image(studio: Studio) -> None:
    async with listening(studio) as events:
        response = await studio.client.post("/api/images", files=files(pictures.png()))
        item = response.json()["items"][0]
        assert await events.next() == ("imageCreated", {"image": item})
        url = f"/api/image/{item['id']}"
        await studio.client.patch(url, json={"starred": True})
        name, data = await events.next()
        assert (name, data["image"]["starred"]) == ("imageUpdated", True)
        await studio.client.patch(url, json={"deleteToTrash": True})
        assert await events.next() == ("imageTrashed", {"id": item["id"]})
        await studio.client.patch(url, json={"deleteToTrash": False})
        name, data = await events.next()
        assert (name, data["image"]["deletedAt"]) == ("imageRestored", None)
        await studio.client.patch(url, json={"deleteToTrash": True})
        await events.next()
        await studio.client.delete(url)
        assert await events.next() == ("imageDeleted", {"id": item["id"]})


async def test_the_life_of_a_job(studio: Studio) -> None:
    async with listening(studio) as events:
        await studio.client.post("/api/generate", json={"prompt": "a red fox"})
        assert (await events.next())[0] == "jobQueued"
        await studio.work()
        seen: list[tuple[str, Any]] = []
        while not seen or seen[-1][0] != "imageUpdated":
            seen.append(await events.next())
        names = [name for name, _ in seen if name != "jobProgress"]
        assert names == ["jobRunning", "imageCreated", "jobDone", "imageUpdated"]
        progress = [data["job"]["progress"] for name, data in seen if name == "jobProgress"]
        known = [value for value in progress if value is not None]
        unknown = [None] * (len(progress) - len(known))
        assert progress == unknown + sorted(known)
        done = next(data["job"] for name, data in seen if name == "jobDone")
        assert (done["status"], len(done["images"])) == ("done", 1)
        assert seen[-1][1]["image"]["preview"]


async def test_cancelling_and_failing_are_told(studio: Studio) -> None:
    response = await studio.client.post("/api/generate", json={"prompt": "a red fox"})
    async with listening(studio) as events:
        await studio.client.delete(f"/api/jobs/{response.json()['job']['id']}")
        name, data = await events.next()
        assert (name, data["job"]["status"]) == ("jobCancelled", "cancelled")
    response = await studio.client.post("/api/generate", json={"prompt": "a red fox"})
    claimed = await claims.claim(UUID(response.json()["job"]["id"]), 1)
    assert claimed is not None
    async with listening(studio) as events:
        await claims.fail(claimed, claims.ABANDONED)
        name, data = await events.next()
        assert (name, data["job"]["error"]["title"]) == ("jobFailed", "The job was given up")


async def test_repeating_is_silent(studio: Studio) -> None:
    image_id = await add(studio.owner, starred=True)
    async with listening(studio) as events:
        for body in ({"starred": True}, {"deleteToTrash": False}, {"starred": False}):
            assert (await studio.client.patch(f"/api/image/{image_id}", json=body)).status_code == 200
        name, data = await events.next()
        assert (name, data["image"]["starred"]) == ("imageUpdated", False)


@pytest.mark.parametrize(("count", "expected"), [(50, ["imageTrashed"] * 50), (51, ["imagesChanged"])])
async def test_a_large_bulk_says_only_that_much_has_changed(
    studio: Studio, count: int, expected: list[str]
) -> None:
    ids = [await add(studio.owner) for _ in range(count)]
    async with listening(studio) as events:
        await studio.client.patch("/api/images/bulk", json={"ids": ids, "deleteToTrash": True})
        assert [(await events.next())[0] for _ in expected] == expected


async def test_nothing_is_told_of_what_was_rolled_back(studio: Studio) -> None:
    image_id = await add(studio.owner)
    async with listening(studio) as events:
        async with db.transaction():
            await publish(studio.owner, "imageDeleted", [UUID(image_id)])
            await db.fetch("ROLLBACK")
        await publish(studio.owner, "imageTrashed", [UUID(image_id)])
        assert (await events.next())[0] == "imageTrashed"


async def test_each_user_hears_only_of_their_own(studio: Studio) -> None:
    stranger = await other_user()
    async with listening(studio, stranger) as theirs, listening(studio) as mine:
        await publish(studio.owner, "imageDeleted", [uuid7()])
        await publish(stranger, "imageTrashed", [uuid7()])
        assert (await mine.next())[0] == "imageDeleted"
        assert (await theirs.next())[0] == "imageTrashed"


async def test_the_listener_comes_back_and_says_ready_again(studio: Studio) -> None:
    async with listening(studio) as events:
        await studio.rows(
            """SELECT pg_terminate_backend(pid) FROM pg_stat_activity
               WHERE query LIKE 'LISTEN%' AND pid <> pg_backend_pid()"""
        )
        assert (await events.next())[0] == "ready"
        await publish(studio.owner, "imageDeleted", [uuid7()])
        assert (await events.next())[0] == "imageDeleted"


async def test_a_stamp_tells_whether_anything_was_told_since(studio: Studio) -> None:
    hub: Hub = studio.app.state.hub

    async def stamps() -> set[str]:
        pages = [await studio.client.get(f"/api/gallery{kind}") for kind in ("", "/timeline")]
        return {page.headers[STAMP] for page in pages}

    async with listening(studio) as events:
        (before,) = await stamps()
        async with hub.subscription(studio.owner) as quiet:
            assert (await Listener(quiet).next())[1]["stamp"] == before
        await publish(studio.owner, "imageDeleted", [uuid7()])
        await events.next()
        async with hub.subscription(studio.owner) as later:
            assert (await Listener(later).next())[1]["stamp"] != before
        await publish(await other_user(), "imageDeleted", [uuid7()])
        (after,) = await stamps()
        # What was told to another says nothing here, but what may have been missed with the listener does.
        async with hub.subscription(studio.owner) as latest:
            assert (await Listener(latest).next())[1]["stamp"] == after != before
        await studio.rows(
            """SELECT pg_terminate_backend(pid) FROM pg_stat_activity
               WHERE query LIKE 'LISTEN%' AND pid <> pg_backend_pid()"""
        )
        name, data = await events.next()
        assert (name, data["stamp"] != after) == ("ready", True)
        assert await stamps() == {data["stamp"]}


async def test_a_stranger_on_the_channel_does_no_harm(studio: Studio) -> None:
    async with listening(studio) as events:
        await db.fetch("SELECT pg_notify($1, 'nonsense')", CHANNEL)
        await publish(studio.owner, "imageDeleted", [uuid7()])
        assert (await events.next())[0] == "imageDeleted"


async def test_a_slow_socket_is_cut_off_and_others_go_on(studio: Studio) -> None:
    hub: Hub = studio.app.state.hub
    async with hub.subscription(studio.owner) as slow, listening(studio) as quick:
        for _ in range(BACKLOG + 1):
            await publish(studio.owner, "imageDeleted", [uuid7()])
            assert (await quick.next())[0] == "imageDeleted"
        assert slow.overflowed.is_set()
        assert not quick.subscription.overflowed.is_set()


async def test_what_waits_for_ready_gets_it_when_the_listener_is_there(
    settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    may_connect = asyncio.Event()
    connect = asyncpg.connect

    async def held_back(*args: Any, **options: Any) -> asyncpg.Connection[Any]:
        await may_connect.wait()
        return await connect(*args, **options)

    monkeypatch.setattr(realtime.asyncpg, "connect", held_back)
    hub = Hub(settings.database_url or "", {})
    async with hub.running(), hub.subscription(7) as subscription:
        with pytest.raises(ConnectionError):
            await hub.check()
        may_connect.set()
        assert await Listener(subscription).next() == ("ready", {"user": 7, "stamp": hub.stamp(7)})
        await hub.check()

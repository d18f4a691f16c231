"""What a curator does with anybody's images, besides what their owners may do, too."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from uuid import UUID

from aiimagecraft import db
from aiimagecraft.errors import InvalidRequest, NotFound
from aiimagecraft.gallery.filters import Chosen
from aiimagecraft.gallery.query import selected
from aiimagecraft.gallery.schemas import MAX_BULK
from aiimagecraft.gallery.service import FoundObject, find_object
from aiimagecraft.jobs import DERIVE, JobQueue
from aiimagecraft.ownership import owned_by
from aiimagecraft.realtime import publish


async def by_owner(ids: Sequence[UUID]) -> dict[int, list[UUID]]:
    """Return images by the user that each belongs to, in the order of the users' ids.

    Raises:
        NotFound: An id is unknown; the error names it.
    """
    rows = await db.fetch(
        "SELECT id, user_id FROM image WHERE id = ANY($1) AND purging_at IS NULL ORDER BY user_id", list(ids)
    )
    if missing := set(ids).difference(row["id"] for row in rows):
        raise NotFound(f"There is no image {min(missing)}")
    found: defaultdict[int, list[UUID]] = defaultdict(list)
    for row in rows:
        found[row["user_id"]].append(row["id"])
    return dict(found)


async def find_any_object(key: str) -> FoundObject:
    """Return the original or the thumbnail of this name, of anybody's image or source.

    Raises:
        NotFound: There is no such object.
    """
    rows = await db.fetch(
        """SELECT user_id FROM image WHERE $1 IN (object_key, thumb_key)
           UNION ALL SELECT user_id FROM source WHERE $1 IN (object_key, thumb_key)""",
        key,
    )
    if not rows:
        raise NotFound("There is no such object")
    return await find_object(rows[0]["user_id"], key)


async def edit_prompt(owner: int, image_id: UUID, prompt: str) -> bool:
    """Give an image another prompt and tell whether it is another one.

    Line ends do not count: a form sends them in its own way. What the search finds follows by itself.

    Raises:
        NotFound: There is no such image of this user.
    """
    async with db.transaction():
        rows = await db.fetch(
            f"SELECT prompt FROM image WHERE id = $1 AND {owned_by(2)} AND purging_at IS NULL FOR UPDATE",
            image_id,
            owner,
        )
        if not rows:
            raise NotFound("There is no such image")
        if _lines(rows[0]["prompt"]) == _lines(prompt):
            return False
        await db.fetch(
            f"UPDATE image SET prompt = $3 WHERE id = $1 AND {owned_by(2)}", image_id, owner, prompt
        )
        await publish(owner, "imageUpdated", [image_id])
    return True


def _lines(text: str) -> list[str]:
    return text.replace("\r\n", "\n").replace("\r", "\n").split("\n")


async def remake(queue: JobQueue, owner: int, target: Chosen) -> int:
    """Order the thumbnails and previews of images again and return for how many.

    Raises:
        InvalidRequest: These are more than may be ordered at once.
    """
    condition = selected(owner, target)
    rows = await db.fetch(
        f"SELECT id FROM image WHERE {condition} ORDER BY id LIMIT {MAX_BULK + 1}",
        *condition.values,
    )
    if len(rows) > MAX_BULK:
        raise InvalidRequest(f"At most {MAX_BULK} images at a time")
    ordered = 0
    for row in rows:
        # The key differs from that of a first order, which may be on its way out of the queue.
        ordered += await queue.enqueue(DERIVE, f"anew:{row['id']}", image_id=str(row["id"]), anew=1)
    return ordered

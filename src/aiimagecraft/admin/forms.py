"""The desk's forms for many images: they choose by ids or by a filter, and the services do the rest."""

from __future__ import annotations

import re
from collections.abc import Awaitable, Callable, Coroutine, Mapping
from datetime import UTC, date, datetime
from typing import NamedTuple, cast

import msgspec
from piccolo_admin.endpoints import FormConfig
from pydantic import BaseModel, ConfigDict, Field
from starlette.requests import Request

from aiimagecraft import db
from aiimagecraft.accounts import audit, people
from aiimagecraft.admin.curator import CURATOR, Curator
from aiimagecraft.errors import AppError, InvalidRequest
from aiimagecraft.gallery import changes, curation, purge
from aiimagecraft.gallery.filters import Chosen, Matches, Selection
from aiimagecraft.gallery.schemas import MAX_BULK, Change
from aiimagecraft.schema import UUID_PATTERN
from aiimagecraft.web import parse_id, split_validation_error


class Choice(BaseModel):
    """Which images an action is for: either ids, or all that match every field of the filter."""

    model_config = ConfigDict(extra="forbid")

    ids: str = Field("", title="Ids, or what follows")
    owner: str = Field("", title="Owner's name")
    text: str = Field("", title="Words of the prompt")
    model: str = Field("", title="Model")
    since: date | None = Field(None, title="From this day (UTC)")
    until: date | None = Field(None, title="Before this day (UTC)")


Targets = Mapping[int, Chosen]
"""By owner, which images of theirs."""


class Action(NamedTuple):
    """What a form does.

    Attributes:
        description: What it says about itself.
        among: Which images a filter finds.
        run: Does it and returns how many images that were.
        done: What is said of them then.
    """

    name: str
    description: str
    among: Mapping[str, bool]
    run: Callable[[Curator, Targets], Awaitable[int]]
    done: str


def form_configs() -> list[FormConfig]:
    """Return the forms."""
    return [
        FormConfig(action.name, Choice, _endpoint(action), f"{action.description} {HOW}", "Images")
        for action in ACTIONS
    ]


def _endpoint(action: Action) -> Callable[[Request, Choice], Coroutine[None, None, str]]:
    async def endpoint(request: Request, choice: Choice) -> str:
        curator = cast("Curator", request.scope[CURATOR])
        try:
            count = await action.run(curator, await _targets(choice, action.among))
        except AppError as error:
            # Piccolo Admin shows what a ValueError says.
            raise ValueError(error.detail) from error
        return f"{count} image{'' if count == 1 else 's'} {action.done}."

    return endpoint


async def _targets(choice: Choice, among: Mapping[str, bool]) -> Targets:
    """Return whom the chosen images belong to.

    Raises:
        InvalidRequest: It names neither ids nor a filter, or both, or what is no id.
        NotFound: An id or the owner is unknown.
    """
    # A field of one line takes the line ends out of what is pasted, so ids may follow each other at once.
    text = choice.ids.lower()
    ids = [parse_id(found) for found in re.findall(UUID_PATTERN, text)]
    wanted = {"q": choice.text, "model": choice.model, "from": choice.since, "to": choice.until}
    given = {name: value for name, value in wanted.items() if value}
    owner = choice.owner.strip()
    if rest := re.sub(rf"{UUID_PATTERN}|[\s,;]", "", text):
        raise InvalidRequest(f"This is not an id: {rest[:36]}")
    if bool(ids) == bool(given or owner):
        raise InvalidRequest("Name either ids or a filter")
    if len(ids) > MAX_BULK:
        raise InvalidRequest(f"At most {MAX_BULK} ids at a time")
    if ids:
        return await curation.by_owner(list(dict.fromkeys(ids)))
    try:
        selection = msgspec.convert({**given, **among, "before": datetime.now(UTC)}, Selection)
    except msgspec.ValidationError as error:
        raise InvalidRequest(split_validation_error(str(error))[1]) from None
    return dict.fromkeys(await people.owners(owner or None), Matches(selection))


def _changing(wanted: Change, noted: audit.Action) -> Callable[[Curator, Targets], Awaitable[int]]:
    async def run(_curator: Curator, targets: Targets) -> int:
        async with db.transaction():
            updated = 0
            for owner, target in targets.items():
                updated += (await changes.change(owner, target, wanted)).updated
            if updated:
                await audit.note(noted, images=updated)
        return updated

    return run


async def _remake(curator: Curator, targets: Targets) -> int:
    ordered = 0
    for owner, target in targets.items():
        ordered += await curation.remake(curator.queue, owner, target)
    if ordered:
        await audit.note("images.remade", images=ordered)
    return ordered


async def _purge(curator: Curator, targets: Targets) -> int:
    """Purge owner by owner: objects cannot be brought back, so there is no transaction around all."""
    deleted = 0
    for owner, target in targets.items():
        try:
            deleted += await purge.purge(curator.storage, owner, target)
        except AppError as error:
            raise type(error)(f"{error.detail}; {deleted} were purged before") from error
    return deleted


HOW = (
    f"Name up to {MAX_BULK} ids, with spaces, commas or line ends between them, or leave them out and fill "
    "in one field of the filter or several; without an owner it is for the images of all."
)
ACTIONS = [
    Action(
        "Star",
        "Stars images.",
        {"trash": False},
        _changing(Change(starred=True), "images.starred"),
        "starred",
    ),
    Action(
        "Unstar",
        "Takes their star from images.",
        {"trash": False, "starred": True},
        _changing(Change(starred=False), "images.unstarred"),
        "unstarred",
    ),
    Action(
        "Move to Trash",
        "Moves images to Trash, from where they can be restored until the purge.",
        {"trash": False},
        _changing(Change(delete_to_trash=True), "images.trashed"),
        "moved to Trash",
    ),
    Action(
        "Restore",
        "Restores images from Trash.",
        {"trash": True},
        _changing(Change(delete_to_trash=False), "images.restored"),
        "restored",
    ),
    Action(
        "Re-make derivatives",
        "Makes thumbnails and previews again from the originals, in place of those that are there.",
        {"trash": False},
        _remake,
        "will have their thumbnails and previews made again",
    ),
    Action(
        "Purge",
        "Deletes images of Trash for ever, with all that was made of them.",
        {"trash": True},
        _purge,
        "purged",
    ),
]

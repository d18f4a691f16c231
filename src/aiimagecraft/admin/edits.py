"""What the desk's forms for one row may change; each change goes through the services."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping
from datetime import datetime
from typing import Annotated, Any, TypeVar

import msgspec
from msgspec import UNSET, UnsetType

from aiimagecraft import db
from aiimagecraft.accounts import audit, people
from aiimagecraft.admin.curator import Curator
from aiimagecraft.errors import Conflict, InvalidRequest, NotFound
from aiimagecraft.gallery import changes, curation
from aiimagecraft.gallery.metadata import PROMPT_MAX
from aiimagecraft.gallery.schemas import Change
from aiimagecraft.schema import Text
from aiimagecraft.web import parse_id, split_validation_error

T = TypeVar("T", bound=msgspec.Struct)


class ImageEdit(msgspec.Struct, forbid_unknown_fields=True):
    """The columns of an image that may be changed.

    Attributes:
        deleted_at: Only whether there is a time counts: which it is, the service says.
    """

    starred: bool | UnsetType = UNSET
    deleted_at: datetime | UnsetType | None = UNSET
    prompt: Annotated[Text, msgspec.Meta(max_length=PROMPT_MAX)] | UnsetType = UNSET


class PersonEdit(msgspec.Struct, forbid_unknown_fields=True):
    """The columns of an account that may be changed."""

    active: bool | UnsetType = UNSET
    admin: bool | UnsetType = UNSET


async def edit_image(_curator: Curator, row_id: str, given: Mapping[str, Any]) -> None:
    """Star, trash or restore an image, or give it another prompt.

    Raises:
        InvalidRequest: A column may not be changed, or not to this.
        NotFound: There is no such image.
    """
    image = parse_id(row_id)
    edit = _edit(ImageEdit, {name: None if value == "" else value for name, value in given.items()}, given)
    wanted = Change(
        starred=edit.starred,
        delete_to_trash=UNSET if edit.deleted_at is UNSET else edit.deleted_at is not None,
    )
    async with db.transaction():
        (owner,) = await curation.by_owner([image])
        done: dict[str, object] = {}
        if (edit.starred, edit.deleted_at) != (UNSET, UNSET):
            changed = await changes.change(owner, [image], wanted)
            done |= msgspec.to_builtins(wanted) if changed.updated else {}
        if edit.prompt is not UNSET and await curation.edit_prompt(owner, image, edit.prompt):
            done["prompt"] = "changed"
        if done:
            await audit.note("image.edited", image, owner=owner, **done)


async def edit_person(curator: Curator, row_id: str, given: Mapping[str, Any]) -> None:
    """Shut an account out or let it in, or let it use the desk or no longer.

    Raises:
        InvalidRequest: A column may not be changed, or not to this.
        Conflict: It is the curator's own account.
        NotFound: There is no such account.
    """
    edit = _edit(PersonEdit, given, given)
    rows = (
        await db.fetch("SELECT username, active, admin FROM piccolo_user WHERE id = $1", int(row_id))
        if row_id.isdecimal()
        else []
    )
    if not rows:
        raise NotFound("There is no such account")
    name, active, admin = rows[0]
    steps: list[Callable[[], Awaitable[None]]] = []
    if edit.active is not UNSET and (wants := edit.active) != active:
        steps.append(lambda: people.set_active(name, active=wants))
    if edit.admin is not UNSET and (rules := edit.admin) != admin:
        steps.append(lambda: people.set_admin(name, admin=rules))
    if steps and int(row_id) == curator.identity.user:
        raise Conflict("Another administrator changes your account, or the command line does")
    async with db.transaction():
        for step in steps:
            await step()


EDITS = {"image": edit_image, "piccolo_user": edit_person}
"""By table, what may be edited there."""
EDITABLE = {"image": list(ImageEdit.__struct_fields__), "piccolo_user": list(PersonEdit.__struct_fields__)}
"""By table, the columns of it."""


def _edit(shape: type[T], values: Mapping[str, Any], given: Mapping[str, Any]) -> T:
    """Return what was given in the shape of an edit; forms send all values as text."""
    if fixed := sorted(set(given).difference(shape.__struct_fields__)):
        raise InvalidRequest(f"{fixed[0]} cannot be changed here", field=fixed[0])
    try:
        return msgspec.convert(dict(values), shape, strict=False)
    except msgspec.ValidationError as error:
        field, message = split_validation_error(str(error))
        raise InvalidRequest(message, field=field) from None

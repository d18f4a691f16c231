"""What is kept of every image and of every picture that served to make one."""

from __future__ import annotations

from piccolo.apps.user.tables import BaseUser
from piccolo.columns import (
    JSONB,
    UUID,
    BigInt,
    Boolean,
    ForeignKey,
    Integer,
    Numeric,
    OnDelete,
    OnUpdate,
    SmallInt,
    Text,
    Timestamptz,
    Varchar,
)
from piccolo.table import Table

from aiimagecraft.db import DB
from aiimagecraft.schema import uuid7


class Image(Table, tablename="image", db=DB):
    """An image of the gallery or of Trash."""

    id = UUID(primary_key=True, default=uuid7)
    user_id = ForeignKey(BaseUser, null=False, on_delete=OnDelete.restrict, on_update=OnUpdate.cascade)
    prompt = Text()
    model = Varchar(length=100)
    params = JSONB(default="{}")
    width = Integer(help_text="Pixels, after orientation.")
    height = Integer(help_text="Pixels, after orientation.")
    object_key = Text(unique=True)
    thumb_key = Text(unique=True)
    format = Varchar(length=4, help_text="png, jpeg, webp or gif.")
    bytes = BigInt()
    sha256 = Varchar(length=64, help_text="Hexadecimal digest of the original bytes.")
    placeholder = Varchar(length=64, help_text="ThumbHash in base64.")
    cost_tokens = Integer(null=True, default=None)
    cost = Numeric(digits=(12, 6), null=True, default=None, help_text="US dollars.")
    starred = Boolean(default=False)
    holds = SmallInt(default=0, help_text="Unfinished jobs that use the image; it is not purged above 0.")
    derived_at = Timestamptz(
        null=True, default=None, help_text="When the 512 and 1,024 px versions were made."
    )
    deleted_at = Timestamptz(null=True, default=None, help_text="When it was moved to Trash.")
    purging_at = Timestamptz(
        null=True, default=None, help_text="When a purge claimed it: it is invisible since."
    )
    created_at = Timestamptz()


class Source(Table, tablename="source", db=DB):
    """A picture that was uploaded only to make images from it, or to mask one."""

    id = UUID(primary_key=True, default=uuid7)
    user_id = ForeignKey(BaseUser, null=False, on_delete=OnDelete.restrict, on_update=OnUpdate.cascade)
    width = Integer()
    height = Integer()
    object_key = Text(unique=True)
    thumb_key = Text(unique=True)
    format = Varchar(length=4)
    bytes = BigInt()
    sha256 = Varchar(length=64)
    placeholder = Varchar(length=64)
    holds = SmallInt(default=0)
    purging_at = Timestamptz(null=True, default=None)
    created_at = Timestamptz()


class ImageSource(Table, tablename="image_source", db=DB):
    """One of the pictures that an image was made from, in order.

    It names a source or a parent image. When the parent is purged both are empty and `thumb_key`
    names the copy of its thumbnail.
    """

    id = UUID(primary_key=True, default=uuid7)
    image_id = ForeignKey(Image, null=False, on_delete=OnDelete.cascade)
    position = SmallInt()
    source_id = ForeignKey(Source, null=True, default=None, on_delete=OnDelete.restrict)
    parent_id = ForeignKey(Image, null=True, default=None, on_delete=OnDelete.set_null)
    thumb_key = Text(null=True, default=None)

"""What administrators see of accounts. What is secret has no column here, so nothing can show it."""

from __future__ import annotations

from piccolo.columns import (
    JSONB,
    UUID,
    Boolean,
    ForeignKey,
    Integer,
    Serial,
    Text,
    Timestamp,
    Timestamptz,
    Varchar,
)
from piccolo.columns.readable import Readable
from piccolo.table import Table

from aiimagecraft.db import DB


class Person(Table, tablename="piccolo_user", db=DB):
    """An account, which Piccolo's `BaseUser` keeps, without its password."""

    id = Serial(primary_key=True)
    username = Varchar(length=100, unique=True)
    admin = Boolean(help_text="May use this desk.")
    active = Boolean(help_text="May log in; without, its sessions end and its API tokens rest.")
    last_login = Timestamp(null=True, help_text="UTC.")

    @classmethod
    def get_readable(cls) -> Readable:
        """Return how an account is shown where a row refers to it."""
        return Readable(template="%s", columns=[cls.username])


class Session(Table, tablename="session", db=DB):
    """A login, without the secret that renews it."""

    id = UUID(primary_key=True)
    user_id = ForeignKey(Person, null=False)
    address = Varchar(length=45)
    agent = Varchar(length=200)
    secure = Boolean(help_text="It began over HTTPS.")
    created_at = Timestamptz()
    last_used_at = Timestamptz()
    expires_at = Timestamptz()


class ApiToken(Table, tablename="api_token", db=DB):
    """An API token, without its hash."""

    id = UUID(primary_key=True)
    user_id = ForeignKey(Person, null=False)
    name = Varchar(length=100)
    scope = Varchar(length=5)
    created_at = Timestamptz()
    last_used_at = Timestamptz(null=True)
    revoked_at = Timestamptz(null=True)


class Entry(Table, tablename="audit", db=DB):
    """An entry of the audit trail."""

    id = UUID(primary_key=True)
    at = Timestamptz()
    actor_id = Integer(null=True)
    actor = Varchar(length=100)
    address = Varchar(length=45)
    action = Varchar(length=40)
    subject = Text()
    detail = JSONB()

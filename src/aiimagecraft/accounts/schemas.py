"""What the routes of accounts take and give."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated
from uuid import UUID

import msgspec

from aiimagecraft.accounts.auth import Scope
from aiimagecraft.accounts.passwords import MAX_LENGTH
from aiimagecraft.schema import In, Out, Text

Name = Annotated[Text, msgspec.Meta(min_length=1, max_length=100)]
Password = Annotated[Text, msgspec.Meta(min_length=1, max_length=MAX_LENGTH)]


class Login(In):
    """Who wants to log in."""

    username: Name
    password: Password


class Me(Out):
    """Who is asking; `login` tells whether this server knows more people than `demo`."""

    username: str
    admin: bool
    login: bool
    scope: Scope


class SessionItem(Out):
    """A login, and where it came from; `current` marks the one that asks."""

    id: UUID
    address: str
    agent: str
    created_at: datetime
    last_used_at: datetime
    expires_at: datetime
    current: bool


class SessionList(Out):
    """One's sessions, the last used first."""

    items: list[SessionItem]


class PasswordChange(In):
    """One's password and the one to come."""

    current: Password
    new: Text


class TokenRequest(In):
    """An API token to be made."""

    name: Name
    scope: Scope


class TokenItem(Out):
    """An API token, without its secret."""

    id: UUID
    name: str
    scope: Scope
    created_at: datetime
    last_used_at: datetime | None


class NewToken(TokenItem):
    """An API token with its secret, which is shown this once."""

    token: str


class TokenList(Out):
    """One's API tokens, newest first."""

    items: list[TokenItem]


class SocketToken(Out):
    """A token that opens WebSockets for some seconds."""

    token: str
    expires_in: int

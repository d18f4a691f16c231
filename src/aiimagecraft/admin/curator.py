"""Who sits at the desk, and what the desk needs for them."""

from __future__ import annotations

import msgspec

from aiimagecraft.accounts.auth import Identity
from aiimagecraft.jobs import JobQueue
from aiimagecraft.storage import Storage

CURATOR = "aiimagecraft.curator"
"""Where a request to Piccolo Admin carries its curator: only the door writes it there."""


class Curator(msgspec.Struct, frozen=True):
    """An administrator, for the time of a request."""

    identity: Identity
    storage: Storage
    queue: JobQueue

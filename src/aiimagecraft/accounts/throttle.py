"""What makes guessing passwords slow: failures are counted in the database, before anything is hashed."""

from __future__ import annotations

import hashlib
import math
from datetime import timedelta
from ipaddress import IPv6Address, ip_address

from aiimagecraft import db
from aiimagecraft.errors import TooMany

WINDOW = timedelta(minutes=15)
PAIR_LIMIT = 10
"""Failures in a window for one account from one address: whoever knows the password is not locked out by
others."""
ADDRESS_LIMIT = 100
"""From one address, whichever accounts."""
ACCOUNT_LIMIT = 100
"""For one account, from wherever."""


class TooManyLogins(TooMany):
    """Logins are refused for a while.

    Args:
        wait: For how long.
    """

    def __init__(self, wait: timedelta) -> None:
        seconds = max(1, math.ceil(wait.total_seconds()))
        super().__init__(f"Too many failed logins; try again in {math.ceil(seconds / 60)} min")
        self.headers = {"retry-after": str(seconds)}


class Attempt:
    """One try to log in.

    Args:
        account: The name that was given.
        address: Where it came from.
    """

    def __init__(self, account: str, address: str) -> None:
        place = _network(address)
        self._pair = _key("pair", account, place)
        self._limits = {
            self._pair: PAIR_LIMIT,
            _key("address", place): ADDRESS_LIMIT,
            _key("account", account): ACCOUNT_LIMIT,
        }

    async def begin(self) -> None:
        """Count the try as a failure until it succeeds, so that many at once do not pass together.

        Raises:
            TooManyLogins: There were too many before; nothing was counted.
        """
        keys, limits = list(self._limits), list(self._limits.values())
        rows = await db.fetch(
            """SELECT max(since + $3::interval - now()) AS wait
               FROM login_throttle JOIN unnest($1::bytea[], $2::int[]) AS wanted (key, most) USING (key)
               WHERE failures >= most AND since > now() - $3::interval""",
            keys,
            limits,
            WINDOW,
        )
        if rows[0]["wait"] is not None:
            raise TooManyLogins(rows[0]["wait"])
        counted = await db.fetch(
            """INSERT INTO login_throttle AS kept (key, failures, since)
               SELECT key, 1, now() FROM unnest($1::bytea[]) AS key ORDER BY key
               ON CONFLICT (key) DO UPDATE SET
                   failures = CASE WHEN kept.since > now() - $2::interval THEN kept.failures + 1 ELSE 1 END,
                   since = CASE WHEN kept.since > now() - $2::interval THEN kept.since ELSE now() END
               RETURNING key, failures, since + $2::interval - now() AS wait""",
            keys,
            WINDOW,
        )
        if waits := [row["wait"] for row in counted if row["failures"] > self._limits[row["key"]]]:
            raise TooManyLogins(max(waits))

    async def succeed(self) -> None:
        """Take the count back; of this account from this address all of it."""
        await db.fetch(
            """WITH locked AS (
                   SELECT key FROM login_throttle WHERE key = ANY($1) ORDER BY key FOR UPDATE)
               UPDATE login_throttle SET
                   failures = CASE WHEN login_throttle.key = $2 THEN 0 ELSE greatest(failures - 1, 0) END
               FROM locked WHERE locked.key = login_throttle.key""",
            list(self._limits),
            self._pair,
        )
        await db.fetch("DELETE FROM login_throttle WHERE since < now() - $1::interval", WINDOW)


def _key(*parts: str) -> bytes:
    return hashlib.sha256("\0".join(parts).encode()).digest()


def _network(address: str) -> str:
    """Return what stands for whoever has an address: of IPv6 they have at least 2^64."""
    try:
        found = ip_address(address)
    except ValueError:
        return address
    if isinstance(found, IPv6Address):
        return str(found.ipv4_mapped or int(found) >> 64)
    return str(found)

from piccolo.apps.migrations.auto.migration_manager import MigrationManager
from piccolo.table import Table

ID = "2026-11-21T13:50:00:000000"
VERSION = "1.38.0"
DESCRIPTION = "Sessions, API tokens, and what slows down the guessing of passwords"

STATEMENTS = [
    # Secrets are kept as SHA-256 only: they are random, so nothing slower is needed.
    """CREATE TABLE session (
        id uuid PRIMARY KEY,
        user_id integer NOT NULL REFERENCES piccolo_user (id) ON DELETE CASCADE,
        renewal_hash bytea NOT NULL UNIQUE,
        address varchar(45) NOT NULL,
        agent varchar(200) NOT NULL,
        secure boolean NOT NULL,
        created_at timestamptz NOT NULL DEFAULT now(),
        last_used_at timestamptz NOT NULL DEFAULT now(),
        expires_at timestamptz NOT NULL)""",
    "CREATE INDEX session_user_id ON session (user_id)",
    "CREATE INDEX session_expires_at ON session (expires_at)",
    """CREATE TABLE api_token (
        id uuid PRIMARY KEY,
        user_id integer NOT NULL REFERENCES piccolo_user (id) ON DELETE CASCADE,
        name varchar(100) NOT NULL,
        scope varchar(5) NOT NULL CHECK (scope IN ('read', 'write')),
        hash bytea NOT NULL UNIQUE,
        created_at timestamptz NOT NULL DEFAULT now(),
        last_used_at timestamptz,
        revoked_at timestamptz)""",
    "CREATE INDEX api_token_user_id ON api_token (user_id)",
    # A key is a digest: what people type into the field of their name may be their password.
    """CREATE UNLOGGED TABLE login_throttle (
        key bytea PRIMARY KEY,
        failures integer NOT NULL,
        since timestamptz NOT NULL)""",
    "CREATE INDEX login_throttle_since ON login_throttle (since)",
]


class Raw(Table):
    pass


async def forwards():
    manager = MigrationManager(migration_id=ID, app_name="aiimagecraft", description=DESCRIPTION)

    async def run():
        for statement in STATEMENTS:
            await Raw.raw(statement)

    manager.add_raw(run)
    return manager

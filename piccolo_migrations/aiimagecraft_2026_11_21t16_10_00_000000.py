from piccolo.apps.migrations.auto.migration_manager import MigrationManager
from piccolo.table import Table

ID = "2026-11-21T16:10:00:000000"
VERSION = "1.38.0"
DESCRIPTION = "The audit trail"

STATEMENTS = [
    # It outlives what it tells of, so nothing in it refers to other tables.
    """CREATE TABLE audit (
        id uuid PRIMARY KEY,
        at timestamptz NOT NULL DEFAULT now(),
        actor_id integer,
        actor varchar(100) NOT NULL,
        address varchar(45) NOT NULL,
        action varchar(40) NOT NULL,
        subject text NOT NULL,
        detail jsonb NOT NULL)""",
    "CREATE INDEX audit_at ON audit (at)",
    "CREATE INDEX audit_action ON audit (action, at)",
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

from piccolo.apps.migrations.auto.migration_manager import MigrationManager
from piccolo.table import Table

ID = "2026-11-21T05:45:00:000000"
VERSION = "1.38.0"
DESCRIPTION = "Rules, indexes of the gallery's queries, and the user demo"

LIVE = "deleted_at IS NULL AND purging_at IS NULL"
TRASH = "deleted_at IS NOT NULL AND purging_at IS NULL"

STATEMENTS = [
    # The sentinel is no hash of any password: nobody can log in as demo.
    """INSERT INTO piccolo_user (username, password, email, active, admin, superuser)
       VALUES ('demo', '!', 'demo@localhost', false, false, false) ON CONFLICT (username) DO NOTHING""",
    # Pages, newest first, of live images, of starred ones, of one model's, and of Trash.
    f"CREATE INDEX image_live ON image (user_id, created_at DESC, id DESC) WHERE {LIVE}",
    f"CREATE INDEX image_starred ON image (user_id, created_at DESC, id DESC) WHERE starred AND {LIVE}",
    f"CREATE INDEX image_model ON image (user_id, model, created_at DESC, id DESC) WHERE {LIVE}",
    f"CREATE INDEX image_trash ON image (user_id, created_at DESC, id DESC) WHERE {TRASH}",
    # The nightly purge, and the purges that a killed process left behind.
    f"CREATE INDEX image_expiring ON image (deleted_at) WHERE {TRASH}",
    "CREATE INDEX image_purging ON image (purging_at) WHERE purging_at IS NOT NULL",
    # The sweep that re-enqueues derivatives.
    "CREATE INDEX image_underived ON image (created_at) WHERE derived_at IS NULL",
    "CREATE UNIQUE INDEX image_source_position ON image_source (image_id, position)",
    "CREATE INDEX image_source_parent ON image_source (parent_id) WHERE parent_id IS NOT NULL",
    "CREATE INDEX image_source_source ON image_source (source_id) WHERE source_id IS NOT NULL",
    "ALTER TABLE image_source ADD CONSTRAINT image_source_one_origin CHECK (num_nonnulls(source_id, parent_id) <= 1)",
    "CREATE INDEX source_created ON source (created_at)",
    "ALTER TABLE image ADD CONSTRAINT image_holds CHECK (holds >= 0)",
    "ALTER TABLE source ADD CONSTRAINT source_holds CHECK (holds >= 0)",
    "ALTER TABLE image ADD CONSTRAINT image_purged_from_trash CHECK (purging_at IS NULL OR deleted_at IS NOT NULL)",
    "CREATE INDEX generation_job_recent ON generation_job (user_id, created_at DESC, id DESC)",
    "CREATE INDEX generation_job_unfinished ON generation_job (created_at) WHERE status IN ('queued', 'running')",
    """CREATE UNIQUE INDEX generation_job_idempotency ON generation_job (user_id, idempotency_key)
       WHERE idempotency_key IS NOT NULL""",
    """ALTER TABLE generation_job ADD CONSTRAINT generation_job_status
       CHECK (status IN ('queued', 'running', 'done', 'failed', 'cancelled'))""",
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

from piccolo.apps.migrations.auto.migration_manager import MigrationManager
from piccolo.table import Table

ID = "2026-11-21T10:00:00:000000"
VERSION = "1.38.0"
DESCRIPTION = "Search in prompts, orientation, and what an undo takes back"

LIVE = "deleted_at IS NULL AND purging_at IS NULL"
# string.punctuation of Python: marks count as spaces, in prompts as in what is searched for. Quotes are
# doubled for SQL, braces for Piccolo.
MARKS = "!\"#$%&''()*+,-./:;<=>?@[\\]^_`{{|}}~"

STATEMENTS = [
    f"""ALTER TABLE image ADD COLUMN words tsvector GENERATED ALWAYS AS (
        strip(to_tsvector('simple', translate(prompt, '{MARKS}', repeat(' ', 32))))) STORED""",
    "CREATE INDEX image_words ON image USING gin (words)",
    f"""CREATE INDEX image_orientation ON image (user_id, sign(width - height), created_at DESC, id DESC)
        WHERE {LIVE}""",
    """CREATE TABLE change (
        id uuid PRIMARY KEY,
        user_id integer NOT NULL REFERENCES piccolo_user (id),
        starred boolean,
        trash boolean,
        created_at timestamptz NOT NULL DEFAULT now())""",
    # What a crash takes along is no more than the chance to take back the last ten minutes.
    """CREATE UNLOGGED TABLE change_row (
        change_id uuid NOT NULL,
        image_id uuid NOT NULL,
        starred boolean NOT NULL,
        deleted_at timestamptz,
        PRIMARY KEY (change_id, image_id))""",
    """CREATE TABLE archive (
        id uuid PRIMARY KEY,
        user_id integer NOT NULL REFERENCES piccolo_user (id),
        images uuid[] NOT NULL,
        created_at timestamptz NOT NULL DEFAULT now())""",
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

from __future__ import annotations

from piccolo.conf.apps import AppConfig

from aiimagecraft.config import bundled
from aiimagecraft.gallery.tables import Image, ImageSource, Source
from aiimagecraft.generation.tables import Job, Partial

APP_CONFIG = AppConfig(
    app_name="aiimagecraft",
    migrations_folder_path=str(bundled("piccolo_migrations")),
    table_classes=[Image, Source, ImageSource, Job, Partial],
    migration_dependencies=["piccolo.apps.user.piccolo_app"],
)

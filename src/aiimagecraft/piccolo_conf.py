"""Piccolo's configuration (`PICCOLO_CONF=aiimagecraft.piccolo_conf`), for migrations and its own tools."""

from __future__ import annotations

from piccolo.conf.apps import AppRegistry

from aiimagecraft.db import DB

__all__ = ["APP_REGISTRY", "DB"]

APP_REGISTRY = AppRegistry(apps=["piccolo.apps.user.piccolo_app", "aiimagecraft.piccolo_app"])

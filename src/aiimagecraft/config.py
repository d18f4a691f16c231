"""Settings, read from the environment once."""

from __future__ import annotations

import re
from collections.abc import Mapping
from pathlib import Path
from typing import Annotated, Literal
from urllib.parse import urlsplit

import msgspec
from dotenv import dotenv_values

LOOPBACK = frozenset({"127.0.0.1", "::1"})
"""Addresses that only this machine reaches and that every request is checked against."""


class SettingsError(Exception):
    """A setting that cannot be used; the message is one line and names it."""


class Settings(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Everything that is configured from outside.

    Field names are the environment variables in lower case; the README's table documents each.
    """

    database_url: str | None = None
    """PostgreSQL 15 or later; none starts the embedded server in the data directory."""
    data_dir: Path = Path("data")
    """Embedded database and, without a bucket, the objects."""
    s3_endpoint: str | None = None
    s3_bucket: str | None = None
    s3_key: str | None = None
    s3_secret: str | None = None
    s3_region: str = "auto"
    auth: Literal["none", "required"] = "none"
    cleanup_token: str | None = None
    """Bearer token of `POST /api/cleanup`; the route is closed without it."""
    trash_days: Annotated[int, msgspec.Meta(ge=1, le=36_500)] = 30
    """Days an image stays in Trash before the nightly purge."""
    public_origin: str | None = None
    """Origin under which a reverse proxy publishes the app, such as `https://images.example.org`."""
    host: str = "127.0.0.1"
    port: Annotated[int, msgspec.Meta(ge=1, le=65_535)] = 3000

    def __repr__(self) -> str:
        """Leave secrets out of logs and tracebacks."""
        return f"Settings(data_dir={str(self.data_dir)!r}, host={self.host!r}, port={self.port})"


def load_settings(environ: Mapping[str, str], env_file: Path | None = None) -> Settings:
    """Read the settings.

    Args:
        environ: The process's environment; it wins over the file.
        env_file: A `.env` file that may be absent.

    Raises:
        SettingsError: A value cannot be used; the message names the setting, never a secret's value.
    """
    given: dict[str, str] = {}
    from_file = _read_file(env_file) if env_file and env_file.is_file() else dict[str, str | None]()
    for name in Settings.__struct_fields__:
        value = environ.get(name.upper(), from_file.get(name.upper()))
        if value:
            given[name] = value
    if origin := given.get("public_origin"):
        given["public_origin"] = _normal_origin(origin)
    settings = _convert(given)
    _check(settings)
    return settings


def _read_file(path: Path) -> Mapping[str, str | None]:
    try:
        return dotenv_values(path)
    except (OSError, UnicodeDecodeError) as error:
        raise SettingsError(f"{path}: cannot be read as UTF-8 text") from error


def _convert(given: dict[str, str]) -> Settings:
    try:
        return msgspec.convert(given, Settings, strict=False, dec_hook=lambda kind, value: kind(value))
    except msgspec.ValidationError as error:
        match = re.search(r"^(.*) - at `\$\.(\w+)`$", str(error))
        if match is None:
            raise SettingsError(str(error)) from None
        raise SettingsError(f"{match[2].upper()}: {match[1][0].lower()}{match[1][1:]}") from None


def _check(settings: Settings) -> None:
    if settings.database_url and not settings.database_url.startswith(("postgresql://", "postgres://")):
        raise SettingsError("DATABASE_URL: expected an address that begins with postgresql://")
    if settings.auth == "required":
        raise SettingsError("AUTH: login is not built yet; only AUTH=none can be served")
    if settings.host not in LOOPBACK:
        raise SettingsError("HOST: without login only 127.0.0.1 or ::1 is served")
    if settings.s3_bucket and not (settings.s3_key and settings.s3_secret):
        raise SettingsError("S3_KEY and S3_SECRET: needed with S3_BUCKET")


def _normal_origin(text: str) -> str:
    """Return an origin as browsers write it: in lower case, without the scheme's own port."""
    try:
        parts = urlsplit(text.strip().lower())
        port, host = parts.port, (parts.hostname or "").encode("idna").decode()
    except ValueError:
        raise SettingsError(_ORIGIN_WANTED) from None
    if parts.scheme not in DEFAULT_PORTS or parts.username is not None or port == 0:
        raise SettingsError(_ORIGIN_WANTED)
    if not re.fullmatch(r"[a-z0-9.-]+|[0-9a-f.:]+", host):
        raise SettingsError(_ORIGIN_WANTED)
    if parts.path not in {"", "/"} or parts.query or parts.fragment:
        raise SettingsError(_ORIGIN_WANTED)
    host = f"[{host}]" if ":" in host else host
    suffix = "" if port in {None, DEFAULT_PORTS[parts.scheme]} else f":{port}"
    return f"{parts.scheme}://{host}{suffix}"


DEFAULT_PORTS = {"http": 80, "https": 443}
_ORIGIN_WANTED = "PUBLIC_ORIGIN: expected scheme and host only, such as https://images.example.org"


def bundled(name: str) -> Path:
    """Return a folder that stands beside `src` in a checkout and inside the package in a wheel."""
    package = Path(__file__).parent
    inside = package / name
    return inside if inside.is_dir() else package.parents[1] / name

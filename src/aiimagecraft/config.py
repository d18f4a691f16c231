"""Settings, read from the environment once."""

from __future__ import annotations

import re
from collections.abc import Mapping
from ipaddress import ip_address
from pathlib import Path
from typing import Annotated, Any, Literal
from urllib.parse import urlsplit

import msgspec
from dotenv import dotenv_values

LOOPBACK = frozenset({"127.0.0.1", "::1"})
"""Addresses that only this machine reaches and that every request is checked against."""


OPENAI_BASE_URL = "https://api.openai.com/v1"
"""OpenAI's own Images API."""


AUTO = "auto"
"""The region of a store that has none."""


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
    """Address of the store, without the bucket's name; none is AWS in the region."""
    s3_bucket: str | None = None
    s3_key: str | None = None
    s3_secret: str | None = None
    s3_region: str = AUTO
    """`auto` is what R2 and most stores of one's own take; AWS wants its region's name."""
    media_delivery: Literal["app", "signed"] = "app"
    """Who hands objects to browsers: this app under `/uploads/`, or the bucket under signed addresses."""
    openai_api_key: str | None = None
    """Sent to the images server as `Authorization: Bearer`; a server of one's own may need none."""
    openai_base_url: str = OPENAI_BASE_URL
    """Any server that speaks the Images API, up to the part before `/images/generations`."""
    image_models: tuple[str, ...] = ()
    """Models to offer, separated by commas; the first is the default."""
    stash_url: str | None = None
    """A Stash server to browse, with the path that it is published under, if any."""
    stash_api_key: str | None = None
    """Sent to it in the header `ApiKey`; one without login needs none."""
    proxy_concurrency: Annotated[int, msgspec.Meta(ge=1, le=1_000)] = 4
    """Pictures that are asked of it at once."""
    proxy_pool: Annotated[int, msgspec.Meta(ge=2, le=1_001)] = 6
    """Connections to it, of which those beyond the pictures serve its lists."""
    proxy_queue: Annotated[int, msgspec.Meta(ge=0, le=10_000)] = 64
    """Pictures that may wait for their turn."""
    proxy_deadline: Annotated[float, msgspec.Meta(gt=0, le=3_600)] = 30.0
    """Seconds that one may wait."""
    auth: Literal["none", "required"] = "none"
    """Whether people log in; without, everything is the user `demo`'s."""
    jwt_secret: str | None = None
    """Signs the logins, the same in all processes; with the embedded database one is made at first."""
    cleanup_token: str | None = None
    """Bearer token of `POST /api/cleanup`; the route is closed without it."""
    metrics_token: str | None = None
    """Bearer token of `GET /metrics`; without it only this machine may read them."""
    trash_days: Annotated[int, msgspec.Meta(ge=1, le=36_500)] = 30
    """Days an image stays in Trash before the nightly purge."""
    public_origin: str | None = None
    """Origin under which a reverse proxy publishes the app, such as `https://images.example.org`."""
    host: str = "127.0.0.1"
    port: Annotated[int, msgspec.Meta(ge=1, le=65_535)] = 3000

    @property
    def has_images_server(self) -> bool:
        """Whether there is a server that can be asked for images: OpenAI's answers nobody without a key."""
        return self.openai_api_key is not None or self.openai_base_url != OPENAI_BASE_URL

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
    given: dict[str, Any] = {}
    from_file = _read_file(env_file) if env_file and env_file.is_file() else dict[str, str | None]()
    for name in Settings.__struct_fields__:
        value = environ.get(name.upper(), from_file.get(name.upper()))
        if value:
            given[name] = value
    if names := given.pop("image_models", None):
        given["image_models"] = [name.strip() for name in names.split(",") if name.strip()]
    if address := given.get("openai_base_url"):
        given["openai_base_url"] = address.strip().rstrip("/")
    for name in ("s3_endpoint", "stash_url"):
        if address := given.get(name):
            given[name] = address.strip().rstrip("/")
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


def _convert(given: dict[str, Any]) -> Settings:
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
    if settings.auth == "none" and settings.host not in LOOPBACK:
        raise SettingsError("HOST: without login only 127.0.0.1 or ::1 is served")
    _check_login(settings)
    if settings.s3_bucket:
        _check_bucket(settings, settings.s3_bucket)
    elif settings.media_delivery == "signed":
        raise SettingsError("MEDIA_DELIVERY: signed needs a bucket in S3_BUCKET")
    _check_images_server(settings)
    _check_stash(settings)


def _check_login(settings: Settings) -> None:
    secret = settings.jwt_secret
    if secret is not None and not re.fullmatch(rf"[!-~]{{{MIN_SECRET},}}", secret):
        raise SettingsError(f"JWT_SECRET: expected one word of at least {MIN_SECRET} ASCII characters")
    if settings.auth == "required" and settings.database_url and secret is None:
        raise SettingsError(
            "JWT_SECRET: needed for login with DATABASE_URL, the same in every process; "
            "`openssl rand -hex 32` makes one"
        )
    try:
        ip_address(settings.host)
    except ValueError:
        raise SettingsError("HOST: expected an address of this machine, such as 0.0.0.0") from None


def _check_bucket(settings: Settings, bucket: str) -> None:
    endpoint = settings.s3_endpoint
    if not re.fullmatch(r"[A-Za-z0-9][A-Za-z0-9._-]{2,62}", bucket):
        raise SettingsError("S3_BUCKET: expected a name of 3 to 63 letters, digits, dots and hyphens")
    if endpoint is None and settings.s3_region == AUTO:
        raise SettingsError("S3_REGION: needed at AWS, such as eu-central-1; other stores need S3_ENDPOINT")
    if endpoint is not None and not (_is_base_url(endpoint) and re.fullmatch(ENDPOINT, endpoint)):
        raise SettingsError("S3_ENDPOINT: expected an address such as https://s3.example.org")
    if endpoint is not None and urlsplit(endpoint).path == f"/{bucket}":
        # The panels of some stores show a bucket's address so, and every key would begin with it.
        raise SettingsError("S3_ENDPOINT: leave the bucket's name out of it")
    if not (settings.s3_key and settings.s3_secret):
        raise SettingsError("S3_KEY and S3_SECRET: needed with S3_BUCKET")
    if not all(re.fullmatch(r"[!-~]+", text) for text in (settings.s3_key, settings.s3_secret)):
        raise SettingsError("S3_KEY and S3_SECRET: expected words of ASCII characters")
    if not re.fullmatch(r"[A-Za-z0-9-]+", settings.s3_region):
        raise SettingsError("S3_REGION: expected a name such as eu-central-1")


def _check_images_server(settings: Settings) -> None:
    if (key := settings.openai_api_key) and not re.fullmatch(r"[!-~]+", key):
        raise SettingsError("OPENAI_API_KEY: expected one word of ASCII characters")
    if not _is_base_url(settings.openai_base_url):
        raise SettingsError("OPENAI_BASE_URL: expected an address such as https://images.example.org/v1")
    if any(len(name) > MAX_MODEL_NAME for name in settings.image_models):
        raise SettingsError(f"IMAGE_MODELS: a name has at most {MAX_MODEL_NAME} characters")
    if not settings.has_images_server and set(settings.image_models) - {"sketch"}:
        raise SettingsError("OPENAI_API_KEY: needed for the models of IMAGE_MODELS")


def _check_stash(settings: Settings) -> None:
    url, key = settings.stash_url, settings.stash_api_key
    if url is not None and not (_is_base_url(url) and re.fullmatch(ENDPOINT, url)):
        raise SettingsError("STASH_URL: expected an address such as http://192.168.1.5:9999")
    if key is not None and not re.fullmatch(r"[!-~]+", key):
        raise SettingsError("STASH_API_KEY: expected one word of ASCII characters")
    if settings.proxy_pool <= settings.proxy_concurrency:
        raise SettingsError(
            "PROXY_POOL: must be above PROXY_CONCURRENCY, for lists are asked for beside pictures"
        )


def _is_base_url(text: str) -> bool:
    try:
        parts = urlsplit(text)
        usable = parts.scheme in DEFAULT_PORTS and parts.hostname and parts.port != 0
    except ValueError:
        return False
    return bool(usable) and parts.username is None and not parts.query and not parts.fragment


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


MAX_MODEL_NAME = 100
MIN_SECRET = 32
"""Characters: as many bytes as what HS256 makes of them."""
ENDPOINT = r"https?://(?:[A-Za-z0-9.-]+|\[[0-9A-Fa-f:]+])(?::\d+)?(?:/[A-Za-z0-9/._~-]*)?"
"""Its origin becomes part of the page's policy, where a semicolon, say, would begin another rule."""
DEFAULT_PORTS = {"http": 80, "https": 443}
_ORIGIN_WANTED = "PUBLIC_ORIGIN: expected scheme and host only, such as https://images.example.org"


def bundled(name: str) -> Path:
    """Return a folder that stands beside `src` in a checkout and inside the package in a wheel."""
    package = Path(__file__).parent
    inside = package / name
    return inside if inside.is_dir() else package.parents[1] / name

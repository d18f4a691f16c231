from __future__ import annotations

from pathlib import Path

import pytest

from aiimagecraft.config import Settings, SettingsError, bundled, load_settings


def test_defaults() -> None:
    assert load_settings({}) == Settings()


def test_environment_wins_over_file(tmp_path: Path) -> None:
    (tmp_path / ".env").write_text("PORT=4000\nTRASH_DAYS=7\n")
    loaded = load_settings({"PORT": "5000"}, tmp_path / ".env")
    assert (loaded.port, loaded.trash_days) == (5000, 7)


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("TRASH_DAYS", "0"),
        ("TRASH_DAYS", "-1"),
        ("TRASH_DAYS", "soon"),
        ("PORT", "70000"),
        ("AUTH", "maybe"),
        ("JWT_SECRET", "a-short-secret"),
        ("JWT_SECRET", "thirty two characters with blanks in it"),
        ("HOST", "0.0.0.0"),
        ("HOST", "example.org"),
        ("DATABASE_URL", "mysql://localhost/db"),
        ("PUBLIC_ORIGIN", "images.example.org"),
        ("PUBLIC_ORIGIN", "https://images.example.org/path"),
        ("PUBLIC_ORIGIN", "https://a:b@images.example.org"),
        ("PUBLIC_ORIGIN", "https://images.example.org:port"),
        ("PUBLIC_ORIGIN", "https://images.example.org:99999"),
        ("PUBLIC_ORIGIN", "https://a b.example"),
        ("PUBLIC_ORIGIN", "https://*.example"),
        ("PUBLIC_ORIGIN", "https://images.example.org:0"),
        ("PORT", "0"),
        ("HOST", "127.0.0.2"),
        ("STASH_URL", "192.168.1.5:9999"),
        ("STASH_URL", "ftp://192.168.1.5"),
        ("STASH_URL", "http://me:secret@192.168.1.5:9999"),
        ("STASH_URL", "http://192.168.1.5:9999/?apikey=x"),
        ("STASH_URL", "http://192.168.1.5:99999"),
        ("STASH_API_KEY", "two words"),
        ("STASH_API_KEY", "a\nb"),
        ("PROXY_CONCURRENCY", "0"),
        ("PROXY_POOL", "4"),
        ("PROXY_QUEUE", "-1"),
        ("PROXY_DEADLINE", "0"),
        ("PROXY_DEADLINE", "nan"),
    ],
)
def test_a_bad_value_is_named_in_one_line(name: str, value: str) -> None:
    with pytest.raises(SettingsError) as caught:
        load_settings({name: value})
    assert str(caught.value).startswith(f"{name}:")
    assert "\n" not in str(caught.value)


@pytest.mark.parametrize(
    ("given", "address"),
    [
        (" http://192.168.1.5:9999/ ", "http://192.168.1.5:9999"),
        ("https://media.example.org/stash/", "https://media.example.org/stash"),
        ("http://[::1]:9999", "http://[::1]:9999"),
    ],
)
def test_a_stash_server_may_have_a_path(given: str, address: str) -> None:
    assert load_settings({"STASH_URL": given}).stash_url == address


def test_places_for_lists_are_left() -> None:
    with pytest.raises(SettingsError, match=r"^PROXY_POOL: must be above PROXY_CONCURRENCY"):
        load_settings({"PROXY_CONCURRENCY": "6"})
    assert load_settings({"PROXY_CONCURRENCY": "6", "PROXY_POOL": "7"}).proxy_pool == 7


BUCKET = {
    "S3_BUCKET": "images",
    "S3_ENDPOINT": "https://account.r2.cloudflarestorage.com",
    "S3_KEY": "key",
    "S3_SECRET": "hush",
}


@pytest.mark.parametrize(
    ("changes", "says"),
    [
        ({"S3_KEY": ""}, "S3_KEY and S3_SECRET: needed"),
        ({"S3_SECRET": ""}, "S3_KEY and S3_SECRET: needed"),
        ({"S3_SECRET": "hush hush"}, "S3_KEY and S3_SECRET: expected"),
        ({"S3_BUCKET": "b"}, "S3_BUCKET:"),
        ({"S3_BUCKET": "images/of/mine"}, "S3_BUCKET:"),
        ({"S3_ENDPOINT": "account.r2.cloudflarestorage.com"}, "S3_ENDPOINT: expected"),
        ({"S3_ENDPOINT": "https://key:hush@store.example.org"}, "S3_ENDPOINT: expected"),
        ({"S3_ENDPOINT": "https://store.example.org;script-src *"}, "S3_ENDPOINT: expected"),
        ({"S3_ENDPOINT": "https://store.example.org:99999"}, "S3_ENDPOINT: expected"),
        ({"S3_ENDPOINT": "https://account.r2.cloudflarestorage.com/images"}, "S3_ENDPOINT: leave"),
        ({"S3_ENDPOINT": ""}, "S3_REGION: needed at AWS"),
        ({"S3_REGION": "eu central"}, "S3_REGION: expected"),
        ({"MEDIA_DELIVERY": "cdn"}, "MEDIA_DELIVERY:"),
        ({"S3_BUCKET": "", "MEDIA_DELIVERY": "signed"}, "MEDIA_DELIVERY: signed needs a bucket in S3_BUCKET"),
    ],
)
def test_a_bad_bucket_is_named_in_one_line(changes: dict[str, str], says: str) -> None:
    with pytest.raises(SettingsError) as caught:
        load_settings(BUCKET | changes)
    assert str(caught.value).startswith(says)
    assert "\n" not in str(caught.value)
    assert "hush" not in str(caught.value)


@pytest.mark.parametrize(
    ("changes", "endpoint"),
    [
        ({}, "https://account.r2.cloudflarestorage.com"),
        ({"S3_ENDPOINT": " http://127.0.0.1:9000/ "}, "http://127.0.0.1:9000"),
        ({"S3_ENDPOINT": "http://[::1]:9000"}, "http://[::1]:9000"),
        ({"S3_ENDPOINT": "https://p.supabase.co/storage/v1/s3"}, "https://p.supabase.co/storage/v1/s3"),
        ({"S3_ENDPOINT": "", "S3_REGION": "eu-central-1"}, None),
    ],
)
def test_buckets_of_all_kinds_are_taken(changes: dict[str, str], endpoint: str | None) -> None:
    loaded = load_settings(BUCKET | changes | {"MEDIA_DELIVERY": "signed"})
    assert (loaded.s3_endpoint, loaded.media_delivery) == (endpoint, "signed")


def test_secrets_are_not_shown() -> None:
    loaded = load_settings(
        BUCKET | {"CLEANUP_TOKEN": "hush", "STASH_API_KEY": "hush", "METRICS_TOKEN": "hush"}
    )
    assert "hush" not in repr(loaded)


SECRET = "0123456789abcdef0123456789abcdef"


def test_processes_with_a_database_of_their_own_share_a_secret() -> None:
    given = {"AUTH": "required", "DATABASE_URL": "postgresql://localhost/db"}
    with pytest.raises(SettingsError, match=r"^JWT_SECRET: needed for login with DATABASE_URL") as caught:
        load_settings(given)
    assert "\n" not in str(caught.value)
    loaded = load_settings(given | {"JWT_SECRET": SECRET})
    assert loaded.jwt_secret == SECRET
    assert SECRET not in repr(loaded)
    assert load_settings({"AUTH": "required"}).jwt_secret is None


@pytest.mark.parametrize("host", ["0.0.0.0", "::", "192.168.1.5"])
def test_with_login_other_addresses_are_served(host: str) -> None:
    assert load_settings({"AUTH": "required", "HOST": host}).host == host
    with pytest.raises(SettingsError, match=r"^HOST: expected an address"):
        load_settings({"AUTH": "required", "HOST": "example.org"})


@pytest.mark.parametrize("host", ["127.0.0.1", "::1"])
def test_loopback_hosts_are_served(host: str) -> None:
    assert load_settings({"HOST": host}).host == host


def test_every_setting_is_in_the_readme() -> None:
    readme = (bundled("piccolo_migrations").parent / "README.md").read_text(encoding="utf-8")
    for name in Settings.__struct_fields__:
        assert f"| `{name.upper()}` |" in readme, name


@pytest.mark.parametrize(
    ("given", "normal"),
    [
        ("https://Images.Example.org:443", "https://images.example.org"),
        ("https://Bücher.example", "https://xn--bcher-kva.example"),
        ("http://images.example.org:80/", "http://images.example.org"),
        ("http://images.example.org:8080", "http://images.example.org:8080"),
        ("https://[2001:DB8::1]:8443", "https://[2001:db8::1]:8443"),
    ],
)
def test_an_origin_is_kept_as_browsers_write_it(given: str, normal: str) -> None:
    assert load_settings({"PUBLIC_ORIGIN": given}).public_origin == normal


def test_an_env_file_that_is_no_text_is_one_line(tmp_path: Path) -> None:
    (tmp_path / ".env").write_bytes(b"PORT=\xff")
    with pytest.raises(SettingsError, match="UTF-8"):
        load_settings({}, tmp_path / ".env")

"""Settings are refused by name, with what they should look like, and secrets are never repeated."""

from __future__ import annotations

import base64

import pytest

from distribution.settings.environment import EXPECTED, Settings, Variable, problems
from distribution.settings.errors import InvalidSetting

KEY = base64.urlsafe_b64encode(bytes(32)).decode()
GOOD = {
    "DISTRIBUTION_DATABASE_URL": "postgresql://user:pass@db:5432/distribution",
    "DISTRIBUTION_REDIS_URL": "redis://redis:6379/0",
    "DISTRIBUTION_SECRET_KEY": "s" * 32,
    "DISTRIBUTION_ENCRYPTION_KEYS": f"{KEY}, {KEY}",
    "DISTRIBUTION_PORTAL_URL": "https://partners.example.com/",
    "DISTRIBUTION_STOREFRONT_URL": "https://shop.example.com",
    "DISTRIBUTION_SALEOR_API_URL": "https://saleor.example.com/graphql/",
    "DISTRIBUTION_SALEOR_TOKEN": "token",
    "DISTRIBUTION_MAIL_URL": "smtp://user:pass@mail:587",
    "DISTRIBUTION_METRICS_TOKEN": "m" * 20,
    "DISTRIBUTION_MEDIA_DIR": "/var/lib/media",
}


def test_good_settings_are_read() -> None:
    settings = Settings.load(GOOD, needs=list(Variable))
    assert settings.portal_url == "https://partners.example.com"
    assert settings.saleor_api_url == "https://saleor.example.com/graphql/"
    assert settings.encryption_keys == (KEY, KEY)
    assert settings.media_dir.is_absolute()


@pytest.mark.parametrize("variable", list(Variable))
@pytest.mark.parametrize("value", [None, ""])
def test_missing_is_named_with_what_it_should_look_like(variable: Variable, value: str | None) -> None:
    environ = (
        {**GOOD, variable: value} if value is not None else {k: v for k, v in GOOD.items() if k != variable}
    )
    with pytest.raises(InvalidSetting, match=f"^{variable} is missing") as caught:
        Settings.load(environ, needs=list(Variable))
    assert EXPECTED[variable] in str(caught.value)
    assert (caught.value.variable, caught.value.got) == (variable, None)


@pytest.mark.parametrize(
    "variable, value, got",
    [
        ("DATABASE_URL", "mysql://u:hunter2@h/d", "mysql"),
        ("DATABASE_URL", "hunter2", "no scheme"),
        ("DATABASE_URL", "hunter2:hunter2@db/x", "no scheme"),
        ("DATABASE_URL", "postgresql://u:hunter2@host", "no database"),
        ("DATABASE_URL", "postgresql://u:hunter2@host:port/d", "no address"),
        ("REDIS_URL", "http://h", "http"),
        ("REDIS_URL", "redis://", "no host"),
        ("REDIS_URL", "unix://", "no socket"),
        ("SECRET_KEY", "hunter2", "7 characters"),
        ("ENCRYPTION_KEYS", "hunter2", "key 1"),
        ("ENCRYPTION_KEYS", f"{KEY},", "key 2 has 0 bytes"),
        ("ENCRYPTION_KEYS", f"{KEY},aHVudGVyMg==", "key 2 has 7 bytes"),
        ("PORTAL_URL", "partners.example.com", "no scheme"),
        ("STOREFRONT_URL", "https://shop.example.com?x=hunter2", "query"),
        ("SALEOR_API_URL", "https:///graphql/", "no host"),
        ("SALEOR_TOKEN", "hunter2 hunter2", "spaces"),
        ("SALEOR_TOKEN", "hunter2\n", "line breaks"),
        ("MAIL_URL", "smtp://", "no host"),
        ("MAIL_URL", "file:relative", "absolute"),
        ("METRICS_TOKEN", "hunter2", "7 characters"),
        ("METRICS_TOKEN", "hunter2 " * 4, "spaces"),
        ("MEDIA_DIR", "media", "not absolute"),
        ("MEDIA_DIR", "/etc/passwd", "not a folder"),
    ],
)
def test_wrong_is_described_without_secrets(variable: str, value: str, got: str) -> None:
    # Wrong is refused even by a command that does not need it.
    with pytest.raises(InvalidSetting, match="is wrong") as caught:
        Settings.load({**GOOD, f"DISTRIBUTION_{variable}": value})
    assert got in caught.value.got
    assert "hunter2" not in str(caught.value)


def test_what_is_not_needed_may_be_missing_until_asked_for() -> None:
    settings = Settings.load(
        {"DISTRIBUTION_REDIS_URL": "unix:///run/redis.sock?db=0"}, needs=[Variable.REDIS_URL]
    )
    assert Variable.SALEOR_TOKEN not in settings
    with pytest.raises(InvalidSetting, match="DISTRIBUTION_SALEOR_TOKEN is missing"):
        _ = settings.saleor_token


def test_settings_never_show_their_values() -> None:
    assert "pass" not in repr(Settings.load(GOOD))


def test_every_problem_is_found_once() -> None:
    found = [problem.variable for problem in problems({}, needs=list(Variable))]
    assert found == [str(variable) for variable in Variable]

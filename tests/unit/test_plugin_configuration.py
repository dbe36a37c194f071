"""Settings of the dashboard and of the environment: read whatever is there, refuse what cannot work."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from saleor_plugin.configuration import (
    CONFIG_STRUCTURE,
    DEFAULT_CONFIGURATION,
    PluginSettings,
    driver_url,
    environment_problems,
    read_settings,
    setting_problems,
    told_to_the_program,
)

GOOD = {
    "DISTRIBUTION_DATABASE_URL": "postgresql://u:secret@db/distribution",
    "DISTRIBUTION_REDIS_URL": "redis://redis:6379/2",
}


def fields(code: str = "referral_code", click: str = "referral_click", channels: str = "") -> list[object]:
    return [
        {"name": "referral_code_key", "value": code},
        {"name": "referral_click_key", "value": click},
        {"name": "channels", "value": channels},
    ]


def test_defaults() -> None:
    assert read_settings(DEFAULT_CONFIGURATION) == PluginSettings()
    assert setting_problems(DEFAULT_CONFIGURATION, []) == {}
    assert {str(field["name"]) for field in DEFAULT_CONFIGURATION} == set(CONFIG_STRUCTURE)
    assert PluginSettings().takes("any-channel")


def test_channels_are_a_list_with_commas() -> None:
    settings = read_settings(fields(channels=" us, ,de,"))
    assert settings.channels == {"us", "de"}
    assert settings.takes("de")
    assert not settings.takes("pl")


@given(
    st.recursive(st.none() | st.text() | st.integers(), lambda x: st.lists(x) | st.dictionaries(st.text(), x))
)
def test_odd_configuration_means_the_defaults(configuration: object) -> None:
    assert read_settings(configuration) == PluginSettings()
    assert setting_problems(configuration, [])


@pytest.mark.parametrize(
    "configuration, field",
    [
        (fields(code=""), "referral_code_key"),
        (fields(code="two words"), "referral_code_key"),
        (fields(code="x" * 65), "referral_code_key"),
        (fields(click="click\n\nid"), "referral_click_key"),
        (fields(code="same", click="same"), "referral_click_key"),
        (fields(channels="us,nowhere"), "channels"),
        ([*fields(), {"name": "attribution_touch", "value": "newest"}], "attribution_touch"),
        ([*fields(), {"name": "attribution_first", "value": "both"}], "attribution_first"),
        ([*fields(), {"name": "attribution_window_days", "value": "0"}], "attribution_window_days"),
        ([*fields(), {"name": "attribution_window_days", "value": "36501"}], "attribution_window_days"),
        ([*fields(), {"name": "attribution_window_days", "value": "a month"}], "attribution_window_days"),
        ([*fields(), {"name": "attribution_self_purchase", "value": "yes"}], "attribution_self_purchase"),
        ([*fields(), {"name": "voucher_prefix", "value": "MY FRIEND"}], "voucher_prefix"),
        ([*fields(), {"name": "portal_url", "value": "partners.example.com"}], "portal_url"),
        ([*fields(), {"name": "portal_url", "value": "javascript:alert(1)"}], "portal_url"),
    ],
)
def test_each_problem_names_its_field(configuration: list[object], field: str) -> None:
    assert list(setting_problems(configuration, ["us"])) == [field]


def test_what_is_filled_in_is_told_to_the_program_and_the_rest_left_to_it() -> None:
    keys = {"metadata": {"referral_code": "referral_code", "referral_click": "referral_click"}}
    assert told_to_the_program(DEFAULT_CONFIGURATION) == keys
    chosen = {
        "attribution_touch": "First",
        "attribution_first": "link",
        "attribution_window_days": "90",
        "attribution_self_purchase": "sponsor",
        "voucher_prefix": "FRIEND-",
        "portal_url": "https://partners.example.com/",
    }
    settings = [*fields(code="ref"), *({"name": name, "value": value} for name, value in chosen.items())]
    assert setting_problems(settings, []) == {}
    assert read_settings(settings).portal_url == "https://partners.example.com"
    assert told_to_the_program(settings) == {
        "metadata": {"referral_code": "ref", "referral_click": "referral_click"},
        "attribution": {
            "touch": "first",
            "voucher_first": False,
            "window_days": 90,
            "self_purchase": "sponsor",
        },
        "vouchers": {"prefix": "FRIEND-"},
    }
    unlimited = [{"name": "attribution_window_days", "value": "unlimited"}]
    assert told_to_the_program(unlimited)["attribution"] == {"window_days": None}


def test_unknown_channel_is_named() -> None:
    assert "nowhere" in setting_problems(fields(channels="us, nowhere"), ["us"])["channels"]


def test_good_environment() -> None:
    assert environment_problems(GOOD) == {}
    assert environment_problems(GOOD | {"DISTRIBUTION_DATABASE_URL": "postgresql:///d?host=/run/db"}) == {}
    assert environment_problems(GOOD | {"DISTRIBUTION_REDIS_URL": "unix:///run/redis.sock?db=0"}) == {}


@pytest.mark.parametrize("variable", list(GOOD))
@pytest.mark.parametrize(
    "value", ["", "secret", "mysql://u:secret@h/d", "postgresql:secret", "redis://h:secret/0"]
)
def test_wrong_variable_is_named_and_not_repeated(variable: str, value: str) -> None:
    problems = environment_problems(GOOD | {variable: value})
    assert list(problems) == [variable]
    assert variable in problems[variable]
    assert "secret" not in problems[variable]


def test_driver_named_for_sqlalchemy_is_left_out() -> None:
    assert driver_url("postgresql+psycopg://u@h/d") == "postgresql://u@h/d"
    assert driver_url("postgresql://u@h/d") == "postgresql://u@h/d"

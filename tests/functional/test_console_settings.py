"""Program settings, people, tokens, the audit log."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

import pytest
from sqlalchemy import Engine
from sqlalchemy.orm import Session

from distribution.commission.publish import publish
from distribution.db import transaction
from distribution.settings import program, tokens
from distribution.settings.merchants import by_email
from tests.functional.console_client import ConsoleClient, last_act, merchant_actor
from tests.functional.console_world import PASSWORD

Console = Callable[[str], ConsoleClient]


def _form(page: str) -> dict[str, Any]:
    """What the form of the settings would send as it stands."""
    part = page.split('action="/console/program"', 1)[1].split("</form>", 1)[0]
    data: dict[str, Any] = {}
    for tag in re.findall(r"<input[^>]+>", part):
        name = re.search(r'name="([^"]+)"', tag)
        value = re.search(r'value="([^"]*)"', tag)
        if name is None or name[1] == "csrf_token":
            continue
        if ('type="radio"' in tag or 'type="checkbox"' in tag) and " checked" not in tag:
            continue
        data[name[1]] = value[1] if value else ""
    for name, body in re.findall(r'<textarea[^>]*name="([^"]+)"[^>]*>(.*?)</textarea>', part, re.DOTALL):
        data[name] = body.strip()
    for name, body in re.findall(r'<select[^>]*name="([^"]+)"[^>]*>(.*?)</select>', part, re.DOTALL):
        chosen = re.search(r'<option selected value="([^"]+)"', body)
        assert chosen is not None, name
        data[name] = chosen[1]
    return data


def test_sending_the_settings_as_they_stand_changes_nothing(
    console: Console, lived_in_engine: Engine
) -> None:
    owner = console("owner")
    with Session(lived_in_engine) as session:
        before = program.read(session)
    assert "in force" in owner.act("/console/program", _form(owner.page("/console/program")))
    with Session(lived_in_engine) as session:
        assert program.read(session) == before


def test_changed_settings_are_in_force_and_on_the_audit_log(
    console: Console, lived_in_engine: Engine
) -> None:
    owner = console("owner")
    form = _form(owner.page("/console/program")) | {
        "window_days": "",
        "join_policy": "invitation",
        "self_purchase": "sponsor",
        "limits-0-currency": "USD",
        "limits-0-minimum": "10.00",
        "limits-0-maximum": "500",
        "limits-1-currency": "jpy",
        "limits-1-minimum": "1000",
        "requests_per_day": "2",
        "automatic": "no",
        "product_page": "/{channel}/products/{slug}",
    }
    owner.act("/console/program", form)
    with Session(lived_in_engine) as session:
        settings = program.read(session)
    assert settings.attribution.window_days is None
    assert (settings.join_policy, settings.attribution.self_purchase) == ("invitation", "sponsor")
    assert settings.withdrawal.minimum_minor == {"USD": 1000, "JPY": 1000}
    assert settings.withdrawal.maximum_minor == {"USD": 50000}
    assert settings.withdrawal.requests_per_day == 2
    assert not settings.settlement.automatic
    assert settings.storefront.product == "/{channel}/products/{slug}"
    act = last_act(lived_in_engine, "program.change")
    assert act.actor == merchant_actor(lived_in_engine, "owner")
    assert act.before is not None
    assert act.before["join_policy"] == "review"
    page = owner.page("/console/program")
    assert 'value="10.00"' in page
    assert 'value="500.00"' in page


@pytest.mark.parametrize(
    "wrong, words",
    [
        ({"max_tree_depth": "5"}, "A network deeper than three levels needs your reason here."),
        ({"max_tree_depth": "0"}, "Enter a number."),
        ({"default_currency": "XXQ"}, "Enter the code of a currency, like EUR."),
        ({"limits-0-minimum": "ten"}, "Enter an amount like 25.00."),
        ({"limits-0-minimum": "600.00"}, "Check the limits"),
        ({"limits-1-currency": "QQQ", "limits-1-minimum": "1"}, "Enter the code of a currency, like EUR."),
        ({"window_days": "0"}, "From 1 to 36500 days."),
        ({"program_name": ""}, "Give the program a name."),
        ({"product_page": "/products"}, "It begins with / and holds {slug}."),
        ({"collection_page": "//elsewhere/{slug}"}, "It begins with / and holds {slug}."),
    ],
)
def test_wrong_settings_are_refused_beside_the_field(
    console: Console, wrong: dict[str, str], words: str
) -> None:
    owner = console("owner")
    limits = {"limits-0-currency": "USD", "limits-0-maximum": "500.00"}
    form = _form(owner.page("/console/program")) | limits | wrong
    answer = owner.send("/console/program", form)
    assert answer.status_code == 422
    assert words in answer.get_data(as_text=True)


def test_grades_groups_and_stages(console: Console, lived_in_engine: Engine) -> None:
    owner = console("owner")
    ranks = {"grades": "Bronze\r\n\r\n Silver \r\nGold\r\nPlatinum", "groups": "Press\nSchools\nShops"}
    stages = {
        "new_days": "14",
        "best_selling_units": "50",
        "best_selling_days": "30",
        "slow_units": "",
        "slow_days": "",
    }
    owner.act("/console/program", _form(owner.page("/console/program")) | ranks | stages)
    with Session(lived_in_engine) as session:
        settings = program.read(session)
    assert settings.grades == ["Bronze", "Silver", "Gold", "Platinum"]
    assert settings.groups == ["Press", "Schools", "Shops"]
    assert settings.product_stages.model_dump() == {
        "new": {"days": 14},
        "best_selling": {"days": 30, "units_from": 50},
        "slow": None,
    }
    page = owner.page("/console/program")
    assert "Bronze\nSilver\nGold\nPlatinum</textarea>" in page.replace("\r", "")
    form = _form(page)
    for wrong, words in (
        ({"grades": "Bronze\nGold"}, "1 distributor has “Silver”"),
        ({"groups": "Press"}, "1 distributor has “Shops”"),
        ({"grades": "Silver\nsilver"}, "in whatever case"),
        ({"grades": "Silver\n" + "x" * 61}, "in whatever case"),
        ({"best_selling_days": ""}, "Enter both numbers, or none."),
        ({"slow_units": "3"}, "Enter both numbers, or none."),
        ({"new_days": ""}, "Enter a number of days."),
        ({"slow_units": "3", "slow_days": "367"}, "From 1 to 366 days."),
    ):
        answer = owner.send("/console/program", form | wrong)
        assert answer.status_code == 422, wrong
        assert words in answer.get_data(as_text=True), wrong
    publish_plan(lived_in_engine, {"level": 1, "bps": 1200, "grade": "Platinum"})
    answer = owner.send("/console/program", form | {"grades": "Silver\nGold"}).get_data(as_text=True)
    assert "The plan “By grade” names “Platinum”." in answer


def publish_plan(engine: Engine, rate: dict[str, Any]) -> None:
    """Put a plan of one rate in force."""
    plan = {"name": "By grade", "ceiling_bps": 3000, "hold_days": 14, "rates": [rate]}
    with transaction(engine) as session:
        publish(session, plan, actor="job:test", now=datetime.now(UTC))


def test_a_deeper_network_is_acknowledged(console: Console, lived_in_engine: Engine) -> None:
    owner = console("owner")
    form = _form(owner.page("/console/program"))
    owner.act(
        "/console/program", form | {"max_tree_depth": "5", "depth_acknowledgement": "Our lawyer agreed."}
    )
    act = last_act(lived_in_engine, "program.change")
    assert act.after == {"max_tree_depth": 5, "depth_acknowledgement": "Our lawyer agreed."}


def test_people_and_their_roles(console: Console, lived_in_engine: Engine) -> None:
    owner = console("owner")
    form = {"name": "Lena Ott", "email": "lena@shop.example", "role": "finance", "password": PASSWORD}
    assert "Lena Ott may sign in." in owner.act("/console/people", form)
    assert "Somebody else has this e-mail address." in owner.send("/console/people", form).get_data(
        as_text=True
    )
    short = owner.send("/console/people", form | {"email": "x@shop.example", "password": "short"})
    assert "10 to 128 characters" in short.get_data(as_text=True)
    with Session(lived_in_engine) as session:
        lena, hanna = by_email(session, "lena@shop.example"), by_email(session, "owner@shop.example")
        assert lena is not None
        assert hanna is not None
    assert "The role is changed" in owner.act(f"/console/people/{lena.id}/role", {"role": "read_only"})
    assert last_act(lived_in_engine, "merchant.change_role").after == {"role": "read_only"}
    assert "The last owner stays an owner" in owner.act(
        f"/console/people/{hanna.id}/role", {"role": "support"}
    )


def test_a_token_is_shown_once_and_revoked(console: Console, lived_in_engine: Engine) -> None:
    owner = console("owner")
    form = {"name": "Point of sale Berlin", "scopes": ["read", "orders:write"], "source": ""}
    page = owner.send("/console/tokens", form).get_data(as_text=True)
    secret = re.search(r'value="(sd_[\w-]+)"', page)
    assert secret is not None
    assert secret[1] not in owner.page("/console/tokens")
    assert "point-of-sale-berlin" in owner.page("/console/tokens")
    with Session(lived_in_engine) as session:
        token = tokens.by_secret(session, secret[1])
        assert token is not None
        assert token.scopes == ["read", "orders:write"]
    assert "There is or was a token of this name." in owner.send("/console/tokens", form).get_data(
        as_text=True
    )
    nothing = owner.send("/console/tokens", {"name": "Other", "scopes": []}).get_data(as_text=True)
    assert "Choose what the token may do." in nothing
    assert "The token is revoked" in owner.act("/console/tokens/revoke", {"name": "Point of sale Berlin"})
    with Session(lived_in_engine) as session:
        assert tokens.by_secret(session, secret[1]) is None
    assert secret[1] not in str(last_act(lived_in_engine, "token.create").after)


def test_the_audit_log_is_filtered(console: Console, lived_in_engine: Engine) -> None:
    reader = console("read_only")
    owner = merchant_actor(lived_in_engine, "owner")
    page = reader.page(f"/console/audit?actor={owner}")
    assert "Hanna Berg" in page
    assert "the applicant" not in page
    assert "Signed in to the console" in reader.page("/console/audit?action=merchant.sign_in")
    assert "the applicant" in reader.page("/console/audit?subject_type=distributor")
    assert "Nothing found" in reader.page("/console/audit?subject_id=unheard-of")

"""Payout methods are set up by environment variables: whole, or refused by name."""

from __future__ import annotations

from importlib.metadata import entry_points
from pathlib import Path

import pytest

from distribution.adapters.payout import payout_adapters, payout_problems
from distribution.adapters.payout.find import GROUP
from distribution.adapters.payout.payee import entered, words
from distribution.adapters.payout.variables import named
from distribution.installation.examine import check_payouts
from distribution.settings.errors import InvalidSetting
from distribution.withdrawal.errors import WrongPayee

DOCUMENT = (Path(__file__).parents[2] / "docs" / "payouts.md").read_text("utf-8")
OURS = {"manual", "paypal", "saleor_gift_card", "sepa", "stripe", "wechat"}
STRIPE = {"DISTRIBUTION_PAYOUT_STRIPE_SECRET_KEY": "sk_test_1"}


def test_without_variables_money_leaves_by_hand_only() -> None:
    assert payout_adapters({}).keys() == {"manual"}
    assert payout_adapters(STRIPE).keys() == {"manual", "stripe"}


@pytest.mark.parametrize(
    "environ, name",
    [
        (
            {"DISTRIBUTION_PAYOUT_STRIPE_URL": "https://api.stripe.com"},
            "DISTRIBUTION_PAYOUT_STRIPE_SECRET_KEY",
        ),
        (STRIPE | {"DISTRIBUTION_PAYOUT_STRIPE_URL": "api.stripe.com"}, "DISTRIBUTION_PAYOUT_STRIPE_URL"),
        ({"DISTRIBUTION_PAYOUT_STRIPE_SECRET_KEY": "sk test"}, "DISTRIBUTION_PAYOUT_STRIPE_SECRET_KEY"),
        ({"DISTRIBUTION_PAYOUT_PAYPAL_CLIENT_ID": "x"}, "DISTRIBUTION_PAYOUT_PAYPAL_CLIENT_SECRET"),
        ({"DISTRIBUTION_PAYOUT_WECHAT_MCHID": "1"}, "DISTRIBUTION_PAYOUT_WECHAT_APPID"),
        (
            {"DISTRIBUTION_PAYOUT_SALEOR_GIFT_CARD_CHANNEL": "default"},
            "DISTRIBUTION_PAYOUT_SALEOR_GIFT_CARD_URL",
        ),
    ],
)
def test_what_is_missing_or_wrong_is_named_and_not_repeated(environ: dict[str, str], name: str) -> None:
    with pytest.raises(InvalidSetting, match=name) as refused:
        payout_adapters(environ)
    assert "sk test" not in str(refused.value)
    (found,) = [each for each in check_payouts(environ) if each.state == "bad" and name in each.seen]
    assert found.subject.startswith("payouts by ")


def test_the_doctor_shows_what_can_be_paid_by() -> None:
    seen = {each.subject: each.state == "good" for each in check_payouts(STRIPE)}
    assert seen == {"payouts by manual": True, "payouts by stripe": True}
    assert all(not problems for _, problems in payout_problems(STRIPE))


def test_every_variable_is_in_the_documentation() -> None:
    for point in entry_points(group=GROUP):
        if point.name not in OURS:
            continue
        kind = point.load()
        assert f"`{point.name}`" in DOCUMENT
        assert kind.title.keys() >= {"en", "zh_Hans"}
        assert all(each.label.keys() >= {"en", "zh_Hans"} for each in kind.payee_fields)
        for each in kind.variables:
            optional = each.name == "URL" and each.default
            assert optional or named(point.name, each.name) in DOCUMENT or f"…_{each.name}`" in DOCUMENT
    assert {point.name for point in entry_points(group=GROUP)} >= OURS


def test_payees_are_checked_field_by_field() -> None:
    fields = payout_adapters({})["manual"].payee_fields
    assert entered(fields, {"holder": " Ada  L. ", "account": "1234", "other": "x"}) == {
        "holder": "Ada L.",
        "account": "1234",
    }
    for wrong in ({"holder": "", "account": "1234"}, {"holder": "Ada", "account": "123"}):
        with pytest.raises(WrongPayee):
            entered(fields, wrong)
    assert words({"en": "Bank"}, "zh_Hans") == "Bank"

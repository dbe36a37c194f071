"""Explanations as people read them, in English and in Chinese."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager
from datetime import UTC, datetime

import pytest
from flask import Flask
from flask_babel import Babel, force_locale

from distribution.analytics.explanation.lost import MISMATCHES, ROWS
from distribution.analytics.explanation.order import OrderExplanation
from distribution.analytics.explanation.own import own_levels
from portal.explaining import lost, people
from portal.explaining.names import Names
from portal.explaining.order import told_order
from portal.explaining.steps import nothing_words
from portal.explaining.told import Told, told_to_distributor, told_to_merchant
from tests.explaining import explained, explained_case
from tests.specification.notation import ANN, SAM, TOM
from tests.specification.tables import rows

PLACED = datetime(2026, 12, 3, 12, tzinfo=UTC)
In = Callable[[str], AbstractContextManager[None]]
NAMES = Names(
    {
        ("category", "clothing"): "Clothing",
        ("product", "shirt"): "Linen shirt",
        ("distributor", SAM): "Sam Seller",
        ("distributor", ANN): "Ann Above",
        ("distributor", TOM): "Tom Top",
    }
)
PLAN = (
    "1 10%; 1 3% category=clothing; 1 tiers own month marginal USD 0:10% 50.00:12% grade=gold product=shirt;"
    " 1 5.00 USD product=mug customer=first; 1 9% distributor=Ann; 1 8% customer=repeat; 2 7%; 2 6% grade=gold; 3 2%;"
    " campaign x2 product=mug levels=1; ceiling=15%; margin=20%; cap distributor month 6.00 USD; compress;"
    " level 2 needs grades=silver"
)
ORDER = (
    "2 shirt 99.99 shipped=1 cost=70.00; mug 40.00; Sam grade=gold own/month=20.00 earned/month=1.00;"
    " Ann grade=bronze; Tom grade=silver"
)
ENGLISH = [
    ("Price after all discounts, without tax", "$99.99"),
    ("Rate: 10% to 12% by own sales of the month on Linen shirt, for grade gold", "$11.5702…"),
    ("Lowered to the shop's limit for this product.", "$6.2257…"),
    ("It passed the monthly cap for one person. Of $6.00 there were $5.00 left.", "$2.8523…"),
    ("1 of 2 shipped and kept", "$1.4261…"),
    ("Rounded down once, at the end.", "$1.42"),
]
CHINESE = [
    ("折后价（不含税）", "US$99.99"),
    ("佣金率：商品“Linen shirt” 按当月个人销售额 10% 至 12%，仅限“gold”等级", "US$11.5702…"),
    ("按商店对该商品的限额下调。", "US$6.2257…"),
    ("超过个人每月可得佣金的限额。限额 US$6.00，当时剩余 US$5.00。", "US$2.8523…"),
    ("2 件中有 1 件已发货且未退回", "US$1.4261…"),
    ("仅在最后向下取整一次。", "US$1.42"),
]


@pytest.fixture(scope="module")
def speaking() -> Iterator[In]:
    """`with speaking("zh_Hans")`: what is said within is said in that language."""
    app = Flask("portal")
    app.config["BABEL_TRANSLATION_DIRECTORIES"] = "translations"
    Babel(app)
    with app.app_context():
        yield force_locale


def own(order: OrderExplanation, place: int = 1) -> list[Told]:
    """What the person at that place is told."""
    person = order.travelled.positions[place - 1].person
    names = Names({("product", "shirt"): "Linen shirt"}, reader=str(person.id))
    return [told_to_distributor(each, "USD", names) for each in own_levels(order, person.id)]


@pytest.mark.parametrize("language, expected", [("en", ENGLISH), ("zh_Hans", CHINESE)])
def test_the_steps_of_a_share(speaking: In, language: str, expected: list[tuple[str, str]]) -> None:
    with speaking(language):
        shirt, _ = own(explained(PLAN, ORDER))
    assert [(step.text, step.amount) for step in shirt.steps] == expected


def test_a_tier_says_what_it_followed_from(speaking: In) -> None:
    order = explained(PLAN, ORDER)
    with speaking("en"):
        assert own(order)[0].steps[1].note == (
            "Own sales of the month before this order: $20.00. Steps: 10% from $0.00, 12% from $50.00. "
            "This order reaches into several steps: 11.5713…% on average."
        )
    with speaking("zh_Hans"):
        assert own(order)[0].steps[1].note == (
            "此单之前的当月个人销售额：US$20.00。阶梯：满 US$0.00 为 10%，满 US$50.00 为 12%。"
            "此单跨越多档，平均为 11.5713…%。"
        )


def test_a_campaign_is_a_step_of_its_own(speaking: In) -> None:
    with speaking("en"):
        mug = own(explained(PLAN, ORDER))[1]
    assert [step.text for step in mug.steps][:3] == [
        "Price after all discounts, without tax",
        "Rate: $5.00 for each item on mug, a customer's first order",
        "Campaign “Campaign”: ×2",
    ]
    assert [step.amount for step in mug.steps][1:3] == ["$5.00", "$10.00"]


def test_what_else_was_looked_at(speaking: In) -> None:
    order = explained(PLAN, ORDER)
    with speaking("en"):
        assert own(order)[0].nearly == (
            ("3% in category clothing", "the one that counts is closer to the product"),
            ("10% on everything", "the one that counts is closer to the product"),
            (
                "8% on everything, a customer's further orders",
                "only for further orders of a customer, and this is the first",
            ),
        )
    with speaking("zh_Hans"):
        assert own(order)[0].nearly[1] == ("全部商品 10%", "生效的规则与商品更贴近")


def test_passed_up_to_somebody(speaking: In) -> None:
    with speaking("en"):
        [shirt, _] = own(explained(PLAN, ORDER), place=3)
        assert shirt.who == "Sale two steps below you, passed up to you as level 2"
        assert shirt.rule == "7% on everything"


def test_the_merchant_reads_everything(speaking: In) -> None:
    order = explained(PLAN, ORDER)
    with speaking("en"):
        told = told_order(order, PLACED, NAMES)
        assert [(each.name, each.outcome, each.earns) for each in told.people] == [
            ("Sam Seller", "Earns level 1.", True),
            ("Ann Above", "Not level 2: it takes grade silver, theirs was bronze.", False),
            ("Tom Top", "Earns level 2, passed up: nobody nearer qualified.", True),
        ]
        assert told.people[0].facts == "grade gold, own sales of the month $20.00, claimed in the month $1.00"
        assert told.vacancies == [
            "Level 3: the last of the three was passed the level below, so the shop keeps it."
        ]
        first, second, third = told.lines[0].levels
        assert "$18.5695… was claimed, $9.992 is allowed." in first.steps[2].text
        assert [(reason.words, reason.count) for reason in first.others] == [
            ("for another product", 2),
            ("for another person", 1),
            ("only for further orders of a customer, and this is the first", 1),
        ]
        assert [(reason.words, reason.count) for reason in second.others] == [
            ("for another grade", 1),
            ("for another level", 1),
        ]
        assert third.steps == ()
    with speaking("zh_Hans"):
        told = told_order(order, PLACED, NAMES)
        assert told.people[2].outcome == "获得第 2 级佣金（向上递补：更近的上级不符合条件）。"
        assert told.people[1].outcome == "未获得第 2 级：需要等级 silver，当时为 bronze。"


def test_of_a_level_every_rule_can_be_read(speaking: In) -> None:
    order = explained("; ".join(["1 10%", *(f"1 {n}% product=p-{n}" for n in range(1, 51))]), "shirt 50.00")
    line = order.lines[0]
    with speaking("en"):
        short = told_to_merchant(line, line.levels[0], "", "USD", NAMES)
        whole = told_to_merchant(line, line.levels[0], "", "USD", NAMES, whole=True)
    assert [(reason.count, len(reason.rules)) for reason in short.others] == [(50, 0)]
    assert [(reason.count, len(reason.rules), reason.more) for reason in whole.others] == [(50, 50, 0)]
    assert whole.others[0].rules[0] == "1% on p-1"


CODES = [*MISMATCHES, "less_specific", "other_level", "not_yet", "over", "does_not_stack", "overridden"]
NOTHING = ["gift_card", "base_is_zero", "customer_limit", "other_currency", "line_gone"]


@pytest.mark.parametrize("code", CODES)
def test_every_reason_has_words_in_both_languages(speaking: In, code: str) -> None:
    with speaking("en"):
        english = lost.reason_words(code)
    with speaking("zh_Hans"):
        chinese = lost.reason_words(code)
    assert english != code
    assert re.search(r"[\u4e00-\u9fff]", chinese)


def test_every_row_place_and_nothing_has_words_in_both_languages(speaking: In) -> None:
    assert set(lost.ROWS) == set(ROWS)
    with speaking("zh_Hans"):
        words = [
            *map(str, lost.ROWS.values()),
            *map(str, people.VACANCIES.values()),
            *map(nothing_words, NOTHING),
        ]
    assert len(set(words)) == len(words)
    assert all(re.search(r"[\u4e00-\u9fff]", each) for each in words)


@pytest.mark.parametrize("language", ["en", "zh_Hans"])
def test_whatever_the_specification_says_can_be_told(speaking: In, language: str) -> None:
    with speaking(language):
        for row in rows():
            order, _ = explained_case(row.case)
            text = repr(told_order(order, PLACED, NAMES))
            for index in range(len(order.travelled.positions)):
                text += repr(own(order, index + 1))
            assert "%(" not in text
            assert "less_specific" not in text

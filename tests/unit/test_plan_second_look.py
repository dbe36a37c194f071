"""Before a plan is published: what it changes, what is seldom meant, what a sale would bring."""

from __future__ import annotations

from datetime import UTC, datetime
from random import Random
from typing import Any

import pytest

from distribution.analytics.plan_difference import differences
from distribution.analytics.plan_example import Circumstances, often_cut, plain_sale, worked
from distribution.analytics.plan_warnings import warnings_of
from distribution.commission.plan.parse import parse
from tests.model.plan.generate import a_document
from tests.refused_plans import CAMPAIGN, CAP, RATE, plan

NOW = datetime(2026, 11, 22, tzinfo=UTC)
LEVELS = [{"level": level, "bps": bps} for level, bps in ((1, 1000), (2, 500), (3, 200))]


def codes(**changes: Any) -> list[tuple[str, str]]:
    found = warnings_of(parse(plan(rates=LEVELS, ceiling_bps=1700, **changes)), now=NOW)
    return [(each.code, each.path) for each in found]


@pytest.mark.parametrize("seed", range(30))
def test_a_plan_differs_from_itself_in_nothing_whatever_the_order_of_its_rules(seed: int) -> None:
    document = a_document(Random(seed))
    plan, turned = parse(document), {**document}
    for part in ("rates", "campaigns", "caps"):
        turned[part] = list(reversed(document.get(part, [])))
    assert differences(plan, parse(turned)) == []
    other = parse(a_document(Random(seed + 1000)))
    there, back = differences(plan, other), differences(other, plan)
    assert sorted(each.kind for each in there if each.kind == "changed") == sorted(
        each.kind for each in back if each.kind == "changed"
    )
    assert sum(each.kind == "added" for each in there) == sum(each.kind == "removed" for each in back)


def test_rules_are_matched_by_what_they_apply_to_and_their_level() -> None:
    before = parse(plan(rates=[*LEVELS, {**RATE, "product": ["a", "b"]}], campaigns=[CAMPAIGN], caps=[CAP]))
    after = parse(
        plan(
            rates=[
                {**RATE, "product": ["b", "a"], "bps": 1},
                *LEVELS[:2],
                {"level": 3, "bps": 200, "grade": "gold"},
            ],
            campaigns=[{**CAMPAIGN, "to": "2026-12-09T00:00:00+00:00"}],
            caps=[{**CAP, "amount": "10.00"}, {**CAP, "currency": "EUR"}],
            hold_days=7,
        )
    )
    found = [(each.kind, each.part) for each in differences(before, after)]
    assert found == [
        ("changed", "setting"),
        ("changed", "rate"),
        ("added", "rate"),
        ("removed", "rate"),
        ("changed", "campaign"),
        ("changed", "cap"),
        ("added", "cap"),
    ]


def test_an_everyday_plan_needs_no_second_look() -> None:
    assert codes() == []


@pytest.mark.parametrize(
    "changes, expected",
    [
        ({"rates": LEVELS[:2], "ceiling_bps": 1500}, [("level_without_rate", "rates")]),
        (
            {"rates": [*LEVELS[:2], {**LEVELS[2], "grade": "gold"}]},
            [("level_without_general_rate", "rates[2].level")],
        ),
        ({"ceiling_bps": 1699}, [("ceiling_always_reached", "ceiling_bps")]),
        ({"ceiling_bps": 1701}, [("ceiling_never_reached", "ceiling_bps")]),
        ({"ceiling_bps": 1701, "campaigns": [{**CAMPAIGN, "multiplier_bps": 10_100}]}, []),
        ({"ceiling_bps": 3001}, [("pays_much", "ceiling_bps"), ("ceiling_never_reached", "ceiling_bps")]),
        (
            {
                "rates": [*LEVELS, {"level": 1, "fixed": "1", "currency": "USD", "product": "p"}],
                "ceiling_bps": 3000,
            },
            [],
        ),
        ({"hold_days": 0}, [("no_hold", "hold_days")]),
        ({"hold_days_by_grade": {"gold": 0, "silver": 7}}, [("no_hold", "hold_days_by_grade.gold")]),
        (
            {
                "campaigns": [
                    {
                        **CAMPAIGN,
                        "from": "2020-01-01T00:00:00Z",
                        "to": "2020-01-02T00:00:00Z",
                        "bps": 0,
                        "multiplier_bps": None,
                    }
                ]
            },
            [("campaign_over", "campaigns[0].to")],
        ),
        (
            {
                "rates": LEVELS[:1],
                "ceiling_bps": 1000,
                "campaigns": [{**CAMPAIGN, "levels": [2, 3], "multiplier_bps": 10_000}],
            },
            [
                ("level_without_rate", "rates"),
                ("level_without_rate", "rates"),
                ("campaign_without_rate", "campaigns[0].levels"),
            ],
        ),
        (
            {
                "rates": [
                    *LEVELS,
                    {**RATE, "product": "p", "bps": 1},
                    {**RATE, "product": ["q", "p"], "priority": 1, "bps": 2},
                ]
            },
            [("rate_never_wins", "rates[3]")],
        ),
        (
            {"rates": [*LEVELS, {**RATE, "priority": 1, "bps": 1}]},
            [("ceiling_always_reached", "ceiling_bps"), ("rate_never_wins", "rates[0]")],
        ),
        (
            {
                "rates": [
                    *LEVELS,
                    {**RATE, "product": "p", "bps": 1},
                    {**RATE, "product": "q", "priority": 1, "bps": 2},
                ]
            },
            [],
        ),
    ],
)
def test_what_is_seldom_meant_is_said(changes: dict[str, Any], expected: list[tuple[str, str]]) -> None:
    document = {**plan(rates=LEVELS, ceiling_bps=1700), **changes}
    for campaign in document.get("campaigns", []):
        if campaign.get("multiplier_bps", 0) is None:
            del campaign["multiplier_bps"]
    assert [(each.code, each.path) for each in warnings_of(parse(document), now=NOW)] == expected


def test_a_rate_that_never_wins_never_wins() -> None:
    """What is said to be outranked is outranked by the engine: without it nothing changes."""
    said = 0
    for seed in range(300):
        document = a_document(Random(seed))
        found = [
            each.path for each in warnings_of(parse(document), now=NOW) if each.code == "rate_never_wins"
        ]
        said += len(found)
        places = {int(path[6:-1]) for path in found}
        rest = {
            **document,
            "rates": [rate for place, rate in enumerate(document["rates"]) if place not in places],
        }
        assert all(
            [(each.level, each.amount_minor) for each in worked(parse(document), sold, about)]
            == [(each.level, each.amount_minor) for each in worked(parse(rest), sold, about)]
            for sold in (plain_sale("USD", NOW),)
            for about in (Circumstances(), Circumstances(quantity=3, customer="repeat", channel="web"))
        )
    assert said > 20


def test_an_example_says_what_won_and_what_cut_it() -> None:
    sold = plain_sale("USD", NOW)
    both = parse(
        plan(
            rates=[*LEVELS, {**RATE, "customer": "repeat", "bps": 2000}],
            campaigns=[{**CAMPAIGN, "from": "2026-11-01T00:00:00Z", "name": "Double"}],
            ceiling_bps=2000,
        )
    )
    first, *_ = worked(both, sold)
    assert (first.amount_minor, first.cuts, first.campaigns) == (1176, ("ceiling",), ("Double",))
    again, *_ = worked(both, sold, Circumstances(quantity=2, customer="repeat"))
    assert (again.rate.index if again.rate else None, again.amount_minor) == (3, 2962)
    assert often_cut(both, [sold, sold]) == 2
    assert often_cut(parse(plan(rates=LEVELS)), [sold]) == 0

"""The proof's own reading of the rule book: what each share of an order must be, worked out by hand beside it."""

from __future__ import annotations

from fractions import Fraction
from typing import Any

import pytest

from distribution.proof.rates import Book, Due, Earlier, due

ONE, TWO, THREE = "one", "two", "three"
TEN_FIVE_TWO = [{"level": 1, "bps": 1_000}, {"level": 2, "bps": 500}, {"level": 3, "bps": 200}]


def line(net: int = 10_000, quantity: int = 1, **facts: Any) -> dict[str, Any]:
    known = {"gross": net, "gift_card": False, "product_id": "p-1", "variant_id": "v-1"}
    return {"net": net, "quantity": quantity, "category_ids": [], "collection_ids": [], **known, **facts}


def order(*lines: dict[str, Any], **facts: Any) -> dict[str, Any]:
    numbered = [{"id": f"l-{number}", **each} for number, each in enumerate(lines or (line(),), 1)]
    said = {"currency": "USD", "channel": "web", "placed_at": "2026-03-31T12:00:00.000000+00:00"}
    return {**said, "lines": numbered, **facts}


def shares(
    plan: dict[str, Any],
    state: dict[str, Any] | None = None,
    chain: tuple[str | None, ...] = (ONE, TWO, THREE),
    earlier: tuple[Earlier, ...] = (),
    **facts: Any,
) -> list[Due]:
    document = {"name": "P", "ceiling_bps": 10_000, "hold_days": 0, "rates": TEN_FIVE_TWO, **plan}
    return due(Book(document), state or order(), facts, chain, earlier)


def claims(*arguments: Any, **facts: Any) -> list[tuple[str, int, str, int]]:
    return [
        (share.line_id, share.level, share.distributor_id, share.claimed_minor)
        for share in shares(*arguments, **facts)
    ]


def test_each_level_with_somebody_gets_its_rate() -> None:
    assert claims({}, chain=(ONE, TWO, None)) == [("l-1", 1, ONE, 1_000), ("l-1", 2, TWO, 500)]


def test_a_ceiling_scales_the_exact_claims() -> None:
    found = shares({"ceiling_bps": 1_000}, order(line(999)))

    assert [share.rate for share in found] == [Fraction(each, 170) for each in (10, 5, 2)]
    assert [share.claimed_minor for share in found] == [58, 29, 11]


def test_what_the_margin_must_leave_is_a_ceiling_too() -> None:
    # 10 000 − 9 000 cost − 5 % = 500 for all levels, which ask 1 700.
    found = shares({"margin": {"least_bps": 500}}, order(line(cost=9_000)))

    assert sum(share.rate for share in found) == Fraction(500, 10_000)
    assert [share.claimed_minor for share in found] == [294, 147, 58]


@pytest.mark.parametrize(
    "rates, winner",
    [
        pytest.param([{"grade": "gold", "priority": 9}, {"product": "p-1"}], 1, id="what before who"),
        pytest.param([{"category": "far"}, {"category": ["near", "other"]}], 1, id="the nearest category"),
        pytest.param([{"group": "press"}, {"grade": "gold"}, {"distributor": ONE}], 2, id="one person"),
        pytest.param([{"stage": "slow"}, {"channel": "web"}], 1, id="where before when"),
        pytest.param(
            [
                {"order_from": {"amount": "100.01", "currency": "USD"}},
                {"order_from": {"amount": "50.00", "currency": "USD"}},
                {"order_from": {"amount": "0.00", "currency": "USD"}, "priority": 5},
            ],
            1,
            id="the highest amount that the order reaches",
        ),
        pytest.param([{"customer": "first"}, {"customer": "repeat"}, {"priority": 9}], 1, id="whose order"),
        pytest.param([{"collection": "c-1"}, {"collection": "c-2", "priority": 1}], 1, id="priority"),
    ],
)
def test_the_most_specific_rate_wins(rates: list[dict[str, Any]], winner: int) -> None:
    [found] = shares(
        {"rates": [{"level": 1, "bps": 100, **rate} for rate in rates]},
        order(line(category_ids=["near", "far"], collection_ids=["c-1", "c-2"])),
        people=[{"grade": "gold", "groups": ["press"]}, None, None],
        stages={"p-1": "slow"},
        has_earlier_order=True,
    )

    assert found.winner == winner


def tiers(mode: str, currency: str = "USD") -> list[dict[str, Any]]:
    steps = [
        {"from": "0.00", "bps": 1_000},
        {"from": "100.00", "bps": 2_000},
        {"from": "150.00", "bps": 3_000},
    ]
    return [
        {
            "level": 1,
            "tiers": {"by": "own", "period": "month", "mode": mode, "currency": currency, "steps": steps},
        }
    ]


def test_a_marginal_tier_is_the_mean_over_the_order_on_every_line() -> None:
    # Sales 40; base 60 + 90, the gift card pays nothing: 60 at 10 %, 50 at 20 %, 40 at 30 %.
    state = order(line(6_000), line(9_000), line(5_000, gift_card=True))
    found = shares({"rates": tiers("marginal")}, state, people=[{"sales": {"own/month": 4_000}}, None, None])

    mean = Fraction(60 * 1_000 + 50 * 2_000 + 40 * 3_000, 150 * 10_000)
    assert [share.rate for share in found] == [mean, mean, 0]
    assert [share.claimed_minor for share in found] == [1_120, 1_680, 0]
    assert found[2].nothing == "gift_card"


@pytest.mark.parametrize("sales, rate", [(9_999, 1_000), (10_000, 2_000), (15_000, 3_000)])
def test_a_whole_tier_is_the_step_reached_before_the_order(sales: int, rate: int) -> None:
    [found] = shares({"rates": tiers("whole")}, people=[{"sales": {"own/month": sales}}, None, None])

    assert found.rate == Fraction(rate, 10_000)


@pytest.mark.parametrize("mode", ["marginal", "whole"])
def test_in_another_currency_the_first_step_holds(mode: str) -> None:
    [found] = shares({"rates": tiers(mode, "EUR")}, people=[{"sales": {"own/month": 90_000}}, None, None])

    assert found.rate == Fraction(1, 10)


@pytest.mark.parametrize(
    "uplines, people, expected",
    [
        pytest.param({}, [{}, {"active": False}, {}], {1: ONE, 3: THREE}, id="a level is kept"),
        pytest.param(
            {"unqualified": "compress"}, [{}, {"active": False}, {}], {1: ONE, 2: THREE}, id="compress"
        ),
        pytest.param(
            {"unqualified": "compress", "conditions": [{"level": 3, "grades": ["gold"]}]},
            [{}, {}, {"grade": "silver"}],
            {1: ONE, 2: TWO},
            id="nobody further up than the third",
        ),
        pytest.param(
            {
                "conditions": [
                    {"level": 2, "own_sales": {"amount": "5.00", "currency": "USD", "period": "year"}},
                    {"level": 3, "own_sales": {"amount": "0.00", "currency": "EUR", "period": "year"}},
                ]
            },
            [{}, {"sales": {"own/year": 500}}, {"sales": {"own/year": 900}}],
            {1: ONE, 2: TWO},
            id="own sales, in the order's currency",
        ),
    ],
)
def test_who_earns_above(
    uplines: dict[str, Any], people: list[dict[str, Any]], expected: dict[int, str]
) -> None:
    found = shares({"uplines": uplines}, people=people)

    assert {share.level: share.distributor_id for share in found} == expected


WEEK = {"name": "W", "from": "2026-03-31T12:00:00+00:00", "to": "2026-03-31T12:00:00.000001+00:00"}
DOUBLE, HALF = {**WEEK, "multiplier_bps": 20_000}, {**WEEK, "multiplier_bps": 5_000}


@pytest.mark.parametrize(
    "campaigns, claimed",
    [
        pytest.param([DOUBLE], [2_000, 1_000, 400], id="doubled"),
        pytest.param([{**DOUBLE, "levels": [2]}], [1_000, 1_000, 200], id="of one level"),
        pytest.param([{**DOUBLE, "to": WEEK["from"]}], [1_000, 500, 200], id="over before the order"),
        pytest.param([DOUBLE, {**HALF, "product": "p-1"}], [500, 250, 100], id="the most specific alone"),
        pytest.param(
            [
                {**DOUBLE, "stacks": True},
                {**WEEK, "bps": 300, "channel": "web", "stacks": True},
                {**HALF, "customer": "first"},
                {**HALF, "product": ["p-1", "p-2"], "stacks": True},
            ],
            [300, 300, 300],
            id="all that stack: one override, two multipliers",
        ),
        pytest.param(
            [{**WEEK, "fixed": "1.00", "currency": "EUR", "levels": [1]}], [0, 500, 200], id="other currency"
        ),
    ],
)
def test_campaigns_change_rates(campaigns: list[dict[str, Any]], claimed: list[int]) -> None:
    assert [share.claimed_minor for share in shares({"campaigns": campaigns})] == claimed


def test_the_base_is_before_discounts_and_with_shipping_the_rate_of_what_is_paid() -> None:
    plan = {"discounts": "before", "shipping": "include", "rates": TEN_FIVE_TWO[:1]}
    state = order(line(8_000, undiscounted_net=10_000), line(5_000), shipping_net=300)
    found = shares(plan, state)

    assert [share.claimed_minor for share in found] == [1_020, 510]
    assert [share.rate for share in found] == [Fraction(1_020, 8_000), Fraction(510, 5_000)]


def test_a_fixed_amount_is_for_each_unit() -> None:
    rates = [{"level": 1, "fixed": "1.50", "currency": "USD"}, {"level": 2, "fixed": "1", "currency": "JPY"}]
    found = shares({"rates": rates}, order(line(quantity=3)))

    assert [(share.claimed_minor, share.nothing) for share in found] == [(450, None), (0, "other_currency")]


@pytest.mark.parametrize(
    "limit, since, past",
    [
        pytest.param({"orders": 3}, "2020-01-31T12:00:00+00:00", False, id="orders left"),
        pytest.param({"orders": 2}, "2026-03-30T12:00:00+00:00", True, id="no orders left"),
        pytest.param({"months": 2}, "2026-01-31T12:00:00.000001+00:00", False, id="a moment left"),
        pytest.param({"months": 2}, "2026-01-31T13:00:00+01:00", True, id="to the moment"),
        pytest.param({"months": 2, "orders": 9}, "2026-01-31T12:00:00+00:00", True, id="either"),
        pytest.param({"months": 1, "orders": 1}, None, False, id="a new shopper"),
    ],
)
def test_a_shopper_pays_up_to_the_limit(limit: dict[str, int], since: str | None, past: bool) -> None:
    facts = {} if since is None else {"credited": {"orders": 2, "since": since}}
    found = shares({"customer_limit": limit}, **facts)

    assert {share.nothing for share in found} == {"customer_limit" if past else None}


def test_a_day_that_the_month_lacks_is_its_last() -> None:
    credited = {"orders": 1, "since": "2025-10-31T12:00:00+00:00"}
    for moment, past in (("11:59:59", False), ("12:00:00", True)):
        state = order(placed_at=f"2026-02-28T{moment}+00:00")
        found = shares({"customer_limit": {"months": 4}}, state, credited=credited)
        assert {share.nothing for share in found} == {"customer_limit" if past else None}


def test_caps_take_turns() -> None:
    caps = [
        {"per": "distributor", "period": "month", "amount": "5.00", "currency": "USD"},
        {"per": "order", "amount": "12.00", "currency": "USD"},
        {"per": "line", "amount": "8.00", "currency": "USD"},
        {"per": "line", "amount": "0.01", "currency": "EUR"},
    ]
    # Lines: 15.00 → 8.00 and 10.00 → 8.00; together 12.00, of which the seller has 8.00 and 0.10 earned before.
    state = order(line(10_000), line(6_666, quantity=2))
    found = shares(
        {"caps": caps, "rates": TEN_FIVE_TWO[:2]}, state, people=[{"earned": {"month": 10}}, {}, {}]
    )

    assert [(share.level, share.claimed_minor, share.most_minor) for share in found] == [
        (1, 245, 245),
        (2, 200, 200),
        (1, 245, 245),
        (2, 200, 200),
    ]


def test_a_cap_not_reached_says_how_far_a_share_may_grow() -> None:
    found = shares({"caps": [{"per": "line", "amount": "34.00", "currency": "USD"}]})

    assert [share.most_minor for share in found] == [2_000, 1_000, 400]


def test_what_earlier_lines_claim_counts_against_the_order_and_the_person() -> None:
    caps = [
        {"per": "order", "amount": "20.00", "currency": "USD"},
        {"per": "distributor", "period": "year", "amount": "12.00", "currency": "USD"},
    ]
    earlier = (Earlier("l-1", ONE, 1_000), Earlier("l-1", TWO, 100), Earlier("l-gone", TWO, 300))
    found = shares(
        {"caps": caps, "rates": TEN_FIVE_TWO[:2]}, order(line(), line()), (ONE, TWO, None), earlier
    )

    # The order leaves 6.00 of 15.00, the seller's year 2.00 of their 4.00.
    assert [(share.line_id, share.level, share.claimed_minor) for share in found] == [
        ("l-2", 1, 200),
        ("l-2", 2, 200),
    ]


def test_reasons_come_in_their_order() -> None:
    state = order(line(0, gift_card=True), line(0), line())
    rates = [{"level": 1, "fixed": "1.00", "currency": "EUR"}]
    limited = {"orders": 1, "since": "2026-01-01T00:00:00+00:00"}

    found = shares({"rates": rates, "customer_limit": {"orders": 1}}, state, credited=limited)

    assert [share.nothing for share in found] == ["gift_card", "base_is_zero", "customer_limit"]
    assert {share.rate for share in found} == {Fraction(0)}

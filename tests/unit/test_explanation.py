"""Why a rule lost, how a claim came about and who earned it: every reason once, with exact figures."""

from __future__ import annotations

import json
from dataclasses import replace
from fractions import Fraction
from random import Random
from uuid import UUID

import pytest

from distribution.analytics.explanation.claim import Left, claim_of
from distribution.analytics.explanation.frozen import ExplainedShare, FrozenOrder
from distribution.analytics.explanation.lost import MISMATCHES, ROWS, mismatch
from distribution.analytics.explanation.order import MOST_THOROUGH, explain_order
from distribution.analytics.explanation.own import SHOPS_LIMIT, own_level
from distribution.commission.plan.parse import parse
from distribution.commission.rating.facts import Facts, Person
from distribution.commission.rating.freeze import freeze
from distribution.commission.rating.share import EarlierShare
from distribution.orders.snapshot import OrderLine
from tests.explaining import explained, explained_case, explained_level
from tests.frozen import compiled, snapshot_of
from tests.model.plan.generate import some_cases
from tests.specification.notation import case
from tests.specification.tables import Row, rows

# (the losing rate beside the winning "1 10%", the order, why it lost)
MISMATCHED = [
    ("variant=shirt-l", "shirt 50.00", "other_variant"),
    ("product=phone,mug", "shirt 50.00", "other_product"),
    ("collection=new", "shirt 50.00", "other_collection"),
    ("category=electronics", "shirt 50.00", "other_category"),
    ("distributor=Ann", "shirt 50.00", "other_person"),
    ("group=press", "shirt 50.00; Sam groups=teachers", "other_group"),
    ("grade=gold", "shirt 50.00; Sam grade=silver", "other_grade"),
    ("channel=outlet", "shirt 50.00", "other_channel"),
    ("stage=new", "shirt 50.00; stage shirt=slow", "other_stage"),
    ("order_from=50.00:EUR", "shirt 50.00", "other_currency"),
    ("order_from=50.01:USD", "shirt 50.00", "order_too_small"),
    ("customer=first", "shirt 50.00; repeat", "first_order_only"),
    ("customer=repeat", "shirt 50.00", "repeat_order_only"),
]
# (the winning rate, the losing one, the row of the table that decided)
OUTRANKED = [
    ("1 5% variant=shirt-m", "1 10% product=shirt priority=9", "what"),
    ("1 5% product=shirt", "1 10% collection=summer grade=gold", "what"),
    ("1 5% collection=summer", "1 10% category=clothing", "what"),
    ("1 5% category=t-shirts", "1 10% category=clothing grade=gold", "what"),
    ("1 5% category=clothing", "1 10% grade=gold", "what"),
    ("1 5% distributor=Sam", "1 10% group=press channel=default", "who"),
    ("1 5% group=press", "1 10% grade=gold", "who"),
    ("1 5% grade=gold", "1 10%", "who"),
    ("1 5% channel=default", "1 10% stage=new", "where"),
    ("1 5% stage=new", "1 10% order_from=40.00:USD", "stage"),
    ("1 5% order_from=40.00:USD", "1 10% order_from=30.00:USD customer=first", "order_size"),
    ("1 5% customer=first", "1 10% priority=7", "customer"),
    ("1 5% priority=8", "1 10% priority=7", "priority"),
]
SALE = "shirt 50.00; Sam grade=gold groups=press; stage shirt=new"


@pytest.mark.parametrize("selector, order, reason", MISMATCHED, ids=[row[2] for row in MISMATCHED])
def test_why_a_rate_does_not_fit(selector: str, order: str, reason: str) -> None:
    level = explained_level(f"1 10%; 1 99% {selector}", order)
    assert level.rate is not None
    assert level.rate.index == 0
    assert [(lost.rule.index, lost.reason, lost.row) for lost in level.lost] == [(1, reason, None)]
    assert not level.lost[0].matched


@pytest.mark.parametrize("winner, loser, row", OUTRANKED, ids=[row[0] for row in OUTRANKED])
def test_which_row_of_the_table_decided(winner: str, loser: str, row: str) -> None:
    level = explained_level(f"{loser}; {winner}", SALE)
    assert level.rate is not None
    assert level.rate.index == 1
    assert [(lost.rule.index, lost.reason, lost.row) for lost in level.lost] == [(0, "less_specific", row)]
    assert level.lost[0].matched


def test_every_reason_and_every_row_is_among_them() -> None:
    assert {row[2] for row in MISMATCHED} == set(MISMATCHES)
    assert {row[2] for row in OUTRANKED} == set(ROWS)


def test_of_what_does_not_fit_the_first_reason_of_the_table_is_told() -> None:
    level = explained_level("1 10%; 1 99% category=electronics channel=outlet customer=repeat", "shirt 50.00")
    assert [lost.reason for lost in level.lost] == ["other_category"]


def test_what_fits_comes_first_then_the_others() -> None:
    level = explained_level(
        "1 1% category=kitchen; 1 2%; 1 3% product=shirt; 1 4% category=clothing; 2 5%", SALE
    )
    assert [(lost.rule.index, lost.matched) for lost in level.lost] == [(3, True), (1, True), (0, False)]


def test_no_rate_fits() -> None:
    level = explained_level("1 1% category=kitchen", "shirt 50.00")
    assert level.rate is None
    assert level.share_number is None
    assert [lost.reason for lost in level.lost] == ["other_category"]


# (campaigns over "1 10%", those that apply, why each other one does not)
CAMPAIGNS = [
    ("campaign 2026-12-03T12:00:01+00:00..2026-12-09 x2", [], ["not_yet"]),
    ("campaign 2026-11-01..2026-12-03T12:00:00+00:00 x2", [], ["over"]),
    ("campaign x2 levels=2", [], ["other_level"]),
    ("campaign x2 category=kitchen", [], ["other_category"]),
    ("campaign x2; campaign x3 product=shirt", [1], ["less_specific"]),
    ("campaign x2; campaign x3 stacks product=shirt", [1], ["does_not_stack"]),
    ("campaign x2 stacks; campaign x3 product=shirt", [1], ["less_specific"]),
    ("campaign x2 stacks; campaign x3 stacks product=shirt", [1, 0], []),
    ("campaign 20% stacks; campaign 30% stacks product=shirt", [1], ["overridden"]),
    (
        "campaign 20% stacks; campaign 30% stacks product=shirt; campaign x2 stacks priority=1",
        [1, 2],
        ["overridden"],
    ),
]


@pytest.mark.parametrize("campaigns, applied, reasons", CAMPAIGNS, ids=[row[0] for row in CAMPAIGNS])
def test_why_a_campaign_applies_or_not(campaigns: str, applied: list[int], reasons: list[str]) -> None:
    outcome = explained_level(f"1 10%; {campaigns}", "shirt 50.00").campaigns
    assert [campaign.index for campaign in outcome.applied] == applied
    assert [lost.reason for lost in outcome.lost] == reasons


SALES = "level 3 needs own_sales=100.00"
# (plan, order, who earns which level, why others do not, why levels are the merchant's)
CHAINS = [
    ("2 5%; 3 2%", "", {1: 1, 2: 2, 3: 3}, {}, {}),
    ("2 5%; 3 2%", "Ann inactive", {1: 1, 3: 3}, {2: (2, "inactive")}, {2: "kept"}),
    ("compress", "Ann inactive", {1: 1, 3: 2}, {2: (2, "inactive")}, {3: "past_the_third"}),
    ("compress; level 2 needs grades=gold", "Tom grade=gold", {1: 1, 3: 2}, {2: (2, "grade")}, {3: "past_the_third"}),
    (f"{SALES}:USD/month", "Tom own/month=99.99", {1: 1, 2: 2}, {3: (3, "own_sales")}, {3: "kept"}),
    (f"{SALES}:EUR/month", "Tom own/month=999.00", {1: 1, 2: 2}, {3: (3, "own_sales")}, {3: "kept"}),
    ("compress; level 3 needs grades=gold", "", {1: 1, 2: 2}, {3: (3, "grade")}, {3: "kept"}),
    ("compress; level 2 needs grades=gold", "", {1: 1}, {2: (2, "grade"), 3: (2, "grade")}, {2: "kept", 3: "kept"}),
    ("2 5%", "Tom absent", {1: 1, 2: 2}, {}, {3: "nobody_there"}),
    ("compress", "Ann inactive; Tom absent", {1: 1}, {2: (2, "inactive")}, {2: "kept", 3: "nobody_there"}),
]  # fmt: skip


@pytest.mark.parametrize(
    "plan, people, earns, refused, vacant", CHAINS, ids=[f"{row[0]}: {row[1]}" for row in CHAINS]
)
def test_how_the_commission_travelled(
    plan: str, people: str, earns: dict[int, int], refused: dict[int, tuple[int, str]], vacant: dict[int, str]
) -> None:
    path = explained(f"1 10%; {plan}", f"shirt 50.00; {people}").travelled
    assert {each.place: each.earns for each in path.positions if each.earns} == earns
    assert {
        each.place: (each.refusals[0].level, each.refusals[0].reason)
        for each in path.positions
        if each.refusals
    } == refused
    assert path.vacancies == vacant


def test_somebody_further_up_is_passed_the_level() -> None:
    positions = explained("1 10%; compress", "shirt 50.00; Ann inactive").travelled.positions
    assert [each.passed_up for each in positions] == [False, False, True]


# (plan, order, level, cuts as (name, before, after, allowed, asked))
CUTS = [
    ("1 10%; 2 5%; ceiling=12%", "shirt 50.00", 1, [("ceiling", 500, 400, 600, 750)]),
    ("1 10%; 2 10%; margin=20%", "shirt 50.00 cost=36.00", 2, [("margin", 500, 200, 400, 1000)]),
    ("1 50%; cap line 20.00 USD", "shirt 50.00", 1, [("line_cap", 2500, 2000, 2000, 2500)]),
    ("1 50%; cap order 20.00 USD", "shirt 50.00; earlier phone 5.00", 1, [("order_cap", 2500, 1500, 1500, 2500)]),
    (
        "1 50%; cap distributor month 20.00 USD", "shirt 50.00; Sam earned/month=8.00; earlier phone 5.00 / 3.00",
        1, [("month_cap", 2500, 700, 700, 2500)],
    ),
    (
        "1 10%; 2 10%; ceiling=10%; cap distributor year 2.00 USD", "shirt 50.00",
        2, [("ceiling", 500, 250, 500, 1000), ("year_cap", 250, 200, 200, 250)],
    ),
    ("1 10%; cap distributor quarter 0.00 USD", "shirt 50.00", 1, [("quarter_cap", 500, 0, 0, None)]),
]  # fmt: skip


@pytest.mark.parametrize("plan, order, level, cuts", CUTS, ids=[row[0] for row in CUTS])
def test_what_a_limit_cut(
    plan: str, order: str, level: int, cuts: list[tuple[str, int, int, int, int | None]]
) -> None:
    claim = explained_level(plan, order, level).claim
    assert claim is not None
    assert [(cut.name, cut.before, cut.after, cut.allowed, cut.asked) for cut in claim.cuts] == cuts


def test_the_base_is_the_price_that_counts_with_its_shipping() -> None:
    claim = explained_level(
        "1 10%; base=gross; discounts=before; shipping=include",
        "shirt 30.00/33.00 was=40.00/44.00; mug 10.00/11.00 was=20.00/22.00; shipping 5.00/6.00",
    ).claim
    assert claim is not None
    assert (claim.base.total_minor, claim.base.price_minor, claim.base.undiscounted) == (1_100, 2_200, True)
    assert claim.base.shipping == 200
    assert claim.amount == 240
    assert claim.rate == Fraction(240, 1_100)


def test_a_tier_tells_its_sales_and_its_mean() -> None:
    level = explained_level(
        "1 tiers own month marginal USD 0:5% 1000:10%", "shirt 100.00; Sam own/month=960.00"
    )
    assert level.claim is not None
    assert level.claim.tier is not None
    assert (level.claim.tier.sales_minor, level.claim.tier.bps) == (96_000, 800)
    assert level.claim.amount == 800


@pytest.mark.parametrize(
    "plan, order, nothing",
    [
        ("1 10%", "shirt 50.00 gift_card", "gift_card"),
        ("1 10%", "shirt 0.00", "base_is_zero"),
        ("1 10%; limit orders=1", "shirt 50.00; credited 1 since=2026-01-01", "customer_limit"),
        ("1 5.00 EUR", "shirt 50.00", "other_currency"),
    ],
)
def test_nothing_has_its_reason(plan: str, order: str, nothing: str) -> None:
    level = explained_level(plan, order)
    assert level.nothing == nothing
    assert level.rate is not None
    assert level.amount_minor == 0


def test_what_is_worth_now_is_exact_until_it_is_rounded_down() -> None:
    level = explained_level("1 33.33%", "3 shirt 10.00 shipped=2 returned=1")
    assert level.worth is not None
    assert level.worth.exact == Fraction(1_000 * 2 * 3_333, 3 * 10_000)
    assert (level.worth.rounded_minor, level.amount_minor, level.worth.limited) == (222, 222, False)


def test_a_share_of_the_first_version_names_no_rate_and_no_factor() -> None:
    plan = parse({
        "name": "Old", "ceiling_bps": 600, "hold_days": 1,
        "rates": [{"level": 1, "bps": 1_000}, {"level": 2, "bps": 500}],
    })  # fmt: skip
    line = OrderLine("l", 1, 1, 0, net_minor=5_000, gross_minor=5_000)
    old = {"bps": 1_000, "ceiling_bps": 600}
    rate = Fraction(1, 25)
    claim = claim_of(
        plan, line, old, rate=rate, claimed_minor=0, most_minor=None, currency="USD", left=Left()
    )
    assert [(cut.name, cut.before, cut.after) for cut in claim.cuts] == [("ceiling", 500, 200)]


def test_a_distributor_is_told_their_own_part_only() -> None:
    plan = (
        "1 10%; 1 5% category=clothing grade=gold,silver; 1 9% distributor=Ann; 1 8% category=kitchen; 2 7%;"
        " 1 6% customer=repeat; margin=20%; cap distributor month 1.50 USD"
    )
    own = own_level(explained_level(plan, "shirt 50.00 cost=36.00; Sam grade=gold"))
    assert own.rate is not None
    assert own.rate.selector.who_ids == {"gold"}
    assert [(lost.rule.index, lost.reason) for lost in own.lost] == [
        (0, "less_specific"),
        (5, "repeat_order_only"),
    ]
    assert own.sold is not None
    assert own.sold.line.cost_minor is None
    assert own.claim is not None
    shared, theirs = own.claim.cuts
    assert (shared.name, shared.allowed, shared.asked) == (SHOPS_LIMIT, None, None)
    assert (theirs.name, theirs.allowed) == ("month_cap", 150)


EVERY_ROW = [pytest.param(row, id=f"{row.chapter}: {row.why}") for row in rows()]


@pytest.mark.parametrize("row", EVERY_ROW)
def test_every_row_of_the_specification_is_explained_to_the_last_fraction(row: Row) -> None:
    found, drafts = explained_case(row.case)
    levels = [level for line in found.lines for level in line.levels if level.share_number is not None]
    assert len(levels) == len(drafts)
    for level, draft in zip(levels, drafts, strict=True):
        claim = level.claim
        assert claim is not None
        if level.nothing is None:
            assert claim.amount == claim.base.total_minor * Fraction(
                draft.rate_numerator, draft.rate_denominator
            )
        assert claim.claimed_minor == draft.claimed_minor
        assert level.level == draft.level


def test_a_rule_fits_or_has_a_reason_not_to_never_both() -> None:
    told = 0
    for some_case in some_cases(Random(20261122), 300):
        document = some_case.document
        found, _ = explained_case(some_case)
        before = {one["line_id"] for one in some_case.earlier}
        for line in found.lines:
            for level in line.levels:
                if level.sold is None or line.line.id in before:
                    continue
                of_level = [rate for rate in document["rates"] if rate["level"] == level.level]
                indexes = [lost.rule.index for lost in level.lost] + (
                    [level.rate.index] if level.rate else []
                )
                assert sorted(indexes) == sorted(set(indexes))
                assert len(indexes) == len(of_level)
                for lost in level.lost:
                    assert (mismatch(lost.rule.selector, level.sold) is None) == lost.matched
                    told += 1
    assert told > 1_000


def test_a_line_is_explained_by_the_state_its_shares_were_frozen_by() -> None:
    """A line that no rate matched is asked again with every later state, one with shares never."""
    plan = compiled(case("1 10% collection=summer", "mug 10.00").document)
    before = snapshot_of(case("1 10%", "shirt 50.00; mug 10.00; sticker 1.00").state)
    shirt, mug, sticker = before.lines
    after = replace(
        before,
        lines=(replace(shirt, net_minor=4_000), replace(mug, collection_ids=("summer",)), sticker),
        collected_minor=10**6,
    )
    facts = Facts((Person(UUID(int=1)), None, None))
    shares: list[ExplainedShare] = []
    for number, snapshot in ((1, before), (2, after)):
        earlier = [EarlierShare(each.line_id, each.distributor_id, each.claimed_minor) for each in shares]
        shares += [
            ExplainedShare(len(shares) + 1 + place, number, *draft[:-1], json.loads(draft.rule))
            for place, draft in enumerate(freeze(plan, snapshot, facts, earlier))
        ]
    lines = explain_order(FrozenOrder(plan, 1, facts, {1: before, 2: after}, shares)).lines
    of_shirt, of_mug, of_sticker = (line.levels[0] for line in lines)
    assert of_shirt.claim is not None
    assert (of_shirt.claim.base.total_minor, of_shirt.claim.claimed_minor, of_shirt.amount_minor) == (
        5_000,
        500,
        400,
    )
    assert of_mug.claim is not None
    assert of_mug.amount_minor == 100
    assert (of_sticker.rate, [lost.reason for lost in of_sticker.lost]) == (None, ["other_collection"])


def test_of_a_large_order_the_first_lines_are_looked_at_thoroughly_or_the_one_asked_for() -> None:
    text = "; ".join(f"shirt 50.00 id=line-{number}" for number in range(MOST_THOROUGH + 5))
    one = case("1 10%; 1 5% product=mug", text)
    lines = explained_case(one)[0].lines
    assert [line.levels[0].thorough for line in lines].count(True) == MOST_THOROUGH
    assert [len(line.levels[0].lost) for line in lines] == [1] * MOST_THOROUGH + [0] * 5
    last = explained_case(one, line_id="line-24")[0].lines
    assert [line.line.id for line in last if line.levels[0].lost] == ["line-24"]
    assert all(line.levels[0].rate is not None for line in last)

"""What a simulation comes to: small programs counted by hand, and a lived one under the plan that was in force."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime
from typing import Any
from uuid import UUID

import pytest
from sqlalchemy import Engine, text
from sqlalchemy.orm import Session

from distribution.commission.publish import history
from distribution.commission.reassign import reassign
from distribution.db import transaction
from distribution.errors import InvalidInput
from distribution.network.grade import set_grade
from distribution.network.standing import suspend
from distribution.network.tables import Distributor
from distribution.orders.snapshot import OrderLine
from distribution.settings import program
from distribution.simulation.advance import advance
from distribution.simulation.read import SimulationNotFound, simulation
from distribution.simulation.start import cancel, start
from tests.factories import ACTOR, EARLY, a_chain, a_code, a_distributor
from tests.lived import live
from tests.periods import APRIL, DAY, a_cap, a_plan, closed, on, put_in_force, record, sale, whole
from tests.simulated import assert_nothing_changes, begin, by_level, by_person, carry_out, result, simulate

NOW = on(1, 5)


@pytest.fixture
def chain(session: Session) -> list[Distributor]:
    found = a_chain(session, 3)
    a_code(session, found[0], "ALICE")
    session.commit()
    return found


def of(found: Any, currency: str = "USD") -> Any:
    return next(each for each in found["currencies"] if each["currency"] == currency)


def percent(bps: int, level: int = 1, **selector: Any) -> dict[str, Any]:
    return {"level": level, "bps": bps, **selector}


def test_two_orders_counted_by_hand(engine: Engine, chain: list[Distributor]) -> None:
    record(engine, sale("1", 10_000, on(2)), sale("2", 5_000, on(3, 4), shipped=False))
    draft = a_plan(percent(1_500), percent(400, 2)) | {"ceiling_bps": 1_500}
    simulation_id = begin(engine, draft, now=NOW)
    carry_out(engine, simulation_id, now=NOW)

    with transaction(engine) as session:
        found = of(simulation(session, simulation_id).result)
    # 19 % of 100.00 are cut to 15 %: 15/19 of 15.00 and 4.00. Recorded by the built-in plan: 10 %, 5 % and 2 %.
    assert found["total"] == {"amount_minor": 1_184 + 315, "potential_minor": 2_248, "recorded_minor": 1_700}
    assert found["levels"] == [
        {"level": 1, "amount_minor": 1_184, "potential_minor": 1_184 + 592, "recorded_minor": 1_000},
        {"level": 2, "amount_minor": 315, "potential_minor": 315 + 157, "recorded_minor": 500},
        {"level": 3, "amount_minor": 0, "potential_minor": 0, "recorded_minor": 200},
    ]
    assert (found["orders"], found["attributed_orders"], found["sales_minor"]) == (2, 2, 15_000)
    assert found["share_bps"] == 2_248 * 10_000 // 15_000
    assert found["cuts"] == [{"kind": "ceiling", "orders": 2}]
    assert [(each["month"], each["amount_minor"], each["recorded_minor"]) for each in found["months"]] == [
        ("2026-03", 1_499, 1_700),
        ("2026-04", 0, 0),
    ]
    assert [(each["distributor_id"], each["difference_minor"]) for each in found["gains"]] == [
        (str(chain[0].id), 184)
    ]
    assert [each["difference_minor"] for each in found["losses"]] == [-200, -185]
    assert found["products"] == [
        {"product_id": "p-1", "name": "", "amount_minor": 1_499, "potential_minor": 2_248}
    ]
    assert found["grades"] == [
        {"grade": None, "amount_minor": 1_499, "potential_minor": 2_248, "distributors": 2}
    ]
    assert found["margin"] is None


def test_a_lived_program_under_the_plans_that_were_in_force(engine: Engine) -> None:
    live(engine)
    with transaction(engine) as session:
        versions = [(each.document, each.effective_at) for each in reversed(history(session))]
    ends = [effective_at for _, effective_at in versions[1:]]
    orders = 0
    for (document, from_at), to_at in zip(versions, [*ends, None], strict=True):
        simulation_id = begin(engine, document, now=NOW, from_at=from_at, to_at=to_at)
        carry_out(engine, simulation_id, now=NOW)
        found = result(engine, simulation_id)
        assert by_level(found) == by_level(found, "recorded_minor")
        assert by_person(engine, simulation_id) == by_person(engine, simulation_id, "recorded_minor")
        orders += found["orders"]
    assert len(versions) > 2
    assert orders > 10


EVERYTHING = a_plan(
    percent(1_000),
    percent(300, 2),
    percent(700, 2, grade="gold"),
    percent(200, 3),
    percent(1_500, customer="first", priority=3),
    {"level": 1, "fixed": "3.00", "currency": "USD", "product": "p-2"},
    whole(("0.00", 900), ("150.00", 1_400)) | {"product": "p-3"},
    {
        "level": 2,
        "product": "p-3",
        "tiers": {
            "by": "team",
            "period": "month",
            "mode": "marginal",
            "currency": "USD",
            "steps": [{"from": "0.00", "bps": 100}, {"from": "120.00", "bps": 500}],
        },
    },
    percent(800, stage="new"),
    ceiling_bps=2_500,
    caps=[{"per": "order", "amount": "40.00", "currency": "USD"}, a_cap("60.00"), a_cap("150.00", "quarter")],
    uplines={
        "unqualified": "compress",
        "conditions": [
            {"level": 3, "own_sales": {"amount": "0.00", "currency": "USD", "period": "month"}},
            {"level": 2, "grades": ["gold", "silver"]},
        ],
    },
    customer_limit={"orders": 4},
)


def test_a_plan_of_everything_that_was_in_force_all_the_time(
    engine: Engine, session: Session, chain: list[Distributor]
) -> None:
    _, second, third = chain
    other = a_distributor(session, sponsor=second, code="BOB")
    program.change(session, {"grades": ["silver", "gold"]}, actor=ACTOR, now=EARLY)
    set_grade(session, second.id, grade="silver", actor=ACTOR, now=EARLY)
    put_in_force(session, EVERYTHING)
    session.commit()
    placed = []
    for number in range(36):
        at = on(1 + number * 5 % 28, 1 + (1 + number * 5 // 28), hour=number % 24)
        if number == 14:
            set_grade(session, second.id, grade="gold", actor=ACTOR, now=at)
            suspend(session, third.id, reason="a question", actor=ACTOR, now=at)
            session.commit()
        placed.append(an_order(number, at))
        record(engine, placed[-1])
    for number in (3, 9, 20, 30):
        newest = replace(placed[number], observed_at=placed[number].observed_at + 3 * DAY)
        record(engine, replace(newest, given_back_minor=newest.total_minor // 3))
    # A line more, and a price that changed, after the order was frozen.
    extra = replace(placed[12].lines[0], id="more", product_id="p-2", net_minor=9_000, gross_minor=9_900)
    dearer = replace(placed[13].lines[0], net_minor=12_345, gross_minor=13_000)
    for number, lines in ((12, (*placed[12].lines, extra)), (13, (dearer, *placed[13].lines[1:]))):
        later = placed[number].observed_at + DAY
        record(engine, replace(placed[number], lines=lines, observed_at=later))
    with transaction(engine) as session:
        reassign(
            session,
            source="test",
            order_id="2",
            distributor_id=other.id,
            reason="by phone",
            actor=ACTOR,
            now=on(1, 8),
        )
    closed(engine, now=on(1, 9))

    found = assert_nothing_changes(engine, EVERYTHING, now=on(1, 9))

    dollars = of(found)
    assert dollars["adjusted"]["amount_minor"] == dollars["adjusted"]["recorded_minor"] != 0
    assert {each["kind"] for each in dollars["cuts"]} >= {"order_cap", "month_cap"}
    assert len(dollars["months"]) == 7


def an_order(number: int, at: datetime) -> Any:
    lines = tuple(
        OrderLine(
            id=f"line-{place}",
            quantity=2,
            fulfilled=2 if number % 7 else 1,
            returned=1 if number % 11 == 5 and not place and not number % 7 else 0,
            net_minor=2_000 + 331 * number + 50 * place,
            gross_minor=2_200 + 364 * number + 55 * place,
            product_id=f"p-{1 + (number + place) % 4}",
            fulfilled_at=at + DAY,
        )
        for place in range(1 + number % 3)
    )
    total_minor = sum(line.gross_minor for line in lines)
    shopper = None if number % 9 == 0 else f"shopper-{number % 5}".encode().ljust(16, b"-")
    return replace(
        sale(str(number), total_minor, at),
        lines=lines,
        customer_key=shopper,
        currency="EUR" if number % 8 == 3 else "USD",
        referral_code="BOB" if number % 4 == 1 else "ALICE",
        collected_minor=0 if number % 10 == 6 else total_minor,
    )


def test_a_range_counts_what_was_before_it(engine: Engine, chain: list[Distributor]) -> None:
    """Sales of the month, claims of the month and orders of a shopper do not begin with the range."""
    shopper = b"shopper---------"
    days = (2, 5, 20)
    record(engine, *(sale(str(day), 10_000, on(day), customer_key=shopper) for day in days))
    tiers = {"by": "own", "period": "month", "mode": "marginal", "currency": "USD"}
    steps = [{"from": "0.00", "bps": 100}, {"from": "200.00", "bps": 1_000}]
    bounds = {"from_at": on(20, hour=0), "to_at": on(21), "now": NOW}

    found = simulate(engine, a_plan({"level": 1, "tiers": {**tiers, "steps": steps}}), **bounds)
    assert by_level(found) == {("USD", "1"): 1_000}
    # 10 % of 200.00 were recorded before.
    found = simulate(engine, a_plan(percent(500), caps=[a_cap("22.00")]), **bounds)
    assert by_level(found) == {("USD", "1"): 200}
    found = simulate(engine, a_plan(percent(500), customer_limit={"orders": 2}), **bounds)
    assert by_level(found) == {}
    found = simulate(engine, a_plan(percent(500), customer_limit={"orders": 3}), **bounds)
    assert by_level(found) == {("USD", "1"): 500}
    assert of(found)["orders"] == 1
    assert by_level(found, "recorded_minor")[("USD", "1")] == 1_000


def test_whole_months_and_their_caps_change_what_orders_found(
    engine: Engine, chain: list[Distributor]
) -> None:
    record(engine, sale("1", 6_000, on(2)), sale("2", 6_000, on(10)), sale("3", 1_000, on(2, 4)))
    ten_to_twelve = whole(("0.00", 1_000), ("100.00", 1_200))

    dollars = of(simulate(engine, a_plan(ten_to_twelve), now=APRIL + 2 * DAY))
    # March: 12 % of 120.00 instead of 10 %; April is not over.
    assert dollars["adjusted"] == {"amount_minor": 240, "potential_minor": 240, "recorded_minor": 0}
    assert dollars["total"]["amount_minor"] == 1_440 + 100
    assert [month["amount_minor"] for month in dollars["months"]] == [1_440, 100]
    # The cap holds for what the step makes of it, and levels show what the orders found.
    dollars = of(simulate(engine, a_plan(ten_to_twelve, caps=[a_cap("13.00")]), now=APRIL + 2 * DAY))
    assert dollars["levels"][0]["amount_minor"] == 1_200 + 100
    assert dollars["adjusted"]["amount_minor"] == 100


def test_what_the_shop_keeps_where_it_says_its_costs(engine: Engine, chain: list[Distributor]) -> None:
    cheap = sale("1", 10_000, on(2))
    record(engine, replace(cheap, lines=(replace(cheap.lines[0], cost_minor=7_000),)), sale("2", 900, on(3)))

    margin = of(simulate(engine, a_plan(percent(1_000)), now=NOW))["margin"]

    assert margin == {
        "sales_minor": 10_000,
        "cost_minor": 7_000,
        "commission_minor": 1_000,
        "left_minor": 2_000,
        "left_bps": 2_000,
    }


def test_currencies_stay_apart(engine: Engine, chain: list[Distributor]) -> None:
    record(engine, sale("1", 10_000, on(2)), sale("2", 10_000, on(3), currency="JPY"))
    found = simulate(engine, a_plan({"level": 1, "fixed": "2.00", "currency": "USD"}), now=NOW)

    assert by_level(found) == {("USD", "1"): 200}
    assert of(found, "JPY")["total"]["amount_minor"] == 0
    assert of(found, "JPY")["total"]["recorded_minor"] == 1_700


def test_nothing_to_replay(engine: Engine) -> None:
    assert simulate(engine, a_plan(percent(500)), now=NOW) == {"orders": 0, "currencies": []}


def test_nothing_is_recorded_but_the_simulation(engine: Engine, chain: list[Distributor]) -> None:
    record(engine, sale("1", 10_000, on(2)))
    tables = ("commission_lines", "shares", "terms", "plan_versions", "period_adjustments", "counters")

    def counts() -> list[int]:
        with transaction(engine) as session:
            return [session.scalar(text(f"SELECT count(*) FROM distribution.{name}")) for name in tables]

    before = counts()
    simulate(engine, EVERYTHING, now=NOW)
    assert counts() == before


def test_a_bad_draft_or_range_is_refused(session: Session) -> None:
    with pytest.raises(InvalidInput) as refused:
        start(session, a_plan(percent(20_000)), actor=ACTOR, now=NOW)
    assert refused.value.field == "rates[0].bps"
    with pytest.raises(InvalidInput) as refused:
        start(session, a_plan(percent(500)), from_at=NOW, to_at=NOW, actor=ACTOR, now=NOW)
    assert refused.value.field == "from"
    with pytest.raises(SimulationNotFound):
        simulation(session, UUID(int=1))


def test_one_that_is_called_off_stops_at_the_next_checkpoint(
    engine: Engine, chain: list[Distributor]
) -> None:
    record(engine, *(sale(str(number), 1_000, on(2, hour=number)) for number in range(9)))
    simulation_id = begin(engine, a_plan(percent(500)), now=NOW)

    def call_off(done: int, _total: int) -> None:
        if done >= 3:
            with transaction(engine) as session:
                cancel(session, simulation_id, actor=ACTOR, now=NOW)

    stopped = advance(
        engine, simulation_id, clock=lambda: NOW, progress=call_off, page_orders=3, checkpoint_orders=3
    )
    assert (stopped.status, stopped.result) == ("cancelled", None)
    assert advance(engine, simulation_id, clock=lambda: NOW).status == "cancelled"


def test_an_error_is_kept_and_the_simulation_can_be_tried_again(
    engine: Engine, chain: list[Distributor]
) -> None:
    record(engine, sale("1", 1_000, on(2)))
    simulation_id = begin(engine, a_plan(percent(500)), now=NOW)

    def fail(_done: int, _total: int) -> None:
        raise ValueError("no more paper")

    with pytest.raises(ValueError, match="no more paper"):
        advance(engine, simulation_id, clock=lambda: NOW, progress=fail)
    with transaction(engine) as session:
        failed = simulation(session, simulation_id)
        assert (failed.status, failed.error) == ("failed", "ValueError: no more paper")
    carry_out(engine, simulation_id, now=NOW)

"""What a period decides as a whole: exact examples, each with what its orders recorded and what was missing."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime

import pytest
from sqlalchemy import Engine
from sqlalchemy.orm import Session

from distribution.commission.reassign import reassign
from distribution.db import transaction
from distribution.network.tables import Distributor
from distribution.settings import program
from tests.factories import ACTOR, EARLY, a_chain, a_code, a_distributor
from tests.periods import (
    APRIL,
    DAY,
    HOLD,
    Adjustment,
    a_cap,
    a_plan,
    adjustments,
    amounts,
    closed,
    on,
    put_in_force,
    record,
    sale,
    whole,
)

MARCH = date(2026, 3, 1)
TEN_TO_TWELVE = whole(("0.00", 1_000), ("100.00", 1_200))


@pytest.fixture
def seller(session: Session) -> Distributor:
    found = a_distributor(session, code="ALICE")
    session.commit()
    return found


def under(session: Session, *rates: object, **facts: object) -> None:
    put_in_force(session, a_plan(*rates, **facts))
    session.commit()


def test_a_step_reached_in_the_middle_of_the_month_holds_for_all_of_it(
    engine: Engine, session: Session, seller: Distributor
) -> None:
    under(session, TEN_TO_TWELVE)
    record(engine, sale("1", 6_000, on(2)), sale("2", 6_000, on(10)), sale("3", 1_000, on(20)))

    # 600 + 600 + 120 recorded; 12 % of 130.00 is 1 560.
    assert closed(engine).lines == 1
    assert adjustments(engine) == [
        Adjustment(seller.id, "USD", "month", MARCH, 240, on(21) + HOLD),
    ]


def test_a_month_that_is_not_over_decides_nothing(
    engine: Engine, session: Session, seller: Distributor
) -> None:
    under(session, TEN_TO_TWELVE)
    record(engine, sale("1", 6_000, on(2)), sale("2", 6_000, on(10)))

    assert closed(engine, now=on(31)).lines == 0


def test_a_refund_afterwards_takes_the_step_back(
    engine: Engine, session: Session, seller: Distributor
) -> None:
    under(session, TEN_TO_TWELVE)
    last = sale("2", 6_000, on(10))
    record(engine, sale("1", 6_000, on(2)), last)
    closed(engine)
    record(engine, replace(last, given_back_minor=3_000, observed_at=on(2, 4)))
    closed(engine, now=on(3, 4))

    # 90.00 are the first step again, as recorded. No run has settled the line yet: it is taken back where it stands.
    assert [(each.amount_minor, each.matures_at) for each in adjustments(engine)] == [
        (240, APRIL),
        (-240, APRIL),
    ]


def test_what_is_taken_back_before_it_is_settled_matures_with_it(
    engine: Engine, session: Session, seller: Distributor
) -> None:
    under(session, TEN_TO_TWELVE)
    last = sale("2", 6_000, on(28))
    record(engine, sale("1", 6_000, on(2)), last)
    closed(engine)
    record(engine, replace(last, given_back_minor=3_000, observed_at=on(2, 4)))
    closed(engine, now=on(3, 4))

    assert [(each.amount_minor, each.matures_at) for each in adjustments(engine)] == [
        (240, on(29) + HOLD),
        (-240, on(29) + HOLD),
    ]


def test_a_cancelled_order_gives_its_room_under_the_cap_back(
    engine: Engine, session: Session, seller: Distributor
) -> None:
    under(session, {"level": 1, "bps": 1_000}, caps=[a_cap("10.00")])
    first = sale("1", 8_000, on(2))
    record(engine, first, sale("2", 8_000, on(10)), sale("3", 8_000, on(20)))
    # 800, 200 and nothing were recorded. Without the first order there is room for the others.
    record(engine, replace(first, status="cancelled", observed_at=on(25)))
    closed(engine)

    assert amounts(engine) == [("month 2026-03-01", 800)]


def test_a_cap_that_nothing_was_cut_by_adjusts_nothing(
    engine: Engine, session: Session, seller: Distributor
) -> None:
    under(session, {"level": 1, "bps": 1_000}, caps=[a_cap("1000.00")])
    record(engine, sale("1", 8_000, on(2)), sale("2", 8_000, on(10)))

    assert closed(engine).lines == 0


def test_currencies_do_not_mix(engine: Engine, session: Session, seller: Distributor) -> None:
    under(session, TEN_TO_TWELVE, caps=[a_cap("11.00"), a_cap("5.00", currency="EUR")])
    euro = sale("e1", 4_000, on(3), currency="EUR")
    record(engine, sale("1", 6_000, on(2)), sale("2", 6_000, on(10)), euro)
    record(engine, sale("e2", 4_000, on(12), currency="EUR"))
    record(engine, replace(euro, status="cancelled", observed_at=on(25)))
    closed(engine)

    # Dollars: 600 + 500 of 600 recorded, worth 1 440, capped at 1 100: nothing is missing.
    # Euros: in another currency the first step holds; 400 and 100 were recorded, the 400 taken back.
    assert [(each.currency, each.amount_minor) for each in adjustments(engine)] == [("EUR", 300)]


def test_a_quarter_and_a_year_build_on_what_shorter_periods_adjusted(
    engine: Engine, session: Session, seller: Distributor
) -> None:
    under(
        session,
        {**TEN_TO_TWELVE},
        {**whole(("0.00", 0), ("200.00", 500), period="quarter"), "product": "p-1", "level": 2},
        {**whole(("0.00", 100), ("250.00", 300), period="year", level=3)},
    )
    with transaction(engine) as own:
        seller_with_team = a_chain(own, 3)
        a_code(own, seller_with_team[0], "TEAM")
    facts = {"referral_code": "TEAM"}
    record(engine, sale("1", 6_000, on(2, 2), **facts), sale("2", 6_000, on(10, 2), **facts))
    record(engine, sale("3", 9_000, on(5, 3), **facts))
    closed(engine, now=on(1, 4))
    # February's step for level 1; own sales of levels 2 and 3 are none.
    assert amounts(engine) == [("month 2026-02-01", 240)]
    record(engine, sale("4", 9_000, on(5, 12), **facts))
    closed(engine, now=datetime(2027, 1, 2, tzinfo=UTC))
    assert amounts(engine) == [("month 2026-02-01", 240)]


def test_longer_periods_decide_once_more(engine: Engine, session: Session, seller: Distributor) -> None:
    under(
        session,
        {"level": 1, "bps": 1_000},
        caps=[a_cap("10.00"), a_cap("15.00", "quarter"), a_cap("18.00", "year")],
    )
    first = sale("1", 8_000, on(2, 1))
    record(
        engine,
        first,
        sale("2", 8_000, on(10, 1)),
        sale("3", 8_000, on(10, 2)),
        sale("4", 8_000, on(10, 5)),
    )
    # Recorded: 800, 200 (month), 500 (quarter), 300 (year). Without the first order January comes to 700: that is what
    # the second one found left of the quarter. The quarter comes to 1 500 of 1 600, the year to 1 800 of 2 300.
    record(engine, replace(first, status="cancelled", observed_at=on(25)))
    closed(engine, now=on(2, 2))
    assert amounts(engine) == [("month 2026-01-01", 500)]
    closed(engine, now=on(2, 4))
    assert amounts(engine)[1:] == [("quarter 2026-01-01", 300)]
    closed(engine, now=datetime(2027, 1, 2, tzinfo=UTC))
    assert amounts(engine)[2:] == []


def test_an_order_given_to_somebody_else_takes_its_sales_along(
    engine: Engine, session: Session, seller: Distributor
) -> None:
    under(session, TEN_TO_TWELVE)
    with transaction(engine) as own:
        other = a_distributor(own, code="BOB")
    record(engine, sale("1", 6_000, on(2)), sale("2", 6_000, on(10)))
    record(engine, sale("3", 6_000, on(12), referral_code="BOB"))
    closed(engine)
    assert [(each.who, each.amount_minor) for each in adjustments(engine)] == [(seller.id, 240)]
    with transaction(engine) as own:
        reassign(
            own,
            source="test",
            order_id="2",
            distributor_id=other.id,
            reason="sold by phone",
            actor=ACTOR,
            now=on(2, 4),
        )
    closed(engine, now=on(3, 4))

    # What the order found when it was given to them is frozen anew: 60.00 of sales, the first step.
    assert {(each.who, each.amount_minor) for each in adjustments(engine)[1:]} == {
        (seller.id, -240),
        (other.id, 240),
    }


def test_a_late_order_of_a_month_that_is_over_is_a_further_difference(
    engine: Engine, session: Session, seller: Distributor
) -> None:
    under(session, TEN_TO_TWELVE)
    record(engine, sale("1", 6_000, on(2)))
    assert closed(engine).lines == 0
    record(engine, sale("2", 6_000, on(30), observed_at=on(5, 4)))
    closed(engine, now=on(6, 4))

    assert amounts(engine) == [("month 2026-03-01", 240)]


def test_months_begin_and_end_in_the_programs_time_zone(
    engine: Engine, session: Session, seller: Distributor
) -> None:
    program.change(session, {"time_zone": "Asia/Shanghai"}, actor=ACTOR, now=EARLY)
    under(session, TEN_TO_TWELVE)
    # In Shanghai the first of these is still of March, the second of April; both are of March in UTC.
    record(
        engine, sale("1", 6_000, on(2)), sale("2", 6_000, on(31, hour=15)), sale("3", 6_000, on(31, hour=16))
    )
    assert closed(engine, now=on(31, hour=15)).lines == 0
    closed(engine, now=on(31, hour=16))

    assert amounts(engine) == [("month 2026-03-01", 240)]


def test_what_others_sold_changes_what_a_ceiling_leaves(
    engine: Engine, session: Session, seller: Distributor
) -> None:
    """A higher step of one level lowers the others where the ceiling cuts all of them alike."""
    under(session, TEN_TO_TWELVE, {"level": 2, "bps": 1_000}, ceiling_bps=2_000)
    with transaction(engine) as own:
        below, above, _ = a_chain(own, 3)
        a_code(own, below, "TEAM")
    record(
        engine, sale("1", 6_000, on(2), referral_code="TEAM"), sale("2", 6_000, on(3), referral_code="TEAM")
    )
    closed(engine)

    # 12 % and 10 % of 120.00 under 20 %: 1 308 and 1 090 by orders of 654 and 545.
    assert {(each.who, each.amount_minor) for each in adjustments(engine)} == {
        (below.id, 108),
        (above.id, -110),
    }


def test_a_team_counts_for_everybody_above(engine: Engine, session: Session, seller: Distributor) -> None:
    under(session, {"level": 1, "bps": 1_000}, whole(("0.00", 100), ("100.00", 200), level=2, by="team"))
    with transaction(engine) as own:
        below, above, top = a_chain(own, 3)
        a_code(own, below, "TEAM")
        a_code(own, above, "ABOVE")
    record(engine, sale("1", 6_000, on(2), referral_code="TEAM"))
    record(engine, sale("2", 6_000, on(3), referral_code="ABOVE"))
    closed(engine)

    # The second order made both teams' sales 120.00: 2 % instead of 1 % of the order below each.
    assert {(each.who, each.amount_minor) for each in adjustments(engine)} == {(above.id, 60), (top.id, 60)}


def test_lines_added_later_are_decided_with_the_rest(
    engine: Engine, session: Session, seller: Distributor
) -> None:
    under(session, TEN_TO_TWELVE, caps=[{"per": "order", "amount": "9.00", "currency": "USD"}])
    order = sale("1", 6_000, on(2))
    more = replace(order.lines[0], id="more")
    longer = replace(
        order,
        lines=(*order.lines, more),
        observed_at=on(5),
        total_minor=12_000,
        collected_minor=12_000,
    )
    record(engine, order, longer)
    closed(engine)

    # 600 and 300 were recorded. As a whole the first line is worth 720, the second the 180 left of the order's cap.
    assert amounts(engine) == []


def test_a_later_version_of_the_plan_caps_what_the_earlier_left(
    engine: Engine, session: Session, seller: Distributor
) -> None:
    under(session, {"level": 1, "bps": 1_000}, caps=[a_cap("5.00")])
    put_in_force(session, a_plan({"level": 1, "bps": 1_000}, caps=[a_cap("9.00")]), on(15))
    session.commit()
    early = sale("1", 4_000, on(2))
    record(engine, early, sale("2", 4_000, on(3)), sale("3", 8_000, on(20)))
    # Recorded 400, 100 and 400. Without the first, the first version comes to 400 and the second to 500 of 800.
    record(engine, replace(early, status="cancelled", observed_at=on(25)))
    closed(engine)

    assert amounts(engine) == [("month 2026-03-01", 400)]


def test_plans_that_decide_nothing_leave_nothing_to_do(
    engine: Engine, session: Session, seller: Distributor
) -> None:
    marginal = whole(("0.00", 1_000), ("100.00", 1_200), mode="marginal")
    under(session, marginal)
    record(engine, sale("1", 6_000, on(2)), sale("2", 6_000, on(10)))
    found = closed(engine, now=APRIL + 400 * DAY)

    assert (found.periods, found.distributors, found.lines) == (0, 0, 0)

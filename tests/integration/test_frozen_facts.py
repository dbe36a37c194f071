"""What a plan knows of people and periods when an order's terms are frozen, and that nothing later reopens it."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

import psycopg
import pytest
from sqlalchemy import Engine, text
from sqlalchemy.orm import Session

from distribution.commission.accrue import WRITTEN_AT_ONCE, accrue
from distribution.commission.answer import order_answer
from distribution.commission.counting.fold import fold_counters
from distribution.commission.publish import publish
from distribution.commission.reassign import reassign
from distribution.network.grade import set_grade
from distribution.network.standing import suspend
from distribution.network.tables import Distributor
from distribution.orders.snapshot import OPEN, OrderLine, OrderSnapshot
from distribution.settings import program
from tests.factories import ACTOR, EARLY, a_chain, a_code, a_distributor
from tests.proven import proven

PLACED_AT = datetime(2026, 3, 10, 12, tzinfo=UTC)


@pytest.fixture
def chain(session: Session) -> list[Distributor]:
    people = a_chain(session, 3)
    a_code(session, people[0], "ALICE")
    return people


@pytest.fixture(autouse=True)
def _everything_proves(session: Session, engine: Engine) -> Any:
    yield
    session.commit()
    proven(engine)


def a_plan(session: Session, *rates: dict[str, Any], **fields: Any) -> None:
    """A plan of these rates, in effect since before any order."""
    document = {"name": "Plan", "ceiling_bps": 10_000, "hold_days": 0, "rates": list(rates), **fields}
    publish(session, document, actor=ACTOR, now=EARLY)


def a_sale(number: int, amount_minor: int = 10_000, **facts: Any) -> OrderSnapshot:
    """A paid and delivered order over one line, placed `number` hours after the first."""
    placed_at = facts.pop("placed_at", PLACED_AT + timedelta(hours=number))
    returned = facts.pop("returned", 0)
    line = OrderLine("l-1", 1, 1 - returned, returned, amount_minor, amount_minor, product_id="p-1")
    return OrderSnapshot(
        source="pos",
        order_id=str(number),
        number=str(number),
        channel="default",
        currency=facts.pop("currency", "USD"),
        observed_at=placed_at + timedelta(hours=facts.pop("hours", 1)),
        placed_at=placed_at,
        status=OPEN,
        total_minor=amount_minor,
        collected_minor=amount_minor,
        given_back_minor=amount_minor * returned,
        lines=(line,),
        referral_code=facts.pop("code", "ALICE"),
        customer_key=facts.pop("customer", None),
    )


def record(session: Session, *orders: OrderSnapshot) -> None:
    accrue(session, orders, now=max(order.observed_at for order in orders))


def earned(session: Session, number: int) -> list[int]:
    """What each share of an order has accrued, by level."""
    return [share.accrued_minor for share in order_answer(session, "pos", str(number)).shares]


TIERS = {
    "level": 1,
    "tiers": {
        "by": "own",
        "period": "month",
        "mode": "marginal",
        "currency": "USD",
        "steps": [{"from": "0.00", "bps": 1_000}, {"from": "150.00", "bps": 2_000}],
    },
}


def test_a_marginal_tier_pays_each_part_of_the_sales_its_own_rate(
    session: Session, chain: list[Distributor]
) -> None:
    a_plan(session, TIERS)
    record(session, a_sale(1))
    record(session, a_sale(2))
    record(session, a_sale(3))

    # 100.00 at 10 %; 50.00 at 10 % and 50.00 at 20 %; 100.00 at 20 %.
    assert [earned(session, number) for number in (1, 2, 3)] == [[1_000], [1_500], [2_000]]


def test_orders_of_one_batch_count_for_each_other_in_their_order(
    session: Session, chain: list[Distributor]
) -> None:
    a_plan(session, TIERS)
    record(session, a_sale(1), a_sale(2), a_sale(3))

    assert [earned(session, number) for number in (1, 2, 3)] == [[1_000], [1_500], [2_000]]


def test_orders_of_a_batch_written_in_parts_count_for_each_other_too(
    session: Session, chain: list[Distributor]
) -> None:
    a_plan(session, TIERS)
    count = WRITTEN_AT_ONCE + 2
    placed = [a_sale(number, 1_000, placed_at=PLACED_AT, hours=count) for number in range(count)]
    record(session, *placed)

    # 150.00 of it at 10 %: an order in the first part and one in the second are on either side.
    assert [earned(session, number) for number in (0, 14, 15, count - 1)] == [[100], [100], [200], [200]]


def test_a_batch_that_fails_in_its_second_part_leaves_nothing(
    engine: Engine, session: Session, chain: list[Distributor]
) -> None:
    session.commit()
    too_much = a_sale(WRITTEN_AT_ONCE, 2**63)
    with pytest.raises(psycopg.DataError):
        record(session, *(a_sale(number) for number in range(WRITTEN_AT_ONCE)), too_much)
    session.rollback()

    assert session.execute(text("SELECT count(*) FROM distribution.orders")).scalar_one() == 0


def test_a_month_begins_anew(session: Session, chain: list[Distributor]) -> None:
    a_plan(session, TIERS)
    record(session, a_sale(1), a_sale(2), a_sale(3, placed_at=datetime(2026, 4, 1, tzinfo=UTC)))

    assert earned(session, 3) == [1_000]


def test_months_are_those_of_the_programs_time_zone(session: Session, chain: list[Distributor]) -> None:
    program.change(session, {"time_zone": "Asia/Shanghai"}, actor=ACTOR, now=EARLY)
    a_plan(session, TIERS)
    # 2026-03-31 16:00 UTC is the first of April in Shanghai.
    record(session, a_sale(1), a_sale(2), a_sale(3, placed_at=datetime(2026, 3, 31, 16, tzinfo=UTC)))

    assert earned(session, 3) == [1_000]


def test_sales_of_another_currency_do_not_count(session: Session, chain: list[Distributor]) -> None:
    a_plan(session, TIERS)
    record(session, a_sale(1), a_sale(2, currency="EUR"), a_sale(3))

    assert earned(session, 3) == [1_500]


def test_what_was_sold_before_the_plan_counts(session: Session, chain: list[Distributor]) -> None:
    record(session, a_sale(1), a_sale(2))
    document = {"name": "Tiers", "ceiling_bps": 10_000, "hold_days": 0, "rates": [TIERS]}
    publish(session, document, actor=ACTOR, now=PLACED_AT + timedelta(hours=2, minutes=30))
    record(session, a_sale(3))

    assert earned(session, 3) == [2_000]


def test_a_return_lowers_the_sales_of_later_orders_and_reopens_none(
    session: Session, chain: list[Distributor]
) -> None:
    a_plan(session, TIERS)
    record(session, a_sale(1), a_sale(2))
    record(session, a_sale(1, returned=1, hours=3))
    record(session, a_sale(3))

    assert [earned(session, number) for number in (1, 2, 3)] == [[0], [1_500], [1_500]]


def test_folded_counters_say_the_same(engine: Engine, session: Session, chain: list[Distributor]) -> None:
    a_plan(session, TIERS)
    record(session, a_sale(1))
    record(session, a_sale(2))

    assert fold_counters(session) > 0
    assert session.execute(text("SELECT count(*) FROM distribution.counter_movements")).scalar_one() == 0
    record(session, a_sale(3))
    assert earned(session, 3) == [2_000]


def test_a_team_tier_counts_the_orders_of_everybody_below(session: Session, chain: list[Distributor]) -> None:
    a_plan(session, {**TIERS, "level": 2, "tiers": {**TIERS["tiers"], "by": "team"}})
    a_code(session, chain[1], "BOSS")
    record(session, a_sale(1), a_sale(2, code="BOSS"), a_sale(3))

    # The boss's own order pays their sponsor; the third finds 200.00 of the team.
    assert [earned(session, number) for number in (1, 3)] == [[1_000], [2_000]]


def test_a_monthly_cap_leaves_later_orders_what_is_left(session: Session, chain: list[Distributor]) -> None:
    cap = {"per": "distributor", "period": "month", "amount": "25.00", "currency": "USD"}
    a_plan(session, {"level": 1, "bps": 1_000}, caps=[cap])
    record(session, a_sale(1), a_sale(2))
    record(session, a_sale(3))
    record(session, a_sale(4))

    assert [earned(session, number) for number in (1, 2, 3, 4)] == [[1_000], [1_000], [500], [0]]


def test_a_grade_is_that_of_the_orders_placing(session: Session, chain: list[Distributor]) -> None:
    program.change(session, {"grades": ["silver", "gold"]}, actor=ACTOR, now=EARLY)
    a_plan(session, {"level": 1, "bps": 1_000}, {"level": 1, "bps": 2_000, "grade": "gold"})
    promoted_at = PLACED_AT + timedelta(hours=2)
    set_grade(session, chain[0].id, grade="gold", actor=ACTOR, reason="sold well", now=promoted_at)
    record(session, a_sale(1), a_sale(2), a_sale(3))

    assert [earned(session, number) for number in (1, 2, 3)] == [[1_000], [2_000], [2_000]]


def test_an_inactive_sponsors_share_passes_up_where_the_plan_says_so(
    session: Session, chain: list[Distributor]
) -> None:
    rates = [{"level": 1, "bps": 1_000}, {"level": 2, "bps": 500}, {"level": 3, "bps": 200}]
    a_plan(session, *rates, uplines={"unqualified": "compress"})
    suspend(session, chain[1].id, actor=ACTOR, reason="fraud", now=PLACED_AT)
    record(session, a_sale(1))

    shares = order_answer(session, "pos", "1").shares
    assert [(share.share.distributor_id, share.accrued_minor) for share in shares] == [
        (chain[0].id, 1_000),
        (chain[2].id, 500),
    ]


def test_a_customer_pays_for_as_many_orders_as_the_plan_says(
    session: Session, chain: list[Distributor]
) -> None:
    a_plan(session, {"level": 1, "bps": 1_000}, customer_limit={"orders": 2})
    record(session, *(a_sale(number, customer=b"shopper") for number in (1, 2, 3)))

    assert [earned(session, number) for number in (1, 2, 3)] == [[1_000], [1_000], [0]]


def test_another_sellers_orders_do_not_use_up_a_customer(session: Session, chain: list[Distributor]) -> None:
    a_plan(session, {"level": 1, "bps": 1_000}, customer_limit={"orders": 1})
    a_distributor(session, code="BOB")
    record(session, a_sale(1, customer=b"shopper"), a_sale(2, customer=b"shopper", code="BOB"))

    assert earned(session, 2) == [1_000]


def test_the_first_order_of_a_customer_has_a_rate_of_its_own(
    session: Session, chain: list[Distributor]
) -> None:
    a_plan(session, {"level": 1, "bps": 500}, {"level": 1, "bps": 3_000, "customer": "first"})
    record(session, a_sale(1, customer=b"shopper"), a_sale(2, customer=b"shopper"))

    assert [earned(session, number) for number in (1, 2)] == [[3_000], [500]]


def test_a_reassigned_order_counts_for_its_new_seller_only(
    session: Session, chain: list[Distributor]
) -> None:
    a_plan(session, TIERS)
    bob = a_distributor(session, code="BOB")
    record(session, a_sale(1), a_sale(2, code="BOB"))
    reassign(
        session,
        source="pos",
        order_id="1",
        distributor_id=bob.id,
        reason="by phone",
        actor=ACTOR,
        now=PLACED_AT + timedelta(hours=4),
    )
    record(session, a_sale(3, code="BOB"), a_sale(4))

    assert [earned(session, number) for number in (1, 3, 4)] == [[1_500], [2_000], [1_000]]


def test_the_plan_says_whether_an_own_order_pays(session: Session, chain: list[Distributor]) -> None:
    a_plan(session, {"level": 1, "bps": 1_000}, self_purchase="pay")
    own = chain[0].email_hash
    record(session, a_sale(1, customer=own))

    assert earned(session, 1) == [1_000]


def test_a_later_plan_changes_nothing_of_what_was_frozen(session: Session, chain: list[Distributor]) -> None:
    a_plan(session, TIERS)
    record(session, a_sale(1), a_sale(2))
    document = {"name": "Less", "ceiling_bps": 100, "hold_days": 0, "rates": [{"level": 1, "bps": 100}]}
    publish(session, document, actor=ACTOR, now=PLACED_AT + timedelta(hours=3))
    record(session, a_sale(2, returned=1, hours=4))
    record(session, a_sale(2, hours=5))

    assert earned(session, 2) == [1_500]

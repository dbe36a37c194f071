"""When an order came into each state is told from its snapshots and receipts, and not where they do not tell it."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta

from sqlalchemy.orm import Session

from distribution.analytics.order_history import GivenBack, OrderHistory, order_history
from distribution.commission.accrue import accrue
from distribution.commission.receipt.confirm import confirm_receipt
from distribution.orders.snapshot import OrderLine, OrderSnapshot
from tests.factories import a_distributor

PLACED = datetime(2026, 5, 1, 9, 0, tzinfo=UTC)
HOUR, DAY = timedelta(hours=1), timedelta(days=1)
LINE = OrderLine(id="a", quantity=2, fulfilled=0, returned=0, net_minor=4000, gross_minor=4400, name="Mug")
FIRST = OrderSnapshot(
    source="saleor",
    order_id="order-1",
    number="1001",
    channel="default",
    currency="USD",
    observed_at=PLACED + timedelta(seconds=5),
    placed_at=PLACED,
    status="open",
    total_minor=4400,
    collected_minor=0,
    given_back_minor=0,
    lines=(LINE,),
    referral_code="ADA",
)


def lived(session: Session, *states: OrderSnapshot) -> OrderHistory:
    """The history of an order that was read in these states, each when it was observed."""
    a_distributor(session, name="Ada Lovelace", code="ADA", now=PLACED - DAY)
    for state in states:
        accrue(session, [state], now=state.observed_at)
    return order_history(session, 1, source="saleor")


def sent(units: int, at: datetime, *, returned: int = 0) -> tuple[OrderLine, ...]:
    return (replace(LINE, fulfilled=units, returned=returned, fulfilled_at=at if units else None),)


def test_every_state_has_the_time_at_which_it_was_first_seen(session: Session) -> None:
    paid = replace(FIRST, observed_at=PLACED + HOUR, collected_minor=4400)
    part = replace(paid, observed_at=PLACED + DAY + HOUR, lines=sent(1, PLACED + DAY))
    whole = replace(paid, observed_at=PLACED + 2 * DAY + HOUR, lines=sent(2, PLACED + 2 * DAY))
    less = replace(
        whole,
        observed_at=PLACED + 5 * DAY,
        given_back_minor=2200,
        lines=sent(1, PLACED + 2 * DAY, returned=1),
    )
    found = lived(session, FIRST, paid, part, whole, less)
    assert found.paid_at == PLACED + HOUR
    assert found.shipped_at == PLACED + 2 * DAY
    assert found.received_at is None
    assert found.given_back == (GivenBack(PLACED + 5 * DAY, 1, 2200, everything=False),)
    nothing = replace(
        less, observed_at=PLACED + 6 * DAY, given_back_minor=4400, lines=sent(0, PLACED, returned=2)
    )
    accrue(session, [nothing], now=nothing.observed_at)
    found = order_history(session, 1, source="saleor")
    assert found.given_back[1] == GivenBack(PLACED + 6 * DAY, 1, 2200, everything=True)
    assert found.shipped_at == PLACED + 2 * DAY


def test_what_was_so_long_before_anybody_looked_has_no_time(session: Session) -> None:
    late = replace(
        FIRST,
        observed_at=PLACED + 30 * DAY,
        collected_minor=4400,
        given_back_minor=100,
        lines=sent(2, PLACED + DAY),
    )
    found = lived(session, late)
    assert found.paid_at is None
    assert found.shipped_at == PLACED + DAY
    assert found.given_back == (GivenBack(None, 0, 100, everything=False),)


def test_it_arrived_when_somebody_first_said_so_of_all_of_it(session: Session) -> None:
    whole = replace(FIRST, observed_at=PLACED + HOUR, collected_minor=4400, lines=sent(2, PLACED + DAY))
    lived(session, whole)
    for days in (4, 3):
        confirm_receipt(
            session,
            "saleor",
            "order-1",
            received_at=PLACED + days * DAY,
            confirmed_by="carrier",
            actor="merchant:test",
            now=PLACED + 5 * DAY,
        )
    assert order_history(session, 1, source="saleor").received_at == PLACED + 3 * DAY


def test_a_cancelled_order_has_the_time_of_it(session: Session) -> None:
    gone = replace(FIRST, observed_at=PLACED + DAY, status="cancelled")
    assert lived(session, FIRST, gone).cancelled_at == PLACED + DAY

"""An order's steps: each with its time where it is known, what came back where it belongs, what comes next."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from flask import Flask
from flask_babel import Babel

from distribution.analytics.order_detail import OrderDetail, RecordedLine
from distribution.analytics.order_history import GivenBack, OrderHistory
from portal.order_timeline import order_timeline

PLACED = datetime(2026, 5, 1, 9, 0, tzinfo=UTC)
DAY = timedelta(days=1)
NOTHING = OrderHistory(None, None, None, None, None, None, ())
EARNED = RecordedLine(1, 1, 400, "accrual", PLACED + 16 * DAY, PLACED + 2 * DAY)
FIRST = OrderDetail(
    id=1,
    number="1001",
    currency="USD",
    country="US",
    placed_at=PLACED,
    observed_at=PLACED,
    state="placed",
    paid=False,
    quantity=2,
    fulfilled_quantity=0,
    returned_quantity=0,
    reason="click",
    hold_days=14,
    hold_grade=None,
    received_after_days=None,
    total_minor=4400,
    history=NOTHING,
    seller=None,
    seller_id=None,
    explanations=(),
    lines=(),
    periods=(),
)
SHIPPED = replace(
    FIRST,
    state="shipped",
    paid=True,
    fulfilled_quantity=2,
    lines=(EARNED,),
    history=replace(NOTHING, paid_at=PLACED, first_shipped_at=PLACED + 2 * DAY, shipped_at=PLACED + 2 * DAY),
)


@pytest.fixture(autouse=True)
def _a_request() -> Iterator[None]:
    app = Flask(__name__)
    Babel(app)
    with app.test_request_context():
        yield


def steps(order: OrderDetail, *, days: int = 3) -> list[tuple[str, str, str | None]]:
    return [(item.label, item.state, item.at) for item in order_timeline(order, PLACED + days * DAY)]


def test_what_is_still_to_come_has_no_time_and_the_first_of_it_is_next() -> None:
    assert steps(FIRST) == [
        ("Placed", "done", "May 1, 2026 09:00"),
        ("Paid", "next", None),
        ("Shipped", "", None),
        ("Commission matures", "", None),
    ]


def test_each_step_has_its_time_and_the_next_its_day() -> None:
    assert steps(SHIPPED) == [
        ("Placed", "done", "May 1, 2026 09:00"),
        ("Paid", "done", "May 1, 2026 09:00"),
        ("Shipped", "done", "May 3, 2026 09:00"),
        ("Commission matures", "next", "May 17, 2026 · in 2 weeks"),
    ]
    assert steps(SHIPPED, days=17)[-1] == ("Commission matured", "done", "May 17, 2026")


def test_a_part_that_was_sent_is_told_and_the_rest_comes() -> None:
    part = replace(SHIPPED, state="partly_shipped", fulfilled_quantity=1, lines=())
    assert steps(part)[2:4] == [("Partly shipped", "done", "May 3, 2026 09:00"), ("Shipped", "next", None)]


def test_a_payment_nobody_saw_in_time_is_there_without_a_time() -> None:
    late = replace(SHIPPED, history=replace(SHIPPED.history, paid_at=None))
    assert steps(late)[1] == ("Paid", "done", None)


def test_a_receipt_is_a_step_where_somebody_said_so_or_it_is_waited_for() -> None:
    said = replace(SHIPPED, state="received", history=replace(SHIPPED.history, received_at=PLACED + 3 * DAY))
    assert ("Received", "done", "May 4, 2026 09:00") in steps(said)
    waiting = replace(SHIPPED, received_after_days=7)
    [step] = [each for each in order_timeline(waiting, PLACED + 3 * DAY) if each.label == "Received"]
    assert (step.state, step.text) == ("next", "counts as received on May 10, 2026 at the latest")
    [step] = [each for each in order_timeline(waiting, PLACED + 11 * DAY) if each.label == "Received"]
    assert (step.state, step.at) == ("done", "May 10, 2026")


def test_a_part_that_came_back_stands_at_its_time_and_the_rest_still_matures() -> None:
    back = GivenBack(PLACED + 5 * DAY, 1, 2200, everything=False)
    reversal = replace(EARNED, number=2, amount_minor=-200, kind="reversal")
    less = replace(
        SHIPPED,
        state="partly_refunded",
        fulfilled_quantity=1,
        returned_quantity=1,
        lines=(EARNED, reversal),
        history=replace(SHIPPED.history, given_back=(back,)),
    )
    *_, refund, matures = order_timeline(less, PLACED + 6 * DAY)
    assert (refund.label, refund.state, refund.at) == ("Partly refunded", "bad", "May 6, 2026 09:00")
    assert refund.text == "1 of 2 items came back. Commission on returned goods was taken back."
    assert (matures.label, matures.state) == ("Commission matures", "next")
    money = replace(
        less, returned_quantity=0, lines=(), history=replace(NOTHING, given_back=(replace(back, quantity=0),))
    )
    [only] = [each for each in order_timeline(money, PLACED + 6 * DAY) if each.state == "bad"]
    assert only.text == "$22.00 of $44.00 was given back."


def test_of_what_came_back_whole_nothing_is_to_come() -> None:
    back = GivenBack(PLACED + DAY, 2, 4400, everything=True)
    gone = replace(
        FIRST, state="refunded", paid=True, returned_quantity=2,
        history=replace(NOTHING, paid_at=PLACED, given_back=(back,)),
    )  # fmt: skip
    assert steps(gone)[2:] == [("Refunded", "bad", "May 2, 2026 09:00")]
    cancelled = replace(FIRST, state="cancelled", history=replace(NOTHING, cancelled_at=PLACED + DAY))
    assert steps(cancelled)[1:] == [("Cancelled", "bad", "May 2, 2026 09:00")]

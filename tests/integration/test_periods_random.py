"""Random plans and lives of orders: closing now and then, or once at the end, comes to the same, and it proves."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from dataclasses import replace
from typing import Any
from uuid import UUID

import pytest
from hypothesis import HealthCheck, event, given, settings
from hypothesis import strategies as st
from sqlalchemy import Engine, text

from distribution.commission.accrue import accrue
from distribution.commission.periods.close import close_periods
from distribution.commission.reassign import reassign
from distribution.commission.review.decide import review
from distribution.commission.review.moving import Subject
from distribution.db import create_engine, transaction
from distribution.errors import Conflict
from distribution.orders.snapshot import CANCELLED, OrderSnapshot
from distribution.settlement.settle import settle
from tests.database import TestDatabases
from tests.factories import ACTOR, a_chain, a_code, a_distributor
from tests.periods import DAY, a_cap, a_plan, on, put_in_force, sale, whole
from tests.proven import proven

PERIODS = st.sampled_from(["month", "quarter", "year"])
BPS = st.integers(0, 3_000)


@st.composite
def plans(draw: st.DrawFn) -> dict[str, Any]:
    rates = []
    for level in (1, 2, 3):
        if level > 1 and draw(st.booleans()):
            rates.append({"level": level, "bps": draw(BPS)})
            continue
        starts = [0, *sorted(draw(st.sets(st.integers(1, 400), max_size=2)))]
        steps = [(f"{start}.00", draw(BPS)) for start in starts]
        mode = draw(st.sampled_from(["whole", "whole", "marginal"]))
        by = draw(st.sampled_from(["own", "team"]))
        rates.append(whole(*steps, level=level, by=by, period=draw(PERIODS), mode=mode))
    kinds = draw(st.sets(PERIODS, max_size=3))
    caps = [a_cap(f"{draw(st.integers(1, 60))}.00", kind) for kind in sorted(kinds)]
    if draw(st.booleans()):
        caps.append({"per": "order", "amount": f"{draw(st.integers(1, 30))}.00", "currency": "USD"})
    return a_plan(*rates, ceiling_bps=draw(st.integers(500, 6_000)), caps=caps)


acts = st.lists(
    st.tuples(
        st.sampled_from(
            [
                *("sell", "sell", "sell", "give back", "cancel", "add", "reassign", "close", "settle"),
                *("hold", "release"),
            ]
        ),
        st.integers(0, 99),
        st.integers(50, 300),
    ),
    min_size=8,
    max_size=20,
)
Act = tuple[str, int, int]


class Life:
    """One program; every act happens a little later than the one before it."""

    def __init__(self, engine: Engine, both: list[dict[str, Any]], *, closes: bool) -> None:
        self.engine, self.closes = engine, closes
        self.orders: list[OrderSnapshot] = []
        self.now = on(1, 7)
        with transaction(engine) as session:
            put_in_force(session, both[0])
            put_in_force(session, both[1], on(15, 2))
            people = [*a_chain(session, 3), a_distributor(session, code="OTHER")]
            for number, person in enumerate(people[:3]):
                a_code(session, person, f"CODE{number}")
            self.ids = [person.id for person in people]

    def act(self, what: str, which: int, amount: int) -> None:
        self.now += DAY
        if what == "sell":
            code = ("CODE0", "CODE0", "CODE1", "CODE2", "OTHER")[which % 5]
            placed_at = on(1 + which % 28, 1 + amount % 3)
            self._record(sale(f"o{len(self.orders)}", 100 * amount, placed_at, referral_code=code))
        elif what == "close" and self.closes:
            close_periods(self.engine, now=self.now, batch=3)
        elif what == "settle" and self.closes:
            settle(self.engine, actor=ACTOR, now=self.now)
        elif what in ("hold", "release") and self.closes:
            self._review(what, self.ids[which % 4])
        elif self.orders and what in ("give back", "cancel", "add", "reassign"):
            self._change(what, self.orders[which % len(self.orders)], which, amount)

    def _review(self, decision: str, who: UUID) -> None:
        with transaction(self.engine) as session:
            try:
                review(
                    session,
                    Subject(distributor_id=who),
                    decision=decision,
                    reason="looks odd",
                    actor=ACTOR,
                    now=self.now,
                )
            except Conflict:
                return

    def _change(self, what: str, order: OrderSnapshot, which: int, amount: int) -> None:
        if what == "reassign":
            with transaction(self.engine) as session:
                try:
                    reassign(
                        session,
                        source="test",
                        order_id=order.order_id,
                        distributor_id=self.ids[which % 4],
                        reason="asked for",
                        actor=ACTOR,
                        now=self.now,
                    )
                except Conflict:
                    return
        elif what == "cancel":
            self._record(replace(order, status=CANCELLED))
        elif what == "give back":
            self._record(replace(order, given_back_minor=min(100 * amount, order.total_minor)))
        else:
            total_minor = order.total_minor + 100 * amount
            line = replace(
                order.lines[0], id=f"more{len(order.lines)}", net_minor=100 * amount, gross_minor=100 * amount
            )
            self._record(
                replace(
                    order, lines=(*order.lines, line), total_minor=total_minor, collected_minor=total_minor
                )
            )

    def _record(self, order: OrderSnapshot) -> None:
        order = replace(order, observed_at=self.now)
        self.orders = [order if each.order_id == order.order_id else each for each in self.orders]
        if order not in self.orders:
            self.orders.append(order)
        with transaction(self.engine) as session:
            accrue(session, [order], now=self.now)

    def outcome(self) -> dict[Any, int]:
        """What everybody has in the end, by period."""
        close_periods(self.engine, now=on(2, 1, year=2027), batch=3)
        proven(self.engine)
        totals: dict[Any, int] = defaultdict(int)
        with transaction(self.engine) as session:
            for row in session.execute(
                text(
                    "SELECT distributor_id, period, period_start, sum(amount_minor)"
                    " FROM distribution.period_adjustments GROUP BY 1, 2, 3"
                )
            ):
                totals[self.ids.index(row[0]), row[1], row[2]] = row[3]
            for row in session.execute(
                text("SELECT distributor_id, sum(amount_minor) FROM distribution.commission_lines GROUP BY 1")
            ):
                totals[self.ids.index(row[0]), "lines", None] = row[1]
        return {key: amount for key, amount in totals.items() if amount}


class Lives:
    """The same life twice, in a database each: closing now and then, and only at the end."""

    def __init__(self, databases: TestDatabases) -> None:
        self.databases = databases
        self.urls = {closes: databases.create() for closes in (True, False)}

    def lived(self, both: list[dict[str, Any]], life: list[Act], *, closes: bool) -> Any:
        url = self.urls[closes]
        self.databases.empty(url)
        engine = create_engine(url)
        program = Life(engine, both, closes=closes)
        for act in life:
            program.act(*act)
        if closes:
            proven(engine)
        answer = program.outcome()
        engine.dispose()
        return answer

    def come_to_the_same(self, both: list[dict[str, Any]], life: list[Act]) -> None:
        found = self.lived(both, life, closes=True)
        event(f"periods adjusted: {sum(period != 'lines' for _, period, _ in found)}")
        assert found == self.lived(both, life, closes=False)


@pytest.fixture
def lives(databases: TestDatabases) -> Iterator[Lives]:
    found = Lives(databases)
    yield found
    for url in found.urls.values():
        databases.drop(url)


CHECKS = [HealthCheck.function_scoped_fixture, HealthCheck.too_slow, HealthCheck.data_too_large]


@settings(max_examples=5, suppress_health_check=CHECKS)
@given(both=st.lists(plans(), min_size=2, max_size=2), life=acts)
def test_closing_now_and_then_comes_to_the_same(
    lives: Lives, both: list[dict[str, Any]], life: list[Act]
) -> None:
    lives.come_to_the_same(both, life)


@pytest.mark.prove
@settings(max_examples=60, suppress_health_check=CHECKS)
@given(both=st.lists(plans(), min_size=2, max_size=2), life=acts)
def test_closing_many_lives_comes_to_the_same(
    lives: Lives, both: list[dict[str, Any]], life: list[Act]
) -> None:
    lives.come_to_the_same(both, life)

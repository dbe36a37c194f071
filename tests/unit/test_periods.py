"""Calendars, caps over sums, and what is taken back: the pure parts of deciding a period."""

from __future__ import annotations

from collections import defaultdict
from datetime import UTC, date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from distribution.commission.lots import Lot
from distribution.commission.periods.deciding import Deciding
from distribution.commission.periods.span import Span, over, span_of
from distribution.commission.periods.sums import Sum, due
from distribution.commission.plan.compiled import compile_plan
from distribution.commission.plan.parse import parse
from distribution.commission.taking_back import taken_back
from distribution.money import to_decimal_text
from distribution.proof.periods.capped import capped
from distribution.proof.periods.span import Span as ProvenSpan
from tests.periods import a_cap, a_plan, on, whole

PERIODS = ("month", "quarter", "year")
UTC_ZONE = ZoneInfo("UTC")


@pytest.mark.parametrize(
    "period, first, after, around",
    [
        (
            "month",
            date(2026, 12, 1),
            date(2027, 1, 1),
            [("quarter", date(2026, 10, 1)), ("year", date(2026, 1, 1))],
        ),
        ("quarter", date(2026, 4, 1), date(2026, 7, 1), [("year", date(2026, 1, 1))]),
        ("year", date(2026, 1, 1), date(2027, 1, 1), []),
    ],
)
def test_a_period_ends_where_the_next_begins(
    period: Any, first: date, after: date, around: list[tuple[Any, date]]
) -> None:
    span = Span(period, first)
    assert span.after == after
    assert span.around == [Span(*each) for each in around]


def test_a_period_is_as_long_as_its_days_are() -> None:
    """The month in which clocks go forward is an hour short."""
    begins, ends = Span("month", date(2026, 3, 1)).bounds(ZoneInfo("Europe/Berlin"))
    assert (begins, ends) == (
        datetime(2026, 2, 28, 23, tzinfo=UTC),
        datetime(2026, 3, 31, 22, tzinfo=UTC),
    )


def test_periods_that_are_over() -> None:
    found = over("month", on(15, 1), on(1, 4), ZoneInfo("UTC"))
    assert [span.first.month for span in found] == [1, 2, 3]
    assert list(over("year", on(15, 1), on(31, 12), ZoneInfo("UTC"))) == []


days = st.dates(date(2026, 1, 1), date(2026, 12, 31)).map(lambda day: day.replace(day=1))
caps = st.dictionaries(st.sampled_from(PERIODS), st.integers(0, 2_000))


@given(
    parts=st.dictionaries(st.tuples(st.integers(1, 3), days), st.integers(0, 1_500), max_size=20),
    amounts=st.tuples(caps, caps, caps),
    period=st.sampled_from(PERIODS),
)
def test_caps_over_sums_are_those_of_the_proof(
    parts: dict[tuple[int, date], int], amounts: tuple[dict[str, int], ...], period: Any
) -> None:
    documents = {
        number: a_plan(
            {"level": 1, "bps": 1_000},
            caps=[a_cap(to_decimal_text(minor, "USD"), kind) for kind, minor in of_plan.items() if minor],
        )
        for number, of_plan in enumerate(amounts, 1)
    }
    plans = {number: compile_plan(parse(document, number)) for number, document in documents.items()}
    span = span_of(date(2026, 5, 1), period)
    inside = {key: minor for key, minor in parts.items() if span.first <= key[1] < span.after}
    found = Sum()
    for key, minor in inside.items():
        found.parts[key] += minor

    decided = due(found, Deciding(UTC_ZONE, [], plans), span, "USD")

    proven = capped(
        {(day, number): minor for (number, day), minor in inside.items()},
        documents,
        ProvenSpan(period, span.first, UTC_ZONE),
        "USD",
    )
    assert decided.amount_minor == proven
    assert 0 <= decided.amount_minor <= sum(inside.values())
    own = amounts[2].get(period)
    if own and {number for number, _ in inside} == {3}:
        assert decided.amount_minor <= own


NOW = on(1, 6)
moments = st.integers(-20, 20).map(lambda offset: NOW + offset * timedelta(days=1))


@given(st.dictionaries(moments, st.integers(-300, 900), max_size=6), st.integers(1, 3_000))
def test_what_is_taken_back_is_never_paid_first(unsettled: dict[datetime, int], amount_minor: int) -> None:
    lots = {Lot(at, at): minor for at, minor in unsettled.items()}
    parts = [(minor, lot.matures_at) for minor, lot in taken_back(lots, amount_minor, NOW)]

    assert sum(minor for minor, _ in parts) == -amount_minor
    assert all(minor < 0 for minor, _ in parts)
    left: dict[datetime, int] = defaultdict(int, {at: max(0, minor) for at, minor in unsettled.items()})
    rest = 0
    for minor, at in parts:
        left[at] += minor
        if left[at] < 0:
            rest, left[at] = rest - left[at], 0
    # Only what was settled already is taken from what is there; and nothing later stays while something earlier goes.
    assert rest == max(0, amount_minor - sum(max(0, minor) for minor in unsettled.values()))
    touched = [at for at, minor in unsettled.items() if minor > 0 and left[at] < minor]
    assert all(left[at] == 0 for at in left if touched and at > min(touched))


@pytest.mark.parametrize(
    "plan, periods",
    [
        (a_plan(whole(("0.00", 1))), ["month 2026-03-01"]),
        (a_plan(whole(("0.00", 1), mode="marginal")), []),
        (
            a_plan({"level": 1, "bps": 1}, caps=[a_cap("1.00", "quarter"), a_cap("1.00")]),
            ["month 2026-03-01", "quarter 2026-01-01"],
        ),
        (a_plan({"level": 1, "bps": 1}, caps=[{"per": "line", "amount": "1.00", "currency": "USD"}]), []),
    ],
)
def test_which_periods_a_plan_leaves_something_to_decide(plan: dict[str, Any], periods: list[str]) -> None:
    compiled = compile_plan(parse(plan, 1))
    deciding = Deciding(UTC_ZONE, [(1, on(5), b"")], {1: compiled})

    assert [f"{span.period} {span.first}" for span in deciding.spans(on(2, 4))] == periods


def test_a_version_that_never_held_leaves_nothing_to_decide() -> None:
    compiled = compile_plan(parse(a_plan(whole(("0.00", 1))), 1))
    plain = compile_plan(parse(a_plan({"level": 1, "bps": 1}), 2))
    versions = [(2, on(5), b""), (1, on(7), b"")]

    assert Deciding(UTC_ZONE, versions, {1: compiled, 2: plain}).spans(on(2, 9)) == []

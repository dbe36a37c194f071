"""Commission lines summed by the hour: the figures are those of the lines, whatever was summed or settled before."""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest
from sqlalchemy import Engine, text
from sqlalchemy.orm import Session

from distribution.analytics.console_due import Due, Earned, due, earned
from distribution.proof.counters import CHECKS
from distribution.settlement.line_sums import folded
from distribution.settlement.settle import settle
from jobs.sums import sum_up
from tests.money import NOW, earn, people

HOUR = timedelta(hours=1)
MINUTE = timedelta(minutes=1)
_SUMMED = CHECKS["summed lines are those of their epoch and hour"][1]


def seen(session: Session, now: datetime = NOW) -> tuple[Due, Earned]:
    session.rollback()
    [one], [sums] = due(session, now=now), earned(session, now=now)
    return one, sums


def matured(session: Session, *lines: tuple[int, datetime]) -> None:
    [who] = people(session, 1)
    for amount_minor, matures_at in lines:
        earn(session, [(who, amount_minor)], matures_at=matures_at)
    session.commit()


@pytest.fixture
def around(session: Session) -> None:
    """Lines on both sides of the present and of its hour, one of them taken back."""
    matured(
        session,
        (1_000, NOW - 30 * HOUR),
        (-200, NOW - MINUTE),
        (30, NOW),
        (4, NOW + MINUTE),
        (500, NOW + 30 * HOUR),
    )


def test_summed_or_not_the_figures_are_the_same(engine: Engine, session: Session, around: None) -> None:
    before = seen(session)
    assert (before[0].lines, before[0].distributors, before[0].next_at) == (3, 1, NOW + MINUTE)
    assert (before[0].accrued_minor, before[0].reversed_minor, before[0].pending_minor) == (1_030, -200, 504)
    assert before[1] == Earned("USD", 504, 830)
    assert sum_up(engine, enough=1) == 1
    assert seen(session) == before
    # Nothing new: there is nothing to sum, and no epoch is ended for nothing.
    assert sum_up(engine, enough=1) == 0


def test_what_is_written_since_is_added_to_the_sums(engine: Engine, session: Session, around: None) -> None:
    sum_up(engine, enough=1)
    matured(session, (7, NOW - 30 * HOUR), (80, NOW + 30 * HOUR))
    assert seen(session)[1] == Earned("USD", 584, 837)
    assert sum_up(engine, enough=1) == 1
    assert seen(session)[1] == Earned("USD", 584, 837)
    assert session.execute(text(_SUMMED)).all() == []


def test_while_there_are_few_lines_no_epoch_is_ended(engine: Engine, session: Session, around: None) -> None:
    assert sum_up(engine, enough=6) == 0
    assert folded(session) == 0


def test_what_was_settled_is_in_no_sum_and_what_came_since_is(
    engine: Engine, session: Session, around: None
) -> None:
    sum_up(engine, enough=1)
    settle(engine, actor="job:settle", now=NOW)
    # Matured before the cutoff, in its hour and long before, but written after it.
    matured(session, (5, NOW - MINUTE), (60, NOW - 30 * HOUR))
    for _ in range(2):
        one, sums = seen(session, NOW + 2 * MINUTE)
        assert sums == Earned("USD", 500, 69)
        assert (one.lines, one.distributors) == (3, 2)
        assert sum_up(engine, enough=1) in (0, 2)
    # An hour later the sums say what of it matured meanwhile.
    assert seen(session, NOW + 30 * HOUR)[1] == Earned("USD", 0, 569)


def test_of_too_many_lines_it_is_not_said_whose_they_are(session: Session, around: None) -> None:
    [one] = due(session, now=NOW, most_counted=2)
    assert one.distributors is None


def test_a_sum_that_was_tampered_with_is_named(engine: Engine, session: Session, around: None) -> None:
    sum_up(engine, enough=1)
    session.execute(text("UPDATE distribution.line_sums SET accrued_minor = accrued_minor + 1"))
    assert len(session.execute(text(_SUMMED)).all()) == 4

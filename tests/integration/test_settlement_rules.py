"""Too little waits, reviewed runs wait for people, previews say what comes, and the calendar is kept."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID

import psycopg.errors
import pytest
from sqlalchemy import Engine, text
from sqlalchemy.exc import DBAPIError
from sqlalchemy.orm import Session

from distribution.analytics.balances import balances
from distribution.db import transaction
from distribution.errors import NotFound
from distribution.ledger.proof import proof as ledger_proof
from distribution.ledger.read import holdings
from distribution.runs.record import good, started
from distribution.settings import program
from distribution.settlement import read
from distribution.settlement.approval import (
    AlreadyApproved,
    AwaitsApproval,
    NotUnderReview,
    approvals,
    approve_run,
    discard_run,
)
from distribution.settlement.preview import preview
from distribution.settlement.proof import proof
from distribution.settlement.run import close_run
from distribution.settlement.settle import settle
from distribution.settlement.tables import SettlementRun
from jobs.daily import Daily, settle_by_calendar, settlement_is_due, wake_due
from tests.money import NOW, earn, people, person

DAY = timedelta(days=1)
ACTOR, ADA, BEN = "job:settle", "merchant:ada", "merchant:ben"


def rule(session: Session, **rules: Any) -> None:
    program.change(session, {"settlement": rules}, actor=ADA, now=NOW - 90 * DAY)
    session.commit()


def settled(engine: Engine, *, day: int = 0, **how: Any) -> list[SettlementRun]:
    runs = settle(engine, actor=ACTOR, now=NOW + day * DAY, **how)
    with transaction(engine) as session:
        assert [str(difference) for difference in (*proof(session), *ledger_proof(session))] == []
    return runs


def has(engine: Engine, who: UUID) -> int:
    with transaction(engine) as session:
        return sum(each.available_minor for each in holdings(session, [who]))


def test_too_little_waits_and_is_paid_with_what_comes_later(engine: Engine, session: Session) -> None:
    rule(session, smallest_minor={"USD": 1000})
    ada, ben = people(session, 2)
    earn(session, [(ada, 700), (ben, 5000)])
    session.commit()
    (first,) = settled(engine)
    assert (first.statement_count, first.line_count, first.credited_minor) == (1, 1, 5000)
    assert (has(engine, ada), has(engine, ben)) == (0, 5000)
    earn(session, [(ada, 200), (ben, 3000)])
    session.commit()
    settled(engine, day=1)
    with transaction(engine) as session:
        (waits,) = balances(session, ada, now=NOW + DAY)
        assert waits.matured_minor == 900
    earn(session, [(ada, 100)])
    session.commit()
    (third,) = settled(engine, day=2)
    assert (third.statement_count, third.line_count, third.credited_minor) == (1, 3, 1000)
    assert has(engine, ada) == 1000
    (statement,) = read.statements(session, distributor_id=ada)
    assert [line.amount_minor for line in read.statement_lines(session, statement)] == [700, 200, 100]
    for number, line in enumerate(read.statements(session, distributor_id=ben)[::-1], start=1):
        assert (line.number, len(read.statement_lines(session, line))) == (number, 1)


def test_nobody_reaches_it_then_there_is_no_run(engine: Engine, session: Session) -> None:
    rule(session, smallest_minor={"USD": 1000})
    ada = person(session)
    earn(session, [(ada, 700)])
    session.commit()
    assert settled(engine) == []
    (run,) = settled(engine, everything=True)
    assert (run.smallest_minor, run.credited_minor) == (None, 700)


def test_what_waits_is_paid_once_the_amount_is_lower_or_the_person_left(
    engine: Engine, session: Session
) -> None:
    rule(session, smallest_minor={"USD": 1000})
    ada, ben, eve = people(session, 3)
    earn(session, [(ada, 700), (ben, 5000), (eve, 300)])
    session.commit()
    settled(engine)
    session.execute(text("UPDATE distribution.distributors SET status = 'left' WHERE id = :id"), {"id": eve})
    session.commit()
    (run,) = settled(engine, day=1)
    assert (run.statement_count, run.credited_minor) == (1, 300)
    rule(session, smallest_minor={})
    (run,) = settled(engine, day=2)
    assert (run.statement_count, run.credited_minor) == (1, 700)
    assert settled(engine, day=3) == []


def test_what_is_taken_back_does_not_wait(engine: Engine, session: Session) -> None:
    rule(session, smallest_minor={"USD": 1000})
    ada, ben = people(session, 2)
    earn(session, [(ada, 700), (ben, 5000)])
    session.commit()
    settled(engine)
    earn(session, [(ada, -900)])
    session.commit()
    (run,) = settled(engine, day=1)
    assert (run.debited_minor, run.line_count) == (200, 2)
    (waits,) = holdings(session, [ada])
    assert waits.debt_minor == -200


@pytest.mark.parametrize(
    "harm",
    [
        "UPDATE distribution.settlement_carries SET accrued_minor = accrued_minor + 1",
        "DELETE FROM distribution.settlement_carries",
        "UPDATE distribution.settlement_runs SET smallest_minor = 5 WHERE number = 1",
        "UPDATE distribution.settlement_runs SET review = true",
    ],
)
def test_the_proof_names_what_was_done_to_what_waits(engine: Engine, session: Session, harm: str) -> None:
    rule(session, smallest_minor={"USD": 1000})
    ada, ben = people(session, 2)
    earn(session, [(ada, 700), (ben, 5000)])
    session.commit()
    settled(engine)
    session.execute(text("SET LOCAL session_replication_role = replica"))
    session.execute(text(harm))
    assert [*proof(session)]


def test_a_reviewed_run_waits_for_two_people_above_the_amount(engine: Engine, session: Session) -> None:
    rule(session, review=True, second_person_above_minor={"USD": 1000})
    ada = person(session)
    earn(session, [(ada, 1500)])
    session.commit()
    (run,) = settled(engine)
    assert (run.closed_at, has(engine, ada)) == (None, 0)
    earn(session, [(ada, 50)])
    session.commit()
    # Neither the job of the next night nor a merchant's impatience gets past it.
    (again,) = settled(engine, day=1)
    assert again.id == run.id
    with pytest.raises(AwaitsApproval), transaction(engine) as session:
        close_run(session, run.id, now=NOW)
    assert approve_run(session, run.id, actor=ADA, now=NOW) == 1
    session.commit()
    with pytest.raises(AlreadyApproved):
        approve_run(session, run.id, actor=ADA, now=NOW)
    assert approve_run(session, run.id, actor=BEN, now=NOW) == 0
    session.commit()
    assert [each.actor for each in approvals(session, run.id)] == [ADA, BEN]
    # Killed between the approval and the closing: the next settlement finishes it, and prepares the next.
    closed, following = settled(engine, day=1)
    assert (closed.id, closed.credited_minor, has(engine, ada)) == (run.id, 1500, 1500)
    assert (following.number, following.closed_at) == (2, None)
    assert approve_run(session, following.id, actor=ADA, now=NOW + DAY) == 0
    session.commit()
    (closed,) = [each for each in settled(engine, day=1) if each.id == following.id]
    assert has(engine, ada) == 1550
    with pytest.raises(NotUnderReview):
        approve_run(session, run.id, actor=BEN, now=NOW)
    session.rollback()


def test_a_discarded_run_moved_nothing_and_its_lines_are_due_again(engine: Engine, session: Session) -> None:
    rule(session, review=True)
    ada = person(session)
    earn(session, [(ada, 1500)])
    session.commit()
    (run,) = settled(engine)
    discard_run(session, run.id, reason="an order looks made up", actor=ADA, now=NOW)
    session.commit()
    with pytest.raises(NotFound):
        approve_run(session, run.id, actor=ADA, now=NOW)
    session.rollback()
    earn(session, [(ada, -500)])
    session.commit()
    (run,) = settled(engine, day=1)
    assert approve_run(session, run.id, actor=ADA, now=NOW + DAY) == 0
    session.commit()
    (closed,) = settled(engine, day=1)
    assert (closed.number, closed.credited_minor, has(engine, ada)) == (1, 1000, 1000)
    for refused in (
        "DELETE FROM distribution.settlement_runs",
        "DELETE FROM distribution.settlement_approvals",
    ):
        with pytest.raises(DBAPIError) as caught:
            session.execute(text(refused))
        assert isinstance(caught.value.orig, psycopg.errors.RestrictViolation)
        session.rollback()


def test_a_preview_says_what_the_run_then_does(engine: Engine, session: Session) -> None:
    rule(session, smallest_minor={"USD": 1000})
    ada, ben, eve = people(session, 3)
    earn(session, [(ada, 700), (ben, 5000), (eve, -300)])
    session.commit()
    seen = preview(session, currency="USD", now=NOW)
    assert [(row.distributor_id, row.total_minor, row.left) for row in seen.rows] == [
        (ben, 5000, False),
        (eve, -300, False),
        (ada, 700, True),
    ]
    assert [(row.available_after_minor, row.debt_after_minor) for row in seen.rows] == [
        (5000, 0),
        (0, -300),
        (0, 0),
    ]
    assert (seen.left_count, seen.left_minor) == (1, 700)
    assert session.query(SettlementRun).count() == 0
    session.commit()
    (run,) = settled(engine)
    assert (seen.statement_count, seen.line_count, seen.credited_minor, seen.debited_minor) == (
        run.statement_count,
        run.line_count,
        run.credited_minor,
        run.debited_minor,
    )
    (left,) = preview(session, currency="USD", now=NOW + DAY).rows
    assert (left.distributor_id, left.total_minor, left.left) == (ada, 700, True)


def at(text: str) -> datetime:
    return datetime.fromisoformat(text).astimezone(UTC)


def test_after_an_outage_it_catches_up_once(engine: Engine, session: Session) -> None:
    rule(session, every="week", weekday=1)
    program.change(session, {"time_zone": "Europe/Berlin"}, actor=ADA, now=NOW)
    session.commit()

    def run_at(moment: str) -> bool:
        now = at(moment)
        with transaction(engine) as session:
            due = settlement_is_due(session, now=now)
        if due:
            with transaction(engine) as session:
                started(session, "settle_daily", now=now)
            facts = settle_by_calendar(engine, now=now)
            with transaction(engine) as session:
                good(session, "settle_daily", started_at=now, facts=facts, now=now)
        return due

    assert run_at("2026-03-23T03:00:05+01:00")
    assert not run_at("2026-03-23T03:05:00+01:00")
    assert not run_at("2026-03-29T23:59:59+02:00")
    # Two Mondays were missed, one of them after clocks went forward.
    assert run_at("2026-04-08T10:00:00+02:00")
    assert not run_at("2026-04-09T03:00:00+02:00")
    assert run_at("2026-04-13T03:00:00+02:00")


def test_every_hour_wakes_the_job_between_its_nights(engine: Engine, session: Session) -> None:
    rule(session, every="hour")
    began = at("2026-05-04T03:00:05+00:00")
    started(session, "settle_daily", now=began)
    good(session, "settle_daily", started_at=began, facts={"settled_at": began.isoformat()}, now=began)
    session.commit()

    def woken(moment: str) -> bool:
        def enqueue(_: Daily) -> bool:
            return True

        return "settle_daily" in wake_due(engine, enqueue, now=at(moment))

    assert not woken("2026-05-04T03:59:00+00:00")
    assert woken("2026-05-04T04:00:00+00:00")
    rule(session, every="day")
    assert not woken("2026-05-04T04:00:00+00:00")

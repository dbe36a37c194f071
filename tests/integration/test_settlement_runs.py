"""Settlement: every due line in exactly one statement, however late it commits, and the money it moves."""

from __future__ import annotations

import threading
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime, timedelta
from uuid import UUID

import pytest
from sqlalchemy import Engine, func, select, text
from sqlalchemy.orm import Session

from distribution.analytics.balances import balances
from distribution.db import create_engine, transaction
from distribution.errors import InvalidInput, NotFound
from distribution.ledger.proof import proof as ledger_proof
from distribution.ledger.read import holdings
from distribution.settlement import read
from distribution.settlement.epoch import WritersBusy
from distribution.settlement.proof import proof
from distribution.settlement.run import close_run, open_run
from distribution.settlement.settle import open_runs, settle
from distribution.settlement.tables import SettlementRun, Statement
from tests.money import DUE, NOW, earn, people, person

DAY = timedelta(days=1)
ACTOR = "job:settle"


def settle_now(engine: Engine, *, now: datetime = NOW, currency: str | None = None) -> list[SettlementRun]:
    runs = settle(engine, actor=ACTOR, now=now, currency=currency)
    with transaction(engine) as session:
        assert [str(difference) for difference in proof(session)] == []
        assert [str(difference) for difference in ledger_proof(session)] == []
    return runs


def newest(session: Session, who: UUID, currency: str = "USD") -> Statement:
    return read.statements(session, distributor_id=who, currency=currency)[0]


def held(session: Session, who: UUID) -> tuple[int, int]:
    (answer,) = holdings(session, [who])
    return answer.available_minor, answer.debt_minor


def waiting(session: Session, who: UUID) -> tuple[int, int]:
    """What is pending and what has matured but is in no statement."""
    (answer,) = balances(session, who, now=NOW)
    return answer.pending_minor, answer.matured_minor


def test_due_lines_become_a_statement_and_money(engine: Engine, session: Session) -> None:
    ada, bob = people(session, 2)
    earn(session, [(ada, 500), (bob, 70)])
    order_id = earn(session, [(ada, 300), (ada, -100)])
    earn(session, [(ada, 9999)], matures_at=NOW + DAY)
    session.commit()
    (run,) = settle_now(engine)
    assert (run.number, run.statement_count, run.line_count) == (1, 2, 4)
    assert (run.credited_minor, run.debited_minor, run.closed_at) == (770, 0, NOW)
    statement = newest(session, ada)
    assert (statement.line_count, statement.accrued_minor, statement.reversed_minor) == (3, 800, -100)
    assert (statement.available_before_minor, statement.available_after_minor) == (0, 700)
    assert held(session, ada) == (700, 0)
    lines = read.statement_lines(session, statement)
    assert [line.amount_minor for line in lines] == [500, 300, -100]
    assert lines[1:] == read.statement_lines(session, statement, after=(lines[0].order_id, lines[0].number))
    assert lines[2].order_id == order_id
    assert waiting(session, ada) == (9999, 0)
    assert waiting(session, bob) == (0, 0)


def test_nothing_due_makes_no_run(engine: Engine, session: Session) -> None:
    earn(session, [(person(session), 5)], matures_at=NOW + DAY)
    session.commit()
    assert settle_now(engine) == []
    assert settle_now(engine, currency="EUR") == []


def test_a_reversal_after_the_money_left_becomes_debt_and_is_repaid_first(
    engine: Engine, session: Session
) -> None:
    ada = person(session)
    steps = [
        (500, (500, 0)),
        (-800, (0, -300)),
        (-50, (0, -350)),
        (100, (0, -250)),
        (400, (150, 0)),
        (-150, (0, 0)),
    ]
    for number, (amount_minor, expected) in enumerate(steps, 1):
        earn(session, [(ada, amount_minor)])
        session.commit()
        settle_now(engine)
        assert held(session, ada) == expected
        statement = newest(session, ada)
        assert statement.number == number
        assert (statement.available_after_minor, statement.debt_after_minor) == expected
        session.commit()


def test_a_statement_of_nothing_left_moves_nothing(engine: Engine, session: Session) -> None:
    ada = person(session)
    earn(session, [(ada, 500), (ada, -500)])
    session.commit()
    (run,) = settle_now(engine)
    assert (run.statement_count, run.credited_minor, run.debited_minor) == (1, 0, 0)
    assert newest(session, ada).total_minor == 0
    assert session.scalar(text("SELECT count(*) FROM distribution.transfers")) == 0


def test_each_currency_has_its_own_runs(engine: Engine, session: Session) -> None:
    ada = person(session)
    for currency in ("USD", "EUR", "JPY"):
        earn(session, [(ada, 100)], currency=currency)
    session.commit()
    assert [run.currency for run in settle_now(engine, currency="EUR")] == ["EUR"]
    assert [run.currency for run in settle_now(engine)] == ["JPY", "USD"]
    assert {each.currency: each.available_minor for each in holdings(session, [ada])} == {
        "EUR": 100,
        "JPY": 100,
        "USD": 100,
    }


def test_a_late_line_is_in_the_next_run_only(engine: Engine, session: Session) -> None:
    ada = person(session)
    earn(session, [(ada, 100)])
    session.commit()
    settle_now(engine)
    earn(session, [(ada, 20)], matures_at=DUE - 30 * DAY)
    session.commit()
    assert waiting(session, ada) == (0, 20)
    (run,) = settle_now(engine)
    assert (run.number, run.line_count, run.credited_minor) == (2, 1, 20)
    assert settle_now(engine) == []


def test_the_cutoff_never_goes_back_and_never_lies_in_the_future(engine: Engine, session: Session) -> None:
    ada = person(session)
    earn(session, [(ada, 100)])
    session.commit()
    settle_now(engine)
    earn(session, [(ada, 7)], matures_at=NOW - timedelta(hours=1))
    session.commit()
    (run,) = settle(engine, actor=ACTOR, now=NOW + DAY, until=NOW - 10 * DAY)
    assert (run.cutoff_at, run.line_count) == (NOW, 1)
    with pytest.raises(InvalidInput) as refused:
        settle(engine, actor=ACTOR, now=NOW, until=NOW + DAY)
    assert refused.value.field == "until"


def test_a_writer_held_open_across_the_cutoff_is_paid_in_the_next_run(
    engine: Engine, session: Session
) -> None:
    ada = person(session)
    earn(session, [(ada, 100)])
    session.commit()
    with transaction(engine) as writer:
        # It began, and read, before the run; it asks for the epoch while the run is open.
        writer.execute(text("SELECT count(*) FROM distribution.commission_lines")).scalar_one()
        with transaction(engine) as other:
            run = open_run(other, currency="USD", until=NOW, actor=ACTOR, now=NOW)
        assert run is not None
        earn(writer, [(ada, 20)])
        with transaction(engine) as other:
            assert close_run(other, run.id, now=NOW).line_count == 1
    (later,) = settle_now(engine)
    assert (later.number, later.line_count, later.credited_minor) == (2, 1, 20)


def test_a_run_waits_for_the_writer_who_has_the_epoch_and_takes_its_lines(
    engine: Engine, session: Session
) -> None:
    ada = person(session)
    earn(session, [(ada, 100)])
    session.commit()
    writer = Session(engine)
    earn(writer, [(ada, 20)])
    with ThreadPoolExecutor(1) as pool:
        settling = pool.submit(settle_now, engine)
        with pytest.raises(TimeoutError):
            settling.result(timeout=0.3)
        writer.commit()
        (run,) = settling.result(timeout=10)
    writer.close()
    assert (run.line_count, run.credited_minor) == (2, 120)


def test_a_writer_who_does_not_end_makes_the_run_give_up(
    database_url: str, engine: Engine, session: Session
) -> None:
    earn(session, [(person(session), 100)])
    impatient = create_engine(database_url, lock_timeout_ms=50)
    with pytest.raises(WritersBusy):
        settle(impatient, actor=ACTOR, now=NOW, currency="USD")
    impatient.dispose()
    session.commit()
    assert len(settle_now(engine)) == 1


def test_many_settlements_at_once_make_one_run(engine: Engine, session: Session) -> None:
    ids = people(session, 200)
    earn(session, [(who, 100) for who in ids])
    session.commit()
    together = threading.Barrier(6)

    def one(_: int) -> list[SettlementRun]:
        together.wait()
        return settle(engine, actor=ACTOR, now=NOW)

    with ThreadPoolExecutor(6) as pool:
        runs = [run for answer in pool.map(one, range(6)) for run in answer]
    assert len({run.id for run in runs}) == 1
    assert session.scalar(select(func.count()).select_from(Statement)) == 200
    assert sum(each.available_minor for each in holdings(session, ids)) == 20_000
    assert list(proof(session)) == []


def test_an_interrupted_run_is_finished_with_the_lines_it_was_opened_for(
    engine: Engine, session: Session
) -> None:
    ada = person(session)
    earn(session, [(ada, 100)])
    session.commit()
    with transaction(engine) as other:
        interrupted = open_run(other, currency="USD", until=NOW, actor=ACTOR, now=NOW)
    earn(session, [(ada, 20)])
    session.commit()
    assert interrupted is not None
    assert [run.id for run in open_runs(session)] == [interrupted.id]
    session.commit()
    first, second = settle_now(engine)
    assert (first.id, first.line_count, second.line_count) == (interrupted.id, 1, 1)
    with transaction(engine) as other:
        assert close_run(other, first.id, now=NOW + DAY).closed_at == NOW
    assert held(session, ada) == (120, 0)


def test_a_run_that_does_not_exist_is_not_found(session: Session) -> None:
    ada = person(session)
    with pytest.raises(NotFound):
        close_run(session, ada, now=NOW)
    with pytest.raises(NotFound):
        read.run(session, ada)
    with pytest.raises(NotFound):
        read.statement(session, ada)


def test_pages_of_runs_and_statements(engine: Engine, session: Session) -> None:
    ada, bob = people(session, 2)
    for _ in range(3):
        earn(session, [(ada, 100), (bob, 50)])
        session.commit()
        settle_now(engine)
    newest_runs = read.runs(session, limit=2)
    assert [run.number for run in newest_runs] == [3, 2]
    assert [run.number for run in read.runs(session, currency="USD", before=newest_runs[-1].id)] == [1]
    first = read.statements(session, distributor_id=ada, limit=2)
    assert [each.number for each in first] == [3, 2]
    assert [each.number for each in read.statements(session, distributor_id=ada, before=first[-1])] == [1]
    of_run = read.statements_of_run(session, newest_runs[0].id, limit=1)
    rest = read.statements_of_run(session, newest_runs[0].id, after=of_run[0].distributor_id)
    assert {each.distributor_id for each in of_run + rest} == {ada, bob}


@pytest.mark.parametrize(
    "harm, table",
    [
        (
            "UPDATE distribution.statements SET accrued_minor = accrued_minor + 1, total_minor = total_minor + 1",
            "statements",
        ),
        ("DELETE FROM distribution.statements WHERE number = 2", "statements"),
        ("UPDATE distribution.statements SET number = 7 WHERE number = 2", "statements"),
        (
            "UPDATE distribution.statements SET distributor_id = gen_random_uuid() WHERE number = 2",
            "statements",
        ),
        ("UPDATE distribution.statements SET available_after_minor = 1 WHERE number = 2", "statements"),
        ("UPDATE distribution.statements SET cutoff_at = now() WHERE number = 2", "statements"),
        ("UPDATE distribution.commission_lines SET amount_minor = amount_minor + 1", "statements"),
        ("DELETE FROM distribution.commission_lines", "statements"),
        ("UPDATE distribution.transfers SET document_id = gen_random_uuid()", "statements"),
        ("DELETE FROM distribution.transfers WHERE kind = 'settlement_debt'", "statements"),
        ("UPDATE distribution.settlement_runs SET line_count = 99 WHERE number = 1", "settlement_runs"),
        ("UPDATE distribution.settlement_runs SET previous_epoch = 0 WHERE number = 2", "settlement_runs"),
        ("UPDATE distribution.settlement_runs SET closed_at = NULL WHERE number = 1", "settlement_runs"),
        ("DELETE FROM distribution.settlement_runs WHERE number = 1", "settlement_runs"),
        ("UPDATE distribution.settlement_epochs SET epoch = 1", "settlement_runs"),
    ],
)
def test_the_proof_names_what_was_done_behind_its_back(
    engine: Engine, session: Session, harm: str, table: str
) -> None:
    ada = person(session)
    for amount_minor in (500, -700):
        earn(session, [(ada, amount_minor)])
        session.commit()
        settle_now(engine)
    session.execute(text("SET LOCAL session_replication_role = replica"))
    session.execute(text(harm))
    assert table in {difference.table for difference in proof(session)}

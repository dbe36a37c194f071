"""Periods and counters in the jobs: decided before what they adjust is settled, folded every minute."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime
from typing import Any

import pytest
from click.testing import CliRunner
from sqlalchemy import Engine, text
from sqlalchemy.orm import Session

from distribution.analytics.balances import balances
from distribution.cli.commands.settle import command
from distribution.commission.counting.fold import fold_counters
from distribution.db import transaction
from distribution.ledger.read import holdings
from distribution.network.tables import Distributor
from distribution.settings.environment import Variable
from distribution.settlement import read
from distribution.settlement.settle import settle
from jobs.counters import fold
from jobs.daily import settle_daily
from jobs.resources import resources
from tests.factories import ACTOR, a_chain, a_code
from tests.periods import (
    APRIL,
    HOLD,
    a_plan,
    adjustments,
    closed,
    on,
    proven,
    put_in_force,
    record,
    sale,
    whole,
)

LONG_AGO = on(1, year=2020)


@pytest.fixture
def seller(session: Session) -> Distributor:
    found, *_ = a_chain(session, 3)
    a_code(session, found, "ALICE")
    put_in_force(
        session,
        a_plan(
            whole(("0.00", 1_000), ("100.00", 1_200)),
            whole(("0.00", 100), ("100.00", 200), level=2, by="team"),
        ),
        LONG_AGO,
    )
    session.commit()
    return found


def available(engine: Engine, who: Distributor) -> int:
    with transaction(engine) as session:
        return sum(each.available_minor for each in holdings(session, [who.id]))


def settled(engine: Engine, now: datetime) -> list[tuple[int, int]]:
    """What a settlement comes to: lines and total of each statement."""
    runs = settle(engine, actor=ACTOR, now=now)
    proven(engine)
    with transaction(engine) as session:
        return sorted(
            (each.line_count, each.total_minor)
            for run in runs
            for each in read.statements_of_run(session, run.id)
        )


def test_an_adjusting_line_is_settled_like_any_other(engine: Engine, seller: Distributor) -> None:
    record(engine, sale("1", 6_000, on(2)), sale("2", 6_000, on(20)))
    closed(engine)
    with transaction(engine) as session:
        (waiting,) = balances(session, seller.id, now=APRIL)
    # The first order's 600 have matured; its 600 and the 240 wait for the second's hold.
    assert (waiting.matured_minor, waiting.pending_minor) == (600, 840)
    assert settled(engine, APRIL) == [(1, 60), (1, 600)]
    assert settled(engine, on(21) + HOLD) == [(2, 180), (2, 840)]
    assert available(engine, seller) == 1_440
    with transaction(engine) as session:
        newest = read.statements(session, distributor_id=seller.id)[0]
        first, second = read.statement_lines(session, newest)
        after = read.statement_lines(session, newest, after=(first.order_id, first.number))
    assert (first.kind, first.amount_minor, first.period, str(first.period_start)) == (
        "adjustment",
        240,
        "month",
        "2026-03-01",
    )
    assert [tier["bps"] for tier in (first.basis or {})["tiers"]] == [1_200]
    assert (second.order_number, second.amount_minor) == ("2", 600)
    assert after == [second]


def test_what_a_refund_takes_back_after_settlement_comes_out_of_the_next(
    engine: Engine, seller: Distributor
) -> None:
    last = sale("2", 6_000, on(10))
    record(engine, sale("1", 6_000, on(2)), last)
    closed(engine)
    assert settled(engine, APRIL) == [(3, 240), (3, 1_440)]
    record(engine, replace(last, given_back_minor=6_000, observed_at=on(10, 4)))
    closed(engine, now=on(11, 4))
    # 600 of the order and 240 of the month, both at once: all of it was settled.
    assert settled(engine, on(12, 4)) == [(2, -840), (2, -180)]
    assert available(engine, seller) == 600


def test_lines_are_taken_back_with_the_maturities_they_have(engine: Engine, seller: Distributor) -> None:
    """Two lines of a month, one settled: what is settled is taken back at once, the rest where it stands."""
    last = sale("2", 6_000, on(10))
    record(engine, sale("1", 6_000, on(2)), last)
    closed(engine)
    settled(engine, APRIL)
    more = sale("3", 6_000, on(30), observed_at=on(2, 4))
    record(engine, more)
    closed(engine, now=on(3, 4))
    gone = {"status": "cancelled", "observed_at": on(4, 4)}
    record(engine, replace(last, **gone), replace(more, **gone))
    closed(engine, now=on(5, 4))

    own = [(each.amount_minor, each.matures_at) for each in adjustments(engine) if each.who == seller.id]
    # The third order found 120.00 of sales and was recorded at 12 %: nothing was missing.
    assert own == [(240, APRIL), (-240, on(5, 4))]


def long_ago(engine: Engine) -> None:
    """Two orders of a month that is over whatever the clock says."""
    record(engine, sale("1", 6_000, on(2, year=2024)), sale("2", 6_000, on(10, year=2024)))


def test_the_daily_job_decides_before_it_settles(
    engine: Engine, seller: Distributor, monkeypatch: pytest.MonkeyPatch, database_url: str, redis_url: str
) -> None:
    long_ago(engine)
    monkeypatch.setenv(Variable.DATABASE_URL, database_url)
    monkeypatch.setenv(Variable.REDIS_URL, redis_url)

    facts = settle_daily() or {}
    assert (facts["adjusted"], facts["runs"], facts["statements"]) == (2, 1, 2)

    resources().engine.dispose()
    assert available(engine, seller) == 1_440


def test_the_command_line_decides_before_it_settles(
    engine: Engine, seller: Distributor, monkeypatch: pytest.MonkeyPatch, database_url: str
) -> None:
    long_ago(engine)
    monkeypatch.setenv(Variable.DATABASE_URL, database_url)

    printed = CliRunner().invoke(command, []).output.splitlines()

    assert printed[0] == "2 adjusting lines of periods that are over"
    assert "2 statements of 6 lines, credited 16.80" in printed[1]


def counted(engine: Engine) -> list[Any]:
    """What the counters come to, and how many movements wait."""
    with transaction(engine) as session:
        return session.execute(
            text("""
            SELECT distributor_id::text, kind, month, sum(amount_minor) FROM (
                SELECT distributor_id, kind, month, amount_minor FROM distribution.counters
                UNION ALL SELECT distributor_id, kind, month, amount_minor FROM distribution.counter_movements
            ) AS amounts GROUP BY 1, 2, 3 ORDER BY 1, 2, 3
            """)
        ).all()


def test_counters_are_folded_in_batches_and_stay_what_they_are(engine: Engine, seller: Distributor) -> None:
    record(engine, *(sale(str(number), 1_000, on(number)) for number in range(1, 6)))
    before = counted(engine)
    assert before
    folded = fold(engine, batch=3)
    with transaction(engine) as session:
        assert session.execute(text("SELECT count(*) FROM distribution.counter_movements")).scalar_one() == 0
    assert folded > 10
    assert counted(engine) == before
    assert fold(engine, batch=3) == 0
    proven(engine)


def test_one_folds_at_a_time_and_the_next_order_sees_it_all(engine: Engine, seller: Distributor) -> None:
    record(engine, sale("1", 6_000, on(2)), sale("2", 6_000, on(3)))
    with transaction(engine) as session:
        assert fold_counters(session) > 0
        assert fold(engine) == 0
    record(engine, sale("3", 1_000, on(4)))
    with transaction(engine) as session:
        facts = session.execute(
            text(
                "SELECT facts FROM distribution.terms JOIN distribution.orders ON id = order_id"
                " WHERE external_id = '3'"
            )
        ).scalar_one()
    assert facts["people"][0]["sales"] == {"own/month": 12_000, "team/month": 12_000}

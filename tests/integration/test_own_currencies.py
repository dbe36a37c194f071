"""In which currency somebody's pages open: where they live, whatever the program's own is."""

from __future__ import annotations

from collections.abc import Collection
from datetime import timedelta
from uuid import UUID

from sqlalchemy import Engine, text
from sqlalchemy.orm import Session

from distribution.analytics.own_currencies import own_currencies
from distribution.db import transaction
from distribution.settlement.settle import settle
from tests.factories import ACTOR, a_distributor
from tests.money import NOW, earn

DAY = timedelta(days=1)


def _opened(
    session: Session, who: UUID, asked: str | None = None, among: Collection[str] | None = None
) -> tuple[str, list[str]]:
    found = own_currencies(session, who, asked=asked, program_currency="EUR", among=among)
    return found.chosen, [each.code for each in found.all]


def test_most_of_the_newest_orders_decide_not_the_last_one_nor_the_sums(session: Session) -> None:
    who = a_distributor(session).id
    earn(session, [(who, 990_000)], currency="EUR", matures_at=NOW - 5 * DAY)
    for days in (2, 3, 4):
        earn(session, [(who, 100)], currency="CNY", matures_at=NOW - days * DAY)
    # An order of many lines is one order.
    earn(session, [(who, 5000)] * 9, currency="USD", matures_at=NOW)
    assert _opened(session, who) == ("CNY", ["CNY", "USD", "EUR"])


def test_where_they_lived_long_ago_gives_way(session: Session) -> None:
    who = a_distributor(session).id
    for number in range(60):
        earn(session, [(who, 100)], currency="EUR", matures_at=NOW - (400 - number) * DAY)
    for number in range(26):
        earn(session, [(who, 100)], currency="JPY", matures_at=NOW - number * DAY)
    assert _opened(session, who) == ("JPY", ["JPY", "EUR"])


def test_one_that_is_asked_for_wins_where_there_is_anything_in_it(session: Session) -> None:
    who = a_distributor(session).id
    for currency in ("CNY", "CNY", "USD"):
        earn(session, [(who, 100)], currency=currency)
    assert _opened(session, who, "USD") == ("USD", ["CNY", "USD"])
    for nothing in ("JPY", "ZZZ", ""):
        assert _opened(session, who, nothing) == ("CNY", ["CNY", "USD"])
    assert _opened(session, who, among=["USD"]) == ("USD", ["USD"])
    assert _opened(session, who, among=["JPY", "USD"]) == ("USD", ["USD", "JPY"])
    assert _opened(session, who, among=[]) == ("EUR", ["EUR"])


def test_somebody_new_opens_in_the_programs(session: Session) -> None:
    assert _opened(session, a_distributor(session).id, "USD") == ("EUR", ["EUR"])


def test_what_can_be_withdrawn_elsewhere_is_said(engine: Engine) -> None:
    with transaction(engine) as session:
        who = a_distributor(session).id
        earn(session, [(who, 700)], currency="USD")
        earn(session, [(who, 300)], currency="JPY")
    settle(engine, actor=ACTOR, now=NOW)
    with transaction(engine) as session:
        for _ in range(3):
            earn(session, [(who, 100)], currency="CNY")
    with transaction(engine) as session:
        found = own_currencies(session, who, asked=None, program_currency="EUR")
    assert found.chosen == "CNY"
    assert {each.code: each.available_minor for each in found.elsewhere} == {"USD": 700, "JPY": 300}


def test_ends_of_indexes_are_read_however_many_lines_there_are(session: Session) -> None:
    who = a_distributor(session).id
    for currency in ("EUR", "CNY"):
        earn(session, [(who, 1)] * 4000, currency=currency, matures_at=NOW)
    session.execute(text("ANALYZE distribution.commission_lines"))
    before = _read(session)
    assert sorted(_opened(session, who)[1]) == ["CNY", "EUR"]
    assert 0 < _read(session) - before < 100


def _read(session: Session) -> int:
    """Commission lines that this transaction read so far, by whatever way."""
    found: int = session.scalars(
        text("""
        SELECT sum(pg_stat_get_xact_tuples_returned(each))::bigint FROM (
            SELECT indexrelid FROM pg_index WHERE indrelid = 'distribution.commission_lines'::regclass
            UNION ALL SELECT 'distribution.commission_lines'::regclass
        ) AS relation (each)
        """)
    ).one()
    return found

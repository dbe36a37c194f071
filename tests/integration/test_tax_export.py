"""Beancount accepts a ledger with tax and comes to what the year's totals say."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from decimal import Decimal
from zoneinfo import ZoneInfo

from beancount import loader
from beancount.core import data
from sqlalchemy import Engine
from sqlalchemy.orm import Session

from distribution.db import transaction
from distribution.ledger.export import Days, beancount_lines
from distribution.settings import program
from distribution.settlement.settle import settle
from distribution.tax.read import year_sums
from tests.money import NOW, earn, person


def test_tax_withheld_and_given_back_is_what_is_owed_to_the_tax_office(
    engine: Engine, session: Session
) -> None:
    rules = {"withholding": [{"brackets": [{"bps": 1_500}]}]}
    program.change(session, {"tax": rules}, actor="merchant:ada", now=NOW - timedelta(days=1))
    ada = person(session)
    for day, amount in enumerate((10_000, -4_000)):
        earn(session, [(ada, amount)], matures_at=NOW + timedelta(days=day - 1))
        session.commit()
        settle(engine, actor="job:test", now=NOW + timedelta(days=day))
    with transaction(engine) as other:
        days = Days(ZoneInfo("UTC"), None, None)
        lines = beancount_lines(other, days, title="Tax", now=datetime(2026, 7, 1, tzinfo=UTC))
        entries, errors, _ = loader.load_string("\n".join(lines) + "\n")
        (total,) = year_sums(other, 2026)
    assert errors == []
    postings = [
        posting.units.number
        for entry in entries
        if isinstance(entry, data.Transaction)
        for posting in entry.postings
        if posting.account == "Liabilities:Tax"
    ]
    # In beancount what is owed is below 0.
    assert sorted(postings) == [Decimal("-15.00"), Decimal("6.00")]
    assert total.tax_minor == 900

"""Balances as of any moment, by either time, against a sum that cannot be wrong."""

from __future__ import annotations

from collections import Counter
from datetime import UTC, datetime, timedelta
from typing import NamedTuple
from uuid import UUID, uuid4

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import Engine, text
from sqlalchemy.orm import Session

from distribution.db import transaction
from distribution.ledger.accounts import AccountKey, account_ids
from distribution.ledger.as_of import By, balances_before, trial_balance
from distribution.ledger.hold import hold
from distribution.ledger.post import Movement, post
from tests.factories import a_distributor
from tests.money import totals

START = datetime(2026, 1, 1, tzinfo=UTC)


class Posted(NamedTuple):
    """A credit, in currency and to person by number, at its two times in minutes since the start."""

    person: int
    currency: str
    amount_minor: int
    effective: int
    recorded: int


POSTED = st.builds(
    Posted,
    person=st.integers(0, 2),
    currency=st.sampled_from(["USD", "JPY"]),
    amount_minor=st.integers(1, 10**12),
    effective=st.integers(0, 50),
    recorded=st.integers(0, 50),
)


def at(minutes: int) -> datetime:
    return START + timedelta(minutes=minutes)


@pytest.fixture
def people(engine: Engine) -> list[UUID]:
    with transaction(engine) as session:
        return [a_distributor(session).id for _ in range(3)]


def credit(session: Session, people: list[UUID], each: Posted) -> None:
    keys = [
        AccountKey(None, "commission", each.currency),
        AccountKey(people[each.person], "available", each.currency),
    ]
    ids = account_ids(session, keys)
    movement = Movement(
        ids[keys[0]],
        ids[keys[1]],
        each.currency,
        each.amount_minor,
        "settlement_credit",
        "statement",
        uuid4(),
        at(each.effective),
    )
    post(session, [movement], now=at(each.recorded))


@settings(max_examples=60, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.lists(POSTED, max_size=12), st.integers(0, 51), st.sampled_from(By))
def test_a_balance_is_the_sum_of_what_was_earlier(
    engine: Engine, people: list[UUID], posted: list[Posted], minutes: int, by: By
) -> None:
    with Session(engine) as session:
        for each in posted:
            credit(session, people, each)
        found = {
            (each.distributor_id, each.currency): each.balance_minor
            for each in balances_before(session, at(minutes), by=by)
        }
        expected: Counter[tuple[UUID | None, str]] = Counter()
        for each in posted:
            if getattr(each, by.value) < minutes:
                expected[people[each.person], each.currency] += each.amount_minor
                expected[None, each.currency] -= each.amount_minor
        assert {key: amount for key, amount in found.items() if amount} == dict(expected)

        kinds = trial_balance(session, at(minutes), by=by)
        for currency in {each.currency for each in kinds}:
            assert sum(each.balance_minor for each in kinds if each.currency == currency) == 0

        last = {
            (each.kind, each.currency): each.balance_minor for each in trial_balance(session, at(99), by=by)
        }
        assert last == totals(session)
        held = session.execute(
            text("SELECT account_id, balance_minor FROM distribution.balances ORDER BY account_id")
        ).all()
        ours = balances_before(session, at(99), by=by, account_ids=[each.account_id for each in held])
        assert [(each.account_id, each.balance_minor) for each in ours] == [tuple(each) for each in held]
        session.rollback()


@settings(max_examples=40, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.lists(POSTED, max_size=6), st.lists(POSTED, min_size=1, max_size=6), st.integers(0, 50))
def test_what_was_known_at_a_moment_never_changes(
    engine: Engine, people: list[UUID], before: list[Posted], after: list[Posted], minutes: int
) -> None:
    """However far back a later transfer takes effect, the balance by recorded time stays."""
    with Session(engine) as session:
        for each in before:
            credit(session, people, each._replace(recorded=min(each.recorded, minutes)))
        known = balances_before(session, at(minutes + 1), by=By.RECORDED)
        for each in after:
            credit(session, people, each._replace(recorded=minutes + 1 + each.recorded))
        still = balances_before(
            session, at(minutes + 1), by=By.RECORDED, account_ids=[each.account_id for each in known]
        )
        assert still == known
        session.rollback()


def test_one_currency_or_some_accounts(session: Session) -> None:
    who = a_distributor(session)
    for currency in ("USD", "JPY"):
        hold(session, distributor_id=who.id, currency=currency)
        credit(session, [who.id], Posted(0, currency, 500, 1, 2))
    only = balances_before(session, at(9), by=By.EFFECTIVE, currency="JPY")
    assert {each.currency for each in only} == {"JPY"}
    assert {each.kind: each.balance_minor for each in only} == {
        "available": 500,
        "commission": -500,
        "reserved": 0,
        "debt": 0,
    }
    assert balances_before(session, at(2), by=By.RECORDED, account_ids=[only[0].account_id]) == [
        only[0].__class__(only[0].account_id, only[0].distributor_id, only[0].kind, "JPY", 0, 0)
    ]
    assert balances_before(session, at(9), by=By.RECORDED, account_ids=[]) == []
    assert [each.kind for each in trial_balance(session, at(9), by=By.RECORDED, currency="USD")] == [
        "available",
        "commission",
    ]

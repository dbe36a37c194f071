"""Above a limit two people approve: who may be one of them, in which order, and what stops the second."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from uuid import UUID

import pytest
from sqlalchemy import Engine, text
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from distribution.audit.chain import append
from distribution.db import transaction
from distribution.errors import DomainError
from distribution.outbox.tables import Effect
from distribution.settlement.settle import settle
from distribution.withdrawal import read
from distribution.withdrawal.approve import approve, first_approver
from distribution.withdrawal.errors import AlreadyApproved, NeedsPeople, NotAllowedNow, OutstandingDebt
from distribution.withdrawal.policy import WithdrawalPolicy
from distribution.withdrawal.proof import proof
from distribution.withdrawal.reject import cancel, reject
from distribution.withdrawal.request import request
from distribution.withdrawal.tables import WithdrawalEvent
from tests.money import NOW, earn, person

ONE, OTHER, ADA = "merchant:one", "merchant:other", "distributor:ada"
LIMITED = WithdrawalPolicy(second_person_above_minor=500)


def asked(
    engine: Engine, session: Session, amount_minor: int = 501, policy: WithdrawalPolicy = LIMITED
) -> UUID:
    who = person(session)
    earn(session, [(who, 1_000)])
    session.commit()
    settle(engine, actor="job:settle", now=NOW)
    made = request(
        session,
        distributor_id=who,
        amount_minor=amount_minor,
        currency="USD",
        method="manual",
        policy=policy,
        actor=ADA,
        now=NOW,
    )
    session.commit()
    return made.id


def payouts(session: Session) -> int:
    return session.query(Effect).filter_by(kind="payout").count()


def differences(session: Session) -> list[str]:
    return [str(each) for each in proof(session)]


def test_the_first_approval_asks_for_nothing_and_the_second_for_the_payout(
    engine: Engine, session: Session
) -> None:
    key = asked(engine, session)
    later = NOW + timedelta(hours=1)
    first = approve(session, key, actor=ONE, now=NOW)
    assert (first.state, first.decided_at, payouts(session)) == ("approved_once", None, 0)
    assert first_approver(session, key) == ONE
    second = approve(session, key, actor=OTHER, now=later)
    assert (second.state, second.decided_at, payouts(session)) == ("approved", later, 1)
    assert [(event.state, event.actor, event.at) for event in read.events(session, key)] == [
        ("requested", ADA, NOW),
        ("approved_once", ONE, NOW),
        ("approved", OTHER, later),
    ]
    assert approve(session, key, actor=ONE, now=later).state == "approved"
    assert (payouts(session), differences(session)) == (1, [])


def test_up_to_the_limit_one_is_enough(engine: Engine, session: Session) -> None:
    assert approve(session, asked(engine, session, 500), actor="token:shop", now=NOW).state == "approved"
    assert differences(session) == []


def test_the_same_person_is_not_two(engine: Engine, session: Session) -> None:
    key = asked(engine, session)
    approve(session, key, actor=ONE, now=NOW)
    with pytest.raises(AlreadyApproved):
        approve(session, key, actor=ONE, now=NOW)
    assert read.withdrawal(session, key).state == "approved_once"


@pytest.mark.parametrize("actor", ["token:shop", "cli:root", "job:payout"])
def test_what_is_no_person_is_neither_the_first_nor_the_second(
    engine: Engine, session: Session, actor: str
) -> None:
    key = asked(engine, session)
    with pytest.raises(NeedsPeople):
        approve(session, key, actor=actor, now=NOW)
    approve(session, key, actor=ONE, now=NOW)
    with pytest.raises(NeedsPeople):
        approve(session, key, actor=actor, now=NOW)
    assert read.withdrawal(session, key).state == "approved_once"


def test_a_refund_between_the_two_stops_the_second(engine: Engine, session: Session) -> None:
    key = asked(engine, session)
    approve(session, key, actor=ONE, now=NOW)
    earn(session, [(read.withdrawal(session, key).distributor_id, -900)])
    session.commit()
    settle(engine, actor="job:settle", now=NOW)
    with pytest.raises(OutstandingDebt):
        approve(session, key, actor=OTHER, now=NOW)
    assert (read.withdrawal(session, key).state, payouts(session)) == ("approved_once", 0)


@pytest.mark.parametrize("state", ["rejected", "cancelled"])
def test_it_may_be_turned_down_or_taken_back_after_the_first(
    engine: Engine, session: Session, state: str
) -> None:
    key = asked(engine, session)
    approve(session, key, actor=ONE, now=NOW)
    if state == "rejected":
        reject(session, key, reason="no", actor=ONE, now=NOW)
    else:
        cancel(session, key, actor=ADA, now=NOW)
    with pytest.raises(NotAllowedNow):
        approve(session, key, actor=OTHER, now=NOW)
    assert (read.withdrawal(session, key).state, differences(session)) == (state, [])


def test_two_at_the_same_moment_are_the_first_and_the_second(engine: Engine, session: Session) -> None:
    keys = [asked(engine, session) for _ in range(6)]

    def decide(turn: int) -> str:
        try:
            with transaction(engine) as own:
                return approve(own, keys[turn // 2], actor=(ONE, OTHER)[turn % 2], now=NOW).state
        except DomainError as refused:
            return refused.code

    with ThreadPoolExecutor(12) as pool:
        states = list(pool.map(decide, range(12)))
    assert sorted(states) == ["approved"] * 6 + ["approved_once"] * 6
    assert (payouts(session), differences(session)) == (6, [])


def test_the_same_person_at_the_same_moment_is_the_first_only(engine: Engine, session: Session) -> None:
    key = asked(engine, session)

    def decide(_: int) -> str:
        try:
            with transaction(engine) as own:
                return approve(own, key, actor=ONE, now=NOW).state
        except AlreadyApproved as refused:
            return refused.code

    with ThreadPoolExecutor(8) as pool:
        answers = list(pool.map(decide, range(8)))
    assert (answers.count("approved_once"), answers.count("already_approved")) == (1, 7)


def test_a_later_limit_changes_nothing_for_what_was_asked(engine: Engine, session: Session) -> None:
    key = asked(engine, session, policy=WithdrawalPolicy())
    assert approve(session, key, actor=ONE, now=NOW).state == "approved"
    with pytest.raises(IntegrityError, match="fixed with its request"):
        session.execute(text("UPDATE distribution.withdrawals SET approvals_needed = 2"))


@pytest.mark.parametrize(
    "column, value",
    [
        ("fee_minor", "1"),
        ("amount_minor", "502"),
        ("due_at", "now()"),
        ("idempotency_key", "'x'"),
    ],
)
def test_the_database_fixes_what_was_asked_for(
    engine: Engine, session: Session, column: str, value: str
) -> None:
    asked(engine, session)
    with pytest.raises(IntegrityError, match="fixed with its request"):
        session.execute(text(f"UPDATE distribution.withdrawals SET {column} = {value}"))


@pytest.mark.parametrize("first", [None, ONE])
def test_the_database_refuses_one_person_for_two(engine: Engine, session: Session, first: str | None) -> None:
    key = asked(engine, session)
    if first is not None:
        approve(session, key, actor=first, now=NOW)
    lone = WithdrawalEvent(withdrawal_id=key, step=3, state="approved", at=NOW, actor=ONE, facts={})
    with pytest.raises(IntegrityError, match="takes two people"):
        append(session, lone)


@pytest.mark.parametrize(
    "harm",
    [
        "UPDATE distribution.withdrawals SET fee_minor = 1",
        "UPDATE distribution.withdrawals SET approvals_needed = 1",
        "UPDATE distribution.withdrawals SET due_at = now()",
        "UPDATE distribution.withdrawal_events SET actor = 'merchant:one' WHERE step = 3",
        "UPDATE distribution.withdrawal_events SET actor = 'token:shop' WHERE step = 2",
        "UPDATE distribution.withdrawal_events SET facts = facts - 'approvals_needed' WHERE step = 1",
    ],
)
def test_the_proof_finds_what_was_changed_since(engine: Engine, session: Session, harm: str) -> None:
    key = asked(engine, session)
    approve(session, key, actor=ONE, now=NOW)
    approve(session, key, actor=OTHER, now=NOW)
    session.commit()
    assert differences(session) == []
    session.execute(text("SET LOCAL session_replication_role = replica"))
    session.execute(text(harm))
    assert differences(session)

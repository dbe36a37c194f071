"""Adjustments by hand: proposed with a reason, decided once, by a second person above the limit."""

from __future__ import annotations

from datetime import timedelta
from threading import Barrier, Thread
from typing import Any
from uuid import UUID, uuid4

import psycopg.errors
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import Engine, text
from sqlalchemy.exc import DBAPIError
from sqlalchemy.orm import Session

from distribution.adjustment import read
from distribution.adjustment.approve import approve
from distribution.adjustment.decline import decline
from distribution.adjustment.document import Proposal
from distribution.adjustment.errors import (
    AdjustmentNotFound,
    AlreadyDecided,
    NeverAMember,
    SecondPersonNeeded,
    WrongDirection,
)
from distribution.adjustment.propose import propose
from distribution.adjustment.read import AdjustmentSeen
from distribution.db import transaction
from distribution.errors import Conflict, DomainError, InvalidInput
from distribution.ledger.read import history, holdings
from distribution.network.errors import DistributorNotFound
from distribution.proof import prove
from distribution.settings import program
from distribution.settlement.settle import settle
from distribution.withdrawal.approve import approve as approve_withdrawal
from distribution.withdrawal.errors import OutstandingDebt
from distribution.withdrawal.policy import WithdrawalPolicy
from distribution.withdrawal.request import request
from tests.factories import a_distributor
from tests.money import NOW, earn, person

ADA, BEN = "merchant:ada", "merchant:ben"
LIMIT = 5_000


@pytest.fixture
def limited(session: Session) -> None:
    """Up to 50 dollars one person decides."""
    rules = {"second_person_above_minor": {"USD": LIMIT}}
    program.change(session, {"adjustment": rules}, actor=ADA, now=NOW - timedelta(days=90))
    session.commit()


def proposal(who: UUID, amount_minor: int, **others: Any) -> Proposal:
    facts = {"currency": "USD", "category": "correction", "reason": "Order 1001 was counted twice"}
    return Proposal(who, amount_minor, **{**facts, **others})


def proposed(
    engine: Engine, who: UUID, amount_minor: int, *, actor: str = ADA, **others: Any
) -> AdjustmentSeen:
    with transaction(engine) as session:
        return propose(session, proposal(who, amount_minor, **others), actor=actor, now=NOW)


def held(engine: Engine, who: UUID) -> tuple[int, int]:
    """Available and debt."""
    with transaction(engine) as session:
        found = holdings(session, [who])
    return sum(each.available_minor for each in found), sum(each.debt_minor for each in found)


def moved(session: Session, who: UUID) -> list[tuple[str, int]]:
    entries = history(session, distributor_id=who, currency="USD")
    return sorted((each.kind, each.amount_minor) for each in entries if each.document_type == "adjustment")


def assert_proven(engine: Engine) -> None:
    with transaction(engine) as session:
        assert [
            str(each)
            for each in prove(session).differences
            # Lines of these tests are written as rows, without the orders that explain them.
            if each.table in ("adjustments", "adjustment_decisions", "transfers", "balances", "accounts")
        ] == []


@pytest.mark.usefixtures("limited")
def test_up_to_the_limit_it_is_carried_out_at_once(engine: Engine, session: Session) -> None:
    who = person(session)
    session.commit()
    seen = proposed(engine, who, LIMIT)
    assert (seen.state, seen.adjustment.second_person, seen.adjustment.limit_minor) == (
        "approved",
        False,
        LIMIT,
    )
    assert held(engine, who) == (LIMIT, 0)
    assert moved(session, who) == [("adjustment_credit", LIMIT)]
    assert_proven(engine)


@pytest.mark.usefixtures("limited")
def test_above_the_limit_it_waits_for_another_person(engine: Engine, session: Session) -> None:
    who = person(session)
    session.commit()
    seen = proposed(engine, who, LIMIT + 1)
    assert (seen.state, held(engine, who)) == ("waiting", (0, 0))
    with pytest.raises(SecondPersonNeeded), transaction(engine) as session:
        approve(session, seen.adjustment.id, actor=ADA, now=NOW)
    with transaction(engine) as session:
        assert [each.adjustment.id for each in read.adjustments(session, state="waiting")] == [
            seen.adjustment.id
        ]
        later = approve(session, seen.adjustment.id, actor=BEN, now=NOW + timedelta(hours=1))
    assert (later.state, held(engine, who)) == ("approved", (LIMIT + 1, 0))
    with transaction(engine) as session:
        assert read.adjustments(session, state="waiting") == []
        (entry,) = history(session, distributor_id=who, currency="USD")
        assert entry.effective_at == NOW + timedelta(hours=1)
    assert_proven(engine)


@pytest.mark.parametrize("rules", [{}, {"EUR": 10_000}, {"USD": 0}])
def test_without_a_limit_or_with_0_it_always_takes_two(
    engine: Engine, session: Session, rules: dict[str, int]
) -> None:
    program.change(session, {"adjustment": {"second_person_above_minor": rules}}, actor=ADA, now=NOW)
    who = person(session)
    session.commit()
    assert proposed(engine, who, 1).state == "waiting"


@pytest.mark.usefixtures("limited")
def test_what_is_given_repays_debt_and_what_is_taken_leaves_one(engine: Engine, session: Session) -> None:
    who = person(session)
    session.commit()
    proposed(engine, who, 300)
    proposed(engine, who, -1_000)
    assert held(engine, who) == (0, -700)
    proposed(engine, who, -200)
    assert held(engine, who) == (0, -900)
    proposed(engine, who, 1_500)
    assert held(engine, who) == (600, 0)
    assert moved(session, who) == [
        ("adjustment_credit", 300),
        ("adjustment_credit", 1_500),
        ("adjustment_debit", 300),
        ("adjustment_debt", 200),
        ("adjustment_debt", 700),
        ("debt_repayment", 900),
    ]
    assert_proven(engine)


@pytest.mark.usefixtures("limited")
def test_the_next_settlement_repays_the_debt_that_an_adjustment_left(
    engine: Engine, session: Session
) -> None:
    who = person(session)
    session.commit()
    proposed(engine, who, -700)
    with transaction(engine) as session:
        earn(session, [(who, 1_000)])
    settle(engine, actor=ADA, now=NOW)
    assert held(engine, who) == (300, 0)
    assert_proven(engine)


@pytest.mark.usefixtures("limited")
def test_a_debt_made_by_hand_holds_a_withdrawal_back(engine: Engine, session: Session) -> None:
    who = person(session)
    session.commit()
    proposed(engine, who, 1_000)
    with transaction(engine) as session:
        asked = request(
            session,
            distributor_id=who,
            amount_minor=1_000,
            currency="USD",
            method="manual",
            policy=WithdrawalPolicy(),
            actor=f"distributor:{who}",
            now=NOW,
        )
    proposed(engine, who, -400)
    assert held(engine, who) == (0, -400)
    with pytest.raises(OutstandingDebt), transaction(engine) as session:
        approve_withdrawal(session, asked.id, actor=ADA, now=NOW)
    assert_proven(engine)


def test_who_proposed_it_may_take_it_back_and_another_may_decline_it(
    engine: Engine, session: Session
) -> None:
    who = person(session)
    session.commit()
    first, second = proposed(engine, who, 900), proposed(engine, who, 901)
    with transaction(engine) as session:
        assert (
            decline(session, first.adjustment.id, note="my mistake", actor=ADA, now=NOW).state == "withdrawn"
        )
        assert (
            decline(session, second.adjustment.id, note="not agreed", actor=BEN, now=NOW).state == "declined"
        )
    for seen in (first, second):
        with pytest.raises(AlreadyDecided), transaction(engine) as session:
            approve(session, seen.adjustment.id, actor="merchant:cem", now=NOW)
    assert held(engine, who) == (0, 0)
    assert_proven(engine)


def test_an_approved_one_cannot_be_declined_and_stays_approved(engine: Engine, session: Session) -> None:
    who = person(session)
    session.commit()
    seen = proposed(engine, who, 900)
    for _ in range(2):
        with transaction(engine) as session:
            assert approve(session, seen.adjustment.id, actor=BEN, now=NOW).state == "approved"
    with pytest.raises(AlreadyDecided), transaction(engine) as session:
        decline(session, seen.adjustment.id, note="too late", actor=ADA, now=NOW)
    with pytest.raises(AlreadyDecided), transaction(engine) as session:
        approve(session, seen.adjustment.id, actor="merchant:cem", now=NOW)
    assert held(engine, who) == (900, 0)


@pytest.mark.usefixtures("limited")
@pytest.mark.parametrize("amount_minor", [400, LIMIT + 400])
def test_a_repetition_is_known_as_one(engine: Engine, session: Session, amount_minor: int) -> None:
    who, identity = person(session), uuid4()
    session.commit()
    for _ in range(2):
        with transaction(engine) as session:
            propose(session, proposal(who, amount_minor), actor=ADA, now=NOW, adjustment_id=identity)
    with transaction(engine) as session:
        assert len(read.adjustments(session)) == 1
    for other, actor in ((amount_minor + 1, ADA), (amount_minor, BEN)):
        with pytest.raises(Conflict), transaction(engine) as session:
            propose(session, proposal(who, other), actor=actor, now=NOW, adjustment_id=identity)


@pytest.mark.parametrize("status", ["active", "suspended", "left", "removed"])
def test_whoever_was_a_member_can_be_given_what_they_are_owed(
    engine: Engine, session: Session, status: str
) -> None:
    who = a_distributor(session, status=status).id
    session.commit()
    assert proposed(engine, who, 100).state == "waiting"


@pytest.mark.parametrize("status", ["applied", "rejected"])
def test_whoever_never_was_a_member_has_nothing_to_correct(
    engine: Engine, session: Session, status: str
) -> None:
    who = a_distributor(session, status=status).id
    session.commit()
    with pytest.raises(NeverAMember):
        proposed(engine, who, 100)


@pytest.mark.parametrize(
    "amount_minor, others, error, field",
    [
        (0, {}, InvalidInput, "amount"),
        (10**15 + 1, {}, InvalidInput, "amount"),
        (100, {"currency": "XXZ"}, InvalidInput, "currency"),
        (100, {"category": "gift"}, InvalidInput, "category"),
        (100, {"category": "penalty"}, WrongDirection, "amount"),
        (-100, {"category": "goodwill"}, WrongDirection, "amount"),
        (-100, {"category": "write_off"}, WrongDirection, "amount"),
        (100, {"reason": " x  "}, InvalidInput, "reason"),
        (100, {"reason": "x" * 501}, InvalidInput, "reason"),
        (100, {"reason": "so\x00so"}, InvalidInput, "reason"),
        (100, {"reference": "x" * 101}, InvalidInput, "reference"),
    ],
)
def test_a_proposal_that_says_too_little_is_refused(
    engine: Engine,
    session: Session,
    amount_minor: int,
    others: dict[str, str],
    error: type[DomainError],
    field: str,
) -> None:
    who = person(session)
    session.commit()
    with pytest.raises(error) as refused:
        proposed(engine, who, amount_minor, **others)
    assert refused.value.field == field


def test_of_nobody_there_is_nothing(engine: Engine, session: Session) -> None:
    with pytest.raises(DistributorNotFound):
        proposed(engine, uuid4(), 100)
    with pytest.raises(AdjustmentNotFound):
        approve(session, uuid4(), actor=ADA, now=NOW)
    with pytest.raises(AdjustmentNotFound):
        decline(session, uuid4(), note="what is it", actor=ADA, now=NOW)


def _together(engine: Engine, *verbs: Any) -> list[Any]:
    """What each of the verbs came to, all begun at the same moment."""
    gate, came_to = Barrier(len(verbs)), [None] * len(verbs)

    def run(number: int) -> None:
        gate.wait()
        try:
            with transaction(engine) as session:
                came_to[number] = verbs[number](session).state
        except DomainError as error:
            came_to[number] = type(error).__name__

    threads = [Thread(target=run, args=(number,)) for number in range(len(verbs))]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(30)
    return came_to


def test_two_who_approve_at_once_move_the_money_once(engine: Engine, session: Session) -> None:
    who = person(session)
    session.commit()
    for round_number in range(1, 6):
        one = proposed(engine, who, 900).adjustment.id
        came_to = _together(
            engine,
            lambda s, one=one: approve(s, one, actor=BEN, now=NOW),
            lambda s, one=one: approve(s, one, actor="merchant:cem", now=NOW),
        )
        assert sorted(came_to) == ["AlreadyDecided", "approved"]
        assert held(engine, who) == (900 * round_number, 0)
    assert_proven(engine)


def test_approved_while_it_is_taken_back_is_one_of_the_two(engine: Engine, session: Session) -> None:
    who = person(session)
    session.commit()
    for _ in range(5):
        one = proposed(engine, who, 900).adjustment.id
        before = held(engine, who)[0]
        came_to = _together(
            engine,
            lambda s, one=one: approve(s, one, actor=BEN, now=NOW),
            lambda s, one=one: decline(s, one, note="my mistake", actor=ADA, now=NOW),
        )
        assert came_to in (["approved", "AlreadyDecided"], ["AlreadyDecided", "withdrawn"])
        assert held(engine, who)[0] - before == (900 if came_to[0] == "approved" else 0)
    assert_proven(engine)


@pytest.mark.usefixtures("limited")
def test_the_same_proposal_sent_twice_at_once_is_one(engine: Engine, session: Session) -> None:
    who = person(session)
    session.commit()
    for amount_minor, state in ((700, "approved"), (LIMIT + 700, "waiting")):
        identity = uuid4()

        def send(s: Session, identity: UUID = identity, amount_minor: int = amount_minor) -> AdjustmentSeen:
            return propose(s, proposal(who, amount_minor), actor=ADA, now=NOW, adjustment_id=identity)

        assert _together(engine, send, send, send) == [state] * 3
    with transaction(engine) as session:
        assert len(read.adjustments(session)) == 2
    assert held(engine, who) == (700, 0)


@pytest.mark.usefixtures("limited")
def test_adjusted_and_settled_at_once_nothing_is_lost(engine: Engine, session: Session) -> None:
    who = person(session)
    earn(session, [(who, 1_000)])
    session.commit()
    gate = Barrier(2)

    def run() -> None:
        gate.wait()
        settle(engine, actor=ADA, now=NOW)

    thread = Thread(target=run)
    thread.start()
    gate.wait()
    for _ in range(10):
        proposed(engine, who, -150)
    thread.join(30)
    assert held(engine, who) == (0, -500)
    assert_proven(engine)


_STEPS = st.lists(
    st.tuples(
        st.integers(-9_000, 9_000).filter(bool),
        st.sampled_from(["approve", "decline", "withdraw", "leave"]),
    ),
    max_size=12,
)


@settings(max_examples=12, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(steps=_STEPS)
@pytest.mark.usefixtures("limited")
def test_balances_are_the_sum_of_what_was_approved(
    engine: Engine, session: Session, steps: list[tuple[int, str]]
) -> None:
    with transaction(engine) as session:
        who = person(session)
    total = 0
    for amount_minor, then in steps:
        seen = proposed(engine, who, amount_minor)
        assert seen.adjustment.second_person == (abs(amount_minor) > LIMIT)
        if seen.state == "waiting":
            with transaction(engine) as session:
                if then == "approve":
                    seen = approve(session, seen.adjustment.id, actor=BEN, now=NOW)
                elif then != "leave":
                    actor = ADA if then == "withdraw" else BEN
                    seen = decline(session, seen.adjustment.id, note="not so", actor=actor, now=NOW)
        total += amount_minor if seen.state == "approved" else 0
        available, debt = held(engine, who)
        assert (available, debt) == (max(total, 0), min(total, 0))
    with transaction(engine) as session:
        sum_moved = session.execute(
            text("""
            SELECT coalesce(sum(CASE transfer.kind WHEN 'adjustment_credit' THEN amount_minor
                WHEN 'debt_repayment' THEN 0 ELSE -amount_minor END), 0)
            FROM distribution.transfers transfer
            WHERE document_id IN (SELECT id FROM distribution.adjustments WHERE distributor_id = :who)
            """),
            {"who": who},
        ).scalar_one()
    assert sum_moved == total
    assert_proven(engine)


def _as_owner(engine: Engine, statement: str, **values: Any) -> None:
    with engine.begin() as connection:
        connection.execute(text(statement), values)


@pytest.mark.parametrize(
    "decision, actor, refused",
    [
        ("approved", ADA, True),
        ("approved", BEN, False),
        ("withdrawn", BEN, True),
        ("withdrawn", ADA, False),
        ("declined", ADA, True),
        ("declined", BEN, False),
    ],
)
def test_the_database_refuses_the_wrong_person(
    engine: Engine, session: Session, decision: str, actor: str, refused: bool
) -> None:
    who = person(session)
    session.commit()
    one = proposed(engine, who, 900).adjustment.id
    before = 0 if decision == "approved" else None

    def decide() -> None:
        _as_owner(
            engine,
            """
            INSERT INTO distribution.adjustment_decisions
                (number, digest, adjustment_id, decision, actor, at, available_before_minor, debt_before_minor)
            VALUES (1, '', :one, :decision, :actor, :now, :before, :before)
            """,
            one=one,
            decision=decision,
            actor=actor,
            now=NOW,
            before=before,
        )

    if refused:
        with pytest.raises(DBAPIError) as error:
            decide()
        assert isinstance(error.value.orig, psycopg.errors.CheckViolation)
    else:
        decide()
        with pytest.raises(DBAPIError):
            decide()


@pytest.mark.parametrize(
    "harm, table",
    [
        (
            "UPDATE distribution.transfers SET amount_minor = 899 WHERE kind = 'adjustment_credit'",
            "transfers",
        ),
        ("DELETE FROM distribution.transfers WHERE kind = 'adjustment_credit'", "transfers"),
        ("UPDATE distribution.adjustment_decisions SET actor = 'merchant:ada'", "adjustment_decisions"),
        ("DELETE FROM distribution.adjustment_decisions", "transfers"),
        (
            """
            UPDATE distribution.adjustment_decisions
            SET decision = 'declined', available_before_minor = NULL, debt_before_minor = NULL
            """,
            "transfers",
        ),
        ("UPDATE distribution.adjustments SET amount_minor = 901", "transfers"),
        ("UPDATE distribution.adjustment_decisions SET available_before_minor = 1", "adjustment_decisions"),
        ("UPDATE distribution.adjustments SET proposed_at = now()", "adjustment_decisions"),
    ],
)
def test_the_proof_finds_what_was_done_behind_our_back(
    engine: Engine, session: Session, harm: str, table: str
) -> None:
    who = person(session)
    session.commit()
    seen = proposed(engine, who, 900)
    with transaction(engine) as session:
        approve(session, seen.adjustment.id, actor=BEN, now=NOW)
    assert_proven(engine)
    with engine.begin() as connection:
        connection.execute(text("SET LOCAL session_replication_role = replica"))
        connection.execute(text(harm))
    with transaction(engine) as session:
        assert table in {each.table for each in prove(session).differences if "chain" not in each.check}

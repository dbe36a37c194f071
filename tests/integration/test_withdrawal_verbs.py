"""Withdrawals: what is reserved, paid and returned, who may do what when, and the same act twice."""

from __future__ import annotations

import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from uuid import UUID, uuid4

import pytest
from sqlalchemy import Engine, text
from sqlalchemy.orm import Session

from distribution.audit.chain import check
from distribution.db import transaction
from distribution.errors import Conflict, DomainError, Forbidden, InvalidInput
from distribution.ledger.accounts import AccountKey, account_ids
from distribution.ledger.errors import InsufficientBalance
from distribution.ledger.proof import proof as ledger_proof
from distribution.ledger.read import holdings
from distribution.network.errors import DistributorNotFound
from distribution.outbox.tables import Effect
from distribution.settlement.settle import settle
from distribution.withdrawal import read
from distribution.withdrawal.approve import approve
from distribution.withdrawal.errors import (
    AboveDailyMaximum,
    MethodUnavailable,
    NotAllowedNow,
    OutstandingDebt,
    TooManyRequests,
    WithdrawalNotFound,
)
from distribution.withdrawal.fee import Fee
from distribution.withdrawal.methods import add_method, methods, remove_method
from distribution.withdrawal.pay import fail, mark_paid
from distribution.withdrawal.policy import WithdrawalPolicy
from distribution.withdrawal.proof import proof
from distribution.withdrawal.reject import cancel, reject
from distribution.withdrawal.request import request
from distribution.withdrawal.send import begin
from distribution.withdrawal.tables import Withdrawal, WithdrawalEvent
from tests.money import NOW, earn, person

MERCHANT = "merchant:one"
ADA = "distributor:ada"
ANY = WithdrawalPolicy(methods=frozenset({"manual", "bank"}))


def settled(engine: Engine, session: Session, who: UUID, amount_minor: int) -> None:
    earn(session, [(who, amount_minor)])
    session.commit()
    settle(engine, actor="job:settle", now=NOW)


def rich(engine: Engine, session: Session, amount_minor: int = 1_000) -> UUID:
    who = person(session)
    settled(engine, session, who, amount_minor)
    return who


def wanted(
    session: Session, who: UUID, amount_minor: int, *, method: str = "manual", policy: WithdrawalPolicy = ANY
) -> Withdrawal:
    return request(
        session,
        distributor_id=who,
        amount_minor=amount_minor,
        currency="USD",
        method=method,
        policy=policy,
        actor=ADA,
        now=NOW,
    )


def money(session: Session, who: UUID) -> tuple[int, int, int, int]:
    """Available, reserved, debt, paid; with every proof."""
    (held,) = holdings(session, [who])
    assert [str(difference) for difference in [*proof(session), *ledger_proof(session)]] == []
    assert list(check(session, WithdrawalEvent)) == []
    return held.available_minor, held.reserved_minor, held.debt_minor, held.paid_minor


def test_from_request_to_paid(engine: Engine, session: Session) -> None:
    who = rich(engine, session)
    asked = wanted(session, who, 400)
    assert money(session, who) == (600, 400, 0, 0)
    assert approve(session, asked.id, actor=MERCHANT, now=NOW).state == "approved"
    (effect,) = session.query(Effect).filter_by(kind="payout")
    assert (effect.kind, effect.payload) == ("payout", {"withdrawal_id": str(asked.id)})
    paid = mark_paid(session, asked.id, reference="bank 17", actor=MERCHANT, now=NOW)
    assert (paid.state, paid.reference, paid.paid_at) == ("paid", "bank 17", NOW)
    assert money(session, who) == (600, 0, 0, 400)
    assert [(event.step, event.state, event.actor) for event in read.events(session, asked.id)] == [
        (1, "requested", ADA),
        (2, "approved", MERCHANT),
        (3, "paid", MERCHANT),
    ]
    actions = session.scalars(
        text("SELECT action FROM distribution.audit_log WHERE subject_type = 'withdrawal' ORDER BY number")
    )
    assert actions.all() == ["withdrawal.request", "withdrawal.approve", "withdrawal.mark_paid"]


def test_a_fee_goes_to_the_program(engine: Engine, session: Session) -> None:
    who = rich(engine, session)
    charging = WithdrawalPolicy(methods=frozenset({"manual"}), fee=Fee(fixed_minor=5, bps=500))
    asked = wanted(session, who, 400, policy=charging)
    approve(session, asked.id, actor=MERCHANT, now=NOW)
    mark_paid(session, asked.id, reference="bank 17", actor=MERCHANT, now=NOW)
    assert money(session, who) == (600, 0, 0, 375)
    assert holdings(session, [who])[0].fees_minor == 25


def test_what_is_refused_returns(engine: Engine, session: Session) -> None:
    who = rich(engine, session)
    rejected, cancelled = wanted(session, who, 400), wanted(session, who, 600)
    assert money(session, who) == (0, 1_000, 0, 0)
    assert reject(session, rejected.id, reason=" no tax id ", actor=MERCHANT, now=NOW).reason == "no tax id"
    assert money(session, who) == (400, 600, 0, 0)
    cancel(session, cancelled.id, actor=ADA, now=NOW)
    assert money(session, who) == (1_000, 0, 0, 0)


def test_a_refund_between_request_and_approval_stops_the_approval_and_is_repaid_from_the_return(
    engine: Engine, session: Session
) -> None:
    who = rich(engine, session)
    asked = wanted(session, who, 900)
    session.commit()
    settled(engine, session, who, -700)
    assert money(session, who) == (0, 900, -600, 0)
    with pytest.raises(OutstandingDebt) as refused:
        approve(session, asked.id, actor=MERCHANT, now=NOW)
    assert refused.value.debt_minor == -600
    with pytest.raises(OutstandingDebt):
        wanted(session, who, 1)
    reject(session, asked.id, reason="refunded orders", actor=MERCHANT, now=NOW)
    assert money(session, who) == (300, 0, 0, 0)
    assert read.events(session, asked.id)[-1].facts["repaid_minor"] == 600


def test_a_failed_payout_repays_debt_first(engine: Engine, session: Session) -> None:
    who = rich(engine, session)
    asked = wanted(session, who, 1_000)
    approve(session, asked.id, actor=MERCHANT, now=NOW)
    begin(session, asked.id, now=NOW)
    session.commit()
    settled(engine, session, who, -1_500)
    assert fail(session, asked.id, reason="account closed", actor=MERCHANT, now=NOW).state == "failed"
    assert money(session, who) == (0, 0, -500, 0)


@pytest.mark.parametrize(
    "act, again, other",
    [
        (
            lambda session, key: reject(session, key, reason="no", actor=MERCHANT, now=NOW),
            lambda session, key: reject(
                session, key, reason="no", actor=MERCHANT, now=NOW + timedelta(days=1)
            ),
            lambda session, key: reject(session, key, reason="other", actor=MERCHANT, now=NOW),
        ),
        (
            lambda session, key: cancel(session, key, actor=ADA, now=NOW),
            lambda session, key: cancel(session, key, actor=ADA, now=NOW + timedelta(days=1)),
            lambda session, key: approve(session, key, actor=MERCHANT, now=NOW),
        ),
        (
            lambda session, key: approve(session, key, actor=MERCHANT, now=NOW),
            lambda session, key: approve(session, key, actor="merchant:two", now=NOW + timedelta(days=1)),
            lambda session, key: cancel(session, key, actor=ADA, now=NOW),
        ),
    ],
    ids=["reject", "cancel", "approve"],
)
def test_the_same_act_twice_is_one_and_the_opposite_is_refused(
    engine: Engine,
    session: Session,
    act: Callable[[Session, UUID], Withdrawal],
    again: Callable[[Session, UUID], Withdrawal],
    other: Callable[[Session, UUID], Withdrawal],
) -> None:
    who = rich(engine, session)
    asked = wanted(session, who, 400)
    state = act(session, asked.id).state
    before = money(session, who)
    assert again(session, asked.id).state == state
    with pytest.raises(NotAllowedNow):
        other(session, asked.id)
    assert money(session, who) == before
    assert len(read.events(session, asked.id)) == 2
    assert session.query(Effect).filter_by(kind="payout").count() == (state == "approved")


def test_paid_twice_with_the_same_reference_is_paid_once(engine: Engine, session: Session) -> None:
    who = rich(engine, session)
    asked = wanted(session, who, 400)
    with pytest.raises(NotAllowedNow):
        mark_paid(session, asked.id, reference="bank 17", actor=MERCHANT, now=NOW)
    approve(session, asked.id, actor=MERCHANT, now=NOW)
    for _ in range(2):
        mark_paid(session, asked.id, reference="bank 17", actor=MERCHANT, now=NOW)
    for act in (
        lambda: mark_paid(session, asked.id, reference="bank 18", actor=MERCHANT, now=NOW),
        lambda: reject(session, asked.id, reason="no", actor=MERCHANT, now=NOW),
        lambda: fail(session, asked.id, reason="no", actor=MERCHANT, now=NOW),
    ):
        with pytest.raises(NotAllowedNow):
            act()
    assert approve(session, asked.id, actor=MERCHANT, now=NOW).state == "paid"
    assert money(session, who) == (600, 0, 0, 400)


def test_a_person_does_not_decide_while_a_provider_may(engine: Engine, session: Session) -> None:
    who = rich(engine, session)
    asked = wanted(session, who, 400, method="bank")
    approve(session, asked.id, actor=MERCHANT, now=NOW)
    with pytest.raises(NotAllowedNow):
        mark_paid(session, asked.id, reference="by hand", actor=MERCHANT, now=NOW)
    begin(session, asked.id, now=NOW)
    with pytest.raises(NotAllowedNow):
        fail(session, asked.id, reason="impatient", actor=MERCHANT, now=NOW)
    assert money(session, who) == (600, 400, 0, 0)


def test_an_approval_can_be_taken_back_until_it_is_sent(engine: Engine, session: Session) -> None:
    who = rich(engine, session)
    early, late = wanted(session, who, 400), wanted(session, who, 100)
    for asked in (early, late):
        approve(session, asked.id, actor=MERCHANT, now=NOW)
    reject(session, early.id, reason="suspicion", actor=MERCHANT, now=NOW)
    begin(session, late.id, now=NOW)
    assert begin(session, early.id, now=NOW) is None
    with pytest.raises(NotAllowedNow):
        reject(session, late.id, reason="suspicion", actor=MERCHANT, now=NOW)
    assert money(session, who) == (900, 100, 0, 0)


def test_a_repeated_request_is_known_by_its_id(engine: Engine, session: Session) -> None:
    who, key = rich(engine, session), uuid4()

    def ask_for(amount_minor: int) -> Withdrawal:
        return request(
            session,
            distributor_id=who,
            amount_minor=amount_minor,
            currency="USD",
            method="manual",
            policy=ANY,
            actor=ADA,
            now=NOW,
            withdrawal_id=key,
        )

    assert {ask_for(400).id for _ in range(3)} == {key}
    with pytest.raises(Conflict):
        ask_for(401)
    assert money(session, who) == (600, 400, 0, 0)


def test_limits_of_the_day(engine: Engine, session: Session) -> None:
    who = rich(engine, session)
    policy = WithdrawalPolicy(requests_per_day=2, maximum_per_day_minor=500)
    first = wanted(session, who, 400, policy=policy)
    with pytest.raises(AboveDailyMaximum) as refused:
        wanted(session, who, 101, policy=policy)
    assert refused.value.left_minor == 100
    wanted(session, who, 100, policy=policy)
    with pytest.raises(TooManyRequests):
        wanted(session, who, 1, policy=policy)
    cancel(session, first.id, actor=ADA, now=NOW)
    wanted(session, who, 400, policy=policy)


@pytest.mark.parametrize(
    "amount_minor, code", [(0, "below_minimum"), (-5, "below_minimum"), (1_001, "insufficient_balance")]
)
def test_amounts_that_cannot_be(engine: Engine, session: Session, amount_minor: int, code: str) -> None:
    who = rich(engine, session)
    with pytest.raises(DomainError) as refused:
        wanted(session, who, amount_minor)
    assert (refused.value.code, refused.value.field) == (code, "amount")
    assert money(session, who) == (1_000, 0, 0, 0)


def test_who_cannot_withdraw(engine: Engine, session: Session) -> None:
    who = rich(engine, session)
    with pytest.raises(DistributorNotFound):
        wanted(session, uuid4(), 5)
    with pytest.raises(InvalidInput):
        request(
            session,
            distributor_id=who,
            amount_minor=5,
            currency="XYZ",
            method="manual",
            policy=ANY,
            actor=ADA,
            now=NOW,
        )
    for act in (
        lambda: approve(session, who, actor=MERCHANT, now=NOW),
        lambda: read.withdrawal(session, who),
    ):
        with pytest.raises(WithdrawalNotFound):
            act()
    session.execute(text("UPDATE distribution.distributors SET status = 'suspended'"))
    with pytest.raises(Forbidden):
        wanted(session, who, 5)


def test_a_method_is_the_distributors_own_and_not_removed(engine: Engine, session: Session) -> None:
    who, other = rich(engine, session), person(session)

    def keep(owner: UUID) -> UUID:
        return add_method(
            session,
            distributor_id=owner,
            adapter="bank",
            label="…1234",
            sealed_details="sealed",
            actor=ADA,
            now=NOW,
        ).id

    def ask_by(method: str, method_id: UUID) -> Withdrawal:
        return request(
            session,
            distributor_id=who,
            amount_minor=10,
            currency="USD",
            method=method,
            method_id=method_id,
            policy=ANY,
            actor=ADA,
            now=NOW,
        )

    mine, theirs, removed = keep(who), keep(other), keep(who)
    remove_method(session, removed, actor=ADA, now=NOW)
    assert [method.id for method in methods(session, who)] == [mine]
    assert ask_by("bank", mine).method_id == mine
    for method, method_id in (("bank", theirs), ("bank", removed), ("manual", mine), ("bank", uuid4())):
        with pytest.raises(MethodUnavailable):
            ask_by(method, method_id)


def test_two_hundred_at_once_pay_the_balance_once(engine: Engine, session: Session) -> None:
    who = rich(engine, session)

    def ask_for_all(_: int) -> str:
        try:
            with transaction(engine) as own:
                return wanted(own, who, 1_000).state
        except InsufficientBalance as refused:
            return refused.code

    with ThreadPoolExecutor(40) as pool:
        answers = list(pool.map(ask_for_all, range(200)))
    assert answers.count("requested") == 1
    assert answers.count("insufficient_balance") == 199
    assert money(session, who) == (0, 1_000, 0, 0)


def test_opposite_decisions_at_once_make_one(engine: Engine, session: Session) -> None:
    who = rich(engine, session, 10_000)
    ids = [wanted(session, who, 100).id for _ in range(10)]
    session.commit()
    acts: list[Callable[[Session, UUID], Withdrawal]] = [
        lambda own, key: approve(own, key, actor=MERCHANT, now=NOW),
        lambda own, key: reject(own, key, reason="no", actor=MERCHANT, now=NOW),
        lambda own, key: cancel(own, key, actor=ADA, now=NOW),
    ]

    def decide(turn: int) -> None:
        try:
            with transaction(engine) as own:
                acts[turn % 3](own, ids[turn // 3])
        except NotAllowedNow:
            pass

    with ThreadPoolExecutor(12) as pool:
        list(pool.map(decide, range(30)))
    states = [each.state for each in read.withdrawals(session, distributor_id=who)]
    returned = sum(state in ("rejected", "cancelled") for state in states)
    assert returned + states.count("approved") == 10
    assert money(session, who) == (9_000 + returned * 100, (10 - returned) * 100, 0, 0)


@pytest.mark.parametrize(
    "harm, table",
    [
        ("UPDATE distribution.withdrawals SET state = 'paid'", "withdrawals"),
        ("UPDATE distribution.withdrawals SET amount_minor = 399", "withdrawals"),
        ("DELETE FROM distribution.withdrawals", "withdrawals"),
        ("DELETE FROM distribution.withdrawal_events WHERE step = 2", "withdrawals"),
        ("DELETE FROM distribution.withdrawal_events WHERE step = 1", "withdrawal_events"),
        ("UPDATE distribution.withdrawal_events SET state = 'paid' WHERE step = 1", "withdrawal_events"),
        ("DELETE FROM distribution.transfers WHERE kind = 'withdrawal_reserve'", "withdrawals"),
        (
            "UPDATE distribution.transfers SET amount_minor = 1 WHERE kind = 'withdrawal_reserve'",
            "withdrawals",
        ),
    ],
)
def test_the_proof_names_what_was_done_behind_its_back(
    engine: Engine, session: Session, harm: str, table: str
) -> None:
    asked = wanted(session, rich(engine, session), 400)
    approve(session, asked.id, actor=MERCHANT, now=NOW)
    session.commit()
    session.execute(text("SET LOCAL session_replication_role = replica"))
    session.execute(text(harm))
    assert table in {difference.table for difference in proof(session)}


def test_pages_of_withdrawals(engine: Engine, session: Session) -> None:
    who = rich(engine, session)
    first, second, third = (wanted(session, who, 10).id for _ in range(3))
    cancel(session, second, actor=ADA, now=NOW)
    assert [each.id for each in read.withdrawals(session, limit=2)] == [third, second]
    assert [each.id for each in read.withdrawals(session, states=["requested"], before=third)] == [first]


def test_a_settlement_that_opens_an_account_and_a_request_that_holds_another_do_not_meet(
    engine: Engine, session: Session
) -> None:
    """The debt account is opened by the settlement before it asks for the balance that the request would hold."""
    who = rich(engine, session)
    turns = threading.Barrier(2)
    settling = Session(engine)
    account_ids(settling, [AccountKey(who, "debt", "USD")])

    def ask_for() -> str:
        with transaction(engine) as own:
            turns.wait()
            return wanted(own, who, 400).state

    with ThreadPoolExecutor(1) as pool:
        asking = pool.submit(ask_for)
        turns.wait()
        with pytest.raises(TimeoutError):
            asking.result(timeout=0.3)
        locked = text("SELECT count(*) FROM (SELECT FROM distribution.balances FOR NO KEY UPDATE) AS held")
        assert settling.execute(locked).scalar_one() == 2
        settling.commit()
        assert asking.result(timeout=10) == "requested"
    settling.close()
    assert money(session, who) == (600, 400, 0, 0)

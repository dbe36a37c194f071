"""The payout path: given to a provider once, whatever dies, answers late, wrongly or never."""

from __future__ import annotations

import os
import signal
from collections.abc import Callable
from datetime import datetime, timedelta
from pathlib import Path
from uuid import UUID

import pytest
from sqlalchemy import Engine, select
from sqlalchemy.orm import Session

from distribution.adapters.payout.base import Answer, Notice, Outcome, Payout, PayoutAdapter
from distribution.adapters.payout.manual import ManualAdapter
from distribution.audit.tables import AuditEntry
from distribution.db import create_engine, transaction
from distribution.ledger.proof import proof as ledger_proof
from distribution.ledger.read import holdings
from distribution.outbox import Carried, carry_out, given_up, retry_effect
from distribution.settlement.settle import settle
from distribution.withdrawal import read
from distribution.withdrawal.approve import PAYOUT, approve
from distribution.withdrawal.notice import heed
from distribution.withdrawal.pay import fail, mark_paid
from distribution.withdrawal.policy import WithdrawalPolicy
from distribution.withdrawal.proof import proof
from distribution.withdrawal.reject import reject
from distribution.withdrawal.request import request
from distribution.withdrawal.send import answer, payout_handler
from tests.kill import finishes_unless_killed_at, finishes_within
from tests.money import NOW, earn, person

HOUR = timedelta(hours=1)
MERCHANT = "merchant:one"


class Bank(PayoutAdapter):
    """A provider on the other side of a network: what it was told is in a folder, a file for each order to pay."""

    key_life = 24 * HOUR

    def __init__(self, folder: Path, *, polled: Outcome = Outcome.PAID) -> None:
        self.folder = folder
        self.polled = polled
        self.submitted: Callable[[], Answer] = lambda: Answer(Outcome.SENT, reference="b-1", ask_again=HOUR)

    def submit(self, payout: Payout) -> Answer:
        orders = len(list(self.folder.glob(f"{payout.key}*")))
        (self.folder / f"{payout.key}.{orders}").write_text(f"{payout.amount_minor} {payout.currency}")
        return self.submitted()

    def poll(self, payout: Payout) -> Answer:
        known = list(self.folder.glob(f"{payout.key}*"))
        return Answer(self.polled if known else Outcome.UNKNOWN, reference="b-1" if known else None)

    def cancel(self, payout: Payout) -> Answer:
        raise ConnectionError("out of order")

    @property
    def orders(self) -> list[str]:
        """What it was asked to pay."""
        return [path.read_text() for path in self.folder.iterdir()]


class Clock:
    """A clock that stands until it is moved."""

    def __init__(self) -> None:
        self.now = NOW

    def __call__(self) -> datetime:
        return self.now


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def bank(tmp_path: Path) -> Bank:
    return Bank(tmp_path)


def earner(engine: Engine, amount_minor: int = 1_000) -> UUID:
    with transaction(engine) as session:
        who = person(session)
        earn(session, [(who, amount_minor)])
    settle(engine, actor="job:settle", now=NOW)
    return who


def approved(engine: Engine, *, method: str = "bank", who: UUID | None = None) -> UUID:
    who = who or earner(engine)
    with transaction(engine) as session:
        asked = request(
            session,
            distributor_id=who,
            amount_minor=400,
            currency="USD",
            method=method,
            policy=WithdrawalPolicy(methods=frozenset({method})),
            actor="distributor:ada",
            now=NOW,
        )
        approve(session, asked.id, actor=MERCHANT, now=NOW)
    return asked.id


def carry(engine: Engine, provider: PayoutAdapter, clock: Clock, *, method: str = "bank") -> Carried:
    handler = payout_handler(engine, providers={method: provider}, clock=clock)
    return carry_out(engine, {PAYOUT: handler}, clock=clock, lease=HOUR / 2)


def state(engine: Engine, withdrawal_id: UUID) -> tuple[str, int, int, int]:
    """Its state, and available, reserved and paid of its distributor; with every proof."""
    with transaction(engine) as session:
        found = read.withdrawal(session, withdrawal_id)
        (held,) = holdings(session, [found.distributor_id])
        assert [str(difference) for difference in [*proof(session), *ledger_proof(session)]] == []
        return found.state, held.available_minor, held.reserved_minor, held.paid_minor


def test_sent_asked_about_and_paid(engine: Engine, bank: Bank, clock: Clock) -> None:
    key = approved(engine)
    assert carry(engine, bank, clock) == Carried(later=1)
    assert state(engine, key) == ("sent", 600, 400, 0)
    assert carry(engine, bank, clock).total == 0
    clock.now += HOUR
    assert carry(engine, bank, clock) == Carried(done=1)
    assert state(engine, key) == ("paid", 600, 0, 400)
    assert bank.orders == ["400 USD"]
    with transaction(engine) as session:
        assert read.withdrawal(session, key).reference == "b-1"


def test_refused_by_the_provider_the_money_returns(engine: Engine, bank: Bank, clock: Clock) -> None:
    key = approved(engine)
    bank.submitted = lambda: Answer(Outcome.FAILED, detail="no such account")
    assert carry(engine, bank, clock) == Carried(done=1)
    assert state(engine, key) == ("failed", 1_000, 0, 0)
    with transaction(engine) as session:
        assert read.withdrawal(session, key).reason == "no such account"


def test_an_answer_that_never_came_is_asked_for_and_not_sent_again(
    engine: Engine, bank: Bank, clock: Clock
) -> None:
    def lost() -> Answer:
        raise TimeoutError

    key = approved(engine)
    bank.submitted = lost
    assert carry(engine, bank, clock) == Carried(later=1)
    assert state(engine, key)[0] == "unknown"
    clock.now += HOUR
    assert carry(engine, bank, clock) == Carried(done=1)
    assert state(engine, key) == ("paid", 600, 0, 400)
    assert bank.orders == ["400 USD"]


@pytest.mark.parametrize("was_paid", [True, False])
def test_past_the_life_of_the_key_a_person_decides(
    engine: Engine, bank: Bank, clock: Clock, was_paid: bool
) -> None:
    key = approved(engine)
    bank.polled = Outcome.UNKNOWN
    while carry(engine, bank, clock).failed == 0:
        assert clock.now <= NOW + bank.key_life + HOUR
        clock.now += HOUR
    assert state(engine, key) == ("unknown", 600, 400, 0)
    assert bank.orders == ["400 USD"]
    with transaction(engine) as session:
        assert [each.id for each in read.withdrawals(session, states=["unknown"])] == [key]
        (effect,) = given_up(session)
        assert "expired" in (effect.last_error or "")
        if was_paid:
            mark_paid(session, key, reference="seen on the account", actor=MERCHANT, now=clock.now)
        else:
            fail(session, key, reason="the bank never had it", actor=MERCHANT, now=clock.now)
        retry_effect(session, effect.id, actor="merchant:one", now=clock.now)
    assert carry(engine, bank, clock) == Carried(done=1)
    assert state(engine, key) == (("paid", 600, 0, 400) if was_paid else ("failed", 1_000, 0, 0))
    assert bank.orders == ["400 USD"]


def test_an_answer_after_the_end_is_heard_only_if_it_says_the_same(
    engine: Engine, bank: Bank, clock: Clock
) -> None:
    key = approved(engine)
    carry(engine, bank, clock)
    clock.now += HOUR
    carry(engine, bank, clock)
    with transaction(engine) as session:
        for harmless in (Outcome.SENT, Outcome.UNKNOWN, Outcome.PAID):
            assert answer(session, key, Answer(harmless), now=NOW).state == "paid"
    with pytest.raises(Exception, match="paid"), transaction(engine) as session:
        answer(session, key, Answer(Outcome.FAILED), now=NOW)
    assert state(engine, key) == ("paid", 600, 0, 400)


def test_by_hand_it_waits_for_a_person(engine: Engine, clock: Clock) -> None:
    key = approved(engine, method="manual")
    assert carry(engine, ManualAdapter(), clock, method="manual") == Carried(done=1)
    assert state(engine, key) == ("sent", 600, 400, 0)
    with transaction(engine) as session:
        mark_paid(session, key, reference="cash", actor=MERCHANT, now=NOW)
    assert state(engine, key) == ("paid", 600, 0, 400)


def test_paid_by_hand_before_the_job_came(engine: Engine, clock: Clock) -> None:
    paid, rejected = approved(engine, method="manual"), approved(engine, method="manual")
    with transaction(engine) as session:
        mark_paid(session, paid, reference="cash", actor=MERCHANT, now=NOW)
        reject(session, rejected, reason="suspicion", actor=MERCHANT, now=NOW)
    assert carry(engine, ManualAdapter(), clock, method="manual") == Carried(done=2)
    assert (state(engine, paid)[0], state(engine, rejected)[0]) == ("paid", "rejected")


def test_without_its_provider_nothing_is_sent(engine: Engine, bank: Bank, clock: Clock) -> None:
    key = approved(engine)
    assert carry(engine, bank, clock, method="another") == Carried(failed=1)
    assert state(engine, key) == ("approved", 600, 400, 0)
    assert bank.orders == []


@pytest.mark.parametrize("method", ["bank", pytest.param("manual", marks=pytest.mark.prove)])
def test_killed_before_each_statement_of_the_payout_path(
    own_database_url: str, tmp_path: Path, method: str
) -> None:
    """Each round kills one step later; a later job finds out what became of it, and nothing is ever sent twice."""
    engine = create_engine(own_database_url)
    who = earner(engine, 100_000)
    step, finished = 1, False
    while not finished:
        bank = Bank(tmp_path / f"{method}-{step}")
        bank.folder.mkdir()
        provider = bank if method == "bank" else ManualAdapter()
        clock = Clock()
        key = approved(engine, method=method, who=who)
        finished = finishes_unless_killed_at(
            step, own_database_url, lambda own, by=provider, at=clock: carry(own, by, at, method=method)
        )
        for _ in range(2):
            clock.now += HOUR
            carry(engine, provider, clock, method=method)
        assert state(engine, key)[0] == ("sent" if method == "manual" else "paid")
        assert len(bank.orders) == (method == "bank")
        step += 1
    engine.dispose()
    assert step > 20


@pytest.mark.parametrize("arrived", [True, False])
def test_killed_during_the_call(own_database_url: str, bank: Bank, clock: Clock, arrived: bool) -> None:
    """What reached the provider is paid once; what did not is never sent, and shown to a person."""
    engine = create_engine(own_database_url)
    key = approved(engine)

    def die() -> Answer:
        os.kill(os.getpid(), signal.SIGKILL)
        raise AssertionError

    class Doomed(Bank):
        def submit(self, payout: Payout) -> Answer:
            return super().submit(payout) if arrived else die()

    doomed = Doomed(bank.folder)
    doomed.submitted = die
    assert not finishes_within(60, own_database_url, lambda own: carry(own, doomed, clock))
    assert state(engine, key)[0] == "sending"
    clock.now += HOUR
    assert carry(engine, bank, clock) == (Carried(done=1) if arrived else Carried(later=1))
    assert state(engine, key)[0] == ("paid" if arrived else "unknown")
    clock.now += bank.key_life
    assert carry(engine, bank, clock) == (Carried() if arrived else Carried(failed=1))
    assert len(bank.orders) == arrived
    engine.dispose()


def test_two_jobs_with_the_same_effect_send_it_once(engine: Engine, bank: Bank, clock: Clock) -> None:
    key = approved(engine)
    late: list[Carried] = []

    def meanwhile() -> Answer:
        # The lease ended while the provider was thinking: another job takes the effect up.
        if not late:
            clock.now += HOUR
            late.append(carry(engine, bank, clock))
        return Answer(Outcome.SENT, reference="b-1", ask_again=HOUR)

    bank.submitted = meanwhile
    carry(engine, bank, clock)
    assert late == [Carried(done=1)]
    assert state(engine, key) == ("paid", 600, 0, 400)
    assert bank.orders == ["400 USD"]


def test_a_session_is_never_open_while_the_provider_is_called(
    engine: Engine, session: Session, bank: Bank, clock: Clock
) -> None:
    key = approved(engine)

    def look() -> Answer:
        # Seen from outside, and not locked: the state was committed before the call.
        assert read.withdrawal(session, key).state == "sending"
        session.rollback()
        return Answer(Outcome.PAID, reference="b-1")

    bank.submitted = look
    assert carry(engine, bank, clock) == Carried(done=1)
    assert state(engine, key) == ("paid", 600, 0, 400)


@pytest.mark.parametrize("said", [Outcome.SENT, Outcome.UNKNOWN, Outcome.NOT_TAKEN, Outcome.PAID])
def test_a_webhook_while_the_order_is_being_given(
    engine: Engine, bank: Bank, clock: Clock, said: Outcome
) -> None:
    """It says that the money has left; what the order itself is answered afterwards changes nothing."""
    key = approved(engine)

    def meanwhile() -> Answer:
        with transaction(engine) as session:
            idempotency_key = read.withdrawal(session, key).idempotency_key
            notice = Notice(idempotency_key, Answer(Outcome.PAID, reference="b-1"))
            for _ in range(2):
                heard = heed(session, notice, method="bank", now=clock())
                assert heard is not None
                assert heard.state == "paid"
            assert heed(session, notice, method="another", now=clock()) is None
        return Answer(said, reference="b-1", ask_again=HOUR)

    bank.submitted = meanwhile
    carry(engine, bank, clock)
    clock.now += HOUR
    carry(engine, bank, clock)
    assert state(engine, key) == ("paid", 600, 0, 400)
    assert bank.orders == ["400 USD"]


def test_known_by_a_webhook_and_said_not_to_be_taken_it_is_asked_about(
    engine: Engine, bank: Bank, clock: Clock
) -> None:
    key = approved(engine)

    def meanwhile() -> Answer:
        with transaction(engine) as session:
            idempotency_key = read.withdrawal(session, key).idempotency_key
            heed(session, Notice(idempotency_key, Answer(Outcome.SENT)), method="bank", now=clock())
        return Answer(Outcome.NOT_TAKEN)

    bank.submitted = meanwhile
    assert carry(engine, bank, clock) == Carried(later=1)
    assert state(engine, key)[0] == "sent"
    clock.now += HOUR
    assert carry(engine, bank, clock) == Carried(done=1)
    assert state(engine, key) == ("paid", 600, 0, 400)
    assert bank.orders == ["400 USD"]


def test_a_webhook_about_what_was_never_sent_is_not_believed(engine: Engine, clock: Clock) -> None:
    key = approved(engine)
    with transaction(engine) as session:
        idempotency_key = read.withdrawal(session, key).idempotency_key
        heed(session, Notice(idempotency_key, Answer(Outcome.PAID)), method="bank", now=clock())
    assert state(engine, key) == ("approved", 600, 400, 0)


def test_the_opposite_of_how_it_ended_is_on_the_audit_log_and_moves_no_money(
    engine: Engine, bank: Bank, clock: Clock
) -> None:
    key = approved(engine)
    bank.submitted = lambda: Answer(Outcome.PAID, reference="b-1")
    carry(engine, bank, clock)
    with transaction(engine) as session:
        idempotency_key = read.withdrawal(session, key).idempotency_key
        heed(session, Notice(idempotency_key, Answer(Outcome.FAILED)), method="bank", now=clock())
    assert state(engine, key) == ("paid", 600, 0, 400)
    with transaction(engine) as session:
        query = select(AuditEntry.after).where(AuditEntry.action == "withdrawal.contradicted")
        assert session.scalars(query).all() == [{"provider": "failed", "reference": None}]

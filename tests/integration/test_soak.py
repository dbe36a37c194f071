"""The whole of money at once: sales, receipts, refunds, reviews, settlements with tax, adjustments, withdrawals
with fees, seals and readers, each as in production.

DISTRIBUTION_SOAK_SECONDS is how long "make prove" soaks; ten minutes unless it says otherwise.
"""

from __future__ import annotations

import os
import random
import threading
import time
from collections import Counter
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID

import psycopg
import pytest
from sqlalchemy import Engine, text
from sqlalchemy.exc import OperationalError

from distribution.adjustment import approve as adjustments
from distribution.adjustment.decline import decline
from distribution.adjustment.document import Proposal
from distribution.adjustment.propose import propose
from distribution.commission.accrue import accrue
from distribution.commission.plan.built_in import BUILT_IN
from distribution.commission.publish import publish
from distribution.commission.receipt.confirm import confirm_receipt
from distribution.commission.review.decide import review
from distribution.commission.review.moving import Subject
from distribution.db import create_engine, transaction
from distribution.errors import Conflict, InvalidInput
from distribution.ledger.as_of import By, trial_balance
from distribution.ledger.read import holdings
from distribution.privacy.encryption import Cipher, new_key
from distribution.proof import prove
from distribution.sealing.seal import seal
from distribution.settings import program
from distribution.settlement.settle import settle
from distribution.tax.profile import Details, record_profile
from distribution.withdrawal.approve import approve
from distribution.withdrawal.fee import Fee
from distribution.withdrawal.pay import mark_paid
from distribution.withdrawal.policy import WithdrawalPolicy
from distribution.withdrawal.read import withdrawals
from distribution.withdrawal.reject import cancel, reject
from distribution.withdrawal.request import request
from tests.factories import ACTOR, a_chain, a_code
from tests.model.order import ModelLine, ModelOrder
from tests.saleor_orders import snapshot_of

HOUR = timedelta(hours=1)
ONE_STATE = text("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ, READ ONLY")
DEADLOCKS = text("SELECT deadlocks FROM pg_stat_database WHERE datname = current_database()")
UNEQUAL = text("""
SELECT count(*) FROM distribution.balances AS balance
WHERE balance_minor <> (
        SELECT coalesce(sum(amount_minor), 0) FROM distribution.transfers
        WHERE credit_account_id = balance.account_id)
    - (SELECT coalesce(sum(amount_minor), 0) FROM distribution.transfers
        WHERE debit_account_id = balance.account_id)
""")
ROLES = {
    "sell": 2,
    "receive": 1,
    "refund": 1,
    "review": 1,
    "adjust": 1,
    "settle": 2,
    "ask": 2,
    "decide": 2,
    "take back": 1,
    "seal": 1,
    "look": 1,
}


RULES: dict[str, Any] = {
    "tax": {"withholding": [{"country": "DE", "brackets": [{"bps": 1_000}]}], "invoice_prefix": "SB"},
    "adjustment": {"second_person_above_minor": {"USD": 1_000}},
}


def now() -> datetime:
    return datetime.now(UTC)


class Market:
    """A few distributors, many orders, and all who act on them at the same time."""

    def __init__(self, engine: Engine, seconds: float) -> None:
        self.engine, self.deadline = engine, time.monotonic() + seconds
        self.done: Counter[str] = Counter()
        self.orders: list[ModelOrder] = []
        self._lock = threading.Lock()
        with transaction(engine) as session:
            plan = {**BUILT_IN, "hold_days": 0, "received_after_days": 1}
            publish(session, plan, actor=ACTOR, now=now() - 96 * HOUR)
            program.change(session, RULES, actor=ACTOR, now=now())
            self.people: list[UUID] = []
            for chain in range(4):
                persons = a_chain(session, 3)
                a_code(session, persons[0], f"CODE{chain}")
                self.people += [each.id for each in persons]
                for place, person in enumerate(persons):
                    record_profile(
                        session,
                        person,
                        country=("DE", "FR")[place % 2],
                        recipient="person",
                        details=Details("Ada Lovelace", "1 Street", None),
                        self_billing=place < 2,
                        cipher=Cipher([new_key()]),
                        actor=ACTOR,
                        now=now(),
                    )

    def run(self, role: str, turn: int) -> None:
        """Act until the time is over; what the domain refuses is an answer, anything else fails the test."""
        act: Callable[[random.Random], None] = getattr(self, role.replace(" ", "_"))
        chosen = random.Random(f"{role} {turn}")
        while time.monotonic() < self.deadline:
            try:
                act(chosen)
                name = role
            except (Conflict, InvalidInput) as error:
                name = f"{role} refused: {error.code}"
            except psycopg.errors.LockNotAvailable:
                # Who records says it again later, as the drain does.
                name = f"{role} waited too long"
            except OperationalError as error:
                if not isinstance(error.orig, psycopg.errors.LockNotAvailable):
                    raise
                name = f"{role} waited too long"
            with self._lock:
                self.done[name] += 1

    def sell(self, chosen: random.Random) -> None:
        """A batch of orders, paid and delivered an hour ago."""
        at = now()
        batch = [self._order(chosen, at) for _ in range(chosen.randint(1, 8))]
        with transaction(self.engine) as session:
            accrue(session, [snapshot_of(order.shown(), at) for order in batch], now=at)
        with self._lock:
            self.orders += batch
        time.sleep(0.01)

    def receive(self, chosen: random.Random) -> None:
        """An order arrives, as its carrier says."""
        with self._lock:
            order = chosen.choice(self.orders) if self.orders else None
        if order is not None:
            with transaction(self.engine) as session:
                at = now()
                confirm_receipt(
                    session,
                    "saleor",
                    order.id,
                    received_at=at,
                    confirmed_by="carrier",
                    actor=ACTOR,
                    now=at,
                )
        time.sleep(0.02)

    def review(self, chosen: random.Random) -> None:
        """An order or somebody's whole commission is held, let go until a day, or released."""
        with self._lock:
            order = chosen.choice(self.orders) if self.orders else None
        decision = chosen.choice(["hold", "by", "release", "release"])
        with transaction(self.engine) as session:
            subject = Subject(distributor_id=chosen.choice(self.people))
            if order is not None and chosen.random() < 0.8:
                subject = Subject(
                    session.execute(
                        text("SELECT id FROM distribution.orders WHERE external_id = :id"), {"id": order.id}
                    ).scalar_one()
                )
            review(
                session,
                subject,
                decision=decision,
                moment=now() if decision == "by" else None,
                reason="drawn",
                actor=ACTOR,
                now=now(),
            )
        time.sleep(0.2)

    def adjust(self, chosen: random.Random) -> None:
        """Somebody proposes an amount, and somebody else decides on it where that is needed."""
        amount_minor = chosen.choice([-1, 1]) * chosen.randint(1, 2_000)
        proposal = Proposal(
            chosen.choice(self.people),
            amount_minor,
            chosen.choice(["USD", "JPY"]),
            "goodwill" if amount_minor > 0 else "penalty",
            "drawn",
            None,
        )
        with transaction(self.engine) as session:
            seen = propose(session, proposal, actor=ACTOR, now=now())
        if seen.decision is None:
            with transaction(self.engine) as session:
                if chosen.random() < 0.7:
                    adjustments.approve(session, seen.adjustment.id, actor="merchant:two", now=now())
                else:
                    decline(session, seen.adjustment.id, note="drawn", actor="merchant:two", now=now())
        time.sleep(0.1)

    def refund(self, chosen: random.Random) -> None:
        """A part of an order's money goes back, or all of it."""
        with self._lock:
            order = self.orders.pop(chosen.randrange(len(self.orders))) if self.orders else None
        if order is None:
            time.sleep(0.05)
            return
        left = order.charged
        back = left if chosen.random() < 0.5 else chosen.randint(1, left)
        changed = replace(order, charged=left - back, refunded=order.refunded + back)
        at = now()
        with transaction(self.engine) as session:
            accrue(session, [snapshot_of(changed.shown(), at)], now=at)
        if changed.charged:
            with self._lock:
                self.orders.append(changed)
        time.sleep(0.02)

    def settle(self, _: random.Random) -> None:
        settle(self.engine, actor="job:soak", now=now())
        time.sleep(0.2)

    def ask(self, chosen: random.Random) -> None:
        who = chosen.choice(self.people)
        with transaction(self.engine) as session:
            held = [each for each in holdings(session, [who]) if each.available_minor > 0]
        if not held:
            time.sleep(0.05)
            return
        holding = chosen.choice(held)
        with transaction(self.engine) as session:
            request(
                session,
                distributor_id=who,
                amount_minor=chosen.randint(1, holding.available_minor),
                currency=holding.currency,
                method="manual",
                policy=WithdrawalPolicy(fee=Fee(fixed_minor=1, bps=100)),
                actor=f"distributor:{who}",
                now=now(),
            )

    def decide(self, chosen: random.Random) -> None:
        key = self._some(chosen, ["requested", "approved"])
        if key is None:
            return
        with transaction(self.engine) as session:
            match chosen.randrange(4):
                case 0:
                    reject(session, key, reason="not now", actor=ACTOR, now=now())
                case 1:
                    approve(session, key, actor=ACTOR, now=now())
                case _:
                    mark_paid(session, key, reference="bank", actor=ACTOR, now=now())

    def take_back(self, chosen: random.Random) -> None:
        key = self._some(chosen, ["requested"])
        if key is not None:
            with transaction(self.engine) as session:
                cancel(session, key, actor=ACTOR, now=now())
        time.sleep(0.1)

    def seal(self, _: random.Random) -> None:
        with transaction(self.engine) as session:
            seal(session, now=now())
        time.sleep(0.2)

    def look(self, _: random.Random) -> None:
        """At every moment each currency comes to 0 and each balance is the sum of its transfers."""
        with transaction(self.engine) as session:
            session.execute(ONE_STATE)
            found = trial_balance(session, now() + HOUR, by=By.RECORDED)
            for currency in {each.currency for each in found}:
                assert sum(each.balance_minor for each in found if each.currency == currency) == 0
            assert session.execute(UNEQUAL).scalar_one() == 0
        time.sleep(0.5)

    def _order(self, chosen: random.Random, at: datetime) -> ModelOrder:
        with self._lock:
            self.done["orders"] += 1
            number = self.done["orders"]
        net = chosen.randint(100, 20_000)
        # What was sent a day ago has matured, what was sent an hour ago waits for its receipt.
        sent_at = at - chosen.choice([1, 25]) * HOUR
        line = ModelLine(2, net, net + net // 10, shipments=[(sent_at, 2)])
        order = ModelOrder(
            id=f"soak-{number}",
            currency=chosen.choice(["USD", "USD", "JPY"]),
            placed_at=at - 48 * HOUR,
            lines={"TEE": line},
            email=f"shopper-{chosen.randrange(50)}@example.com",
            code=f"CODE{chosen.randrange(4)}",
        )
        order.charged = order.total
        return order

    def _some(self, chosen: random.Random, states: list[str]) -> UUID | None:
        with transaction(self.engine) as session:
            found = withdrawals(session, states=states, limit=20)
        return chosen.choice(found).id if found else None


def soak(url: str, seconds: float) -> str:
    """Let everybody act for so long; returns what was done, in one line."""
    engine = create_engine(url, pool_size=20, max_overflow=10)
    market = Market(engine, seconds)
    turns = [(role, turn) for role, count in ROLES.items() for turn in range(count)]
    with ThreadPoolExecutor(len(turns)) as pool:
        for future in [pool.submit(market.run, role, turn) for role, turn in turns]:
            future.result()
    settle(engine, actor="job:soak", now=now())
    with transaction(engine) as session:
        seal(session, now=now())
    began = time.monotonic()
    with transaction(engine) as session:
        proof = prove(session)
    assert [str(each) for each in proof.differences] == []
    with transaction(engine) as session:
        deadlocks = session.execute(DEADLOCKS).scalar_one()
    engine.dispose()
    assert deadlocks == 0
    assert [role for role in ROLES if not market.done[role]] == []
    done = ", ".join(f"{count} {name}" for name, count in sorted(market.done.items()))
    checked = ", ".join(f"{count} {name.replace('_', ' ')}" for name, count in proof.checked.items())
    return (
        f"{seconds:.0f} s of everything at once, no deadlock: {done}; proven in {time.monotonic() - began:.0f} s: "
        f"{checked}, {proof.seal.number} seals"
    )


def test_everything_at_once(own_database_url: str) -> None:
    print(soak(own_database_url, 6))


@pytest.mark.prove
def test_everything_at_once_for_ten_minutes(own_database_url: str) -> None:
    print(f"soak: {soak(own_database_url, float(os.environ.get('DISTRIBUTION_SOAK_SECONDS', '600')))}")

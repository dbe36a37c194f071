"""Any history of earning, reversing, settling and withdrawing, against arithmetic plain enough to be read aloud."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from itertools import count
from typing import TypeVar
from uuid import UUID

import pytest
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule, run_state_machine_as_test
from sqlalchemy import Engine
from sqlalchemy.orm import Session

from distribution.analytics.balances import balances
from distribution.db import create_engine, transaction
from distribution.errors import Conflict, InvalidInput
from distribution.ledger.proof import proof as ledger_proof
from distribution.ledger.read import holdings
from distribution.settings import program
from distribution.settlement.proof import proof as settlement_proof
from distribution.settlement.run import open_run
from distribution.settlement.settle import settle
from distribution.withdrawal.approve import approve
from distribution.withdrawal.pay import fail, mark_paid
from distribution.withdrawal.policy import WithdrawalPolicy
from distribution.withdrawal.proof import proof as withdrawal_proof
from distribution.withdrawal.reject import cancel, reject
from distribution.withdrawal.request import request
from distribution.withdrawal.send import begin
from distribution.withdrawal.tables import Withdrawal
from tests.money import NOW, earn, people

DAY = timedelta(days=1)
MERCHANT = "merchant:one"
PEOPLE = 3
# Time goes on from one history to the next: they share a database, whose cutoffs never go back.
_days = count(1)
_Answer = TypeVar("_Answer")
persons = st.integers(0, PEOPLE - 1)


@dataclass
class Purse:
    """What one distributor has, by the rules as a person would say them."""

    lines: list[tuple[int, int]] = field(default_factory=list)
    available: int = 0
    reserved: int = 0
    debt: int = 0
    paid: int = 0

    def receive(self, amount: int) -> None:
        """A credit repays debt first, the rest is available."""
        repaid = min(amount, self.debt)
        self.debt -= repaid
        self.available += amount - repaid

    def lose(self, amount: int) -> None:
        """A reversal takes what is available first, the rest is debt."""
        taken = min(amount, self.available)
        self.available -= taken
        self.debt += amount - taken

    def settle(self, today: int, smallest: int = 0) -> None:
        """All that is due, netted; too little of it waits."""
        total = sum(amount for amount, day in self.lines if day <= today)
        if 0 < total < smallest:
            return
        self.lines = [line for line in self.lines if line[1] > today]
        if total > 0:
            self.receive(total)
        else:
            self.lose(-total)


@dataclass
class Asked:
    """A withdrawal as the model knows it."""

    purse: Purse
    amount: int
    state: str = "requested"

    def give_back(self, state: str) -> None:
        """Its money returns."""
        self.state = state
        self.purse.reserved -= self.amount
        self.purse.receive(self.amount)

    def pay(self) -> None:
        """Its money is gone."""
        self.state = "paid"
        self.purse.reserved -= self.amount
        self.purse.paid += self.amount


class History(RuleBasedStateMachine):
    """The database on one side, purses on the other."""

    def __init__(self, engine: Engine, smallest: int) -> None:
        super().__init__()
        self.engine, self.smallest = engine, smallest

    @initialize()
    def begin_anew(self) -> None:
        self.today = next(_days)
        self.ids = self.do(lambda session: people(session, PEOPLE))
        self.purses = [Purse() for _ in self.ids]
        self.asked: dict[UUID, Asked] = {}
        settle(self.engine, actor="job:settle", now=self.now)

    @property
    def now(self) -> datetime:
        return NOW + self.today * DAY

    def do(self, act: Callable[[Session], _Answer]) -> _Answer:
        with transaction(self.engine) as session:
            return act(session)

    @rule(who=persons, amount=st.integers(-400, 600).filter(bool), in_days=st.integers(-2, 2))
    def earn(self, who: int, amount: int, in_days: int) -> None:
        matures_at = self.now + in_days * DAY
        self.do(lambda session: earn(session, [(self.ids[who], amount)], matures_at=matures_at))
        self.purses[who].lines.append((amount, self.today + in_days))

    @rule()
    def sleep(self) -> None:
        self.today = next(_days)

    @rule(interrupted=st.booleans())
    def settle(self, interrupted: bool) -> None:
        if interrupted:
            self.do(
                lambda session: open_run(
                    session,
                    currency="USD",
                    until=self.now,
                    actor=MERCHANT,
                    now=self.now,
                    program=program.read(session),
                )
            )
        settle(self.engine, actor="job:settle", now=self.now)
        for purse in self.purses:
            purse.settle(self.today, self.smallest)

    @rule(who=persons, amount=st.integers(1, 700))
    def ask(self, who: int, amount: int) -> None:
        purse = self.purses[who]
        allowed = amount <= purse.available

        def act(session: Session) -> Withdrawal:
            return request(
                session,
                distributor_id=self.ids[who],
                amount_minor=amount,
                currency="USD",
                method="manual",
                policy=WithdrawalPolicy(),
                actor=f"distributor:{who}",
                now=self.now,
            )

        if not allowed:
            with pytest.raises((Conflict, InvalidInput)):
                self.do(act)
            return
        self.asked[self.do(act).id] = Asked(purse, amount)
        purse.available -= amount
        purse.reserved += amount

    @rule(data=st.data(), act=st.sampled_from(["approve", "reject", "cancel", "send", "paid", "fail"]))
    def decide(self, data: st.DataObject, act: str) -> None:
        if not self.asked:
            return
        key = data.draw(st.sampled_from(sorted(self.asked)))
        known = self.asked[key]
        verbs: dict[str, Callable[[Session], object]] = {
            "approve": lambda session: approve(session, key, actor=MERCHANT, now=self.now),
            "reject": lambda session: reject(session, key, reason="no", actor=MERCHANT, now=self.now),
            "cancel": lambda session: cancel(session, key, actor="distributor:x", now=self.now),
            "send": lambda session: begin(session, key, now=self.now),
            "paid": lambda session: mark_paid(session, key, reference="r", actor=MERCHANT, now=self.now),
            "fail": lambda session: fail(session, key, reason="no", actor=MERCHANT, now=self.now),
        }
        try:
            self.do(verbs[act])
        except Conflict:
            assert not self.possible(act, known)
            return
        match act, known.state:
            case "approve", "requested":
                known.state = "approved"
            case "send", "approved":
                known.state = "sending"
            case "reject", "requested" | "approved":
                known.give_back("rejected")
            case "cancel", "requested":
                known.give_back("cancelled")
            case "paid", "approved" | "sending":
                known.pay()
            case "fail", "sending":
                known.give_back("failed")

    def possible(self, act: str, known: Asked) -> bool:
        """Whether the act must succeed."""
        if act == "approve":
            return known.state == "requested" and not known.purse.debt
        following = {"reject": ("requested", "approved"), "cancel": ("requested",), "fail": ("sending",)}
        return known.state in (following | {"send": ("approved",), "paid": ("approved", "sending")})[act]

    @invariant()
    def same(self) -> None:
        if not hasattr(self, "ids"):
            return
        with transaction(self.engine) as session:
            held = {each.distributor_id: each for each in holdings(session, self.ids)}
            for who, purse in zip(self.ids, self.purses, strict=True):
                has = held.get(who)
                actual = (
                    (has.available_minor, has.reserved_minor, -has.debt_minor, has.paid_minor)
                    if has
                    else (0,) * 4
                )
                assert actual == (purse.available, purse.reserved, purse.debt, purse.paid)
                matured = sum(amount for amount, day in purse.lines if day <= self.today)
                pending = sum(amount for amount, day in purse.lines if day > self.today)
                waits = balances(session, who, now=self.now)
                assert sum(each.matured_minor for each in waits) == matured
                assert sum(each.pending_minor for each in waits) == pending
            for proof in (settlement_proof, ledger_proof, withdrawal_proof):
                assert [str(difference) for difference in proof(session)] == []


def run(url: str, *, examples: int, steps: int, smallest: int = 0) -> None:
    engine = create_engine(url)
    with transaction(engine) as session:
        program.change(
            session, {"settlement": {"smallest_minor": {"USD": smallest}}}, actor=MERCHANT, now=NOW
        )
    chosen = settings(
        max_examples=examples,
        stateful_step_count=steps,
        deadline=None,
        suppress_health_check=list(HealthCheck),
    )
    run_state_machine_as_test(lambda: History(engine, smallest), settings=chosen)
    engine.dispose()


def test_any_history_comes_to_what_arithmetic_says(own_database_url: str) -> None:
    run(own_database_url, examples=10, steps=25)


def test_any_history_with_a_smallest_amount(own_database_url: str) -> None:
    run(own_database_url, examples=10, steps=25, smallest=500)


@pytest.mark.prove
def test_many_long_histories(own_database_url: str) -> None:
    run(own_database_url, examples=60, steps=50)
    run(own_database_url, examples=40, steps=50, smallest=500)
    print(
        "money: 100 histories of up to 50 steps agree with plain arithmetic and every proof after each step"
    )

"""Payouts played at random: processes killed at any statement, a bank that answers late, wrongly, twice or never.

After every step each withdrawal was paid once at most, as much as was left of it after its fee, and large ones by the
word of two people; balances are the sums of transfers. At the end of each life every withdrawal has ended as the bank's
own books say.
"""

from __future__ import annotations

import json
import shutil
from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from datetime import datetime, timedelta
from pathlib import Path
from uuid import UUID

import pytest
from hypothesis import HealthCheck, Phase, settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    invariant,
    precondition,
    rule,
    run_state_machine_as_test,
)
from sqlalchemy import Engine, select, text

from distribution.adapters.payout.base import Answer, Notice, Outcome, Payout, PayoutAdapter
from distribution.db import create_engine, transaction
from distribution.errors import DomainError
from distribution.ledger.proof import proof as ledger_proof
from distribution.ledger.read import holdings
from distribution.outbox import carry_out, given_up, retry_effect
from distribution.settlement.settle import settle
from distribution.withdrawal.approve import PAYOUT, approve
from distribution.withdrawal.fee import Fee
from distribution.withdrawal.notice import heed
from distribution.withdrawal.pay import fail, mark_paid
from distribution.withdrawal.policy import WithdrawalPolicy
from distribution.withdrawal.promise import Promise
from distribution.withdrawal.proof import proof
from distribution.withdrawal.reject import cancel, reject
from distribution.withdrawal.request import request
from distribution.withdrawal.send import payout_handler
from distribution.withdrawal.states import APPROVED_ONCE, ENDED, UNDECIDED, UNKNOWN
from distribution.withdrawal.stop import stop
from distribution.withdrawal.tables import Withdrawal
from distribution.withdrawal.watch import watch
from tests.database import TestDatabases
from tests.kill import finishes_unless_killed_at
from tests.money import NOW, earn, people

HOUR = timedelta(hours=1)
KEY_LIFE = timedelta(hours=24)
MERCHANT, OTHER = "merchant:one", "merchant:other"
POLICY = WithdrawalPolicy(
    methods=frozenset({"bank"}),
    fee=Fee(fixed_minor=25, bps=150, maximum_minor=300),
    promise=Promise(days=1),
    second_person_above_minor=15_000,
)
_UNBALANCED = text("""
SELECT account.id FROM distribution.accounts account
JOIN distribution.balances balance ON balance.account_id = account.id
WHERE balance.balance_minor <> (
    SELECT coalesce(sum(CASE WHEN credit_account_id = account.id THEN amount_minor ELSE -amount_minor END), 0)
    FROM distribution.transfers WHERE account.id IN (debit_account_id, credit_account_id)
)
""")

_NETS = select(Withdrawal.idempotency_key, Withdrawal.amount_minor - Withdrawal.fee_minor)
_OWNER = """
INSERT INTO distribution.merchants (id, email, name, role, password_hash)
VALUES (gen_random_uuid(), 'owner@example.com', 'Mo', 'owner', '')
"""
_TOLD = "SELECT count(*) FROM distribution.withdrawals WHERE overdue_told_at IS NOT NULL"
_ALONE = text("""
SELECT withdrawal.id FROM distribution.withdrawals withdrawal
JOIN distribution.withdrawal_events event ON event.withdrawal_id = withdrawal.id
WHERE amount_minor > 15000 AND decided_at IS NOT NULL AND withdrawal.state <> 'rejected'
GROUP BY withdrawal.id
HAVING count(DISTINCT event.actor) FILTER (WHERE event.state IN ('approved_once', 'approved')
    AND event.actor LIKE 'merchant:%') < 2
""")

index = st.integers(0, 1_000)
amounts = st.one_of(st.sampled_from([15_000, 15_001, 40_000]), st.integers(1, 40_000))
on_submit = st.sampled_from(
    ["well", "well", "silent", "lost", "not taken", "refused", "slow", "hidden", "hidden long", "hidden long"]
)
on_poll = st.sampled_from(["well", "well", "silent", "nonsense"])
kill_at = st.one_of(st.none(), st.none(), st.integers(1, 45))


class Bank(PayoutAdapter):
    """Its books are files in a folder, so that processes that die find them again.

    It pays a key once while it remembers it, and again after that: who asks twice too late pays twice.
    """

    key_life = KEY_LIFE

    def __init__(self, folder: Path, clock: Callable[[], datetime]) -> None:
        super().__init__(clock=clock)
        self.folder = folder
        self.submits = self.polls = "well"

    def submit(self, payout: Payout) -> Answer:
        match self.submits:
            case "lost":
                raise TimeoutError
            case "not taken":
                return Answer(Outcome.NOT_TAKEN, detail="come again")
            case "refused":
                return Answer(Outcome.FAILED, detail="no such account")
            case "slow":
                facts = {"key": payout.key, "amount_minor": payout.amount_minor}
                self._write("flying", payout.key, facts)
                raise TimeoutError
        self.take(payout.key, payout.amount_minor)
        if self.submits == "silent" or self.submits.startswith("hidden"):
            raise TimeoutError
        return Answer(Outcome.SENT, reference=payout.key, ask_again=HOUR)

    def take(self, key: str, amount_minor: int) -> None:
        """An order arrives: a new one is booked, one that is remembered is not booked again."""
        now = self.clock()
        if any(now - order["at"] < KEY_LIFE for order in self.orders(key)):
            return
        # It may be long until the bank shows what it has, longer than it remembers the key.
        wait = {"hidden": 5 * HOUR, "hidden long": 60 * HOUR}.get(self.submits, timedelta(0))
        facts = {
            "key": key,
            "amount_minor": amount_minor,
            "at": now.isoformat(),
            "shown_at": (now + wait).isoformat(),
            "fate": "open",
        }
        self._write("orders", f"{key}.{len(self.orders(key))}", facts)

    def poll(self, payout: Payout) -> Answer:
        match self.polls:
            case "silent":
                raise TimeoutError
            case "nonsense":
                return Answer(Outcome.NOT_TAKEN)
        for order in self.orders(payout.key):
            if order["shown_at"] <= self.clock():
                return self.answer(order)
        return Answer(Outcome.UNKNOWN)

    def cancel(self, payout: Payout) -> Answer:
        for order in self.orders(payout.key):
            if order["fate"] == "open":
                self.decide(order, "refused")
        return self.poll(payout)

    def webhook(self, headers: Mapping[str, str], body: bytes) -> Notice:
        order = json.loads(body)
        return Notice(order["key"], self.answer(order))

    def answer(self, order: dict[str, object]) -> Answer:
        """What it says of an order."""
        outcome = {"open": Outcome.SENT, "paid": Outcome.PAID, "refused": Outcome.FAILED}[str(order["fate"])]
        return Answer(outcome, reference=str(order["key"]), ask_again=HOUR)

    def decide(self, order: dict[str, object], fate: str) -> None:
        """Pay an order, or refuse it for good."""
        facts = {
            name: value.isoformat() if isinstance(value, datetime) else value for name, value in order.items()
        }
        self._write("orders", str(order["file"]), facts | {"fate": fate})

    def orders(self, key: str = "") -> list[dict[str, object]]:
        """Its books, of one key or all."""
        found = []
        for path in sorted((self.folder / "orders").glob(f"{key}*")):
            order = json.loads(path.read_text())
            moments = {name: datetime.fromisoformat(order[name]) for name in ("at", "shown_at")}
            found.append(order | moments | {"file": path.name})
        return found

    def flying(self) -> list[Path]:
        """Orders that left and have not arrived."""
        return sorted((self.folder / "flying").iterdir())

    def _write(self, where: str, name: str, facts: dict[str, object]) -> None:
        (self.folder / where / name).write_text(json.dumps(facts))


class PayoutLife(RuleBasedStateMachine):
    """What distributors, a merchant, a job, a bank and time do."""

    figures: Counter[str] = Counter()

    def __init__(self, url: str, engine: Engine, folder: Path, empty: Callable[[], None]) -> None:
        super().__init__()
        empty()
        shutil.rmtree(folder, ignore_errors=True)
        for name in ("orders", "flying"):
            (folder / name).mkdir(parents=True)
        self.url, self.engine, self.now = url, engine, NOW
        self.bank = Bank(folder, lambda: self.now)
        self.withdrawals: list[UUID] = []
        self.told = 0
        with transaction(engine) as session:
            session.execute(text(_OWNER))
            self.people = people(session, 2)
            earn(session, [(who, 300_000) for who in self.people])
        settle(engine, actor="job:settle", now=self.now)
        self.figures["lives"] += 1

    # Who asks, and who decides.

    @rule(
        who=index,
        amount_minor=amounts,
        at_once=st.sampled_from([True, True, False]),
    )
    def ask(self, who: int, amount_minor: int, at_once: bool) -> None:
        try:
            with transaction(self.engine) as session:
                asked = request(
                    session,
                    distributor_id=self.people[who % 2],
                    amount_minor=amount_minor,
                    currency="USD",
                    method="bank",
                    policy=POLICY,
                    actor="distributor:one",
                    now=self.now,
                )
                for actor in (MERCHANT, OTHER)[: asked.approvals_needed if at_once else 0]:
                    state = approve(session, asked.id, actor=actor, now=self.now).state
                    self.figures["first of two approvals"] += state == APPROVED_ONCE
        except DomainError:
            self.figures["acts refused"] += 1
            return
        self.withdrawals.append(asked.id)
        self.figures["withdrawals"] += 1

    @precondition(lambda self: self.withdrawals)
    @rule(
        which=index,
        act=st.sampled_from(["approve", "approve", "approve", "approve", "reject", "cancel"]),
        actor=st.sampled_from([MERCHANT, OTHER]),
    )
    def decide(self, which: int, act: str, actor: str) -> None:
        chosen, known = self._pick(which), {"now": self.now}
        try:
            with transaction(self.engine) as session:
                match act:
                    case "approve":
                        state = approve(session, chosen, actor=actor, **known).state
                        self.figures["first of two approvals"] += state == APPROVED_ONCE
                    case "reject":
                        reject(session, chosen, reason="drawn", actor=MERCHANT, **known)
                    case "cancel":
                        cancel(session, chosen, actor="distributor:one", **known)
        except DomainError:
            self.figures["acts refused"] += 1

    @rule(who=index, amount_minor=st.one_of(st.integers(1, 20_000), st.integers(1, 350_000)))
    def refund(self, who: int, amount_minor: int) -> None:
        """Between a request and its approvals too: what was taken out already becomes a debt."""
        with transaction(self.engine) as session:
            earn(session, [(self.people[who % 2], -amount_minor)], matures_at=self.now - HOUR)
        self._settle()
        self.figures["refunds"] += 1

    @rule(who=index, amount_minor=st.integers(1, 80_000))
    def sell(self, who: int, amount_minor: int) -> None:
        with transaction(self.engine) as session:
            earn(session, [(self.people[who % 2], amount_minor)], matures_at=self.now - HOUR)
        self._settle()

    def somebody_looks_at_the_clock(self) -> None:
        """What became overdue is told, of each withdrawal once."""
        with transaction(self.engine) as session:
            late = watch(session, now=self.now)
            told = session.scalar(text(_TOLD))
        self.told += late
        assert self.told == told <= len(self.withdrawals)
        self.figures["told to be overdue"] += late

    # The job, and what befalls it.

    @rule(submits=on_submit, polls=on_poll, step=kill_at)
    def work(self, submits: str, polls: str, step: int | None) -> None:
        self.bank.submits, self.bank.polls = submits, polls
        self.figures[f"bank {submits}"] += 1
        if step is None:
            self._carry(self.engine)
        elif not finishes_unless_killed_at(step, self.url, self._carry):
            self.figures["kills"] += 1

    @rule(hours=st.sampled_from([1, 1, 6, 30]))
    def time_passes(self, hours: int) -> None:
        self.now += hours * HOUR
        self.somebody_looks_at_the_clock()

    @precondition(lambda self: self.bank.flying())
    @rule(which=index)
    def a_slow_order_arrives(self, which: int) -> None:
        flying = self.bank.flying()
        path = flying[which % len(flying)]
        self._arrive(path)

    @precondition(lambda self: self._open_orders())
    @rule(which=index, fate=st.sampled_from(["paid", "paid", "refused"]))
    def the_bank_decides(self, which: int, fate: str) -> None:
        orders = self._open_orders()
        self.bank.decide(orders[which % len(orders)], fate)

    @precondition(lambda self: self.bank.orders())
    @rule(which=index, stale=st.booleans(), times=st.integers(1, 2))
    def a_webhook_comes(self, which: int, stale: bool, times: int) -> None:
        """Early, late, twice, or about what was before."""
        orders = self.bank.orders()
        order = orders[which % len(orders)]
        body = json.dumps({"key": order["key"], "fate": "open" if stale else order["fate"]}).encode()
        for _ in range(times):
            with transaction(self.engine) as session:
                heed(session, self.bank.webhook({}, body), method="bank", now=self.now)
        self.figures["webhooks"] += times

    @precondition(lambda self: self.withdrawals)
    @rule(which=index)
    def somebody_stops_it(self, which: int) -> None:
        self.bank.polls = "well"
        providers = {"bank": self.bank}
        try:
            stop(
                self.engine,
                self._pick(which),
                providers=providers,
                actor=MERCHANT,
                clock=lambda: self.now,
            )
        except DomainError:
            self.figures["acts refused"] += 1

    @precondition(lambda self: self._unknown())
    @rule(which=index)
    def a_person_finds_out(self, which: int) -> None:
        """They read the bank's own books, once nothing can be under way to it any more."""
        unknown = self._unknown()
        self._find_out(unknown[which % len(unknown)])

    # What holds after every step.

    @invariant()
    def nothing_is_paid_twice_and_nothing_is_lost(self) -> None:
        paid = Counter(str(order["key"]) for order in self.bank.orders() if order["fate"] == "paid")
        booked = Counter(str(order["key"]) for order in self.bank.orders())
        assert not booked or max(booked.values()) == 1, "ordered twice"
        with transaction(self.engine) as session:
            assert session.execute(_ALONE).all() == []
            nets = dict(session.execute(_NETS).all())
            assert all(order["amount_minor"] == nets[str(order["key"])] for order in self.bank.orders())
            for key, state in session.execute(select(Withdrawal.idempotency_key, Withdrawal.state)):
                if state == "paid":
                    assert paid[key] == 1, "said to be paid"
                elif state in ENDED:
                    assert paid[key] == 0, f"paid, and {state}"
            assert session.execute(_UNBALANCED).all() == []
            assert [str(each) for each in (*proof(session), *ledger_proof(session))] == []
        self.figures["steps"] += 1

    def teardown(self) -> None:
        """Let everything come to its end."""
        for path in self.bank.flying():
            self._arrive(path)
        for order in self._open_orders():
            self.bank.decide(order, "paid")
        self.bank.submits = self.bank.polls = "well"
        for _ in range(4):
            self.now += 30 * HOUR
            self._carry(self.engine)
            for order in self._open_orders():
                self.bank.decide(order, "paid")
        for chosen in self._unknown():
            self._find_out(chosen)
        with transaction(self.engine) as session:
            for effect in given_up(session):
                retry_effect(session, effect.id, actor=MERCHANT, now=self.now)
        self._carry(self.engine)
        self.nothing_is_paid_twice_and_nothing_is_lost()
        with transaction(self.engine) as session:
            ends = Counter(session.scalars(select(Withdrawal.state)))
            assert ends.keys() <= ENDED | UNDECIDED
            held = holdings(session, self.people)
        assert sum(each.reserved_minor > 0 for each in held) <= sum(ends[state] for state in UNDECIDED)
        for state, count in ends.items():
            self.figures[f"ended {state}"] += count

    # How.

    def _carry(self, engine: Engine) -> None:
        handler = payout_handler(engine, providers={"bank": self.bank}, clock=lambda: self.now)
        carry_out(engine, {PAYOUT: handler}, clock=lambda: self.now, lease=HOUR / 2)

    def _arrive(self, path: Path) -> None:
        order = json.loads(path.read_text())
        self.bank.take(order["key"], order["amount_minor"])
        path.unlink()

    def _settle(self) -> None:
        self.now += timedelta(minutes=1)
        settle(self.engine, actor="job:settle", now=self.now)

    def _pick(self, which: int) -> UUID:
        return self.withdrawals[which % len(self.withdrawals)]

    def _open_orders(self) -> list[dict[str, object]]:
        return [order for order in self.bank.orders() if order["fate"] == "open"]

    def _unknown(self) -> list[UUID]:
        """Those nobody knows the fate of that a person may decide: nothing flies, nothing is open."""
        busy = {json.loads(path.read_text())["key"] for path in self.bank.flying()}
        busy |= {str(order["key"]) for order in self._open_orders()}
        with transaction(self.engine) as session:
            query = select(Withdrawal.id, Withdrawal.idempotency_key).where(Withdrawal.state == UNKNOWN)
            return [chosen for chosen, key in session.execute(query) if key not in busy]

    def _find_out(self, chosen: UUID) -> None:
        with transaction(self.engine) as session:
            key = session.scalar(select(Withdrawal.idempotency_key).where(Withdrawal.id == chosen))
            if any(order["fate"] == "paid" for order in self.bank.orders(str(key))):
                mark_paid(session, chosen, reference="seen in its books", actor=MERCHANT, now=self.now)
            else:
                fail(session, chosen, reason="not in its books", actor=MERCHANT, now=self.now)
        self.figures["found out by a person"] += 1


@pytest.fixture
def life(
    module_database_url: str, databases: TestDatabases, tmp_path: Path
) -> Iterator[Callable[[], PayoutLife]]:
    """Makes a life that begins with an empty database and an empty bank."""
    engine = create_engine(module_database_url)
    yield lambda: PayoutLife(
        module_database_url, engine, tmp_path / "bank", lambda: databases.empty(module_database_url)
    )
    engine.dispose()


def play(life: Callable[[], PayoutLife], *, lives: int, steps: int, shrink: bool) -> Counter[str]:
    PayoutLife.figures = Counter()
    run_state_machine_as_test(
        life,
        settings=settings(
            max_examples=lives,
            stateful_step_count=steps,
            deadline=None,
            phases=list(Phase) if shrink else [Phase.explicit, Phase.reuse, Phase.generate],
            suppress_health_check=list(HealthCheck),
        ),
    )
    return PayoutLife.figures


def test_whatever_befalls_a_payout_it_is_paid_once_at_most(life: Callable[[], PayoutLife]) -> None:
    figures = play(life, lives=6, steps=20, shrink=False)
    assert figures["withdrawals"] > 5, figures


@pytest.mark.prove
def test_whatever_befalls_many_payouts_each_is_paid_once_at_most(life: Callable[[], PayoutLife]) -> None:
    figures = play(life, lives=60, steps=50, shrink=True)
    print("payouts: 0 paid twice,", ", ".join(f"{count} {what}" for what, count in sorted(figures.items())))

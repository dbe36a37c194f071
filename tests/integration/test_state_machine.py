"""The life of a program, played at random over a real database; after every step everything proves."""

from __future__ import annotations

import time
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from copy import deepcopy
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any
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
from sqlalchemy.orm import Session

from distribution.commission.accrue import accrue
from distribution.commission.publish import publish
from distribution.commission.reassign import reassign
from distribution.commission.receipt.confirm import confirm_receipt
from distribution.commission.review.decide import review
from distribution.commission.review.moving import Subject
from distribution.db import create_engine, transaction
from distribution.errors import Conflict, DomainError, Forbidden, InvalidInput, NotFound
from distribution.ledger.errors import InsufficientBalance
from distribution.ledger.read import holdings
from distribution.network.move import move
from distribution.network.standing import ACTS, change_standing
from distribution.orders.snapshot import OrderSnapshot
from distribution.orders.tables import Order
from distribution.outbox import GiveUp
from distribution.proof import prove
from distribution.settlement.run import close_run, open_run
from distribution.settlement.settle import settle
from distribution.settlement.tables import SettlementRun
from distribution.withdrawal.approve import approve
from distribution.withdrawal.errors import NotAllowedNow, OutstandingDebt
from distribution.withdrawal.pay import fail, mark_paid
from distribution.withdrawal.policy import WithdrawalPolicy
from distribution.withdrawal.provider import Answer, Outcome, Payout
from distribution.withdrawal.reject import cancel, reject
from distribution.withdrawal.request import request
from distribution.withdrawal.send import send
from distribution.withdrawal.states import ENDED
from distribution.withdrawal.tables import Withdrawal
from tests.database import TestDatabases
from tests.factories import ACTOR, a_code, a_deep_program, a_distributor, a_voucher
from tests.model import books
from tests.model.order import ModelLine, ModelOrder
from tests.model.plan.ties import without_ties
from tests.model.program import ModelProgram, Person
from tests.saleor_orders import snapshot_of

BEGIN = datetime(2020, 1, 1, 9, 0, tzinfo=UTC)
"""Every year but the present one would do: what a step calls now is an argument."""
JOINED = BEGIN - timedelta(days=100)
# Who sponsors whom at the beginning: a chain of five, so that somebody is a fourth and a fifth level, and a branch.
SPONSORS = (None, 0, 1, 2, 3, 1)
CURRENCIES = ("USD", "JPY")
SHOPPERS = (None, "ann@example.com", "ben@example.com")
POLICY = WithdrawalPolicy(methods=frozenset({"manual", "bank"}))
MOST_ORDERS = 8

index = st.integers(0, 1_000)
units = st.integers(1, 3)
fraction = st.integers(1, 4)
levels = st.sampled_from([1, 2, 3])
rate = st.one_of(
    st.builds(lambda bps: {"bps": bps}, st.integers(0, 6_000)),
    st.builds(lambda cents: {"fixed": f"{cents / 100:.2f}", "currency": "USD"}, st.integers(0, 900)),
    st.builds(lambda yen: {"fixed": str(yen), "currency": "JPY"}, st.integers(0, 900)),
)
selector = st.fixed_dictionaries(
    {},
    optional={
        "product": st.sampled_from(["product-SKU0", "product-SKU1"]),
        "channel": st.just("default"),
        "customer": st.sampled_from(["first", "repeat"]),
        "order_from": st.sampled_from(
            [{"amount": "50.00", "currency": "USD"}, {"amount": "4000", "currency": "JPY"}]
        ),
        "priority": st.integers(0, 2),
    },
)
tiers = st.builds(
    lambda by, low, high: {
        "tiers": {
            "by": by,
            "period": "month",
            "mode": "marginal",
            "currency": "USD",
            "steps": [{"from": "0.00", "bps": low}, {"from": "60.00", "bps": high}],
        }
    },
    st.sampled_from(["own", "team"]),
    st.integers(0, 2_000),
    st.integers(0, 4_000),
)
narrow_rates = st.lists(
    st.builds(
        lambda level, value, chosen: {"level": level, **value, **chosen}, levels, rate | tiers, selector
    ),
    max_size=4,
)
campaigns = st.lists(
    st.builds(
        lambda effect, stacks, begins, days, chosen: {
            "name": "Drawn",
            "from": (BEGIN + timedelta(days=begins)).isoformat(),
            "to": (BEGIN + timedelta(days=begins + days)).isoformat(),
            "stacks": stacks,
            **effect,
            **chosen,
        },
        st.sampled_from([{"multiplier_bps": 20_000}, {"multiplier_bps": 3_333}, {"bps": 700}]),
        st.booleans(),
        st.integers(-200, 30),
        st.integers(1, 300),
        selector,
    ),
    max_size=3,
)
caps = st.sampled_from(
    [
        [],
        [{"per": "line", "amount": "3.00", "currency": "USD"}],
        [
            {"per": "order", "amount": "450", "currency": "JPY"},
            {"per": "order", "amount": "5.01", "currency": "USD"},
        ],
    ]
)
plans = st.builds(
    lambda base, ceiling, hold, wait, rates, narrow, dated, capped, unqualified, limit: without_ties(
        {
            "name": "Drawn",
            "base": base,
            "ceiling_bps": ceiling,
            "hold_days": hold,
            **({} if wait is None else {"received_after_days": wait}),
            "rates": [*({"level": level, **entry} for level, entry in rates.items()), *narrow],
            "campaigns": dated,
            "caps": capped,
            "uplines": {"unqualified": unqualified},
            **({} if limit is None else {"customer_limit": {"orders": limit}}),
        }
    ),
    st.sampled_from(["net", "gross"]),
    st.sampled_from([0, 500, 1_500, 3_000, 10_000]),
    st.sampled_from([0, 1, 14, 30]),
    st.sampled_from([None, None, 1, 15]),
    st.dictionaries(levels, rate, min_size=1),
    narrow_rates,
    campaigns,
    caps,
    st.sampled_from(["keep", "compress"]),
    st.sampled_from([None, None, 1, 2]),
)
lines = st.builds(
    lambda quantity, net, tax, gift_card: ModelLine(quantity, net, net + net * tax // 100, gift_card),
    st.integers(1, 4),
    st.one_of(st.integers(0, 20), st.integers(900, 9_000)),
    st.sampled_from([0, 7, 25]),
    st.sampled_from([False, False, False, True]),
)


@dataclass(frozen=True)
class Bank:
    """A provider that gives one answer to everything."""

    outcome: Outcome
    key_life: timedelta = timedelta(days=1)

    def submit(self, payout: Payout) -> Answer:
        return Answer(self.outcome, reference=payout.key)

    def poll(self, payout: Payout) -> Answer:
        return Answer(self.outcome, reference=payout.key)

    def cancel(self, payout: Payout) -> Answer:
        return Answer(self.outcome, reference=payout.key)


class ProgramLife(RuleBasedStateMachine):
    """Each rule is something that a shopper, a shop, a merchant, a distributor or a job does."""

    figures: Counter[str] = Counter()

    def __init__(self, engine: Engine, empty: Callable[[], None]) -> None:
        super().__init__()
        empty()
        self.engine = engine
        self.now = BEGIN
        self.model = ModelProgram()
        self.settled = books.Settled()
        self.shop: list[ModelOrder] = []
        self.read: list[tuple[ModelOrder, datetime]] = []
        self.withdrawals: list[UUID] = []
        self.held: set[Subject] = set()
        with transaction(engine) as session:
            a_deep_program(session, len(SPONSORS) + 1, now=JOINED)
            joined: list[Any] = []
            for number, sponsor in enumerate(SPONSORS):
                person = a_distributor(
                    session, sponsor=None if sponsor is None else joined[sponsor], now=JOINED
                )
                code, voucher = f"CODE{number}", f"VOUCHER{number}"
                a_code(session, person, code, now=JOINED)
                a_voucher(session, person, voucher, now=JOINED)
                joined.append(person)
                self.model.people[person.id] = Person(
                    person.id, code, voucher, [(JOINED, person.sponsor_id)], [(JOINED, "active")]
                )
        self.people = list(self.model.people)
        self.figures["programs"] += 1

    # What happens in the shop.

    @precondition(lambda self: len(self.shop) < MOST_ORDERS)
    @rule(
        who=index,
        basket=st.lists(lines, min_size=1, max_size=3),
        currency=st.sampled_from(CURRENCIES),
        shopper=st.sampled_from(SHOPPERS),
        way=st.sampled_from(["code", "code", "code", "voucher", "both", "unknown", "none"]),
        days_ago=st.sampled_from([0, 0, 0, 3, 200]),
        extras=st.sampled_from([{}, {}, {"shipping": 550}, {"paid_by_gift_card": 700}]),
        draft=st.booleans(),
    )
    def place(
        self,
        who: int,
        basket: list[ModelLine],
        currency: str,
        shopper: str | None,
        way: str,
        days_ago: int,
        extras: dict[str, int],
        draft: bool,
    ) -> None:
        order = self._placed(who, currency, days_ago, deepcopy(basket))
        order.email = shopper
        order.status = "DRAFT" if draft and way == "voucher" else "UNFULFILLED"
        person = self.model.people[self._pick(self.people, who)]
        order.code = {"none": None, "voucher": None, "unknown": "NOBODY"}.get(way, person.code)
        if way in ("voucher", "both"):
            order.voucher = self.model.people[self._pick(self.people, who + 1)].voucher
        for name, value in extras.items():
            setattr(order, name, value)
        self._look(order)

    @precondition(lambda self: self.shop)
    @rule(which=index, how=st.sampled_from(["rest", "rest", "half", "over", "confirm"]), look=st.booleans())
    def pay(self, which: int, how: str, look: bool) -> None:
        order = self._pick(self.shop, which)
        if order.status == "DRAFT":
            order.status = "UNFULFILLED"
        missing = max(0, order.total - order.collected)
        order.charged += {"rest": missing, "half": missing // 2, "over": missing + 300, "confirm": 0}[how]
        self._look(order, look)

    @precondition(lambda self: self.shop)
    @rule(which=index, sku=index, count=units, approval=st.booleans(), look=st.booleans())
    def ship(self, which: int, sku: int, count: int, approval: bool, look: bool) -> None:
        order, line = self._line(which, sku)
        count = min(count, line.free + line.waiting)
        if count and approval and line.free:
            line.waiting += min(count, line.free)
            order.approvals = True
        elif count:
            approved = min(count, line.waiting)
            line.waiting -= approved
            line.shipments.append((self.now, count))
        self._look(order, look)

    @precondition(lambda self: self.shop)
    @rule(which=index)
    def deliver(self, which: int) -> None:
        order = self._pick(self.shop, which)
        self._deliver(order)
        self._look(order)

    @precondition(lambda self: any(order.charged for order in self.shop))
    @rule(
        which=index,
        part=fraction,
        how=st.sampled_from(["refund", "refund", "ask", "charge back", "shipping", "win"]),
        look=st.booleans(),
    )
    def give_back(self, which: int, part: int, how: str, look: bool) -> None:
        order = self._pick([order for order in self.shop if order.charged or order.charge_backs], which)
        amount = order.charged // part
        if how == "win":
            order.charged += sum(order.charge_backs) // part
        elif how == "charge back":
            order.charged -= amount
            order.charge_backs.append(amount)
        elif how == "ask":
            order.charged, order.pending = order.charged - amount, order.pending + amount
        else:
            amount = min(amount, order.shipping) if how == "shipping" else amount
            order.shipping_refunded += amount if how == "shipping" else 0
            order.charged, order.refunded = order.charged - amount, order.refunded + amount
        self._look(order, look)

    @precondition(lambda self: any(order.pending for order in self.shop))
    @rule(which=index, answered=st.booleans())
    def a_pending_refund_is_answered(self, which: int, answered: bool) -> None:
        order = self._pick([order for order in self.shop if order.pending], which)
        if answered:
            order.refunded += order.pending
        else:
            order.charged += order.pending
        order.pending = 0
        self._look(order)

    @precondition(lambda self: self.shop)
    @rule(
        which=index,
        sku=index,
        count=units,
        how=st.sampled_from(["return", "refund unshipped", "replace"]),
        look=st.booleans(),
    )
    def units_come_back(self, which: int, sku: int, count: int, how: str, look: bool) -> None:
        order, line = self._line(which, sku)
        if how == "refund unshipped":
            line.refunded += min(count, line.free)
        else:
            count = min(count, line.shipped)
            line.take_back(count)
            if how == "return":
                line.returned += count
            elif count:
                line.replaced += count
                self._reissue(order, self.model_sku(order, line), count)
        self._look(order, look)

    @precondition(lambda self: self.shop)
    @rule(which=index, sku=index, how=st.sampled_from(["add", "remove", "cheaper"]), line=lines)
    def the_basket_changes(self, which: int, sku: int, how: str, line: ModelLine) -> None:
        order, old = self._line(which, sku)
        if how == "add" and len(order.lines) < 4:
            order.lines[f"SKU{len(order.lines)}-{len(self.read)}"] = deepcopy(line)
        elif how == "remove" and len(order.lines) > 1:
            del order.lines[self.model_sku(order, old)]
        elif how == "cheaper":
            old.net_minor, old.gross_minor = old.net_minor // 2, old.gross_minor // 2
        self._look(order)

    @precondition(lambda self: self.shop)
    @rule(which=index, status=st.sampled_from(["CANCELED", "EXPIRED", "UNFULFILLED"]))
    def cancel_order(self, which: int, status: str) -> None:
        order = self._pick(self.shop, which)
        order.status = status
        self._look(order)

    @precondition(lambda self: self.shop)
    @rule(picks=st.lists(st.tuples(index, st.booleans()), min_size=1, max_size=6))
    def snapshots_come_repeated_older_and_shuffled(self, picks: list[tuple[int, bool]]) -> None:
        batch = []
        for pick, fresh in picks:
            if fresh or not self.read:
                batch.append(self._observe(self._pick(self.shop, pick)))
            else:
                batch.append(self._pick(self.read, pick))
        with transaction(self.engine) as session:
            self._accrue(session, batch)

    @rule(days=st.sampled_from([1, 7, 15, 31]))
    def time_passes(self, days: int) -> None:
        self.now += timedelta(days=days)

    # What the merchant decides.

    @rule(plan=plans, in_days=st.sampled_from([None, None, 0, 5]))
    def publish_plan(self, plan: dict[str, Any], in_days: int | None) -> None:
        effective_at = None if in_days is None else self.now + timedelta(days=in_days)
        with transaction(self.engine) as session:
            publish(session, plan, actor=ACTOR, now=self.now, effective_at=effective_at)
        self.model.plans.append((effective_at or self.now, plan))

    @rule(who=index, below=index, alone=st.booleans())
    def move_sponsor(self, who: int, below: int, alone: bool) -> None:
        person = self._pick(self.people, who)
        sponsor = None if alone else self._pick(self.people, below)
        try:
            with transaction(self.engine) as session:
                move(session, person, sponsor_id=sponsor, actor=ACTOR, now=self.now)
        except DomainError:
            return
        self.model.people[person].sponsors.append((self.now, sponsor))

    @rule(who=index, act=st.sampled_from(["suspend", "reinstate", "reinstate", "leave"]))
    def change_standing(self, who: int, act: str) -> None:
        person = self._pick(self.people, who)
        try:
            with transaction(self.engine) as session:
                change_standing(session, person, ACTS[act], actor=ACTOR, now=self.now, reason="drawn")
        except Conflict:
            return
        self.model.people[person].statuses.append((self.now, ACTS[act].to))

    @precondition(lambda self: self.model.orders)
    @rule(which=index, who=st.one_of(st.none(), index))
    def reassign_order(self, which: int, who: int | None) -> None:
        order_id = self._pick(list(self.model.orders), which)
        seller = None if who is None else self._pick(self.people, who)
        terms = self.model.orders[order_id].terms
        arguments = {"source": "saleor", "order_id": order_id, "distributor_id": seller, "actor": ACTOR}
        try:
            with transaction(self.engine) as session:
                reassign(session, **arguments, reason="drawn", now=self.now)
        except Conflict:
            assert not terms or terms[-1].chain[0] == seller
            return
        self.model.reassign(order_id, seller)
        self.figures["reassignments"] += 1

    @precondition(lambda self: self.model.orders)
    @rule(
        which=index,
        person=st.booleans(),
        decision=st.sampled_from(["hold", "hold", "until", "by", "release", "release"]),
        in_days=st.sampled_from([-3, 2, 40]),
    )
    def review_commission(self, which: int, person: bool, decision: str, in_days: int) -> None:
        if person:
            subject = Subject(distributor_id=self._pick(self.people, which))
        else:
            subject = Subject(order_id=self._order_id(self._pick(list(self.model.orders), which)))
        moment = self.now + timedelta(days=in_days) if decision in ("until", "by") else None
        try:
            with transaction(self.engine) as session:
                review(
                    session,
                    subject,
                    decision=decision,
                    moment=moment,
                    reason="drawn",
                    actor=ACTOR,
                    now=self._tick(),
                )
        except Conflict:
            self.figures["reviews refused"] += 1
            return
        self.held.discard(subject)
        if decision == "hold":
            self.held.add(subject)
        self.figures[f"reviews: {decision}"] += 1

    @precondition(lambda self: self.shop)
    @rule(which=index, days_ago=st.sampled_from([0, 0, 1, 5, 20]))
    def receive(self, which: int, days_ago: int) -> None:
        order = self._pick(self.shop, which)
        now = self._tick()
        try:
            with transaction(self.engine) as session:
                new = confirm_receipt(
                    session,
                    "saleor",
                    order.id,
                    received_at=now - timedelta(days=days_ago),
                    confirmed_by="carrier",
                    actor=ACTOR,
                    now=now,
                )
        except (InvalidInput, NotFound):
            self.figures["receipts refused"] += 1
            return
        self.figures["receipts"] += new

    # What settles and pays.

    @rule(days_ago=st.sampled_from([0, 0, 2, 20]), currency=st.sampled_from([None, *CURRENCIES]))
    def settle(self, days_ago: int, currency: str | None) -> None:
        with transaction(self.engine) as session:
            booked = books.lines(session)
        until = self.now - timedelta(days=days_ago)
        runs = settle(self.engine, actor=ACTOR, now=self.now, until=until, currency=currency)
        self._check_runs(runs, booked)

    @rule(who=index)
    def a_run_waits_for_the_writer_who_has_the_epoch(self, who: int) -> None:
        order = self._delivered_long_ago(who)
        with Session(self.engine) as writer, ThreadPoolExecutor(1) as pool:
            self._accrue(writer, [self._observe(order)])
            future = pool.submit(settle, self.engine, actor=ACTOR, now=self.now, currency=order.currency)
            self._wait_until_blocked(future)
            writer.commit()
            runs = future.result(timeout=30)
        with transaction(self.engine) as session:
            booked = books.lines(session)
        self._check_runs(runs, booked)
        self.figures["runs that waited for a writer"] += 1

    @rule(who=index)
    def a_writer_who_comes_after_the_run_began_is_paid_by_the_next(self, who: int) -> None:
        order = self._delivered_long_ago(who)
        with Session(self.engine) as writer:
            # Its transaction is older than the run; what counts is when it takes the epoch.
            before = books.lines(writer)
            with transaction(self.engine) as session:
                run = open_run(session, currency=order.currency, until=self.now, actor=ACTOR, now=self.now)
            self._accrue(writer, [self._observe(order)])
            if run is not None:
                with transaction(self.engine) as session:
                    closed = close_run(session, run.id, now=self.now)
                self._check_runs([closed], before)
            writer.commit()
        known = {line.key for line in before}
        late = [line for line in self._booked() if line.key not in known]
        assert not {line.key for line in late} & self.settled.taken.keys()
        # Whoever is held for review waits.
        due = {line.key for line in late if line.matures_at <= self.now}
        self.settle(0, order.currency)
        assert due <= self.settled.taken.keys()
        self.figures["writers over a cutoff"] += 1

    @rule(who=index, part=fraction, method=st.sampled_from(sorted(POLICY.methods)))
    def request_withdrawal(self, who: int, part: int, method: str) -> None:
        with transaction(self.engine) as session:
            held = [
                each for each in holdings(session, self.people) if each.available_minor or each.debt_minor
            ]
        if not held:
            return
        holding = self._pick(held, who)
        amount_minor = max(1, holding.available_minor // part + (1 if part == 3 else 0))
        try:
            with transaction(self.engine) as session:
                made = request(
                    session,
                    distributor_id=holding.distributor_id,
                    amount_minor=amount_minor,
                    currency=holding.currency,
                    method=method,
                    policy=POLICY,
                    actor=ACTOR,
                    now=self.now,
                )
        except OutstandingDebt:
            assert holding.debt_minor < 0
        except InsufficientBalance:
            assert amount_minor > holding.available_minor
        except Forbidden:
            assert self.model.people[holding.distributor_id].statuses[-1][1] == "suspended"
        else:
            assert amount_minor <= holding.available_minor
            self.withdrawals.append(made.id)
            self.figures["withdrawals"] += 1

    @precondition(lambda self: self.withdrawals)
    @rule(
        which=index,
        act=st.sampled_from(["approve", "approve", "pay", "pay", "reject", "cancel", "fail", "send", "send"]),
        outcome=st.sampled_from(list(Outcome)),
    )
    def decide_withdrawal(self, which: int, act: str, outcome: Outcome) -> None:
        withdrawal_id = self._pick(self.withdrawals, which)
        try:
            if act == "send":
                providers = {"bank": Bank(outcome), "manual": Bank(Outcome.SENT)}
                send(self.engine, withdrawal_id, providers=providers, clock=lambda: self.now)
            else:
                self._try_to_decide(withdrawal_id, act)
        except (NotAllowedNow, OutstandingDebt, GiveUp):
            self.figures["acts refused"] += 1
        self._forget_ended()

    @precondition(lambda self: self.shop)
    @rule(which=index, refund=st.booleans())
    def everything_goes_well_up_to_the_payout(self, which: int, refund: bool) -> None:
        order = self._pick(self.shop, which)
        self._deliver(order)
        self._look(order)
        self.now += timedelta(days=31)
        self.settle(0, None)
        self.request_withdrawal(which, 1, "manual")
        if self.withdrawals:
            with transaction(self.engine) as session:
                newest = session.get_one(Withdrawal, self.withdrawals[-1])
            if (newest.state, newest.method) == ("requested", "manual"):
                for act in ("approve", "pay"):
                    self._try_to_decide(newest.id, act)
            self._forget_ended()
        if refund:
            self._count("refunds of paid-out shares", self._is_paid_out(order))
            order.charged, order.refunded = 0, order.refunded + order.charged
            self._look(order)
            self.settle(0, None)

    # What must always hold.

    @invariant()
    def everything_proves(self) -> None:
        with transaction(self.engine) as session:
            proof = prove(session)
            assert proof.holds, "\n".join(map(str, proof.differences))
            recorded = books.accrued(session)
            assert recorded == self.model.accrued()
            self._count("steps with a debt", books.check_money(session))
        sums: Counter[tuple[str, str]] = Counter()
        for (order_id, _, sku, level), (_, amount_minor) in recorded.items():
            assert 1 <= level <= 3
            sums[order_id, sku] += amount_minor
        most = self.model.most()
        for line, sum_minor in sums.items():
            assert 0 <= sum_minor <= most[line], line
        self.figures["steps"] += 1

    # How.

    def _pick(self, options: list[Any], which: int) -> Any:
        return options[which % len(options)]

    def _line(self, which: int, sku: int) -> tuple[ModelOrder, ModelLine]:
        order = self._pick(self.shop, which)
        return order, self._pick(list(order.lines.values()), sku)

    def model_sku(self, order: ModelOrder, line: ModelLine) -> str:
        """Under which name the order has the line."""
        return next(sku for sku, each in order.lines.items() if each is line)

    def _placed(self, who: int, currency: str, days_ago: int, basket: list[ModelLine]) -> ModelOrder:
        order = ModelOrder(
            id=f"order-{len(self.shop)}",
            currency=currency,
            placed_at=self._tick() - timedelta(days=days_ago),
            lines={f"SKU{number}": line for number, line in enumerate(basket)},
        )
        order.code = self.model.people[self._pick(self.people, who)].code
        self.shop.append(order)
        self.figures["orders"] += 1
        return order

    def _delivered_long_ago(self, who: int) -> ModelOrder:
        order = self._placed(who, self._pick(list(CURRENCIES), who), 60, [ModelLine(2, 4_000, 4_400)])
        order.charged = order.total
        order.lines["SKU0"].shipments.append((order.placed_at, 2))
        return order

    def _deliver(self, order: ModelOrder) -> None:
        order.status = "FULFILLED"
        order.charged += max(0, order.total - order.collected)
        for line in order.lines.values():
            if line.free:
                line.shipments.append((self.now, line.free))

    def _reissue(self, order: ModelOrder, sku: str, count: int) -> None:
        line = order.lines[sku]
        copy = self._placed(
            0, order.currency, 0, [ModelLine(count, line.net_minor, line.gross_minor, line.gift_card)]
        )
        copy.code, copy.voucher, copy.original = order.code, order.voucher, order.id
        copy.charged = copy.total
        self._look(copy)

    def _tick(self) -> datetime:
        self.now += timedelta(minutes=1)
        return self.now

    def _observe(self, order: ModelOrder) -> tuple[ModelOrder, datetime]:
        seen = deepcopy(order), self._tick()
        self.read.append(seen)
        return seen

    def _look(self, order: ModelOrder, look: bool = True) -> None:
        if look:
            with transaction(self.engine) as session:
                self._accrue(session, [self._observe(order)])

    def _accrue(self, session: Session, batch: list[tuple[ModelOrder, datetime]]) -> None:
        snapshots: list[OrderSnapshot] = [snapshot_of(order.shown(), at) for order, at in batch]
        accrue(session, snapshots, now=self._tick())
        for order, at in batch:
            self.model.see(order, at)
        self.figures["snapshots"] += len(batch)

    def _booked(self) -> list[books.BookedLine]:
        with transaction(self.engine) as session:
            return books.lines(session)

    def _check_runs(self, runs: list[SettlementRun], booked: list[books.BookedLine]) -> None:
        with transaction(self.engine) as session:
            for run in runs:
                due = self.settled.due(booked, currency=run.currency, cutoff_at=run.cutoff_at)
                if run.cutoff_at == self.now:
                    self.settled.check_nothing_bad_is_paid(booked, due)
                self._check_nothing_held_is_paid(due)
                self.settled.check(session, run, due)
        self.figures["settlement runs"] += len(runs)

    def _check_nothing_held_is_paid(self, due: Sequence[books.BookedLine]) -> None:
        """Of a held order and of a held person a run may take back what is owed, and pay nothing."""
        taken: Counter[tuple[int, int]] = Counter()
        for line in due:
            order_id = line.key[0]
            if {Subject(order_id=order_id), Subject(distributor_id=line.distributor_id)} & self.held:
                taken[order_id, line.share_number] += line.amount_minor
        for share, amount_minor in taken.items():
            assert amount_minor <= 0, f"share {share} is paid while it is held"
        self.figures["held shares in a run"] += len(taken)

    def _order_id(self, external_id: str) -> int:
        with transaction(self.engine) as session:
            return session.scalars(select(Order.id).where(Order.external_id == external_id)).one()

    def _wait_until_blocked(self, future: Future[list[SettlementRun]]) -> None:
        deadline = time.monotonic() + 20
        waiting = text(
            "SELECT count(*) FROM pg_locks JOIN pg_database ON pg_database.oid = database"
            " WHERE locktype = 'advisory' AND NOT granted AND datname = current_database()"
        )
        while time.monotonic() < deadline:
            with transaction(self.engine) as session:
                if session.scalar(waiting):
                    return
            assert not future.done(), "the run did not wait for the writer"
            time.sleep(0.002)
        raise AssertionError("the run neither waited nor ended")

    def _try_to_decide(self, withdrawal_id: UUID, act: str) -> None:
        try:
            with transaction(self.engine) as session:
                self._decide(session, withdrawal_id, act)
        except (NotAllowedNow, OutstandingDebt):
            self.figures["acts refused"] += 1

    def _decide(self, session: Session, withdrawal_id: UUID, act: str) -> None:
        known = {"actor": ACTOR, "now": self.now}
        match act:
            case "approve":
                approve(session, withdrawal_id, **known)
            case "pay":
                mark_paid(session, withdrawal_id, reference="by hand", **known)
                self.figures["payouts"] += 1
            case "reject":
                reject(session, withdrawal_id, reason="drawn", **known)
            case "cancel":
                cancel(session, withdrawal_id, **known)
            case "fail":
                fail(session, withdrawal_id, reason="drawn", **known)

    def _forget_ended(self) -> None:
        with transaction(self.engine) as session:
            ended = set(session.scalars(select(Withdrawal.id).where(Withdrawal.state.in_(ENDED))))
        self.withdrawals = [each for each in self.withdrawals if each not in ended]

    def _is_paid_out(self, order: ModelOrder) -> bool:
        with transaction(self.engine) as session:
            paid = text("""
                SELECT EXISTS (
                    SELECT FROM distribution.withdrawals JOIN distribution.shares USING (distributor_id)
                    JOIN distribution.orders ON orders.id = order_id
                    WHERE state = 'paid' AND external_id = :id)
            """)
            return bool(session.scalar(paid, {"id": order.id}))

    def _count(self, figure: str, happened: bool) -> None:
        self.figures[figure] += bool(happened)


@pytest.fixture
def life(module_database_url: str, databases: TestDatabases) -> Iterator[Callable[[], ProgramLife]]:
    """Makes a program's life that begins with an empty database."""
    engine = create_engine(module_database_url)
    yield lambda: ProgramLife(engine, lambda: databases.empty(module_database_url))
    engine.dispose()


def play(life: Callable[[], ProgramLife], *, programs: int, steps: int, shrink: bool) -> Counter[str]:
    ProgramLife.figures = Counter()
    # Hypothesis declares no types for this one function.
    run_state_machine_as_test(  # type: ignore[no-untyped-call]
        life,
        settings=settings(
            max_examples=programs,
            stateful_step_count=steps,
            deadline=None,
            phases=list(Phase) if shrink else [Phase.explicit, Phase.reuse, Phase.generate],
            suppress_health_check=list(HealthCheck),
        ),
    )
    return ProgramLife.figures


def test_after_every_step_of_a_programs_life_everything_proves(life: Callable[[], ProgramLife]) -> None:
    assert play(life, programs=5, steps=25, shrink=False)["steps"] > 60


@pytest.mark.prove
def test_after_thousands_of_steps_everything_proves(life: Callable[[], ProgramLife]) -> None:
    figures = play(life, programs=80, steps=50, shrink=True)
    print("state machine:", ", ".join(f"{count} {what}" for what, count in sorted(figures.items())))

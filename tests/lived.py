"""A program that has lived: some of everything there is, through the verbs that production uses."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta
from uuid import UUID

from sqlalchemy import Engine, select
from sqlalchemy.orm import Session

from distribution.adjustment import approve as adjustments
from distribution.adjustment.decline import decline
from distribution.adjustment.document import Proposal
from distribution.adjustment.propose import propose
from distribution.commission.accrue import accrue
from distribution.commission.periods.close import close_periods
from distribution.commission.plan.built_in import BUILT_IN
from distribution.commission.publish import publish
from distribution.commission.reassign import reassign
from distribution.commission.receipt.confirm import confirm_receipt
from distribution.commission.review.decide import review
from distribution.commission.review.moving import Subject
from distribution.db import transaction
from distribution.ledger.read import holdings
from distribution.network.grade import set_grade
from distribution.network.groups import set_groups
from distribution.network.move import move
from distribution.network.standing import reinstate, suspend
from distribution.network.tables import Distributor
from distribution.orders.stages import classify
from distribution.orders.tables import Order
from distribution.privacy.encryption import Cipher, new_key
from distribution.sealing.seal import seal
from distribution.settings import program
from distribution.settings.document import ProductStages
from distribution.settlement.approval import approve_run
from distribution.settlement.preview import preview
from distribution.settlement.settle import settle
from distribution.tax.profile import Details, record_profile
from distribution.withdrawal.approve import approve
from distribution.withdrawal.pay import mark_paid
from distribution.withdrawal.policy import WithdrawalPolicy
from distribution.withdrawal.reject import cancel, reject
from distribution.withdrawal.request import request
from tests.factories import ACTOR, a_code, a_distributor
from tests.model.order import ModelLine, ModelOrder
from tests.saleor_orders import PLACED_AT, snapshot_of

DAY = timedelta(days=1)
JOINED = PLACED_AT - 60 * DAY
PLAN = {
    **BUILT_IN,
    "name": "Spring",
    "rates": [{"level": 1, "bps": 1_200}, {"level": 2, "fixed": "0.50", "currency": "USD"}],
}

WHOLE = {
    **PLAN,
    "name": "Whole months",
    "hold_days": 0,
    "rates": [
        {
            "level": 1,
            "tiers": {
                "by": "own",
                "period": "month",
                "mode": "whole",
                "currency": "USD",
                "steps": [{"from": "0.00", "bps": 1_000}, {"from": "60.00", "bps": 1_500}],
            },
        }
    ],
}


def live(engine: Engine) -> None:
    """Fill an empty database: people, plans, orders, refunds, two currencies, settlements, debts, withdrawals."""
    with transaction(engine) as session:
        people = _people(session)
        record(session, *orders())
    for order_id, person in (("order-1", people[4]), ("order-2", people[3])):
        with transaction(engine) as session:
            reassign(
                session,
                source="saleor",
                order_id=order_id,
                distributor_id=person,
                reason="sold by phone",
                actor=ACTOR,
                now=PLACED_AT + 5 * DAY,
            )
    received(engine)
    settle(engine, actor=ACTOR, now=PLACED_AT + 20 * DAY)
    with transaction(engine) as session:
        seal(session, now=PLACED_AT + 20 * DAY)
    with transaction(engine) as session:
        classify(session, ProductStages(), PLACED_AT + 20 * DAY)
    by_hand(engine, people[2], now=PLACED_AT + 20 * DAY)
    withdrawals(engine, people, now=PLACED_AT + 21 * DAY)
    with transaction(engine) as session:
        record(session, *refunded(orders()))
        record(session, *more_orders())
    held_for_review(engine, people[4], now=PLACED_AT + 39 * DAY)
    taxed(engine, people, now=PLACED_AT + 39 * DAY)
    settle(engine, actor=ACTOR, now=PLACED_AT + 40 * DAY)
    with transaction(engine) as session:
        waiting = session.connection().exec_driver_sql(
            "SELECT id FROM distribution.withdrawals WHERE state = 'requested' ORDER BY id LIMIT 1"
        )
        # Meanwhile there is a debt: what comes back repays it first.
        reject(session, waiting.scalar_one(), reason="no such account", actor=ACTOR, now=PLACED_AT + 41 * DAY)
    whole_months(engine)
    with transaction(engine) as session:
        seal(session, now=PLACED_AT + 50 * DAY)


def received(engine: Engine) -> None:
    """Two orders that arrived, one in two parcels."""
    for order_id, day, confirmed_by in ((3, 4, "shopper"), (4, 4, "carrier"), (4, 5, "merchant")):
        with transaction(engine) as session:
            at = PLACED_AT + day * DAY
            confirm_receipt(
                session,
                "saleor",
                f"order-{order_id}",
                received_at=at,
                confirmed_by=confirmed_by,
                actor=ACTOR,
                now=at,
            )


def taxed(engine: Engine, people: list[UUID], *, now: datetime) -> None:
    """Tax is withheld from now on, and some agreed to invoices written in their name."""
    rules = {"withholding": [{"country": "DE", "brackets": [{"bps": 1_000}]}], "invoice_prefix": "SB"}
    cipher = Cipher([new_key()])
    with transaction(engine) as session:
        program.change(session, {"tax": rules}, actor=ACTOR, now=now)
        for place, who in enumerate(people):
            record_profile(
                session,
                session.get_one(Distributor, who),
                country=("DE", "FR")[place % 2],
                recipient="person",
                details=Details("Ada Lovelace", "1 Street", None),
                self_billing=place < 3,
                cipher=cipher,
                actor=ACTOR,
                now=now,
            )


def held_for_review(engine: Engine, person: UUID, *, now: datetime) -> None:
    """An order held for review, another person's commission held until a day, and the first released."""
    with transaction(engine) as session:
        order_id = session.scalars(select(Order.id).where(Order.external_id == "more-1")).one()
    for subject, decision, moment in (
        (Subject(order_id), "hold", None),
        (Subject(distributor_id=person), "until", now + 10 * DAY),
        (Subject(order_id), "release", None),
    ):
        with transaction(engine) as session:
            review(
                session,
                subject,
                decision=decision,
                moment=moment,
                reason="looks odd",
                actor=ACTOR,
                now=now,
            )


def record(session: Session, *snapshots: tuple[ModelOrder, datetime]) -> None:
    """Record states of orders, each at the time it was read."""
    for order, at in snapshots:
        accrue(session, [snapshot_of(order.shown(), at)], now=at)


def orders() -> list[tuple[ModelOrder, datetime]]:
    """Orders paid and delivered in the first days, with codes and from shoppers who come back."""
    placed = [
        ModelOrder(
            id=f"order-{number}",
            currency="JPY" if number % 3 == 0 else "USD",
            placed_at=PLACED_AT,
            lines={
                "TEE": ModelLine(2, 8_000, 8_800, shipments=[(PLACED_AT + DAY, 2)]),
                "MUG": ModelLine(1, 1_001, 1_101, shipments=[(PLACED_AT + 2 * DAY, 1)]),
            },
            email=f"shopper-{number % 4}@example.com",
            code=f"CODE{number % 3}",
            charged=9_901,
        )
        for number in range(6)
    ]
    return [(order, PLACED_AT + 3 * DAY + number * timedelta(hours=1)) for number, order in enumerate(placed)]


def refunded(before: list[tuple[ModelOrder, datetime]]) -> list[tuple[ModelOrder, datetime]]:
    """The same orders later, all their money given back."""
    return [(replace(order, charged=0, refunded=order.total), at + 22 * DAY) for order, at in before]


def more_orders() -> list[tuple[ModelOrder, datetime]]:
    """Orders under the second plan: one settled, one still in its hold, one draft, one of nobody's."""
    placed_at = PLACED_AT + 15 * DAY
    line = ModelLine(1, 5_000, 5_500, shipments=[(placed_at + DAY, 1)])
    late = ModelLine(1, 5_000, 5_500, shipments=[(placed_at + 24 * DAY, 1)])
    common = {"currency": "USD", "placed_at": placed_at, "charged": 5_500}
    return [
        (ModelOrder("more-0", lines={"TEE": line}, code="CODE1", **common), placed_at + 15 * DAY),
        (ModelOrder("more-1", lines={"TEE": late}, code="CODE2", **common), placed_at + 25 * DAY),
        (ModelOrder("more-2", lines={"TEE": line}, status="DRAFT", **common), placed_at + 15 * DAY),
        (ModelOrder("more-3", lines={"TEE": line}, code="NOBODY", **common), placed_at + 15 * DAY),
    ]


def whole_months(engine: Engine) -> None:
    """A plan whose steps hold for whole months: one month that is over, settled with what it adjusts."""
    begins = PLACED_AT + 45 * DAY
    placed_at = begins + DAY
    with transaction(engine) as session:
        publish(session, WHOLE, actor=ACTOR, now=begins)
        for number, code in enumerate(("CODE1", "CODE1", "CODE2", "CODE2")):
            line = ModelLine(1, 5_000, 5_500, shipments=[(placed_at + DAY, 1)])
            order = ModelOrder(f"whole-{number}", "USD", placed_at, {"TEE": line}, code=code, charged=5_500)
            record(session, (order, placed_at + 2 * DAY))
    close_periods(engine, now=PLACED_AT + 62 * DAY)
    reviewed(engine, now=PLACED_AT + 62 * DAY)


def reviewed(engine: Engine, *, now: datetime) -> None:
    """A settlement that two people approve, and that leaves two totals for a later one."""
    with transaction(engine) as session:
        totals = sorted(row.total_minor for row in preview(session, currency="USD", now=now).rows)
        rules = {
            "review": True,
            "smallest_minor": {"USD": [total for total in totals if total > 0][2]},
            "second_person_above_minor": {"USD": 0},
        }
        program.change(session, {"settlement": rules}, actor=ACTOR, now=now)
    for run in settle(engine, actor=ACTOR, now=now):
        for actor in ("merchant:one", "merchant:two"):
            with transaction(engine) as session:
                approve_run(session, run.id, actor=actor, now=now)
    settle(engine, actor=ACTOR, now=now)


def by_hand(engine: Engine, who: UUID, *, now: datetime) -> None:
    """Adjustments of one person: alone, by two, taken to a debt that the next repays, refused, and waiting."""
    with transaction(engine) as session:
        rules = {"second_person_above_minor": {"USD": 2_000}}
        program.change(session, {"adjustment": rules}, actor=ACTOR, now=now)
    for amount_minor, currency, category in (
        (1_500, "USD", "goodwill"),
        (-2_000, "USD", "penalty"),
        (-90_000, "USD", "correction"),
        (95_000, "USD", "correction"),
        (500, "JPY", "prize"),
        (600, "JPY", "prize"),
        (700, "JPY", "other"),
    ):
        proposal = Proposal(who, amount_minor, currency, category, "counted by hand", "1001")
        with transaction(engine) as session:
            seen = propose(session, proposal, actor=ACTOR, now=now)
        with transaction(engine) as session:
            if amount_minor == 500:
                decline(
                    session, seen.adjustment.id, note="not agreed", actor="merchant:two", now=now + DAY / 2
                )
            elif amount_minor == 600:
                decline(session, seen.adjustment.id, note="my mistake", actor=ACTOR, now=now + DAY / 2)
            elif seen.decision is None and currency == "USD":
                adjustments.approve(session, seen.adjustment.id, actor="merchant:two", now=now + DAY / 2)


def withdrawals(engine: Engine, people: list[UUID], *, now: datetime) -> None:
    """Of what each has, a part paid, a part refused, a part taken back, a part still waiting."""
    with transaction(engine) as session:
        held = [each for each in holdings(session, people) if each.available_minor > 40]
    for holding in held:
        asked = []
        for number in range(4):
            with transaction(engine) as session:
                asked.append(
                    request(
                        session,
                        distributor_id=holding.distributor_id,
                        amount_minor=holding.available_minor // 4,
                        currency=holding.currency,
                        method="manual",
                        policy=WithdrawalPolicy(),
                        actor=f"distributor:{holding.distributor_id}",
                        now=now + number * timedelta(minutes=1),
                    ).id
                )
        with transaction(engine) as session:
            approve(session, asked[0], actor=ACTOR, now=now + DAY)
            mark_paid(session, asked[0], reference="T-1", actor=ACTOR, now=now + 2 * DAY)
        with transaction(engine) as session:
            reject(session, asked[1], reason="twice the same", actor=ACTOR, now=now + DAY)
        with transaction(engine) as session:
            cancel(session, asked[2], actor=f"distributor:{holding.distributor_id}", now=now + DAY)


def _people(session: Session) -> list[UUID]:
    program.change(session, {"program_name": "Kiln"}, actor=ACTOR, now=JOINED)
    program.change(session, {"company_name": "Kiln & Cloud"}, actor=ACTOR, now=JOINED + DAY)
    top = a_distributor(session, now=JOINED)
    middle = a_distributor(session, sponsor=top, now=JOINED)
    sellers = [a_distributor(session, sponsor=middle, now=JOINED) for _ in range(3)]
    for number, seller in enumerate(sellers):
        a_code(session, seller, f"CODE{number}", now=JOINED)
    suspend(session, top.id, reason="a question", actor=ACTOR, now=JOINED + DAY)
    reinstate(session, top.id, actor=ACTOR, now=JOINED + 2 * DAY)
    move(session, sellers[2].id, sponsor_id=top.id, actor=ACTOR, now=JOINED + 3 * DAY)
    ranks = {"grades": ["bronze", "silver"], "groups": ["press", "shops"]}
    program.change(session, ranks, actor=ACTOR, now=JOINED + 3 * DAY)
    set_grade(session, middle.id, grade="silver", actor=ACTOR, now=JOINED + 4 * DAY, reason="a good month")
    set_grade(session, top.id, grade="bronze", actor=ACTOR, now=JOINED + 4 * DAY)
    set_grade(session, top.id, grade=None, actor=ACTOR, now=JOINED + 5 * DAY, reason="a bad month")
    set_groups(session, top.id, groups=["press", "shops"], actor=ACTOR, now=JOINED + 4 * DAY, reason="both")
    set_groups(session, top.id, groups=["press"], actor=ACTOR, now=JOINED + 5 * DAY)
    publish(session, BUILT_IN, actor=ACTOR, now=JOINED)
    publish(session, PLAN, actor=ACTOR, now=JOINED, effective_at=PLACED_AT + 10 * DAY)
    return [person.id for person in [top, middle, *sellers]]

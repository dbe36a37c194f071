"""What a console has to show: a living program, people waiting, money on its way, things gone wrong."""

from __future__ import annotations

import random
from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from uuid import UUID

from sqlalchemy import Engine
from sqlalchemy.orm import Session

from distribution.commission import drafts
from distribution.commission.accrue import accrue
from distribution.commission.publish import publish
from distribution.db import new_id, transaction
from distribution.orders.bad import keep_bad
from distribution.orders.inbox import announce, claim, put_back
from distribution.orders.tables import Reconciliation
from distribution.outbox import ask
from distribution.outbox.tables import Effect
from distribution.privacy.encryption import Cipher
from distribution.privacy.hashing import email_hash, shopper_key
from distribution.promotion.recruit import Acceptance, apply
from distribution.settings import merchants, program
from distribution.simulation import start as simulation
from distribution.simulation.advance import advance
from distribution.withdrawal.methods import add_method
from distribution.withdrawal.policy import policy_of
from distribution.withdrawal.request import request
from tests.functional.world import World, an_order, build

PASSWORD = "a long enough password"
KEY = "3q2-7wAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA="
APPLICANTS = (
    ("Nora Lindqvist", "nora@example.com"),
    ("周敏", "zhou@example.com"),
    ("Diego Ramírez", "diego@example.com"),
)
_NAMES = {"owner": "Hanna Berg", "finance": "Tomás Silva"}


@dataclass(frozen=True, slots=True)
class ConsoleWorld:
    """Who and what to look at."""

    world: World
    withdrawal_id: UUID
    applicants: tuple[UUID, ...]
    draft_id: UUID
    simulation_id: UUID


def a_merchant(session: Session, role: str = "owner", *, now: datetime) -> merchants.Merchant:
    """Somebody of the merchant's with this role, who signs in as `<role>@shop.example` with `PASSWORD`."""
    return merchants.create(
        session,
        email=f"{role}@shop.example",
        name=_NAMES.get(role, role.replace("_", " ").title()),
        password=PASSWORD,
        role=role,
        actor="job:test",
        now=now,
    )


def build_console(engine: Engine, *, orders: int = 60, now: datetime | None = None) -> ConsoleWorld:
    """Fill an empty database."""
    now = now or datetime.now(UTC)
    with transaction(engine) as session:
        for role in merchants.ROLES:
            a_merchant(session, role, now=now - timedelta(days=130))
    world = build(engine, now=now, orders=orders)
    chance = random.Random(11)
    euros = [
        an_order(
            str(5001 + n),
            "ADA",
            state="shipped",
            placed_at=now - timedelta(days=3 * n),
            now=now,
            chance=chance,
            currency="EUR",
        )
        for n in range(12)
    ]
    astray = [
        an_order(
            str(6001 + n), code, state="new", placed_at=now - timedelta(hours=5 + n), now=now, chance=chance
        )
        for n, code in enumerate(("NOBODY", "OLD-CODE"))
    ]
    plain = [
        replace(
            an_order(
                str(7001 + n),
                "X",
                state="shipped",
                placed_at=now - timedelta(days=2 * n),
                now=now,
                chance=chance,
            ),
            referral_code=None,
        )
        for n in range(25)
    ]
    with transaction(engine) as session:
        shopper = email_hash(shopper_key(session), "shopper@example.com")
        euros[-1] = replace(euros[-1], customer_key=shopper)
        accrue(session, [*euros, *astray, *plain], now=now)
        publish(
            session,
            {
                "name": "Autumn",
                "base": "net",
                "ceiling_bps": 2500,
                "hold_days": 14,
                "rates": [
                    {"level": 1, "bps": 1200},
                    {"level": 2, "bps": 400},
                    {"level": 3, "fixed": "0.50", "currency": "USD"},
                ],
            },
            actor="job:test",
            now=now - timedelta(days=1),
        )
    draft_id, simulation_id = _trial(engine, now)
    return ConsoleWorld(
        world, _withdrawal(engine, world, now), _troubles(engine, now), draft_id, simulation_id
    )


def _trial(engine: Engine, now: datetime) -> tuple[UUID, UUID]:
    """A draft with one of everything, and what it would have cost."""
    begin = now - timedelta(days=400)
    document = {
        "name": "Winter",
        "ceiling_bps": 2000,
        "hold_days": 14,
        "margin": {"least_bps": 1000},
        "rates": [
            {"level": 1, "bps": 1500},
            {"level": 2, "bps": 500},
            {"level": 1, "bps": 300, "category": "c-1", "customer": "first", "channel": "default"},
            {
                "level": 1,
                "product": ["p-1", "p-2", "p-3", "p-4"],
                "tiers": {
                    "by": "own",
                    "period": "month",
                    "mode": "marginal",
                    "currency": "USD",
                    "steps": [{"from": "0", "bps": 800}, {"from": "500", "bps": 1000}],
                },
            },
        ],
        "campaigns": [
            {
                "name": "Double",
                "from": begin.isoformat(),
                "to": now.isoformat(),
                "multiplier_bps": 20_000,
                "levels": [2],
            }
        ],
        "caps": [{"per": "order", "amount": "20.00", "currency": "USD"}],
        "uplines": {"unqualified": "compress"},
        "customer_limit": {"months": 24},
    }
    with transaction(engine) as session:
        draft = drafts.start(session, document=document, base_number=1, actor="job:test", now=now)
        begun = simulation.start(session, document, from_at=begin, actor="job:test", now=now)
    advance(engine, begun.id, clock=lambda: now)
    return draft.id, begun.id


def _withdrawal(engine: Engine, world: World, now: datetime) -> UUID:
    with transaction(engine) as session:
        method = add_method(
            session,
            distributor_id=world.hero_id,
            adapter="manual",
            label="GLS Bank •••• 3000",
            sealed_details=Cipher([KEY]).seal(
                '{"holder": "Ada Lovelace", "account": "DE89370400440532013000", "bank": "GLS Bank"}'
            ),
            actor="job:test",
            now=now - timedelta(days=60),
        )
        ids = [
            request(
                session,
                distributor_id=world.hero_id,
                amount_minor=amount,
                currency="USD",
                method="manual",
                method_id=method.id,
                policy=policy_of(program.read(session), "USD", methods=["manual"]),
                actor=f"distributor:{world.hero_id}",
                now=now - timedelta(hours=age),
                withdrawal_id=new_id(),
            ).id
            for amount, age in ((2500, 30), (1200, 4))
        ]
    return ids[0]


def _troubles(engine: Engine, now: datetime) -> tuple[UUID, ...]:
    with transaction(engine) as session:
        applicants = tuple(
            apply(
                session,
                email=email,
                name=name,
                password=PASSWORD,
                acceptance=Acceptance("1", "192.0.2.7"),
                cipher=Cipher([KEY]),
                suffix=f"Q{number}RS7",
                sponsor_code="ADA" if number != 1 else None,
                answers={"Where will you promote us?": "Instagram, mostly kitchens"} if number == 0 else None,
                now=now - timedelta(hours=50 - 20 * number),
            ).distributor.id
            for number, (name, email) in enumerate(APPLICANTS)
        )
        announce(session, ["T3JkZXI6MQ==", "T3JkZXI6Mg=="], source="saleor", hook="order_updated", due_at=now)
        signals = claim(session, subjects=1, lease=timedelta(minutes=1), now=now)
        put_back(
            session, [one.id for one in signals], error="SaleorUnreachable: the shop did not answer", now=now
        )
        keep_bad(
            session,
            source="saleor",
            order_id="T3JkZXI6OTk=",
            answer={"order": {"id": "T3JkZXI6OTk=", "total": None}},
            error="order.total: is null",
            observed_at=now,
        )
        ask(session, kind="notice_email", dedupe_key="mail:lost", payload={"notices": []})
        session.add_all(_comparisons(now))
    with transaction(engine) as session:
        effect = session.query(Effect).filter_by(dedupe_key="mail:lost").one()
        effect.failed_at, effect.attempts, effect.last_error = (
            now,
            10,
            "SMTPRecipientsRefused: no such mailbox",
        )
    return applicants


def _comparisons(now: datetime) -> Iterator[Reconciliation]:
    """A night's, a week's, one the shop did not answer, and the last one."""
    for kind, since, minutes, counts, error in (
        ("everything", datetime(1970, 1, 1, tzinfo=UTC), 4_320, (18_211, 0, 17_904, 9_120), None),
        ("placed", now - timedelta(days=104), 600, (2_480, 0, 2_433, 1_310), None),
        ("changed", now - timedelta(hours=3), 50, (0, 0, 0, 0), "Saleor answers 503"),
        ("changed", now - timedelta(hours=2), 40, (214, 3, 198, 120), None),
    ):
        seen, repaired, paid, attributed = counts
        yield Reconciliation(
            source="saleor",
            kind=kind,
            since_at=since,
            started_at=now - timedelta(minutes=minutes),
            finished_at=now - timedelta(minutes=minutes - 1),
            seen=seen,
            repaired=repaired,
            paid=paid,
            attributed=attributed,
            error=error,
        )

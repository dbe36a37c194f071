"""A distributor who asks for money by one method, a job that carries payouts out, and the provider at the other end."""

from __future__ import annotations

import json
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from uuid import UUID

from sqlalchemy import Engine

from distribution.adapters.payout.base import PayoutAdapter
from distribution.db import transaction
from distribution.ledger.proof import proof as ledger_proof
from distribution.ledger.read import holdings
from distribution.outbox import Carried, carry_out
from distribution.privacy.encryption import Cipher, new_key
from distribution.settlement.settle import settle
from distribution.withdrawal import read
from distribution.withdrawal.approve import PAYOUT, approve
from distribution.withdrawal.errors import ForgedNotice
from distribution.withdrawal.fee import FREE, Fee
from distribution.withdrawal.methods import add_method
from distribution.withdrawal.notice import heed
from distribution.withdrawal.policy import WithdrawalPolicy
from distribution.withdrawal.proof import proof
from distribution.withdrawal.request import request
from distribution.withdrawal.send import payout_handler
from distribution.withdrawal.tables import Withdrawal
from tests.money import NOW, earn, person
from tests.providers.server import Provider

HOUR = timedelta(hours=1)
MERCHANT, OTHER = "merchant:one", "merchant:other"
AMOUNT_MINOR = 40_000
EARNED_MINOR = 100_000
CHARGED = Fee(fixed_minor=25, bps=150)
CHARGED_MINOR = 39_375
"""What is left of the amount for who pays that fee."""


@dataclass
class PayoutWorld:
    """One method with its adapter; time stands until it is moved."""

    engine: Engine
    method: str
    currency: str
    payee: Mapping[str, str]
    now: datetime = NOW
    cipher: Cipher = field(default_factory=lambda: Cipher([new_key()]))
    adapter: PayoutAdapter | None = None
    fee: Fee = FREE
    takes_two: bool = False

    def clock(self) -> datetime:
        """The time it is here."""
        return self.now

    def approved(self, who: UUID | None = None) -> Withdrawal:
        """A withdrawal that was asked for and approved."""
        adapter = self.the_adapter
        with transaction(self.engine) as session:
            who = who or person(session)
            earn(session, [(who, EARNED_MINOR)], currency=self.currency, matures_at=self.now - 24 * HOUR)
        settle(self.engine, actor="job:settle", now=self.now)
        with transaction(self.engine) as session:
            kept = adapter.payee(self.payee)
            method = add_method(
                session,
                distributor_id=who,
                adapter=self.method,
                label=adapter.label(kept),
                sealed_details=self.cipher.seal(json.dumps(kept)),
                actor=f"distributor:{who}",
                now=self.now - 100 * HOUR,
            )
            asked = request(
                session,
                distributor_id=who,
                amount_minor=AMOUNT_MINOR,
                currency=self.currency,
                method=self.method,
                method_id=method.id,
                policy=WithdrawalPolicy(
                    methods=frozenset({self.method}),
                    fee=self.fee,
                    second_person_above_minor=0 if self.takes_two else None,
                ),
                actor=f"distributor:{who}",
                now=self.now,
            )
            for actor in (MERCHANT, OTHER)[: asked.approvals_needed]:
                asked = approve(session, asked.id, actor=actor, now=self.now)
            return asked

    @property
    def the_adapter(self) -> PayoutAdapter:
        """The adapter, which every world has once it is made."""
        assert self.adapter is not None
        return self.adapter

    def carry(self, engine: Engine | None = None) -> Carried:
        """What the job does when it runs now."""
        used = engine or self.engine
        handler = payout_handler(
            used, providers={self.method: self.the_adapter}, clock=self.clock, cipher=self.cipher
        )
        return carry_out(used, {PAYOUT: handler}, clock=self.clock, lease=HOUR / 4)

    def later(self, delay: timedelta = HOUR) -> Carried:
        """What the job does when it runs then."""
        self.now += delay
        return self.carry()

    def hear(self, headers: Mapping[str, str], body: bytes) -> None:
        """A webhook arrives, as the portal takes it."""
        notice = self.the_adapter.webhook(headers, body)
        with transaction(self.engine) as session:
            heed(session, notice, method=self.method, now=self.now)

    def hear_forged(self, headers: Mapping[str, str], body: bytes) -> bool:
        """Whether a webhook is turned away."""
        with suppress(ForgedNotice):
            self.hear(headers, body)
            return False
        return True

    def state(self, withdrawal_id: UUID) -> str:
        """Its state; what belongs to it is proved, and money is where the state says."""
        with transaction(self.engine) as session:
            found = read.withdrawal(session, withdrawal_id)
            (held,) = holdings(session, [found.distributor_id])
            assert [str(each) for each in [*proof(session), *ledger_proof(session)]] == []
        fee_minor = self.fee.of(AMOUNT_MINOR, self.currency)
        paid = (0, AMOUNT_MINOR - fee_minor, fee_minor)
        ended = {"paid": paid, "failed": (0, 0, 0)}.get(found.state, (AMOUNT_MINOR, 0, 0))
        assert (held.reserved_minor, held.paid_minor, held.fees_minor) == ended
        assert held.available_minor == EARNED_MINOR - sum(ended)
        return found.state

    def check(self, provider: Provider, withdrawal: Withdrawal, state: str, *, paid: int) -> None:
        """The withdrawal is in this state, and the provider has paid so often."""
        assert (self.state(withdrawal.id), provider.times_paid(withdrawal.idempotency_key)) == (state, paid)

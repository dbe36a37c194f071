"""Earning, refunds, settlements and withdrawals all at once: no deadlock, and every proof holds at the end."""

from __future__ import annotations

import random
import time
from collections import Counter
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from uuid import UUID

import pytest
from sqlalchemy import Engine, text

from distribution.audit.chain import check
from distribution.audit.tables import AuditEntry
from distribution.db import create_engine, transaction
from distribution.errors import Conflict, InvalidInput
from distribution.ledger.proof import proof as ledger_proof
from distribution.settlement.proof import proof as settlement_proof
from distribution.settlement.settle import settle
from distribution.withdrawal.approve import approve
from distribution.withdrawal.pay import mark_paid
from distribution.withdrawal.policy import WithdrawalPolicy
from distribution.withdrawal.proof import proof as withdrawal_proof
from distribution.withdrawal.read import withdrawals
from distribution.withdrawal.reject import reject
from distribution.withdrawal.request import request
from distribution.withdrawal.tables import WithdrawalEvent
from tests.money import earn, people

MERCHANT = "merchant:one"


class Crowd:
    """People of few distributors doing everything at the same time."""

    def __init__(self, engine: Engine, ids: list[UUID], seconds: float) -> None:
        self.engine = engine
        self.ids = ids
        self.deadline = time.monotonic() + seconds
        self.done: Counter[str] = Counter()

    def until_over(self, name: str, act: Callable[[random.Random], None], seed: int) -> None:
        """Act again and again; what the domain refuses is an answer, anything else ends the test."""
        chosen = random.Random(seed)
        while time.monotonic() < self.deadline:
            try:
                act(chosen)
                self.done[name] += 1
            except (Conflict, InvalidInput):
                self.done[f"{name} refused"] += 1

    def sell(self, chosen: random.Random) -> None:
        with transaction(self.engine) as session:
            amounts = [(who, chosen.choice([-300, 100, 200])) for who in chosen.sample(self.ids, 3)]
            earn(session, amounts, matures_at=now() - timedelta(seconds=chosen.uniform(-0.5, 1)))

    def settle(self, _: random.Random) -> None:
        settle(self.engine, actor="job:settle", now=now())

    def ask(self, chosen: random.Random) -> None:
        with transaction(self.engine) as session:
            request(
                session,
                distributor_id=chosen.choice(self.ids),
                amount_minor=chosen.randint(1, 300),
                currency="USD",
                method="manual",
                policy=WithdrawalPolicy(),
                actor="distributor:x",
                now=now(),
            )

    def decide(self, chosen: random.Random) -> None:
        with transaction(self.engine) as session:
            open_ones = withdrawals(session, states=["requested", "approved"], limit=20)
        if not open_ones:
            return
        key = chosen.choice(open_ones).id
        with transaction(self.engine) as session:
            match chosen.randrange(3):
                case 0:
                    approve(session, key, actor=MERCHANT, now=now())
                case 1:
                    reject(session, key, reason="no", actor=MERCHANT, now=now())
                case _:
                    mark_paid(session, key, reference="r", actor=MERCHANT, now=now())


def now() -> datetime:
    return datetime.now(UTC)


def together(url: str, seconds: float) -> Counter[str]:
    engine = create_engine(url, pool_size=20)
    with transaction(engine) as session:
        ids = people(session, 12)
    crowd = Crowd(engine, ids, seconds)
    acts = [("sell", crowd.sell)] * 3 + [("settle", crowd.settle)] * 2
    acts += [("ask", crowd.ask)] * 2 + [("decide", crowd.decide)] * 2
    with ThreadPoolExecutor(len(acts)) as pool:
        futures = [pool.submit(crowd.until_over, name, act, seed) for seed, (name, act) in enumerate(acts)]
        for future in futures:
            future.result()
    settle(engine, actor="job:settle", now=now() + timedelta(seconds=5))
    with transaction(engine) as session:
        for proof in (settlement_proof, ledger_proof, withdrawal_proof):
            assert [str(difference) for difference in proof(session)] == []
        for chained in (WithdrawalEvent, AuditEntry):
            assert list(check(session, chained)) == []
        lines, settled = session.execute(
            text("""
            SELECT (SELECT count(*) FROM distribution.commission_lines),
                (SELECT sum(line_count) FROM distribution.statements)
            """)
        ).one()
        assert lines == settled
    engine.dispose()
    assert min(crowd.done[name] for name in ("sell", "settle", "ask", "decide")) > 0
    return crowd.done


def test_everything_at_once(own_database_url: str) -> None:
    together(own_database_url, 4)


@pytest.mark.prove
def test_everything_at_once_for_a_minute(own_database_url: str) -> None:
    print(f"money, a minute of everything at once without a deadlock: {dict(together(own_database_url, 60))}")

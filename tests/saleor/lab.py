"""The lab of order lives, driven at a real Saleor, and what its orders must be worth."""

from __future__ import annotations

import json
import shlex
import subprocess
import sys
from collections.abc import Iterable
from dataclasses import dataclass
from fractions import Fraction
from pathlib import Path

from sqlalchemy import Engine
from sqlalchemy.orm import Session

from distribution.adapters.saleor.client import SaleorClient
from distribution.adapters.saleor.mapper import SOURCE, Keys, to_snapshot
from distribution.adapters.saleor.reader import read_orders
from distribution.commission.answer import OrderAnswer, order_answer
from distribution.db import clock_at, transaction
from distribution.network.tables import Distributor
from distribution.orders.snapshot import DRAFT, OrderSnapshot
from distribution.orders.state import to_state
from distribution.proof.arithmetic import worth
from tests.factories import a_code, a_distributor
from tests.saleor.conftest import variable
from tests.saleor.versions import LEFT_OUT, series

RATES = {1: Fraction(1000, 10_000), 2: Fraction(500, 10_000), 3: Fraction(200, 10_000)}


@dataclass(frozen=True)
class Lab:
    """What was driven: the order ids of each scenario; those that failed, those left out, each with why."""

    version: str
    orders: dict[str, list[str]]
    failed: dict[str, str]
    left_out: dict[str, str]

    @property
    def order_ids(self) -> list[str]:
        """Each order once."""
        return list(dict.fromkeys(order for each in self.orders.values() for order in each))

    def equal(self, orders: set[str]) -> int:
        """How many scenarios were driven to their end with all their orders among these."""
        return sum(set(ids) <= orders for name, ids in self.orders.items() if name not in self.failed)


def sellers(session: Session, code: str) -> list[Distributor]:
    """The seller whose code this is, and the two above; a shop is driven more than once."""
    chain: list[Distributor] = []
    for depth in (1, 2, 3):
        email, sponsor = f"{code}-{depth}@example.com".lower(), chain[0] if chain else None
        chain.insert(0, a_distributor(session, email=email, sponsor=sponsor))
    a_code(session, chain[0], code)
    return chain


class Driver:
    """Runs every scenario this version can do beside the test, as shoppers and staff do."""

    def __init__(self, url: str, out: Path, *, version: str, code: str) -> None:
        self._summary = out / "summary.json"
        self._left_out = LEFT_OUT.get(series(version), {})
        self._chosen = [name for name in _scenarios() if name not in self._left_out]
        program = [
            *(sys.executable, variable("LAB"), "--url", url, "--scenario", ",".join(self._chosen)),
            *("--email", variable("EMAIL"), "--password", variable("PASSWORD")),
            *("--meta-key", "referral_code", "--code", code),
            *("--out", str(out / "steps"), "--json", str(self._summary)),
            *shlex.split(variable("LAB_OPTIONS")),
        ]
        self._process = subprocess.Popen(program, cwd=out)

    @property
    def runs(self) -> bool:
        """Whether it has scenarios to drive yet."""
        return self._process.poll() is None

    def lab(self) -> Lab:
        """Wait for its end; what was driven."""
        self._process.wait()
        found = json.loads(self._summary.read_text())
        scenarios = found["scenarios"]
        orders = {each["scenario"]: [order_id for order_id, _ in each["orders"]] for each in scenarios}
        failed = {each["scenario"]: each["notes"][-1] for each in scenarios if each["state"] != "ok"}
        failed |= {
            name: "the options give the driver too little for it"
            for name in self._chosen
            if name not in orders
        }
        return Lab(found["version"], orders, failed, self._left_out)


def _scenarios() -> list[str]:
    """Every scenario the driver knows; its list has one a line, the name behind a letter."""
    told = subprocess.run(
        [sys.executable, variable("LAB"), "--list"], capture_output=True, text=True, check=True
    )
    return [line.split()[1] for line in told.stdout.splitlines()]


@dataclass
class Checked:
    """Orders whose recorded shares are what the arithmetic says of what GraphQL says; counts, and minor units."""

    orders: int = 0
    drafts: int = 0
    by_code: int = 0
    lines: int = 0
    accrued: int = 0


def check(
    engine: Engine, client: SaleorClient, order_ids: Iterable[str], *, chain: list[Distributor], code: str
) -> tuple[set[str], Checked]:
    """Read orders once more and compare each share of each line; raises AssertionError naming the order."""
    reading = read_orders(client, list(order_ids), keys=["referral_code", "referral_click"])
    assert not reading.failed
    checked = Checked()
    with transaction(engine) as session:
        for order_id, node in reading.orders.items():
            snapshot = to_snapshot(node, observed_at=clock_at(session), keys=Keys(hash_key=b"k" * 32))
            answer = order_answer(session, SOURCE, order_id)
            checked.orders += 1
            checked.drafts += snapshot.status == DRAFT
            checked.by_code += _attributed(snapshot, answer, chain, code)
            checked.lines += len(snapshot.lines)
            checked.accrued += _equal(snapshot, answer)
    return set(reading.orders), checked


def _attributed(snapshot: OrderSnapshot, answer: OrderAnswer, chain: list[Distributor], code: str) -> bool:
    if snapshot.status == DRAFT:
        assert answer.seller_id is None
        return False
    if snapshot.replacement_of is not None:
        assert answer.reason == "replacement"
        return False
    if snapshot.referral_code != code:
        # A voucher of the shop, a code staff changed: the shopper's binding decides, or nobody.
        return False
    assert (answer.seller_id, answer.reason) == (chain[0].id, "referral_code"), answer
    return True


def _equal(snapshot: OrderSnapshot, answer: OrderAnswer) -> int:
    """Each share has accrued what arithmetic of its own says of what GraphQL says; the sum of them."""
    state, gifts = to_state(snapshot), {line.id for line in snapshot.lines if line.gift_card}
    for each in answer.shares:
        wanted = (
            0
            if each.share.line_id in gifts
            else worth(state, each.share.line_id, "net", RATES[each.share.level])
        )
        assert each.accrued_minor == wanted, (snapshot.number, each)
    return sum(each.accrued_minor for each in answer.shares)

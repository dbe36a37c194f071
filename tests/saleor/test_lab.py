"""A lab of order lives, driven at a real Saleor with the plugin installed: every order attributed, every line right."""

from __future__ import annotations

import json
import shlex
import subprocess
import sys
import time
from dataclasses import dataclass
from fractions import Fraction
from pathlib import Path
from uuid import uuid4

import pytest
from sqlalchemy import Engine, text

from distribution.adapters.saleor.client import SaleorClient
from distribution.adapters.saleor.mapper import SOURCE, Keys, to_snapshot
from distribution.adapters.saleor.reader import read_orders
from distribution.commission.answer import OrderAnswer, order_answer
from distribution.db import clock_at, create_engine, transaction
from distribution.network.tables import Distributor
from distribution.orders.snapshot import DRAFT, OrderSnapshot
from distribution.orders.state import to_state
from distribution.proof import prove
from distribution.proof.arithmetic import worth
from jobs.drain import drain
from tests.factories import a_chain, a_code
from tests.saleor.conftest import PluginServers, variable
from tests.saleor.shop import Channel

RATES = {1: Fraction(1000, 10_000), 2: Fraction(500, 10_000), 3: Fraction(200, 10_000)}


@pytest.mark.prove
def test_every_order_of_the_lab_is_attributed_and_recorded_to_the_minor_unit(
    saleor_url: str, plugin_servers: PluginServers, channel: Channel, tmp_path: Path
) -> None:
    driver, token = variable("LAB"), variable("TOKEN")
    options = shlex.split(variable("LAB_OPTIONS"))
    engine = create_engine(plugin_servers.database_url)
    code = f"LAB-{uuid4().hex[:8]}".upper()
    with transaction(engine) as session:
        chain = a_chain(session, 3)
        a_code(session, chain[0], code)
    lab = _drive(driver, saleor_url, [*options, "--code", code], tmp_path)
    orders = list(dict.fromkeys(order for each in lab.orders.values() for order in each))
    client = SaleorClient(saleor_url, token)
    _drain_all(engine, client)
    reading = read_orders(client, orders, keys=["referral_code", "referral_click"])
    assert not reading.failed
    equal = set[str]()
    checked = {"orders": 0, "drafts": 0, "by code": 0, "lines": 0, "accrued": 0}
    with transaction(engine) as session:
        for order_id, node in reading.orders.items():
            snapshot = to_snapshot(node, observed_at=clock_at(session), keys=Keys(hash_key=b"k" * 32))
            answer = order_answer(session, SOURCE, order_id)
            checked["orders"] += 1
            checked["drafts"] += snapshot.status == DRAFT
            checked["by code"] += _attributed(snapshot, answer, chain, code)
            checked["lines"] += len(snapshot.lines)
            checked["accrued"] += _equal(snapshot, answer)
            equal.add(order_id)
    with transaction(engine) as session:
        proof = prove(session)
    engine.dispose()
    assert proof.holds, proof.differences[:5]
    scenarios = sum(set(each) <= equal for each in lab.orders.values())
    print(
        f"\nprove lab {lab.version}: {scenarios} of {len(lab.orders)} scenarios equal the arithmetic, "
        f"{len(lab.failed)} could not be driven {lab.failed}; {checked}, "
        f"{len(proof.differences)} differences in the proof"
    )
    assert not lab.failed


@dataclass(frozen=True)
class Lab:
    """What was driven: the order ids of each scenario, and the scenarios that Saleor refused, with why."""

    version: str
    orders: dict[str, list[str]]
    failed: dict[str, str]


def _drive(driver: str, url: str, options: list[str], out: Path) -> Lab:
    """Run every scenario."""
    summary = out / "summary.json"
    program = [
        sys.executable,
        driver,
        "--url",
        url,
        "--email",
        variable("EMAIL"),
        "--password",
        variable("PASSWORD"),
    ]
    program += [
        "--scenario",
        "all",
        "--meta-key",
        "referral_code",
        "--out",
        str(out / "steps"),
        "--json",
        str(summary),
    ]
    subprocess.run([*program, *options], cwd=out)
    found = json.loads(summary.read_text())
    return Lab(
        found["version"],
        {each["scenario"]: [order_id for order_id, _ in each["orders"]] for each in found["scenarios"]},
        {each["scenario"]: each["notes"][-1] for each in found["scenarios"] if each["state"] != "ok"},
    )


def _drain_all(engine: Engine, client: SaleorClient, seconds: float = 60.0) -> None:
    """Drain until no signal of a hook is left; second readings, due in a minute, may stay."""
    end = time.monotonic() + seconds
    waiting = text("SELECT count(*) FROM distribution.inbox WHERE hook <> 'reread'")
    while time.monotonic() < end:
        time.sleep(0.5)
        drain(engine, client)
        with transaction(engine) as session:
            if not session.scalar(waiting):
                return
    raise AssertionError("signals are left in the inbox")


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

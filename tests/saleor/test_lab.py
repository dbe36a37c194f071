"""A lab of order lives, driven at a real Saleor with the plugin installed: every order attributed, every line right."""

from __future__ import annotations

import time
from pathlib import Path
from uuid import uuid4

import pytest
from sqlalchemy import Engine, text

from distribution.adapters.saleor.client import SaleorClient
from distribution.db import create_engine, transaction
from distribution.proof import prove
from jobs.drain import drain
from tests.saleor.conftest import PluginServers, variable
from tests.saleor.lab import Driver, check, sellers
from tests.saleor.shop import Channel, Shop


@pytest.mark.prove
def test_every_order_of_the_lab_is_attributed_and_recorded_to_the_minor_unit(
    saleor_url: str, lab_url: str, shop: Shop, plugin_servers: PluginServers, channel: Channel, tmp_path: Path
) -> None:
    token = variable("TOKEN")
    engine = create_engine(plugin_servers.database_url)
    code = f"LAB-{uuid4().hex[:8]}".upper()
    with transaction(engine) as session:
        chain = sellers(session, code)
    lab = Driver(lab_url, tmp_path, version=shop.version, code=code).lab()
    client = SaleorClient(saleor_url, token)
    _drain_all(engine, client)
    equal, checked = check(engine, client, lab.order_ids, chain=chain, code=code)
    with transaction(engine) as session:
        proof = prove(session)
    engine.dispose()
    left_out = "; ".join(f"`{name}`: {why}" for name, why in lab.left_out.items()) or "none"
    print(
        f"\nprove lab {lab.version}: {lab.equal(equal)} of {len(lab.orders)} scenarios equal the arithmetic, failed "
        f"{lab.failed or 'none'}; {checked}, {len(proof.differences)} differences in the proof"
        f"\n| {lab.version} | {len(lab.orders)} | {lab.equal(equal)} | {checked.orders}, {checked.lines} "
        f"| {len(proof.differences)} | {left_out} |"
    )
    assert proof.holds, proof.differences[:5]
    assert not lab.failed
    assert lab.equal(equal) == len(lab.orders)


def _drain_all(engine: Engine, client: SaleorClient, seconds: float = 300.0) -> None:
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

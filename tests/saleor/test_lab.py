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
from tests.saleor.lab import NOT_IN, Driver, check, sellers
from tests.saleor.shop import Channel


@pytest.mark.prove
def test_every_order_of_the_lab_is_attributed_and_recorded_to_the_minor_unit(
    saleor_url: str, plugin_servers: PluginServers, channel: Channel, tmp_path: Path
) -> None:
    token = variable("TOKEN")
    engine = create_engine(plugin_servers.database_url)
    code = f"LAB-{uuid4().hex[:8]}".upper()
    with transaction(engine) as session:
        chain = sellers(session, code)
    lab = Driver(saleor_url, tmp_path, code=code).lab()
    client = SaleorClient(saleor_url, token)
    _drain_all(engine, client)
    equal, checked = check(engine, client, lab.order_ids, chain=chain, code=code)
    with transaction(engine) as session:
        proof = prove(session)
    engine.dispose()
    print(
        f"\nprove lab {lab.version}: {lab.equal(equal)} of {len(lab.orders)} scenarios equal the arithmetic, "
        f"refused by this Saleor {lab.refused or 'none'}; {checked}, {len(proof.differences)} differences in the proof"
    )
    assert proof.holds, proof.differences[:5]
    assert set(lab.refused) <= NOT_IN.get(lab.version[:4], set())


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

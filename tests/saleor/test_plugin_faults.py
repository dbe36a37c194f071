"""Shoppers buy while the plugin's database or Redis is gone: everybody succeeds, and nobody waits for it."""

import statistics
import time

import psycopg
import pytest

from tests.faulty_servers import FAULTS, FaultyServer
from tests.saleor.conftest import PluginServers, healths, wait_until_well
from tests.saleor.shop import NAME, Channel, Placed, Shop

pytestmark = pytest.mark.prove
FIRST_ORDERS = 8
PAIRS = 20
LATER_AT_MOST_SECONDS = 0.050
ALL_PROBED_SECONDS = 30


def buy(shop: Shop, channel: Channel) -> Placed:
    """One checkout, completed by whichever server process takes it."""
    return shop.complete(shop.checkout(channel, referral_code="ALICE"), anywhere=True)


def waited_ms(shop: Shop) -> float:
    """How long requests have waited for the plugin, all server processes together."""
    return float(sum(health["waited_ms"] for health in healths(shop).values()))


def still_missing(orders: set[str], database_url: str) -> set[str]:
    """Which orders no signal tells of, once every process has had time to find the server well again."""
    end = time.monotonic() + ALL_PROBED_SECONDS
    with psycopg.connect(database_url, autocommit=True) as connection:
        while True:
            rows = connection.execute("SELECT subject_id FROM distribution.inbox").fetchall()
            missing = orders - {row[0] for row in rows}
            if not missing or time.monotonic() > end:
                return missing
            time.sleep(0.2)


@pytest.mark.parametrize("fault", FAULTS)
@pytest.mark.parametrize("gone", ["postgres", "redis"])
def test_every_checkout_succeeds(
    shop: Shop, channel: Channel, plugin_servers: PluginServers, gone: str, fault: str
) -> None:
    server: FaultyServer | None = getattr(plugin_servers, gone)
    if server is None:
        pytest.skip(
            f"something else answers at the {gone} address named to Saleor; this proof wants to stop it"
        )
    left_out = shop.channel(f"{NAME}-other")
    shop.plugin(channels=channel.slug)
    placed = [buy(shop, channel) for _ in range(FIRST_ORDERS)]
    server.fail(fault)
    try:
        placed += [buy(shop, channel) for _ in range(FIRST_ORDERS)]
        before, on, off = waited_ms(shop), [], []
        for turn in range(PAIRS):
            for taking_part in (turn % 2 == 0, turn % 2 == 1):
                order = buy(shop, channel if taking_part else left_out)
                (on if taking_part else off).append(order.seconds)
                placed += [order] if taking_part else []
        waited = (waited_ms(shop) - before) / PAIRS
        processes = healths(shop)
    finally:
        server.recover()
    missing = still_missing({order.id for order in placed}, plugin_servers.database_url)
    wait_until_well(shop)
    later = statistics.median(on) - statistics.median(off)
    print(
        f"\nprove plugin_faults {gone} {fault}: {len(placed) + PAIRS} checkouts over {len(processes)} processes, "
        f"0 failed, p50 {statistics.median(on) * 1000:.0f} ms against {statistics.median(off) * 1000:.0f} ms "
        f"without, the plugin's own part {waited:.2f} ms a checkout, {len(missing)} orders not signalled afterwards"
    )
    noise = 3 * 1.25 * statistics.stdev(off) / PAIRS**0.5
    assert later <= LATER_AT_MOST_SECONDS + noise
    assert waited <= LATER_AT_MOST_SECONDS * 1000
    assert not missing
    if gone == "postgres":
        assert any(health["times_opened"] for health in processes.values())

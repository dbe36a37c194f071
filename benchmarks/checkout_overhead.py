"""What the plugin costs a shopper and a merchant: a real Saleor with the plugin switched on against switched off.

Runs where DISTRIBUTION_TEST_SALEOR_URL, _EMAIL and _PASSWORD name a Saleor that has the plugin installed and nothing
else to do; on and off take turns, so that both see the same machine.
"""

from __future__ import annotations

import os
import statistics

from benchmarks.result import report
from tests.saleor.client import Saleor
from tests.saleor.shop import Channel, Shop

VARIABLES = tuple(f"DISTRIBUTION_TEST_SALEOR_{name}" for name in ("URL", "EMAIL", "PASSWORD"))
TURNS = 60
WARM_UP_TURNS = 5
GOAL = 1.05


def measure(shop: Shop, channel: Channel, turns: int) -> dict[str, dict[bool, list[float]]]:
    """Seconds of each mutation, by its name and whether the plugin was on."""
    seconds: dict[str, dict[bool, list[float]]] = {
        "checkoutComplete": {True: [], False: []},
        "orderFulfill": {True: [], False: []},
    }
    for turn in range(turns):
        for active in (turn % 2 == 0, turn % 2 == 1):
            shop.plugin(active=active)
            order = shop.complete(shop.checkout(channel, referral_code="BENCH", referral_click="c"))
            seconds["checkoutComplete"][active].append(order.seconds)
            seconds["orderFulfill"][active].append(shop.fulfill(channel, order))
    return seconds


def run() -> None:
    """Sixty turns of each, and the worse of the two ratios."""
    values = [os.environ.get(variable, "") for variable in VARIABLES]
    if not all(values):
        print(f"bench checkout_overhead left out: no Saleor ({', '.join(VARIABLES)})", flush=True)
        return
    shop = Shop(Saleor(*values))
    channel = shop.channel()
    try:
        measure(shop, channel, WARM_UP_TURNS)
        seconds = measure(shop, channel, TURNS)
    finally:
        shop.plugin()
    ratios, words = [], []
    for mutation, turns in seconds.items():
        on, off = (statistics.median(turns[active]) * 1000 for active in (True, False))
        ratios.append(on / off)
        words.append(f"{mutation} {on / off:.3f}: {on:.1f} ms on, {off:.1f} ms off")
    words.append(f"p50 of {TURNS} each")
    report("checkout_overhead", max(ratios), GOAL, "; ".join(words), at_most=True)

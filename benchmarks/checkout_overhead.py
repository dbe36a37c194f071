"""What the plugin costs a shopper and a merchant: a real Saleor with it, without it, and with one webhook of an App.

Runs where DISTRIBUTION_TEST_SALEOR_URL, _EMAIL and _PASSWORD name a Saleor that has the plugin installed, a Celery
worker, and nothing else to do. The three take turns, each in every place of a turn, so that all see the same machine.
"""

from __future__ import annotations

import os
import statistics
from collections.abc import Mapping, Sequence

from benchmarks.app_webhook import AppWebhook, app_webhook
from benchmarks.result import report
from tests.saleor.client import Saleor
from tests.saleor.shop import Channel, Shop

VARIABLES = tuple(f"DISTRIBUTION_TEST_SALEOR_{name}" for name in ("URL", "EMAIL", "PASSWORD"))
PLUGIN, WEBHOOK, OFF = WAYS = ("plugin", "webhook", "off")
TURNS = 100
WARM_UP_TURNS = 5
GOAL = 1.03
Seconds = dict[str, list[float]]


def measure(shop: Shop, channel: Channel, webhook: AppWebhook, turns: int) -> dict[str, Seconds]:
    """Seconds of each mutation, by its name and by who was told of it."""
    seconds: dict[str, Seconds] = {
        name: {way: [] for way in WAYS} for name in ("checkoutComplete", "orderFulfill")
    }
    for turn in range(turns):
        for place in range(len(WAYS)):
            way = WAYS[(turn + place) % len(WAYS)]
            shop.plugin(active=way == PLUGIN)
            webhook.switch(on=way == WEBHOOK)
            order = shop.complete(shop.checkout(channel, referral_code="BENCH", referral_click="c"))
            seconds["checkoutComplete"][way].append(order.seconds)
            seconds["orderFulfill"][way].append(shop.fulfill(channel, order))
            if way == WEBHOOK:
                # What Celery still delivers would be measured as somebody else's.
                webhook.wait_until_told(deliveries=2)
    return seconds


def run(turns: int = TURNS) -> None:
    """A hundred of each; the worse of p50 and p95 of checkoutComplete, against off and against the webhook."""
    values = [os.environ.get(variable, "") for variable in VARIABLES]
    if not all(values):
        print(f"bench checkout_overhead left out: no Saleor ({', '.join(VARIABLES)})", flush=True)
        return
    shop = Shop(Saleor(*values))
    channel = shop.channel()
    with app_webhook(shop) as webhook:
        try:
            measure(shop, channel, webhook, WARM_UP_TURNS)
            seconds = measure(shop, channel, webhook, turns)
        finally:
            shop.plugin()
    words = "; ".join(_words(name, ways) for name, ways in seconds.items())
    completed = seconds["checkoutComplete"]
    for name, other, goal in (("checkout_overhead", OFF, GOAL), ("checkout_overhead_webhook", WEBHOOK, 1.0)):
        worse = max(_percentile(completed[PLUGIN], of) / _percentile(completed[other], of) for of in (50, 95))
        report(name, worse, goal, f"{words}; {turns} each, interleaved", at_most=True)


def _words(name: str, ways: Mapping[str, Sequence[float]]) -> str:
    figures = ", ".join(
        f"{way} {_percentile(seconds, 50) * 1000:.1f}/{_percentile(seconds, 95) * 1000:.1f}"
        for way, seconds in ways.items()
    )
    return f"{name} p50/p95 ms: {figures}"


def _percentile(seconds: Sequence[float], of: int) -> float:
    return statistics.quantiles(seconds, n=100, method="inclusive")[of - 1]

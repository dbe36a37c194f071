"""What was known of an order when its terms were frozen, for the merchant."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime

from flask_babel import gettext, lazy_gettext

from distribution.analytics.explanation.order import OrderExplanation
from portal.explaining.names import Names
from portal.formatting import day, money, number

STAGES = {
    "new": lazy_gettext("new"),
    "slow": lazy_gettext("sells slowly"),
    "best_selling": lazy_gettext("best seller"),
}


def order_facts(explained: OrderExplanation, placed_at: datetime, names: Names) -> list[tuple[str, str]]:
    """Labels and values; only what the plan asks for is known."""
    return list(_facts(explained, placed_at, names))


def _facts(explained: OrderExplanation, placed_at: datetime, names: Names) -> Iterator[tuple[str, str]]:
    facts = explained.facts
    yield gettext("Placed"), day(placed_at)
    sold = next((level.sold for line in explained.lines for level in line.levels if level.sold), None)
    if sold is not None:
        yield gettext("Channel"), names.one("channel", sold.sale.channel)
        yield gettext("Goods"), money(sold.sale.goods_minor, explained.currency)
    yield (
        gettext("Customer"),
        gettext("had bought before") if facts.repeat else gettext("first order, or not known"),
    )
    if facts.credited_orders:
        yield gettext("Earlier orders of this seller"), number(facts.credited_orders)
    if facts.credited_since is not None:
        yield gettext("The first of them"), day(facts.credited_since)
    for line in explained.lines:
        if line.stage is not None:
            yield line.product, str(STAGES.get(line.stage, line.stage))

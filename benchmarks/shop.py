"""A shop as merchants have it: 2,000 products below 60 categories, 200 distributors, and orders of theirs.

Everything follows from a seed, so that every run measures the same.
"""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from random import Random

from distribution.orders.snapshot import OPEN, OrderLine, OrderSnapshot

BEGIN = datetime(2026, 1, 1, tzinfo=UTC)
DAYS = 180
PRODUCTS = 2_000
DISTRIBUTORS = 200
SHOPPERS = 20_000
CATEGORIES = {f"c-{top}": [f"c-{top}-{sub}" for sub in range(5)] for top in range(10)}
COLLECTIONS = [f"col-{number}" for number in range(12)]
CHANNELS = ["default"] * 8 + ["wholesale", "outlet"]
GRADES = ["bronze", "silver", "gold"]
GROUPS = ["press", "teachers", "ambassadors"]


def code_of(seller: int) -> str:
    """The referral code of a seller, who is one of DISTRIBUTORS by number."""
    return f"BENCH{seller}"


def an_order(number: int, prefix: str = "shop", lines: int | None = None) -> OrderSnapshot:
    """A paid order, delivered as a rule; now and then a unit or money came back."""
    random = Random(number)
    placed_at = BEGIN + timedelta(seconds=number * 7919 % (DAYS * 86_400), microseconds=number)
    bought = tuple(
        _line(random, f"{prefix}-{number}-{line}", placed_at)
        for line in range(lines or random.choice((1, 2, 3, 3, 4, 5)))
    )
    total_minor = sum(line.gross_minor for line in bought)
    back_minor = sum(line.gross_minor * line.returned // line.quantity for line in bought)
    if random.random() < 0.03:
        back_minor += total_minor // 20
    return OrderSnapshot(
        source="bench",
        order_id=f"{prefix}-{number}",
        number=str(number),
        channel=random.choice(CHANNELS),
        currency="USD" if random.random() < 0.9 else "EUR",
        observed_at=placed_at + timedelta(days=30),
        placed_at=placed_at,
        status=OPEN,
        total_minor=total_minor,
        collected_minor=total_minor,
        given_back_minor=back_minor,
        customer_id=None,
        customer_key=f"shopper{number * 31 % SHOPPERS}".encode().ljust(16, b"-"),
        country="US",
        referral_code=code_of(number % DISTRIBUTORS),
        lines=bought,
    )


def _line(random: Random, line_id: str, placed_at: datetime) -> OrderLine:
    # A few products make most of the sales.
    product = int(PRODUCTS * random.random() ** 3)
    top = product % 10
    quantity = random.choice((1, 1, 1, 2, 3))
    net_minor = quantity * (500 + product * 37 % 9_500) * random.choice((100, 100, 100, 90)) // 100
    returned = 1 if random.random() < 0.04 else 0
    return OrderLine(
        id=line_id,
        quantity=quantity,
        fulfilled=quantity - returned if random.random() < 0.95 else 0,
        returned=returned,
        net_minor=net_minor,
        gross_minor=net_minor * 11 // 10,
        gift_card=random.random() < 0.01,
        sku=f"SKU-{product}",
        name=f"Product {product}",
        product_id=f"p-{product}",
        variant_id=f"v-{product}-{random.choice('ab')}",
        category_ids=(CATEGORIES[f"c-{top}"][product // 10 % 5], f"c-{top}"),
        collection_ids=tuple(COLLECTIONS[:2]) if product % 20 == 0 else (),
        fulfilled_at=placed_at + timedelta(days=3),
    )

"""The small shop that random plans and orders are about, so that rules meet orders often."""

from __future__ import annotations

from random import Random
from uuid import UUID

from tests.model.plan.order import EXPONENT

PRODUCTS = [f"p-{number}" for number in range(1, 6)]
VARIANTS = {product: [f"{product}-a", f"{product}-b"] for product in PRODUCTS}
# From the product's category up to the root; two trees.
PATHS = (("c-3", "c-2", "c-1"), ("c-2", "c-1"), ("c-1",), ("c-5", "c-4"), ("c-6", "c-4"), ())
CATEGORIES = [f"c-{number}" for number in range(1, 7)]
COLLECTIONS = [f"col-{number}" for number in range(1, 5)]
PEOPLE = [str(UUID(int=number)) for number in range(1, 7)]
GROUPS = ["press", "teachers", "athletes"]
GRADES = ["bronze", "silver", "gold"]
CHANNELS = ["default", "outlet", "wholesale"]
STAGES = ["new", "slow", "best_selling"]
CURRENCIES = ["USD", "USD", "USD", "EUR", "JPY", "KWD"]
PERIODS = ["month", "quarter", "year"]
INSTANTS = [
    "2026-02-28T12:00:00+00:00",
    "2026-03-01T00:00:00+00:00",
    "2026-03-31T23:59:59+00:00",
    "2026-06-15T08:30:00.000001+00:00",
    "2026-06-30T22:00:00+00:00",
    "2026-07-01T00:00:00+02:00",
    "2027-01-01T00:00:00+00:00",
]
BPS = [0, 1, 100, 333, 500, 1000, 1250, 3333, 10_000]


def amount(random: Random, currency: str, *, least: int = 0) -> str:
    """Decimal text, mostly small and odd, with at most the currency's decimals."""
    most = random.choice((9, 99, 999, 9_999, 99_999, 1_234_567))
    return decimal(random.randint(least, max(least, most)), currency)


def decimal(minor: int, currency: str) -> str:
    """An amount as documents write it."""
    digits = EXPONENT[currency]
    whole, part = divmod(minor, 10**digits)
    return f"{whole}.{part:0{digits}}" if digits else str(whole)


def bps(random: Random) -> int:
    """A rate: often a usual one."""
    return random.choice(BPS) if random.random() < 0.6 else random.randint(0, 10_000)

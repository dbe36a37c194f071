"""Orders to record: three lines each, so nine shares and nine commission lines."""

from __future__ import annotations

from datetime import UTC, datetime
from uuid import UUID

from sqlalchemy import Engine

from distribution.db import transaction
from distribution.orders.snapshot import OPEN, OrderLine, OrderSnapshot
from tests.factories import a_chain, a_code

PLACED_AT = datetime(2026, 3, 1, 10, 0, tzinfo=UTC)
SHIPPED_AT = datetime(2026, 3, 5, 10, 0, tzinfo=UTC)
OBSERVED_AT = datetime(2026, 3, 10, 10, 0, tzinfo=UTC)
CODE = "BENCH"
LINES = 3
LEVELS = 3


def sellers(engine: Engine) -> list[UUID]:
    """A chain of three, the first with the code every order carries."""
    with transaction(engine) as session:
        chain = a_chain(session, 3)
        a_code(session, chain[0], CODE)
        return [person.id for person in chain]


def orders(count: int, prefix: str) -> list[OrderSnapshot]:
    """Paid and delivered orders nobody has seen before, each of another shopper."""
    return [
        OrderSnapshot(
            source="bench",
            order_id=f"{prefix}-{number}",
            number=str(number),
            channel="default",
            currency="USD",
            observed_at=OBSERVED_AT,
            placed_at=PLACED_AT,
            status=OPEN,
            total_minor=8855,
            collected_minor=8855,
            given_back_minor=0,
            customer_id=None,
            customer_key=f"{prefix}{number}".encode().ljust(16, b"-")[:16],
            country="US",
            referral_code=CODE,
            lines=tuple(
                OrderLine(
                    id=f"{prefix}-{number}-line-{line}",
                    quantity=2,
                    fulfilled=2,
                    returned=0,
                    net_minor=4000 + line,
                    gross_minor=4400 + line,
                    sku=f"SKU-{line}",
                    name="A tee of the bench",
                    product_id=f"product-{line}",
                    variant_id=f"variant-{line}",
                    category_ids=("category-1",),
                    fulfilled_at=SHIPPED_AT,
                )
                for line in range(LINES)
            ),
        )
        for number in range(count)
    ]

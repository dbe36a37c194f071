"""The state of an order as of one moment: the only thing commission is ever computed from."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

DRAFT, OPEN, CANCELLED = "draft", "open", "cancelled"


@dataclass(frozen=True, slots=True)
class OrderLine:
    """One line of an order; amounts are the line's totals after every discount, in minor units.

    `fulfilled` counts units in fulfilled or replaced fulfilments, `returned` units in returned or refunded ones.
    `category_ids` are the product's category, then those above it, the nearest first. The undiscounted amounts are the
    line's before any discount, `cost_minor` is what all its units cost the shop: None where the shop does not say it.
    """

    id: str
    quantity: int
    fulfilled: int
    returned: int
    net_minor: int
    gross_minor: int
    gift_card: bool = False
    sku: str | None = None
    name: str = ""
    product_id: str | None = None
    variant_id: str | None = None
    category_ids: tuple[str, ...] = ()
    collection_ids: tuple[str, ...] = ()
    fulfilled_at: datetime | None = None
    undiscounted_net_minor: int | None = None
    undiscounted_gross_minor: int | None = None
    cost_minor: int | None = None


@dataclass(frozen=True, slots=True)
class OrderSnapshot:
    """A whole order. Amounts in minor units of `currency`.

    `collected_minor` is what was ever paid in; `given_back_minor` what went back of the goods, gross, every way
    money goes back, overpayment excluded. The shipping is part of the total and of no line. `customer_key` is the
    keyed hash of the shopper's e-mail.
    """

    source: str
    order_id: str
    number: str
    channel: str
    currency: str
    observed_at: datetime
    placed_at: datetime
    status: str
    total_minor: int
    collected_minor: int
    given_back_minor: int
    lines: tuple[OrderLine, ...]
    customer_id: str | None = None
    customer_key: bytes | None = None
    country: str | None = None
    referral_code: str | None = None
    click_id: str | None = None
    voucher_code: str | None = None
    replacement_of: str | None = None
    shipping_net_minor: int = 0
    shipping_gross_minor: int = 0

    @property
    def alive(self) -> bool:
        """Not a draft, not cancelled, and not a replacement of another order."""
        return self.status == OPEN and self.replacement_of is None

    @property
    def paid(self) -> bool:
        """Alive, and ever paid in full."""
        return self.alive and self.collected_minor >= self.total_minor

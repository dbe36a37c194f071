"""A checkout becomes an order: one whose story a real Saleor told for the same product and quantity."""

from __future__ import annotations

from datetime import datetime, timedelta
from uuid import UUID

from distribution.demo.sales import COUNTER
from distribution.demo.shapes import ORDER, Identity, Shape, global_id, shapes
from distribution.demo.shop.store import Checkout, ShopOrder, Store

SHIPS_AFTER = timedelta(seconds=60)
_PLACED = 0


def place(store: Store, checkout: Checkout, *, email: str, key: UUID, now: datetime) -> ShopOrder | None:
    """The order of a checkout, placed and paid; None when the checkout became one before."""
    shape = story_of(checkout)
    identity = Identity(
        id=global_id("Order", key),
        number=store.next_number(),
        email=email,
        times=tuple(now + SHIPS_AFTER * step for step in range(len(shape.steps))),
        referral_code=checkout.metadata.get("referral_code"),
        click_id=checkout.metadata.get("referral_click"),
    )
    order = ShopOrder(shape, ORDER, identity, _PLACED)
    return order if store.complete(checkout, order) else None


def story_of(checkout: Checkout) -> Shape:
    """The recorded story that sells this."""
    return next(
        shape
        for shape in shapes()
        if shape.kind == COUNTER
        and shape.channel == checkout.channel
        and shape.items == ((checkout.sku, checkout.quantity),)
    )

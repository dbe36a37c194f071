"""What a voucher of the shop gives, read from Saleor."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from distribution.adapters.saleor.client import SaleorClient
from distribution.promotion.offer import ChannelOffer, Offer

_READ = """
query VoucherOffer($id: ID!) {
  voucher(id: $id) {
    type discountValueType startDate endDate applyOncePerCustomer applyOncePerOrder
    channelListings { channel { slug } currency discountValue minSpent { amount } }
  }
}
"""
_TYPES = {"PERCENTAGE": "percentage", "FIXED": "fixed"}


def read_offer(client: SaleorClient, voucher_id: str) -> Offer | None:
    """The voucher's discount by channel; None where the shop has no such voucher, or does not show it to us."""
    voucher = client.execute(_READ, {"id": voucher_id}).data.get("voucher")
    return None if voucher is None else _offer(voucher)


def _offer(voucher: Mapping[str, Any]) -> Offer:
    is_shipping = voucher["type"] == "SHIPPING"
    # A discount on the cheapest item alone is none on the whole order.
    whole = voucher["type"] == "ENTIRE_ORDER" and not voucher.get("applyOncePerOrder")
    return Offer(
        value_type=_TYPES.get(str(voucher["discountValueType"]), "fixed"),
        applies_to="shipping" if is_shipping else "order" if whole else "products",
        once_per_customer=bool(voucher.get("applyOncePerCustomer")),
        starts_at=_moment(voucher.get("startDate")),
        ends_at=_moment(voucher.get("endDate")),
        channels=tuple(_listing(each) for each in voucher.get("channelListings") or ()),
    )


def _listing(listing: Mapping[str, Any]) -> ChannelOffer:
    least = (listing.get("minSpent") or {}).get("amount")
    return ChannelOffer(
        channel=str(listing["channel"]["slug"]),
        currency=str(listing["currency"]),
        value=_plain(listing["discountValue"]),
        minimum=None if not least else _plain(least),
    )


def _plain(amount: Any) -> str:
    """As people write it: 10, not 10.0 or 1E+1."""
    text = f"{amount:f}" if hasattr(amount, "as_tuple") else str(amount)
    return text.rstrip("0").rstrip(".") if "." in text else text


def _moment(text: str | None) -> datetime | None:
    return None if text is None else datetime.fromisoformat(text)

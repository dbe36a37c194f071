"""The rules by which the seller of an order is chosen, as the decision wants them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Literal

SelfPurchase = Literal["pay", "skip", "sponsor"]


@dataclass(frozen=True, slots=True)
class AttributionPolicy:
    """Who beats whom, and for how long; no number of days means without end."""

    voucher_first: bool = True
    binding_first: bool = False
    binding_days: int | None = 365
    window_days: int | None = 30
    protection_days: int = 0
    new_customers_only: bool = False
    self_purchase: SelfPurchase = "skip"
    bind_on_first_order: bool = True


def from_document(document: Mapping[str, Any]) -> AttributionPolicy:
    """The policy in the program's settings (`attribution` of the document); what it leaves out has its default."""
    default = AttributionPolicy()
    return AttributionPolicy(
        voucher_first=document.get("voucher_first", default.voucher_first),
        # First touch: the distributor a shopper is already bound to beats whoever's link was followed last.
        binding_first=document.get("touch", "last") == "first",
        binding_days=document.get("binding_days", default.binding_days),
        window_days=document.get("window_days", default.window_days),
        protection_days=document.get("protection_days", default.protection_days),
        new_customers_only=document.get("new_customers_only", default.new_customers_only),
        self_purchase=document.get("self_purchase", default.self_purchase),
        bind_on_first_order=document.get("binding_moment", "first_order") == "first_order",
    )

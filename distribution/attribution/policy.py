"""The rules by which the seller of an order is chosen, as the decision wants them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Literal

SelfPurchase = Literal["pay", "skip", "sponsor"]
BindingMoment = Literal["none", "first_visit", "sign_up", "first_order"]
Occasion = Literal["visit", "sign_up", "order"]

# A visit is known at the latest when its shopper signs up or buys.
_OCCASIONS: Mapping[BindingMoment, frozenset[Occasion]] = {
    "none": frozenset(),
    "first_visit": frozenset({"visit", "sign_up", "order"}),
    "sign_up": frozenset({"sign_up"}),
    "first_order": frozenset({"order"}),
}


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
    binding_moment: BindingMoment = "first_order"

    def binds_at(self, occasion: Occasion) -> bool:
        """Whether a shopper who came through a distributor is bound on this occasion."""
        return occasion in _OCCASIONS[self.binding_moment]

    def binding_ends(self, begins: datetime) -> datetime | None:
        """When a binding that begins then ends by itself; None: never."""
        return None if self.binding_days is None else begins + timedelta(days=self.binding_days)


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
        binding_moment=document.get("binding_moment", default.binding_moment),
    )

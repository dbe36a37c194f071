"""What some of the demo's people said for the tax office when they joined."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy.orm import Session

from distribution.demo.brand import EMMA, XIAOYUN
from distribution.network.tables import Distributor
from distribution.privacy.encryption import Cipher
from distribution.tax.profile import Details, record_profile

TAX_RULES: dict[str, Any] = {
    "withholding": [
        {
            "country": "CN",
            "recipients": "person",
            "currency": "CNY",
            "brackets": [{"bps": 0}, {"from_minor": 80_000, "bps": 2_000}],
        }
    ],
    "invoice_prefix": "SB",
}


@dataclass(frozen=True, slots=True)
class _Said:
    country: str
    details: Details
    self_billing: bool


# The German id is the one that descriptions of its check digits show.
_SAID = {
    EMMA.email: _Said(
        "DE", Details(EMMA.name, "Kastanienallee 12\n10435 Berlin", "36574261809"), self_billing=True
    ),
    XIAOYUN.email: _Said("CN", Details(XIAOYUN.name, "杭州市西湖区龙井路 8 号", None), self_billing=False),
}


def tell(session: Session, distributor: Distributor, *, cipher: Cipher, now: datetime) -> None:
    """Record what this one said, if anything."""
    said = _SAID.get(distributor.email)
    if said is not None:
        record_profile(
            session,
            distributor,
            country=said.country,
            recipient="person",
            details=said.details,
            self_billing=said.self_billing,
            cipher=cipher,
            actor=f"distributor:{distributor.id}",
            now=now,
        )

"""What the shop's voucher gives, kept as it was read; distributors and storefronts are told."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from datetime import datetime
from typing import Any

from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Session

from distribution.promotion.tables import VoucherOffer


@dataclass(frozen=True, slots=True)
class ChannelOffer:
    """The discount in one channel as decimal text, percent or an amount; `minimum` is what must be bought."""

    channel: str
    currency: str
    value: str
    minimum: str | None


@dataclass(frozen=True, slots=True)
class Offer:
    """`value_type` is percentage or fixed; `applies_to` the whole order, some products of it, or shipping."""

    value_type: str
    applies_to: str
    once_per_customer: bool
    starts_at: datetime | None
    ends_at: datetime | None
    channels: tuple[ChannelOffer, ...]

    def runs(self, now: datetime) -> bool:
        """Whether the voucher counts now."""
        return (self.starts_at is None or self.starts_at <= now) and (
            self.ends_at is None or now < self.ends_at
        )


def keep_offer(session: Session, voucher_id: str, offer: Offer, *, now: datetime) -> None:
    """Keep what was read, in place of what was read before."""
    document = {
        **asdict(offer),
        "starts_at": offer.starts_at and offer.starts_at.isoformat(),
        "ends_at": offer.ends_at and offer.ends_at.isoformat(),
    }
    values = {"document": document, "read_at": now}
    statement = insert(VoucherOffer).values(voucher_id=voucher_id, **values)
    session.execute(statement.on_conflict_do_update(index_elements=["voucher_id"], set_=values))


def offer_of(session: Session, voucher_id: str | None) -> Offer | None:
    """What the voucher gives, as far as it was read."""
    row = None if voucher_id is None else session.get(VoucherOffer, voucher_id)
    return None if row is None else _offer(row.document)


def offer_read_at(session: Session, voucher_id: str) -> datetime | None:
    """When it was read last."""
    row = session.get(VoucherOffer, voucher_id)
    return None if row is None else row.read_at


def _offer(document: Mapping[str, Any]) -> Offer:
    starts_at, ends_at = document["starts_at"], document["ends_at"]
    return Offer(
        value_type=document["value_type"],
        applies_to=document["applies_to"],
        once_per_customer=document["once_per_customer"],
        starts_at=None if starts_at is None else datetime.fromisoformat(starts_at),
        ends_at=None if ends_at is None else datetime.fromisoformat(ends_at),
        channels=tuple(ChannelOffer(**each) for each in document["channels"]),
    )

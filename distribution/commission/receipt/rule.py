"""When commission would mature, given when its goods were sent and what is known of their arrival."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime, timedelta
from typing import NamedTuple

SHOPPER, CARRIER, MERCHANT = CONFIRMED_BY = ("shopper", "carrier", "merchant")


class Receipt(NamedTuple):
    """Somebody said at `recorded_at` that what had been sent of an order by `received_at` had arrived then."""

    received_at: datetime
    recorded_at: datetime


def matures_at(
    latest_at: datetime, *, wait: timedelta, hold: timedelta, receipts: Iterable[Receipt]
) -> datetime:
    """The end of the hold after the first receipt of what was sent `wait` + `hold` before `latest_at`.

    Goods count as received `wait` after they were sent, if nobody says so earlier. What is said once the commission
    has matured anyway changes nothing: it may be settled by then.
    """
    sent_at = latest_at - wait - hold
    arrived = (
        receipt.received_at
        for receipt in receipts
        if receipt.received_at >= sent_at and receipt.recorded_at < latest_at
    )
    first_at = min(arrived, default=None)
    return latest_at if first_at is None else min(latest_at, first_at + hold)

"""What an order counts for, before and after a snapshot of it is recorded."""

from __future__ import annotations

from collections.abc import Iterator
from zoneinfo import ZoneInfo

from distribution.commission.append import Appendix
from distribution.commission.counting.months import month_of
from distribution.commission.counting.movements import Movement, of_claims, of_sales
from distribution.commission.known import KnownOrder


def counted_before(order: KnownOrder, currency: str, zone: ZoneInfo) -> Iterator[Movement]:
    """What the order counted for until now, taken back."""
    terms = order.terms
    if terms is None or order.placed_at is None:
        return
    month = month_of(order.placed_at, zone)
    yield from of_sales(terms.upline, currency, month, -order.sales_minor)
    shares = [share for share in order.shares if share.terms_number == terms.number]
    yield from of_claims(shares, currency, month, -1)


def counted_after(appendix: Appendix, zone: ZoneInfo) -> Iterator[Movement]:
    """What it counts for from now on."""
    terms = appendix.terms
    if terms is None:
        return
    month = month_of(appendix.snapshot.placed_at, zone)
    currency = appendix.snapshot.currency
    yield from of_sales(terms.upline, currency, month, appendix.sales_minor)
    shares = [share for share in appendix.order.shares if share.terms_number == terms.number]
    yield from of_claims([*shares, *(new.share for new in appendix.shares)], currency, month)

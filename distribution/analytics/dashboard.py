"""Everything a distributor's first page shows, in five queries."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy.orm import Session

from distribution.analytics.balances import Balances, balances
from distribution.analytics.next_settlement import NextSettlement, next_settlement, settles_at
from distribution.analytics.orders import OrderRow, orders
from distribution.analytics.selling import Selling, selling
from distribution.analytics.trend import Trend, trend
from distribution.settings.document import ProgramSettings

RECENT_ORDERS = 5


@dataclass(frozen=True, slots=True)
class Dashboard:
    """Money first, then what moved, then what is new."""

    currencies: tuple[str, ...]
    balance: Balances
    next: NextSettlement
    trend: Trend
    selling: Selling
    recent: tuple[OrderRow, ...]


def dashboard(
    session: Session,
    distributor_id: UUID,
    *,
    currency: str | None,
    settings: ProgramSettings,
    days: int,
    now: datetime,
) -> Dashboard:
    """The dashboard in `currency`; without one in the program's own if there is money in it, else where there is."""
    zone, default_currency = settings.time_zone, settings.default_currency
    settled_at = settles_at(settings, now)
    held = balances(session, distributor_id, now=now, zone=zone, by=settled_at)
    known = {each.currency: each for each in held}
    chosen = currency if currency in known else None
    if chosen is None:
        chosen = default_currency if default_currency in known or not known else next(iter(known))
    balance = known.get(chosen) or Balances(chosen)
    return Dashboard(
        currencies=tuple(known) or (chosen,),
        balance=balance,
        next=next_settlement(balance, at=settled_at, settings=settings),
        trend=trend(session, distributor_id, currency=chosen, days=days, now=now, zone=zone),
        selling=selling(session, distributor_id, currency=chosen, days=days, now=now, zone=zone),
        recent=orders(session, distributor_id, limit=RECENT_ORDERS).items,
    )

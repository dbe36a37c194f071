"""Everything a distributor's first page shows, in six queries."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy.orm import Session

from distribution.analytics.balances import Balances, balances
from distribution.analytics.next_settlement import NextSettlement, next_settlement, settles_at
from distribution.analytics.orders import OrderRow, orders
from distribution.analytics.own_currencies import OwnCurrencies, own_currencies
from distribution.analytics.selling import Selling, selling
from distribution.analytics.trend import Trend, trend
from distribution.settings.document import ProgramSettings

RECENT_ORDERS = 5


@dataclass(frozen=True, slots=True)
class Dashboard:
    """Money first, then what moved, then what is new."""

    currencies: OwnCurrencies
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
    """The dashboard in the `currency` that was asked for, or in the one that `own_currencies` says."""
    zone = settings.time_zone
    settled_at = settles_at(settings, now)
    held = balances(session, distributor_id, now=now, zone=zone, by=settled_at)
    currencies = own_currencies(
        session, distributor_id, asked=currency, program_currency=settings.default_currency
    )
    chosen = currencies.chosen
    balance = next((each for each in held if each.currency == chosen), Balances(chosen))
    return Dashboard(
        currencies=currencies,
        balance=balance,
        next=next_settlement(balance, at=settled_at, settings=settings),
        trend=trend(session, distributor_id, currency=chosen, days=days, now=now, zone=zone),
        selling=selling(session, distributor_id, currency=chosen, days=days, now=now, zone=zone),
        recent=orders(session, distributor_id, limit=RECENT_ORDERS).items,
    )

"""The whole program on one page: what is owed, what it sells, what needs somebody."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from uuid import UUID
from zoneinfo import ZoneInfo

from sqlalchemy import select, text
from sqlalchemy.orm import Session

from distribution.analytics.console_due import Earned, earned
from distribution.analytics.console_orders import currencies as order_currencies
from distribution.analytics.console_settlements import RunRow, runs
from distribution.analytics.console_verification import VerificationRow, verifications
from distribution.analytics.console_waiting import Waiting, waiting
from distribution.orders.tables import Reconciliation


@dataclass(frozen=True, slots=True)
class Owed:
    """Where the distributors' money is in one currency; `debt_minor` is ≤ 0."""

    currency: str
    pending_minor: int
    matured_minor: int
    available_minor: int
    reserved_minor: int
    debt_minor: int

    @property
    def total_minor(self) -> int:
        """All that is owed, debts not set off."""
        return self.pending_minor + self.matured_minor + self.available_minor + self.reserved_minor


@dataclass(frozen=True, slots=True)
class SalesDay:
    """Sales of one day, net."""

    day: date
    attributed_minor: int = 0
    orders: int = 0


@dataclass(frozen=True, slots=True)
class Sales:
    """Sales of a period in one currency, next to the period before; all net of tax and shipping."""

    currency: str
    orders: int
    attributed_orders: int
    net_minor: int
    attributed_minor: int
    attributed_before_minor: int
    days: tuple[SalesDay, ...]
    before: tuple[SalesDay, ...]


@dataclass(frozen=True, slots=True)
class Seller:
    """One of those who sold most."""

    id: UUID
    name: str
    orders: int
    net_minor: int


@dataclass(frozen=True, slots=True)
class LastReconciliation:
    """How the last comparison with the shop went."""

    started_at: datetime
    finished_at: datetime | None
    repaired: int
    failed: int
    error: str | None


@dataclass(frozen=True, slots=True)
class Overview:
    """Everything of the first page."""

    owed: tuple[Owed, ...]
    currencies: tuple[str, ...]
    sales: Sales
    sellers: tuple[Seller, ...]
    waiting: Waiting
    astray: int
    distributors: int
    joined: int
    reconciliation: LastReconciliation | None
    settlement: RunRow | None
    verification: VerificationRow | None


_HELD = text(
    """
    SELECT account.currency, balance.kind, sum(balance.balance_minor)::bigint
    FROM distribution.balances balance JOIN distribution.accounts account ON account.id = balance.account_id
    GROUP BY 1, 2
    """
)
_CURRENCIES = text(
    """
    SELECT currency FROM (
        SELECT known.currency, (
            SELECT count(*) FROM distribution.orders
            WHERE currency = known.currency AND placed_at >= :since AND status = 'open'
        ) AS orders FROM unnest(CAST(:known AS text[])) AS known (currency)
    ) AS counted WHERE orders > 0 ORDER BY orders DESC, currency
    """
)
_DAYS = text(
    """
    SELECT (placed_at AT TIME ZONE :zone)::date, count(*), count(distributor_id), sum(net_minor)::bigint,
        coalesce(sum(net_minor) FILTER (WHERE distributor_id IS NOT NULL), 0)::bigint
    FROM distribution.orders
    WHERE placed_at >= :since AND placed_at <= :now AND status = 'open' AND currency = :currency GROUP BY 1
    """
)
_SELLERS = text(
    """
    SELECT seller.id, seller.name, sold.orders, sold.net_minor
    FROM (
        SELECT distributor_id, count(*) AS orders, sum(net_minor)::bigint AS net_minor FROM distribution.orders
        WHERE placed_at >= :since AND placed_at <= :now AND status = 'open' AND currency = :currency
            AND distributor_id IS NOT NULL
        GROUP BY distributor_id ORDER BY net_minor DESC LIMIT 5
    ) AS sold JOIN distribution.distributors seller ON seller.id = sold.distributor_id
    ORDER BY sold.net_minor DESC, seller.id
    """
)
_ASTRAY = text(
    """
    SELECT count(*) FROM distribution.orders
    WHERE placed_at >= :since AND reason IN ('unknown_code', 'malformed_code', 'inactive_distributor')
    """
)
# A hundred thousand sellers are added up in memory.
_ROOM = text("SELECT set_config('work_mem', '64MB', true)")
_PEOPLE = text(
    """
    SELECT (SELECT count(*) FROM distribution.distributors WHERE status = 'active'),
        (SELECT count(*) FROM distribution.distributors WHERE joined_at >= :since)
    """
)


def overview(
    session: Session,
    *,
    currency: str | None,
    default_currency: str,
    days: int,
    now: datetime,
    zone: str,
) -> Overview:
    """The first page; sales are those of the last `days` in one currency, by default the one most used."""
    since = now - timedelta(days=days)
    currencies = _currencies(session, since - timedelta(days=days))
    chosen = next((one for one in currencies if one == currency), next(iter(currencies), default_currency))
    session.execute(_ROOM)
    people = session.execute(_PEOPLE, {"since": since}).one()
    period = {"since": since, "now": now, "currency": chosen}
    return Overview(
        owed=_owed(session, now),
        currencies=currencies or (default_currency,),
        sales=_sales(session, chosen, days, now, zone),
        sellers=tuple(Seller(*row) for row in session.execute(_SELLERS, period)),
        waiting=waiting(session),
        astray=session.execute(_ASTRAY, {"since": since}).scalar_one(),
        distributors=people[0],
        joined=people[1],
        reconciliation=_reconciliation(session),
        settlement=next(iter(runs(session).items), None),
        verification=next(iter(verifications(session, limit=1)), None),
    )


def _currencies(session: Session, since: datetime) -> tuple[str, ...]:
    """What was sold in since then, the one most used first; one alone needs no counting."""
    known = order_currencies(session)
    if len(known) == 1:
        return tuple(known)
    return tuple(session.scalars(_CURRENCIES, {"since": since, "known": known}))


def _owed(session: Session, now: datetime) -> tuple[Owed, ...]:
    held: dict[str, dict[str, int]] = {}
    for currency, kind, minor in session.execute(_HELD):
        held.setdefault(currency, {})[kind] = minor
    unsettled = {one.currency: one for one in earned(session, now=now)}
    return tuple(
        _owed_in(unsettled.get(currency, Earned(currency, 0, 0)), held.get(currency, {}))
        for currency in sorted(held.keys() | unsettled.keys())
    )


def _owed_in(unsettled: Earned, held: dict[str, int]) -> Owed:
    return Owed(
        currency=unsettled.currency,
        pending_minor=unsettled.pending_minor,
        matured_minor=unsettled.matured_minor,
        available_minor=held.get("available", 0),
        reserved_minor=held.get("reserved", 0),
        debt_minor=held.get("debt", 0),
    )


def _sales(session: Session, currency: str, days: int, now: datetime, zone: str) -> Sales:
    today = now.astimezone(ZoneInfo(zone)).date()
    first = today - timedelta(days=2 * days - 1)
    since = datetime(first.year, first.month, first.day, tzinfo=ZoneInfo(zone))
    rows = {
        row[0]: row
        for row in session.execute(_DAYS, {"since": since, "now": now, "zone": zone, "currency": currency})
    }
    dates = [first + timedelta(days=step) for step in range(2 * days)]
    every = [SalesDay(day, rows[day][4], rows[day][2]) if day in rows else SalesDay(day) for day in dates]
    counted = [rows[day] for day in dates[days:] if day in rows]
    return Sales(
        currency=currency,
        orders=sum(row[1] for row in counted),
        attributed_orders=sum(row[2] for row in counted),
        net_minor=sum(row[3] for row in counted),
        attributed_minor=sum(row[4] for row in counted),
        attributed_before_minor=sum(day.attributed_minor for day in every[:days]),
        days=tuple(every[days:]),
        before=tuple(every[:days]),
    )


def _reconciliation(session: Session) -> LastReconciliation | None:
    row = session.scalars(select(Reconciliation).order_by(Reconciliation.id.desc()).limit(1)).first()
    if row is None:
        return None
    return LastReconciliation(row.started_at, row.finished_at, row.repaired, row.failed, row.error)

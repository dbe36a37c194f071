"""Is the program ready: a plan, somebody to log in, a voucher in step, a storefront that passes codes on."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, timedelta

from sqlalchemy import func, select, text
from sqlalchemy.orm import Session

from distribution.commission.tables import PlanVersion
from distribution.installation.outcome import Finding, one_line
from distribution.installation.outcomes import found
from distribution.settings import program
from distribution.settings.tables import Merchant

ORDERS_LOOKED_AT = 50
FEWEST_ORDERS = 10
LATELY = timedelta(days=30)

# Every reason but these comes of a code or click on the order, whatever was decided of it.
_STOREFRONT = text(
    """
    SELECT count(*),
           count(*) FILTER (WHERE reason NOT IN ('no_referral', 'binding', 'voucher', 'replacement', 'reassigned')),
           (SELECT count(*) FROM distribution.clicks WHERE at >= :since)
    FROM (SELECT reason FROM distribution.orders WHERE reason IS NOT NULL AND placed_at >= :since
          ORDER BY placed_at DESC LIMIT :looked_at) AS newest
    """
)
_VOUCHERS = text(
    """
    SELECT count(*) FILTER (WHERE refused IS NULL), count(refused), max(refused)
    FROM distribution.shop_vouchers WHERE voucher_id = :voucher_id
    """
)


def check_program(session: Session, now: datetime) -> Iterator[Finding]:
    """Everything that is set up in the console."""
    yield _plan(session, now)
    yield _owner(session)
    yield _voucher(session)
    yield _storefront(session, now)


def voucher_id(session: Session) -> str | None:
    """The voucher of the shop that distributors have codes in."""
    return program.read(session).vouchers.voucher_id


def _plan(session: Session, now: datetime) -> Finding:
    number = session.scalar(select(func.max(PlanVersion.number)).where(PlanVersion.effective_at <= now))
    return found("plan.good", number=number) if number else found("plan.built_in")


def _owner(session: Session) -> Finding:
    owner = select(Merchant.id).where(Merchant.role == "owner", Merchant.disabled_at.is_(None)).limit(1)
    return found("owner.good" if session.scalar(owner) is not None else "owner.none")


def _voucher(session: Session) -> Finding:
    chosen = voucher_id(session)
    if chosen is None:
        return found("voucher.none")
    count, refused, why = session.execute(_VOUCHERS, {"voucher_id": chosen}).one()
    if refused:
        return found("voucher.refused", count=refused, error=one_line(why))
    return found("voucher.good", count=count)


def _storefront(session: Session, now: datetime) -> Finding:
    facts = {"since": now - LATELY, "looked_at": ORDERS_LOOKED_AT}
    orders, coded, clicks = session.execute(_STOREFRONT, facts).one()
    if coded:
        return found("storefront.good", orders=orders, coded=coded)
    if orders < FEWEST_ORDERS or not clicks:
        return found("storefront.few", orders=orders)
    return found("storefront.no_code", orders=orders, clicks=clicks)

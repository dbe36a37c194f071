"""What a distributor has and is about to have, in each currency."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from uuid import UUID

from sqlalchemy import text
from sqlalchemy.orm import Session

from distribution.analytics.unsettled import UNSETTLED
from distribution.commission.review.rule import HELD_AT
from distribution.ledger.read import Holdings, holdings


@dataclass(frozen=True, slots=True)
class Maturing:
    """What becomes due on one day."""

    day: date
    amount_minor: int

    @property
    def is_held(self) -> bool:
        """Whether the day is the one that never comes, in whatever time zone."""
        return self.day >= HELD_AT.date() - timedelta(days=1)


@dataclass(frozen=True, slots=True)
class Balances:
    """The whole of a distributor's money in one currency; `debt_minor` is ≤ 0.

    Pending waits for its hold to end, `held_minor` of it until somebody has reviewed it; matured waits for the next
    settlement: lines no run has settled yet; `expected_minor` is what of both will have matured by a moment that was
    asked for. The others are what the ledger holds.
    """

    currency: str
    pending_minor: int = 0
    matured_minor: int = 0
    available_minor: int = 0
    reserved_minor: int = 0
    paid_minor: int = 0
    debt_minor: int = 0
    upcoming: tuple[Maturing, ...] = ()
    held_minor: int = 0
    expected_minor: int = 0

    @property
    def is_empty(self) -> bool:
        """Whether there is nothing of any kind."""
        return not any(
            (
                self.pending_minor,
                self.matured_minor,
                self.available_minor,
                self.reserved_minor,
                self.paid_minor,
                self.debt_minor,
            )
        )


_UNSETTLED = text(f"""
SELECT currency, matures_at > :now AS is_pending,
    CASE WHEN matures_at > :now THEN (matures_at AT TIME ZONE :zone)::date END AS day, sum(amount_minor)::bigint,
    coalesce(sum(amount_minor) FILTER (WHERE matures_at <= :by), 0)::bigint
FROM ({UNSETTLED}) AS line
GROUP BY 1, 2, 3 ORDER BY 1, 2, 3
""")


def balances(
    session: Session, distributor_id: UUID, *, now: datetime, zone: str = "UTC", by: datetime | None = None
) -> list[Balances]:
    """One answer for each currency the distributor ever had anything in; the days of `upcoming` are `zone`'s.

    `by` is the moment of `expected_minor`, `now` where none is given.
    """
    held = {each.currency: each for each in holdings(session, [distributor_id])}
    pending: dict[str, list[Maturing]] = {}
    matured: dict[str, int] = {}
    expected: dict[str, int] = {}
    parameters = {"distributor_id": distributor_id, "now": now, "zone": zone, "by": by or now}
    for currency, is_pending, day, amount_minor, expected_minor in session.execute(_UNSETTLED, parameters):
        expected[currency] = expected.get(currency, 0) + expected_minor
        if is_pending:
            pending.setdefault(currency, []).append(Maturing(day, amount_minor))
        else:
            matured[currency] = amount_minor
    return [
        _balances(currency, held.get(currency), pending.get(currency, []), matured, expected)
        for currency in sorted({*held, *pending, *matured})
    ]


def _balances(
    currency: str,
    ledger: Holdings | None,
    days: Sequence[Maturing],
    matured: Mapping[str, int],
    expected: Mapping[str, int],
) -> Balances:
    return Balances(
        currency=currency,
        pending_minor=sum(each.amount_minor for each in days),
        matured_minor=matured.get(currency, 0),
        available_minor=ledger.available_minor if ledger else 0,
        reserved_minor=ledger.reserved_minor if ledger else 0,
        paid_minor=ledger.paid_minor if ledger else 0,
        debt_minor=ledger.debt_minor if ledger else 0,
        upcoming=tuple(each for each in days if each.amount_minor and not each.is_held),
        held_minor=sum(each.amount_minor for each in days if each.is_held),
        expected_minor=expected.get(currency, 0),
    )

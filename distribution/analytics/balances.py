"""What a distributor has and is about to have, in each currency."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from sqlalchemy import text
from sqlalchemy.orm import Session

from distribution.ledger.read import Holdings, holdings
from distribution.settlement.window import LINES


@dataclass(frozen=True, slots=True)
class Maturing:
    """What becomes due on one day."""

    day: date
    amount_minor: int


@dataclass(frozen=True, slots=True)
class Balances:
    """The whole of a distributor's money in one currency; `debt_minor` is ≤ 0.

    Pending waits for its hold to end, matured for the next settlement; both are lines no run has settled yet. The
    others are what the ledger holds.
    """

    currency: str
    pending_minor: int = 0
    matured_minor: int = 0
    available_minor: int = 0
    reserved_minor: int = 0
    paid_minor: int = 0
    debt_minor: int = 0
    upcoming: tuple[Maturing, ...] = ()

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


# A line is settled when the distributor's newest statement in its currency, or one before, contains it.
_UNSETTLED = text(f"""
WITH closed AS (
    SELECT DISTINCT ON (statement.currency) statement.currency, run.epoch, run.cutoff_at
    FROM distribution.statements statement JOIN distribution.settlement_runs run ON run.id = statement.run_id
    WHERE statement.distributor_id = :distributor_id ORDER BY statement.currency, statement.number DESC
)
SELECT line.currency, line.matures_at > :now AS is_pending,
    CASE WHEN line.matures_at > :now THEN (line.matures_at AT TIME ZONE :zone)::date END AS day,
    sum(line.amount_minor)::bigint
FROM ({LINES}) AS line LEFT JOIN closed ON closed.currency = line.currency
WHERE line.distributor_id = :distributor_id
    AND (closed.epoch IS NULL OR line.matures_at > closed.cutoff_at OR line.epoch > closed.epoch)
GROUP BY 1, 2, 3 ORDER BY 1, 2, 3
""")


def balances(session: Session, distributor_id: UUID, *, now: datetime, zone: str = "UTC") -> list[Balances]:
    """One answer for each currency the distributor ever had anything in; the days of `upcoming` are `zone`'s."""
    held = {each.currency: each for each in holdings(session, [distributor_id])}
    pending: dict[str, list[Maturing]] = {}
    matured: dict[str, int] = {}
    parameters = {"distributor_id": distributor_id, "now": now, "zone": zone}
    for currency, is_pending, day, amount_minor in session.execute(_UNSETTLED, parameters):
        if is_pending:
            pending.setdefault(currency, []).append(Maturing(day, amount_minor))
        else:
            matured[currency] = amount_minor
    return [_balances(currency, held, pending, matured) for currency in sorted({*held, *pending, *matured})]


def _balances(
    currency: str,
    held: Mapping[str, Holdings],
    pending: Mapping[str, list[Maturing]],
    matured: Mapping[str, int],
) -> Balances:
    ledger = held.get(currency)
    days = pending.get(currency, [])
    return Balances(
        currency=currency,
        pending_minor=sum(each.amount_minor for each in days),
        matured_minor=matured.get(currency, 0),
        available_minor=ledger.available_minor if ledger else 0,
        reserved_minor=ledger.reserved_minor if ledger else 0,
        paid_minor=ledger.paid_minor if ledger else 0,
        debt_minor=ledger.debt_minor if ledger else 0,
        upcoming=tuple(each for each in days if each.amount_minor),
    )

"""When a distributor is settled next, what is expected to be in it, and what would be too little."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID
from zoneinfo import ZoneInfo

from sqlalchemy import text
from sqlalchemy.orm import Session

from distribution.analytics.unsettled import UNSETTLED
from distribution.settings.document import ProgramSettings
from distribution.settlement.calendar import next_settlement_at


@dataclass(frozen=True, slots=True)
class NextSettlement:
    """The settlement at `at`, None where only people settle, in one currency.

    `expected_minor` is what no statement holds yet and will have matured by then, as far as is known now and before
    any tax; below 0 it is taken back. `smallest_minor` is from what it is paid.
    """

    currency: str
    at: datetime | None
    hourly: bool
    expected_minor: int
    smallest_minor: int | None
    review: bool
    taxed: bool

    @property
    def waits(self) -> bool:
        """Whether it is too little, and left to the settlement after."""
        return 0 < self.expected_minor < (self.smallest_minor or 0)


_EXPECTED = text(f"""
SELECT coalesce(sum(amount_minor), 0)::bigint FROM ({UNSETTLED}) AS line
WHERE currency = :currency AND matures_at <= :at
""")


def next_settlement(
    session: Session, distributor_id: UUID, *, currency: str, settings: ProgramSettings, now: datetime
) -> NextSettlement:
    """The next settlement of a distributor's by the program's calendar."""
    rules = settings.settlement
    at = next_settlement_at(rules, now, ZoneInfo(settings.time_zone)) if rules.automatic else None
    expected_minor: int = session.execute(
        _EXPECTED, {"distributor_id": distributor_id, "currency": currency, "at": at or now}
    ).scalar_one()
    return NextSettlement(
        currency=currency,
        at=at,
        hourly=rules.every == "hour",
        expected_minor=expected_minor,
        smallest_minor=rules.smallest_minor.get(currency),
        review=rules.review,
        taxed=bool(settings.tax.withholding),
    )

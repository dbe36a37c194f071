"""When a distributor is settled next, what is expected to be in it, and what would be too little."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from zoneinfo import ZoneInfo

from distribution.analytics.balances import Balances
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


def settles_at(settings: ProgramSettings, now: datetime) -> datetime | None:
    """The next settlement by the program's calendar, None where only people settle."""
    rules = settings.settlement
    return next_settlement_at(rules, now, ZoneInfo(settings.time_zone)) if rules.automatic else None


def next_settlement(balance: Balances, *, at: datetime | None, settings: ProgramSettings) -> NextSettlement:
    """The settlement at `at`, by which `balance` says what is expected."""
    rules = settings.settlement
    return NextSettlement(
        currency=balance.currency,
        at=at,
        hourly=rules.every == "hour",
        expected_minor=balance.expected_minor,
        smallest_minor=rules.smallest_minor.get(balance.currency),
        review=rules.review,
        taxed=bool(settings.tax.withholding),
    )

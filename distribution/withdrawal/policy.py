"""What a withdrawal in one currency may ask for."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime, time
from zoneinfo import ZoneInfo

from distribution.settings.document import ProgramSettings
from distribution.withdrawal.errors import (
    AboveDailyMaximum,
    AboveMaximum,
    BelowMinimum,
    MethodUnavailable,
    TooManyRequests,
    WindowClosed,
)
from distribution.withdrawal.fee import FREE, Fee
from distribution.withdrawal.promise import Promise
from distribution.withdrawal.provider import BY_HAND
from distribution.withdrawal.windows import ALWAYS, Windows


@dataclass(frozen=True, slots=True)
class WithdrawalPolicy:
    """The limits; those that are None do not hold. Days begin at midnight in `time_zone`."""

    methods: frozenset[str] = frozenset({BY_HAND})
    minimum_minor: int = 1
    maximum_minor: int | None = None
    maximum_per_day_minor: int | None = None
    requests_per_day: int | None = None
    fee: Fee = FREE
    windows: Windows = ALWAYS
    promise: Promise | None = None
    second_person_above_minor: int | None = None
    time_zone: str = "UTC"

    @property
    def zone(self) -> ZoneInfo:
        """Whose calendar and clocks hold."""
        return ZoneInfo(self.time_zone)

    def day_began_at(self, now: datetime) -> datetime:
        """When today began."""
        local = now.astimezone(self.zone)
        return datetime.combine(local.date(), time(), tzinfo=local.tzinfo)

    def due_at(self, now: datetime) -> datetime | None:
        """By when a request made now is promised to have ended."""
        return None if self.promise is None else self.promise.due_at(now, self.zone)

    def approvals_needed(self, amount_minor: int) -> int:
        """How many people have to approve this amount."""
        limit_minor = self.second_person_above_minor
        return 2 if limit_minor is not None and amount_minor > limit_minor else 1

    def check_window(self, now: datetime) -> None:
        """Raise WindowClosed on a day on which no requests are taken."""
        if not self.windows.is_open(now, self.zone):
            raise WindowClosed(opens_at=self.windows.opens_at(now, self.zone))

    def check(
        self, *, amount_minor: int, currency: str, method: str, requests_today: int, asked_today_minor: int
    ) -> None:
        """Raise the first limit that one more request of this amount would break."""
        if method not in self.methods:
            raise MethodUnavailable(method)
        minimum_minor = max(1, self.minimum_minor)
        if amount_minor < minimum_minor:
            raise BelowMinimum(minimum_minor=minimum_minor, currency=currency)
        if self.maximum_minor is not None and amount_minor > self.maximum_minor:
            raise AboveMaximum(maximum_minor=self.maximum_minor, currency=currency)
        if self.requests_per_day is not None and requests_today >= self.requests_per_day:
            raise TooManyRequests(requests_per_day=self.requests_per_day)
        if self.maximum_per_day_minor is not None:
            left_minor = max(0, self.maximum_per_day_minor - asked_today_minor)
            if amount_minor > left_minor:
                raise AboveDailyMaximum(left_minor=left_minor, currency=currency)


def policy_of(program: ProgramSettings, currency: str, *, methods: Collection[str]) -> WithdrawalPolicy:
    """The program's policy for a currency; `methods` are those that a provider is installed for."""
    rules = program.withdrawal
    return WithdrawalPolicy(
        methods=frozenset(methods),
        minimum_minor=rules.minimum_minor.get(currency, 1),
        maximum_minor=rules.maximum_minor.get(currency),
        maximum_per_day_minor=rules.maximum_per_day_minor.get(currency),
        requests_per_day=rules.requests_per_day,
        fee=Fee(
            fixed_minor=rules.fee_fixed_minor.get(currency, 0),
            bps=rules.fee_bps,
            maximum_minor=rules.fee_maximum_minor.get(currency),
        ),
        windows=Windows(tuple(rules.weekdays), tuple(rules.days_of_month)),
        promise=None
        if rules.processing_days is None
        else Promise(rules.processing_days, rules.processing_on_working_days),
        second_person_above_minor=rules.second_person_above_minor.get(currency),
        time_zone=program.time_zone,
    )

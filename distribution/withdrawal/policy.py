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
)
from distribution.withdrawal.provider import BY_HAND


@dataclass(frozen=True, slots=True)
class WithdrawalPolicy:
    """The limits; those that are None do not hold. Days begin at midnight in `time_zone`."""

    methods: frozenset[str] = frozenset({BY_HAND})
    minimum_minor: int = 1
    maximum_minor: int | None = None
    maximum_per_day_minor: int | None = None
    requests_per_day: int | None = None
    time_zone: str = "UTC"

    def day_began_at(self, now: datetime) -> datetime:
        """When today began."""
        local = now.astimezone(ZoneInfo(self.time_zone))
        return datetime.combine(local.date(), time(), tzinfo=local.tzinfo)

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
        time_zone=program.time_zone,
    )

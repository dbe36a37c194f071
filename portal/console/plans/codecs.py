"""Values of a plan document as a form writes and reads them; what cannot be read is kept as it was typed.

`shown(value)` is the text of a field and `typed(text)` the value it means. A draft keeps what is wrong, so that nothing
typed is lost and the error stands beside it.
"""

from __future__ import annotations

import json
import re
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal, InvalidOperation
from typing import Any, Protocol
from zoneinfo import ZoneInfo

from distribution.commission.plan.document import WHOLE_BPS
from distribution.errors import InvalidInput
from distribution.money.percent import to_bps, to_percent_text

_MOST_DIGITS = 12


class Codec(Protocol):
    """How one kind of value is written and read."""

    def shown(self, value: Any) -> str: ...

    def typed(self, text: str) -> Any: ...


class Words:
    """A text, as it is."""

    def shown(self, value: Any) -> str:
        return _raw(value)

    def typed(self, text: str) -> Any:
        return text


class Percent:
    """Basis points as percent: 1250 is "12.5"."""

    def shown(self, value: Any) -> str:
        return to_percent_text(value) if _is_whole(value) and 0 <= value < 10**_MOST_DIGITS else _raw(value)

    def typed(self, text: str) -> Any:
        try:
            return to_bps(text.removesuffix("%").strip().replace(",", "."), field="")
        except InvalidInput:
            return text


class Factor:
    """Ten-thousandths as a factor: 15000 is "1.5"."""

    def shown(self, value: Any) -> str:
        if not _is_whole(value) or abs(value) >= 10**_MOST_DIGITS:
            return _raw(value)
        return f"{self.decimal(value):f}"

    def decimal(self, value: int) -> Decimal:
        """The factor itself."""
        return (Decimal(value) / WHOLE_BPS).normalize() if value % WHOLE_BPS else Decimal(value // WHOLE_BPS)

    def typed(self, text: str) -> Any:
        try:
            scaled = Decimal(text.lstrip("×").replace(",", ".")) * WHOLE_BPS
        except InvalidOperation:
            return text
        return (
            int(scaled)
            if scaled.is_finite() and scaled == scaled.to_integral_value() and abs(scaled) < 10**9
            else text
        )


class Whole:
    """A number."""

    def shown(self, value: Any) -> str:
        return _raw(value)

    def typed(self, text: str) -> Any:
        return int(text) if re.fullmatch(r"-?[0-9]{1,12}", text, re.ASCII) else text


@dataclass(frozen=True, slots=True)
class LocalTime:
    """A time with its offset as the clocks of the program show it."""

    zone: str

    def shown(self, value: Any) -> str:
        try:
            moment = datetime.fromisoformat(value)
        except (TypeError, ValueError):
            return _raw(value)
        if moment.tzinfo is None:
            return _raw(value)
        try:
            return moment.astimezone(ZoneInfo(self.zone)).strftime("%Y-%m-%dT%H:%M:%S").removesuffix(":00")
        except OverflowError:
            return _raw(value)

    def typed(self, text: str) -> Any:
        try:
            moment = datetime.fromisoformat(text)
        except ValueError:
            return text
        if moment.tzinfo is not None:
            return text
        try:
            return moment.replace(tzinfo=ZoneInfo(self.zone)).isoformat()
        except (ValueError, OverflowError):
            return text


def _is_whole(value: Any) -> bool:
    return isinstance(value, int) and not isinstance(value, bool)


def _raw(value: Any) -> str:
    if value is None:
        return ""
    return value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)


WORDS, PERCENT, FACTOR, WHOLE = Words(), Percent(), Factor(), Whole()

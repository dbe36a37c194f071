"""What a proposal has to say."""

from __future__ import annotations

from dataclasses import dataclass, replace
from uuid import UUID

from distribution.adjustment.errors import WrongDirection
from distribution.adjustment.tables import (
    CATEGORIES,
    GIVES,
    LONGEST_REASON,
    LONGEST_REFERENCE,
    SHORTEST_REASON,
    TAKES,
)
from distribution.errors import InvalidInput
from distribution.money import is_currency

MOST_MINOR = 10**15


@dataclass(frozen=True, slots=True)
class Proposal:
    """An amount to give (> 0) or to take (< 0), why, and perhaps what it refers to, an order's number say.

    The distributor reads the reason.
    """

    distributor_id: UUID
    amount_minor: int
    currency: str
    category: str
    reason: str
    reference: str | None = None

    def checked(self) -> Proposal:
        """The same with tidy text; raises InvalidInput and its kinds naming the field at fault."""
        if not is_currency(self.currency):
            raise InvalidInput(f"{self.currency[:10]!r} is no ISO 4217 currency code", field="currency")
        if not 0 < abs(self.amount_minor) <= MOST_MINOR:
            raise InvalidInput("the amount is 0, or beyond all reason", field="amount")
        if self.category not in CATEGORIES:
            raise InvalidInput(f"categories are {', '.join(CATEGORIES)}", field="category")
        if (self.category in GIVES and self.amount_minor < 0) or (
            self.category in TAKES and self.amount_minor > 0
        ):
            raise WrongDirection(self.category, gives=self.category in GIVES)
        return replace(self, reason=checked_reason(self.reason), reference=_reference(self.reference))


def checked_reason(text: str, *, field: str = "reason") -> str:
    """Why something is done, on one line; raises InvalidInput when it is no reason."""
    tidy = " ".join(text.split())
    if not SHORTEST_REASON <= len(tidy) <= LONGEST_REASON or not tidy.isprintable():
        raise InvalidInput(
            f"a reason has {SHORTEST_REASON} to {LONGEST_REASON} printable characters", field=field
        )
    return tidy


def _reference(text: str | None) -> str | None:
    tidy = " ".join((text or "").split())
    if len(tidy) > LONGEST_REFERENCE or not tidy.isprintable():
        raise InvalidInput(
            f"a reference has at most {LONGEST_REFERENCE} printable characters", field="reference"
        )
    return tidy or None

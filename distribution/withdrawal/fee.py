"""What a withdrawal costs: computed once, when it is asked for."""

from __future__ import annotations

from dataclasses import dataclass

from distribution.withdrawal.errors import FeeTakesAll

_WHOLE_BPS = 10_000


@dataclass(frozen=True, slots=True)
class Fee:
    """A fixed amount and a part of what is withdrawn, together at most `maximum_minor`."""

    fixed_minor: int = 0
    bps: int = 0
    maximum_minor: int | None = None

    @property
    def is_none(self) -> bool:
        """Whether no amount is charged anything."""
        return self.maximum_minor == 0 or not (self.fixed_minor or self.bps)

    def of(self, amount_minor: int, currency: str) -> int:
        """The fee of an amount, rounded down; raises FeeTakesAll where nothing would be left."""
        fee_minor = self.fixed_minor + amount_minor * self.bps // _WHOLE_BPS
        if self.maximum_minor is not None:
            fee_minor = min(fee_minor, self.maximum_minor)
        if fee_minor >= amount_minor:
            raise FeeTakesAll(fee_minor=fee_minor, currency=currency)
        return fee_minor

    def facts(self) -> dict[str, int | None]:
        """The rule as it is kept with a request, so that its fee can be computed again."""
        return {"fixed_minor": self.fixed_minor, "bps": self.bps, "maximum_minor": self.maximum_minor}


FREE = Fee()
"""Nothing is charged."""

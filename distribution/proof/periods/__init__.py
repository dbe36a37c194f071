"""What periods that are over decide as a whole, worked out once more from the rule book and from all their orders."""

from distribution.proof.periods.prove import prove_periods

__all__ = ["prove_periods"]

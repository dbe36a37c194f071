"""What the rule book of plans (docs/plans.md) says an order's shares are, worked out once more in plain fractions.

It shares nothing with the engine that records: that is its worth.
"""

from distribution.proof.rates.book import Book
from distribution.proof.rates.ceilings import Earlier
from distribution.proof.rates.due import Due, due

__all__ = ["Book", "Due", "Earlier", "due"]

"""How much of a statement is withheld: the tax on the year so far, less what was the tax on it before."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from distribution.settings.tax import Recipient, TaxBracket, TaxRules, Withholding

WHOLE_BPS = 10_000


@dataclass(frozen=True, slots=True)
class Taxed:
    """What rules ask of a distributor; who said nothing is a person of no country without a tax id."""

    country: str | None = None
    recipient: Recipient = "person"
    has_tax_id: bool = False


def in_order(rules: TaxRules, currency: str) -> list[Withholding]:
    """The rules for a currency, the closest first: by country, then recipients, tax id, currency."""
    return sorted(
        (each for each in rules.withholding if each.currency in (None, currency)),
        key=lambda each: (
            each.country is None,
            each.recipients is None,
            each.tax_id is None,
            each.currency is None,
        ),
    )


def rule_for(rules: TaxRules, taxed: Taxed, currency: str) -> Withholding | None:
    """The rule that holds for a distributor's statements in a currency."""
    for each in in_order(rules, currency):
        if (
            each.country in (None, taxed.country)
            and each.recipients in (None, taxed.recipient)
            and each.tax_id in (None, "given" if taxed.has_tax_id else "missing")
        ):
            return each
    return None


def tax_minor(brackets: Sequence[TaxBracket], total_minor: int) -> int:
    """The tax on a year's total, marginal: each bracket's rate on what lies in it; rounded down once.

    A year's total below 0 owes nothing.
    """
    parts = 0
    for place, bracket in enumerate(brackets):
        end = brackets[place + 1].from_minor if place + 1 < len(brackets) else total_minor
        parts += max(0, min(end, total_minor) - bracket.from_minor) * bracket.bps
    return parts // WHOLE_BPS


def withheld_minor(
    brackets: Sequence[TaxBracket], *, before_minor: int, withheld_before_minor: int, total_minor: int
) -> int:
    """What a statement of `total_minor` withholds after a year of `before_minor`; below 0 it is given back.

    Rates that change in a year reach back to no statement before them, and never is more given back than the year
    has withheld.
    """
    more_minor = tax_minor(brackets, before_minor + total_minor) - tax_minor(brackets, before_minor)
    return max(more_minor, -withheld_before_minor)

"""What one level claims of a line: the winning rate, then the campaigns; before any ceiling."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from fractions import Fraction
from typing import Any

from distribution.proof.rates.amounts import Amounts
from distribution.proof.rates.book import Book, Campaign, Rule, amount
from distribution.proof.rates.matching import Where, matches, rank
from distribution.proof.rates.people import Person
from distribution.proof.rates.tiers import tier


@dataclass(frozen=True, slots=True)
class Claim:
    """The rate that won and the amount it claims, or why nothing."""

    rate: Rule
    minor: Fraction
    nothing: str | None


def claim(
    book: Book,
    level: int,
    line: Mapping[str, Any],
    person: Person,
    at: Where,
    *,
    amounts: Amounts,
    placed_at: datetime,
) -> Claim | None:
    """None where no rate matches."""
    rates = [rate for rate in book.rates[level] if matches(rate, at)]
    if not rates:
        return None
    winner = min(rates, key=lambda rate: rank(rate, at))
    campaigns = _applying(book, level, at, placed_at)
    effects = [each.rule.entry for each in campaigns]
    overrides = [effect for effect in effects if "multiplier_bps" not in effect]
    entry = overrides[0] if overrides else winner.entry
    if "fixed" in entry and entry["currency"] != at.currency:
        return Claim(winner, Fraction(0), "other_currency")
    if "fixed" in entry:
        minor = amount(entry["fixed"], entry["currency"]).minor * line["quantity"]
    else:
        bps = tier(entry["tiers"], person, at.currency, amounts) if "tiers" in entry else entry["bps"]
        minor = amounts.counted(line) * bps / 10_000
    for effect in effects:
        if "multiplier_bps" in effect:
            minor *= Fraction(effect["multiplier_bps"], 10_000)
    return Claim(winner, minor, None)


def _applying(book: Book, level: int, at: Where, placed_at: datetime) -> Sequence[Campaign]:
    """The campaigns that apply, the most specific first."""
    found = sorted(
        (
            each
            for each in book.campaigns
            if level in each.levels and each.starts_at <= placed_at < each.ends_at and matches(each.rule, at)
        ),
        key=lambda each: rank(each.rule, at),
    )
    if found and found[0].stacks:
        return [each for each in found if each.stacks]
    return found[:1]

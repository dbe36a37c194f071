"""Why a share has its rate, as the canonical JSON that is frozen with it."""

from __future__ import annotations

from collections.abc import Sequence
from math import gcd
from typing import Any

from distribution.commission.plan.compiled import Choice
from distribution.orders.state import canonical

Cut = tuple[str, int, int]


def rule_text(
    choice: Choice,
    *,
    cuts: Sequence[Cut] = (),
    nothing: str | None = None,
    tier: tuple[int, int, int] | None = None,
    base: tuple[int, int] | None = None,
) -> str:
    """The rate that won, its value, the campaigns over it, and every factor by which it was cut.

    `tier` is (sales_minor, numerator, denominator of the basis points), `base` the amount the rate was taken of where
    that is not the line's total.
    """
    value = choice.value
    rule: dict[str, Any] = {"rate": choice.rate}
    if value.bps is not None:
        rule["bps"] = value.bps
    elif value.fixed_minor is not None:
        rule |= {"fixed": value.fixed_minor, "currency": value.currency}
    elif tier is not None:
        rule["tier"] = list(tier)
    if choice.campaigns:
        rule["campaigns"] = list(choice.campaigns)
        if choice.multiplier[0] != choice.multiplier[1]:
            rule["multiplier"] = list(_reduced(*choice.multiplier))
    if base is not None:
        rule["base"] = list(base)
    if cuts:
        rule["cuts"] = [[name, *_reduced(numerator, denominator)] for name, numerator, denominator in cuts]
    if nothing is not None:
        rule["nothing"] = nothing
    return canonical(rule).decode()


def _reduced(numerator: int, denominator: int) -> tuple[int, int]:
    common = gcd(numerator, denominator)
    return numerator // common, denominator // common

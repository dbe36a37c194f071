"""Freezing: from a plan and an upline to one exact rate for each order line and level."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from math import gcd
from typing import Any
from uuid import UUID

from distribution.commission.plan import Plan, Rate
from distribution.orders.snapshot import OrderLine

WHOLE_BPS = 10_000


@dataclass(frozen=True, slots=True)
class ShareDraft:
    """A share before it has a number: an exact rate, and why it is that one."""

    line_id: str
    level: int
    distributor_id: UUID
    base: str
    rate_numerator: int
    rate_denominator: int
    rule: dict[str, Any]


def freeze(line: OrderLine, *, plan: Plan, upline: Sequence[UUID | None], currency: str) -> list[ShareDraft]:
    """The shares of one line: `upline[0]` is the seller, None where nobody earns at that level.

    A fixed amount is the exact fraction fixed × quantity ÷ base. When the rates together pass the ceiling each is
    multiplied by ceiling ÷ sum; nothing is rounded here.
    """
    base_minor = line.net_minor if plan.base == "net" else line.gross_minor
    scale = WHOLE_BPS * base_minor if base_minor > 0 else WHOLE_BPS
    earning = [(rate, upline[rate.level - 1]) for rate in plan.rates if rate.level <= len(upline)]
    claims = [
        (rate, who, _numerator(rate, line, base_minor, currency)) for rate, who in earning if who is not None
    ]
    total = sum(numerator for _, _, numerator in claims)
    over = total * WHOLE_BPS > plan.ceiling_bps * scale
    drafts = []
    for rate, who, claimed in claims:
        numerator, denominator = claimed, scale
        rule = _rule(rate, line, base_minor, currency)
        if over:
            # rate × ceiling ÷ sum, all three over `scale`, which cancels.
            numerator, denominator = claimed * plan.ceiling_bps, total * WHOLE_BPS
            rule["ceiling_bps"] = plan.ceiling_bps
        common = gcd(numerator, denominator)
        drafts.append(
            ShareDraft(line.id, rate.level, who, plan.base, numerator // common, denominator // common, rule)
        )
    return drafts


def _numerator(rate: Rate, line: OrderLine, base_minor: int, currency: str) -> int:
    """The rate over `scale`: basis points × base, or fixed × quantity × 10 000."""
    if line.gift_card or base_minor <= 0:
        return 0
    if rate.fixed_minor is None:
        return rate.bps * base_minor
    if rate.currency != currency:
        return 0
    return rate.fixed_minor * line.quantity * WHOLE_BPS


def _rule(rate: Rate, line: OrderLine, base_minor: int, currency: str) -> dict[str, Any]:
    rule: dict[str, Any] = (
        {"bps": rate.bps}
        if rate.fixed_minor is None
        else {"fixed": rate.fixed_minor, "currency": rate.currency}
    )
    if line.gift_card:
        rule["nothing"] = "gift_card"
    elif base_minor <= 0:
        rule["nothing"] = "base_is_zero"
    elif rate.fixed_minor is not None and rate.currency != currency:
        rule["nothing"] = "other_currency"
    return rule

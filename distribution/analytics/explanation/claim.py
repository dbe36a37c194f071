"""What a level claimed of a line when its terms were frozen, step by step and exact."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from fractions import Fraction
from typing import Any

from distribution.commission.plan.document import WHOLE_BPS
from distribution.commission.plan.rules import Cap, Plan, Value
from distribution.orders.snapshot import OrderLine

SHARED = ("ceiling", "margin", "line_cap", "order_cap")
"""Limits that several levels share, and so say something about what others earn."""


@dataclass(frozen=True, slots=True)
class Cut:
    """A limit that lowered a claim. `allowed` is what it left for all it covers together, `asked` what they claimed;
    both None where that is not known, or not the reader's business."""

    name: str
    factor: Fraction
    before: Fraction
    after: Fraction
    cap: Cap | None = None
    allowed: Fraction | None = None
    asked: Fraction | None = None

    @property
    def period(self) -> str | None:
        """Of a distributor's cap, whether it is for a month, a quarter or a year."""
        return self.name.removesuffix("_cap") if self.name not in SHARED else None


@dataclass(frozen=True, slots=True)
class Tier:
    """The rate that sales led to: `sales_minor` were those of the period before the order."""

    sales_minor: int
    bps: Fraction


@dataclass(frozen=True, slots=True)
class Base:
    """What the rate was taken of: the line's price, and its part of the shipping."""

    net: bool
    total_minor: int
    price_minor: int
    undiscounted: bool
    amount: Fraction

    @property
    def shipping(self) -> Fraction:
        """The part of the order's shipping in it."""
        return self.amount - self.price_minor


@dataclass(frozen=True, slots=True)
class Claim:
    """`value` is the rate's, or that of the campaign which overrides it. Amounts are exact minor units: `plain` is what
    that comes to, `asked` with the campaigns' multipliers, `amount` what limits left of it."""

    base: Base
    quantity: int
    value: Value
    tier: Tier | None
    multiplier: Fraction
    plain: Fraction
    asked: Fraction
    cuts: tuple[Cut, ...]
    rate: Fraction
    claimed_minor: int
    most_minor: int | None

    @property
    def amount(self) -> Fraction:
        """What it came to in the end."""
        return self.cuts[-1].after if self.cuts else self.asked


@dataclass(frozen=True, slots=True)
class Left:
    """What money caps had left when the line was frozen: what earlier lines of the order, and this person, claimed."""

    order_minor: int = 0
    person_minor: int = 0
    earned: Mapping[str, int] | None = None


def claim_of(
    plan: Plan,
    line: OrderLine,
    rule: Mapping[str, Any],
    *,
    rate: Fraction,
    claimed_minor: int,
    most_minor: int | None,
    currency: str,
    left: Left,
) -> Claim:
    """The claim that was frozen as `rule` and `rate`; `line` is as the snapshot of the freezing had it."""
    base = _base(plan, line, rule)
    value = _value(plan, rule)
    tier = Tier(rule["tier"][0], Fraction(rule["tier"][1], rule["tier"][2])) if "tier" in rule else None
    multiplier = Fraction(*rule.get("multiplier", (1, 1)))
    if rule.get("nothing"):
        plain = Fraction(0)
    elif value.fixed_minor is not None:
        plain = Fraction(value.fixed_minor * line.quantity)
    else:
        bps = tier.bps if tier is not None else Fraction(value.bps or 0)
        plain = base.amount * bps / WHOLE_BPS
    asked = plain * multiplier
    cuts: list[Cut] = []
    amount = asked
    for name, factor in _factors(rule, asked, rate * base.total_minor):
        cap, allowed = _limit(plan, name, line, base, currency, left)
        together = allowed / factor if allowed is not None and factor else None
        cuts.append(Cut(name, factor, amount, amount * factor, cap, allowed, together))
        amount *= factor
    return Claim(
        base=base,
        quantity=line.quantity,
        value=value,
        tier=tier,
        multiplier=multiplier,
        plain=plain,
        asked=asked,
        cuts=tuple(cuts),
        rate=rate,
        claimed_minor=claimed_minor,
        most_minor=most_minor,
    )


def _base(plan: Plan, line: OrderLine, rule: Mapping[str, Any]) -> Base:
    net = plan.base == "net"
    total_minor = line.net_minor if net else line.gross_minor
    before = line.undiscounted_net_minor if net else line.undiscounted_gross_minor
    undiscounted = plan.discounts == "before" and before is not None
    price_minor = before if undiscounted and before is not None else total_minor
    amount = Fraction(*rule["base"]) if "base" in rule else Fraction(total_minor)
    if amount == 0 or rule.get("nothing"):
        amount = Fraction(price_minor)
    return Base(net, total_minor, price_minor, undiscounted and price_minor != total_minor, amount)


def _value(plan: Plan, rule: Mapping[str, Any]) -> Value:
    if "fixed" in rule:
        return Value(fixed_minor=rule["fixed"], currency=rule["currency"])
    if "tier" in rule:
        number: int = rule["rate"]
        return plan.rates[number].value
    return Value(bps=rule.get("bps", 0))


def _factors(rule: Mapping[str, Any], asked: Fraction, frozen: Fraction) -> list[tuple[str, Fraction]]:
    if "ceiling_bps" in rule and asked:
        # The first version wrote no factor, only that there was one.
        return [("ceiling", frozen / asked)]
    return [(name, Fraction(numerator, denominator)) for name, numerator, denominator in rule.get("cuts", ())]


def _limit(
    plan: Plan, name: str, line: OrderLine, base: Base, currency: str, left: Left
) -> tuple[Cap | None, Fraction | None]:
    """The cap of that name, and what it allowed."""
    if name == "ceiling":
        return None, base.amount * plan.ceiling_bps / WHOLE_BPS
    if name == "margin":
        kept = Fraction(line.net_minor * (plan.margin_least_bps or 0), WHOLE_BPS)
        return None, max(Fraction(0), line.net_minor - (line.cost_minor or 0) - kept)
    per, period = (
        (name.removesuffix("_cap"), None) if name in SHARED else ("distributor", name.removesuffix("_cap"))
    )
    cap = next(
        (each for each in plan.caps if (each.per, each.period, each.currency) == (per, period, currency)),
        None,
    )
    if cap is None:
        return None, None
    taken_minor = 0
    if per == "order":
        taken_minor = left.order_minor
    elif per == "distributor":
        taken_minor = left.person_minor + (left.earned or {}).get(period or "", 0)
    return cap, Fraction(max(0, cap.amount_minor - taken_minor))

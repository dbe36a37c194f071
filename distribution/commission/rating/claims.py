"""Claims that depend on the order they are in: fixed amounts, tiers, caps, margins, and other bases than the total.

In whole numbers over common denominators: fractions as objects cost several times as much.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from fractions import Fraction
from math import gcd, lcm
from uuid import UUID

from distribution.commission.plan.compiled import Choice, CompiledPlan
from distribution.commission.plan.document import WHOLE_BPS
from distribution.commission.plan.rules import Plan, Tiers
from distribution.commission.rating.facts import Person
from distribution.commission.rating.rule_text import Cut, rule_text
from distribution.commission.rating.share import EarlierShare, ShareDraft
from distribution.commission.rating.tiers import tier_bps
from distribution.orders.snapshot import OrderLine, OrderSnapshot

Choices = tuple[Choice | None, Choice | None, Choice | None]


class Claim:
    """What one level asks of one line: `numerator` ÷ `denominator` minor units, cut step by step."""

    __slots__ = (
        "choice",
        "cuts",
        "denominator",
        "level",
        "line",
        "most",
        "nothing",
        "numerator",
        "tier",
        "who",
    )

    def __init__(self, line: OrderLine, level: int, who: Person, choice: Choice) -> None:
        self.line, self.level, self.who, self.choice = line, level, who, choice
        self.numerator, self.denominator = 0, 1
        self.nothing: str | None = None
        self.tier: tuple[int, int, int] | None = None
        self.cuts: list[Cut] = []
        self.most: tuple[int, int] | None = None

    def cut(self, name: str, numerator: int, denominator: int) -> None:
        """Multiply by a factor below 1."""
        numerator, denominator = _reduced(numerator, denominator)
        self.numerator, self.denominator = _reduced(
            self.numerator * numerator, self.denominator * denominator
        )
        self.cuts.append((name, numerator, denominator))

    def limit(self, numerator: int, denominator: int) -> None:
        """Never worth more than this, nor than any limit before."""
        if self.most is None or numerator * self.most[1] < self.most[0] * denominator:
            self.most = _reduced(numerator, denominator)


def freeze_claims(
    plan: CompiledPlan,
    snapshot: OrderSnapshot,
    people: Sequence[Person | None],
    lines: Iterable[tuple[OrderLine, Choices]],
    earlier: Sequence[EarlierShare],
    *,
    over: bool,
) -> list[ShareDraft]:
    """The shares of `lines`; `over` when the shopper is past the plan's limit."""
    bases = _Bases(plan.plan, snapshot)
    claims: list[Claim] = []
    for line, choices in lines:
        nothing = _nothing(plan.plan, line, bases.total(line), over)
        of_line = [
            Claim(line, level, who, choice)
            for level, (choice, who) in enumerate(zip(choices, people, strict=True), 1)
            if choice is not None and who is not None
        ]
        for claim in of_line:
            _ask(claim, nothing, bases, snapshot)
        _ceiling(plan.plan, line, of_line, bases)
        claims += of_line
    if plan.has_caps:
        _caps(plan, claims, earlier, snapshot.currency)
    return [_draft(plan.plan, claim, bases) for claim in claims]


class _Bases:
    """What the rates of an order are taken of: each line's b, and B, that of all lines that pay."""

    def __init__(self, plan: Plan, snapshot: OrderSnapshot) -> None:
        self._net, self._before = plan.base == "net", plan.discounts == "before"
        self._lines, self._plan = snapshot.lines, plan
        shipping_minor = snapshot.shipping_net_minor if self._net else snapshot.shipping_gross_minor
        prices_minor = 0
        if plan.shipping == "include" and shipping_minor:
            prices_minor = sum(self._price(line) for line in snapshot.lines)
        # b = price × (Σ price + shipping) ÷ Σ price
        self._factor = (prices_minor + shipping_minor, prices_minor) if prices_minor > 0 else (1, 1)
        self.plain = not self._before and self._factor == (1, 1)
        self._whole: Fraction | None = None

    def total(self, line: OrderLine) -> int:
        """The total that shares of a line are paid on, as it changes later."""
        return line.net_minor if self._net else line.gross_minor

    def of(self, line: OrderLine) -> tuple[int, int]:
        """A line's base as a fraction of minor units."""
        return self._price(line) * self._factor[0], self._factor[1]

    @property
    def whole(self) -> Fraction:
        """B: the base of every line that pays."""
        if self._whole is None:
            # The bases of all lines have the same denominator.
            paying = (
                self.of(line)[0]
                for line in self._lines
                if _nothing(self._plan, line, self.total(line), over=False) is None
            )
            self._whole = Fraction(sum(paying), self._factor[1])
        return self._whole

    def _price(self, line: OrderLine) -> int:
        undiscounted = line.undiscounted_net_minor if self._net else line.undiscounted_gross_minor
        return undiscounted if self._before and undiscounted is not None else self.total(line)


def _nothing(plan: Plan, line: OrderLine, total_minor: int, over: bool) -> str | None:
    if line.gift_card and plan.gift_cards == "exclude":
        return "gift_card"
    if total_minor <= 0:
        return "base_is_zero"
    return "customer_limit" if over else None


def _ask(claim: Claim, nothing: str | None, bases: _Bases, snapshot: OrderSnapshot) -> None:
    """Set what a claim comes to before anything cuts it."""
    value = claim.choice.value
    if nothing is None and value.fixed_minor is not None and value.currency != snapshot.currency:
        nothing = "other_currency"
    if value.tiers is not None:
        sales_minor = _sales(claim.who, value.tiers)
        bps = tier_bps(value.tiers, sales_minor, bases.whole, snapshot.currency)
        claim.tier = (sales_minor, bps.numerator, bps.denominator)
    claim.nothing = nothing
    if nothing is not None:
        return
    multiplier, divisor = claim.choice.multiplier
    if value.fixed_minor is not None:
        claim.numerator, claim.denominator = value.fixed_minor * claim.line.quantity * multiplier, divisor
        return
    numerator, denominator = bases.of(claim.line)
    rate, of = (value.bps or 0, 1) if claim.tier is None else claim.tier[1:]
    claim.numerator, claim.denominator = _reduced(
        numerator * rate * multiplier, denominator * of * WHOLE_BPS * divisor
    )


def _sales(who: Person, tiers: Tiers) -> int:
    if tiers.mode == "whole" and tiers.counter in who.whole:
        return who.whole[tiers.counter]
    return who.sales.get(tiers.counter, 0)


def _ceiling(plan: Plan, line: OrderLine, claims: Sequence[Claim], bases: _Bases) -> None:
    """Scale the claims of one line to what the plan and the margin allow."""
    if not claims:
        return
    numerator, denominator = bases.of(line)
    name, most, of = "ceiling", numerator * plan.ceiling_bps, denominator * WHOLE_BPS
    if plan.margin_least_bps is not None and line.cost_minor is not None:
        left = (line.net_minor - line.cost_minor) * WHOLE_BPS - line.net_minor * plan.margin_least_bps
        left = max(0, left)
        if left * of < most * WHOLE_BPS:
            name, most, of = "margin", left, WHOLE_BPS
    _scale(name, claims, most, of)


def _scale(name: str, claims: Sequence[Claim], most: int, of: int, *, limits: bool = False) -> None:
    """Multiply the claims by most ÷ sum where they add up to more than `most` ÷ `of`."""
    common = lcm(*(claim.denominator for claim in claims))
    total = sum(claim.numerator * (common // claim.denominator) for claim in claims)
    if not total:
        return
    if limits:
        for claim in claims:
            # cap × claim ÷ sum; what claims nothing needs no limit
            if claim.numerator:
                claim.limit(most * claim.numerator * common, of * total * claim.denominator)
    if total * of > most * common:
        for claim in claims:
            claim.cut(name, most * common, total * of)


def _caps(
    plan: CompiledPlan, claims: Sequence[Claim], earlier: Sequence[EarlierShare], currency: str
) -> None:
    for cap in plan.caps:
        if cap.currency != currency:
            continue
        if cap.per == "line":
            for line_id in dict.fromkeys(claim.line.id for claim in claims):
                _scale(
                    "line_cap",
                    [claim for claim in claims if claim.line.id == line_id],
                    cap.amount_minor,
                    1,
                    limits=True,
                )
        elif cap.per == "order":
            left_minor = cap.amount_minor - sum(share.claimed_minor for share in earlier)
            _scale("order_cap", claims, max(0, left_minor), 1, limits=True)
        else:
            for person in {claim.who.id: claim.who for claim in claims}.values():
                own = [claim for claim in claims if claim.who.id == person.id]
                left_minor = cap.amount_minor - person.earned.get(cap.period or "", 0)
                left_minor -= _claimed(earlier, person.id)
                _scale(f"{cap.period}_cap", own, max(0, left_minor), 1, limits=True)


def _claimed(earlier: Iterable[EarlierShare], who: UUID) -> int:
    return sum(share.claimed_minor for share in earlier if share.distributor_id == who)


def _draft(plan: Plan, claim: Claim, bases: _Bases) -> ShareDraft:
    total_minor = bases.total(claim.line)
    numerator, denominator = (
        (0, 1) if claim.nothing is not None else _reduced(claim.numerator, claim.denominator * total_minor)
    )
    return ShareDraft(
        claim.line.id,
        claim.level,
        claim.who.id,
        plan.base,
        numerator,
        denominator,
        0 if claim.nothing is not None else claim.numerator // claim.denominator,
        None if claim.most is None else claim.most[0] // claim.most[1],
        rule_text(
            claim.choice,
            cuts=claim.cuts,
            nothing=claim.nothing,
            tier=claim.tier,
            base=None if bases.plain else _reduced(*bases.of(claim.line)),
        ),
    )


def _reduced(numerator: int, denominator: int) -> tuple[int, int]:
    common = gcd(numerator, denominator)
    return (numerator // common, denominator // common) if common > 1 else (numerator, denominator)

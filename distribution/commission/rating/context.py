"""What is the same for every line of an order: found once, and what it leads to remembered with the plan."""

from __future__ import annotations

from math import gcd
from typing import NamedTuple

from distribution.commission.plan.compiled import Choice, CompiledPlan
from distribution.commission.plan.document import WHOLE_BPS
from distribution.commission.plan.index import Profile, Sale
from distribution.commission.rating.facts import Person
from distribution.commission.rating.rule_text import rule_text
from distribution.orders.snapshot import OrderLine, OrderSnapshot

MOST_CONTEXTS, MOST_LINES = 20_000, 5_000
"""How much a plan remembers; past it, it begins anew."""

Static = tuple[tuple[int, int, int, str], ...]


class Chosen(NamedTuple):
    """What pays a kind of line at each level; `static` holds (level, numerator, denominator, rule) where the rates
    depend on nothing else: percentages, scaled to the ceiling."""

    choices: tuple[Choice | None, Choice | None, Choice | None]
    static: Static | None


class Context:
    """The order and its people as far as rules can tell them apart."""

    def __init__(
        self, plan: CompiledPlan, sale: Sale, window: int, profiles: tuple[Profile | None, ...]
    ) -> None:
        self._plan, self._sale, self._window, self._profiles = plan, sale, window, profiles
        self.lines: dict[object, Chosen] = {}

    def chosen(self, line: OrderLine, stage: str | None) -> Chosen:
        """What pays a line at each level."""
        plan = self._plan
        found = [
            None if who is None else plan.choose(level, line, stage, who, self._sale, self._window)
            for level, who in enumerate(self._profiles, 1)
        ]
        choices = (found[0], found[1], found[2])
        return Chosen(choices, _static(plan, choices))


def context(
    plan: CompiledPlan, snapshot: OrderSnapshot, people: tuple[Person | None, ...], repeat: bool
) -> Context:
    """The context of an order whose levels `people` earn."""
    needs, named = plan.needs, plan.named
    goods_minor = _goods(plan, snapshot) if needs.goods else 0
    profiles = tuple(
        [
            None
            if person is None
            else (
                str(person.id) if named and str(person.id) in named else "",
                person.grade if needs.grade else None,
                person.groups if needs.groups else (),
            )
            for person in people
        ]
    )
    key = (
        snapshot.channel,
        snapshot.currency,
        plan.window(snapshot.placed_at),
        plan.order_size(goods_minor) if needs.goods else 0,
        repeat and needs.repeat,
        profiles,
    )
    known: Context | None = plan.contexts.get(key)
    if known is None:
        if len(plan.contexts) >= MOST_CONTEXTS:
            plan.contexts.clear()
        known = plan.contexts[key] = Context(
            plan,
            Sale(snapshot.channel, snapshot.currency, goods_minor, repeat),
            plan.window(snapshot.placed_at),
            tuple(
                None if each is None else Profile(each[0], each[1], tuple(sorted(each[2])))
                for each in profiles
            ),
        )
    return known


def _goods(plan: CompiledPlan, snapshot: OrderSnapshot) -> int:
    net = plan.plan.base == "net"
    return sum(line.net_minor if net else line.gross_minor for line in snapshot.lines)


def _static(plan: CompiledPlan, choices: tuple[Choice | None, ...]) -> Static | None:
    if plan.has_caps or not plan.plain_base:
        return None
    rates: list[tuple[int, int, int, Choice]] = []
    for level, choice in enumerate(choices):
        if choice is None:
            continue
        if choice.value.bps is None:
            return None
        numerator, denominator = choice.multiplier
        rates.append((level, choice.value.bps * numerator, WHOLE_BPS * denominator, choice))
    whole = max((denominator for _, _, denominator, _ in rates), default=1)
    total = sum(numerator * (whole // denominator) for _, numerator, denominator, _ in rates)
    most = plan.plan.ceiling_bps
    cut = (most * whole, total * WHOLE_BPS) if total * WHOLE_BPS > most * whole else None
    result = []
    for level, numerator, denominator, choice in rates:
        cuts = []
        if cut is not None:
            numerator, denominator = numerator * cut[0], denominator * cut[1]
            cuts = [("ceiling", *cut)]
        common = gcd(numerator, denominator)
        result.append((level, numerator // common, denominator // common, rule_text(choice, cuts=cuts)))
    return tuple(result)

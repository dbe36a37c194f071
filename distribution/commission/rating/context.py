"""What is the same for every line of an order: found once, and what it leads to remembered with the plan."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from math import gcd
from operator import attrgetter
from typing import NamedTuple

from distribution.commission.plan.compiled import Choice, CompiledPlan, Remembered
from distribution.commission.plan.document import WHOLE_BPS
from distribution.commission.plan.index import Profile, Sale
from distribution.commission.rating.facts import People, Person
from distribution.commission.rating.rule_text import rule_text
from distribution.commission.rating.share import FrozenRate
from distribution.orders.snapshot import OrderLine, OrderSnapshot

MOST_CONTEXTS, MOST_KINDS, MOST_OF_A_KIND = 20_000, 50_000, 5_000
"""How much a plan remembers; past it, it begins anew."""

Choices = tuple[Choice | None, Choice | None, Choice | None]
Settled = tuple[tuple[FrozenRate, ...], tuple[int, ...]]
"""The rates of a line, and their numerators and denominators in turn, ready to multiply with."""
_ORDER, _WHO = 1, (2, 4, 8)
_SHAPES = range(16)
_FIRST_NUMBER, _BITS = 2, 20
_NET, _GROSS = attrgetter("net_minor"), attrgetter("gross_minor")


class Chosen(NamedTuple):
    """What pays a kind of line at each level; `settled` holds the rates where they depend on nothing else: percentages,
    scaled to the ceiling.

    `alone` says that nothing beside a line has a say, no tier, cap or other base: then `by_amount` remembers the rates
    by the line's total, quantity and currency, amounts a unit among them.
    """

    choices: Choices
    settled: Settled | None
    alone: bool
    by_amount: dict[tuple[int, int, str], Settled]


class Kind:
    """Lines that are the same to the rules: what they are, in which stage.

    `shape` says what else has a say in what pays them, the order or the person of a level, as bits: most products have
    a rate of their own, and nothing else is looked at. `found` is what pays them by the signature of that shape.
    """

    __slots__ = ("choices", "found", "line", "shape", "stage")

    def __init__(self, plan: CompiledPlan, line: OrderLine, stage: str | None, window: int) -> None:
        self.line, self.stage = line, stage
        self.shape = 0
        self.found: dict[int, Chosen] = {}
        self.choices: dict[object, Choice | None] = {}
        for level, bit in enumerate(_WHO, 1):
            who, order = plan.bearing(level, line, stage, window)
            self.shape |= (bit if who else 0) | (_ORDER if order else 0)


class Context:
    """The order and its people as far as rules can tell them apart.

    `signatures` holds for each shape one number that stands for all of them that has a say.
    """

    __slots__ = (
        *("_chosen", "_numbers", "_paths", "_plan", "_profiles", "_sale", "_window"),
        *("kinds", "signatures"),
    )

    def __init__(
        self, plan: CompiledPlan, sale: Sale, order: object, window: int, profiles: tuple[Profile | None, ...]
    ) -> None:
        self._plan, self._sale, self._window, self._profiles = plan, sale, window, profiles
        remembered = plan.remembered
        self.kinds: dict[object, Kind] = remembered.kinds.setdefault(window, {})
        self._paths, self._chosen = remembered.paths, remembered.chosen
        numbers = remembered.numbers
        self._numbers = [
            0 if each is None else numbers.setdefault(each, len(numbers) + _FIRST_NUMBER)
            for each in (order, *profiles)
        ]
        self.signatures = [_signature(shape, self._numbers) for shape in _SHAPES]

    def kind(self, key: object, line: OrderLine, stage: str | None) -> Kind:
        """The kind of a line, seen for the first time."""
        if len(self.kinds) >= MOST_KINDS:
            self.kinds.clear()
        path = (self._window, stage, self._plan.path(line))
        found: Kind | None = self._paths.get(path)
        if found is None:
            found = self._paths[path] = Kind(self._plan, line, stage, self._window)
        self.kinds[key] = found
        return found

    def chosen(self, kind: Kind) -> Chosen:
        """What pays a kind of line at each level, looked for the first time."""
        first, second, third = (
            None if who is None else self._choice(kind, level, who)
            for level, who in enumerate(self._profiles, 1)
        )
        choices = (first, second, third)
        same = tuple([None if each is None else (each.rate, each.campaigns) for each in choices])
        chosen: Chosen | None = self._chosen.get(same)
        if chosen is None:
            chosen = self._chosen[same] = _chosen(self._plan, choices)
        if len(kind.found) >= MOST_OF_A_KIND:
            kind.found.clear()
        kind.found[self.signatures[kind.shape]] = chosen
        return chosen

    def _choice(self, kind: Kind, level: int, who: Profile) -> Choice | None:
        order = self._numbers[0] if kind.shape & _ORDER else 0
        key = (level, order, self._numbers[level] if kind.shape & _WHO[level - 1] else 0)
        if key in kind.choices:
            return kind.choices[key]
        if len(kind.choices) >= MOST_OF_A_KIND:
            kind.choices.clear()
        choice = self._plan.choose(level, kind.line, kind.stage, who, self._sale, self._window)
        kind.choices[key] = choice
        return choice


def context(plan: CompiledPlan, snapshot: OrderSnapshot, people: People, repeat: bool) -> Context:
    """The context of an order whose levels `people` earn."""
    first, second, third = people
    window = plan.window(snapshot.placed_at) if plan.has_campaigns else 0
    goods_minor = size = 0
    if plan.needs.goods:
        goods_minor = sum(map(_NET if plan.net else _GROSS, snapshot.lines))
        size = plan.order_size(goods_minor)
    named = plan.named
    # One flat tuple: it is made and hashed for every order.
    key: object
    if first is not None and second is not None and third is not None:
        key = (
            snapshot.channel,
            snapshot.currency,
            window,
            size,
            repeat,
            first.grade,
            first.groups,
            second.grade,
            second.groups,
            third.grade,
            third.groups,
            first.id.int if named and first.id.int in named else 0,
            second.id.int if named and second.id.int in named else 0,
            third.id.int if named and third.id.int in named else 0,
        )
    else:
        who = [each and (each.grade, each.groups, each.id.int in named and each.id.int) for each in people]
        key = (snapshot.channel, snapshot.currency, window, size, repeat, *who)
    known: Context | None = plan.remembered.contexts.get(key)
    if known is None:
        if len(plan.remembered.contexts) >= MOST_CONTEXTS:
            # Numbers begin anew, and so must whatever goes by them.
            plan.remembered = Remembered({}, {}, {}, {}, {})
        known = plan.remembered.contexts[key] = _context(
            plan, snapshot, people, window, (goods_minor, size), repeat
        )
    return known


def _context(
    plan: CompiledPlan,
    snapshot: OrderSnapshot,
    people: People,
    window: int,
    goods: tuple[int, int],
    repeat: bool,
) -> Context:
    channel = snapshot.channel if snapshot.channel in plan.channels else ""
    currency = snapshot.currency if plan.needs.goods else ""
    return Context(
        plan,
        Sale(snapshot.channel, snapshot.currency, goods[0], repeat),
        (channel, currency, goods[1], repeat and plan.needs.repeat),
        window,
        tuple(None if person is None else _profile(plan, person) for person in people),
    )


def _profile(plan: CompiledPlan, person: Person) -> Profile:
    return Profile(
        str(person.id) if person.id.int in plan.named else "",
        person.grade if person.grade in plan.grades else None,
        tuple(sorted(person.groups & plan.groups)),
    )


def _signature(shape: int, numbers: Sequence[int]) -> int:
    """The numbers that have a say in a shape, in one; 1 stands for anybody, 0 for nobody."""
    order, *people = numbers
    signature = order if shape & _ORDER else 0
    for bit, number in zip(_WHO, people, strict=True):
        signature = signature << _BITS | (number if shape & bit else min(number, 1))
    return signature << 4 | shape


def _chosen(plan: CompiledPlan, choices: Choices) -> Chosen:
    alone = plan.settles_lines and all(each is None or each.value.tiers is None for each in choices)
    return Chosen(choices, _percentages(plan, choices), alone, {})


def settled(rates: Iterable[FrozenRate]) -> Settled:
    """Rates with their numbers in a plain tuple, which is taken apart in half the time."""
    found = tuple(rates)
    return found, tuple([number for rate in found for number in (rate.numerator, rate.denominator)])


def _percentages(plan: CompiledPlan, choices: Choices) -> Settled | None:
    if not plan.settles_lines:
        return None
    rates: list[tuple[int, int, int, Choice]] = []
    for level, choice in enumerate(choices, 1):
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
        rule = rule_text(choice, cuts=cuts)
        result.append(FrozenRate(level, numerator // common, denominator // common, None, rule))
    return settled(result)

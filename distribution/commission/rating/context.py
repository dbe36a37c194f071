"""What is the same for every line of an order: found once, and what it leads to remembered with the plan."""

from __future__ import annotations

from math import gcd
from typing import NamedTuple

from distribution.commission.plan.compiled import Choice, CompiledPlan, Remembered
from distribution.commission.plan.document import WHOLE_BPS
from distribution.commission.plan.index import Profile, Sale
from distribution.commission.rating.facts import People, Person
from distribution.commission.rating.rule_text import rule_text
from distribution.orders.snapshot import OrderLine, OrderSnapshot

MOST_CONTEXTS, MOST_KINDS, MOST_OF_A_KIND = 20_000, 50_000, 5_000
"""How much a plan remembers; past it, it begins anew."""

Choices = tuple[Choice | None, Choice | None, Choice | None]
Static = tuple[tuple[int, int, int, str], ...]
_ORDER, _WHO = 1, (2, 4, 8)
_SHAPES = range(16)


class Chosen(NamedTuple):
    """What pays a kind of line at each level; `static` holds (level, numerator, denominator, rule) where the rates
    depend on nothing else: percentages, scaled to the ceiling. Levels count from 0.

    Where amounts a unit are among them, `by_amount` remembers the same by a line's total, quantity and currency; None
    where more than the line has a say: tiers, caps, other bases.
    """

    choices: Choices
    static: Static | None
    by_amount: dict[tuple[int, int, str], Static] | None


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
        "_chosen",
        "_order",
        "_paths",
        "_plan",
        "_profiles",
        "_sale",
        "_window",
        "kinds",
        "signatures",
    )

    def __init__(
        self, plan: CompiledPlan, sale: Sale, order: object, window: int, profiles: tuple[Profile | None, ...]
    ) -> None:
        self._plan, self._sale, self._window, self._profiles = plan, sale, window, profiles
        self.kinds: dict[object, Kind] = plan.remembered.kinds.setdefault(window, {})
        self._order, self._paths, self._chosen = order, plan.remembered.paths, plan.remembered.chosen
        numbers = plan.remembered.signatures
        self.signatures = [
            numbers.setdefault(_signature(shape, order, profiles), len(numbers)) for shape in _SHAPES
        ]

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
        key = (
            level,
            self._order if kind.shape & _ORDER else None,
            who if kind.shape & _WHO[level - 1] else None,
        )
        if key in kind.choices:
            return kind.choices[key]
        if len(kind.choices) >= MOST_OF_A_KIND:
            kind.choices.clear()
        choice = self._plan.choose(level, kind.line, kind.stage, who, self._sale, self._window)
        kind.choices[key] = choice
        return choice


def context(plan: CompiledPlan, snapshot: OrderSnapshot, people: People, repeat: bool) -> Context:
    """The context of an order whose levels `people` earn."""
    needs = plan.needs
    first, second, third = people
    window = plan.window(snapshot.placed_at) if plan.has_campaigns else 0
    goods_minor = _goods(plan, snapshot) if needs.goods else 0
    size = plan.order_size(goods_minor) if needs.goods else 0
    key: object
    if plan.asks_who:
        named = plan.named
        key = (
            *(snapshot.channel, snapshot.currency, window, size, repeat),
            first and (first.grade, first.groups, first.id.int if first.id.int in named else 0),
            second and (second.grade, second.groups, second.id.int if second.id.int in named else 0),
            third and (third.grade, third.groups, third.id.int if third.id.int in named else 0),
        )
    else:
        levels = (first is None, second is None, third is None)
        key = (snapshot.channel, snapshot.currency, window, size, repeat, levels)
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


def _signature(shape: int, order: object, profiles: tuple[Profile | None, ...]) -> object:
    """Everything that has a say in a shape, and at which levels there is somebody."""
    people = [
        profile if profile is None or shape & bit else True
        for bit, profile in zip(_WHO, profiles, strict=True)
    ]
    return (shape, order if shape & _ORDER else None, *people)


def _goods(plan: CompiledPlan, snapshot: OrderSnapshot) -> int:
    if plan.plan.base == "net":
        return sum([line.net_minor for line in snapshot.lines])
    return sum([line.gross_minor for line in snapshot.lines])


def _chosen(plan: CompiledPlan, choices: Choices) -> Chosen:
    alone = plan.settles_lines and all(each is None or each.value.tiers is None for each in choices)
    return Chosen(choices, _static(plan, choices), {} if alone else None)


def _static(plan: CompiledPlan, choices: tuple[Choice | None, ...]) -> Static | None:
    if not plan.settles_lines:
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

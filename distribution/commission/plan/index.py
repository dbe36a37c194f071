"""Finds the rules that match a line and a person without walking through all of them."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Generic, Protocol, TypeVar

from distribution.commission.plan.selector import Selector
from distribution.orders.snapshot import OrderLine


class Rule(Protocol):
    """Anything with a selector."""

    @property
    def selector(self) -> Selector: ...


_Rule = TypeVar("_Rule", bound=Rule)
_Key = tuple[str | None, str | None]


@dataclass(frozen=True, slots=True)
class Profile:
    """Of a person what rules can ask for."""

    distributor: str
    grade: str | None
    groups: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Sale:
    """Of an order what rules can ask for."""

    channel: str
    currency: str
    goods_minor: int
    repeat: bool


class Index(Generic[_Rule]):
    """Rules by what and whom they are for; `matching` yields them the most specific first."""

    def __init__(self, rules: Iterable[_Rule]) -> None:
        self._rules: dict[tuple[_Key, _Key], list[_Rule]] = defaultdict(list)
        whos: set[str | None] = set()
        for rule in rules:
            selector = rule.selector
            whos.add(selector.who)
            for what in selector.what_ids or (None,):
                for who in selector.who_ids or (None,):
                    self._rules[((selector.what, what), (selector.who, who))].append(rule)
        self._whos = frozenset(whos)
        self._by_what: dict[_Key, list[_Rule]] = defaultdict(list)
        for (what_key, _), found in self._rules.items():
            self._by_what[what_key] += found

    def best(self, line: OrderLine, stage: str | None, who: Profile, sale: Sale) -> _Rule | None:
        """The rule that wins, None where none matches."""
        return next(self.matching(line, stage, who, sale), None)

    def matching(self, line: OrderLine, stage: str | None, who: Profile, sale: Sale) -> Iterator[_Rule]:
        """Every rule that matches, each once, in the order of the table in docs/plans.md."""
        whos = [rung for rung in _who_rungs(who) if rung[0][0] in self._whos]
        # A rule that names two of the product's categories is found at both; the nearest counts.
        seen: set[int] = set()
        for rung in _what_rungs(line):
            whats = [what for what in rung if what in self._by_what]
            if whats:
                for who_rung in whos:
                    for rule in self._on(whats, who_rung, stage, sale):
                        if id(rule) not in seen:
                            seen.add(id(rule))
                            yield rule

    def bearing(self, line: OrderLine, stage: str | None, *, on_all: bool) -> tuple[bool, bool]:
        """Whether who earns, and whether the order, has a say in which rule wins for such a line, or in all that match.

        Below a rule that matches everybody in every order nothing can win.
        """
        asks_who = asks_order = False
        for whats in _what_rungs(line):
            rules = {id(rule): rule for what in whats for rule in self._by_what.get(what, ())}
            for rule in sorted(rules.values(), key=lambda rule: rule.selector.precedence, reverse=True):
                selector = rule.selector
                if selector.stage not in (None, stage):
                    continue
                asks_who = asks_who or selector.who is not None
                asks_order = asks_order or selector.asks_order
                if not on_all and selector.who is None and not selector.asks_order:
                    return asks_who, asks_order
        return asks_who, asks_order

    def _on(
        self, whats: Sequence[_Key], whos: Sequence[_Key], stage: str | None, sale: Sale
    ) -> Iterable[_Rule]:
        found: dict[int, _Rule] = {}
        for what in whats:
            for who in whos:
                for rule in self._rules.get((what, who), ()):
                    if rule.selector.fits(sale.channel, stage, sale.goods_minor, sale.currency, sale.repeat):
                        found[id(rule)] = rule
        if len(found) < 2:
            return found.values()
        return sorted(found.values(), key=lambda rule: rule.selector.rank, reverse=True)


def _what_rungs(line: OrderLine) -> Iterator[list[_Key]]:
    yield [("variant", line.variant_id)]
    yield [("product", line.product_id)]
    yield [("collection", collection) for collection in line.collection_ids]
    for category in line.category_ids:
        yield [("category", category)]
    yield [(None, None)]


def _who_rungs(who: Profile) -> list[list[_Key]]:
    rungs: list[list[_Key]] = [
        [("distributor", who.distributor)],
        [("group", group) for group in who.groups],
        [("grade", who.grade)],
        [(None, None)],
    ]
    return [rung for rung in rungs if rung]

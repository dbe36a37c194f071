"""Replays recorded orders under a draft: freezes each as if it had just been placed, and adds up what it is worth."""

from __future__ import annotations

import json
from collections.abc import Sequence
from datetime import datetime
from functools import lru_cache
from typing import Any

from distribution.commission.entitlement import Worth, worths
from distribution.commission.kept import delivered_whole, kept
from distribution.commission.plan.compiled import CompiledPlan
from distribution.commission.rating.facts import Facts
from distribution.commission.rating.freeze import freeze
from distribution.commission.rating.share import EarlierShare, ShareDraft
from distribution.orders.snapshot import OrderLine, OrderSnapshot
from distribution.orders.state import from_state
from distribution.simulation.facts import FactFinder, Known
from distribution.simulation.months import Calendar
from distribution.simulation.periods import Periods
from distribution.simulation.reading import Page, Recorded, State
from distribution.simulation.tally import Tally

Earlier = Sequence[tuple[datetime, State]]


class Replay:
    """A draft on its way through the orders."""

    def __init__(self, plan: CompiledPlan, calendar: Calendar, known: Known, periods: Periods) -> None:
        self._plan, self._calendar, self._known = plan, calendar, known
        self.periods = periods
        self._facts = FactFinder(plan.needs, known)
        self.tallies: dict[str, Tally] = {}

    def add(self, page: Page) -> None:
        """The next orders, in the order of their placing."""
        for order in page.orders:
            if self._calendar.turn_to(order.placed_at):
                self._known.counted.turn_to(self._calendar.month)
            tally = self.tally(order.currency)
            tally.order(self._calendar.name, order.sales_minor, attributed=order.seller is not None)
            if order.seller is not None and order.state is not None:
                self._replay(order, order.state, page.earlier.get(order.id, ()), tally)
                self._known.counted.sold(order)
                self._known.credited.placed(order)
        for amount in page.amounts:
            tally = self.tally(amount.currency)
            tally.recorded(amount.month, str(amount.level), amount.distributor, amount.amount_minor)

    def tally(self, currency: str) -> Tally:
        """That of a currency."""
        found = self.tallies.get(currency)
        if found is None:
            found = self.tallies[currency] = Tally()
        return found

    def _replay(self, order: Recorded, state: State, earlier: Earlier, tally: Tally) -> None:
        newest = from_state(order.source, order.observed_at, state)
        snapshots = [*(from_state(order.source, *each) for each in earlier), newest]
        facts = self._facts.find(order, snapshots[0])
        drafts = _frozen(self._plan, snapshots, facts)
        people = _texts(order, facts)
        if self._known.counted.earned:
            for draft in drafts:
                self._known.counted.claimed(order.currency, people[draft.distributor_id], draft.claimed_minor)
        found = worths(newest, drafts)
        self._add(order, newest, drafts, found, people, tally)
        lifted = self.periods.lifted(self._calendar)
        if lifted is not None:
            month = self._calendar.month
            facts = self._facts.with_sales(facts, order, month, lifted.counters)
            again = _frozen(lifted.plan, snapshots, facts)
            whole, before = _by_person(again, worths(newest, again)), _by_person(drafts, found)
            for who in whole | before:
                amounts = whole.get(who, (0, 0)), before.get(who, (0, 0))
                tally.decided(self._calendar.name, people[who], *amounts)

    def _add(
        self,
        order: Recorded,
        snapshot: OrderSnapshot,
        drafts: Sequence[ShareDraft],
        found: Sequence[Worth],
        people: dict[Any, str],
        tally: Tally,
    ) -> None:
        lines: dict[str, list[Any]] = {line.id: [line, 0, 0] for line in snapshot.lines}
        levels: dict[int, list[Any]] = {}
        kinds: frozenset[str] = frozenset()
        for draft, (amount_minor, potential_minor) in zip(drafts, found, strict=True):
            of_level = levels.get(draft.level)
            if of_level is None:
                of_level = levels[draft.level] = [draft.distributor_id, 0, 0]
            of_level[1] += amount_minor
            of_level[2] += potential_minor
            of_line = lines.get(draft.line_id)
            if of_line is not None:
                of_line[1] += amount_minor
                of_line[2] += potential_minor
            if '"cuts"' in draft.rule:
                kinds |= _cuts(draft.rule)
        for level, (who, amount_minor, potential_minor) in levels.items():
            person = people[who]
            grade = self._known.grades.at(person, order.placed_at) or ""
            tally.earned(self._calendar.name, str(level), person, grade, amount_minor, potential_minor)
            if order.paid:
                tally.paid_potential_minor += potential_minor
        for line, amount_minor, potential_minor in lines.values():
            tally.product(line.product_id or "", line.name, amount_minor, potential_minor)
        if kinds:
            tally.cut(kinds)
        if order.paid and any(line.cost_minor is not None for line in snapshot.lines):
            for line, _, potential_minor in lines.values():
                if line.cost_minor is not None:
                    tally.costed(*_kept(snapshot, line), potential_minor)


def _frozen(plan: CompiledPlan, snapshots: Sequence[OrderSnapshot], facts: Facts) -> list[ShareDraft]:
    """The shares, snapshot by snapshot as their lines came to be known."""
    drafts = freeze(plan, snapshots[0], facts)
    for snapshot in snapshots[1:]:
        earlier = [EarlierShare(draft.line_id, draft.distributor_id, draft.claimed_minor) for draft in drafts]
        drafts += freeze(plan, snapshot, facts, earlier)
    return drafts


def _texts(order: Recorded, facts: Facts) -> dict[Any, str]:
    chain = (order.seller, order.second, order.third)
    return {
        person.id: text
        for person, text in zip(facts.people, chain, strict=True)
        if person is not None and text is not None
    }


def _by_person(drafts: Sequence[ShareDraft], found: Sequence[Worth]) -> dict[Any, tuple[int, int]]:
    sums: dict[Any, tuple[int, int]] = {}
    for draft, (amount_minor, potential_minor) in zip(drafts, found, strict=True):
        before = sums.get(draft.distributor_id, (0, 0))
        sums[draft.distributor_id] = (before[0] + amount_minor, before[1] + potential_minor)
    return sums


@lru_cache(maxsize=50_000)
def _cuts(rule: str) -> frozenset[str]:
    return frozenset(name for name, *_ in json.loads(rule)["cuts"])


def _kept(snapshot: OrderSnapshot, line: OrderLine) -> tuple[int, int]:
    """Net sales of a line and the cost of its units, without what came back."""
    units, factor = line.quantity - line.returned, (1, 1)
    if snapshot.given_back_minor or line.returned:
        factor = kept([delivered_whole(each) for each in snapshot.lines], snapshot.given_back_minor)
    cost_minor = line.cost_minor or 0
    if not line.quantity:
        return 0, 0
    return (
        line.net_minor * units * factor[0] // (line.quantity * factor[1]),
        cost_minor * units // line.quantity,
    )

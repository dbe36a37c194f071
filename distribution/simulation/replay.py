"""Replays recorded orders under a draft: freezes each as if it had just been placed, and adds up what it is worth."""

from __future__ import annotations

import json
from collections.abc import Sequence
from datetime import datetime
from functools import lru_cache

from distribution.commission.entitlement import Worth, line_worths
from distribution.commission.kept import delivered_whole, kept
from distribution.commission.plan.compiled import CompiledPlan
from distribution.commission.rating.facts import Facts
from distribution.commission.rating.freeze import freeze_lines
from distribution.commission.rating.share import EarlierShare, Frozen
from distribution.orders.snapshot import OrderLine, OrderSnapshot
from distribution.orders.state import from_state
from distribution.simulation.facts import FactFinder, Known
from distribution.simulation.months import Calendar
from distribution.simulation.periods import Periods
from distribution.simulation.reading import Page, Recorded, State
from distribution.simulation.tally import Tally

Earlier = Sequence[tuple[datetime, State]]
Levels = list[list[int]]
"""Amount and potential of each level."""


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
        frozen = _frozen(self._plan, snapshots, facts)
        chain = (order.seller, order.second, order.third)
        texts = {person.id: text for person, text in zip(facts.people, chain, strict=True) if person and text}
        # Whom nobody earns at has no text, and no rate either.
        people = [texts.get(who, "") for who in frozen.people]
        if self._known.counted.earned:
            for _, rates, claims in frozen.lines:
                for rate, claimed_minor in zip(rates, claims, strict=True):
                    self._known.counted.claimed(order.currency, people[rate.level - 1], claimed_minor)
        found = line_worths(newest, frozen)
        before = self._add(order, newest, frozen, found, people, tally)
        lifted = self.periods.lifted(self._calendar)
        if lifted is not None:
            facts = self._facts.with_sales(facts, order, self._calendar.month, lifted.counters)
            again = _frozen(lifted.plan, snapshots, facts)
            whole = _by_level(again, line_worths(newest, again))
            for level, who in enumerate(people):
                if who and (whole[level] != [0, 0] or before[level] != [0, 0]):
                    tally.decided(self._calendar.name, who, whole[level], before[level])

    def _add(
        self,
        order: Recorded,
        snapshot: OrderSnapshot,
        frozen: Frozen,
        found: Sequence[Sequence[Worth]],
        people: Sequence[str],
        tally: Tally,
    ) -> Levels:
        """Count what an order comes to; returns it by level."""
        lines = {line.id: line for line in snapshot.lines}
        month, levels = self._calendar.name, _by_level(frozen, found)
        kinds: frozenset[str] = frozenset()
        earning = set()
        for (line_id, rates, _), worth in zip(frozen.lines, found, strict=True):
            amount_minor = potential_minor = 0
            for rate, (now_minor, most_minor) in zip(rates, worth, strict=True):
                amount_minor += now_minor
                potential_minor += most_minor
                earning.add(rate.level)
                if '"cuts"' in rate.rule:
                    kinds |= _cuts(rate.rule)
            line = lines.get(line_id)
            if line is not None:
                tally.product(line.product_id or "", line.name, amount_minor, potential_minor)
                if order.paid and line.cost_minor is not None:
                    tally.costed(*_kept(snapshot, line), potential_minor)
        for level in earning:
            who, (amount_minor, potential_minor) = people[level - 1], levels[level - 1]
            grade = self._known.grades.at(who, order.placed_at) or ""
            tally.earned(month, str(level), who, grade, amount_minor, potential_minor)
            if order.paid:
                tally.paid_potential_minor += potential_minor
        if kinds:
            tally.cut(kinds)
        return levels


def _frozen(plan: CompiledPlan, snapshots: Sequence[OrderSnapshot], facts: Facts) -> Frozen:
    """The lines, snapshot by snapshot as they came to be known."""
    frozen = freeze_lines(plan, snapshots[0], facts)
    for snapshot in snapshots[1:]:
        earlier = [
            EarlierShare(draft.line_id, draft.distributor_id, draft.claimed_minor)
            for draft in frozen.shares()
        ]
        frozen.lines.extend(freeze_lines(plan, snapshot, facts, earlier).lines)
    return frozen


def _by_level(frozen: Frozen, found: Sequence[Sequence[Worth]]) -> Levels:
    sums = [[0, 0], [0, 0], [0, 0]]
    for (_, rates, _), worth in zip(frozen.lines, found, strict=True):
        for rate, (amount_minor, potential_minor) in zip(rates, worth, strict=True):
            of_level = sums[rate.level - 1]
            of_level[0] += amount_minor
            of_level[1] += potential_minor
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

"""Freezing: from a plan, an order and the facts to one exact rate for each order line and level."""

from __future__ import annotations

from collections.abc import Sequence
from uuid import UUID

from distribution.commission.plan.compiled import CompiledPlan
from distribution.commission.rating.beneficiaries import beneficiaries
from distribution.commission.rating.claims import freeze_claims
from distribution.commission.rating.context import MOST_OF_A_KIND, Chosen, context, settled
from distribution.commission.rating.facts import Facts, People
from distribution.commission.rating.limit import past_limit
from distribution.commission.rating.share import EarlierShare, Frozen, FrozenLine, FrozenRate, ShareDraft
from distribution.orders.snapshot import OrderLine, OrderSnapshot

_NOBODY = UUID(int=0)
Unsettled = tuple[int, OrderLine, Chosen, tuple[int, int, str]]
"""A line that must be looked at with its order: its place, and the amount by which it is known the next time."""


def freeze(
    plan: CompiledPlan, snapshot: OrderSnapshot, facts: Facts, earlier: Sequence[EarlierShare] = ()
) -> list[ShareDraft]:
    """The shares of every line that `earlier` does not hold, each rate exact; the rules are those of docs/plans.md."""
    return freeze_lines(plan, snapshot, facts, earlier).shares()


def freeze_lines(
    plan: CompiledPlan, snapshot: OrderSnapshot, facts: Facts, earlier: Sequence[EarlierShare] = ()
) -> Frozen:
    """The same line by line.

    It runs for each line of every order, so what percentages come to is looked up, and only lines whose rate depends
    on more than what they are go through `claims`.
    """
    needs, rules, currency = plan.needs, plan.plan, snapshot.currency
    people = facts.people
    seller, second, third = people
    if not plan.plain_uplines or (second and not second.active) or (third and not third.active):
        people = seller, second, third = beneficiaries(rules, people, currency)
    about = context(plan, snapshot, people, facts.repeat)
    kinds, signatures = about.kinds, about.signatures
    frozen = {share.line_id for share in earlier} if earlier else ()
    over = needs.credited and past_limit(rules, facts, snapshot.placed_at)
    net, excluded = plan.net, plan.excludes_gift_cards
    stages = facts.stages if needs.stages else None
    lines: list[FrozenLine] = []
    unsettled: list[Unsettled] = []
    for line in snapshot.lines:
        if frozen and line.id in frozen:
            continue
        stage = None if stages is None else stages.get(line.product_id or "")
        key = (line.variant_id, line.product_id, line.category_ids, line.collection_ids, stage)
        kind = kinds.get(key) or about.kind(key, line, stage)
        chosen = kind.found.get(signatures[kind.shape]) or about.chosen(kind)
        ready = chosen.settled
        total_minor = line.net_minor if net else line.gross_minor
        if ready is None or over or total_minor <= 0 or line.gift_card:
            amount = (total_minor, line.quantity, currency)
            if ready is None or over or total_minor <= 0 or excluded:
                ready = None if over or line.gift_card else chosen.by_amount.get(amount)
            if ready is None:
                unsettled.append((len(lines), line, chosen, amount))
                ready = ((), ())
        rates, ratios = ready
        claims: tuple[int, ...]
        if len(ratios) == 6:
            one, of_one, two, of_two, three, of_three = ratios
            claims = (
                total_minor * one // of_one,
                total_minor * two // of_two,
                total_minor * three // of_three,
            )
        else:
            claims = tuple([total_minor * rate.numerator // rate.denominator for rate in rates])
        lines.append((line.id, rates, claims))
    if unsettled:
        _settle(plan, snapshot, people, lines, unsettled, earlier, over=over)
    return Frozen(
        rules.base,
        (
            _NOBODY if seller is None else seller.id,
            _NOBODY if second is None else second.id,
            _NOBODY if third is None else third.id,
        ),
        lines,
    )


def _settle(
    plan: CompiledPlan,
    snapshot: OrderSnapshot,
    people: People,
    lines: list[FrozenLine],
    unsettled: Sequence[Unsettled],
    earlier: Sequence[EarlierShare],
    *,
    over: bool,
) -> None:
    """Put what `claims` makes of the lines that are left in their places.

    Where nothing but the line has a say it is remembered: shops sell the same at the same price again.
    """
    asked = [(line, chosen.choices) for _, line, chosen, _ in unsettled]
    drafts = iter(freeze_claims(plan, snapshot, people, asked, earlier, over=over))
    for place, line, chosen, amount in unsettled:
        of_line = [next(drafts) for choice in chosen.choices if choice is not None]
        ready = settled(
            FrozenRate(each.level, each.rate_numerator, each.rate_denominator, each.most_minor, each.rule)
            for each in of_line
        )
        lines[place] = (line.id, ready[0], tuple(each.claimed_minor for each in of_line))
        if chosen.alone and not over and not line.gift_card:
            if len(chosen.by_amount) >= MOST_OF_A_KIND:
                chosen.by_amount.clear()
            chosen.by_amount[amount] = ready

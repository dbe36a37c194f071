"""Freezing: from a plan, an order and the facts to one exact rate for each order line and level."""

from __future__ import annotations

from collections.abc import Sequence
from uuid import UUID

from distribution.commission.plan.compiled import CompiledPlan
from distribution.commission.rating.beneficiaries import beneficiaries
from distribution.commission.rating.claims import freeze_claims
from distribution.commission.rating.context import MOST_OF_A_KIND, Chosen, context
from distribution.commission.rating.facts import Facts
from distribution.commission.rating.limit import past_limit
from distribution.commission.rating.share import EarlierShare, ShareDraft
from distribution.orders.snapshot import OrderLine, OrderSnapshot

_NOBODY = UUID(int=0)
# What the constructor of a named tuple calls, without the call around it.
_new = tuple.__new__
Unsettled = tuple[OrderLine, Chosen, tuple[int, int, str]]


def freeze(
    plan: CompiledPlan, snapshot: OrderSnapshot, facts: Facts, earlier: Sequence[EarlierShare] = ()
) -> list[ShareDraft]:
    """The shares of every line that `earlier` does not hold, each rate exact; the rules are those of docs/plans.md.

    It runs for each line and level of every order, so what percentages come to is looked up, and only lines whose
    rate depends on more than what they are go through `claims`.
    """
    needs, rules = plan.needs, plan.plan
    people = beneficiaries(rules, facts.people, snapshot.currency)
    about = context(plan, snapshot, people, facts.repeat)
    kinds, signatures = about.kinds, about.signatures
    ids = [_NOBODY if person is None else person.id for person in people]
    frozen = {share.line_id for share in earlier} if earlier else ()
    over = needs.credited and past_limit(rules, facts, snapshot.placed_at)
    base, excluded = rules.base, rules.gift_cards == "exclude"
    net, stages = base == "net", needs.stages
    drafts: list[ShareDraft] = []
    unsettled: list[Unsettled] = []
    currency = snapshot.currency
    for line in snapshot.lines:
        line_id = line.id
        if frozen and line_id in frozen:
            continue
        stage = facts.stages.get(line.product_id or "") if stages else None
        key = (line.variant_id, line.product_id, line.category_ids, line.collection_ids, stage)
        kind = kinds.get(key) or about.kind(key, line, stage)
        chosen = kind.found.get(signatures[kind.shape]) or about.chosen(kind)
        total_minor = line.net_minor if net else line.gross_minor
        static = chosen.static
        if static is None or over or total_minor <= 0 or (excluded and line.gift_card):
            known = None if over else chosen.by_amount
            amount = (total_minor, line.quantity, currency)
            static = None if known is None or line.gift_card else known.get(amount)
            if static is None:
                unsettled.append((line, chosen, amount))
                continue
        for position, numerator, denominator, rule in static:
            claimed_minor = total_minor * numerator // denominator
            drafts.append(
                _new(
                    ShareDraft,
                    (
                        line_id,
                        position + 1,
                        ids[position],
                        base,
                        numerator,
                        denominator,
                        claimed_minor,
                        None,
                        rule,
                    ),
                )
            )
    if unsettled:
        mixed = bool(drafts)
        lines = [(line, chosen.choices) for line, chosen, _ in unsettled]
        claims = freeze_claims(plan, snapshot, people, lines, earlier, over=over)
        if not over:
            _remember(unsettled, claims)
        drafts += claims
        if mixed:
            places = {line.id: place for place, line in enumerate(snapshot.lines)}
            drafts.sort(key=lambda draft: (places[draft.line_id], draft.level))
    return drafts


def _remember(unsettled: Sequence[Unsettled], claims: Sequence[ShareDraft]) -> None:
    """Keep what lines come to in which nothing but themselves has a say: shops sell the same at the same price."""
    for line, chosen, amount in unsettled:
        known = chosen.by_amount
        if known is None or line.gift_card:
            continue
        if len(known) >= MOST_OF_A_KIND:
            known.clear()
        known[amount] = tuple(
            (draft.level - 1, draft.rate_numerator, draft.rate_denominator, draft.rule)
            for draft in claims
            if draft.line_id == line.id
        )

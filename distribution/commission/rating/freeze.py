"""Freezing: from a plan, an order and the facts to one exact rate for each order line and level."""

from __future__ import annotations

from collections.abc import Sequence
from uuid import UUID

from distribution.commission.plan.compiled import CompiledPlan
from distribution.commission.rating.beneficiaries import beneficiaries
from distribution.commission.rating.claims import freeze_claims
from distribution.commission.rating.context import MOST_LINES, context
from distribution.commission.rating.facts import Facts
from distribution.commission.rating.limit import past_limit
from distribution.commission.rating.share import EarlierShare, ShareDraft
from distribution.orders.snapshot import OrderSnapshot

_NOBODY = UUID(int=0)


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
    ids = [_NOBODY if person is None else person.id for person in people]
    frozen = {share.line_id for share in earlier} if earlier else ()
    remembered = about.lines
    over = needs.credited and past_limit(rules, facts, snapshot.placed_at)
    base, excluded = rules.base, rules.gift_cards == "exclude"
    net = base == "net"
    drafts: list[ShareDraft] = []
    unsettled = []
    new = ShareDraft.__new__
    for line in snapshot.lines:
        line_id = line.id
        if frozen and line_id in frozen:
            continue
        stage = facts.stages.get(line.product_id or "") if needs.stages else None
        key = (line.variant_id, line.product_id, line.category_ids, line.collection_ids, stage)
        chosen = remembered.get(key)
        if chosen is None:
            if len(remembered) >= MOST_LINES:
                remembered.clear()
            chosen = remembered[key] = about.chosen(line, stage)
        total_minor = line.net_minor if net else line.gross_minor
        if chosen.static is None or over or total_minor <= 0 or (excluded and line.gift_card):
            unsettled.append((line, chosen.choices))
            continue
        for position, numerator, denominator, rule in chosen.static:
            drafts.append(
                new(
                    ShareDraft,
                    line_id,
                    position + 1,
                    ids[position],
                    base,
                    numerator,
                    denominator,
                    total_minor * numerator // denominator,
                    None,
                    rule,
                )
            )
    if unsettled:
        mixed = bool(drafts)
        drafts += freeze_claims(plan, snapshot, people, unsettled, earlier, over=over)
        if mixed:
            places = {line.id: place for place, line in enumerate(snapshot.lines)}
            drafts.sort(key=lambda draft: (places[draft.line_id], draft.level))
    return drafts

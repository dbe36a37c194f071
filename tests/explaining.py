"""An explanation of a case that is written in plain values, as `tests/specification` writes them."""

from __future__ import annotations

import json
from dataclasses import replace
from typing import Any
from uuid import UUID

from distribution.analytics.explanation.frozen import ExplainedShare, FrozenOrder
from distribution.analytics.explanation.level import LevelExplanation
from distribution.analytics.explanation.order import OrderExplanation, explain_order
from distribution.commission.plan.compiled import CompiledPlan
from distribution.commission.rating.freeze import freeze
from distribution.commission.rating.share import EarlierShare, ShareDraft
from tests.frozen import compiled, facts_of, snapshot_of
from tests.model.plan.generate_orders import Case
from tests.specification.notation import case

EARLIER, NOW = 1, 2
"""Numbers of the snapshots in which earlier lines and the case's own were first seen."""


def explained(plan: str, order: str) -> OrderExplanation:
    """A plan and an order in the notation of the specification, explained."""
    return explained_case(case(plan, order))[0]


def explained_level(plan: str, order: str, level: int = 1) -> LevelExplanation:
    """A level of the last line."""
    return explained(plan, order).lines[-1].levels[level - 1]


def explained_case(
    case: Case, plan: CompiledPlan | None = None, line_id: str | None = None
) -> tuple[OrderExplanation, list[ShareDraft]]:
    """What the program freezes for a case, explained, with the shares it froze."""
    plan = plan or compiled(case.document)
    snapshot = replace(snapshot_of(case.state), collected_minor=10**12)
    facts = facts_of(case)
    earlier = [
        EarlierShare(one["line_id"], UUID(one["distributor_id"]), one["claimed"]) for one in case.earlier
    ]
    drafts = freeze(plan, snapshot, facts, earlier)
    shares = [
        *(_earlier(number, one) for number, one in enumerate(case.earlier, 1)),
        *(
            ExplainedShare(len(earlier) + number, NOW, *draft[:-1], json.loads(draft.rule))
            for number, draft in enumerate(drafts, 1)
        ),
    ]
    return explain_order(FrozenOrder(plan, 1, facts, {NOW: snapshot}, shares), line_id), drafts


def _earlier(number: int, one: dict[str, Any]) -> ExplainedShare:
    # Of earlier lines only who claimed how much matters.
    who, claimed = UUID(one["distributor_id"]), one["claimed"]
    return ExplainedShare(
        number, EARLIER, f"{one['line_id']}, before", one["level"], who, "net", 0, 1, claimed, None, {}
    )

"""What the program itself freezes for a case that is written in plain values."""

from __future__ import annotations

import json
from datetime import datetime
from fractions import Fraction
from typing import Any
from uuid import UUID

from distribution.commission.known import KnownTerms
from distribution.commission.plan.compiled import CompiledPlan, compile_plan
from distribution.commission.plan.parse import parse
from distribution.commission.rating.facts import Facts, Person
from distribution.commission.rating.freeze import freeze
from distribution.commission.rating.share import EarlierShare
from distribution.orders.snapshot import OPEN, OrderLine, OrderSnapshot
from tests.model.plan.generate_orders import Case
from tests.model.plan.limits import Key
from tests.model.plan_rules import NaiveShare


def compiled(document: dict[str, Any]) -> CompiledPlan:
    """A plan as it is kept in memory for one version."""
    return compile_plan(parse(document))


def frozen_shares(case: Case, plan: CompiledPlan | None = None) -> dict[Key, NaiveShare]:
    """The program's shares, written as those of the naive implementation; a plan compiled before may be used again."""
    earlier = [
        EarlierShare(share["line_id"], UUID(share["distributor_id"]), share["claimed"])
        for share in case.earlier
    ]
    drafts = freeze(plan or compiled(case.document), snapshot_of(case.state), facts_of(case), earlier)
    shares = {
        (draft.line_id, draft.level): NaiveShare(
            distributor_id=str(draft.distributor_id),
            rate=Fraction(draft.rate_numerator, draft.rate_denominator),
            claimed=draft.claimed_minor,
            most=draft.most_minor,
            nothing=json.loads(draft.rule).get("nothing"),
        )
        for draft in drafts
    }
    assert len(shares) == len(drafts), "a line and level twice"
    assert {draft.base for draft in drafts} <= {case.document.get("base", "net")}
    return shares


def frozen_terms(case: Case) -> KnownTerms:
    """What is kept of people when a case's order is placed."""
    first, second, third = (person and UUID(person["id"]) for person in case.people)
    people = [person and {"grade": person["grade"]} for person in case.people]
    hold = case.document["hold_days"]
    return KnownTerms(1, 1, 1, (first, second, third), "code", "", hold, {"people": people})


def comparable(shares: dict[Key, NaiveShare]) -> dict[Key, NaiveShare]:
    """Shares without the bound of those that are worth nothing anyway."""
    return {
        key: share
        if share.rate
        else NaiveShare(share.distributor_id, share.rate, share.claimed, None, share.nothing)
        for key, share in shares.items()
    }


def snapshot_of(state: dict[str, Any]) -> OrderSnapshot:
    """A paid order in this state."""
    placed_at = datetime.fromisoformat(state["placed_at"])
    return OrderSnapshot(
        source="test",
        order_id="o-1",
        number="1",
        channel=state["channel"],
        currency=state["currency"],
        observed_at=placed_at,
        placed_at=placed_at,
        status=OPEN,
        total_minor=0,
        collected_minor=0,
        given_back_minor=0,
        lines=tuple(_line(line) for line in state["lines"]),
        shipping_net_minor=state.get("shipping_net", 0),
        shipping_gross_minor=state.get("shipping_gross", 0),
    )


def _line(line: dict[str, Any]) -> OrderLine:
    return OrderLine(
        id=line["id"],
        quantity=line["quantity"],
        fulfilled=line["fulfilled"],
        returned=line["returned"],
        net_minor=line["net"],
        gross_minor=line["gross"],
        gift_card=line["gift_card"],
        product_id=line["product_id"],
        variant_id=line["variant_id"],
        category_ids=tuple(line["category_ids"]),
        collection_ids=tuple(line["collection_ids"]),
        undiscounted_net_minor=line.get("undiscounted_net"),
        undiscounted_gross_minor=line.get("undiscounted_gross"),
        cost_minor=line.get("cost"),
    )


def facts_of(case: Case) -> Facts:
    """The facts as the program reads them."""
    since = case.facts["credited"]["since"]
    first, second, third = (
        None
        if person is None
        else Person(
            id=UUID(person["id"]),
            active=person["active"],
            grade=person["grade"],
            groups=frozenset(person["groups"]),
            sales=person["sales"],
            earned=person["earned"],
        )
        for person in case.people
    )
    return Facts(
        people=(first, second, third),
        repeat=case.facts["repeat"],
        credited_orders=case.facts["credited"]["orders"],
        credited_since=None if since is None else datetime.fromisoformat(since),
        stages=case.facts["stages"],
    )

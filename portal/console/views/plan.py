"""The commission plan: in force, every version, and what differs between two."""

from __future__ import annotations

from typing import Any

from flask import abort, render_template, request
from sqlalchemy.orm import Session

from distribution.analytics.console_people import actor_names
from distribution.analytics.console_plan import VersionRow, versions
from distribution.analytics.plan_difference import differences
from distribution.analytics.plan_example import plain_sale, worked
from distribution.analytics.plan_text import lay_out
from distribution.commission import drafts, publish
from distribution.commission.plan.built_in import BUILT_IN
from distribution.commission.plan.parse import parse
from distribution.commission.plan.rules import Plan
from portal.console.acting import now
from portal.console.blueprint import blueprint
from portal.console.plans.names import Names, ids_in, names_of
from portal.console.plans.tables import shown
from portal.console.plans.words import change_words
from portal.database import program_settings, unit


@blueprint.get("/plan")
def plan() -> str:
    """The plan in force, what people are writing, and every version."""
    at = now()
    with unit() as session:
        history = versions(session, now=at)
        current = publish.current(session, now=at)
        writing = drafts.every(session)
        return render_template(
            "console/plan.html",
            shown=shown(current, names_of(session, ids_in(current)), now=at),
            history=history,
            version=next((one for one in history if one.number == current.number), None),
            drafts=writing,
            writers=actor_names(session, (draft.actor for draft in writing)),
            example=worked(current, plain_sale(_currency(), at)),
            currency=_currency(),
        )


@blueprint.get("/plan/versions/<int:number>")
def plan_version(number: int) -> str:
    """One version, and what it changed."""
    at = now()
    with unit() as session:
        history = versions(session, now=at)
        found = next((one for one in history if one.number == number), None)
        if found is None:
            abort(404)
        before = next((one.plan for one in history if one.number < number), parse(BUILT_IN))
        names = names_of(session, ids_in(before) | ids_in(found.plan))
        return render_template(
            "console/plan_version.html",
            version=found,
            changes=_changes(before, found.plan, names),
            shown=shown(found.plan, names, now=at),
            text=lay_out(publish.document(session, number)).text,
        )


@blueprint.get("/plan/compare")
def compare_plans() -> str:
    """What differs between any two: versions by number, 0 for the built-in plan."""
    at = now()
    with unit() as session:
        history = versions(session, now=at)
        one, other = (_numbered(history, request.args.get(name, 0, type=int)) for name in ("before", "after"))
        if one is None or other is None:
            abort(404)
        return render_template(
            "console/plan_compare.html",
            before=one,
            after=other,
            history=history,
            changes=_changes(one, other, _named(session, one, other)),
        )


def _changes(before: Plan, after: Plan, names: Names) -> list[tuple[Any, ...]]:
    return [(one.kind, *change_words(one, names)) for one in differences(before, after)]


def _named(session: Session, *plans: Plan) -> Names:
    return names_of(session, set().union(*(ids_in(one) for one in plans)))


def _numbered(history: list[VersionRow], number: int) -> Plan | None:
    if number == 0:
        return parse(BUILT_IN)
    return next((one.plan for one in history if one.number == number), None)


def _currency() -> str:
    return program_settings().default_currency

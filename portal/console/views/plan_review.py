"""The last look at a draft: what changes, what is worth a second thought, what a sale would bring; then publishing."""

from __future__ import annotations

from datetime import datetime
from typing import Any
from uuid import UUID

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext
from sqlalchemy.orm import Session

from distribution.analytics.plan_difference import differences
from distribution.analytics.plan_example import (
    Circumstances,
    Earned,
    lately_sold,
    often_cut,
    plain_sale,
    worked,
)
from distribution.analytics.plan_text import NotJson, read
from distribution.analytics.plan_warnings import warnings_of
from distribution.commission import drafts, publish
from distribution.commission.plan.rules import Plan
from distribution.errors import InvalidInput
from portal.console.acting import actor, now
from portal.console.blueprint import blueprint
from portal.console.guard import may, needs
from portal.console.parsing import local_moment
from portal.console.plans.names import ids_in, names_of, offered
from portal.console.plans.problems import anchor, check
from portal.console.plans.words import change_words, scope_words, warning_words
from portal.console.roles import Act
from portal.database import program_settings, unit

_MOST_UNITS = 1_000


@blueprint.get("/plan/drafts/<uuid:draft_id>/review")
def review_draft(draft_id: UUID) -> ResponseReturnValue:
    """What publishing the draft would mean."""
    return _review(draft_id, None)


@blueprint.post("/plan/drafts/<uuid:draft_id>/publish")
@needs(Act.PUBLISH_PLAN)
def publish_draft(draft_id: UUID) -> ResponseReturnValue:
    """Publish what was reviewed, now or at a time; the draft is then no more."""
    effective_at, error = _moment()
    if error is not None:
        return _review(draft_id, error)
    try:
        with unit() as session:
            document = drafts.finish(session, draft_id, revision=request.form.get("revision", 0, type=int))
            if isinstance(document, str):
                document = read(document)
            at = now()
            lost = publish.overtaken(session, effective_at=effective_at or at, now=at)
            version = publish.publish(
                session, document, actor=actor(), now=at, effective_at=effective_at
            ).number
    except drafts.DraftChanged:
        flash(gettext("The draft was saved meanwhile: look at it once more before you publish."), "warn")
        return redirect(url_for("console.review_draft", draft_id=draft_id), 303)
    except NotJson:
        return redirect(url_for("console.edit_draft_document", draft_id=draft_id), 303)
    except InvalidInput as refused:
        if refused.field != "effective_at":
            return redirect(url_for("console.edit_draft", draft_id=draft_id), 303)
        return _review(draft_id, gettext("A plan never takes effect in the past."))
    flash(gettext("Version %(number)s is published.", number=version), "good")
    for each in lost:
        flash(
            gettext(
                "Version %(lost)s was planned for later. It will not be in effect: publish it again if you want it.",
                lost=each.number,
            ),
            "warn",
        )
    return redirect(url_for("console.plan"), 303)


def _moment() -> tuple[datetime | None, str | None]:
    if request.form.get("when") != "later":
        return None, None
    moment = local_moment(request.form.get("effective_at", ""), program_settings().time_zone)
    return moment, None if moment is not None else gettext("Enter a date and a time.")


def _review(draft_id: UUID, error: str | None) -> ResponseReturnValue:
    at = now()
    with unit() as session:
        draft = drafts.by_id(session, draft_id)
        plan, problems = check(session, draft.document, now=at)
        facts: dict[str, Any] = {
            "draft": draft,
            "problems": problems,
            "error": error,
            "zone": program_settings().time_zone,
            "may_publish": may(Act.PUBLISH_PLAN),
        }
        if plan is not None:
            facts |= _facts(session, plan, at)
        page = render_template("console/plan_review.html", plan=plan, **facts)
    return page, 422 if error else 200


def _facts(session: Session, plan: Plan, at: datetime) -> dict[str, Any]:
    settings = program_settings()
    current = publish.current(session, now=at)
    names = names_of(session, ids_in(plan) | ids_in(current))
    products = lately_sold(session, at=at)
    sold = next((each for each in products if each.key == request.args.get("product")), None)
    sold = sold or plain_sale(settings.default_currency, at)
    circumstances = _circumstances(settings.grades)
    cut = often_cut(plan, products)
    warnings = [(each.path, anchor(each.path), warning_words(each)) for each in warnings_of(plan, now=at)]
    if products and cut * 2 >= len(products):
        words = gettext(
            "The ceiling cuts %(count)s of the %(whole)s products sold lately.",
            count=cut,
            whole=len(products),
        )
        warnings.append(("ceiling_bps", anchor("ceiling_bps"), words))
    return {
        "current": current,
        "planned": publish.overtaken(session, effective_at=at, now=at),
        "changes": [(one.kind, *change_words(one, names)) for one in differences(current, plan)],
        "warnings": warnings,
        "products": products,
        "sold": sold,
        "circumstances": circumstances,
        "grades": settings.grades,
        "channels": offered(session, "channel", "", settings),
        "levels": _levels(worked(current, sold, circumstances), worked(plan, sold, circumstances)),
        "why": {
            level: scope_words(each.rate.selector, names)
            for level, each in _by_level(worked(plan, sold, circumstances)).items()
            if each.rate is not None
        },
    }


def _circumstances(grades: list[str]) -> Circumstances:
    quantity = request.args.get("quantity", 1, type=int)
    grade = request.args.get("grade")
    return Circumstances(
        quantity=quantity if 1 <= quantity <= _MOST_UNITS else 1,
        grade=grade if grade in grades else None,
        customer="repeat" if request.args.get("customer") == "repeat" else "first",
        channel=request.args.get("channel") or None,
    )


def _levels(before: list[Earned], after: list[Earned]) -> list[tuple[int, Earned | None, Earned | None]]:
    old, new = _by_level(before), _by_level(after)
    return [(level, old.get(level), new.get(level)) for level in (1, 2, 3)]


def _by_level(earned: list[Earned]) -> dict[int, Earned]:
    return {each.level: each for each in earned}

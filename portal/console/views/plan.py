"""The commission plan: in plain words, edited, compared, published."""

from __future__ import annotations

import json
from datetime import datetime
from typing import Any

from flask import abort, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext

from distribution.analytics.console_orders import currencies
from distribution.analytics.console_plan import differences, document_of, example, versions
from distribution.commission import publish
from distribution.commission.plan.parse import parse
from distribution.commission.plan.rules import Plan
from distribution.errors import DomainError, InvalidInput
from portal.console.acting import actor, now
from portal.console.blueprint import blueprint
from portal.console.forms import plan as forms
from portal.console.guard import needs
from portal.console.parsing import local_moment
from portal.console.roles import Act
from portal.console.words import told
from portal.database import program_settings, unit


@blueprint.get("/plan")
def plan() -> str:
    """The plan in force and every version."""
    with unit() as session:
        history = versions(session, now=now())
        current = publish.current(session, now=now())
    return render_template(
        "console/plan.html",
        plan=current,
        history=history,
        example=example(current, _currency()),
        currency=_currency(),
    )


@blueprint.get("/plan/versions/<int:number>")
def plan_version(number: int) -> str:
    """One version, and what it changed."""
    with unit() as session:
        history = versions(session, now=now())
    found = next((one for one in history if one.number == number), None)
    if found is None:
        abort(404)
    before = next((one.plan for one in history if one.number < number), parse(publish.BUILT_IN))
    return render_template(
        "console/plan_version.html", version=found, changes=differences(before, found.plan), plan=found.plan
    )


@blueprint.route("/plan/edit", methods=["GET", "POST"])
@needs(Act.PUBLISH_PLAN)
def edit_plan() -> ResponseReturnValue:
    """Write a plan; when it is right, show what it changes before anything is published."""
    with unit() as session:
        current = publish.current(session, now=now())
        codes = list(dict.fromkeys([program_settings().default_currency, *currencies(session)]))
    if request.method == "GET" or "document" in request.form:
        shown = current if request.method == "GET" else _sent_document()
        return render_template("console/plan_edit.html", form=forms.filled(shown, codes))
    form = forms.offer(forms.PlanForm(), codes)
    document = _document(form) if form.validate() else None
    if document is None:
        return render_template("console/plan_edit.html", form=form), 422
    return _review(current, parse(document), None)


@blueprint.post("/plan/publish")
@needs(Act.PUBLISH_PLAN)
def publish_plan() -> ResponseReturnValue:
    """Publish what was reviewed, now or at a time."""
    draft = _sent_document()
    with unit() as session:
        current = publish.current(session, now=now())
    effective_at, error = _moment()
    if error is None:
        try:
            with unit() as session:
                version = publish.publish(
                    session, document_of(draft), actor=actor(), now=now(), effective_at=effective_at
                )
        except InvalidInput as refused:
            error = told(refused)
        else:
            flash(gettext("Version %(number)s is published.", number=version.number), "good")
            return redirect(url_for("console.plan"), 303)
    return _review(current, draft, error)


def _currency() -> str:
    return program_settings().default_currency


def _sent_document() -> Plan:
    """What the page of the review sent back; it came from us, so anything else is no mistake of a person."""
    try:
        document = json.loads(request.form.get("document", ""))
        return parse(document if isinstance(document, dict) else {})
    except (ValueError, DomainError):
        abort(400)


def _document(form: forms.PlanForm) -> dict[str, Any] | None:
    rates: list[dict[str, Any]] = []
    try:
        document = forms.document(form)
        rates = document["rates"]
        parse(document)
    except InvalidInput as error:
        field = forms.field_of(form, error.field or "", rates)
        field.errors = [*field.errors, _words(error)]
        return None
    return document


def _words(error: InvalidInput) -> str:
    field = error.field or ""
    if field == "rates":
        return gettext("At least one level earns something.")
    if field.endswith((".value", "ceiling", ".bps")):
        return gettext("Enter a percentage from 0 to 100 with at most two decimals.")
    if field.endswith(".fixed"):
        return gettext("Enter an amount like 2.50, with the currency's decimals.")
    return told(error)


def _moment() -> tuple[datetime | None, str | None]:
    if request.form.get("when") != "later":
        return None, None
    moment = local_moment(request.form.get("effective_at", ""), program_settings().time_zone)
    return moment, None if moment is not None else gettext("Enter a date and a time.")


def _review(current: Plan, draft: Plan, error: str | None) -> ResponseReturnValue:
    page = render_template(
        "console/plan_review.html",
        current=current,
        draft=draft,
        changes=differences(current, draft),
        examples=(example(current, _currency()), example(draft, _currency())),
        currency=_currency(),
        document=json.dumps(document_of(draft)),
        zone=program_settings().time_zone,
        error=error,
    )
    return page, 422 if error else 200

"""Adjustments: what waits for a second person, a new one for somebody, and one of them."""

from __future__ import annotations

from uuid import UUID

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext

from distribution.adjustment.approve import approve
from distribution.adjustment.decline import decline
from distribution.adjustment.propose import propose
from distribution.analytics.console_adjustments import QUEUES, adjustment_page
from distribution.analytics.console_adjustments import adjustments as read_adjustments
from distribution.analytics.own_currencies import own_currencies
from distribution.db import new_id
from distribution.errors import DomainError, NotFound
from distribution.ledger.read import holdings
from distribution.network import find
from distribution.settings import program
from portal.console import ledger_words
from portal.console.acting import acted, actor, now, put_errors
from portal.console.blueprint import blueprint
from portal.console.forms.adjustments import AdjustmentForm, DeclineForm
from portal.console.guard import needs
from portal.console.parsing import asked_id
from portal.console.roles import Act
from portal.database import unit


@blueprint.get("/adjustments")
def adjustments() -> str:
    """A queue, what waits longest first."""
    distributor_id = asked_id("distributor")
    queue = request.args.get("queue", "all" if distributor_id else "waiting")
    queue = queue if queue in QUEUES else "waiting"
    with unit() as session:
        page, names = read_adjustments(
            session, queue=queue, distributor_id=distributor_id, cursor=request.args.get("cursor")
        )
    return render_template("console/adjustments.html", page=page, names=names, queue=queue, now=now())


@blueprint.route("/distributors/<uuid:distributor_id>/adjust", methods=["GET", "POST"])
@needs(Act.ADJUST)
def new_adjustment(distributor_id: UUID) -> ResponseReturnValue:
    """Give somebody an amount or take it: at once up to the program's limit, above it once another agrees."""
    with unit() as session:
        person = find.by_id(session, distributor_id)
        settings = program.read(session)
        held = holdings(session, [distributor_id])
        currency = own_currencies(
            session, distributor_id, asked=None, program_currency=settings.default_currency
        ).chosen
    form = AdjustmentForm(data=None if request.method == "POST" else {"key": new_id(), "currency": currency})
    if form.validate_on_submit():
        try:
            proposal = form.proposal(distributor_id)
            with unit() as session:
                seen = propose(session, proposal, actor=actor(), now=now(), adjustment_id=UUID(form.key.data))
        except NotFound:
            raise
        except DomainError as error:
            put_errors(form, error)
        else:
            if seen.decision is None:
                flash(gettext("Proposed: somebody else of yours has to approve it."), "note")
            else:
                flash(gettext("Carried out."), "good")
            return redirect(url_for("console.adjustment", adjustment_id=seen.adjustment.id), 303)
    limits = settings.adjustment.second_person_above_minor
    page = render_template(
        "console/adjustment_new.html", form=form, person=person, held=held, limits=sorted(limits.items())
    )
    return page, 422 if form.is_submitted() else 200


@blueprint.get("/adjustments/<uuid:adjustment_id>")
def adjustment(adjustment_id: UUID) -> str:
    """One of them, with what it moved."""
    return _page(adjustment_id)


@blueprint.post("/adjustments/<uuid:adjustment_id>/approve")
@needs(Act.ADJUST)
def approve_adjustment(adjustment_id: UUID) -> ResponseReturnValue:
    """Approve what another proposed."""
    return acted(
        lambda session: approve(session, adjustment_id, actor=actor(), now=now()),
        done=gettext("Approved and carried out."),
        then=url_for("console.adjustment", adjustment_id=adjustment_id),
    )


@blueprint.post("/adjustments/<uuid:adjustment_id>/decline")
@needs(Act.ADJUST)
def decline_adjustment(adjustment_id: UUID) -> ResponseReturnValue:
    """Turn it down, or take one's own back."""
    form = DeclineForm()
    if not form.validate_on_submit():
        return _page(adjustment_id, decline_form=form), 422
    return acted(
        lambda session: decline(session, adjustment_id, note=form.note.data, actor=actor(), now=now()),
        done=gettext("It will not be carried out."),
        then=url_for("console.adjustment", adjustment_id=adjustment_id),
    )


def _page(adjustment_id: UUID, *, decline_form: DeclineForm | None = None) -> str:
    with unit() as session:
        facts = adjustment_page(session, adjustment_id)
    return render_template(
        "console/adjustment.html",
        facts=facts,
        one=facts.adjustment,
        own=facts.adjustment.proposed_by == actor(),
        words=ledger_words,
        decline_form=decline_form or DeclineForm(formdata=None),
    )

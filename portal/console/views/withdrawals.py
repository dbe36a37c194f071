"""Withdrawals: the queues, decisions, and what became of each."""

from __future__ import annotations

from uuid import UUID

from flask import Response, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext, ngettext
from sqlalchemy.orm import Session

from distribution.analytics.console_withdrawals import QUEUES, totals, withdrawal_page
from distribution.analytics.console_withdrawals import withdrawals as read_withdrawals
from distribution.errors import DomainError, NotFound
from distribution.withdrawal.approve import approve, first_approver
from distribution.withdrawal.bank_file import bank_rows
from distribution.withdrawal.pay import fail, mark_paid
from distribution.withdrawal.payout_file import files
from distribution.withdrawal.provider import PERSON_PAYS, SEPA
from distribution.withdrawal.reject import reject
from distribution.withdrawal.states import APPROVED_ONCE, WITH_PROVIDER
from distribution.withdrawal.stop import stop
from distribution.withdrawal.watch import overdue_count
from portal.console.acting import acted, actor, each, now, put_errors, said
from portal.console.bank_list import bank_list
from portal.console.blueprint import blueprint
from portal.console.forms.withdrawals import FailForm, PaidForm, RejectForm
from portal.console.guard import needs
from portal.console.parsing import asked_id, decided
from portal.console.refusals import told
from portal.console.roles import Act
from portal.database import engine, unit
from portal.payouts import adapters, cipher


@blueprint.get("/withdrawals")
def withdrawals() -> str:
    """A queue, what waits longest first."""
    distributor_id = asked_id("distributor")
    queue = request.args.get("queue", "all" if distributor_id else "waiting")
    queue = queue if queue in QUEUES else "waiting"
    with unit() as session:
        page = read_withdrawals(
            session,
            queue=queue,
            distributor_id=distributor_id,
            cursor=request.args.get("cursor"),
        )
        sums = totals(session)
        overdue = overdue_count(session, now=now())
        made = files(session) if queue in ("approved", "sending") else []
    return render_template(
        "console/withdrawals.html",
        page=page,
        queue=queue,
        totals=sums if distributor_id is None else [],
        overdue=overdue if distributor_id is None else 0,
        now=now(),
        files=made,
        sepa=SEPA in adapters(),
    )


@blueprint.post("/withdrawals")
@needs(Act.DECIDE_WITHDRAWALS)
def decide_withdrawals() -> ResponseReturnValue:
    """Approve or reject the chosen ones, or approve the one whose own button was pressed."""
    back = url_for("console.withdrawals")
    chosen = decided()
    if chosen.problem:
        flash(chosen.problem, "bad")
        return redirect(back, 303)

    once: list[UUID] = []

    def decide(session: Session, withdrawal_id: UUID) -> None:
        if chosen.rejects:
            reject(session, withdrawal_id, reason=chosen.reason, actor=actor(), now=now())
        elif approve(session, withdrawal_id, actor=actor(), now=now()).state == APPROVED_ONCE:
            once.append(withdrawal_id)

    count, refused = each(chosen.ids, decide)
    if once:
        flash(ngettext("%(num)d takes one more of you.", "%(num)d take one more of you.", len(once)), "note")
    done = (
        ngettext("%(num)d withdrawal rejected.", "%(num)d withdrawals rejected.", count)
        if chosen.rejects
        else ngettext("%(num)d withdrawal approved.", "%(num)d withdrawals approved.", count)
    )
    return said(count, refused, done, back)


@blueprint.post("/withdrawals/bank-file")
@needs(Act.DECIDE_WITHDRAWALS)
def bank_file() -> Response:
    """The approved ones to pay by hand, as CSV; that it was taken is on the audit log."""
    with unit() as session:
        rows = bank_rows(session, cipher=cipher(), actor=actor(), now=now())
    return bank_list(rows, for_spreadsheet=request.form.get("for") != "bank", now=now())


@blueprint.get("/withdrawals/<uuid:withdrawal_id>")
def withdrawal(withdrawal_id: UUID) -> str:
    """One of them, with its steps."""
    return _page(withdrawal_id)


@blueprint.post("/withdrawals/<uuid:withdrawal_id>/approve")
@needs(Act.DECIDE_WITHDRAWALS)
def approve_withdrawal(withdrawal_id: UUID) -> ResponseReturnValue:
    """Approve it, as the only one or as one of two."""
    try:
        with unit() as session:
            state = approve(session, withdrawal_id, actor=actor(), now=now()).state
    except NotFound:
        raise
    except DomainError as error:
        flash(told(error), "bad")
    else:
        once = state == APPROVED_ONCE
        flash(gettext("Approved; it takes one more of you.") if once else gettext("Approved."), "good")
    return redirect(url_for("console.withdrawal", withdrawal_id=withdrawal_id), 303)


@blueprint.post("/withdrawals/<uuid:withdrawal_id>/reject")
@needs(Act.DECIDE_WITHDRAWALS)
def reject_withdrawal(withdrawal_id: UUID) -> ResponseReturnValue:
    """Turn it down: the money is available again."""
    form = RejectForm()
    if not form.validate_on_submit():
        return _page(withdrawal_id, reject_form=form), 422
    return acted(
        lambda session: reject(session, withdrawal_id, reason=form.reason.data, actor=actor(), now=now()),
        done=gettext("Rejected; the money is available to the distributor again."),
        then=url_for("console.withdrawal", withdrawal_id=withdrawal_id),
    )


@blueprint.post("/withdrawals/<uuid:withdrawal_id>/paid")
@needs(Act.DECIDE_WITHDRAWALS)
def pay_withdrawal(withdrawal_id: UUID) -> ResponseReturnValue:
    """Note that it was paid, and under which reference."""
    form = PaidForm()
    if not form.validate_on_submit():
        return _page(withdrawal_id, paid_form=form), 422
    try:
        with unit() as session:
            mark_paid(session, withdrawal_id, reference=form.reference.data, actor=actor(), now=now())
    except DomainError as error:
        put_errors(form, error)
        return _page(withdrawal_id, paid_form=form), 422
    flash(gettext("Marked as paid."), "good")
    return redirect(url_for("console.withdrawal", withdrawal_id=withdrawal_id), 303)


@blueprint.post("/withdrawals/<uuid:withdrawal_id>/failed")
@needs(Act.DECIDE_WITHDRAWALS)
def fail_withdrawal(withdrawal_id: UUID) -> ResponseReturnValue:
    """Note that it was not paid and will not be: the money comes back."""
    form = FailForm()
    if not form.validate_on_submit():
        return _page(withdrawal_id, fail_form=form), 422
    return acted(
        lambda session: fail(session, withdrawal_id, reason=form.failure.data, actor=actor(), now=now()),
        done=gettext("Noted; the money is available to the distributor again."),
        then=url_for("console.withdrawal", withdrawal_id=withdrawal_id),
    )


@blueprint.post("/withdrawals/<uuid:withdrawal_id>/stop")
@needs(Act.DECIDE_WITHDRAWALS)
def stop_withdrawal(withdrawal_id: UUID) -> ResponseReturnValue:
    """Ask the provider not to pay any more."""
    try:
        after = stop(
            engine(), withdrawal_id, providers=adapters(), actor=actor(), clock=now, cipher=cipher()
        ).state
    except DomainError as error:
        flash(told(error), "bad")
    else:
        if after in WITH_PROVIDER:
            flash(gettext("The provider was asked, and has not agreed yet. It is asked again."), "note")
        else:
            flash(gettext("The provider has answered."), "good")
    return redirect(url_for("console.withdrawal", withdrawal_id=withdrawal_id), 303)


def _page(withdrawal_id: UUID, **forms: object) -> str:
    with unit() as session:
        facts = withdrawal_page(session, withdrawal_id, now=now())
        approved_first = first_approver(session, withdrawal_id) == actor()
    by_person = facts.withdrawal.method in PERSON_PAYS
    with_provider = facts.withdrawal.state in WITH_PROVIDER and not by_person
    said = [event for event in facts.events if event.facts.get("detail")]
    return render_template(
        "console/withdrawal.html",
        facts=facts,
        one=facts.withdrawal,
        by_hand=by_person,
        approved_first=approved_first,
        now=now(),
        may_stop=with_provider and facts.withdrawal.method in adapters(),
        said=said[-1] if said and not by_person else None,
        **{
            "reject_form": RejectForm(formdata=None),
            "paid_form": PaidForm(formdata=None),
            "fail_form": FailForm(formdata=None),
            **forms,
        },
    )

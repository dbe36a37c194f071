"""A distributor's codes and vouchers."""

from __future__ import annotations

from uuid import UUID

from flask import flash, redirect, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext

from distribution.errors import DomainError
from distribution.promotion.codes import assign_voucher, deactivate_code, issue_code
from portal.console.acting import acted, actor, now, put_errors
from portal.console.blueprint import blueprint
from portal.console.forms.distributors import CodeForm, VoucherForm
from portal.console.guard import needs
from portal.console.roles import Act
from portal.console.views.distributors import page_of
from portal.database import unit


@blueprint.post("/distributors/<uuid:distributor_id>/codes")
@needs(Act.CHANGE_DISTRIBUTORS)
def add_code(distributor_id: UUID) -> ResponseReturnValue:
    """Give them a code of a link."""
    form = CodeForm()
    if form.validate_on_submit():
        try:
            with unit() as session:
                issue_code(session, distributor_id, code=form.code.data, actor=actor(), now=now())
        except DomainError as error:
            put_errors(form, error)
        else:
            flash(gettext("The code works from now on."), "good")
            return redirect(url_for("console.distributor", distributor_id=distributor_id), 303)
    return page_of(distributor_id, code_form=form), 422


@blueprint.post("/distributors/<uuid:distributor_id>/vouchers")
@needs(Act.CHANGE_DISTRIBUTORS)
def add_voucher(distributor_id: UUID) -> ResponseReturnValue:
    """Make a voucher of the shop theirs."""
    form = VoucherForm()
    if form.validate_on_submit():
        try:
            with unit() as session:
                assign_voucher(session, distributor_id, code=form.voucher.data, actor=actor(), now=now())
        except DomainError as error:
            put_errors(form, error, {"code": "voucher"})
        else:
            flash(gettext("Orders with this voucher are theirs from now on."), "good")
            return redirect(url_for("console.distributor", distributor_id=distributor_id), 303)
    return page_of(distributor_id, voucher_form=form), 422


@blueprint.post("/distributors/<uuid:distributor_id>/codes/off")
@needs(Act.CHANGE_DISTRIBUTORS)
def switch_code_off(distributor_id: UUID) -> ResponseReturnValue:
    """Switch a code off; it stays taken."""
    return acted(
        lambda session: deactivate_code(session, request.form.get("code", ""), actor=actor(), now=now()),
        done=gettext("The code leads nowhere from now on."),
        then=url_for("console.distributor", distributor_id=distributor_id),
    )

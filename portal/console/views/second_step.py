"""Takes the second step away from somebody who lost phone and recovery codes, with the reason."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from flask import abort, flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext
from flask_login import current_user

from distribution.access import second_factor
from distribution.analytics.console_access import merchant_row
from distribution.errors import DomainError
from distribution.network import find
from distribution.settings import merchants
from portal.console.acting import actor, now, put_errors
from portal.console.blueprint import blueprint
from portal.console.forms.access import ResetForm
from portal.console.guard import needs
from portal.console.merchants import signed_in
from portal.console.roles import Act
from portal.database import unit
from portal.distributors import logged_in
from portal.login import holder_of


@blueprint.route("/people/<uuid:merchant_id>/second-step", methods=["GET", "POST"])
@needs(Act.MANAGE_ACCESS)
def reset_merchant_second_step(merchant_id: UUID) -> ResponseReturnValue:
    """Somebody of the merchant's; for one's own it takes a code."""
    if merchant_id == current_user.id:
        abort(403)
    with unit() as session:
        person = signed_in(merchant_row(merchants.by_id(session, merchant_id)))
    return _page(person, "console.people", gettext("People and roles"), url_for("console.people"))


@blueprint.route("/distributors/<uuid:distributor_id>/second-step", methods=["GET", "POST"])
@needs(Act.MANAGE_ACCESS)
def reset_distributor_second_step(distributor_id: UUID) -> ResponseReturnValue:
    """Take the second step off a distributor who has lost it."""
    with unit() as session:
        person = logged_in(find.by_id(session, distributor_id))
    back = url_for("console.distributor", distributor_id=distributor_id)
    return _page(person, "console.distributors", person.name, back)


def _page(person: Any, nav: str, back_label: str, back: str) -> ResponseReturnValue:
    form = ResetForm()
    if form.validate_on_submit():
        try:
            with unit() as session:
                second_factor.reset(
                    session, holder_of(person), actor=actor(), reason=form.reason.data.strip(), now=now()
                )
        except DomainError as error:
            put_errors(form, error)
        else:
            flash(gettext("%(name)s signs in with the password alone again.", name=person.name), "good")
            return redirect(back, 303)
    with unit() as session:
        factor = second_factor.found(session, person.kind, person.id)
        since = factor.enabled_at if factor else None
    page = render_template(
        "console/second_step.html",
        person=person,
        since=since,
        form=form,
        back=back,
        back_label=back_label,
        back_endpoint=nav,
    )
    return page, 422 if form.is_submitted() else 200

"""Ends a login of the console, or lets it in again, with the reason."""

from __future__ import annotations

from uuid import UUID

from flask import abort, flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext
from flask_login import current_user

from distribution.access.merchant_standing import disable, enable, tokens_of
from distribution.errors import DomainError
from distribution.settings.merchants import by_id
from portal.console.acting import actor, now, put_errors
from portal.console.blueprint import blueprint
from portal.console.forms.access import LoginStandingForm
from portal.console.guard import needs
from portal.console.roles import Act
from portal.database import unit


@blueprint.route("/people/<uuid:merchant_id>/login", methods=["GET", "POST"])
@needs(Act.MANAGE_ACCESS)
def login_standing(merchant_id: UUID) -> ResponseReturnValue:
    """Somebody else's: nobody shuts themselves out."""
    if merchant_id == current_user.id:
        abort(403)
    with unit() as session:
        person = by_id(session, merchant_id)
        name, disabled_at = person.name, person.disabled_at
        tokens = tokens_of(session, merchant_id)
    form = LoginStandingForm()
    if form.validate_on_submit():
        reason = form.reason.data.strip()
        try:
            with unit() as session:
                if disabled_at is None:
                    disable(
                        session,
                        merchant_id,
                        with_tokens=form.with_tokens.data,
                        reason=reason,
                        actor=actor(),
                        now=now(),
                    )
                else:
                    enable(session, merchant_id, reason=reason, actor=actor(), now=now())
        except DomainError as error:
            put_errors(form, error, {"role": "reason"})
        else:
            done = gettext("%(name)s is locked out from now on.", name=name)
            again = gettext("%(name)s may sign in again.", name=name)
            flash(done if disabled_at is None else again, "good")
            return redirect(url_for("console.people"), 303)
    page = render_template(
        "console/login_standing.html", name=name, disabled_at=disabled_at, tokens=tokens, form=form
    )
    return page, 422 if form.is_submitted() else 200

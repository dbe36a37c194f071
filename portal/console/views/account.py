"""One's own account."""

from __future__ import annotations

from flask import flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext
from flask_login import current_user

from distribution.analytics.console_access import merchant_row
from distribution.errors import DomainError
from distribution.settings.merchants import authenticate, set_password
from portal import throttle
from portal.console.acting import actor, now, put_errors
from portal.console.blueprint import blueprint
from portal.console.forms.access import PasswordForm
from portal.console.guard import own_account
from portal.console.merchants import AREA, signed_in
from portal.database import unit
from portal.login import enter
from portal.securing.routes import add_pages

add_pages(blueprint, AREA, own_account)


@blueprint.route("/account", methods=["GET", "POST"])
@own_account
def account() -> ResponseReturnValue:
    """Name, role, and a new password; every other session ends, this one goes on anew."""
    form = PasswordForm()
    if form.validate_on_submit() and not _too_often(form):
        try:
            with unit() as session:
                authenticate(session, email=current_user.email, password=form.current.data, now=now())
                merchant = set_password(
                    session, current_user.id, password=form.password.data, actor=actor(), now=now()
                )
        except DomainError as error:
            put_errors(form, error, {"": "current"})
        else:
            enter(signed_in(merchant_row(merchant)))
            flash(gettext("Your password is changed. Every other session has ended."), "good")
            return redirect(url_for("console.account"), 303)
    return render_template("console/account.html", form=form), 422 if form.is_submitted() else 200


def _too_often(form: PasswordForm) -> bool:
    if throttle.exceeded("console", current_user.email, limit=8, seconds=300):
        form.current.errors = [gettext("Too many attempts. Wait five minutes, then try again.")]
        return True
    return False

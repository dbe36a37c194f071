"""Signing in and out."""

from __future__ import annotations

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext

from distribution.access.second_factor import is_enabled
from distribution.analytics.console_access import merchant_row
from distribution.privacy.errors import WrongCredentials
from distribution.settings.merchants import authenticate
from portal import throttle
from portal.clock import now
from portal.console.blueprint import blueprint
from portal.console.forms.access import SignInForm
from portal.console.guard import KIND, open_to_strangers, wanted_second_step
from portal.console.merchants import AREA, SignedIn, note_sign_in, signed_in
from portal.console.refusals import told
from portal.database import unit
from portal.login import enter, is_kind, leave
from portal.securing import pending
from portal.securing.remembered import is_remembered
from portal.securing.routes import add_second_step
from portal.security import address_of_client
from portal.urls import local_target

_SECONDS = 300
add_second_step(blueprint, AREA, open_to_strangers)


@blueprint.route("/login", methods=["GET", "POST"])
@open_to_strangers
def login() -> ResponseReturnValue:
    """Sign in; what the session held before is gone afterwards."""
    target = local_target(request.values.get("next"), url_for("console.overview"))
    if is_kind(KIND):
        return redirect(target, 303)
    form = SignInForm()
    status = 200
    if form.validate_on_submit():
        email = form.email.data.strip()
        often = throttle.exceeded("console-address", address_of_client(), limit=30, seconds=_SECONDS)
        if throttle.exceeded("console", email, limit=8, seconds=_SECONDS) or often:
            form.password.errors = [gettext("Too many attempts. Wait five minutes, then try again.")]
            return render_template("console/login.html", form=form, target=target), 429
        try:
            person, guarded = _authenticated(email, form.password.data)
        except WrongCredentials as error:
            form.password.errors = [told(error)]
        else:
            throttle.forget("console", email)
            if guarded:
                pending.ask(person, target, now=now())
                return redirect(url_for("console.second_step"), 303)
            enter(person)
            return redirect(url_for("console.security") if wanted_second_step(person.role) else target, 303)
    if form.is_submitted():
        status = 422
    return render_template("console/login.html", form=form, target=target), status


def _authenticated(email: str, password: str) -> tuple[SignedIn, bool]:
    with unit() as session:
        merchant = authenticate(session, email=email, password=password, now=now())
        person = signed_in(merchant_row(merchant))
        guarded = is_enabled(session, KIND, merchant.id) and not is_remembered(session, person)
        if not guarded:
            note_sign_in(session, merchant.id, now())
        return person, guarded


@blueprint.post("/logout")
@open_to_strangers
def logout() -> ResponseReturnValue:
    """Sign out."""
    leave()
    flash(gettext("You are signed out."), "note")
    return redirect(url_for("console.login"), 303)

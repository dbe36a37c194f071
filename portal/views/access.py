"""Getting in: confirm the address, log in and out, reset a password."""

from __future__ import annotations

from flask import Blueprint, flash, redirect, render_template, request, session, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext

from distribution.access.second_factor import is_enabled
from distribution.errors import DomainError
from distribution.network import find
from distribution.network.account import authenticate, confirm_email, reset_password
from distribution.network.errors import AccountClosed
from distribution.notice import tell
from distribution.orders.bought import admit
from distribution.privacy.errors import WrongCredentials
from portal import distributors, throttle, tokens
from portal.clock import now
from portal.database import unit
from portal.forms.access import ForgotForm, LoginForm, NewPasswordForm
from portal.forms.failure import show, words_of
from portal.i18n import current_locale
from portal.login import enter, is_kind, leave
from portal.securing import pending
from portal.securing.remembered import is_remembered
from portal.securing.routes import add_second_step
from portal.security import address_of_client
from portal.urls import local_target

blueprint = Blueprint("access", __name__)
_MINUTES = 60
add_second_step(blueprint, distributors.AREA)


@blueprint.get("/sent/<what>")
def sent(what: str) -> ResponseReturnValue:
    """Look into your mailbox."""
    if what not in {"confirm", "reset", "connect"}:
        return redirect(url_for("access.login"), 303)
    return render_template("pages/sent.html", what=what, email=session.get("asked_to_confirm"))


@blueprint.get("/confirm/<token>")
def confirm(token: str) -> ResponseReturnValue:
    """The link of the confirmation mail."""
    found = tokens.read_confirm(token)
    if found is not None:
        with unit() as database:
            person = find.by_id(database, found[0])
            if person.email == found[1]:
                confirm_email(database, person.id, now=now())
                admit(database, person.id, now=now())
                flash(gettext("Your e-mail address is confirmed."), "good")
                return redirect(
                    url_for("distributor.dashboard" if is_kind("distributor") else "access.login"), 303
                )
    flash(gettext("This link has expired. Log in to get a new one."), "bad")
    return redirect(url_for("access.login"), 303)


@blueprint.route("/login", methods=["GET", "POST"])
def login() -> ResponseReturnValue:
    """Log in as a distributor."""
    target = local_target(request.values.get("next"), url_for("distributor.dashboard"))
    if is_kind("distributor"):
        return redirect(target, 303)
    form = LoginForm()
    if form.validate_on_submit():
        email = form.email.data.strip()
        by_address = throttle.exceeded("login-address", address_of_client(), limit=60, seconds=5 * _MINUTES)
        if throttle.exceeded("login", email, limit=10, seconds=5 * _MINUTES) or by_address:
            return too_many()
        try:
            with unit() as database:
                person = distributors.logged_in(
                    authenticate(database, email=email, password=form.password.data, now=now())
                )
                guarded = is_enabled(database, person.kind, person.id) and not is_remembered(database, person)
        except (WrongCredentials, AccountClosed) as error:
            form.password.errors = [words_of(error)]
            return render_template("pages/login.html", form=form, target=target), 422
        throttle.forget("login", email)
        if guarded:
            pending.ask(person, target, now=now())
            return redirect(url_for("access.second_step"), 303)
        enter(person)
        return redirect(target, 303)
    return render_template("pages/login.html", form=form, target=target), 422 if form.is_submitted() else 200


@blueprint.post("/logout")
def logout() -> ResponseReturnValue:
    """Log out."""
    leave()
    flash(gettext("You are logged out."), "note")
    return redirect(url_for("access.login"), 303)


@blueprint.route("/forgot", methods=["GET", "POST"])
def forgot() -> ResponseReturnValue:
    """Ask for a link to set a new password; the answer is the same whoever asks."""
    form = ForgotForm()
    if form.validate_on_submit():
        email = form.email.data.strip()
        if not throttle.exceeded("forgot", email, limit=5, seconds=60 * _MINUTES):
            _mail_reset(email)
        session["asked_to_confirm"] = email
        return redirect(url_for("access.sent", what="reset"), 303)
    return render_template("pages/forgot.html", form=form), 422 if form.is_submitted() else 200


def _mail_reset(email: str) -> None:
    with unit() as database:
        person = find.by_email(database, email)
        if person is None:
            return
        moment = now()
        link = url_for("access.reset", token=tokens.reset_token(person.id, person.session_version))
        facts = {"link_path": link, "locale": str(current_locale())}
        tell(
            database, person.id, "reset_password", key=f"reset-{moment.isoformat()}", facts=facts, now=moment
        )


@blueprint.route("/reset/<token>", methods=["GET", "POST"])
def reset(token: str) -> ResponseReturnValue:
    """Set a new password by the link of a mail."""
    found = tokens.read_reset(token)
    form = NewPasswordForm()
    with unit() as database:
        person = distributors.known(database, found[0]) if found else None
        if found is None or person is None or str(person.session_version) != found[1]:
            flash(gettext("This link has expired or was used already. Ask for a new one."), "bad")
            return redirect(url_for("access.forgot"), 303)
        if form.validate_on_submit():
            try:
                reset_password(database, person.id, new=form.password.data, now=now())
            except DomainError as error:
                show(form, error, otherwise="password")
                return render_template("pages/reset.html", form=form), 422
            flash(gettext("Your new password is set. Log in with it."), "good")
            return redirect(url_for("access.login"), 303)
    return render_template("pages/reset.html", form=form), 422 if form.is_submitted() else 200


def too_many() -> ResponseReturnValue:
    """The answer to whoever asks too often."""
    return (
        render_template(
            "errors/error.html",
            title=gettext("Too many attempts"),
            text=gettext("Wait a few minutes, then try again."),
            reference=None,
        ),
        429,
    )

"""Passkeys: logging in with one, adding one, taking one away."""

from __future__ import annotations

from uuid import UUID

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext
from flask_login import current_user

from distribution.access import passkeys
from distribution.access.errors import TooManyPasskeys
from distribution.errors import DomainError
from portal import throttle
from portal.clock import now
from portal.database import program_settings, unit
from portal.login import enter, holder_of
from portal.securing import keys, proof
from portal.securing.answering import checked, not_taken
from portal.securing.area import Area
from portal.securing.devices import device
from portal.securing.forms import AnswerForm, NewPasskeyForm
from portal.security import address_of_client
from portal.urls import local_target

LOGIN, NEW = "login", "new"


def login(area: Area) -> ResponseReturnValue:
    """Log in with a passkey alone: it is something one has, and it asked who one is."""
    target = local_target(request.values.get("next"), url_for(area.home))
    form = AnswerForm()
    problem = None
    if form.validate_on_submit():
        if throttle.exceeded("passkey", address_of_client(), limit=30, seconds=300):
            problem = gettext("Wait a few minutes, then try again.")
        else:
            try:
                enter(checked(area, LOGIN, form.answer.data))
                return redirect(target, 303)
            except keys.WrongAnswer:
                problem = not_taken()
    page = render_template(
        "securing/passkey_login.html",
        area=area,
        form=form,
        target=target,
        problem=problem,
        options=keys.ask_for_use(LOGIN, now=now()),
    )
    return page, 422 if problem else 200


def add(area: Area) -> ResponseReturnValue:
    """Make a passkey of this device, for who has just shown that it is them."""
    if (first := proof.first(area)) is not None:
        return first
    form = NewPasskeyForm()
    if form.validate_on_submit():
        try:
            made = keys.new_key(form.answer.data, keys.answered(NEW, now=now()))
            with unit() as session:
                passkeys.add(
                    session,
                    holder_of(current_user),
                    credential_id=made.credential_id,
                    public_key=made.public_key,
                    sign_count=made.sign_count,
                    backed_up=made.backed_up,
                    name=form.name.data,
                    now=now(),
                )
        except keys.WrongAnswer:
            form.name.errors = [not_taken()]
        except TooManyPasskeys:
            form.name.errors = [gettext("You have reached the maximum number of passkeys. Remove one first.")]
        except DomainError:
            form.name.errors = [gettext("This passkey is known already, or its name is too long.")]
        else:
            flash(gettext("Your passkey is added. You can log in with it from now on."), "good")
            return redirect(area.url("security") + "#passkeys", 303)
    elif not form.is_submitted():
        form.name.data = device(request.user_agent.string)[: passkeys.LONGEST_NAME]
    with unit() as session:
        known = passkeys.listed(session, area.kind, current_user.id)
    options = keys.ask_for_new(
        area.kind,
        current_user.id,
        email=current_user.email,
        name=current_user.name or current_user.email,
        program=program_settings().program_name,
        known=known,
        now=now(),
    )
    page = render_template("securing/passkey_new.html", area=area, form=form, options=options)
    return page, 422 if form.is_submitted() else 200


def remove(area: Area, passkey_id: UUID) -> ResponseReturnValue:
    """Let it open nothing any more."""
    if (first := proof.first(area)) is not None:
        return first
    with unit() as session:
        passkeys.remove(session, holder_of(current_user), passkey_id, now=now())
    flash(gettext("The passkey is removed."), "good")
    return redirect(area.url("security") + "#passkeys", 303)

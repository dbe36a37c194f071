"""The second step of a login: a code of the app, or a recovery code."""

from __future__ import annotations

from flask import redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext

from distribution.access.check_code import check_code
from distribution.access.errors import NotEnabled, TooManyCodes
from portal import throttle
from portal.clock import now
from portal.database import unit
from portal.formatting import minute
from portal.login import enter, holder_of
from portal.payouts import cipher
from portal.securing import pending
from portal.securing.area import Area
from portal.securing.forms import RecoveryForm, StepForm
from portal.security import address_of_client


def second_step(area: Area) -> ResponseReturnValue:
    """Ask for a code, and log in with the right one."""
    waiting = pending.asked(area.kind, now=now())
    if waiting is None:
        return redirect(url_for(area.login), 303)
    recovery = request.args.get("with") == "recovery"
    form = RecoveryForm() if recovery else StepForm()
    status = 422 if form.is_submitted() else 200
    if form.validate_on_submit():
        if throttle.exceeded("second-step", address_of_client(), limit=30, seconds=300):
            form.code.errors, status = [gettext("Wait a few minutes, then try again.")], 429
        else:
            try:
                if _checked(area, waiting, form.code.data):
                    return redirect(waiting.target, 303)
                form.code.errors = [wrong_code(recovery)]
            except TooManyCodes as error:
                form.code.errors, status = [closed(error)], 429
            except NotEnabled:
                pending.forget()
                return redirect(url_for(area.login), 303)
    return render_template("securing/step.html", area=area, form=form, recovery=recovery), status


def wrong_code(recovery: bool) -> str:
    """Why a code was not taken."""
    if recovery:
        return gettext("This is not one of your recovery codes, or was used before.")
    return gettext("This code is wrong or was used before. Wait for the next one.")


def closed(error: TooManyCodes) -> str:
    """That no code is looked at for a while."""
    return gettext("Too many wrong codes. The next is looked at after %(when)s.", when=minute(error.until))


def _checked(area: Area, waiting: pending.Pending, code: str) -> bool:
    with unit() as session:
        person = area.person(session, waiting.person_id)
        if person is None or person.session_version != waiting.session_version or not person.may_enter:
            raise NotEnabled
        right = check_code(session, holder_of(person), code=code, cipher=cipher(), now=now())
        if right:
            area.entered(session, person.id, now())
    if right:
        enter(person)
    return right

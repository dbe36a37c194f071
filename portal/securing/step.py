"""The second step of a login: a code of the app, or a recovery code."""

from __future__ import annotations

from typing import Any

from flask import redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext

from distribution.access import passkeys
from distribution.access.check_code import check_code
from distribution.access.errors import NotEnabled, TooManyCodes
from portal import throttle
from portal.clock import now
from portal.database import unit
from portal.formatting import minute
from portal.login import enter, holder_of
from portal.payouts import cipher
from portal.securing import pending
from portal.securing.answering import checked, not_taken
from portal.securing.area import Area
from portal.securing.forms import AnswerForm, RecoveryForm, StepForm
from portal.securing.keys import WrongAnswer, ask_for_use
from portal.securing.remembered import remember
from portal.security import address_of_client

_PURPOSE = "second_step"


def second_step(area: Area) -> ResponseReturnValue:
    """Ask for a code, and log in with the right one."""
    waiting = pending.asked(area.kind, now=now())
    if waiting is None:
        return redirect(url_for(area.login), 303)
    if request.args.get("with") == "passkey":
        return _by_passkey(area, waiting)
    recovery = request.args.get("with") == "recovery"
    form = RecoveryForm() if recovery else StepForm()
    status = 422 if form.is_submitted() else 200
    if form.validate_on_submit():
        if throttle.exceeded("second-step", address_of_client(), limit=30, seconds=300):
            form.code.errors, status = [gettext("Wait a few minutes, then try again.")], 429
        else:
            try:
                person = _checked(area, waiting, form.code.data)
                if person is not None:
                    answer = redirect(waiting.target, 303)
                    return remember(answer, person) if form.remember.data else answer
                form.code.errors = [wrong_code(recovery)]
            except TooManyCodes as error:
                form.code.errors, status = [closed(error)], 429
            except NotEnabled:
                pending.forget()
                return redirect(url_for(area.login), 303)
    with unit() as session:
        has_passkeys = bool(passkeys.listed(session, area.kind, waiting.person_id))
    return (
        render_template(
            "securing/step.html", area=area, form=form, recovery=recovery, has_passkeys=has_passkeys
        ),
        status,
    )


def _by_passkey(area: Area, waiting: pending.Pending) -> ResponseReturnValue:
    form = AnswerForm()
    problem = None
    if form.validate_on_submit():
        try:
            person = checked(area, _PURPOSE, form.answer.data, person_id=waiting.person_id)
        except WrongAnswer:
            problem = not_taken()
        else:
            if person.session_version == waiting.session_version:
                enter(person)
                return redirect(waiting.target, 303)
            pending.forget()
            return redirect(url_for(area.login), 303)
    with unit() as session:
        allowed = passkeys.listed(session, area.kind, waiting.person_id)
    options = ask_for_use(_PURPOSE, allowed=allowed, now=now())
    page = render_template(
        "securing/passkey_step.html", area=area, form=form, problem=problem, options=options
    )
    return page, 422 if problem else 200


def wrong_code(recovery: bool) -> str:
    """Why a code was not taken."""
    if recovery:
        return gettext("This is not one of your recovery codes, or was used before.")
    return gettext("This code is wrong or was used before. Wait for the next one.")


def closed(error: TooManyCodes) -> str:
    """That no code is looked at for a while."""
    return gettext("Too many wrong codes. Please try again after %(when)s.", when=minute(error.until))


def _checked(area: Area, waiting: pending.Pending, code: str) -> Any:
    with unit() as session:
        person = area.person(session, waiting.person_id)
        if person is None or person.session_version != waiting.session_version or not person.may_enter:
            raise NotEnabled
        right = check_code(session, holder_of(person), code=code, cipher=cipher(), now=now())
        if right:
            area.entered(session, person.id, now())
    if right:
        enter(person)
    return person if right else None

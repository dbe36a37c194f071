"""Showing once more that it is you before something important: by password or passkey, good for minutes."""

from __future__ import annotations

from datetime import datetime, timedelta

from flask import redirect, render_template, request, session
from flask.typing import ResponseReturnValue
from flask_babel import gettext
from flask_login import current_user

from distribution.access import passkeys as known_passkeys
from distribution.privacy.password import password_matches
from portal import throttle
from portal.clock import now
from portal.database import unit
from portal.securing import keys
from portal.securing.answering import PROOF, checked, not_taken
from portal.securing.area import Area
from portal.securing.forms import AnswerForm, PasswordProofForm
from portal.urls import local_target

GOOD_FOR = timedelta(minutes=15)
_KEY = "proved_at"


def is_fresh(at: datetime) -> bool:
    """Whether whoever is logged in came in, or showed who they are, a few minutes ago."""
    if at - current_user.login.created_at <= GOOD_FOR:
        return True
    proved = session.get(_KEY)
    return (
        bool(proved)
        and proved[0] == str(current_user.login.id)
        and at.timestamp() - proved[1] <= (GOOD_FOR.total_seconds())
    )


def first(area: Area, *, back: str | None = None) -> ResponseReturnValue | None:
    """What has to come first: the page that asks who it is and goes on to `back`, or nothing."""
    if is_fresh(now()):
        return None
    if back is None:
        back = request.full_path.rstrip("?") if request.method == "GET" else area.url("security")
    return redirect(area.url("prove", next=back), 303)


def prove(area: Area) -> ResponseReturnValue:
    """Ask for password or passkey, then go on."""
    target = local_target(request.values.get("next"), area.url("security"))
    with unit() as database:
        has_passkeys = bool(known_passkeys.listed(database, area.kind, current_user.id))
        password_hash = area.password_hash(database, current_user.id)
    by_passkey = has_passkeys and (request.args.get("with") == "passkey" or password_hash is None)
    form = AnswerForm() if by_passkey else PasswordProofForm()
    problem = None
    if form.validate_on_submit():
        if throttle.exceeded("password", str(current_user.id), limit=10, seconds=600):
            problem = gettext("Wait a few minutes, then try again.")
        elif isinstance(form, AnswerForm):
            problem = _passkey_problem(area, form.answer.data)
        elif not password_matches(password_hash, form.password.data):
            problem = gettext("This is not your current password.")
        if problem is None:
            session[_KEY] = [str(current_user.login.id), now().timestamp()]
            return redirect(target, 303)
    if problem is not None and isinstance(form, PasswordProofForm):
        form.password.errors = [problem]
    page = render_template(
        "securing/proof.html",
        area=area,
        form=form,
        target=target,
        by_passkey=by_passkey,
        has_passkeys=has_passkeys,
        has_password=password_hash is not None,
        problem=problem,
        options=keys.ask_for_use(PROOF, now=now()) if by_passkey else None,
    )
    return page, 422 if form.is_submitted() else 200


def _passkey_problem(area: Area, answer: str) -> str | None:
    try:
        checked(area, PROOF, answer, person_id=current_user.id)
    except keys.WrongAnswer:
        return not_taken()
    return None

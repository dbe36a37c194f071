"""Setting the second step up, renewing its recovery codes, switching it off."""

from __future__ import annotations

import secrets
from collections.abc import Callable
from datetime import timedelta

from flask import flash, redirect, render_template, request
from flask.typing import ResponseReturnValue
from flask_babel import gettext
from flask_login import current_user
from flask_wtf import FlaskForm
from sqlalchemy.orm import Session

from distribution.access import second_factor, totp
from distribution.access.check_code import check_code
from distribution.access.errors import AlreadyEnabled, NotEnabled, TooManyCodes
from distribution.access.recovery import new_codes
from distribution.privacy.password import password_matches
from distribution.promotion.qr import svg
from portal import throttle
from portal.clock import now
from portal.database import program_settings, unit
from portal.login import holder_of
from portal.payouts import cipher
from portal.securing.area import Area
from portal.securing.forms import ProofForm, RecoveryProofForm, SetUpForm
from portal.securing.step import closed, wrong_code

_FRESH = timedelta(minutes=10)
Verb = Callable[[Session], None]
Done = Callable[[], ResponseReturnValue]


def begin(area: Area) -> ResponseReturnValue:
    """Make a secret, and show it."""
    secret = totp.secret_text(secrets.token_bytes(totp.SECRET_BYTES))
    try:
        with unit() as session:
            second_factor.begin(session, holder_of(current_user), secret=secret, cipher=cipher(), now=now())
    except AlreadyEnabled:
        return redirect(area.url("security"), 303)
    return redirect(area.url("set_up"), 303)


def set_up(area: Area) -> ResponseReturnValue:
    """The secret for the app; the first code and the password switch the second step on."""
    with unit() as session:
        secret = second_factor.begun_secret(session, holder_of(current_user), cipher=cipher())
    if secret is None:
        return redirect(area.url("security"), 303)
    form = _asking(area, SetUpForm())
    if form.validate_on_submit() and _password_is_theirs(area, form):
        codes = new_codes(secrets.choice)
        with unit() as session:
            done = second_factor.enable(
                session,
                holder_of(current_user),
                code=form.code.data,
                recovery_codes=codes,
                keep=current_user.login.id,
                cipher=cipher(),
                now=now(),
            )
        if done:
            return _codes_page(area, codes, fresh=True)
        form.code.errors = [wrong_code(recovery=False)]
    address = totp.address(secret, account=current_user.email, issuer=program_settings().program_name)
    status = 422 if form.is_submitted() else 200
    grouped = " ".join(secret[start : start + 4] for start in range(0, len(secret), 4))
    return (
        render_template(
            "securing/set_up.html",
            area=area,
            form=form,
            secret=grouped,
            app_address=address,
            picture=svg(address),
        ),
        status,
    )


def renew_codes(area: Area) -> ResponseReturnValue:
    """New recovery codes in the place of the old ones."""
    codes = new_codes(secrets.choice)
    return _proven(
        area,
        "renew",
        lambda session: second_factor.renew_codes(
            session, holder_of(current_user), recovery_codes=codes, now=now()
        ),
        lambda: _codes_page(area, codes, fresh=False),
    )


def switch_off(area: Area) -> ResponseReturnValue:
    """The password alone again."""

    def done() -> ResponseReturnValue:
        flash(gettext("Two-step login is off."), "warn")
        return redirect(area.url("security"), 303)

    return _proven(
        area,
        "off",
        lambda session: second_factor.disable(session, holder_of(current_user), now=now()),
        done,
    )


def _proven(area: Area, act: str, verb: Verb, done: Done) -> ResponseReturnValue:
    """Ask for password and code, then carry the verb out."""
    if not current_user.login.second_factor:
        return redirect(area.url("security"), 303)
    recovery = request.args.get("with") == "recovery"
    form = _asking(area, RecoveryProofForm() if recovery else ProofForm())
    if form.validate_on_submit() and _password_is_theirs(area, form):
        try:
            with unit() as session:
                right = check_code(
                    session, holder_of(current_user), code=form.code.data, cipher=cipher(), now=now()
                )
                if right:
                    verb(session)
            if right:
                return done()
            form.code.errors = [wrong_code(recovery)]
        except TooManyCodes as error:
            form.code.errors = [closed(error)]
        except NotEnabled:
            return redirect(area.url("security"), 303)
    status = 422 if form.is_submitted() else 200
    return render_template("securing/prove.html", area=area, form=form, act=act, recovery=recovery), status


def _asking(area: Area, form: FlaskForm) -> FlaskForm:
    """The form, without the password of somebody who has none: they come in by a login elsewhere."""
    with unit() as session:
        if area.password_hash(session, current_user.id) is None:
            del form.password
    return form


def _password_is_theirs(area: Area, form: FlaskForm) -> bool:
    if "password" not in form:
        # Having come in a moment ago stands for it.
        fresh = now() - current_user.login.created_at <= _FRESH
        if not fresh:
            form.code.errors = [gettext("Log out, log in again the same way, then do this right away.")]
        return fresh
    if throttle.exceeded("password", str(current_user.id), limit=10, seconds=600):
        form.password.errors = [gettext("Wait a few minutes, then try again.")]
        return False
    with unit() as session:
        right = password_matches(area.password_hash(session, current_user.id), form.password.data)
    if not right:
        form.password.errors = [gettext("This is not your current password.")]
    return right


def _codes_page(area: Area, codes: list[str], *, fresh: bool) -> ResponseReturnValue:
    return render_template("securing/codes.html", area=area, codes=codes, fresh=fresh)

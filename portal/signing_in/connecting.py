"""An account has the address of somebody vouched for: its holder says that both are theirs, by a mail of ours."""

from __future__ import annotations

from dataclasses import replace
from uuid import UUID

from flask import flash, redirect, render_template, session, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext
from flask_wtf import FlaskForm
from wtforms import PasswordField

from distribution.access.errors import AlreadyLinked, CodeNotValid
from distribution.access.identities import link
from distribution.notice import tell
from distribution.privacy.password import password_matches
from portal import throttle
from portal.clock import now
from portal.database import unit
from portal.distributors import KIND as DISTRIBUTOR
from portal.i18n import current_locale
from portal.login import holder_of
from portal.signing_in import arriving
from portal.signing_in.areas import AREAS
from portal.signing_in.blueprint import blueprint
from portal.signing_in.codes import CONNECT, Arrival, hand_over, looked_at, taken
from portal.signing_in.ways import name_of


class ConnectForm(FlaskForm):
    """The password of the console, where there is one."""

    password = PasswordField()


def ask_holder(one: Arrival, person_id: UUID) -> ResponseReturnValue:
    """Mail the account's holder, and say so."""
    area = AREAS[one.kind]
    with unit() as database:
        person = area.person(database, person_id)
    if not throttle.exceeded("connect", str(person_id), limit=3, seconds=3600):
        code = hand_over(CONNECT, replace(one, person_id=person_id, session_version=person.session_version))
        facts = {
            "login": one.vouched.email,
            "way": str(name_of(one.vouched.issuer)),
            "link_path": url_for("signing_in.connect", code=code),
            "locale": str(current_locale()),
        }
        moment = now()
        with unit() as database:
            key = f"connect-{moment.isoformat()}"
            tell(database, person_id, "connect_login", key=key, facts=facts, reader=one.kind, now=moment)
    session["asked_to_confirm"] = one.vouched.email
    return redirect(url_for("access.sent", what="connect"), 303)


@blueprint.route("/connect/<code>", methods=["GET", "POST"])
def connect(code: str) -> ResponseReturnValue:
    """Connect the two logins, once its holder says so; the console's password is asked for, where there is one."""
    form = ConnectForm()
    try:
        one = looked_at(CONNECT, code)
        asks = _password_hash(one)
        if form.validate_on_submit() and (asks is None or _is_theirs(form, one, asks)):
            return _connected(taken(CONNECT, code))
    except CodeNotValid:
        flash(gettext("This link has expired or was used already. Please start again."), "bad")
        return redirect(url_for("access.login"), 303)
    page = render_template(
        "signing_in/connect.html", one=one, form=form, asks=asks is not None, way=name_of(one.vouched.issuer)
    )
    return page, 422 if form.is_submitted() else 200


def _connected(one: Arrival) -> ResponseReturnValue:
    area = AREAS[one.kind]
    try:
        with unit() as database:
            person = area.person(database, one.person_id)
            if person is None or person.session_version != one.session_version or not person.may_enter:
                raise CodeNotValid
            link(
                database,
                one.kind,
                person.id,
                issuer=one.vouched.issuer,
                subject=one.vouched.subject,
                actor=holder_of(person).actor,
                now=now(),
            )
    except AlreadyLinked:
        flash(gettext("This account or this login is connected to another one already."), "bad")
        return redirect(url_for(area.login), 303)
    flash(gettext("Both logins are connected."), "good")
    return arriving.arrive(one)


def _password_hash(one: Arrival) -> str | None:
    """What is asked of the merchant's people; a distributor's mailbox resets their password anyway."""
    if one.kind == DISTRIBUTOR or one.person_id is None:
        return None
    with unit() as database:
        return AREAS[one.kind].password_hash(database, one.person_id)


def _is_theirs(form: ConnectForm, one: Arrival, password_hash: str) -> bool:
    if throttle.exceeded("password", str(one.person_id), limit=10, seconds=600):
        form.password.errors = [gettext("Wait a few minutes, then try again.")]
        return False
    if not password_matches(password_hash, form.password.data or ""):
        form.password.errors = [gettext("This is not your current password.")]
        return False
    return True

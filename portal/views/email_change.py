"""A new e-mail address: asked for in the account, confirmed by the mails to the old and the new one."""

from __future__ import annotations

from typing import cast
from uuid import UUID

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext
from sqlalchemy.orm import Session

from distribution.network import email_change, find
from distribution.network.email_change import NoEmailChange, Side
from distribution.network.errors import EmailTaken
from distribution.network.tables import Distributor, EmailChange
from distribution.notice import tell
from distribution.privacy.masking import masked_email
from portal import throttle, tokens
from portal.clock import now
from portal.database import unit
from portal.i18n import current_locale
from portal.login import is_kind
from portal.views.access import blueprint, too_many


def ask(session: Session, person: Distributor, wanted: str) -> None:
    """Begin a change and write to both; an address somebody else has is told to its owner alone."""
    change = email_change.ask(session, person.id, email=wanted, now=now())
    other = find.by_email(session, change.email)
    _write(session, person, change, "old", to=person.email)
    if other is None:
        _write(session, person, change, "new", to=change.email)
    else:
        tell(session, other.id, "already_member", key=f"email-exists-{change.id}", now=now())


@blueprint.route("/email/<token>", methods=["GET", "POST"])
def confirm_change(token: str) -> ResponseReturnValue:
    """Agree to a change, or stop it; a mail's preview only looks."""
    if throttle.exceeded("email-change", token, limit=20, seconds=3600):
        return too_many()
    found = tokens.read_email_change(token)
    with unit() as session:
        change = None if found is None else session.get(EmailChange, found[0])
        if change is None or found is None or found[1] not in email_change.SIDES:
            return _expired()
        shown = {"old": masked_email(find.by_id(session, change.distributor_id).email), "new": change.email}
    if request.method == "GET":
        return render_template("pages/email_change.html", side=found[1], shown=shown)
    try:
        return _carried_out(found[0], cast(Side, found[1]))
    except NoEmailChange:
        return _expired()
    except EmailTaken:
        flash(gettext("Another account now uses this e-mail address."), "bad")
        return redirect(url_for("access.login"), 303)


def _carried_out(change_id: UUID, side: Side) -> ResponseReturnValue:
    with unit() as session:
        if request.form.get("act") == "stop":
            email_change.cancel(session, change_id, now=now())
            flash(gettext("The change is stopped. Nothing was changed."), "good")
        elif email_change.confirm(session, change_id, side, now=now()):
            flash(gettext("Your e-mail address is changed. Log in with the new one."), "good")
            return redirect(url_for("access.login"), 303)
        else:
            flash(gettext("Thank you. Your address changes once the other e-mail is confirmed too."), "good")
    return redirect(url_for("distributor.account" if is_kind("distributor") else "access.login"), 303)


def _expired() -> ResponseReturnValue:
    flash(gettext("This link has expired or was used already. Ask for a new one."), "bad")
    return redirect(url_for("access.login"), 303)


def _write(session: Session, person: Distributor, change: EmailChange, side: Side, *, to: str) -> None:
    facts = {
        "to": to,
        "wanted": change.email if side == "new" else masked_email(change.email),
        "link_path": url_for("access.confirm_change", token=tokens.email_change_token(change.id, side)),
        "locale": str(current_locale()),
    }
    key = f"email-change-{change.id}-{side}"
    tell(session, person.id, f"email_change_{side}", key=key, facts=facts, now=now())

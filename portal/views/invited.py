"""The link in an invitation: it leads to the application, or ends the invitations for good (RFC 8058)."""

from __future__ import annotations

from uuid import UUID

from flask import Blueprint, abort, current_app, flash, redirect, render_template, session, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext

from distribution.invitation import follow
from distribution.invitation.link import read
from distribution.privacy.encryption import Cipher
from portal.clock import now
from portal.database import unit
from portal.security import csrf

blueprint = Blueprint("invited", __name__)
_KEY = "invited"


@blueprint.get("/invited/<token>")
def arrive(token: str) -> ResponseReturnValue:
    """On to the application, with the address filled in."""
    which = _named(token)
    with unit() as database:
        alive = follow.opened(database, which, cipher=_cipher(), now=now()) is not None
    if alive:
        session[_KEY] = str(which)
    else:
        session.pop(_KEY, None)
        flash(gettext("This invitation is no longer valid. You can apply without it."), "warn")
    return redirect(url_for("access.register"), 303)


@blueprint.get("/invited/<token>/decline")
def ask(token: str) -> str:
    """Say what ends, and ask: a mail program that only looks at links ends nothing."""
    _named(token)
    return render_template("pages/invitation_declined.html", done=False)


@blueprint.post("/invited/<token>/decline")
@csrf.exempt
def decline(token: str) -> str:
    """No more invitations to this address; the signed link is the permission, from wherever it comes."""
    which = _named(token)
    with unit() as database:
        follow.declined(database, which, now=now())
    return render_template("pages/invitation_declined.html", done=True)


def invited_id() -> UUID | None:
    """By which invitation this browser came."""
    try:
        return UUID(str(session.get(_KEY, "")))
    except ValueError:
        return None


def invited_address() -> str | None:
    """The address that was invited, while the invitation is open; forgets one that is not."""
    which = invited_id()
    if which is None:
        return None
    with unit() as database:
        address = follow.opened(database, which, cipher=_cipher(), now=now())
    if address is None:
        session.pop(_KEY, None)
    return address


def forget_invitation() -> None:
    """Forget the invitation that this browser followed: it was used."""
    session.pop(_KEY, None)


def _named(token: str) -> UUID:
    found = read(current_app.extensions["settings"].secret_key, token)
    if found is None:
        abort(404)
    return found


def _cipher() -> Cipher:
    return Cipher(current_app.extensions["settings"].encryption_keys)

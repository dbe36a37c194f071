"""Logins elsewhere that let somebody in here, and how they are taken away."""

from __future__ import annotations

from uuid import UUID

from flask import flash, redirect
from flask.typing import ResponseReturnValue
from flask_babel import gettext
from flask_login import current_user

from distribution.access.identities import identities_of, unlink
from portal.clock import now
from portal.database import unit
from portal.login import holder_of
from portal.securing.area import Area


def disconnect(area: Area, identity_id: UUID) -> ResponseReturnValue:
    """Take one away, unless it is the only way in."""
    with unit() as session:
        theirs = identities_of(session, area.kind, current_user.id)
        passwordless = area.password_hash(session, current_user.id) is None
        # What decides their role is not theirs to take away either.
        stays = passwordless and (len(theirs) == 1 or any(each.follows for each in theirs))
        if not stays:
            actor = holder_of(current_user).actor
            unlink(session, area.kind, current_user.id, identity_id, actor=actor, now=now())
    if stays:
        flash(gettext("This is your only way in. Set a password first, or connect another login."), "bad")
    else:
        flash(gettext("That login no longer works here."), "good")
    return redirect(area.url("security") + "#identities", 303)

"""Where somebody is logged in; one or all others are logged out from here."""

from __future__ import annotations

from uuid import UUID

from flask import flash, redirect, render_template
from flask.typing import ResponseReturnValue
from flask_babel import gettext, ngettext
from flask_login import current_user

from distribution.access import devices, passkeys, second_factor, sessions
from distribution.access.identities import identities_of
from distribution.analytics.signed_in import logins
from portal.clock import now
from portal.database import unit
from portal.login import holder_of
from portal.securing.area import Area
from portal.securing.devices import device, is_phone


def security(area: Area) -> str:
    """The second step, and every session."""
    with unit() as session:
        factor = second_factor.found(session, area.kind, current_user.id)
        elsewhere = identities_of(session, area.kind, current_user.id)
        left = second_factor.codes_left(session, area.kind, current_user.id)
        rows = logins(
            session,
            area.kind,
            current_user.id,
            session_version=current_user.session_version,
            since=now() - area.longest_session,
        )
        enabled_at = factor.enabled_at if factor else None
        keys = passkeys.listed(session, area.kind, current_user.id)
        remembered = devices.listed(
            session, area.kind, current_user.id, session_version=current_user.session_version, now=now()
        )
    return render_template(
        "securing/security.html",
        area=area,
        enabled_at=enabled_at,
        wanted=area.wanted(current_user),
        codes_left=left,
        passkeys=keys,
        remembered=remembered,
        elsewhere=elsewhere,
        rows=sorted(rows, key=lambda row: row.id != current_user.login.id),
        device=device,
        is_phone=is_phone,
    )


def end_one(area: Area, session_id: UUID) -> ResponseReturnValue:
    """Log another browser out."""
    with unit() as session:
        sessions.end_one(session, holder_of(current_user), session_id, now=now())
    flash(gettext("That device is logged out."), "good")
    return redirect(area.url("security") + "#sessions", 303)


def end_others(area: Area) -> ResponseReturnValue:
    """Log every other browser out."""
    with unit() as session:
        count = sessions.end_others(session, holder_of(current_user), keep=current_user.login.id, now=now())
    flash(ngettext("%(num)d device is logged out.", "%(num)d devices are logged out.", count), "good")
    return redirect(area.url("security") + "#sessions", 303)

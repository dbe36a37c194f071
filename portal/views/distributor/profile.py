"""What a distributor shows of themselves: names, language, region."""

from __future__ import annotations

from flask import flash, redirect, url_for
from flask.typing import ResponseReturnValue
from flask_babel import force_locale, gettext

from distribution.errors import DomainError
from distribution.network.account import change_profile
from distribution.network.shown import change_shown
from portal.clock import now
from portal.database import unit
from portal.forms.failure import show
from portal.forms.profile import ProfileForm
from portal.preferences import remember_language
from portal.views.distributor.account import account_page
from portal.views.distributor.blueprint import blueprint, own_id


@blueprint.post("/account/profile", endpoint="change_profile")
def save_profile() -> ResponseReturnValue:
    """Change names, language and region."""
    form = ProfileForm()
    if not form.validate():
        return account_page(profile=form), 422
    try:
        with unit() as session:
            change_profile(session, own_id(), name=form.name.data, locale=form.locale.data, now=now())
            change_shown(
                session,
                own_id(),
                name=(form.shown_name.data or "").strip() or None,
                region=form.region.data or None,
                now=now(),
            )
    except DomainError as error:
        show(form, error, otherwise="name")
        return account_page(profile=form), 422
    with force_locale(form.locale.data):
        flash(gettext("Saved."), "good")
    return remember_language(redirect(url_for("distributor.account"), 303), form.locale.data)

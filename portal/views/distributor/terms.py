"""The program's terms before everything else, whenever their version is one that somebody has not accepted."""

from __future__ import annotations

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext
from flask_login import current_user

from distribution.errors import InvalidInput
from distribution.network.terms import accept
from distribution.settings.program import terms_of
from portal.clock import now
from portal.database import forget_program_settings, program_settings, unit
from portal.forms.terms import TermsForm
from portal.payouts import cipher
from portal.rules.changed import changed
from portal.security import address_of_client
from portal.urls import local_target
from portal.views.distributor.blueprint import blueprint, own_id


@blueprint.route("/account/terms", methods=["GET", "POST"])
def accept_terms() -> ResponseReturnValue:
    """Read what changed, and accept it."""
    target = local_target(request.values.get("next"), url_for("distributor.dashboard"))
    form = TermsForm()
    if form.validate_on_submit():
        try:
            with unit() as session:
                accept(
                    session,
                    own_id(),
                    version=form.terms_version.data,
                    ip=address_of_client() or None,
                    cipher=cipher(),
                    now=now(),
                )
        except InvalidInput:
            forget_program_settings()
            form.accept.errors = [
                gettext("The program terms have changed meanwhile. Please read and accept them again.")
            ]
        else:
            flash(
                gettext(
                    "Thank you. That you accepted version %(version)s is kept.",
                    version=form.terms_version.data,
                ),
                "good",
            )
            return redirect(target, 303)
    settings = program_settings()
    before = current_user.login.accepted_terms
    form.terms_version.data = settings.terms_version
    with unit() as session:
        old = terms_of(session, before) if before not in (None, settings.terms_version) else None
    page = render_template(
        "pages/accept_terms.html",
        form=form,
        program=settings,
        before=before,
        accepted=before == settings.terms_version,
        changes=changed(old, settings.terms_text) if old else [],
        target=target,
    )
    return page, 422 if form.is_submitted() else 200

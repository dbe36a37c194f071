"""Which logins elsewhere let people in: those of the shop, and OpenID providers."""

from __future__ import annotations

from flask import current_app, flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext

from distribution.access.providers import providers
from distribution.commission.change_program import change_program
from distribution.errors import DomainError
from portal.console.acting import actor, now
from portal.console.blueprint import blueprint
from portal.console.forms import sign_in as forms
from portal.console.guard import needs
from portal.console.refusals import told
from portal.console.roles import ROLES, Act
from portal.database import forget_program_settings, program_settings, unit


@blueprint.get("/sign-in")
def sign_in() -> str:
    """Which logins elsewhere there are, and who comes in by Saleor."""
    return _page(forms.filled(program_settings().sign_in.saleor))


@blueprint.post("/sign-in/shop")
@needs(Act.MANAGE_ACCESS)
def change_shop_sign_in() -> ResponseReturnValue:
    """Say who of the shop may come in."""
    form = forms.ShopSignInForm()
    if form.validate_on_submit():
        try:
            with unit() as session:
                change_program(
                    session, {"sign_in": {"saleor": forms.changes(form)}}, actor=actor(), now=now()
                )
        except DomainError as error:
            _show(form, error)
        else:
            forget_program_settings()
            flash(gettext("The settings are in force."), "good")
            return redirect(url_for("console.sign_in"), 303)
    return _page(form), 422


def _page(form: forms.ShopSignInForm) -> str:
    with unit() as session:
        known = providers(session)
    means = current_app.extensions["saleor_app"]
    return render_template(
        "console/sign_in.html",
        form=form,
        roles=ROLES,
        providers=known,
        shop=None if means is None else means.shop.domain,
    )


def _show(form: forms.ShopSignInForm, error: DomainError) -> None:
    for problem in error.facts.get("errors") or [{"field": error.field or ""}]:
        parts = problem["field"].split(".")
        name = next((part for part in reversed(parts) if part in form), None)
        if name in ROLES:
            form[name].errors = [gettext("Permissions are written like MANAGE_ORDERS.")]
        elif name is not None:
            form[name].errors = [gettext("Enter an address that begins with https://.")]
        else:
            flash(told(error), "bad")

"""OpenID providers: set up, changed, removed; a provider that does not answer is not taken."""

from __future__ import annotations

from uuid import UUID

from flask import flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext

from distribution.access import providers
from distribution.access.errors import ProviderKnown
from distribution.access.providers import Terms
from distribution.adapters.openid.discovery import checked_issuer, discover
from distribution.adapters.openid.errors import ProviderUnreachable
from distribution.errors import InvalidInput
from portal.console.acting import acted, actor, now
from portal.console.blueprint import blueprint
from portal.console.forms.sign_in import ProviderForm
from portal.console.guard import needs
from portal.console.roles import Act
from portal.database import unit
from portal.payouts import cipher
from portal.signing_in.openid import redirect_uri


@blueprint.route("/sign-in/providers/new", methods=["GET", "POST"])
@needs(Act.MANAGE_ACCESS)
def add_provider() -> ResponseReturnValue:
    """Set up a login elsewhere."""
    return _page(ProviderForm(), None)


@blueprint.route("/sign-in/providers/<uuid:provider_id>", methods=["GET", "POST"])
@needs(Act.MANAGE_ACCESS)
def change_provider(provider_id: UUID) -> ResponseReturnValue:
    """Change one; its secret is never shown."""
    with unit() as session:
        known = providers.by_id(session, provider_id)
        form = ProviderForm(obj=known)
    return _page(form, provider_id)


@blueprint.post("/sign-in/providers/<uuid:provider_id>/remove")
@needs(Act.MANAGE_ACCESS)
def remove_provider(provider_id: UUID) -> ResponseReturnValue:
    """Remove a login elsewhere: nobody comes in by it any more."""
    return acted(
        lambda session: providers.remove(session, provider_id, actor=actor(), now=now()),
        done=gettext("Nobody comes in by it any more."),
        then=url_for("console.sign_in"),
    )


def _page(form: ProviderForm, provider_id: UUID | None) -> ResponseReturnValue:
    if form.validate_on_submit() and _put(form, provider_id):
        flash(gettext("It answers, and is on the login pages."), "good")
        return redirect(url_for("console.sign_in"), 303)
    page = render_template(
        "console/provider.html", form=form, provider_id=provider_id, redirect_uri=redirect_uri()
    )
    return page, 422 if form.is_submitted() else 200


def _put(form: ProviderForm, provider_id: UUID | None) -> bool:
    try:
        terms = Terms(
            label=form.label.data,
            issuer=checked_issuer(form.issuer.data),
            client_id=form.client_id.data,
            secret=form.secret.data or None,
            for_distributors=form.for_distributors.data,
            for_merchants=form.for_merchants.data,
        )
        discover(terms.issuer)
        with unit() as session:
            providers.put(session, terms, provider_id=provider_id, cipher=cipher(), actor=actor(), now=now())
    except ProviderUnreachable as error:
        form.issuer.errors = [gettext("It does not work: %(why)s.", why=error.message)]
    except ProviderKnown:
        form.issuer.errors = [gettext("This issuer is set up already.")]
    except InvalidInput as error:
        field = form[error.field or "issuer"]
        field.errors = [_rule(error.field)]
    else:
        return True
    return False


def _rule(field: str | None) -> str:
    match field:
        case "issuer":
            return gettext("Enter an address that begins with https://.")
        case "for_distributors":
            return gettext("Say for whom it is.")
    return gettext("This value is not valid.")

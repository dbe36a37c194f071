"""A distributor's own account: profile, password, where their money goes."""

from __future__ import annotations

from flask import flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext
from flask_login import current_user

from distribution.errors import DomainError
from distribution.media.own import portrait
from distribution.network import email_change, find
from distribution.network.account import change_password
from distribution.network.shown import shown
from distribution.privacy.errors import WrongCredentials
from distribution.privacy.masking import masked_name
from distribution.withdrawal.methods import methods
from portal import distributors
from portal.clock import now
from portal.database import program_settings, unit
from portal.distributors import AREA
from portal.forms.account import PasswordForm
from portal.forms.contact import ContactForm
from portal.forms.failure import show
from portal.forms.payout import PayoutMethodForm, method_form
from portal.forms.profile import EmailForm, ProfileForm
from portal.i18n import current_locale
from portal.login import enter
from portal.payouts import adapters
from portal.securing import proof
from portal.views.distributor.blueprint import blueprint, own_id
from portal.views.distributor.contact_form import contact_form


@blueprint.get("/account", endpoint="account")
def page() -> str:
    """Everything about the account."""
    return account_page()


@blueprint.post("/account/password", endpoint="change_password")
def save_password() -> ResponseReturnValue:
    """Change the password; this device stays logged in, all others do not."""
    form = PasswordForm()
    if not form.validate():
        return account_page(password=form), 422
    try:
        with unit() as session:
            person = change_password(
                session, own_id(), current=form.current.data, new=form.password.data, now=now()
            )
            person_now = distributors.logged_in(person)
    except WrongCredentials:
        form.current.errors = [gettext("This is not your current password.")]
        return account_page(password=form), 422
    except DomainError as error:
        show(form, error, otherwise="password")
        return account_page(password=form), 422
    enter(person_now)
    flash(gettext("Your new password is set. All other devices are logged out."), "good")
    return redirect(url_for("distributor.account"), 303)


def account_page(
    *,
    profile: ProfileForm | None = None,
    password: PasswordForm | None = None,
    payout: PayoutMethodForm | None = None,
    email: EmailForm | None = None,
    contact: ContactForm | None = None,
) -> str:
    """The page, with the forms that were sent and refused."""
    with unit() as session:
        sponsor_id = current_user.sponsor_id
        kept = methods(session, own_id())
        sponsor = masked_name(find.by_id(session, sponsor_id).name) if sponsor_id else None
        showing = shown(session, own_id())
        has_portrait = portrait(session, own_id()) is not None
        contact = contact or contact_form(session)
        changing = email_change.waiting(session, own_id(), now=now())
    return render_template(
        "pages/account.html",
        profile=profile
        or ProfileForm(
            formdata=None,
            name=current_user.name,
            shown_name=(showing and showing.shown_name) or "",
            locale=str(current_locale()),
            region=(showing and showing.region) or "",
        ),
        has_portrait=has_portrait,
        email_form=email or EmailForm(formdata=None),
        showing=showing,
        changing=changing,
        contact=contact,
        password=password or PasswordForm(formdata=None),
        method_forms=_method_forms(payout),
        sponsor=sponsor,
        methods=kept,
        program=program_settings(),
        now=now(),
        # What somebody types before they have shown who they are would be lost.
        proved=proof.is_fresh(now()),
        proof_url=AREA.url("prove", next=url_for("distributor.account") + "#payout"),
    )


def _method_forms(sent: PayoutMethodForm | None) -> dict[str, tuple[PayoutMethodForm, list[str]]]:
    """A form for each method, with the names of the fields that are its own."""
    language = str(current_locale())
    return {
        name: (
            sent
            if sent is not None and sent.adapter.data == name
            else method_form(name, adapter, language, filled=False),
            [each.name for each in adapter.payee_fields],
        )
        for name, adapter in adapters().items()
    }

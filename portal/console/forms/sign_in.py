"""The form of who may come in by a login of the shop."""

from __future__ import annotations

from typing import Any

from flask_babel import lazy_gettext
from flask_wtf import FlaskForm
from wtforms import BooleanField, PasswordField, StringField
from wtforms.validators import DataRequired, Length

from distribution.settings.document import SaleorSignIn
from portal.console.roles import ROLES

_PAGE = [Length(max=500)]
_PERMISSIONS = [Length(max=2000)]


class ShopSignInForm(FlaskForm):
    """Staff and customers of the shop; permissions are entered as words between blanks or commas."""

    staff = BooleanField(lazy_gettext("Staff come in from Saleor's dashboard"))
    owner = StringField(lazy_gettext("Owner"), _PERMISSIONS)
    finance = StringField(lazy_gettext("Finance"), _PERMISSIONS)
    support = StringField(lazy_gettext("Support"), _PERMISSIONS)
    read_only = StringField(lazy_gettext("Read-only"), _PERMISSIONS)
    dashboard = StringField(
        lazy_gettext("Address of our page in the dashboard"),
        _PAGE,
        description=lazy_gettext("Where “Continue with Saleor” leads. Empty: no button."),
    )
    customers = BooleanField(lazy_gettext("Customers come in from the storefront, and apply there"))
    customers_confirmed = BooleanField(
        lazy_gettext("The shop confirms e-mail addresses"),
        description=lazy_gettext("Untick this where Saleor does not ask customers to confirm theirs."),
    )
    storefront = StringField(
        lazy_gettext("Page of the storefront that hands customers over"),
        _PAGE,
        description=lazy_gettext("Where “Continue with your shop account” leads. Empty: no button."),
    )


class ProviderForm(FlaskForm):
    """An OpenID provider."""

    label = StringField(
        lazy_gettext("Name on the button"),
        [DataRequired(lazy_gettext("Enter a name.")), Length(max=60)],
        description=lazy_gettext("“Continue with …”"),
    )
    issuer = StringField(
        lazy_gettext("Issuer"),
        [DataRequired(lazy_gettext("Enter an address that begins with https://.")), Length(max=300)],
        description=lazy_gettext(
            "As the provider writes it; below it lies .well-known/openid-configuration."
        ),
    )
    client_id = StringField(
        lazy_gettext("Client id"), [DataRequired(lazy_gettext("Enter the client id.")), Length(max=255)]
    )
    secret = PasswordField(
        lazy_gettext("Client secret"),
        [Length(max=255)],
        description=lazy_gettext("Kept encrypted and never shown. Empty: the one there is, or none."),
    )
    for_distributors = BooleanField(lazy_gettext("Distributors may log in with it"))
    for_merchants = BooleanField(lazy_gettext("People of the console may sign in with it"))


def filled(rules: SaleorSignIn) -> ShopSignInForm:
    """The form with what is in force."""
    values = rules.model_dump(exclude={"roles"})
    roles = {name: ", ".join(permissions) for name, permissions in rules.roles.model_dump().items()}
    return ShopSignInForm(formdata=None, **values, **roles)


def changes(form: ShopSignInForm) -> dict[str, Any]:
    """What to put over the settings in force."""
    return {
        "staff": form.staff.data,
        "customers": form.customers.data,
        "customers_confirmed": form.customers_confirmed.data,
        "dashboard": (form.dashboard.data or "").strip() or None,
        "storefront": (form.storefront.data or "").strip() or None,
        "roles": {role: (form[role].data or "").replace(",", " ").split() for role in ROLES},
    }

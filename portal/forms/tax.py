"""The form of what a distributor says for the tax office."""

from __future__ import annotations

from flask_babel import gettext, lazy_gettext
from flask_wtf import FlaskForm
from wtforms import BooleanField, RadioField, SelectField, StringField, TextAreaField
from wtforms.validators import DataRequired, Length

from distribution.tax.profile import LONGEST_ADDRESS, LONGEST_NAME, Details
from distribution.tax.tables import TaxProfile
from portal.countries import country_choices
from portal.forms.offered import offered


class TaxForm(FlaskForm):
    """Everything at once; a tax id that is kept already is never shown again, and stays while the field is empty."""

    country = SelectField(
        lazy_gettext("Country in which you are taxed"), [DataRequired(lazy_gettext("Choose a country."))]
    )
    recipient = RadioField(
        lazy_gettext("You are taxed as"),
        [DataRequired(lazy_gettext("Choose one."))],
        choices=offered(("person", lazy_gettext("a person")), ("company", lazy_gettext("a company"))),
    )
    tax_name = StringField(
        lazy_gettext("Name, as the tax office knows it"),
        [DataRequired(lazy_gettext("Enter a name.")), Length(max=LONGEST_NAME)],
    )
    address = TextAreaField(
        lazy_gettext("Address"),
        [DataRequired(lazy_gettext("Enter an address.")), Length(max=LONGEST_ADDRESS)],
    )
    tax_id = StringField(lazy_gettext("Tax id"), [Length(max=40)])
    no_tax_id = BooleanField(lazy_gettext("I have no tax id any more"))
    self_billing = BooleanField(lazy_gettext("Write my invoices for me"))

    def details(self, kept: Details | None) -> Details:
        """What was entered, with the tax id that is kept where none was."""
        tax_id = (self.tax_id.data or "").strip() or None
        if tax_id is None and kept is not None and not self.no_tax_id.data:
            tax_id = kept.tax_id
        return Details(self.tax_name.data or "", self.address.data or "", tax_id)


def tax_form(
    said: TaxProfile | None = None, details: Details | None = None, *, filled: bool = False
) -> TaxForm:
    """The form, `filled` from the request, or with what was said before."""
    form = TaxForm() if filled else TaxForm(formdata=None, data=_data(said, details))
    form.country.choices = offered(("", gettext("Choose")), *country_choices())
    form.address.id, form.tax_name.id = "tax-address", "tax-name"
    return form


def _data(said: TaxProfile | None, details: Details | None) -> dict[str, object]:
    if said is None or details is None:
        return {}
    return {
        "country": said.country,
        "recipient": said.recipient,
        "tax_name": details.name,
        "address": details.address,
        "self_billing": said.self_billing,
    }

"""Forms of what a distributor shows of themselves, and of their e-mail address."""

from __future__ import annotations

from flask_babel import lazy_gettext
from flask_wtf import FlaskForm
from wtforms import EmailField, SelectField, StringField
from wtforms.validators import DataRequired, Length

from portal.countries import country_choices
from portal.forms.access import EMAIL
from portal.forms.offered import offered
from portal.i18n import locale_names


class ProfileForm(FlaskForm):
    """Names, language and region."""

    name = StringField(
        lazy_gettext("Your name"),
        [DataRequired(lazy_gettext("Enter your name.")), Length(max=120)],
        description=lazy_gettext("As it appears on your bank account. Others see only part of it."),
    )
    shown_name = StringField(
        lazy_gettext("Name shown to others"),
        [Length(max=120)],
        description=lazy_gettext(
            "On your page, your invitation, posters and pictures. Empty: a part of your name."
        ),
    )
    locale = SelectField(
        lazy_gettext("Language"),
        description=lazy_gettext("Also used for the e-mails we send you."),
    )
    region = SelectField(lazy_gettext("Where you are"))

    def __init__(self, *arguments: object, **values: object) -> None:
        super().__init__(*arguments, **values)
        self.locale.choices = offered(*locale_names().items())
        self.region.choices = offered(("", "–"), *country_choices())


class EmailForm(FlaskForm):
    """A new address."""

    email = EmailField(lazy_gettext("New e-mail address"), EMAIL)

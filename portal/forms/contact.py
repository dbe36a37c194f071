"""The form of what a distributor shows to their sponsor and to those they invited."""

from __future__ import annotations

from flask_babel import lazy_gettext
from flask_wtf import FlaskForm
from wtforms import BooleanField, SelectField, StringField
from wtforms.validators import Length

from portal.forms.offered import offered
from portal.reaching import kind_choices


class ContactForm(FlaskForm):
    """One way to be reached, and by whom."""

    kind = SelectField(lazy_gettext("Way"))
    contact = StringField(lazy_gettext("Your contact"), [Length(max=120)])
    to_recruits = BooleanField(lazy_gettext("The people I invited see it"))
    to_sponsor = BooleanField(lazy_gettext("Whoever invited me sees it"))

    def __init__(self, *arguments: object, **values: object) -> None:
        super().__init__(*arguments, **values)
        self.kind.choices = offered(*kind_choices())

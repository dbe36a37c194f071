"""Forms about orders."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from flask_babel import gettext, lazy_gettext
from flask_wtf import FlaskForm
from wtforms import DateField, RadioField, StringField
from wtforms.validators import DataRequired, Length, Optional, Regexp

from portal.forms.offered import offered


class FindCustomerForm(FlaskForm):
    """The address of the customer to look up."""

    email = StringField(
        lazy_gettext("E-mail address of the customer"),
        [
            DataRequired(lazy_gettext("Enter an e-mail address.")),
            Length(max=254),
            Regexp(r"^\s*[^@\s]+@[^@\s]+\s*$", message=lazy_gettext("Enter an e-mail address.")),
        ],
    )


class RebindForm(FlaskForm):
    """Whose the customer shall be, from when on and until when."""

    owner = StringField(
        lazy_gettext("Belongs to"),
        [Length(max=254)],
        description=lazy_gettext("Code, e-mail address or id. Leave it empty to set the customer free."),
    )
    from_day = DateField(
        lazy_gettext("From"), [Optional()], description=lazy_gettext("Empty means from now on.")
    )
    until_day = DateField(
        lazy_gettext("Until"), [Optional()], description=lazy_gettext("The first day that no longer counts.")
    )
    lasts = RadioField(
        lazy_gettext("How long"),
        choices=offered(
            ("as_usual", lazy_gettext("As long as bindings of the program last")),
            ("without_end", lazy_gettext("Without end")),
            ("until", lazy_gettext("Until the day given below")),
        ),
        default="as_usual",
    )
    why = StringField(
        lazy_gettext("Reason"), [DataRequired(lazy_gettext("Say why, in a few words.")), Length(max=500)]
    )

    def validate(self, extra_validators: Mapping[str, Sequence[Any]] | None = None) -> bool:
        """A day is needed where the binding shall last until one; an optional field cannot ask for itself."""
        fine = super().validate(extra_validators)
        if self.lasts.data == "until" and self.until_day.data is None and not self.until_day.errors:
            self.until_day.errors = [gettext("Enter the day.")]
            return False
        return bool(fine)


class ReassignForm(FlaskForm):
    """Whose the order shall be."""

    distributor = StringField(
        lazy_gettext("Belongs to"),
        [Length(max=254)],
        description=lazy_gettext(
            "Code, e-mail address or id. Leave it empty to take the order from everybody."
        ),
    )
    reason = StringField(
        lazy_gettext("Reason"), [DataRequired(lazy_gettext("Say why, in a few words.")), Length(max=500)]
    )

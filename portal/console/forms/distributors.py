"""Forms about distributors."""

from __future__ import annotations

from flask_babel import lazy_gettext
from flask_wtf import FlaskForm
from wtforms import EmailField, SelectField, SelectMultipleField, StringField, TextAreaField
from wtforms.validators import DataRequired, Length
from wtforms.widgets import CheckboxInput, ListWidget

_WHY = DataRequired(lazy_gettext("Say why, in a few words."))


class ReasonForm(FlaskForm):
    """Why something is done; it stays on the audit log."""

    reason = TextAreaField(lazy_gettext("Reason"), [_WHY, Length(max=500)])


class MoveForm(FlaskForm):
    """Another place in the tree."""

    sponsor = StringField(
        lazy_gettext("New sponsor"),
        [Length(max=254)],
        description=lazy_gettext(
            "Code, e-mail address or id. Leave it empty to place them directly below you."
        ),
    )
    reason = StringField(lazy_gettext("Reason"), [_WHY, Length(max=500)])


class GradeForm(FlaskForm):
    """Another grade; `choices` are those of the program."""

    grade = SelectField(lazy_gettext("New grade"))
    reason = StringField(lazy_gettext("Reason"), [_WHY, Length(max=500)], id="grade-reason")


class GroupsForm(FlaskForm):
    """All the groups somebody is in; `choices` are those of the program."""

    groups = SelectMultipleField(
        lazy_gettext("Groups"), widget=ListWidget(prefix_label=False), option_widget=CheckboxInput()
    )
    reason = StringField(lazy_gettext("Reason"), [_WHY, Length(max=500)], id="groups-reason")


class CodeForm(FlaskForm):
    """A code of a link."""

    code = StringField(
        lazy_gettext("New code"), [DataRequired(lazy_gettext("Enter a code.")), Length(max=40)]
    )


class VoucherForm(FlaskForm):
    """A voucher of the shop."""

    voucher = StringField(
        lazy_gettext("Voucher code of your shop"),
        [DataRequired(lazy_gettext("Enter a voucher code.")), Length(max=255)],
    )


class DistributorForm(FlaskForm):
    """Somebody the merchant adds without an application."""

    name = StringField(lazy_gettext("Name"), [DataRequired(lazy_gettext("Enter a name.")), Length(max=120)])
    email = EmailField(
        lazy_gettext("E-mail"), [DataRequired(lazy_gettext("Enter an e-mail address.")), Length(max=254)]
    )
    sponsor_code = StringField(
        lazy_gettext("Code of their sponsor"),
        [Length(max=255)],
        description=lazy_gettext("Leave it empty to place them directly below you."),
    )
    code = StringField(
        lazy_gettext("Referral code"),
        [Length(max=40)],
        description=lazy_gettext("Leave it empty to have one made of their name."),
    )

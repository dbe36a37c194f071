"""Forms about withdrawals."""

from __future__ import annotations

from flask_babel import lazy_gettext
from flask_wtf import FlaskForm
from wtforms import StringField
from wtforms.validators import DataRequired, Length


class RejectForm(FlaskForm):
    """Why a withdrawal is turned down."""

    reason = StringField(
        lazy_gettext("Reason"),
        [DataRequired(lazy_gettext("Say why, in a few words.")), Length(max=500)],
        description=lazy_gettext("The distributor reads it."),
    )


class PaidForm(FlaskForm):
    """What the bank calls the transfer."""

    reference = StringField(
        lazy_gettext("Reference of the transfer"),
        [DataRequired(lazy_gettext("Enter the bank's reference.")), Length(max=140)],
    )


class FailForm(FlaskForm):
    """Why a payout did not happen."""

    failure = StringField(
        lazy_gettext("What went wrong"),
        [DataRequired(lazy_gettext("Say why, in a few words.")), Length(max=500)],
        description=lazy_gettext("The distributor reads it."),
    )

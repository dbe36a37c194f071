"""The form of closing one's account."""

from __future__ import annotations

from flask_babel import lazy_gettext
from flask_wtf import FlaskForm
from wtforms import BooleanField, TextAreaField
from wtforms.validators import DataRequired, Length


class ClosingForm(FlaskForm):
    """The wish, understood."""

    understood = BooleanField(
        lazy_gettext("I want my account closed, and know that this is final after the waiting days."),
        [DataRequired(lazy_gettext("Tick this to go on."))],
    )
    forgoes_rest = BooleanField(
        lazy_gettext("What I have not withdrawn by then may stay with the shop."),
        description=lazy_gettext(
            "Without this tick the account stays open until you have withdrawn it. With it, what open orders may still"
            " bring is not waited for either."
        ),
    )
    reason = TextAreaField(lazy_gettext("Why, if you like to say"), [Length(max=1000)])

"""The part of the program's form that says for how long what tells of a shopper is kept."""

from __future__ import annotations

from typing import Any

from flask_babel import lazy_gettext
from wtforms import IntegerField
from wtforms.validators import DataRequired, NumberRange

from distribution.settings.document import ProgramSettings

_NAMES = ("click_details_days", "unread_answers_days")
_DAYS = [
    DataRequired(lazy_gettext("Enter a number.")),
    NumberRange(1, 3_650, lazy_gettext("From %(min)s to %(max)s days.")),
]


class RetentionFields:
    """Mixed into the program's form."""

    click_details_days = IntegerField(
        lazy_gettext("Browser and hashed address of a click"),
        _DAYS,
        description=lazy_gettext("Then emptied. The click itself stays, so no figure changes."),
    )
    unread_answers_days = IntegerField(
        lazy_gettext("Answers of the shop that could not be read"),
        _DAYS,
        description=lazy_gettext("Kept without who bought. The shop still has the order."),
    )


def filled(settings: ProgramSettings) -> dict[str, Any]:
    """The fields as they describe the settings in force."""
    return {name: getattr(settings.retention, name) for name in _NAMES}


def changes(form: Any) -> dict[str, Any]:
    """The changes the fields mean."""
    return {"retention": {name: form[name].data for name in _NAMES}}

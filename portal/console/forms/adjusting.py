"""The part of the program's form that says which adjustments take two people."""

from __future__ import annotations

from typing import Any

from flask_babel import lazy_gettext
from wtforms import FieldList, Form, FormField, StringField
from wtforms.validators import Length

from distribution.money import to_decimal_text
from distribution.settings.document import ProgramSettings
from portal.console.forms.settling import amounts


class AdjustedAmountForm(Form):
    """Above which amount an adjustment in one currency needs two people."""

    currency = StringField(lazy_gettext("Currency"), [Length(max=3)])
    second_person_above = StringField(lazy_gettext("Two people above"), [Length(max=20)])


class AdjustmentFields:
    """Mixed into the program's form."""

    adjusted = FieldList(FormField(AdjustedAmountForm), min_entries=2, max_entries=40)


def filled(settings: ProgramSettings) -> dict[str, Any]:
    """The fields as they describe the settings in force, with room for one more currency."""
    limits = settings.adjustment.second_person_above_minor
    codes = dict.fromkeys([settings.default_currency, *limits])
    rows = [
        {
            "currency": code,
            "second_person_above": to_decimal_text(limits[code], code) if code in limits else "",
        }
        for code in codes
    ]
    return {"adjusted": [*rows, {}]}


def changes(form: Any) -> dict[str, Any]:
    """The changes the fields mean; raises InvalidInput naming the field of an amount that is none."""
    return {
        "adjustment": {"second_person_above_minor": amounts(form.adjusted, "adjusted", "second_person_above")}
    }

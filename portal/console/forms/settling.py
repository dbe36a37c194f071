"""The part of the program's form that says when settlements happen, and who agrees to them."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from flask_babel import lazy_gettext
from wtforms import (
    BooleanField,
    FieldList,
    Form,
    FormField,
    IntegerField,
    RadioField,
    SelectField,
    StringField,
)
from wtforms.validators import DataRequired, Length, NumberRange

from distribution.errors import InvalidInput
from distribution.money import is_currency, to_decimal_text, to_minor
from distribution.settings.document import ProgramSettings
from portal.forms.offered import offered

AMOUNTS = ("smallest", "second_person_above")
WEEKDAYS = (
    lazy_gettext("Monday"),
    lazy_gettext("Tuesday"),
    lazy_gettext("Wednesday"),
    lazy_gettext("Thursday"),
    lazy_gettext("Friday"),
    lazy_gettext("Saturday"),
    lazy_gettext("Sunday"),
)


class SettledAmountForm(Form):
    """From which total somebody is paid in one currency, and above which a run needs two people."""

    currency = StringField(lazy_gettext("Currency"), [Length(max=3)])
    smallest = StringField(lazy_gettext("Pay from"), [Length(max=20)])
    second_person_above = StringField(lazy_gettext("Two people above"), [Length(max=20)])


class SettlementFields:
    """Mixed into the program's form."""

    automatic = RadioField(
        lazy_gettext("Settlements"),
        choices=offered(
            ("yes", lazy_gettext("By themselves, as below")),
            ("no", lazy_gettext("When one of you starts them")),
        ),
    )
    every = RadioField(
        lazy_gettext("How often"),
        choices=offered(
            ("hour", lazy_gettext("Every hour: as soon as commission matures")),
            ("day", lazy_gettext("Every night at 3:00")),
            ("week", lazy_gettext("Every week, at 3:00 on the weekday below")),
            ("month", lazy_gettext("Every month, at 3:00 on the day below")),
        ),
    )
    weekday = SelectField(
        lazy_gettext("Weekday"), coerce=int, choices=offered(*enumerate(WEEKDAYS, start=1)), default=1
    )
    day_of_month = IntegerField(
        lazy_gettext("Day of the month"),
        [
            DataRequired(lazy_gettext("Enter a number.")),
            NumberRange(1, 31, lazy_gettext("From %(min)s to %(max)s.")),
        ],
        description=lazy_gettext("A shorter month settles on its last day."),
    )
    review = BooleanField(
        lazy_gettext("One of you approves each settlement before it pays"),
    )
    settled = FieldList(FormField(SettledAmountForm), min_entries=2, max_entries=40)


def filled(settings: ProgramSettings) -> dict[str, Any]:
    """The fields as they describe the settings in force, with room for one more currency."""
    rules = settings.settlement
    by_currency = {name: getattr(rules, f"{name}_minor") for name in AMOUNTS}
    codes = dict.fromkeys(
        [settings.default_currency, *(code for each in by_currency.values() for code in each)]
    )
    rows = [
        {"currency": code}
        | {name: to_decimal_text(of[code], code) if code in of else "" for name, of in by_currency.items()}
        for code in codes
    ]
    return {
        "automatic": "yes" if rules.automatic else "no",
        "every": rules.every,
        "weekday": rules.weekday,
        "day_of_month": rules.day_of_month,
        "review": rules.review,
        "settled": [*rows, {}],
    }


def changes(form: Any) -> dict[str, Any]:
    """The changes the fields mean; raises InvalidInput naming the field of an amount that is none."""
    return {
        "settlement": {
            "automatic": form.automatic.data == "yes",
            "every": form.every.data,
            "weekday": form.weekday.data,
            "day_of_month": form.day_of_month.data,
            "review": form.review.data,
            **{f"{name}_minor": amounts(form.settled, "settled", name) for name in AMOUNTS},
        }
    }


def amounts(rows: Iterable[Any], prefix: str, name: str) -> dict[str, int]:
    """The amounts `name` by currency; one that is none is refused as the field `prefix-index-name`, like a currency."""
    found = {}
    for index, row in enumerate(rows):
        code, amount = (row.form.currency.data or "").strip().upper(), (row.form[name].data or "").strip()
        if code and amount and not is_currency(code):
            raise InvalidInput(f"{code} is no currency", field=f"{prefix}-{index}-currency")
        if code and amount:
            found[code] = to_minor(amount, code, field=f"{prefix}-{index}-{name}")
    return found

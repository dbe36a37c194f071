"""The part of the program's form that says what may be withdrawn, when, at what cost, and who agrees."""

from __future__ import annotations

from typing import Any

from flask_babel import lazy_gettext
from wtforms import (
    BooleanField,
    FieldList,
    Form,
    FormField,
    IntegerField,
    SelectMultipleField,
    StringField,
)
from wtforms.validators import Length, NumberRange, Optional, ValidationError
from wtforms.widgets import CheckboxInput, ListWidget

from distribution.errors import InvalidInput
from distribution.money import to_decimal_text
from distribution.money.percent import to_bps, to_percent_text
from distribution.settings.document import ProgramSettings
from portal.console.forms.settling import WEEKDAYS, amounts
from portal.forms.offered import offered
from portal.withdrawal_words import day_ranges

LIMITS = ("minimum", "maximum", "maximum_per_day")
CHARGES = ("fee_fixed", "fee_maximum", "second_person_above")
_LAST_DAY = 31


class LimitForm(Form):
    """What a withdrawal in one currency may ask for."""

    currency = StringField(lazy_gettext("Currency"), [Length(max=3)])
    minimum = StringField(lazy_gettext("Smallest"), [Length(max=20)])
    maximum = StringField(lazy_gettext("Largest"), [Length(max=20)])
    maximum_per_day = StringField(lazy_gettext("Most a day"), [Length(max=20)])


class ChargeForm(Form):
    """What a withdrawal in one currency costs, and above which amount two people approve it."""

    currency = StringField(lazy_gettext("Currency"), [Length(max=3)])
    fee_fixed = StringField(lazy_gettext("Fixed fee"), [Length(max=20)])
    fee_maximum = StringField(lazy_gettext("Highest fee"), [Length(max=20)])
    second_person_above = StringField(lazy_gettext("Two people above"), [Length(max=20)])


class WithdrawalFields:
    """Mixed into the program's form."""

    limits = FieldList(FormField(LimitForm), min_entries=2, max_entries=40)
    requests_per_day = IntegerField(
        lazy_gettext("Withdrawals a day, each distributor"),
        [Optional(), NumberRange(1, 1000, lazy_gettext("From %(min)s to %(max)s."))],
        description=lazy_gettext("Empty means as many as they like."),
    )
    charges = FieldList(FormField(ChargeForm), min_entries=2, max_entries=40)
    fee_percent = StringField(
        lazy_gettext("Fee in percent of the amount"),
        [Length(max=8)],
        description=lazy_gettext("In every currency, beside the fixed fee. Empty means none."),
    )
    taken_weekdays = SelectMultipleField(
        lazy_gettext("Weekdays on which requests are taken"),
        coerce=int,
        choices=offered(*enumerate(WEEKDAYS, start=1)),
        widget=ListWidget(prefix_label=False),
        option_widget=CheckboxInput(),
        description=lazy_gettext("Without a tick it is every weekday."),
    )
    taken_days = StringField(
        lazy_gettext("Days of the month on which requests are taken"),
        [Length(max=100)],
        description=lazy_gettext(
            "Like 1–5, 15. Empty means every day; a shorter month has its last day for 31."
        ),
    )
    processing_days = IntegerField(
        lazy_gettext("Promised to be paid within"),
        [Optional(), NumberRange(1, 90, lazy_gettext("From %(min)s to %(max)s days."))],
        description=lazy_gettext(
            "Distributors see it; what is late stands out and is mailed to you. Empty: no promise."
        ),
    )
    processing_on_working_days = BooleanField(lazy_gettext("Count Monday to Friday only"))
    cooling_days = IntegerField(
        lazy_gettext("A new account waits"),
        [Optional(), NumberRange(0, 90, lazy_gettext("From %(min)s to %(max)s days."))],
        description=lazy_gettext(
            "Before it is paid to, unless it is somebody's first. Empty or 0: not at all."
        ),
    )

    def validate_fee_percent(self, field: StringField) -> None:
        """A percentage from 0 to below 100."""
        percent_of(field.data)

    def validate_taken_days(self, field: StringField) -> None:
        """Days and ranges of days."""
        days_of(field.data)


def percent_of(text: str | None) -> int:
    """Basis points of "2.5"; none of nothing. Raises ValidationError."""
    tidy = (text or "").strip().removesuffix("%").strip().replace(",", ".")
    if not tidy:
        return 0
    try:
        bps = to_bps(tidy, field="")
    except InvalidInput:
        bps = -1
    if not 0 <= bps < 10_000:
        raise ValidationError(lazy_gettext("Enter a percentage below 100, like 2.5."))
    return bps


def days_of(text: str | None) -> list[int]:
    """The days that "1-5, 15" names; raises ValidationError."""
    found: set[int] = set()
    for part in (text or "").replace("–", "-").replace("，", ",").replace("、", ",").split(","):
        first, dash, last = (each.strip() for each in part.partition("-"))
        if not first and not dash:
            continue
        if not all(each.isascii() and each.isdigit() and len(each) < 3 for each in (first, last or first)):
            raise ValidationError(lazy_gettext("Enter days like 1–5, 15."))
        begin, end = int(first), int(last or first)
        if not 1 <= begin <= end <= _LAST_DAY or (dash and not last):
            raise ValidationError(lazy_gettext("Enter days like 1–5, 15."))
        found.update(range(begin, end + 1))
    return sorted(found)


def filled(settings: ProgramSettings) -> dict[str, Any]:
    """The fields as they describe the settings in force, with room for one more currency."""
    rules = settings.withdrawal
    return {
        "limits": _rows(settings, LIMITS),
        "charges": _rows(settings, CHARGES),
        "requests_per_day": rules.requests_per_day,
        "fee_percent": to_percent_text(rules.fee_bps) if rules.fee_bps else "",
        "taken_weekdays": rules.weekdays,
        "taken_days": day_ranges(rules.days_of_month),
        "processing_days": rules.processing_days,
        "processing_on_working_days": rules.processing_on_working_days,
        "cooling_days": rules.cooling_days,
    }


def changes(form: Any) -> dict[str, Any]:
    """The changes the fields mean; raises InvalidInput naming the field of an amount that is none."""
    return {
        "withdrawal": {
            **{f"{name}_minor": amounts(form.limits, "limits", name) for name in LIMITS},
            **{f"{name}_minor": amounts(form.charges, "charges", name) for name in CHARGES},
            "requests_per_day": form.requests_per_day.data,
            "fee_bps": percent_of(form.fee_percent.data),
            "weekdays": form.taken_weekdays.data or [],
            "days_of_month": days_of(form.taken_days.data),
            "processing_days": form.processing_days.data,
            "processing_on_working_days": form.processing_on_working_days.data,
            "cooling_days": form.cooling_days.data or 0,
        }
    }


def _rows(settings: ProgramSettings, names: tuple[str, ...]) -> list[dict[str, str]]:
    by_currency = {name: getattr(settings.withdrawal, f"{name}_minor") for name in names}
    codes = dict.fromkeys(
        [settings.default_currency, *(code for each in by_currency.values() for code in each)]
    )
    rows = [
        {"currency": code}
        | {name: to_decimal_text(of[code], code) if code in of else "" for name, of in by_currency.items()}
        for code in codes
    ]
    return [*rows, {}]

"""What the form of the program's settings says about grades, groups and products' stages."""

from __future__ import annotations

from typing import Any

from flask_babel import gettext, lazy_gettext
from wtforms import Field, Form, IntegerField, TextAreaField
from wtforms.validators import DataRequired, Length, NumberRange, Optional, StopValidation

from distribution.settings.document import ProductStages, ProgramSettings


class Both:
    """A number that goes with another: both are given, or neither."""

    def __init__(self, other: str) -> None:
        self.other = other

    def __call__(self, form: Form, field: Field) -> None:
        if not field.raw_data or not field.raw_data[0].strip():
            raw = form[self.other].raw_data
            if raw and raw[0].strip():
                raise StopValidation(gettext("Enter both numbers, or none."))


def _days(other: str) -> IntegerField:
    return IntegerField(
        lazy_gettext("In the last"),
        [Both(other), Optional(), NumberRange(1, 366, lazy_gettext("From %(min)s to %(max)s days."))],
    )


def _units(label: str, other: str) -> IntegerField:
    return IntegerField(
        label,
        [Both(other), Optional(), NumberRange(1, 1_000_000, lazy_gettext("From %(min)s to %(max)s."))],
    )


class RankFields:
    """Fields of the program's form."""

    grades = TextAreaField(
        lazy_gettext("Grades"),
        [Length(max=5_000)],
        description=lazy_gettext("One a line, the lowest first. Plans can pay each grade differently."),
    )
    groups = TextAreaField(
        lazy_gettext("Groups"),
        [Length(max=50_000)],
        description=lazy_gettext("One a line. A distributor can be in several."),
    )
    new_days = IntegerField(
        lazy_gettext("New for"),
        [
            DataRequired(lazy_gettext("Enter a number of days.")),
            NumberRange(1, 366, lazy_gettext("From %(min)s to %(max)s days.")),
        ],
        description=lazy_gettext("From a product's first sale."),
    )
    best_selling_units = _units(lazy_gettext("Best-selling from"), "best_selling_days")
    best_selling_days = _days("best_selling_units")
    slow_units = _units(lazy_gettext("Slow below"), "slow_days")
    slow_days = _days("slow_units")


def filled(settings: ProgramSettings) -> dict[str, Any]:
    """What the fields show of the settings in force."""
    stages: ProductStages = settings.product_stages
    return {
        "grades": "\n".join(settings.grades),
        "groups": "\n".join(settings.groups),
        "new_days": stages.new.days,
        "best_selling_days": stages.best_selling and stages.best_selling.days,
        "best_selling_units": stages.best_selling and stages.best_selling.units_from,
        "slow_days": stages.slow and stages.slow.days,
        "slow_units": stages.slow and stages.slow.units_below,
    }


def changes(form: Any) -> dict[str, Any]:
    """The changes the fields mean."""
    best_selling = {"days": form.best_selling_days.data, "units_from": form.best_selling_units.data}
    slow = {"days": form.slow_days.data, "units_below": form.slow_units.data}
    return {
        "grades": _lines(form.grades.data),
        "groups": _lines(form.groups.data),
        "product_stages": {
            "new": {"days": form.new_days.data},
            "best_selling": best_selling if best_selling["days"] else None,
            "slow": slow if slow["days"] else None,
        },
    }


def _lines(text: str | None) -> list[str]:
    return [" ".join(line.split()) for line in (text or "").splitlines() if line.strip()]

"""The form a commission plan is written with, and the document it means."""

from __future__ import annotations

from typing import Any

from flask_babel import lazy_gettext
from flask_wtf import FlaskForm
from wtforms import Form, FormField, IntegerField, RadioField, SelectField, StringField
from wtforms.validators import DataRequired, InputRequired, Length, NumberRange

from distribution.analytics.console_plan import rate_of
from distribution.commission.plan.built_in import LEVELS
from distribution.commission.plan.rules import Plan
from distribution.money import to_decimal_text
from distribution.money.percent import to_bps, to_percent_text
from portal.console.words import BASES, CHANGES

PERCENT, FIXED, NOTHING = "percent", "fixed", "nothing"


class LevelForm(Form):
    """What one level earns."""

    kind = SelectField(
        lazy_gettext("Kind"),
        choices=[
            (PERCENT, lazy_gettext("Percent")),
            (FIXED, lazy_gettext("Fixed amount a unit")),
            (NOTHING, lazy_gettext("Nothing")),
        ],
    )
    value = StringField(lazy_gettext("Rate"), [Length(max=20)])
    currency = SelectField(lazy_gettext("Currency of the fixed amount"), validate_choice=False)


class PlanForm(FlaskForm):
    """A plan, whole."""

    name = StringField(
        lazy_gettext("Name of the plan"),
        [DataRequired(lazy_gettext("Give the plan a name.")), Length(max=100)],
        description=lazy_gettext("Only your people see it."),
    )
    level_1 = FormField(LevelForm, CHANGES["level_1"])
    level_2 = FormField(LevelForm, CHANGES["level_2"])
    level_3 = FormField(LevelForm, CHANGES["level_3"])
    base = RadioField(
        lazy_gettext("Percent of"), choices=[(base, words) for base, words in BASES.items()], default="net"
    )
    ceiling = StringField(
        lazy_gettext("Ceiling of all levels together"),
        [InputRequired(lazy_gettext("Enter a percentage."))],
        description=lazy_gettext(
            "When the rates of a line come to more, every one of them is lowered alike."
        ),
    )
    hold_days = IntegerField(
        lazy_gettext("Hold after shipping"),
        [
            InputRequired(lazy_gettext("Enter a number of days.")),
            NumberRange(0, 3650, lazy_gettext("From %(min)s to %(max)s days.")),
        ],
        description=lazy_gettext(
            "Commission is paid once this time after shipping is over; choose at least your return period."
        ),
    )

    @property
    def levels(self) -> list[FormField]:
        """The three levels in their order."""
        return [self[f"level_{level}"] for level in range(1, LEVELS + 1)]


def filled(plan: Plan, currencies: list[str]) -> PlanForm:
    """The form as it describes a plan."""
    form = PlanForm(formdata=None)
    form.name.data, form.base.data, form.hold_days.data = plan.name, plan.base, plan.hold_days
    form.ceiling.data = to_percent_text(plan.ceiling_bps)
    for level, field in enumerate(form.levels, 1):
        rate = rate_of(plan, level)
        field.form.currency.data = currencies[0]
        if rate is None:
            field.form.kind.data, field.form.value.data = NOTHING, ""
        elif rate.value.fixed_minor is None or rate.value.currency is None:
            field.form.kind.data, field.form.value.data = PERCENT, to_percent_text(rate.value.bps or 0)
        else:
            field.form.kind.data, field.form.currency.data = FIXED, rate.value.currency
            field.form.value.data = to_decimal_text(rate.value.fixed_minor, rate.value.currency)
    return offer(form, currencies)


def offer(form: PlanForm, currencies: list[str]) -> PlanForm:
    """Give the fixed amounts the currencies there are to choose from."""
    for field in form.levels:
        chosen = field.form.currency.data
        codes = dict.fromkeys([*currencies, *([chosen] if chosen else [])])
        field.form.currency.choices = [(code, code) for code in codes]
    return form


def document(form: PlanForm) -> dict[str, Any]:
    """The plan document the form means; raises InvalidInput whose field is the form's."""
    rates: list[dict[str, Any]] = []
    for level, field in enumerate(form.levels, 1):
        kind, value = field.form.kind.data, (field.form.value.data or "").strip()
        if kind == PERCENT:
            rates.append({"level": level, "bps": to_bps(value, field=f"level_{level}.value")})
        elif kind == FIXED:
            rates.append({"level": level, "fixed": value, "currency": field.form.currency.data or ""})
    return {
        "name": " ".join(form.name.data.split()),
        "base": form.base.data,
        "ceiling_bps": to_bps(form.ceiling.data, field="ceiling"),
        "hold_days": form.hold_days.data,
        "rates": rates,
    }


def field_of(form: PlanForm, path: str, rates: list[dict[str, Any]]) -> Any:
    """The field of the form that a path of the plan document (`rates[1].bps`) or of `document` is about."""
    if path.startswith("level_"):
        return form[path.partition(".")[0]].form.value
    if path.startswith("rates["):
        index = int(path[6 : path.index("]")])
        level = form[f"level_{rates[index]['level']}"].form
        return level.currency if path.endswith(".currency") else level.value
    if path == "rates":
        return form.level_1.form.kind
    return form[{"ceiling_bps": "ceiling"}.get(path, path)] if path != "" else form.name

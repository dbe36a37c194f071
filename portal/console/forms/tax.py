"""The form of the rules for tax: a row for whom, brackets under it, and the beginning of invoice numbers."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

from flask_babel import gettext, lazy_gettext
from flask_wtf import FlaskForm
from wtforms import FieldList, Form, FormField, SelectField, StringField
from wtforms.validators import Length

from distribution.errors import InvalidInput
from distribution.money import is_currency, to_decimal_text, to_minor
from distribution.money.percent import to_bps, to_percent_text
from distribution.settings.tax import TaxRules, Withholding
from portal.countries import country_choices
from portal.forms.offered import offered

MOST_RULES, MOST_BRACKETS = 300, 20
_PREFIX = re.compile(r"[A-Z][A-Z0-9]{0,9}")
_ACT = re.compile(r"(add|remove|bracket)(?:-(\d{1,3}))?")


class BracketForm(Form):
    """From which part of the year's commission on, how much."""

    above = StringField(lazy_gettext("Above"), [Length(max=20)])
    percent = StringField(lazy_gettext("Percent"), [Length(max=10)])


class RuleForm(Form):
    """Whom a rule is for, and its brackets; the first begins at nothing."""

    country = SelectField(lazy_gettext("Country"))
    recipients = SelectField(
        lazy_gettext("Taxed as"),
        choices=offered(
            ("", lazy_gettext("Persons and companies")),
            ("person", lazy_gettext("Persons")),
            ("company", lazy_gettext("Companies")),
        ),
    )
    tax_id = SelectField(
        lazy_gettext("Tax id"),
        choices=offered(
            ("", lazy_gettext("Given or not")),
            ("given", lazy_gettext("Given")),
            ("missing", lazy_gettext("Missing")),
        ),
    )
    currency = StringField(
        lazy_gettext("Currency"), [Length(max=3)], description=lazy_gettext("Empty: every currency.")
    )
    brackets = FieldList(FormField(BracketForm), min_entries=1, max_entries=MOST_BRACKETS)


class TaxRulesForm(FlaskForm):
    """All rules, and the prefix of invoices."""

    rules = FieldList(FormField(RuleForm), max_entries=MOST_RULES)
    invoice_prefix = StringField(
        lazy_gettext("Invoice numbers begin with"),
        [Length(max=10)],
        description=lazy_gettext(
            "Like SB: then the invoices of those who agreed to self-billing are numbered SB-2026-1, SB-2026-2 and on"
            ". Empty: no invoices."
        ),
    )


def filled(rules: TaxRules) -> TaxRulesForm:
    """The form as it describes the rules in force."""
    data = [_row(each) for each in rules.withholding]
    return _made(data, rules.invoice_prefix or "")


def sent() -> TaxRulesForm:
    """The form as it was sent."""
    return _with_choices(TaxRulesForm())


def reshaped(form: TaxRulesForm, act: str) -> TaxRulesForm | None:
    """The form with a rule or a bracket more, or a rule less, for who has no scripts; None for any other act."""
    found = _ACT.fullmatch(act)
    if found is None:
        return None
    rows, at = form.data["rules"], int(found[2] or 0)
    if found[1] == "add":
        rows = [*rows, {}]
    elif at < len(rows) and found[1] == "remove":
        rows = rows[:at] + rows[at + 1 :]
    elif at < len(rows):
        rows[at]["brackets"].append({})
    return _made(rows[:MOST_RULES], form.invoice_prefix.data or "")


def changes(form: TaxRulesForm) -> dict[str, Any] | None:
    """The change of the program's settings that the form means; None where a field says what is wrong with it."""
    rules = [_rule(each.form) for each in form.rules]
    prefix = (form.invoice_prefix.data or "").strip().upper()
    if prefix and not _PREFIX.fullmatch(prefix):
        form.invoice_prefix.errors = [gettext("One to ten letters and digits, a letter first.")]
    seen = set()
    for each in form.rules:
        row = each.form
        key = (row.country.data, row.recipients.data, row.tax_id.data, _code(row))
        if key in seen:
            row.country.errors = [gettext("A rule above is for the same people.")]
        seen.add(key)
    if any(_errors(form)):
        return None
    return {"tax": {"withholding": rules, "invoice_prefix": prefix or None}}


def _rule(row: Any) -> dict[str, Any]:
    code = _code(row)
    if code and not is_currency(code):
        row.currency.errors = [gettext("Enter the code of a currency, like EUR.")]
    brackets: list[dict[str, int]] = []
    for place, each in enumerate(row.brackets):
        bracket = each.form
        above, percent = (bracket.above.data or "").strip(), (bracket.percent.data or "").strip()
        if place and not above and not percent:
            continue
        from_minor = _from(row, bracket, above, code) if place else 0
        if place and from_minor <= brackets[-1]["from_minor"] and not bracket.above.errors:
            bracket.above.errors = [gettext("Each bracket begins above the one before.")]
        brackets.append({"from_minor": from_minor, "bps": _bps(bracket, percent)})
    if len(brackets) > 1 and not code:
        row.currency.errors = [gettext("More than one bracket needs a currency.")]
    return {
        "country": row.country.data or None,
        "recipients": row.recipients.data or None,
        "tax_id": row.tax_id.data or None,
        "currency": code or None,
        "brackets": brackets,
    }


def _from(row: Any, bracket: Any, above: str, code: str) -> int:
    if not code or row.currency.errors:
        return 1
    try:
        return to_minor(above, code, field="above")
    except InvalidInput:
        bracket.above.errors = [gettext("Enter an amount like 25.00.")]
        return 1


def _bps(bracket: Any, percent: str) -> int:
    try:
        return to_bps(percent, field="percent")
    except InvalidInput:
        bracket.percent.errors = [gettext("Enter a percentage from 0 to 100, like 12.5.")]
        return 0


def _errors(form: TaxRulesForm) -> Iterator[object]:
    yield from form.invoice_prefix.errors
    for each in form.rules:
        for name in ("country", "recipients", "tax_id", "currency"):
            yield from each.form[name].errors
        for bracket in each.form.brackets:
            yield from (*bracket.form.above.errors, *bracket.form.percent.errors)


def _code(row: Any) -> str:
    return (row.currency.data or "").strip().upper()


def _row(rule: Withholding) -> dict[str, Any]:
    code = rule.currency
    return {
        "country": rule.country or "",
        "recipients": rule.recipients or "",
        "tax_id": rule.tax_id or "",
        "currency": code or "",
        "brackets": [
            {
                "above": to_decimal_text(each.from_minor, code) if code and each.from_minor else "",
                "percent": to_percent_text(each.bps),
            }
            for each in rule.brackets
        ],
    }


def _made(rows: list[dict[str, Any]], prefix: str) -> TaxRulesForm:
    return _with_choices(TaxRulesForm(formdata=None, data={"rules": rows, "invoice_prefix": prefix}))


def _with_choices(form: TaxRulesForm) -> TaxRulesForm:
    choices = [("", gettext("Everyone else")), *country_choices()]
    for each in form.rules:
        each.form.country.choices = offered(*choices)
    return form

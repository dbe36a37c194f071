"""Tax: what each year came to for whom, for the tax office, and the rules by which it is withheld."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable
from uuid import UUID

from flask import Response, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext

from distribution.analytics.tax_table import tax_table
from distribution.commission.change_program import change_program
from distribution.errors import DomainError
from distribution.settings import program
from distribution.settlement.tax import year_of
from distribution.tax.disclose import export, record_look
from distribution.tax.read import year_sums, year_totals, years
from portal.console.acting import actor, now
from portal.console.blueprint import blueprint
from portal.console.csv_file import csv_file
from portal.console.forms import tax as forms
from portal.console.guard import needs
from portal.console.refusals import told
from portal.console.roles import Act
from portal.console.views.distributors import page_of
from portal.countries import country_name
from portal.database import forget_program_settings, program_settings, unit
from portal.papers.account import account
from portal.papers.statement import pdf_answer
from portal.payouts import cipher

MOST_SHOWN = 100


@blueprint.get("/tax")
def tax() -> str:
    """The totals of a year, this one unless another is asked for."""
    with unit() as session:
        known = years(session)
        year = _asked_year(known)
        return render_template(
            "console/tax.html",
            year=year,
            years=sorted({*known, year}, reverse=True),
            sums=year_sums(session, year),
            totals=year_totals(session, year=year, limit=MOST_SHOWN),
            most=MOST_SHOWN,
            country_name=country_name,
        )


@blueprint.get("/tax/<int:number>.csv")
def tax_csv(number: int) -> Response:
    """A year as CSV, of tax ids the last digits."""
    with unit() as session:
        return _file(f"tax-{number}", tax_table(year_totals(session, year=number)))


@blueprint.post("/tax/<int:number>")
@needs(Act.DECIDE_WITHDRAWALS)
def tax_details_csv(number: int) -> Response:
    """The same with names, addresses and whole tax ids, for filing; that it was taken is on the audit log."""
    with unit() as session:
        totals = year_totals(session, year=number)
        ids = {each.distributor_id for each in totals}
        details = export(session, ids, year=number, cipher=cipher(), actor=actor(), now=now())
        return _file(f"tax-{number}-details", tax_table(totals, details))


@blueprint.post("/distributors/<uuid:distributor_id>/tax")
@needs(Act.DECIDE_WITHDRAWALS)
def reveal_tax(distributor_id: UUID) -> str:
    """A distributor's page with what they said for the tax office; that somebody looked is on the audit log."""
    return page_of(distributor_id, show_tax=True)


@blueprint.post("/statements/<uuid:statement_id>/paper")
@needs(Act.DECIDE_WITHDRAWALS)
def statement_paper(statement_id: UUID) -> Response:
    """A statement as its distributor gets it, with address and tax id; that it was taken is on the audit log."""
    with unit() as session:
        given = account(session, statement_id, cipher=cipher())
        record_look(session, given.statement.distributor_id, actor=actor(), now=now())
        return pdf_answer(given, own=False)


@blueprint.get("/tax/rules")
def tax_rules() -> str:
    """By which rules tax is withheld, and which statements are invoices."""
    with unit() as session:
        return _rules_page(forms.filled(program.read(session).tax))


@blueprint.post("/tax/rules", endpoint="change_tax_rules")
@needs(Act.CHANGE_PROGRAM)
def put_tax_rules() -> ResponseReturnValue:
    """Put rules in force for the runs opened from now on, or give the form another row."""
    form = forms.sent()
    shaped = forms.reshaped(form, request.form.get("act", ""))
    if shaped is not None:
        return _rules_page(shaped)
    found = forms.changes(form) if form.validate_on_submit() else None
    if found is None:
        return _rules_page(form), 422
    try:
        with unit() as session:
            change_program(session, found, actor=actor(), now=now())
    except DomainError as error:
        flash(told(error), "bad")
        return _rules_page(form), 422
    forget_program_settings()
    flash(gettext("The rules hold for every settlement from now on."), "good")
    return redirect(url_for("console.tax_rules"), 303)


def _rules_page(form: forms.TaxRulesForm) -> str:
    return render_template("console/tax_rules.html", form=form)


def _asked_year(known: list[int]) -> int:
    text = request.args.get("year", "")
    if text.isascii() and text.isdigit() and len(text) == 4:
        return int(text)
    return known[0] if known else year_of(now(), program_settings().time_zone)


def _file(name: str, rows: Iterable[list[str]]) -> Response:
    text = io.StringIO()
    csv.writer(text).writerows(rows)
    return csv_file(name, text.getvalue())

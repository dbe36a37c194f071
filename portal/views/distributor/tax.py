"""Tax: what a distributor says of themselves, and what their years came to."""

from __future__ import annotations

from uuid import UUID

from flask import Response, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext
from sqlalchemy.orm import Session

from distribution.errors import InvalidInput, NotFound
from distribution.network import find
from distribution.settlement import read
from distribution.settlement.tables import Statement
from distribution.tax.profile import details_of, profile, record_profile
from distribution.tax.read import year_totals
from portal.clock import now
from portal.countries import country_name
from portal.database import program_settings, unit
from portal.distributors import AREA
from portal.forms.tax import TaxForm, tax_form
from portal.papers.course_words import document_name
from portal.papers.year import account, csv_answer, pdf_answer
from portal.payouts import cipher
from portal.securing import proof
from portal.views.distributor.blueprint import actor, blueprint, own_id
from portal.views.distributor.earnings import earning_tabs

_FIELDS = {"name": "tax_name"}
_INVOICES = 50


@blueprint.get("/account/tax", endpoint="tax_profile")
def page() -> ResponseReturnValue:
    """What was said last, to be said anew; asked for before it is written, or what was written would be lost."""
    if (first := proof.first(AREA)) is not None:
        return first
    return _page()


@blueprint.post("/account/tax", endpoint="save_tax_profile")
def save() -> ResponseReturnValue:
    """Keep it from now on; it is asked for who says so, as before everything important."""
    if (first := proof.first(AREA, back=url_for("distributor.tax_profile"))) is not None:
        return first
    form = tax_form(filled=True)
    if not form.validate():
        return _page(form), 422
    try:
        with unit() as session:
            said = profile(session, own_id())
            record_profile(
                session,
                find.by_id(session, own_id()),
                country=form.country.data,
                recipient=form.recipient.data,
                details=form.details(said and details_of(session, said, cipher=cipher())),
                self_billing=form.self_billing.data,
                cipher=cipher(),
                actor=actor(),
                now=now(),
            )
    except InvalidInput as error:
        form[_FIELDS.get(error.field or "", error.field or "country")].errors = [_words(error, form)]
        return _page(form), 422
    flash(gettext("Saved. It applies to statements from now on."), "good")
    return redirect(url_for("distributor.tax_profile"), 303)


@blueprint.get("/earnings/tax", endpoint="tax")
def documents() -> str:
    """Every year with its totals, and the invoices page by page."""
    with unit() as session:
        totals = year_totals(session, distributor_id=own_id())
        before = _before(session)
        found = read.invoices(session, own_id(), limit=_INVOICES + 1, before=before)
        said = profile(session, own_id())
    invoices = found[:_INVOICES]
    return render_template(
        "pages/tax_documents.html",
        years=sorted({each.year for each in totals}, reverse=True),
        totals=totals,
        invoices=invoices,
        document_name=document_name,
        country_name=country_name,
        said=said,
        tabs=earning_tabs("tax"),
        next_page=url_for("distributor.tax", before=invoices[-1].id) + "#invoices"
        if len(found) > _INVOICES
        else None,
        first_page=url_for("distributor.tax") + "#invoices" if before is not None else None,
    )


def _before(session: Session) -> Statement | None:
    """The last invoice of the page before; none where the address names nothing of theirs."""
    try:
        return read.statement(session, UUID(request.args.get("before", "")), of=own_id())
    except (ValueError, NotFound):
        return None


@blueprint.get("/earnings/tax/<int(max=9999):year>.pdf", endpoint="tax_pdf")
def print_year(year: int) -> Response:
    """One year's earnings and tax as a PDF."""
    with unit() as session:
        found = account(session, own_id(), year=year, cipher=cipher())
    if not found.totals:
        raise NotFound("there is no statement of this year", year=year)
    return pdf_answer(found)


@blueprint.get("/earnings/tax/<int(max=9999):year>.csv", endpoint="tax_csv")
def download_year(year: int) -> Response:
    """One year to calculate with."""
    with unit() as session:
        found = account(session, own_id(), year=year)
    if not found.totals:
        raise NotFound("there is no statement of this year", year=year)
    return csv_answer(found)


def _page(form: TaxForm | None = None) -> str:
    with unit() as session:
        said = profile(session, own_id())
        details = details_of(session, said, cipher=cipher()) if said else None
    return render_template(
        "pages/tax.html",
        form=form or tax_form(said, details),
        said=said,
        country_name=country_name,
        program=program_settings(),
    )


def _words(error: InvalidInput, form: TaxForm) -> str:
    if error.field == "tax_id":
        return gettext(
            "This is not a valid tax id for %(country)s. Please check it for typos.",
            country=country_name(form.country.data),
        )
    return gettext("This is empty or too long.")

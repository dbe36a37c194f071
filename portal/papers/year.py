"""What a year came to for one distributor: on paper for the tax office, and to calculate with."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import groupby
from uuid import UUID

from flask import Response
from flask_babel import gettext
from reportlab.platypus import Flowable
from sqlalchemy.orm import Session

from distribution.analytics.spreadsheet import harmless
from distribution.money import to_decimal_text
from distribution.network import find
from distribution.privacy.encryption import Cipher
from distribution.settings import program
from distribution.settlement import read
from distribution.settlement.tables import Statement
from distribution.tax.profile import profile
from distribution.tax.read import YearTotal, year_totals
from portal.countries import country_name
from portal.formatting import day
from portal.papers.file import csv_file, pdf_file
from portal.papers.paper import HEADING, SMALL, TEXT, TITLE, gap, listing, pairs, printed, said
from portal.papers.party import Party, as_said
from portal.papers.statement import amount

COLUMNS = (
    "statement",
    "invoice",
    "day",
    "country",
    "currency",
    "earned",
    "taken_back",
    "total",
    "tax",
    "net",
)


@dataclass(frozen=True, slots=True)
class YearAccount:
    """A year of one distributor: its totals, and the statements they are the sums of."""

    year: int
    totals: list[YearTotal]
    statements: list[Statement]
    party: Party
    issuer: str


def account(
    session: Session, distributor_id: UUID, *, year: int, cipher: Cipher | None = None
) -> YearAccount:
    """Read a year; with `cipher` the distributor's address and tax id, as they are now, are in it."""
    settings = program.read(session)
    name = find.by_id(session, distributor_id).name
    return YearAccount(
        year=year,
        totals=year_totals(session, year=year, distributor_id=distributor_id),
        statements=read.statements_of_year(session, distributor_id, year),
        party=as_said(session, profile(session, distributor_id), name=name, cipher=cipher),
        issuer=settings.company_name or settings.program_name,
    )


def pdf_answer(given: YearAccount) -> Response:
    """The PDF as a file to look at."""
    title = gettext("Commission and tax in %(year)s", year=given.year)
    footer = f"{title} · {given.party.name}"
    paper = printed(list(_parts(given, title)), title=title, author=given.issuer, footer=footer)
    return pdf_file(paper, f"tax-{given.year}")


def csv_answer(given: YearAccount) -> Response:
    """The CSV as a file to download: a row for each statement."""
    text = io.StringIO()
    writer = csv.writer(text)
    writer.writerow(COLUMNS)
    for of in given.statements:
        amounts = (of.accrued_minor, of.reversed_minor, of.total_minor, of.tax_minor, of.net_minor)
        cells = (
            of.number,
            of.invoice or "",
            of.cutoff_at.date().isoformat(),
            of.tax_country or "",
            of.currency,
            *(to_decimal_text(minor, of.currency) for minor in amounts),
        )
        writer.writerow([harmless(str(cell)) for cell in cells])
    return csv_file(text.getvalue(), f"tax-{given.year}")


def _parts(given: YearAccount, title: str) -> Iterator[Flowable]:
    yield said(given.issuer, SMALL)
    yield gap(2)
    yield said(title, TITLE)
    yield gap(3)
    yield said(given.party.name, HEADING)
    for line in given.party.lines():
        yield said(line, TEXT)
    for total in given.totals:
        yield gap(6)
        country = country_name(total.country) or gettext("No country given")
        yield said(f"{total.currency} · {country}", HEADING)
        yield gap(1)
        yield pairs(
            [
                (gettext("Earned"), amount(total.accrued_minor, total.currency), False),
                (gettext("Taken back"), amount(total.reversed_minor, total.currency), False),
                (gettext("Total"), amount(total.total_minor, total.currency), True),
                (gettext("Tax withheld"), amount(total.tax_minor, total.currency), False),
                (gettext("Less tax"), amount(total.net_minor, total.currency), True),
            ]
        )
    for currency, group in groupby(given.statements, key=lambda of: of.currency):
        yield gap(8)
        yield said(gettext("Statements in %(currency)s", currency=currency), HEADING)
        yield gap(2)
        yield listing(
            (
                gettext("Statement"),
                gettext("Invoice"),
                gettext("Until"),
                gettext("Total"),
                gettext("Tax withheld"),
                gettext("Less tax"),
            ),
            [
                (
                    str(of.number),
                    of.invoice or "–",
                    day(of.cutoff_at),
                    amount(of.total_minor, currency),
                    amount(of.tax_minor, currency),
                    amount(of.net_minor, currency),
                )
                for of in group
            ],
            (0.12, 0.2, 0.2, 0.16, 0.16, 0.16),
            amounts=3,
        )

"""The totals of a year as a table for whoever files them: a row for each distributor, currency and country."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from uuid import UUID

from distribution.analytics.spreadsheet import harmless
from distribution.money import to_decimal_text
from distribution.tax.profile import Details
from distribution.tax.read import YearTotal

COLUMNS = (
    "year",
    "distributor_id",
    "name",
    "country",
    "taxed_as",
    "tax_id",
    "currency",
    "statements",
    "earned",
    "taken_back",
    "total",
    "tax",
    "net",
)
DETAIL_COLUMNS = ("tax_name", "tax_address", "full_tax_id")


def tax_table(
    totals: Iterable[YearTotal], details: Mapping[UUID, Details] | None = None
) -> Iterator[list[str]]:
    """The head, then the rows; with `details` also names, addresses and whole tax ids."""
    yield [*COLUMNS, *(() if details is None else DETAIL_COLUMNS)]
    for total in totals:
        cells = [
            total.year,
            total.distributor_id,
            total.name,
            total.country or "",
            total.recipient or "",
            total.tax_id_label or "",
            total.currency,
            total.statement_count,
            *(
                to_decimal_text(minor, total.currency)
                for minor in (
                    total.accrued_minor,
                    total.reversed_minor,
                    total.total_minor,
                    total.tax_minor,
                    total.net_minor,
                )
            ),
        ]
        if details is not None:
            said = details.get(total.distributor_id)
            cells += ["", "", ""] if said is None else [said.name, said.address, said.tax_id or ""]
        yield [harmless(str(cell)) for cell in cells]

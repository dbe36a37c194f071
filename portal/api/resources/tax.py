"""What distributors say for the tax office, and what their years came to."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import Field, StringConstraints

from distribution.errors import NotFound
from distribution.money import to_decimal_text
from distribution.network import find
from distribution.tax.profile import LONGEST_ADDRESS, LONGEST_NAME, Details, profile, record_profile
from distribution.tax.read import YearTotal, paid_in, year_totals
from distribution.tax.tables import TaxProfile
from portal.api.call import Call
from portal.api.cursor import NextCursor, PageQuery, page_of
from portal.api.operation import Routes
from portal.api.types import Answer, AnyCurrency, Id, Request, SignedAmount, Time, Word

routes = Routes()
Country = Annotated[
    str, StringConstraints(pattern=r"^[A-Z]{2}$"), Field(description="ISO 3166", examples=["DE"])
]
Recipient = Literal["person", "company"]
Address = Annotated[str, StringConstraints(min_length=1, max_length=LONGEST_ADDRESS, pattern=r"^[^\u0000]*$")]
TaxIdLabel = Annotated[
    str | None, Field(description="The last four of the tax id, which is never answered whole")
]
Year = Annotated[int, Field(ge=1971, le=8999, description="By the program's time zone", examples=[2026])]


class NewTaxProfile(Request):
    """All that a distributor says of themselves, from now on."""

    country: Country
    recipient: Recipient
    name: Annotated[Word, Field(max_length=LONGEST_NAME, description="As the tax office knows it")]
    address: Annotated[Address, Field(description="With line breaks")]
    tax_id: Annotated[
        Word | None,
        Field(max_length=40, description="Checked where its country is known; null for none"),
    ] = None
    self_billing: Annotated[
        bool, Field(description="Whether they agreed that the merchant writes their invoices")
    ] = False


class TaxProfileAnswer(Answer):
    """What a distributor said last; name and address are kept encrypted and never answered."""

    distributor_id: Id
    country: Country
    recipient: Recipient
    tax_id: TaxIdLabel
    self_billing: bool
    recorded_at: Time


class YearTotalAnswer(Answer):
    """What one distributor was credited in a year, one currency and one country, and what was withheld of it."""

    distributor_id: Id
    name: str
    year: int
    country: Annotated[str | None, Field(description="That of the statements; null where none was given")]
    recipient: Annotated[Recipient | None, Field(description="As they say now")]
    tax_id: TaxIdLabel
    currency: AnyCurrency
    statements: int
    accrued: SignedAmount
    reversed: SignedAmount
    total: Annotated[SignedAmount, Field(description="`accrued` + `reversed`")]
    tax: Annotated[SignedAmount, Field(description="Withheld, less what was given back")]
    net: Annotated[SignedAmount, Field(description="`total` - `tax`")]


class YearTotalPage(Answer):
    """Some distributors' totals of a year; all those of one distributor are on one page."""

    items: list[YearTotalAnswer]
    next_cursor: NextCursor


class YearsAnswer(Answer):
    """All the years of one distributor, the newest first."""

    items: list[YearTotalAnswer]


@routes.get("/distributors/<distributor_id>/tax-profile")
def get_tax_profile(call: Call, distributor_id: Id) -> TaxProfileAnswer:
    """Read what a distributor said last; 404 where they said nothing."""
    person = find.by_id(call.session, distributor_id)
    said = profile(call.session, person.id)
    if said is None:
        raise NotFound("this distributor said nothing for the tax office", distributor_id=person.id)
    return _profile(said)


@routes.put("/distributors/<distributor_id>/tax-profile", scope="distributors:write")
def put_tax_profile(call: Call, distributor_id: Id, body: NewTaxProfile) -> TaxProfileAnswer:
    """Record what a distributor says; it holds for settlements opened from now on.

    The same again changes nothing. Statements keep what they were written with.
    """
    said = record_profile(
        call.session,
        find.by_id(call.session, distributor_id),
        country=body.country,
        recipient=body.recipient,
        details=Details(body.name, body.address, body.tax_id),
        self_billing=body.self_billing,
        cipher=call.cipher,
        actor=call.client.actor,
        now=call.now,
    )
    return _profile(said)


@routes.get("/distributors/<distributor_id>/tax-years")
def list_tax_years_of_distributor(call: Call, distributor_id: Id) -> YearsAnswer:
    """Read what each year came to for a distributor, by currency and country."""
    person = find.by_id(call.session, distributor_id)
    return YearsAnswer(items=[_total(each) for each in year_totals(call.session, distributor_id=person.id)])


@routes.get("/tax-years/<int:year>")
def list_tax_year(call: Call, year: Year, query: PageQuery) -> YearTotalPage:
    """List what a year came to for everybody, in the order of distributors' ids."""
    found = paid_in(call.session, year, after=query.after_id(), limit=query.limit + 1)
    page, next_cursor = page_of(found, query.limit, lambda distributor_id: distributor_id)
    totals = year_totals(call.session, year=year, distributor_ids=page)
    return YearTotalPage(
        items=[_total(each) for each in sorted(totals, key=lambda total: total.distributor_id)],
        next_cursor=next_cursor,
    )


def _profile(said: TaxProfile) -> TaxProfileAnswer:
    return TaxProfileAnswer.model_validate(
        {
            "distributor_id": str(said.distributor_id),
            "country": said.country,
            "recipient": said.recipient,
            "tax_id": said.tax_id_label,
            "self_billing": said.self_billing,
            "recorded_at": said.recorded_at,
        }
    )


def _total(total: YearTotal) -> YearTotalAnswer:
    def decimal(minor: int) -> str:
        return to_decimal_text(minor, total.currency)

    return YearTotalAnswer.model_validate(
        {
            "distributor_id": str(total.distributor_id),
            "name": total.name,
            "year": total.year,
            "country": total.country,
            "recipient": total.recipient,
            "tax_id": total.tax_id_label,
            "currency": total.currency,
            "statements": total.statement_count,
            "accrued": decimal(total.accrued_minor),
            "reversed": decimal(total.reversed_minor),
            "total": decimal(total.total_minor),
            "tax": decimal(total.tax_minor),
            "net": decimal(total.net_minor),
        }
    )

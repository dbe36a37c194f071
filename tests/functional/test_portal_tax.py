"""What a distributor says for the tax office, and what they get: statements with tax, invoices, years."""

from __future__ import annotations

import csv
import io
import re
from datetime import timedelta
from uuid import UUID

import pytest
from flask import Flask
from flask.testing import FlaskClient
from pypdf import PdfReader
from sqlalchemy import Engine, select
from sqlalchemy.orm import Session

from distribution.adjustment.document import Proposal
from distribution.adjustment.propose import propose
from distribution.audit.tables import AuditEntry
from distribution.db import transaction
from distribution.network.tables import Distributor
from distribution.privacy.encryption import Cipher
from distribution.settings import program
from distribution.settlement.settle import settle
from distribution.settlement.tables import Statement
from distribution.tax.profile import Details, details_of, profile, record_profile
from distribution.tax.tables import TaxProfile
from tests.factories import a_distributor
from tests.functional.conftest import log_in, token_of
from tests.functional.world import PASSWORD
from tests.money import NOW, earn

DAY = timedelta(days=1)
RULES = {
    "withholding": [{"country": "DE", "brackets": [{"bps": 1_500}]}],
    "invoice_prefix": "SB",
}
SAID = {
    "country": "DE",
    "recipient": "person",
    "tax_name": "Ada Lovelace",
    "address": "Unter den Linden 1\n10117 Berlin",
    "tax_id": "36574261809",
    "self_billing": "y",
}


@pytest.fixture
def ada(engine: Engine, session: Session) -> UUID:
    with transaction(engine) as other:
        program.change(
            other,
            {
                "tax": RULES,
                "company_name": "Kiln & Cloud GmbH",
                "company_address": "Speicherstraße 7\n20457 Hamburg",
                "company_tax_id": "DE136695976",
                "adjustment": {"second_person_above_minor": {"USD": 100_000}},
            },
            actor="merchant:ada",
            now=NOW - 90 * DAY,
        )
        return a_distributor(other, name="Ada", email="ada@example.com", password=PASSWORD).id


@pytest.fixture
def page(client: FlaskClient, ada: UUID) -> FlaskClient:
    log_in(client, "ada@example.com")
    return client


def send(page: FlaskClient, **said: str) -> tuple[int, str]:
    data = {"csrf_token": token_of(page, "/account/tax"), **SAID, **said}
    answer = page.post("/account/tax", data={name: value for name, value in data.items() if value})
    return answer.status_code, answer.get_data(as_text=True)


def the_profile(engine: Engine, ada: UUID) -> tuple[TaxProfile | None, int]:
    with Session(engine) as session:
        found = session.scalars(select(TaxProfile).where(TaxProfile.distributor_id == ada)).all()
        return profile(session, ada), len(found)


def the_details(engine: Engine, portal: Flask, ada: UUID) -> Details:
    with Session(engine) as session:
        said = profile(session, ada)
        assert said is not None
        return details_of(session, said, cipher=Cipher(portal.extensions["settings"].encryption_keys))


def settled(engine: Engine, portal: Flask, ada: UUID, *amounts: int) -> list[Statement]:
    """A statement for each amount, a day apart, of a distributor who said everything before."""
    with transaction(engine) as session:
        record_profile(
            session,
            session.get_one(Distributor, ada),
            country="DE",
            recipient="person",
            details=Details("Ada Lovelace", "Unter den Linden 1\n10117 Berlin", "36574261809"),
            self_billing=True,
            cipher=Cipher(portal.extensions["settings"].encryption_keys),
            actor=f"distributor:{ada}",
            now=NOW - 30 * DAY,
        )
    for day, amount in enumerate(amounts):
        with transaction(engine) as session:
            earn(session, [(ada, amount)], matures_at=NOW + (day - 1) * DAY)
        settle(engine, actor="job:test", now=NOW + day * DAY)
    with Session(engine) as session:
        return list(session.scalars(select(Statement).order_by(Statement.number)))


def flat(text: str) -> str:
    return re.sub(r"\s+", " ", text)


def paper(page: FlaskClient, path: str) -> tuple[str, str]:
    """The title and the words of a PDF."""
    answer = page.get(path)
    assert answer.status_code == 200
    reader = PdfReader(io.BytesIO(answer.data))
    assert reader.metadata is not None
    return str(reader.metadata.title), flat(" ".join(each.extract_text() for each in reader.pages))


def table(page: FlaskClient, path: str) -> list[dict[str, str]]:
    text = page.get(path).get_data(as_text=True)
    return list(csv.DictReader(io.StringIO(text.removeprefix("\ufeff"))))


def test_what_was_said_is_kept_and_only_the_end_of_the_tax_id_shown(
    page: FlaskClient, portal: Flask, engine: Engine, ada: UUID
) -> None:
    assert send(page)[0] == 303
    said, _ = the_profile(engine, ada)
    assert said is not None
    assert (said.country, said.recipient, said.tax_id_label, said.self_billing) == (
        "DE",
        "person",
        "•••1809",
        True,
    )
    assert the_details(engine, portal, ada).tax_id == "36574261809"
    shown = page.get("/account/tax").get_data(as_text=True)
    assert "•••1809" in shown
    assert "36574261809" not in shown


def test_an_empty_tax_id_keeps_the_one_there_is_and_a_tick_takes_it_away(
    page: FlaskClient, portal: Flask, engine: Engine, ada: UUID
) -> None:
    send(page)
    send(page, tax_id="", address="Elsewhere 2")
    assert the_details(engine, portal, ada) == Details("Ada Lovelace", "Elsewhere 2", "36574261809")
    send(page, tax_id="", no_tax_id="y")
    assert the_details(engine, portal, ada).tax_id is None


@pytest.mark.parametrize(
    "field, value, words",
    [
        ("tax_id", "12345", "This is not a valid tax id for Germany"),
        ("country", "", "Choose a country"),
        ("country", "XX", "Not a valid choice"),
        ("tax_name", "", "Enter a name"),
        ("tax_name", "x" * 201, "200"),
        ("address", "", "Enter an address"),
    ],
)
def test_what_is_wrong_stands_at_its_field_and_nothing_is_kept(
    page: FlaskClient, engine: Engine, ada: UUID, field: str, value: str, words: str
) -> None:
    status, text = send(page, **{field: value})
    assert status == 422
    found = re.findall(r'id="([\w-]+)-error"[^>]*>.*?<span>([^<]+)</span>', text, re.DOTALL)
    assert [
        (name.replace("tax-name", "tax_name").replace("tax-", ""), words in said) for name, said in found
    ] == [(field, True)]
    assert the_profile(engine, ada) == (None, 0)


def test_a_statement_says_how_the_balance_came_to_be(
    page: FlaskClient, portal: Flask, engine: Engine, ada: UUID
) -> None:
    first = settled(engine, portal, ada, 10_000)
    with transaction(engine) as session:
        given = Proposal(
            distributor_id=ada, currency="USD", amount_minor=500, category="prize", reason="Well done indeed"
        )
        propose(session, given, actor="merchant:ada", now=NOW + DAY)
        earn(session, [(ada, 2_000), (ada, -400)], matures_at=NOW + DAY)
    settle(engine, actor="job:test", now=NOW + 2 * DAY)
    with Session(engine) as session:
        second = session.scalars(select(Statement).order_by(Statement.number.desc()).limit(1)).one()
    assert (first[0].tax_minor, second.tax_minor) == (1_500, 240)
    text = flat(page.get(f"/earnings/statements/{second.id}").get_data(as_text=True))
    rows = dict(re.findall(r"<dt>([^<]+)</dt><dd><span class=\"money\s*\">([^<]+)</span>", text))
    assert rows == {
        "Balance after statement 1": "$85.00",
        "Manual corrections in between": "$5.00",
        "Earned": "$20.00",
        "Taken back": "−$4.00",
        "Total of this statement": "$16.00",
        "Tax withheld (Germany)": "−$2.40",
        "Balance after": "$103.60",
    }
    assert "2026 so far: commission of $116.00, tax withheld $17.40." in text


def test_an_invoice_has_its_number_and_whoever_it_is_of(
    page: FlaskClient, portal: Flask, engine: Engine, ada: UUID
) -> None:
    (statement,) = settled(engine, portal, ada, 10_000)
    title, text = paper(page, f"/earnings/statements/{statement.id}.pdf")
    assert title == "Self-billing invoice SB-2026-1"
    for words in (
        "Kiln & Cloud GmbH",
        "Speicherstraße 7",
        "20457 Hamburg",
        "Tax id DE136695976",
        "Ada Lovelace",
        "Unter den Linden 1",
        "10117 Berlin",
        "Germany",
        "Tax id 36574261809",
        "Tax withheld (Germany) -15.00",
        "Balance after 85.00",
        "as agreed",
    ):
        assert words in text, words
    page.set_cookie("language", "zh_Hans")
    title, text = paper(page, f"/earnings/statements/{statement.id}.pdf")
    assert title == "代开发票 SB-2026-1"
    assert "代扣税款" in text.replace(" ", "")


def test_what_is_taken_back_is_a_credit_note(
    page: FlaskClient, portal: Flask, engine: Engine, ada: UUID
) -> None:
    _, back = settled(engine, portal, ada, 10_000, -4_000)
    title, text = paper(page, f"/earnings/statements/{back.id}.pdf")
    assert title == "Self-billing credit note SB-2026-2"
    assert "Tax given back (Germany) 6.00" in text


def test_an_invoice_keeps_the_address_it_was_written_with(
    page: FlaskClient, portal: Flask, engine: Engine, ada: UUID
) -> None:
    (statement,) = settled(engine, portal, ada, 10_000)
    send(page, address="Moved 9")
    with transaction(engine) as session:
        moved = {"company_address": "Elsewhere 1"}
        program.change(session, moved, actor="merchant:ada", now=NOW + 60 * DAY)
    _, text = paper(page, f"/earnings/statements/{statement.id}.pdf")
    assert "Unter den Linden 1" in text
    assert "20457 Hamburg" in text
    assert "Moved 9" not in text
    assert "Elsewhere 1" not in text


def test_the_rows_of_a_csv_add_up_with_tax(
    page: FlaskClient, portal: Flask, engine: Engine, ada: UUID
) -> None:
    _, back = settled(engine, portal, ada, 10_000, -4_000)
    rows = table(page, f"/earnings/statements/{back.id}.csv")
    assert [(row["entry"], row["amount"]) for row in rows] == [
        ("balance_before", "85.00"),
        ("withdrawn", "0.00"),
        ("adjusted", "0.00"),
        ("reversal", "-40.00"),
        ("tax", "6.00"),
        ("available_after", "51.00"),
        ("debt_after", "0.00"),
    ]


def test_a_year_on_paper_and_as_a_table(page: FlaskClient, portal: Flask, engine: Engine, ada: UUID) -> None:
    settled(engine, portal, ada, 10_000, -4_000)
    listed = page.get("/earnings/tax").get_data(as_text=True)
    assert "Self-billing credit note SB-2026-2" in listed
    title, text = paper(page, "/earnings/tax/2026.pdf")
    assert title == "Commission and tax in 2026"
    for words in ("Total 60.00", "Tax withheld 9.00", "Less tax 51.00", "Tax id 36574261809"):
        assert words in text, words
    rows = table(page, "/earnings/tax/2026.csv")
    assert [(row["invoice"], row["total"], row["tax"], row["net"]) for row in rows] == [
        ("SB-2026-1", "100.00", "15.00", "85.00"),
        ("SB-2026-2", "-40.00", "-6.00", "-34.00"),
    ]
    assert page.get("/earnings/tax/2025.pdf").status_code == 404


def test_saying_it_is_on_the_audit_log_without_the_tax_id(
    page: FlaskClient, engine: Engine, ada: UUID
) -> None:
    send(page)
    with Session(engine) as session:
        entry = session.scalars(select(AuditEntry).where(AuditEntry.action == "tax_profile.record")).one()
    assert entry.actor == f"distributor:{ada}"
    assert "36574261809" not in str(entry.after)


def test_the_years_of_others_are_not_shown(
    page: FlaskClient, portal: Flask, engine: Engine, ada: UUID
) -> None:
    (statement,) = settled(engine, portal, ada, 10_000)
    with transaction(engine) as session:
        a_distributor(session, name="Eve", email="eve@example.com", password=PASSWORD)
    eve = portal.test_client()
    log_in(eve, "eve@example.com")
    assert eve.get("/earnings/tax/2026.csv").status_code == 404
    assert "SB-2026-1" not in eve.get("/earnings/tax").get_data(as_text=True)
    assert eve.get(f"/earnings/statements/{statement.id}.pdf").status_code == 404

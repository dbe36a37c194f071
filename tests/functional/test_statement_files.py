"""Statements as PDF and CSV, read back by readers that did not write them."""

from __future__ import annotations

import csv
import io
import re
from uuid import UUID

import pytest
from flask.testing import FlaskClient
from pypdf import PdfReader
from sqlalchemy import Engine

from distribution.db import transaction
from distribution.money import to_decimal_text, to_minor
from distribution.network.tables import Distributor
from distribution.settlement import read
from distribution.settlement.tables import Statement
from tests.factories import a_distributor
from tests.functional.conftest import log_in
from tests.functional.world import PASSWORD, World

WORDS = {
    "en": ("Balance at the beginning", "Earned", "Taken back", "Total", "Balance after", "Matured"),
    "zh_Hans": ("结算单", "期初余额", "合计", "结算后余额", "明细", "所有金额以"),
}


@pytest.fixture
def statement(lived_in_engine: Engine, world: World) -> Statement:
    with transaction(lived_in_engine) as session:
        return read.statements(session, distributor_id=world.hero_id, currency="USD")[0]


def grouped(minor: int, currency: str) -> str:
    whole, _, cents = to_decimal_text(minor, currency).partition(".")
    return f"{int(whole):,}" + (f".{cents}" if cents else "")


def flat(text: str) -> str:
    """Without the white space that lines and letters are set apart by."""
    return re.sub(r"\s+", "", text)


@pytest.mark.parametrize("language", WORDS)
def test_a_pdf_says_what_the_statement_says(
    hero: FlaskClient, lived_in_engine: Engine, statement: Statement, language: str
) -> None:
    hero.set_cookie("language", language)
    path = f"/earnings/statements/{statement.id}"
    assert f'href="{path}.pdf"' in hero.get(path).get_data(as_text=True)
    answer = hero.get(f"{path}.pdf")
    assert answer.mimetype == "application/pdf"
    assert "no-store" in answer.headers["Cache-Control"]
    reader = PdfReader(io.BytesIO(answer.data))
    text = flat("".join(page.extract_text() for page in reader.pages))
    assert [word for word in WORDS[language] if flat(word) not in text] == []
    with transaction(lived_in_engine) as session:
        lines = read.statement_lines(session, statement)
    for minor in (
        statement.accrued_minor,
        statement.total_minor,
        statement.available_after_minor,
        *(line.amount_minor for line in lines),
    ):
        assert grouped(minor, "USD") in text
    assert [f"#{line.order_number}" for line in lines if f"#{line.order_number}" not in text] == []
    assert f"USD{statement.number}" in text
    assert hero.get(f"{path}.pdf").data == answer.data


def test_names_of_any_script_are_in_the_pdf(
    hero: FlaskClient, lived_in_engine: Engine, statement: Statement
) -> None:
    name = "王小明 & Søn <b>"
    with transaction(lived_in_engine) as session:
        session.get_one(Distributor, statement.distributor_id).name = name
    reader = PdfReader(io.BytesIO(hero.get(f"/earnings/statements/{statement.id}.pdf").data))
    assert flat(name) in flat(reader.pages[0].extract_text())
    assert reader.metadata is not None
    assert reader.metadata.title == f"Statement USD {statement.number}"


def test_a_csv_adds_up(hero: FlaskClient, statement: Statement) -> None:
    answer = hero.get(f"/earnings/statements/{statement.id}.csv")
    assert answer.mimetype == "text/csv"
    rows = list(csv.DictReader(io.StringIO(answer.get_data(as_text=True).removeprefix("\ufeff"))))
    amounts = [
        (row["entry"], to_minor(row["amount"].lstrip("-"), "USD") * (-1 if "-" in row["amount"] else 1))
        for row in rows
    ]
    after = [amount for entry, amount in amounts if entry.endswith("_after")]
    assert sum(amount for entry, amount in amounts if not entry.endswith("_after")) == sum(after)
    assert after[0] == statement.available_after_minor
    assert len(rows) == statement.line_count + 6


@pytest.mark.parametrize("ending", ["pdf", "csv"])
def test_a_statement_is_shown_to_its_distributor_only(
    hero: FlaskClient, lived_in_engine: Engine, statement: Statement, ending: str
) -> None:
    path = f"/earnings/statements/{statement.id}.{ending}"
    with transaction(lived_in_engine) as session:
        stranger = a_distributor(session, password=PASSWORD)
        email = stranger.email
    client = hero.application.test_client()
    assert client.get(path).status_code == 303
    log_in(client, email)
    assert client.get(path).status_code == 404
    assert client.get(f"/earnings/statements/{UUID(int=1)}.{ending}").status_code == 404

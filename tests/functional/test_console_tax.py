"""The rules for tax as rows of a form, what a year came to, and who may see the details of distributors."""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from flask.testing import FlaskClient
from pypdf import PdfReader
from sqlalchemy import Engine, select
from sqlalchemy.orm import Session

from distribution.db import transaction
from distribution.money import to_decimal_text
from distribution.network.tables import Distributor
from distribution.privacy.encryption import Cipher
from distribution.settings import program
from distribution.settings.tax import TaxRules
from distribution.settlement.settle import settle
from distribution.settlement.tables import Statement
from distribution.tax.profile import Details, record_profile
from tests.functional.console_client import ConsoleClient, last_act
from tests.functional.console_world import KEY, ConsoleWorld
from tests.money import earn

Console = Callable[[str], ConsoleClient]
NAME, ADDRESS, TAX_ID = "=Ada Lovelace", "Unter den Linden 1\n10117 Berlin", "36574261809"
BRACKETS = {
    "rules-0-country": "DE",
    "rules-0-recipients": "person",
    "rules-0-tax_id": "",
    "rules-0-currency": "eur",
    "rules-0-brackets-0-percent": "0",
    "rules-0-brackets-1-above": "1000.00",
    "rules-0-brackets-1-percent": "12.5",
    "invoice_prefix": "sb",
}


@pytest.fixture(scope="module")
def statement(shop: ConsoleWorld, lived_in_engine: Engine) -> Statement:
    """The hero's newest statement, written when they had said everything and rules withheld a tenth."""
    now = datetime.now(UTC)
    hero = shop.world.hero_id
    with transaction(lived_in_engine) as session:
        rules = {"withholding": [{"brackets": [{"bps": 1_000}]}], "invoice_prefix": "SB"}
        program.change(session, {"tax": rules}, actor="merchant:test", now=now)
        record_profile(
            session,
            session.get_one(Distributor, hero),
            country="DE",
            recipient="person",
            details=Details(NAME, ADDRESS, TAX_ID),
            self_billing=True,
            cipher=Cipher([KEY]),
            actor=f"distributor:{hero}",
            now=now,
        )
        earn(session, [(hero, 20_000)], matures_at=now)
    settle(lived_in_engine, actor="job:test", now=now + timedelta(seconds=1))
    with Session(lived_in_engine) as session:
        query = select(Statement).where(Statement.distributor_id == hero, Statement.currency == "USD")
        return session.scalars(query.order_by(Statement.number.desc()).limit(1)).one()


def in_force(engine: Engine) -> TaxRules:
    with Session(engine) as session:
        return program.read(session).tax


def refused(text: str) -> dict[str, str]:
    """What stands at which field."""
    found = re.findall(r'id="([\w-]+)-error"[^>]*>.*?<span>([^<]+)</span>', text, re.DOTALL)
    return dict(found)


def put(client: ConsoleClient, **changes: Any) -> tuple[int, str]:
    answer = client.send("/console/tax/rules", {**BRACKETS, **changes}, page="/console/tax/rules")
    return answer.status_code, answer.get_data(as_text=True)


def test_rules_are_put_in_force_as_they_were_entered(console: Console, lived_in_engine: Engine) -> None:
    owner = console("owner")
    assert put(owner)[0] == 303
    (rule,) = in_force(lived_in_engine).withholding
    assert (rule.country, rule.recipients, rule.tax_id, rule.currency) == ("DE", "person", None, "EUR")
    assert [(each.from_minor, each.bps) for each in rule.brackets] == [(0, 0), (100_000, 1_250)]
    assert in_force(lived_in_engine).invoice_prefix == "SB"
    assert last_act(lived_in_engine, "program.change").actor.startswith("merchant:")
    page = owner.page("/console/tax/rules")
    for value in ("1000.00", "12.5", "EUR", "SB"):
        assert f'value="{value}"' in page


@pytest.mark.parametrize(
    "changes, field, words",
    [
        ({"rules-0-brackets-1-percent": "101"}, "rules-0-brackets-1-percent", "0 to 100"),
        ({"rules-0-brackets-0-percent": ""}, "rules-0-brackets-0-percent", "0 to 100"),
        ({"rules-0-brackets-1-above": "much"}, "rules-0-brackets-1-above", "amount like 25.00"),
        ({"rules-0-brackets-1-above": "0"}, "rules-0-brackets-1-above", "above the one before"),
        ({"rules-0-currency": ""}, "rules-0-currency", "needs a currency"),
        ({"rules-0-currency": "XYQ"}, "rules-0-currency", "code of a currency"),
        ({"rules-0-country": "XX"}, "rules-0-country", "Not a valid choice"),
        ({"invoice_prefix": "1 a"}, "invoice_prefix", "a letter first"),
        (
            {
                "rules-1-country": "DE",
                "rules-1-recipients": "person",
                "rules-1-tax_id": "",
                "rules-1-currency": "EUR",
                "rules-1-brackets-0-percent": "5",
            },
            "rules-1-country",
            "for the same people",
        ),
    ],
)
def test_what_is_wrong_stands_at_its_field(
    console: Console, lived_in_engine: Engine, changes: dict[str, str], field: str, words: str
) -> None:
    before = in_force(lived_in_engine)
    status, text = put(console("owner"), **changes)
    assert status == 422
    found = refused(text)
    assert list(found) == [field]
    assert words in found[field]
    assert in_force(lived_in_engine) == before


def test_rows_are_added_and_removed_without_scripts_and_nothing_typed_is_lost(
    console: Console, lived_in_engine: Engine
) -> None:
    before = in_force(lived_in_engine)
    owner = console("owner")
    status, text = put(owner, act="add")
    assert status == 200
    assert 'name="rules-1-brackets-0-percent"' in text
    assert 'value="1000.00"' in text
    _, text = put(owner, act="bracket-0")
    assert 'name="rules-0-brackets-2-above"' in text
    _, text = put(owner, act="remove-0")
    assert "rules-0-country" not in text
    assert "Nothing is withheld" in text
    assert in_force(lived_in_engine) == before


def test_only_an_owner_changes_rules(console: Console) -> None:
    finance = console("finance")
    assert put(finance)[0] == 403
    assert '<fieldset class="stack" disabled>' in finance.page("/console/tax/rules")


def test_a_year_adds_up_by_country_and_by_distributor(console: Console, statement: Statement) -> None:
    page = console("read_only").page(f"/console/tax?year={statement.tax_year}")
    assert "Germany" in page
    assert "•••1809" in page
    assert f"/console/distributors/{statement.distributor_id}" in page
    answer = console("read_only").browser.get(f"/console/tax/{statement.tax_year}.csv")
    rows = table(answer.get_data(as_text=True))
    (row,) = [row for row in rows if (row["country"], row["currency"]) == ("DE", "USD")]
    assert row["tax_id"] == "•••1809"
    assert [row[name] for name in ("total", "tax", "net")] == [
        to_decimal_text(minor, "USD")
        for minor in (statement.total_minor, statement.tax_minor, statement.net_minor)
    ]
    assert statement.tax_minor == statement.total_minor // 10
    assert "full_tax_id" not in row
    assert console("owner").page("/console/tax?year=1999").count("Nothing was settled in 1999") == 1


def test_details_of_a_year_are_taken_by_who_pays_and_that_is_on_the_audit_log(
    console: Console, lived_in_engine: Engine, statement: Statement
) -> None:
    path = f"/console/tax/{statement.tax_year}"
    for role in ("support", "read_only"):
        assert console(role).send(path, page="/console/account").status_code == 403
    answer = console("finance").send(path)
    row = next(row for row in table(answer.get_data(as_text=True)) if row["country"] == "DE")
    # What a spreadsheet would calculate stands behind an apostrophe.
    assert (row["tax_name"], row["tax_address"], row["full_tax_id"]) == (f"'{NAME}", ADDRESS, TAX_ID)
    assert last_act(lived_in_engine, "tax_year.export").subject_id == str(statement.tax_year)


def test_a_distributors_details_are_shown_to_who_pays_and_that_is_on_the_audit_log(
    console: Console, lived_in_engine: Engine, statement: Statement
) -> None:
    path = f"/console/distributors/{statement.distributor_id}"
    for role in ("owner", "read_only"):
        page = console(role).page(path)
        assert "•••1809" in page
        assert TAX_ID not in page
    assert console("support").send(f"{path}/tax", page="/console/account").status_code == 403
    answer = console("finance").send(f"{path}/tax")
    assert TAX_ID in answer.get_data(as_text=True)
    assert "Unter den Linden 1" in answer.get_data(as_text=True)
    assert last_act(lived_in_engine, "tax_profile.reveal").subject_id == str(statement.distributor_id)


def test_a_merchants_paper_has_the_address_only_where_somebody_who_pays_asks(
    console: Console, lived_in_engine: Engine, statement: Statement
) -> None:
    path = f"/console/statements/{statement.id}"
    masked = words(console("read_only").browser.get(f"{path}.pdf").data)
    assert "Self-billing invoice SB-" in masked
    assert "1809" in masked
    assert TAX_ID not in masked
    assert "Unter den Linden" not in masked
    assert console("support").send(f"{path}/paper", page="/console/account").status_code == 403
    full = words(console("finance").send(f"{path}/paper").data)
    assert "Unter den Linden 1" in full
    assert TAX_ID in full
    assert last_act(lived_in_engine, "tax_profile.reveal").subject_id == str(statement.distributor_id)


def test_run_and_statement_show_tax_and_what_is_left(console: Console, statement: Statement) -> None:
    run = console("owner").page(f"/console/settlements/{statement.run_id}")
    assert "Less tax" in run
    assert dollars(statement.net_minor) in run
    assert re.search(r"\$[\d.]+ of it withheld for tax", run)
    page = console("owner").page(f"/console/statements/{statement.id}")
    assert "Tax withheld (Germany)" in page
    assert f"−{dollars(statement.tax_minor)}" in page


def test_a_preview_shows_tax_and_what_is_left(
    console: Console, lived_in_engine: Engine, statement: Statement
) -> None:
    now = datetime.now(UTC)
    with transaction(lived_in_engine) as session:
        rules = {"withholding": [{"brackets": [{"bps": 1_000}]}]}
        program.change(session, {"tax": rules}, actor="merchant:test", now=now)
        earn(session, [(statement.distributor_id, 5_550)], matures_at=now - timedelta(minutes=1))
    page = console("owner").page("/console/settlements/preview?currency=USD")
    assert "$5.55 of it withheld for tax" in page
    assert "$49.95" in page


def dollars(minor: int) -> str:
    return f"${to_decimal_text(minor, 'USD')}"


def table(text: str) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(text.removeprefix("\ufeff"), newline="")))


def words(pdf: bytes) -> str:
    return " ".join(" ".join(page.extract_text() for page in PdfReader(io.BytesIO(pdf)).pages).split())


def test_a_stranger_gets_nothing_of_it(client: FlaskClient) -> None:
    for path in ("/console/tax", "/console/tax/2026.csv", "/console/tax/rules"):
        assert client.get(path).status_code == 303

"""Every statement and every invoice can be reached, whatever their number, in each currency."""

from __future__ import annotations

import html
import re
from datetime import timedelta
from uuid import UUID

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import Engine

from distribution.db import transaction
from distribution.network.tables import Distributor
from distribution.privacy.encryption import Cipher
from distribution.settings import program
from distribution.settlement.settle import settle
from distribution.tax.profile import Details, record_profile
from tests.factories import ACTOR, a_distributor
from tests.functional.conftest import log_in
from tests.functional.world import PASSWORD
from tests.money import NOW, earn

DAY = timedelta(days=1)
COMPANY = {"company_name": "Kiln & Cloud GmbH", "company_address": "Hamburg", "company_tax_id": "DE136695976"}


@pytest.fixture
def ada(engine: Engine, client: FlaskClient) -> UUID:
    """Somebody who is logged in."""
    with transaction(engine) as session:
        who = a_distributor(session, email="ada@example.com", password=PASSWORD).id
    log_in(client, "ada@example.com")
    return who


def settled(engine: Engine, who: UUID, count: int) -> None:
    """Statements of 1.01, 1.02 … in dollars, a day apart."""
    with transaction(engine) as session:
        for number in range(1, count + 1):
            earn(session, [(who, 100 + number)], matures_at=NOW + number * DAY)
    for number in range(1, count + 1):
        settle(engine, actor=ACTOR, now=NOW + number * DAY)


def page(client: FlaskClient, path: str) -> str:
    return html.unescape(client.get(path).get_data(as_text=True))


def names(text: str) -> list[str]:
    return re.findall(r'cell-link" href="/earnings/statements/[^"]+">(\w{3} \d+)<', text)


def link(text: str, rel: str) -> str | None:
    found = re.search(rf'rel="{rel}" href="([^"]+)"', text)
    return found[1] if found else None


def test_each_currency_is_paged_down_to_its_first_statement(
    client: FlaskClient, engine: Engine, ada: UUID
) -> None:
    with transaction(engine) as session:
        earn(session, [(ada, 700)], currency="EUR", matures_at=NOW)
    settled(engine, ada, 101)
    first = page(client, "/earnings/statements")
    assert names(first) == [f"USD {number}" for number in range(101, 51, -1)]
    assert "$2.01" in first
    assert link(first, "prev") is None
    second = page(client, link(first, "next") or "")
    assert names(second) == [f"USD {number}" for number in range(51, 1, -1)]
    third = page(client, link(second, "next") or "")
    assert names(third) == ["USD 1"]
    assert "$1.01" in third
    assert link(third, "next") is None
    back = page(client, link(third, "prev") or "")
    assert names(back) == names(second)
    assert names(page(client, link(back, "prev") or "")) == names(first)
    euros = page(client, "/earnings/statements?currency=EUR")
    assert names(euros) == ["EUR 1"]
    assert "€7.00" in euros
    for nonsense in ("currency=ZZZ", "below=-1", "below=x", f"below={10**30}"):
        assert names(page(client, f"/earnings/statements?{nonsense}")) == names(first), nonsense
    assert names(page(client, "/earnings/statements?below=0")) == []


def test_every_invoice_can_be_reached(client: FlaskClient, portal: Flask, engine: Engine, ada: UUID) -> None:
    with transaction(engine) as session:
        program.change(session, {"tax": {"invoice_prefix": "SB"}, **COMPANY}, actor=ACTOR, now=NOW)
        record_profile(
            session,
            session.get_one(Distributor, ada),
            country="DE",
            recipient="person",
            details=Details("Ada Lovelace", "Unter den Linden 1, 10117 Berlin", None),
            self_billing=True,
            cipher=Cipher(portal.extensions["settings"].encryption_keys),
            actor=f"distributor:{ada}",
            now=NOW,
        )
    settled(engine, ada, 51)
    first = page(client, "/earnings/tax")
    second = page(client, (link(first, "next") or "").partition("#")[0])
    assert (first.count('rel="next"'), second.count('rel="next"')) == (1, 0)
    assert [len(re.findall(r"SB-?[\w-]*\d+</a>", text)) for text in (first, second)] == [50, 1]
    assert len(re.findall(r"SB-?[\w-]*\d+</a>", page(client, "/earnings/tax?before=nonsense"))) == 50

"""A statement calls a sale what the order's page calls it, also where the level is earned from further up."""

from __future__ import annotations

import html
import io
import re

import pytest
from flask.testing import FlaskClient
from pypdf import PdfReader
from sqlalchemy import Engine
from sqlalchemy.orm import Session

from distribution.commission.plan.built_in import BUILT_IN
from distribution.db import transaction
from distribution.network.standing import suspend
from distribution.settlement import read
from distribution.settlement.settle import settle
from distribution.settlement.tables import Statement
from tests.factories import ACTOR, EARLY, a_distributor
from tests.functional.conftest import log_in
from tests.functional.world import PASSWORD
from tests.periods import DAY, HOLD, on, put_in_force, record, sale

WORDS = {"en": "Sale two steps below you", "zh_Hans": "下两级成员成交"}


@pytest.fixture
def statement(engine: Engine, session: Session, client: FlaskClient) -> Statement:
    """Level 2 of a sale, earned by the second above the seller: the first is suspended."""
    top = a_distributor(session, email="top@example.com", password=PASSWORD)
    middle = a_distributor(session, sponsor=top)
    a_distributor(session, sponsor=middle, code="ALICE")
    suspend(session, middle.id, reason="a while", actor=ACTOR, now=EARLY + DAY)
    plan = {**BUILT_IN, "name": "Up", "uplines": {"unqualified": "compress"}}
    put_in_force(session, plan)
    session.commit()
    record(engine, sale("1", 10_000, on(2)))
    settle(engine, actor=ACTOR, now=on(5) + HOLD)
    log_in(client, "top@example.com")
    with transaction(engine) as reading:
        [found] = read.statements(reading, distributor_id=top.id)
        assert found.total_minor == 500
        return found


@pytest.mark.parametrize("language", WORDS)
def test_pages_and_paper_say_the_same(client: FlaskClient, statement: Statement, language: str) -> None:
    client.set_cookie("language", language)
    path = f"/earnings/statements/{statement.id}"
    page = html.unescape(client.get(path).get_data(as_text=True))
    assert WORDS[language] in page
    paper = PdfReader(io.BytesIO(client.get(f"{path}.pdf").data)).pages[0].extract_text()
    assert re.sub(r"\s", "", WORDS[language]) in re.sub(r"\s", "", paper)
    orders = html.unescape(client.get("/orders").get_data(as_text=True))
    assert WORDS[language] in orders

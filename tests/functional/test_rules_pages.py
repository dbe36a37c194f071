"""The rules in plain words: for anybody and for one distributor, in both languages, beside terms and privacy notice."""

from __future__ import annotations

import re
from datetime import UTC, datetime
from html import unescape

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import Engine

from distribution.commission.publish import publish
from distribution.db import transaction
from distribution.network.grade import set_grade
from distribution.settings import program
from tests.factories import ACTOR, EARLY, a_distributor
from tests.functional.conftest import log_in
from tests.functional.world import PASSWORD

NOW = datetime(2026, 3, 1, 9, 0, tzinfo=UTC)
PLAN = {
    "name": "Spring",
    "ceiling_bps": 2000,
    "hold_days": 14,
    "hold_days_by_grade": {"Gold": 7},
    "rates": [
        {"level": 1, "bps": 1000},
        {"level": 1, "bps": 1200, "grade": "Gold"},
        {"level": 1, "bps": 300, "category": "c-electronics"},
        {"level": 2, "bps": 500},
    ],
    "caps": [{"per": "order", "amount": "200.00", "currency": "USD"}],
    "customer_limit": {"months": 24},
}
SETTINGS = {
    "program_name": "Hearth Partners",
    "grades": ["Gold"],
    "terms_version": "1",
    "terms_text": "Be honest.",
    "settlement": {"every": "week", "weekday": 5},
    "withdrawal": {"minimum_minor": {"USD": 2500}, "fee_bps": 100, "cooling_days": 3},
    "tax": {"withholding": [{"country": "DE", "brackets": [{"bps": 1500}]}]},
}


@pytest.fixture
def ruled(portal: Flask, engine: Engine) -> Flask:
    """A program with a plan of its own, and Ada of grade Gold in it."""
    with transaction(engine) as session:
        program.change(session, SETTINGS, actor=ACTOR, now=EARLY)
        publish(session, PLAN, actor=ACTOR, now=EARLY)
        ada = a_distributor(session, email="ada@example.com", password=PASSWORD, code="ADA")
        set_grade(session, ada.id, grade="Gold", actor=ACTOR, now=EARLY)
    return portal


def _words(client: FlaskClient, path: str) -> str:
    answer = client.get(path)
    assert answer.status_code == 200, path
    return " ".join(unescape(re.sub(r"<[^>]+>", " ", answer.get_data(as_text=True))).split())


def test_anybody_reads_the_rules_in_plain_words(ruled: Flask) -> None:
    words = _words(ruled.test_client(), "/rules?join=ada")
    for expected in (
        "10% on everything", "3% in category c-electronics", "5% on everything", "$10.00", "$5.00", "$2.50",
        "Nothing is paid at this level.", "Some grades and people have their own rates.",
        "more than 20% of the price", "at most $200.00", "for 24 months", "14 days after the goods are shipped",
        "every week, on Friday", "$25.00",
        "Germany: 15% withheld", "Based on version 1 of the plan", "Version 1",
    ):  # fmt: skip
        assert expected in words, expected
    assert "12%" not in words
    assert 'href="/join/ADA"' in ruled.test_client().get("/rules?join=ada").get_data(as_text=True)


def test_a_distributor_reads_their_own(ruled: Flask) -> None:
    client = ruled.test_client()
    log_in(client, "ada@example.com")
    words = _words(client, "/account/rules")
    assert "12% on everything, for grade Gold" in words
    assert "$12.00" in words
    assert "7 days after the goods are shipped" in words
    assert "No tax is withheld." in words


def test_the_rules_are_there_in_chinese(ruled: Flask) -> None:
    client = ruled.test_client()
    client.set_cookie("language", "zh_Hans")
    words = _words(client, "/rules")
    assert "US$10.00" in words
    assert "发货 14 天后" in words
    assert "每周星期五结算" in words
    assert not re.search(r"[a-z]{4,} [a-z]{3,} [a-z]{3,}", words)


def test_somebody_finds_the_terms_they_accepted(ruled: Flask, engine: Engine) -> None:
    with transaction(engine) as session:
        program.change(session, {"terms_version": "2", "terms_text": "Be kind."}, actor=ACTOR, now=NOW)
        program.change(session, {"privacy_version": "b", "privacy_text": "Little."}, actor=ACTOR, now=NOW)
    client = ruled.test_client()
    assert "Be kind." in _words(client, "/terms")
    old = _words(client, "/terms/1")
    assert "Be honest." in old
    assert "in force is version 2" in old
    assert "Little." in _words(client, "/privacy")
    assert "is encrypted" not in _words(client, "/privacy/b")
    assert client.get("/terms/9").status_code == 404

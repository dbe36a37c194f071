"""A version of the terms that somebody has not accepted comes before every page of theirs, and is kept when they do."""

from __future__ import annotations

import html
from datetime import UTC, datetime

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import Engine, select, text
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from distribution.audit.tables import AuditEntry
from distribution.leaving import close
from distribution.leaving.collect import parts
from distribution.leaving.erase import erase
from distribution.network import terms
from distribution.network.tables import Distributor, TermsAcceptance
from distribution.privacy.encryption import Cipher, new_key
from distribution.settings import program
from tests.factories import ACTOR, a_distributor
from tests.functional.conftest import log_in, token_of

EMAIL = "ada@example.com"
PASSWORD = "a long enough password"
PAGE = "/account/terms"


@pytest.fixture
def ada(session: Session) -> Distributor:
    """She accepted version 1, and the words have changed since."""
    program.change(session, {"terms_text": "Be honest.\n\nPaid in May."}, actor=ACTOR, now=datetime.now(UTC))
    ada = a_distributor(session, email=EMAIL, password=PASSWORD)
    new = {"terms_version": "2", "terms_text": "Be honest.\n\nPaid in June."}
    program.change(session, new, actor=ACTOR, now=datetime.now(UTC))
    session.commit()
    return ada


@pytest.fixture
def client(portal: Flask, ada: Distributor) -> FlaskClient:
    client = portal.test_client()
    log_in(client, EMAIL, PASSWORD)
    return client


def accept(client: FlaskClient, **sent: str) -> str:
    data = {"csrf_token": token_of(client, PAGE), "terms_version": "2", "accept": "y", **sent}
    answer = client.post(PAGE, data={name: value for name, value in data.items() if value})
    return answer.location if answer.status_code == 303 else html.unescape(answer.get_data(as_text=True))


def test_every_page_waits_until_they_are_accepted(
    client: FlaskClient, session: Session, ada: Distributor
) -> None:
    for path in ("/", "/links", "/withdrawals", "/account"):
        assert client.get(path).location.startswith(PAGE)
    assert client.get("/orders?state=paid").location == f"{PAGE}?next=/orders?state%3Dpaid"
    page = html.unescape(client.get(PAGE).get_data(as_text=True))
    assert "<del>Paid in May.</del>" in page
    assert "<ins>Paid in June.</ins>" in page
    assert "you accepted version 1" in page

    assert "Tick this to go on." in accept(client, accept="")
    assert "have changed meanwhile" in accept(client, terms_version="1")
    assert accept(client, next="/orders?state=paid") == "/orders?state=paid"
    assert client.get("/").status_code == 200
    assert client.get(PAGE).status_code == 200
    assert [each.version for each in terms.history(session, ada.id)] == ["2", "1"]
    [entry] = session.scalars(select(AuditEntry).where(AuditEntry.action == "distributor.accept_terms"))
    assert (entry.actor, entry.before, entry.after) == (
        f"distributor:{ada.id}",
        {"version": "1"},
        {"version": "2"},
    )


def test_without_accepting_one_may_go_and_take_what_is_theirs(
    client: FlaskClient, session: Session, ada: Distributor
) -> None:
    assert client.get("/account/data").status_code == 200
    asked = client.post("/account/data", data={"csrf_token": token_of(client, PAGE)})
    assert asked.location == "/account/data"
    # Who is closing the account is asked for nothing new, and may withdraw.
    close.ask(session, ada.id, forgoes_rest=False, reason=None, now=datetime.now(UTC))
    session.commit()
    assert client.get("/withdrawals").status_code == 200
    client.post("/logout", data={"csrf_token": token_of(client, PAGE)})
    assert client.get("/account/data").location.startswith("/login")


def test_in_chinese(client: FlaskClient) -> None:
    client.set_cookie("language", "zh_Hans")
    page = client.get(PAGE).get_data(as_text=True)
    assert "计划条款有变化" in page
    assert "接受并继续" in page


def test_who_was_added_by_somebody_else_accepts_too(
    portal: Flask, session: Session, ada: Distributor
) -> None:
    session.execute(text("ALTER TABLE distribution.acceptances DISABLE TRIGGER append_only"))
    session.execute(text("DELETE FROM distribution.acceptances"))
    session.execute(text("ALTER TABLE distribution.acceptances ENABLE TRIGGER append_only"))
    session.commit()
    client = portal.test_client()
    log_in(client, EMAIL, PASSWORD)
    page = client.get(PAGE).get_data(as_text=True)
    assert "Accept the program terms" in page
    assert "What changed" not in page
    assert accept(client) == "/"


def test_what_was_accepted_is_in_ones_copy_and_the_address_goes_with_the_person(
    session: Session, ada: Distributor
) -> None:
    cipher, now = Cipher([new_key()]), datetime.now(UTC)
    assert terms.accept(session, ada.id, version="2", ip="203.0.113.7", cipher=cipher, now=now)
    assert not terms.accept(session, ada.id, version="2", ip="203.0.113.7", cipher=cipher, now=now)
    rows = [
        dict(zip(part.columns, row, strict=True))
        for part in parts(session, ada.id, cipher=cipher)
        if part.name == "acceptances"
        for row in part.rows
    ]
    assert [(row["version"], row["ip"]) for row in rows] == [("1", None), ("2", "203.0.113.7")]

    erase(session, ada.id, cipher=cipher, now=now)
    kept = session.execute(select(TermsAcceptance.version, TermsAcceptance.ip_encrypted)).all()
    assert sorted(tuple(row) for row in kept) == [("1", None), ("2", None)]


@pytest.mark.parametrize(
    "change", ["UPDATE distribution.acceptances SET version = '9'", "DELETE FROM distribution.acceptances"]
)
def test_nobody_changes_what_was_accepted(engine: Engine, ada: Distributor, change: str) -> None:
    with engine.connect() as connection, pytest.raises(IntegrityError):
        connection.execute(text(change))

"""What a distributor shows, and an address that two mailboxes have to agree to."""

from __future__ import annotations

import re
from datetime import UTC, datetime

import pytest
from flask.testing import FlaskClient
from sqlalchemy import Engine

from distribution.db import transaction
from distribution.network import find
from tests import letters
from tests.factories import a_distributor
from tests.functional.conftest import log_in, token_of
from tests.functional.world import PASSWORD

EMAIL = "ada@example.com"


@pytest.fixture
def ada(client: FlaskClient, engine: Engine) -> FlaskClient:
    """The browser of somebody who is logged in."""
    with transaction(engine) as session:
        a_distributor(session, email=EMAIL, password=PASSWORD, code="ADA", now=datetime.now(UTC))
    log_in(client, EMAIL)
    return client


def test_the_shown_name_stands_on_the_invitation(ada: FlaskClient) -> None:
    form = {
        "csrf_token": token_of(ada, "/account"),
        "name": "Ada Lovelace",
        "shown_name": "Countess Ada",
        "locale": "en",
        "region": "GB",
    }
    assert ada.post("/account/profile", data=form).status_code == 303
    assert "Countess Ada invites you." in ada.get("/join/ADA").get_data(as_text=True)
    page = ada.get("/account").get_data(as_text=True)
    assert 'selected value="GB"' in page
    assert ada.post("/account/profile", data=form | {"region": "XX"}).status_code == 422


def test_an_address_changes_once_both_mailboxes_agree(ada: FlaskClient, engine: Engine) -> None:
    old, new = _asked(ada, engine, "ada@new.example")
    assert (old["to"], new["to"]) == (EMAIL, "ada@new.example")
    # A preview of the mail only looks.
    assert ada.get(_path(new)).status_code == 200
    _answer(ada, new, "agree")
    assert _email(engine) == EMAIL
    _answer(ada, old, "agree")
    assert _email(engine) == "ada@new.example"
    with transaction(engine) as session:
        told = letters.mails(session, "email_changed", "email_changed_old")
        (last,) = letters.mails(session, "email_changed_old")
    assert sorted(each["to"] for each in told) == [EMAIL, "ada@new.example"]
    # Whoever reads the old one learns that it happened, not the whole new address.
    assert "ada@new.example" not in last["text"]
    assert "contact us right away" in last["text"]
    assert ada.get("/").status_code == 303
    log_in(ada, "ada@new.example")


def test_one_mailbox_stops_it(ada: FlaskClient, engine: Engine) -> None:
    old, new = _asked(ada, engine, "ada@new.example")
    _answer(ada, old, "stop")
    assert ada.get(_path(new)).headers["Location"] == "/login"
    assert _email(engine) == EMAIL


def test_an_address_of_somebody_else_is_told_to_nobody_but_them(ada: FlaskClient, engine: Engine) -> None:
    with transaction(engine) as session:
        a_distributor(session, email="bea@example.com")
    old, told = _asked(ada, engine, "BEA@example.com")
    assert told["to"] == "bea@example.com"
    assert "/email/" not in told["text"]
    _answer(ada, old, "agree")
    assert _email(engine) == EMAIL


def _asked(client: FlaskClient, engine: Engine, wanted: str) -> tuple[dict[str, str], dict[str, str]]:
    form = {"csrf_token": token_of(client, "/account"), "email": wanted}
    assert client.post("/account/email", data=form).status_code == 303
    with transaction(engine) as session:
        told = letters.mails(session, "email_change_old", "email_change_new", "already_member")
        first, second = told[-2:]
    return first, second


def _path(mail: dict[str, str]) -> str:
    found = re.search(r"http://localhost(/email/\S+)", mail["text"])
    assert found is not None
    return found[1]


def _answer(client: FlaskClient, mail: dict[str, str], act: str) -> None:
    path = _path(mail)
    assert client.post(path, data={"csrf_token": token_of(client, path), "act": act}).status_code == 303


def _email(engine: Engine) -> str:
    with transaction(engine) as session:
        found = find.by_email(session, EMAIL) or find.by_email(session, "ada@new.example")
        assert found is not None
        return found.email

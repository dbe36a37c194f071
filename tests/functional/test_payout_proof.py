"""Where money goes is changed by who just showed who they are, by whatever they log in with."""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta
from uuid import UUID

import pytest
from flask.testing import FlaskClient
from sqlalchemy import Engine, update

from distribution.access.tables import LoginSession
from distribution.db import transaction
from distribution.network.tables import Distributor
from distribution.tax.profile import profile
from distribution.withdrawal.methods import methods
from tests.factories import a_distributor
from tests.functional.authenticator import Authenticator, options_in
from tests.functional.conftest import log_in, token_of
from tests.functional.world import PASSWORD

EMAIL = "ada@example.com"
ACCOUNT = {"holder": "Ada Lovelace", "account": "DE89 3704 0044 0532 0130 00", "bank": "Testbank"}
TAX = {"country": "DE", "recipient": "person", "tax_name": "Ada Lovelace", "address": "Unter den Linden 1"}


@pytest.fixture
def ada(client: FlaskClient, engine: Engine) -> UUID:
    """Somebody who is logged in."""
    with transaction(engine) as session:
        identity = a_distributor(session, email=EMAIL, password=PASSWORD, now=datetime.now(UTC)).id
    log_in(client, EMAIL)
    return identity


def a_while_ago(engine: Engine) -> None:
    with transaction(engine) as session:
        session.execute(update(LoginSession).values(created_at=datetime.now(UTC) - timedelta(minutes=16)))


def labels(engine: Engine, who: UUID) -> list[str]:
    with transaction(engine) as session:
        return [each.label for each in methods(session, who)]


def post(client: FlaskClient, path: str, **form: str) -> str:
    answer = client.post(path, data={"csrf_token": token_of(client, "/account"), **form})
    assert answer.status_code == 303
    return str(answer.location)


def test_an_old_login_changes_neither_account_nor_tax(client: FlaskClient, ada: UUID, engine: Engine) -> None:
    assert post(client, "/account/methods", **ACCOUNT) == "/account#payout"
    assert labels(engine, ada) == ["Testbank •••• 3000"]
    a_while_ago(engine)
    page = client.get("/account").get_data(as_text=True)
    assert "we ask once more that it is you" in page
    assert 'action="/account/methods"' not in page
    found = re.search(r'action="(/account/methods/[^"]+/remove)"', page)
    assert found is not None
    for path, form in (("/account/methods", ACCOUNT), (found[1], {}), ("/account/tax", TAX)):
        assert post(client, path, **form).startswith("/account/prove?next=/account"), path
    assert client.get("/account/tax").location == "/account/prove?next=/account/tax"
    assert labels(engine, ada) == ["Testbank •••• 3000"]
    with transaction(engine) as session:
        assert profile(session, ada) is None
    asked = post(client, found[1])
    assert post(client, asked, password=PASSWORD, next="/account#payout") == "/account#payout"
    assert 'action="/account/methods' in client.get("/account").get_data(as_text=True)
    post(client, found[1])
    assert labels(engine, ada) == []


def test_somebody_with_a_passkey_alone_adds_an_account(
    client: FlaskClient, ada: UUID, engine: Engine
) -> None:
    device = Authenticator()
    page = client.get("/account/passkeys/new").get_data(as_text=True)
    post(client, "/account/passkeys/new", answer=device.make(options_in(page)), name="Phone")
    with transaction(engine) as session:
        session.execute(update(Distributor).values(password_hash=None))
    a_while_ago(engine)
    asked = post(client, "/account/methods", **ACCOUNT)
    page = client.get(asked).get_data(as_text=True)
    proven = post(client, asked, answer=device.use(options_in(page)), next="/account#payout")
    assert proven == "/account#payout"
    assert post(client, "/account/methods", **ACCOUNT) == "/account#payout"
    assert labels(engine, ada) == ["Testbank •••• 3000"]


def test_somebody_without_password_and_passkey_comes_in_again(
    client: FlaskClient, ada: UUID, engine: Engine
) -> None:
    with transaction(engine) as session:
        session.execute(update(Distributor).values(password_hash=None))
    # Just in by a login elsewhere.
    assert post(client, "/account/methods", **ACCOUNT) == "/account#payout"
    assert labels(engine, ada) == ["Testbank •••• 3000"]
    a_while_ago(engine)
    asked = post(client, "/account/methods", **ACCOUNT)
    assert "Log out and in again" in client.get(asked).get_data(as_text=True)
    assert labels(engine, ada) == ["Testbank •••• 3000"]

"""Logins of the console and tokens of the API, by verb and by command line."""

from __future__ import annotations

import pytest
from sqlalchemy import Engine, select
from sqlalchemy.orm import Session

from distribution.cli.run import run
from distribution.db import transaction
from distribution.errors import InvalidInput
from distribution.privacy.errors import WrongCredentials
from distribution.settings import merchants, tokens
from distribution.settings.tables import ApiToken
from tests.factories import ACTOR, EARLY

PASSWORD = "correct horse battery"


def a_login(session: Session, email: str = "olga@example.com", role: str = "owner") -> merchants.Merchant:
    return merchants.create(session, email=email, password=PASSWORD, role=role, actor=ACTOR, now=EARLY)


def a_token(session: Session, name: str = "POS Berlin #2", **rest: object) -> ApiToken:
    return tokens.create(session, name=name, secret=f"secret of {name}", actor=ACTOR, now=EARLY, **rest)


def test_a_merchant_logs_in(session: Session) -> None:
    olga = a_login(session)
    assert merchants.authenticate(session, email="OLGA@example.com", password=PASSWORD, now=EARLY) is olga
    for email, password in (("olga@example.com", "wrong"), ("nobody@example.com", PASSWORD)):
        with pytest.raises(WrongCredentials):
            merchants.authenticate(session, email=email, password=password, now=EARLY)
    with pytest.raises(merchants.MerchantEmailTaken):
        a_login(session, "Olga@Example.com")
    with pytest.raises(InvalidInput):
        a_login(session, "other@example.com", role="god")


def test_the_last_owner_stays(session: Session) -> None:
    olga, finn = a_login(session), a_login(session, "finn@example.com", role="finance")
    with pytest.raises(merchants.LastOwner):
        merchants.change_role(session, olga.id, role="support", actor=ACTOR, now=EARLY)
    merchants.change_role(session, finn.id, role="owner", actor=ACTOR, now=EARLY)
    merchants.change_role(session, olga.id, role="support", actor=ACTOR, now=EARLY)
    assert (olga.role, olga.session_version, finn.role) == ("support", 1, "owner")


def test_a_token_is_found_by_its_secret_alone(session: Session) -> None:
    token = a_token(session)
    assert token.source == "pos-berlin-2"
    assert tokens.by_secret(session, "secret of POS Berlin #2") is token
    assert tokens.by_secret(session, "another") is None
    assert tokens.by_secret(session, "\ud800") is None
    assert b"secret" not in token.token_hash
    tokens.revoke(session, "POS Berlin #2", actor=ACTOR, now=EARLY)
    assert tokens.by_secret(session, "secret of POS Berlin #2") is None
    with pytest.raises(tokens.TokenNotFound):
        tokens.revoke(session, "POS Berlin #2", actor=ACTOR, now=EARLY)
    with pytest.raises(tokens.TokenNameTaken):
        a_token(session)


def test_a_token_touches_no_others_orders_by_a_slip(session: Session) -> None:
    with pytest.raises(InvalidInput) as refused:
        a_token(session, "Saleor")
    assert (refused.value.field, refused.value.source) == ("source", "saleor")
    assert a_token(session, "Saleor", source="saleor").source == "saleor"
    a_token(session, "till 1")
    with pytest.raises(InvalidInput):
        a_token(session, "Till-1")
    assert a_token(session, "Till-1", source="till-1").source == "till-1"
    assert a_token(session, "收银台").source == "收银台"
    for source in ("", "Upper", "a b", "-a", "x" * 81):
        with pytest.raises(InvalidInput):
            a_token(session, "other", source=source)


def test_a_token_may_do_what_its_scopes_say(session: Session) -> None:
    orders, everything = a_token(session, "orders", scopes=["orders:write"]), a_token(session, "everything")
    tokens.demand(orders.scopes, "orders:write")
    tokens.demand(orders.scopes, "read", "orders:write")
    tokens.demand(everything.scopes, "money:write")
    for wanted in ("money:write", "read", "people:read"):
        with pytest.raises(tokens.ScopeMissing) as refused:
            tokens.demand(orders.scopes, wanted)
        assert refused.value.scope == wanted
    for scopes in ([], ["orders:read"]):
        with pytest.raises(InvalidInput):
            a_token(session, "wrong", scopes=scopes)


def test_commands_make_what_works(
    engine: Engine, database_url: str, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("DISTRIBUTION_DATABASE_URL", database_url)
    assert run(["merchant", "create", "olga@example.com", "--name", "Olga"]) == 0
    password = capsys.readouterr().out.split("shown this once: ")[1].strip()
    assert run(["token", "create", "acceptance", "--scope", "orders:write", "--scope", "read"]) == 0
    secret = capsys.readouterr().out.strip()
    with transaction(engine) as session:
        merchant = merchants.authenticate(session, email="olga@example.com", password=password, now=EARLY)
        assert (merchant.name, merchant.role) == ("Olga", "owner")
        token = tokens.by_secret(session, secret)
        assert token is not None
        assert (token.name, token.scopes, token.source) == (
            "acceptance",
            ["read", "orders:write"],
            "acceptance",
        )
    assert run(["merchant", "create", "olga@example.com"]) == 1
    assert run(["merchant", "create", "nonsense"]) == 2
    assert run(["token", "create", "saleor"]) == 2
    assert run(["token", "create", "x", "--scope", "nonsense"]) == 2
    assert run(["token", "revoke", "acceptance"]) == 0
    assert run(["token", "list"]) == 0
    assert "acceptance\trevoked\tread,orders:write\tacceptance" in capsys.readouterr().out
    with transaction(engine) as session:
        assert len(session.scalars(select(ApiToken)).all()) == 1
        assert tokens.by_secret(session, secret) is None

"""Applying, confirming, logging in and out, resetting a password."""

from __future__ import annotations

import re
from datetime import UTC, datetime

import pytest
from flask.testing import FlaskClient
from sqlalchemy import Engine, select

from distribution.db import transaction
from distribution.network import find
from distribution.network.standing import approve
from distribution.privacy.encryption import Cipher
from distribution.promotion.tables import ReferralCode
from tests import letters
from tests.factories import a_distributor
from tests.functional.conftest import log_in, token_of

PASSWORD = "three plain words"


def mails(engine: Engine) -> list[dict[str, str]]:
    with transaction(engine) as session:
        return letters.mails(session, "confirm_email", "already_member", "reset_password")


def path_in(mail: dict[str, str]) -> str:
    found = re.search(r"http://localhost(/\S+)", mail["text"])
    assert found is not None
    return found[1]


def apply(client: FlaskClient, email: str, *, path: str = "/register", **fields: str) -> int:
    data = {
        "csrf_token": token_of(client, path),
        "name": "Grace Hopper",
        "email": email,
        "password": PASSWORD,
        "accept": "y",
        "terms_version": "1",
        **fields,
    }
    return client.post(path, data=data).status_code


def test_apply_confirm_log_in_log_out(client: FlaskClient, engine: Engine) -> None:
    assert apply(client, "grace@example.com") == 303
    [mail] = mails(engine)
    assert mail["to"] == "grace@example.com"
    assert client.get(path_in(mail)).headers["Location"] == "/login"
    log_in(client, "grace@example.com", PASSWORD)
    home = client.get("/").get_data(as_text=True)
    assert "We are reviewing your application" in home
    assert "Please confirm your e-mail" not in home
    client.post("/logout", data={"csrf_token": token_of(client, "/account")})
    assert client.get("/").headers["Location"] == "/login"


def test_terms_are_kept_with_time_and_sealed_address(client: FlaskClient, engine: Engine) -> None:
    apply(client, "grace@example.com")
    with transaction(engine) as session:
        person = find.by_email(session, "grace@example.com")
        assert person is not None
        assert person.application is not None
        terms = person.application["terms"]
    assert terms["version"] == "1"
    keys = client.application.extensions["settings"].encryption_keys
    assert Cipher(keys).open(terms["ip"]) == "127.0.0.1"


def test_joining_by_a_link_gives_that_sponsor(client: FlaskClient, engine: Engine) -> None:
    with transaction(engine) as session:
        sponsor = a_distributor(session, name="Ada Lovelace", code="ADA")
    page = client.get("/join/ada").get_data(as_text=True)
    assert "Ada L. invites you." in page
    assert "Lovelace" not in page
    assert apply(client, "grace@example.com", path="/join/ada") == 303
    with transaction(engine) as session:
        person = find.by_email(session, "grace@example.com")
        assert person is not None
        assert person.sponsor_id == sponsor.id
        approve(session, person.id, actor="merchant:test", now=datetime.now(UTC))
        codes = select(ReferralCode.kind).where(ReferralCode.distributor_id == person.id)
        assert session.scalars(codes).all() == ["link"]


def test_an_unknown_invitation_says_so_and_still_lets_apply(client: FlaskClient) -> None:
    assert "This invitation is not valid" in client.get("/join/NOBODY").get_data(as_text=True)
    assert apply(client, "grace@example.com", path="/join/NOBODY") == 303


def test_nobody_learns_from_the_form_who_is_in_the_program(client: FlaskClient, engine: Engine) -> None:
    with transaction(engine) as session:
        a_distributor(session, email="ada@example.com")
    known = client.post("/register", data=_application(client, "ADA@example.com"))
    unknown = client.post("/register", data=_application(client, "grace@example.com"))
    assert (known.status_code, known.headers["Location"]) == (
        unknown.status_code,
        unknown.headers["Location"],
    )
    assert {mail["to"] for mail in mails(engine)} == {"ada@example.com", "grace@example.com"}


def _application(client: FlaskClient, email: str) -> dict[str, str]:
    return {
        "csrf_token": token_of(client, "/register"),
        "name": "Grace",
        "email": email,
        "password": PASSWORD,
        "accept": "y",
        "terms_version": "1",
    }


@pytest.mark.parametrize(
    "field, value, words",
    [
        ("name", "", "Enter your name"),
        ("email", "nonsense", "does not look like an e-mail"),
        ("password", "short", "10 to 128 characters"),
        ("password", "aaaaaaaaaaaa", "too easy to guess"),
        ("accept", "", "accept them to apply"),
        ("terms_version", "0", "terms have changed"),
    ],
)
def test_what_is_wrong_stands_beside_its_field(
    client: FlaskClient, field: str, value: str, words: str
) -> None:
    data = {**_application(client, "grace@example.com"), field: value}
    if not data["accept"]:
        del data["accept"]
    answer = client.post("/register", data=data)
    assert answer.status_code == 422
    assert words in answer.get_data(as_text=True)


def test_a_password_is_reset_once(client: FlaskClient, engine: Engine) -> None:
    with transaction(engine) as session:
        a_distributor(session, email="ada@example.com", password=PASSWORD)
    client.post("/forgot", data={"csrf_token": token_of(client, "/forgot"), "email": "ada@example.com"})
    [mail] = mails(engine)
    path = path_in(mail)
    new = "four plain words now"
    answer = client.post(path, data={"csrf_token": token_of(client, path), "password": new})
    assert answer.headers["Location"] == "/login"
    assert client.get(path).headers["Location"] == "/forgot"
    log_in(client, "ada@example.com", new)


def test_forgetting_a_password_of_nobody_answers_alike_and_mails_nobody(
    client: FlaskClient, engine: Engine
) -> None:
    answer = client.post(
        "/forgot", data={"csrf_token": token_of(client, "/forgot"), "email": "x@example.com"}
    )
    assert answer.headers["Location"] == "/sent/reset"
    assert mails(engine) == []


def test_tries_to_log_in_are_counted(client: FlaskClient, engine: Engine) -> None:
    with transaction(engine) as session:
        a_distributor(session, email="ada@example.com", password=PASSWORD)
    data = {
        "csrf_token": token_of(client, "/login"),
        "email": "ada@example.com",
        "password": "wrong one here",
    }
    statuses = [client.post("/login", data=data).status_code for _ in range(11)]
    assert statuses == [422] * 10 + [429]


def test_a_form_without_its_token_changes_nothing(client: FlaskClient) -> None:
    assert client.post("/login", data={"email": "a@example.com", "password": "x"}).status_code == 400


@pytest.mark.parametrize(
    "target", ["https://evil.example", "//evil.example", "/\\evil.example", "javascript:alert(1)"]
)
def test_logging_in_leads_nowhere_outside(client: FlaskClient, engine: Engine, target: str) -> None:
    with transaction(engine) as session:
        a_distributor(session, email="ada@example.com", password=PASSWORD)
    answer = client.post(
        "/login",
        data={
            "csrf_token": token_of(client, "/login"),
            "email": "ada@example.com",
            "password": PASSWORD,
            "next": target,
        },
    )
    assert answer.headers["Location"] == "/"

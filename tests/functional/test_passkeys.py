"""Passkeys against answers that lie, the proof before something important, devices that are remembered."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from uuid import UUID

import pytest
from flask import Flask
from flask.testing import FlaskClient
from pyotp import TOTP
from sqlalchemy import Engine, func, select, update

from distribution.access import second_factor, totp
from distribution.access.holder import Holder
from distribution.access.tables import LoginSession, Passkey, RememberedDevice
from distribution.db import transaction
from distribution.privacy.encryption import Cipher
from tests.factories import a_distributor
from tests.functional.authenticator import Authenticator, options_in
from tests.functional.conftest import log_in, token_of
from tests.functional.world import PASSWORD

EMAIL = "ada@example.com"
Lie = Callable[[Authenticator], object]
LIES: dict[str, Lie] = {
    "another origin": lambda device: setattr(device, "origin", "http://localhost.evil.example"),
    "another place": lambda device: setattr(device, "place", "evil.example"),
    "verified nobody": lambda device: setattr(device, "verifies", False),
    "another key": lambda device: setattr(device, "key", Authenticator().key),
    "unknown credential": lambda device: setattr(device, "credential_id", b"0" * 16),
    "somebody else": lambda device: setattr(device, "handle", b"distributor:" + bytes(16)),
    "a merchant": lambda device: setattr(device, "handle", b"merchant:" + device.handle[12:]),
    "a counter that went back": lambda device: setattr(device, "count", -1),
}


@pytest.fixture
def ada(engine: Engine) -> UUID:
    """Somebody with an account."""
    with transaction(engine) as session:
        return a_distributor(session, email=EMAIL, password=PASSWORD, now=datetime.now(UTC)).id


@pytest.fixture
def device(client: FlaskClient, ada: UUID) -> Authenticator:
    """A passkey that was added to the account; nobody is logged in any more."""
    log_in(client, EMAIL)
    device = Authenticator()
    page = client.get("/account/passkeys/new").get_data(as_text=True)
    answer = client.post(
        "/account/passkeys/new", data=_form(client, page, device.make(options_in(page)), name="Phone")
    )
    assert answer.headers["Location"] == "/account/security#passkeys"
    client.post("/logout", data={"csrf_token": token_of(client, "/account")})
    return device


def test_a_passkey_logs_in_once_for_each_challenge(client: FlaskClient, device: Authenticator) -> None:
    page = client.get("/login/passkey?next=/links").get_data(as_text=True)
    before = client.get_cookie("session")
    assert before is not None
    form = _form(client, page, device.use(options_in(page)), next="/links")
    assert client.post("/login/passkey", data=form).headers["Location"] == "/links"
    assert client.get("/links").status_code == 200
    # Somebody who saw cookie and answer sends both again.
    client.set_cookie("session", before.value)
    assert client.post("/login/passkey", data=form).status_code == 422


@pytest.mark.parametrize("lie", LIES)
def test_a_wrong_answer_logs_nobody_in(
    client: FlaskClient, device: Authenticator, engine: Engine, lie: str
) -> None:
    if lie == "a counter that went back":
        with transaction(engine) as session:
            session.execute(update(Passkey).values(sign_count=9))
    LIES[lie](device)
    page = client.get("/login/passkey").get_data(as_text=True)
    answer = client.post("/login/passkey", data=_form(client, page, device.use(options_in(page))))
    assert answer.status_code == 422
    assert client.get("/").status_code == 303


def test_an_answer_to_another_challenge_is_refused(client: FlaskClient, device: Authenticator) -> None:
    old = client.get("/login/passkey").get_data(as_text=True)
    page = client.get("/login/passkey").get_data(as_text=True)
    answer = client.post("/login/passkey", data=_form(client, page, device.use(options_in(old))))
    assert answer.status_code == 422


@pytest.mark.parametrize("answer", ["", "{}", "[]", "nonsense", '{"rawId": 3, "response": {}}', "9" * 30_000])
def test_nonsense_is_refused(client: FlaskClient, device: Authenticator, answer: str) -> None:
    page = client.get("/login/passkey").get_data(as_text=True)
    assert client.post("/login/passkey", data=_form(client, page, answer)).status_code in {200, 422}
    assert client.get("/").status_code == 303


def test_a_new_key_for_another_origin_is_refused(client: FlaskClient, ada: UUID, engine: Engine) -> None:
    log_in(client, EMAIL)
    page = client.get("/account/passkeys/new").get_data(as_text=True)
    made = Authenticator(origin="http://evil.example").make(options_in(page))
    assert client.post("/account/passkeys/new", data=_form(client, page, made, name="x")).status_code == 422
    with transaction(engine) as session:
        assert session.scalar(select(func.count()).select_from(Passkey)) == 0


def test_adding_asks_who_it_is_when_the_login_is_old(client: FlaskClient, ada: UUID, engine: Engine) -> None:
    log_in(client, EMAIL)
    with transaction(engine) as session:
        session.execute(update(LoginSession).values(created_at=datetime.now(UTC) - timedelta(hours=1)))
    asked = client.get("/account/passkeys/new").headers["Location"]
    assert asked.startswith("/account/prove?next=")
    form = {
        "csrf_token": token_of(client, asked),
        "password": "wrong password",
        "next": "/account/passkeys/new",
    }
    assert client.post("/account/prove", data=form).status_code == 422
    proven = client.post("/account/prove", data=form | {"password": PASSWORD})
    assert proven.headers["Location"] == "/account/passkeys/new"
    assert client.get("/account/passkeys/new").status_code == 200


def test_removing_ends_it(client: FlaskClient, device: Authenticator, engine: Engine) -> None:
    log_in(client, EMAIL)
    with transaction(engine) as session:
        [key] = session.scalars(select(Passkey.id)).all()
    form = {"csrf_token": token_of(client, "/account")}
    assert client.post(f"/account/passkeys/{UUID(int=9)}/remove", data=form).status_code == 404
    assert client.post(f"/account/passkeys/{key}/remove", data=form).status_code == 303
    client.post("/logout", data=form)
    page = client.get("/login/passkey").get_data(as_text=True)
    answer = client.post("/login/passkey", data=_form(client, page, device.use(options_in(page))))
    assert answer.status_code == 422


def test_a_passkey_stands_in_for_the_code(
    portal: Flask, client: FlaskClient, device: Authenticator, ada: UUID, engine: Engine
) -> None:
    _two_steps(portal, engine, ada)
    log_in(client, EMAIL)
    assert client.get("/").status_code == 303
    page = client.get("/login/code?with=passkey").get_data(as_text=True)
    done = client.post("/login/code?with=passkey", data=_form(client, page, device.use(options_in(page))))
    assert done.headers["Location"] == "/"
    assert client.get("/links").status_code == 200


def test_a_remembered_device_is_not_asked_until_it_is_forgotten(
    portal: Flask, client: FlaskClient, ada: UUID, engine: Engine
) -> None:
    secret = _two_steps(portal, engine, ada)
    log_in(client, EMAIL)
    form = {"csrf_token": token_of(client, "/login/code"), "code": TOTP(secret).now(), "remember": "y"}
    assert client.post("/login/code", data=form).headers["Location"] == "/"
    client.post("/logout", data={"csrf_token": token_of(client, "/account")})
    log_in(client, EMAIL)
    assert client.get("/links").status_code == 200
    other = portal.test_client()
    log_in(other, EMAIL)
    assert other.get("/links").status_code == 303
    page = client.get("/account/security").get_data(as_text=True)
    assert "Not asked for a code" in page
    with transaction(engine) as session:
        [kept] = session.scalars(select(RememberedDevice.id)).all()
    client.post(f"/account/remembered/{kept}/forget", data={"csrf_token": token_of(client, "/account")})
    client.post("/logout", data={"csrf_token": token_of(client, "/account")})
    log_in(client, EMAIL)
    assert client.get("/links").status_code == 303


def test_a_new_password_ends_all_remembering(
    portal: Flask, client: FlaskClient, ada: UUID, engine: Engine
) -> None:
    secret = _two_steps(portal, engine, ada)
    log_in(client, EMAIL)
    form = {"csrf_token": token_of(client, "/login/code"), "code": TOTP(secret).now(), "remember": "y"}
    client.post("/login/code", data=form)
    new = {"csrf_token": token_of(client, "/account"), "current": PASSWORD, "password": "entirely new words"}
    assert client.post("/account/password", data=new).status_code == 303
    client.post("/logout", data={"csrf_token": token_of(client, "/account")})
    log_in(client, EMAIL, "entirely new words")
    assert client.get("/links").status_code == 303


def _form(client: FlaskClient, page: str, answer: str, **more: str) -> dict[str, str]:
    token = page.split('name="csrf_token"', 1)[1].split('value="', 1)[1].split('"', 1)[0]
    return {"csrf_token": token, "answer": answer, **more}


def _two_steps(portal: Flask, engine: Engine, person_id: UUID) -> str:
    """Switch the second step on; the code of half a minute ago did it."""
    secret = totp.secret_text(b"0" * totp.SECRET_BYTES)
    holder = Holder("distributor", person_id, "Ada", EMAIL, None)
    cipher = Cipher(portal.extensions["settings"].encryption_keys)
    now = datetime.now(UTC)
    with transaction(engine) as session:
        second_factor.begin(session, holder, secret=secret, cipher=cipher, now=now)
        before = now - timedelta(seconds=30)
        assert second_factor.enable(
            session,
            holder,
            code=TOTP(secret).at(before),
            recovery_codes=["one"],
            keep=None,
            cipher=cipher,
            now=before,
        )
    return secret

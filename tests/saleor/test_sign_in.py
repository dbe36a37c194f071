"""Tokens that a real Saleor signs let its people in, and only them; nothing is changed there but one new customer."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any
from uuid import uuid4

import httpx
import pytest
from cryptography.fernet import Fernet
from flask import Flask
from sqlalchemy import Engine

from distribution.access.identities import identities_of
from distribution.db import transaction
from distribution.settings import merchants, program
from portal.app import create_app
from tests.factories import ACTOR
from tests.functional.conftest import portal_settings
from tests.functional.sign_in_world import refusal, send
from tests.saleor.conftest import variable
from tests.saleor.shop import Shop

_LOGIN = """
mutation($email: String!, $password: String!) {
  tokenCreate(email: $email, password: $password) { token refreshToken user { id } errors { message } }
}
"""
_REGISTER = """
mutation($input: AccountRegisterInput!) { accountRegister(input: $input) { requiresConfirmation errors { message } } }
"""
_CUSTOMER = "query($email: String!) { user(email: $email) { id } }"
_CONFIRM = """
mutation($id: ID!) { customerUpdate(id: $id, input: {isConfirmed: true}) { errors { field message } } }
"""
_PASSWORD = "a password of tests, long enough 1"


@dataclass
class World:
    """A portal that belongs to the real shop."""

    app: Flask
    engine: Engine
    saleor_url: str

    def ask(self, query: str, **variables: Any) -> dict[str, Any]:
        answer = httpx.post(self.saleor_url, json={"query": query, "variables": variables}, timeout=60).json()
        assert "errors" not in answer, answer
        data: dict[str, Any] = answer["data"]
        return data

    def hand_over(self, who: str, token: str) -> Any:
        headers = {"Authorization": f"Bearer {token}"}
        return self.app.test_client().post(f"/saleor/sign-in/{who}", json={}, headers=headers)


@pytest.fixture
def world(saleor_url: str, engine: Engine, database_url: str, redis_url: str) -> World:
    settings = portal_settings(
        database_url, redis_url, encryption_keys=Fernet.generate_key().decode(), saleor_api_url=saleor_url
    )
    with transaction(engine) as session:
        rules = {"sign_in": {"saleor": {"staff": True, "customers": True}}}
        program.change(session, rules, actor=ACTOR, now=datetime.now(UTC))
    return World(create_app(settings, engine, testing=True), engine, saleor_url)


def test_staff_come_in_by_their_access_token(world: World) -> None:
    login = world.ask(_LOGIN, email=variable("EMAIL"), password=variable("PASSWORD"))["tokenCreate"]
    answer = world.hand_over("staff", login["token"])
    assert answer.status_code == 200, answer.get_data(as_text=True)
    browser = world.app.test_client()
    assert send(browser, answer.get_json()["url"].removeprefix("http://localhost")).location == "/console/"
    assert browser.get("/console/").status_code == 200
    with transaction(world.engine) as session:
        merchant = merchants.by_email(session, variable("EMAIL"))
        assert merchant is not None
        assert merchant.role == "owner"
        [identity] = identities_of(session, "merchant", merchant.id)
        assert identity.subject == login["user"]["id"]
    changed = login["token"][:-8] + "AAAAAAAA"
    assert refusal(world.hand_over("staff", changed)) == (401, "bad_token")
    assert refusal(world.hand_over("staff", login["refreshToken"])) == (401, "bad_token")


def test_a_customer_applies_and_is_no_staff(world: World, shop: Shop) -> None:
    email = f"{uuid4().hex[:12]}@example.com"
    given = {"email": email, "password": _PASSWORD, "redirectUrl": "http://localhost/", "firstName": "Noor"}
    # A shop that asks for confirmation wants the channel of the letter.
    given["channel"] = shop.channel().slug
    registered = world.ask(_REGISTER, input=given)["accountRegister"]
    assert registered["errors"] == []
    if registered["requiresConfirmation"]:
        customer = shop.saleor.run(_CUSTOMER, email=email)["user"]["id"]
        shop.saleor.run(_CONFIRM, id=customer)
    login = world.ask(_LOGIN, email=email, password=_PASSWORD)["tokenCreate"]
    assert refusal(world.hand_over("staff", login["token"])) == (403, "not_permitted")
    answer = world.hand_over("customer", login["token"])
    assert answer.status_code == 200, answer.get_data(as_text=True)
    browser = world.app.test_client()
    assert send(browser, answer.get_json()["url"].removeprefix("http://localhost")).location == "/register"

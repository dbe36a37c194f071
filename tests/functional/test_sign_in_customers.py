"""Customers of the shop come into the portal by their storefront's token: known ones in, new ones to apply."""

from __future__ import annotations

import html
import re
from collections.abc import Iterator
from datetime import UTC, datetime

import pytest
from sqlalchemy import Engine

from distribution.access.identities import identities_of
from distribution.attribution.rebind import rebind
from distribution.db import transaction
from distribution.network import find
from distribution.network.standing import reject
from distribution.network.tables import Distributor
from distribution.privacy.hashing import email_hash, shopper_key
from distribution.settings import program
from tests.factories import ACTOR, a_code, a_distributor
from tests.functional.sign_in_world import SignInWorld, page, refusal, send, sign_in_world

BUYER = "VXNlcjoyMg=="
EMAIL = "noor@example.com"


@pytest.fixture
def world(engine: Engine, database_url: str, redis_url: str) -> Iterator[SignInWorld]:
    with sign_in_world(engine, database_url, redis_url) as world:
        world.shop.person(BUYER, EMAIL, firstName="Noor", lastName="Haddad")
        yield world


def distributor_of(world: SignInWorld, email: str = EMAIL) -> Distributor | None:
    with transaction(world.engine) as session:
        found = find.by_email(session, email)
        session.expunge_all()
        return found


def bind(world: SignInWorld, code: str = "ADA") -> Distributor:
    """Let the buyer belong to somebody who has this code."""
    with transaction(world.engine) as session:
        sponsor = a_distributor(session, email=f"{code}@example.com".lower(), name="Ada Lovelace")
        a_code(session, sponsor, code)
        key = email_hash(shopper_key(session), EMAIL)
        rebind(
            session,
            customer_key=key,
            distributor_id=sponsor.id,
            reason="bought by her link",
            actor=ACTOR,
            now=datetime.now(UTC),
        )
        session.expunge_all()
        return sponsor


def test_somebody_new_applies_with_what_the_shop_knows(world: SignInWorld) -> None:
    sponsor = bind(world)
    browser = world.browser()
    path = world.link("customer", world.shop.token(BUYER), to="/links")
    assert "Continue as Noor Haddad" in page(browser, path)
    assert send(browser, path).location == "/register"
    shown = page(browser, "/register")
    assert 'value="Noor Haddad"' in shown
    assert EMAIL in shown
    assert 'type="password"' not in shown

    refused = send(browser, "/register", name="Noor Haddad", terms_version="1")
    assert refused.status_code == 422
    answer = send(browser, "/register", name="Noor H. Haddad", accept="y", terms_version="1")
    assert (answer.status_code, answer.location) == (303, "/")
    assert "Noor H. Haddad" in page(browser, "/account")

    new = distributor_of(world)
    assert new is not None
    assert (new.status, new.sponsor_id, new.password_hash) == ("applied", sponsor.id, None)
    assert new.email_confirmed_at is not None
    assert new.application is not None
    assert new.application["source"] == "saleor"
    assert world.mails() == []
    with transaction(world.engine) as session:
        [identity] = identities_of(session, "distributor", new.id)
        assert (identity.issuer, identity.subject) == (world.shop.url, BUYER)

    again = world.browser()
    assert send(again, world.link("customer", world.shop.token(BUYER), to="/links")).location == "/links"
    assert again.get("/account").status_code == 200
    [act] = world.audit("distributor.sign_in")
    assert (act.actor, act.after) == (f"distributor:{new.id}", {"issuer": world.shop.url})


def test_where_joining_is_open_they_are_in_at_once(world: SignInWorld) -> None:
    with transaction(world.engine) as session:
        program.change(session, {"join_policy": "open"}, actor=ACTOR, now=datetime.now(UTC))
    browser = world.browser()
    send(browser, world.link("customer", world.shop.token(BUYER)))
    send(browser, "/register", name="Noor Haddad", accept="y", terms_version="1")
    new = distributor_of(world)
    assert new is not None
    assert new.status == "active"


@pytest.mark.parametrize("policy", ["binding", "invitation"])
def test_whose_they_become_is_policy(world: SignInWorld, policy: str) -> None:
    owners = {"binding": bind(world).id}
    with transaction(world.engine) as session:
        program.change(session, {"sponsor_from": policy}, actor=ACTOR, now=datetime.now(UTC))
        bob = a_distributor(session, email="bob@example.com")
        a_code(session, bob, "BOB")
        owners["invitation"] = bob.id
    browser = world.browser()
    path = world.link("customer", world.shop.token(BUYER), code="BOB")
    assert send(browser, path).location == "/join/BOB"
    send(browser, "/join/BOB", name="Noor Haddad", accept="y", terms_version="1")
    new = distributor_of(world)
    assert new is not None
    assert new.sponsor_id == owners[policy]


def test_an_account_of_ours_is_connected_by_its_mailbox_alone(world: SignInWorld) -> None:
    with transaction(world.engine) as session:
        account = a_distributor(session, email=EMAIL).id
    browser = world.browser()
    assert send(browser, world.link("customer", world.shop.token(BUYER))).location == "/sent/connect"
    assert browser.get("/account").status_code == 303
    [mail] = world.mails()
    found = re.search(r"http://localhost(/connect/\S+)", mail["text"])
    assert mail["to"] == EMAIL
    assert found is not None
    assert send(browser, found[1]).location == "/"
    assert browser.get("/account").status_code == 200
    with transaction(world.engine) as session:
        assert [each.subject for each in identities_of(session, "distributor", account)] == [BUYER]


@pytest.mark.parametrize("why", ["the shop says so of them", "the merchant takes nobody's word"])
def test_an_address_nobody_confirmed_gives_nothing(world: SignInWorld, why: str) -> None:
    if why.startswith("the shop"):
        world.shop.people[BUYER]["isConfirmed"] = False
    else:
        world.rules(customers_confirmed=False)
    with transaction(world.engine) as session:
        a_distributor(session, email=EMAIL)
    browser = world.browser()
    assert send(browser, world.link("customer", world.shop.token(BUYER))).location == "/register"
    shown = page(browser, "/register")
    assert f'value="{EMAIL}"' in shown
    assert 'type="password"' in shown
    assert world.mails() == []


def test_who_is_out_stays_out(world: SignInWorld) -> None:
    browser = world.browser()
    send(browser, world.link("customer", world.shop.token(BUYER)))
    send(browser, "/register", name="Noor Haddad", accept="y", terms_version="1")
    new = distributor_of(world)
    assert new is not None
    with transaction(world.engine) as session:
        reject(session, new.id, actor=ACTOR, reason="no", now=datetime.now(UTC))
    answer = send(world.browser(), world.link("customer", world.shop.token(BUYER)))
    assert answer.status_code == 403
    assert "This account is closed" in html.unescape(answer.get_data(as_text=True))


def test_what_is_refused(world: SignInWorld) -> None:
    shop = world.shop
    staff = shop.token(BUYER, type="thirdparty")
    gone = shop.token(BUYER)
    assert refusal(world.hand_over("customer", None)) == (401, "bad_token")
    assert refusal(world.hand_over("customer", staff)) == (401, "bad_token")
    assert refusal(world.hand_over("customer", shop.token(BUYER, type="refresh"))) == (401, "bad_token")
    assert refusal(world.hand_over("customer", shop.token(BUYER, user_id="VXNlcjox"))) == (403, "inactive")
    assert refusal(world.hand_over("customer", gone, code="x" * 5000)) == (413, "too_large")
    shop.people[BUYER]["isActive"] = False
    assert refusal(world.hand_over("customer", gone)) == (403, "inactive")
    world.rules(customers=False)
    assert refusal(world.hand_over("customer", gone)) == (403, "switched_off")


def test_pages_of_the_storefront_may_ask(world: SignInWorld) -> None:
    asked = world.browser().options(
        "/saleor/sign-in/customer", headers={"Origin": "https://shop.example.com"}
    )
    assert asked.status_code == 204
    assert asked.headers["Access-Control-Allow-Headers"] == "Authorization, Content-Type"
    answer = world.hand_over("customer", world.shop.token(BUYER))
    assert answer.headers["Access-Control-Allow-Origin"] == "*"
    assert "Access-Control-Allow-Credentials" not in answer.headers
    assert answer.headers["Cache-Control"] == "no-store"


def test_the_way_in_leads_nowhere_else(world: SignInWorld) -> None:
    browser = world.browser()
    send(browser, world.link("customer", world.shop.token(BUYER)))
    send(browser, "/register", name="Noor Haddad", accept="y", terms_version="1")
    path = world.link("customer", world.shop.token(BUYER), to="https://evil.example/")
    assert send(world.browser(), path).location == "/"

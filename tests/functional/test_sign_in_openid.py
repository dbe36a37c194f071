"""A login at an OpenID provider of ours: what is proven lets in, everything else is refused."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID

import pytest
from cryptography.fernet import Fernet
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import Engine, select

from distribution.access import providers
from distribution.access.identities import identities_of, link
from distribution.access.providers import Terms
from distribution.access.tables import IdentityProvider
from distribution.db import tables as every_table
from distribution.db import transaction
from distribution.installation.logins import check_logins
from distribution.network import find
from distribution.privacy.encryption import Cipher
from distribution.privacy.places import encrypted_places
from distribution.privacy.rotate import rotate
from distribution.settings import merchants
from portal.app import create_app
from tests import letters
from tests.factories import ACTOR, a_distributor
from tests.functional.conftest import log_in, portal_settings
from tests.functional.console_client import ConsoleClient
from tests.functional.sign_in_world import page, send
from tests.functional.world import PASSWORD
from tests.openid_provider import CLIENT_ID, SECRET, Provider, running_provider
from tests.saleor_signing import SigningKey, key_named

ADA = {"sub": "ada-1", "email": "ada@example.com", "email_verified": True, "name": "Ada Lovelace"}


@dataclass
class OpenId:
    """A portal, a provider it knows, and a browser."""

    app: Flask
    engine: Engine
    provider: Provider
    provider_id: UUID
    key: str

    def begin(self, browser: FlaskClient, kind: str = "distributor", path: str | None = None) -> str:
        """Press the button: where that leads."""
        answer = browser.get(path or f"/sign-in/{kind}/{self.provider_id}?next=/links")
        assert answer.status_code == 303
        return str(answer.location)

    def back(self, browser: FlaskClient, kind: str = "distributor", path: str | None = None) -> str:
        """Log in at the provider: the address it sends the browser back to."""
        return self.provider.authorize(self.begin(browser, kind, path)).removeprefix("http://localhost")

    def through(self, browser: FlaskClient, kind: str = "distributor") -> str:
        """All the way: where the browser is in the end."""
        return str(browser.get(self.back(browser, kind)).location)

    def linked(self, kind: str, person_id: UUID, subject: str = "ada-1") -> None:
        with transaction(self.engine) as session:
            now = datetime.now(UTC)
            link(session, kind, person_id, issuer=self.provider.url, subject=subject, actor=ACTOR, now=now)


@pytest.fixture
def world(engine: Engine, database_url: str, redis_url: str) -> Iterator[OpenId]:
    key = Fernet.generate_key().decode()
    with running_provider() as provider:
        provider.person = dict(ADA)
        terms = Terms("Example ID", provider.url, CLIENT_ID, SECRET, True, True)
        with transaction(engine) as session:
            kept = providers.put(session, terms, cipher=Cipher([key]), actor=ACTOR, now=datetime.now(UTC))
            provider_id = kept.id
        settings = portal_settings(database_url, redis_url, encryption_keys=key)
        yield OpenId(create_app(settings, engine, testing=True), engine, provider, provider_id, key)


def a_linked_distributor(world: OpenId) -> UUID:
    with transaction(world.engine) as session:
        person_id = a_distributor(session, email="ada@example.com", name="Ada Lovelace").id
    world.linked("distributor", person_id)
    return person_id


def is_in(browser: FlaskClient) -> bool:
    return browser.get("/account").status_code == 200


def test_who_is_linked_is_in(world: OpenId) -> None:
    a_linked_distributor(world)
    browser = world.app.test_client()
    assert "Continue with Example ID" in page(browser, "/login")
    assert world.through(browser) == "/links"
    assert is_in(browser)


def test_the_console_knows_its_people_by_subject(world: OpenId) -> None:
    with transaction(world.engine) as session:
        person = merchants.create(
            session, email="ada@example.com", password=PASSWORD, actor=ACTOR, now=datetime.now(UTC)
        ).id
    world.linked("merchant", person)
    browser = world.app.test_client()
    assert "Continue with Example ID" in page(browser, "/console/login")
    world.through(browser, "merchant")
    assert browser.get("/console/").status_code == 200
    stranger = world.app.test_client()
    world.provider.person = ADA | {"sub": "eve", "email": "eve@example.com"}
    answer = stranger.get(world.back(stranger, "merchant"))
    assert answer.status_code == 403
    assert "Ask a console owner to add you" in answer.get_data(as_text=True)


def test_somebody_new_applies(world: OpenId) -> None:
    browser = world.app.test_client()
    assert world.through(browser) == "/register"
    answer = send(browser, "/register", name="Ada Lovelace", accept="y", terms_version="1")
    assert answer.location == "/"
    with transaction(world.engine) as session:
        new = find.by_email(session, "ada@example.com")
        assert new is not None
        assert new.email_confirmed_at is not None
        assert [each.subject for each in identities_of(session, "distributor", new.id)] == ["ada-1"]


def test_a_verified_address_is_matched_with_its_holders_word_alone(world: OpenId) -> None:
    with transaction(world.engine) as session:
        a_distributor(session, email="ada@example.com")
    browser = world.app.test_client()
    assert world.through(browser) == "/sent/connect"
    assert not is_in(browser)
    with transaction(world.engine) as session:
        [mail] = letters.mails(session, "connect_login")
    found = re.search(r"http://localhost(/connect/\S+)", mail["text"])
    assert found is not None
    assert send(browser, found[1]).location == "/links"
    assert is_in(browser)


@pytest.mark.parametrize("said", [False, "true", "false", None, 1])
def test_an_address_that_is_not_verified_is_matched_with_nobody(world: OpenId, said: object) -> None:
    world.provider.lies = {"email_verified": said}
    with transaction(world.engine) as session:
        a_distributor(session, email="ada@example.com")
    browser = world.app.test_client()
    assert world.through(browser) == "/register"
    assert not is_in(browser)


def _past(**ago: int) -> int:
    return int((datetime.now(UTC) - timedelta(**ago)).timestamp())


LIES: dict[str, dict[str, Any]] = {
    "another nonce": {"lies": {"nonce": "of another login"}},
    "no nonce": {"lies": {"nonce": None}},
    "for another client": {"lies": {"aud": "another-program"}},
    "for several, by another": {"lies": {"aud": [CLIENT_ID, "another"], "azp": "another"}},
    "for several, by nobody": {"lies": {"aud": [CLIENT_ID, "another"]}},
    "of another issuer": {"lies": {"iss": "https://id.example.com"}},
    "over": {"lies": {"exp": _past(minutes=3), "iat": _past(minutes=9)}},
    "without end": {"lies": {"exp": None}},
    # Written when the file is read: still the future at the end of a long run.
    "of the future": {"lies": {"iat": _past(minutes=-900)}},
    "of nobody": {"lies": {"sub": None}},
    "of an empty name": {"lies": {"sub": ""}},
    "unsigned": {"algorithm": "none"},
    "symmetric": {"algorithm": "HS256"},
    "by an algorithm it does not name": {"algorithm": "RS512"},
    "by a stranger's key of that id": {"signs_with": SigningKey("provider-1")},
    "by a key it does not show": {"signs_with": key_named("theirs")},
    "with another access token": {"lies": {"at_hash": "AAAAAAAAAAAAAAAAAAAAAA"}},
}


def test_what_is_not_proven_lets_nobody_in(world: OpenId) -> None:
    a_linked_distributor(world)
    world.app.extensions["openid_providers"] = {}
    seen = {}
    for name, lie in LIES.items():
        browser = world.app.test_client()
        for attribute, value in lie.items():
            setattr(world.provider, attribute, value)
        seen[name] = (world.through(browser), is_in(browser))
        world.provider.lies, world.provider.algorithm, world.provider.signs_with = {}, "RS256", None
    assert seen == dict.fromkeys(LIES, ("/login", False))


def test_an_answer_is_taken_once(world: OpenId) -> None:
    a_linked_distributor(world)
    browser = world.app.test_client()
    back = world.back(browser)
    with browser.session_transaction() as kept:
        begun = dict(kept)
    assert browser.get(back).location == "/links"
    thief = world.app.test_client()
    with thief.session_transaction() as kept:
        kept.update(begun)
    assert thief.get(back).location == "/login"
    assert not is_in(thief)
    assert world.provider.refused == []


def test_a_code_is_redeemed_once(world: OpenId) -> None:
    a_linked_distributor(world)
    first = world.app.test_client()
    used = re.search(r"code=([^&]+)", back := world.back(first))
    first.get(back)
    second = world.app.test_client()
    again = re.sub(r"code=[^&]+", used[0] if used else "", world.back(second))
    assert second.get(again).location == "/login"
    assert world.provider.refused == ["invalid_grant"]


def test_a_code_of_another_login_fails_its_challenge(world: OpenId) -> None:
    """Somebody puts their own code into a victim's answer."""
    a_linked_distributor(world)
    thief, victim = world.app.test_client(), world.app.test_client()
    theirs = re.search(r"code=[^&]+", world.back(thief))
    assert theirs is not None
    assert victim.get(re.sub(r"code=[^&]+", theirs[0], world.back(victim))).location == "/login"
    assert world.provider.refused == ["invalid_grant"]


@pytest.mark.parametrize("change", ["state=[^&]+", "iss=[^&]+", "code=[^&]+"])
def test_a_part_that_is_missing_or_another_is_refused(world: OpenId, change: str) -> None:
    a_linked_distributor(world)
    for to in ("", "{}=another".format(change.partition("=")[0])):
        browser = world.app.test_client()
        assert browser.get(re.sub(change, to, world.back(browser))).location == "/login"
        assert not is_in(browser)


def test_an_answer_begun_in_another_browser_is_refused(world: OpenId) -> None:
    a_linked_distributor(world)
    victim = world.app.test_client()
    assert victim.get(world.back(world.app.test_client())).location == "/login"
    assert not is_in(victim)


def test_who_says_no_there_is_back_at_the_login(world: OpenId) -> None:
    browser = world.app.test_client()
    state = re.search(r"state=([^&]+)", world.begin(browser))
    assert state is not None
    answer = browser.get(f"/sign-in/done?error=access_denied&state={state[1]}&iss={world.provider.url}")
    assert answer.location == "/login"
    assert "did not work" in page(browser, "/login")


def test_a_new_key_is_found_by_itself(world: OpenId) -> None:
    a_linked_distributor(world)
    world.through(world.app.test_client())
    world.provider.keys = [key_named("provider-2")]
    known = world.app.extensions["openid_providers"][world.provider.url]
    known._found_at -= 60
    browser = world.app.test_client()
    assert world.through(browser) == "/links"


def test_a_provider_that_is_away_says_so(world: OpenId) -> None:
    world.provider.up = False
    browser = world.app.test_client()
    assert world.begin(browser) == "/login"
    assert "That login is not responding" in page(browser, "/login")


def test_the_address_may_come_from_userinfo_of_the_same_person(world: OpenId) -> None:
    a_linked_distributor(world)
    world.provider.lies = {"email": None, "email_verified": None}
    world.provider.userinfo = {"sub": "ada-1", "email": "ada@example.com", "email_verified": True}
    assert world.through(world.app.test_client()) == "/links"
    world.provider.userinfo = {"sub": "eve", "email": "ada@example.com", "email_verified": True}
    assert world.through(world.app.test_client()) == "/login"


def test_a_login_is_connected_and_disconnected_on_ones_own_page(world: OpenId) -> None:
    with transaction(world.engine) as session:
        a_distributor(session, email="grace@example.com", password=PASSWORD)
    browser = world.app.test_client()
    log_in(browser, "grace@example.com")
    shown = page(browser, "/account/security")
    found = re.search(rf'href="(/sign-in/distributor/{world.provider_id}\?connect=[^"]+)"', shown)
    assert found is not None
    assert browser.get(world.back(browser, path=found[1])).location == "/account/security"
    other = world.app.test_client()
    assert world.through(other) == "/links"
    assert "grace@example.com" in page(other, "/account")

    shown = page(browser, "/account/security")
    gone = re.search(r'action="(/account/identities/[^"]+)"', shown)
    token = re.search(r'name="csrf_token"[^>]*value="([^"]+)"', shown)
    assert gone is not None
    assert token is not None
    assert browser.post(gone[1], data={"csrf_token": token[1]}).status_code == 303
    assert world.through(world.app.test_client()) == "/register"


def test_nobody_is_made_to_connect_a_strangers_login(world: OpenId) -> None:
    """A link somebody was sent begins a login, never a connection; nor does one made for another session."""
    with transaction(world.engine) as session:
        grace = a_distributor(session, email="grace@example.com", password=PASSWORD).id
        a_distributor(session, email="eve@example.com", password=PASSWORD)
    eve, victim = world.app.test_client(), world.app.test_client()
    log_in(eve, "eve@example.com")
    log_in(victim, "grace@example.com")
    shown = page(eve, "/account/security")
    hers = re.search(rf'href="(/sign-in/distributor/{world.provider_id}\?connect=[^"]+)"', shown)
    assert hers is not None
    for path in (f"/sign-in/distributor/{world.provider_id}", hers[1]):
        victim.get(world.back(victim, path=path))
        with transaction(world.engine) as session:
            assert identities_of(session, "distributor", grace) == []


def test_an_owner_sets_a_provider_up(world: OpenId) -> None:
    now = datetime.now(UTC)
    with transaction(world.engine) as session:
        merchants.create(session, email="owner@shop.example", password=PASSWORD, actor=ACTOR, now=now)
        providers.remove(session, world.provider_id, actor=ACTOR, now=now)
    client = ConsoleClient(world.app)
    client.sign_in("owner", PASSWORD)
    new = "/console/sign-in/providers/new"
    assert "http://localhost/sign-in/done" in client.page(new)
    given = {"label": "Example ID", "client_id": CLIENT_ID, "secret": SECRET, "for_merchants": "y"}
    assert "begins with https" in client.send(new, given | {"issuer": "ftp://x"}, page=new).get_data(True)
    away = client.send(new, given | {"issuer": "http://127.0.0.1:9"}, page=new).get_data(True)
    assert "It does not work" in away
    shown = client.act(new, given | {"issuer": world.provider.url}, page=new)
    assert "Example ID" in shown
    with transaction(world.engine) as session:
        [kept] = providers.providers(session)
        sealed = kept.client_secret_encrypted
        assert sealed is not None
        assert SECRET not in sealed
        change = f"/console/sign-in/providers/{kept.id}"
    assert SECRET not in client.page(change)
    del given["secret"], given["for_merchants"]
    client.act(change, given | {"issuer": world.provider.url, "for_distributors": "y"}, page=change)
    with transaction(world.engine) as session:
        [kept] = providers.providers(session)
        assert kept.client_secret_encrypted == sealed
        assert (kept.for_distributors, kept.for_merchants) == (True, False)
    assert "Continue with" not in page(world.app.test_client(), "/console/login")
    client.act(f"{change}/remove", page=change)
    assert "Continue with" not in page(world.app.test_client(), "/login")


def test_the_secret_is_renewed_with_the_keys(world: OpenId) -> None:
    newer = Cipher([Fernet.generate_key().decode(), world.key])
    [place] = [
        each
        for each in encrypted_places(every_table.access.IdentityProvider.metadata)
        if each.table == "identity_providers"
    ]
    assert rotate(world.engine, place, newer).renewed == 1
    with transaction(world.engine) as session:
        [kept] = session.scalars(select(IdentityProvider))
        assert kept.client_secret_encrypted is not None
        assert newer.is_current(kept.client_secret_encrypted)
        assert newer.open(kept.client_secret_encrypted) == SECRET


def test_the_doctor_looks_at_each_provider(world: OpenId) -> None:
    settings = world.app.extensions["settings"]
    [well] = check_logins(world.engine, settings)
    assert (well.subject, well.state) == ("logins by Example ID", "good")
    assert well.seen == f"{world.provider.url} answers and signs by RS256"
    # The code it was shown is nobody's: it said so, and gave nothing.
    assert world.provider.refused == ["invalid_grant"]
    world.provider.says = {"issuer": "https://elsewhere.example.com"}
    [ill] = check_logins(world.engine, settings)
    assert ill.state == "bad"
    assert "calls itself 'https://elsewhere.example.com'" in ill.seen


def test_the_doctor_finds_a_wrong_secret(world: OpenId) -> None:
    settings = world.app.extensions["settings"]
    with transaction(world.engine) as session:
        [kept] = session.scalars(select(IdentityProvider))
        kept.client_secret_encrypted = Cipher(settings.encryption_keys).seal("the secret of last year")
    [ill] = check_logins(world.engine, settings)
    assert (ill.code, ill.state) == ("login.client_refused", "bad")
    assert ill.seen == f"the provider does not take the client {CLIENT_ID} with this secret: invalid_client"
    assert world.provider.refused == ["invalid_client"]

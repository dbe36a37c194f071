"""Web push from the browser's subscription to what it shows, over a push service of ours that reads every message."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta

import pytest
from cryptography.fernet import Fernet
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import Engine

from distribution.db import transaction
from distribution.network.tables import Distributor
from distribution.notice import tell
from distribution.notice.browsers import browsers
from distribution.notice.kinds import PUSH
from distribution.outbox.carry_out import Carried, carry_out
from jobs.notices import channels, plan_all, push_handlers
from portal.app import create_app
from tests.factories import a_distributor
from tests.functional.conftest import log_in, portal_settings, token_of
from tests.functional.world import PASSWORD
from tests.providers.push_service import PushService, running_push_service

KEY = Fernet.generate_key().decode()


@pytest.fixture
def service() -> Iterator[PushService]:
    with running_push_service() as running:
        yield running


@pytest.fixture
def app(engine: Engine, database_url: str, redis_url: str, service: PushService) -> Flask:
    settings = portal_settings(database_url, redis_url, encryption_keys=KEY)
    made = create_app(settings, engine, testing=True)
    made.config["PUSH_SERVICES"] = (service.host,)
    return made


@pytest.fixture
def ada(engine: Engine) -> Distributor:
    with transaction(engine) as session:
        return a_distributor(session, name="Ada", email="ada@example.com", password=PASSWORD)


@pytest.fixture
def inside(app: Flask, ada: Distributor) -> FlaskClient:
    client = app.test_client()
    log_in(client, "ada@example.com")
    return client


def subscribe(client: FlaskClient, subscription: object) -> int:
    token = token_of(client, "/account/notices")
    sent = client.post("/account/notices/browsers", json=subscription, headers={"X-CSRFToken": token})
    return sent.status_code


def push(engine: Engine, database_url: str, redis_url: str, *, later: timedelta = timedelta()) -> Carried:
    plan_all(engine, {PUSH: channels()[PUSH]})
    known = push_handlers(engine, portal_settings(database_url, redis_url, encryption_keys=KEY))
    return carry_out(engine, known, clock=lambda: datetime.now(UTC) + later)


def test_a_browser_shows_what_was_told_and_only_it_can_read_it(
    inside: FlaskClient,
    engine: Engine,
    ada: Distributor,
    service: PushService,
    database_url: str,
    redis_url: str,
) -> None:
    assert subscribe(inside, service.browser("phone").subscription) == 200
    assert subscribe(inside, service.browser("laptop").subscription) == 200
    facts = {"order_id": 7, "order_number": "#7", "amount_minor": 1250, "currency": "EUR"}
    with transaction(engine) as session:
        tell(session, ada.id, "sale", key="sale-7", facts=facts, now=datetime.now(UTC))
        tell(session, ada.id, "factor_guessing", key="g", now=datetime.now(UTC))
    assert push(engine, database_url, redis_url).done == 2
    for name in ("phone", "laptop"):
        titles = {each["title"] for each in service.shown[name].values()}
        assert titles == {"New sale: €12.50", "Wrong codes for your account"}
        assert all(
            each["url"].startswith("http://localhost/notices/") for each in service.shown[name].values()
        )
    assert sorted({each["urgency"] for each in service.headers}) == ["high", "normal"]


def test_a_subscription_that_is_gone_is_forgotten_and_one_that_fails_is_tried_again(
    inside: FlaskClient,
    engine: Engine,
    ada: Distributor,
    service: PushService,
    database_url: str,
    redis_url: str,
) -> None:
    for name in ("gone", "busy", "fine"):
        subscribe(inside, service.browser(name).subscription)
    service.answers = {"gone": 410, "busy": 503}
    with transaction(engine) as session:
        tell(session, ada.id, "suspended", key="s", now=datetime.now(UTC))
    assert push(engine, database_url, redis_url).failed == 1
    with transaction(engine) as session:
        assert len(browsers(session, ada.id)) == 2
    service.answers = {}
    assert push(engine, database_url, redis_url, later=timedelta(hours=1)).done == 1
    # What had arrived the first time arrived again, and is one notification.
    assert {name: len(shown) for name, shown in service.shown.items()} == {"fine": 1, "busy": 1}


def test_only_push_services_and_real_keys_are_kept(
    inside: FlaskClient, engine: Engine, ada: Distributor, service: PushService
) -> None:
    good = service.browser("phone").subscription
    for wrong in (
        {**good, "endpoint": "https://internal.example/admin"},
        {**good, "endpoint": f"https://{service.host}@evil.example/"},
        {**good, "endpoint": 7},
        {**good, "keys": {"p256dh": "AAAA", "auth": good["keys"]["auth"]}},
        {**good, "keys": {"p256dh": good["keys"]["p256dh"], "auth": "AAAA"}},
        {"endpoint": good["endpoint"]},
        [],
        None,
    ):
        assert subscribe(inside, wrong) == 422, wrong
    with transaction(engine) as session:
        assert list(browsers(session, ada.id)) == []


def test_a_browser_is_taken_off_without_a_script(
    inside: FlaskClient, engine: Engine, ada: Distributor, service: PushService
) -> None:
    subscribe(inside, service.browser("phone").subscription)
    with transaction(engine) as session:
        [browser] = browsers(session, ada.id)
    token = token_of(inside, "/account/notices")
    inside.post(f"/account/notices/browsers/{browser.id}/forget", data={"csrf_token": token})
    with transaction(engine) as session:
        assert list(browsers(session, ada.id)) == []


def test_a_script_of_another_page_subscribes_nobody(inside: FlaskClient, service: PushService) -> None:
    sent = inside.post("/account/notices/browsers", json=service.browser("phone").subscription)
    assert sent.status_code == 400

"""Payout methods in the portal and the console, and the address that providers report to."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path
from uuid import UUID, uuid4

import pytest
from cryptography.fernet import Fernet
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import Engine

from distribution.adapters.payout.keys import short_key
from distribution.db import transaction
from distribution.privacy.encryption import Cipher
from distribution.settings.errors import InvalidSetting
from portal.app import create_app
from portal.payouts import adapters
from tests.factories import a_distributor
from tests.functional.conftest import portal_settings, token_of
from tests.functional.console_client import ConsoleClient
from tests.functional.console_world import a_merchant
from tests.functional.world import PASSWORD
from tests.integration.test_payout_sepa import ENVIRON as SEPA
from tests.integration.test_payout_sepa import PAYEE as ACCOUNT
from tests.integration.test_payout_sepa import transfers
from tests.integration.test_payout_wechat import PAYEE as RECEIVER
from tests.money import NOW
from tests.payout_world import HOUR, PayoutWorld
from tests.providers.server import running
from tests.providers.wechat import Wechat

KEY = Fernet.generate_key().decode()
EMAIL = "ada@example.com"


@pytest.fixture
def wechat(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Wechat]:
    with running(Wechat(NOW)) as server:
        for name, value in (server.write_keys(tmp_path) | SEPA).items():
            monkeypatch.setenv(name, value)
        yield server
    adapters.cache_clear()


@pytest.fixture
def portal(wechat: Wechat, engine: Engine, database_url: str, redis_url: str) -> Flask:
    return create_app(portal_settings(database_url, redis_url, encryption_keys=KEY), engine, testing=True)


def world(engine: Engine, method: str) -> PayoutWorld:
    currency, payee = {"wechat": ("CNY", RECEIVER), "sepa": ("EUR", ACCOUNT)}[method]
    made = PayoutWorld(engine, method, currency, payee, cipher=Cipher([KEY]))
    made.adapter = adapters()[method]
    made.adapter.clock = made.clock
    return made


def test_a_webhook_is_heard_with_a_signature_only(portal: Flask, engine: Engine, wechat: Wechat) -> None:
    payouts = world(engine, "wechat")
    one = payouts.approved()
    payouts.carry()
    wechat.confirm(short_key(one.idempotency_key))
    headers, body = wechat.callback(short_key(one.idempotency_key))
    client = portal.test_client()
    path = "/webhooks/payouts/wechat"
    assert client.post(path, data=body).status_code == 401
    assert client.post(path, data=body + b" ", headers=headers).status_code == 401
    payouts.check(wechat, one, "sent", paid=1)
    for _ in range(2):
        answer = client.post(path, data=body, headers=headers)
        assert (answer.status_code, answer.headers.get("Set-Cookie")) == (204, None)
        payouts.check(wechat, one, "paid", paid=1)
    assert client.post("/webhooks/payouts/manual", data=b"{}").status_code == 401
    assert client.post("/webhooks/payouts/nobody", data=b"{}").status_code == 404
    assert client.get(path).status_code == 405
    assert client.post(path, data=b"x" * 300_000, headers=headers).status_code == 413
    # Signed, and of a kind that this version cannot read: to be told again.
    assert client.post(path, data=b"no JSON", headers=wechat.signed(b"no JSON")[0]).status_code == 503


def signed_in(portal: Flask, engine: Engine) -> tuple[FlaskClient, UUID]:
    with transaction(engine) as session:
        who = a_distributor(session, email=EMAIL, password=PASSWORD, name="Ada")
        who.email_confirmed_at = NOW
        identity = who.id
    client = portal.test_client()
    data = {"csrf_token": token_of(client, "/login"), "email": EMAIL, "password": PASSWORD}
    assert client.post("/login", data=data).status_code in (302, 303)
    return client, identity


def test_each_method_has_its_form_and_its_rules(portal: Flask, engine: Engine) -> None:
    client, _ = signed_in(portal, engine)
    page = client.get("/account").get_data(as_text=True)
    assert all(words in page for words in ("SEPA transfer", "WeChat Pay", "Bank transfer", "OpenID"))
    ids = re.findall(r' id="((?:manual|sepa|wechat)-[^"]+)"', page)
    assert len(ids) == len(set(ids))
    data = {"csrf_token": token_of(client, "/account"), "adapter": "sepa"}
    wrong = client.post("/account/methods", data=data | ACCOUNT | {"iban": "DE89370400440532013001"})
    assert wrong.status_code == 422
    assert "check it for typos" in wrong.get_data(as_text=True)
    assert client.post("/account/methods", data=data | ACCOUNT).status_code == 303
    assert client.post("/account/methods", data=data | {"adapter": "nobody"}).status_code == 404
    assert "DE •••• 3000" in client.get("/account").get_data(as_text=True)
    client.set_cookie("language", "zh_Hans")
    assert "微信支付" in client.get("/account").get_data(as_text=True)


def test_a_payee_confirms_in_wechat(portal: Flask, engine: Engine, wechat: Wechat) -> None:
    client, who = signed_in(portal, engine)
    payouts = world(engine, "wechat")
    one = payouts.approved(who)
    payouts.carry()
    page = client.get(f"/withdrawals/{one.id}").get_data(as_text=True)
    assert f'data-package="package-of-{one.id.hex}"' in page
    assert "wechat." in page
    wechat.confirm(one.id.hex)
    wechat.now += HOUR
    payouts.later()
    assert "data-package" not in client.get(f"/withdrawals/{one.id}").get_data(as_text=True)


def test_a_sepa_file_from_the_console(portal: Flask, engine: Engine) -> None:
    payouts = world(engine, "sepa")
    chosen = [payouts.approved(), payouts.approved()]
    with transaction(engine) as session:
        a_merchant(session, "finance", now=NOW)
    finance = ConsoleClient(portal)
    finance.sign_in("finance")
    page = finance.act("/console/withdrawals/sepa-files")
    assert "A file with 2 transfers is ready" in page
    address = re.search(r'action="(/console/withdrawals/sepa-files/[0-9a-f-]+)"', page)
    assert address is not None
    first, again = finance.send(address[1]), finance.send(address[1])
    assert first.data == again.data
    assert [number for number, *_ in transfers(first.data)] == [each.id.hex for each in chosen]
    assert "Nothing approved waits" in finance.act("/console/withdrawals/sepa-files")
    assert "2 withdrawals are marked as paid" in finance.act(address[1] + "/paid", {"reference": "B-7"})
    assert [payouts.state(each.id) for each in chosen] == ["paid", "paid"]
    assert finance.send(f"/console/withdrawals/sepa-files/{uuid4()}").status_code == 404


def test_a_provider_is_asked_not_to_pay(portal: Flask, engine: Engine, wechat: Wechat) -> None:
    payouts = world(engine, "wechat")
    one = payouts.approved()
    payouts.carry()
    with transaction(engine) as session:
        a_merchant(session, "finance", now=NOW)
    finance = ConsoleClient(portal)
    finance.sign_in("finance")
    page = finance.page(f"/console/withdrawals/{one.id}")
    assert "WAIT_USER_CONFIRM" in page
    assert "Ask the provider not to pay" in page
    wechat.now = payouts.now
    finance.act(f"/console/withdrawals/{one.id}/stop")
    payouts.check(wechat, one, "failed", paid=0)


def test_a_method_that_is_half_configured_stops_the_start(
    monkeypatch: pytest.MonkeyPatch, engine: Engine, database_url: str, redis_url: str
) -> None:
    monkeypatch.setenv("DISTRIBUTION_PAYOUT_STRIPE_WEBHOOK_SECRET", "whsec_1")
    with pytest.raises(InvalidSetting, match="DISTRIBUTION_PAYOUT_STRIPE_SECRET_KEY"):
        create_app(portal_settings(database_url, redis_url), engine, testing=True)
    adapters.cache_clear()

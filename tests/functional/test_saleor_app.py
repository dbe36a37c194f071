"""The Saleor App over HTTP: who may install it, what is taken, and that forgeries change nothing and are counted."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
import redis
from cryptography.fernet import Fernet
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import Engine, text
from sqlalchemy.orm import Session

from distribution.adapters.saleor.app.delivery import LARGEST_BODY
from distribution.adapters.saleor.connect import shop_token
from distribution.settings.environment import Settings
from portal.app import create_app
from tests.functional.conftest import portal_settings
from tests.saleor_app import APP_ID, SigningShop, running_signing_shop, told
from tests.saleor_signing import SigningKey, body_of, key_named

ORDER = "T3JkZXI6MQ=="


@dataclass
class World:
    """The portal, the shop it belongs to, and their settings."""

    app: Flask
    shop: SigningShop
    settings: Settings
    engine: Engine

    @property
    def client(self) -> FlaskClient:
        return self.app.test_client()

    def rows(self, query: str) -> list[Any]:
        with Session(self.engine) as session:
            return list(session.execute(text(query)))

    def inbox(self) -> list[tuple[Any, ...]]:
        return [
            tuple(row)
            for row in self.rows(
                "SELECT source, kind, subject_id, hook, referral FROM distribution.inbox ORDER BY id"
            )
        ]

    def refusals(self, reason: str, kind: str = "delivery") -> float:
        """As Prometheus would read it."""
        page = self.client.get("/metrics").get_data(as_text=True)
        name = f'distribution_saleor_refusals_total{{kind="{kind}",reason="{reason}"}} '
        [line] = [line for line in page.splitlines() if line.startswith(name)]
        return float(line.removeprefix(name))


@pytest.fixture
def shop() -> Iterator[SigningShop]:
    with running_signing_shop() as shop:
        yield shop


@pytest.fixture
def world(engine: Engine, database_url: str, redis_url: str, shop: SigningShop) -> World:
    """A portal that was told of its shop, and a shop that has not installed anything yet."""
    settings = portal_settings(
        database_url,
        redis_url,
        "https://partners.example.com",
        encryption_keys=Fernet.generate_key().decode(),
        saleor_api_url=shop.url,
    )
    shop.app("the-token")
    return World(create_app(settings, engine, testing=True), shop, settings, engine)


@pytest.fixture
def installed(world: World) -> World:
    assert world.shop.install(world.client).status_code == 200
    return world


def refused(answer: Any) -> tuple[int, str]:
    return answer.status_code, answer.get_json()["error"]["code"]


def test_the_manifest_asks_for_ids_alone_and_three_permissions(world: World) -> None:
    document = world.client.get("/saleor/manifest").get_json()

    assert document["id"] == "distribution"
    assert document["permissions"] == ["MANAGE_ORDERS", "MANAGE_CHECKOUTS", "MANAGE_DISCOUNTS"]
    assert document["tokenTargetUrl"] == "https://partners.example.com/saleor/register"
    by_name = {webhook["name"]: webhook for webhook in document["webhooks"]}
    assert by_name["Orders"]["targetUrl"] == "https://partners.example.com/saleor/webhooks/orders"
    assert "... on OrderUpdated { order { id } }" in by_name["Orders"]["query"]
    assert "... on OrderBulkCreated { orders { id } }" in by_name["Orders"]["query"]
    assert 'code: metafield(key: "referral_code")' in by_name["Checkouts"]["query"]
    words = " ".join(webhook["query"] for webhook in document["webhooks"])
    assert not {"email", "total", "lines", "user", "address"} & set(words.split())


def test_installing_keeps_the_token_sealed_and_says_so_in_the_audit_log(world: World) -> None:
    assert world.shop.install(world.client).status_code == 200

    [row] = world.rows("SELECT * FROM distribution.saleor_installations")
    assert (row.api_url, row.app_id, row.saleor_version, row.removed_at) == (
        world.shop.url,
        APP_ID,
        "3.23",
        None,
    )
    assert "the-token" not in row.token_encrypted
    assert shop_token(world.settings, world.engine) == "the-token"
    [entry] = world.rows("SELECT action, after FROM distribution.audit_log WHERE action LIKE 'saleor.%'")
    assert entry.action == "saleor.install"
    assert "the-token" not in json.dumps(entry.after)


def test_installing_again_replaces_what_was_installed(installed: World) -> None:
    installed.shop.app("another-token", id="QXBwOjIx")

    assert installed.shop.install(installed.client, "another-token").status_code == 200

    rows = installed.rows(
        "SELECT app_id, removed_reason, token_encrypted FROM distribution.saleor_installations ORDER BY id"
    )
    assert [tuple(row)[:2] for row in rows] == [(APP_ID, "replaced"), ("QXBwOjIx", None)]
    assert rows[0].token_encrypted is None
    assert shop_token(installed.settings, installed.engine) == "another-token"


@pytest.mark.parametrize(
    "headers",
    [
        {"Saleor-Api-Url": "https://stranger.example.com/graphql/", "Saleor-Domain": "stranger.example.com"},
        {"Saleor-Domain": "stranger.example.com"},
        {"Saleor-Api-Url": "https://stranger.example.com/graphql/"},
        {"Saleor-Api-Url": ""},
        {"Saleor-Api-Url": "http://["},
    ],
)
def test_a_strangers_saleor_cannot_install_and_is_not_asked(world: World, headers: dict[str, str]) -> None:
    before = world.refusals("other_domain", "installation")

    assert refused(world.shop.install(world.client, **headers)) == (403, "other_domain")

    assert world.shop.asked == []
    assert world.rows("SELECT * FROM distribution.saleor_installations") == []
    assert world.refusals("other_domain", "installation") == before + 1


def test_a_token_the_shop_does_not_know_is_refused(world: World) -> None:
    assert refused(world.shop.install(world.client, "made-up")) == (403, "token_refused")


@pytest.mark.parametrize(
    "app, reason",
    [
        ({"identifier": "another.app"}, "token_refused"),
        ({"identifier": None}, "token_refused"),
        ({"isActive": False}, "token_refused"),
        ({"permissions": [{"code": "MANAGE_ORDERS"}]}, "missing_permission"),
    ],
)
def test_a_token_of_another_app_of_the_shop_is_refused(
    world: World, app: dict[str, Any], reason: str
) -> None:
    world.shop.app("its-token", **app)
    assert refused(world.shop.install(world.client, "its-token")) == (403, reason)
    assert world.rows("SELECT * FROM distribution.saleor_installations") == []


def test_a_failed_attempt_leaves_the_installation_as_it_is(installed: World) -> None:
    installed.shop.install(installed.client, "made-up")
    assert shop_token(installed.settings, installed.engine) == "the-token"


def test_a_shop_that_does_not_answer_is_a_matter_of_later(world: World) -> None:
    world.shop.up = False
    assert refused(world.shop.install(world.client)) == (503, "unreachable")


@pytest.mark.parametrize(
    "body", [b"", b"no json", b"[]", b"{}", b'{"auth_token": 7}', b'{"auth_token": "a b"}']
)
def test_a_handshake_without_a_token(world: World, body: bytes) -> None:
    answer = world.client.post("/saleor/register", data=body, headers=world.shop.headers())
    assert refused(answer) == (400, "malformed")


def test_a_handshake_that_is_too_large(world: World) -> None:
    assert refused(world.shop.install(world.client, "x" * 5_000)) == (413, "too_large")


def test_nobody_tries_tokens_without_end(world: World) -> None:
    codes = [world.shop.install(world.client, "made-up").status_code for _ in range(21)]
    assert codes == [403] * 20 + [429]


def test_without_a_shop_of_its_own_a_portal_takes_nothing(portal: Flask, shop: SigningShop) -> None:
    assert refused(shop.install(portal.test_client())) == (403, "not_configured")
    assert refused(shop.deliver(portal.test_client(), told("OrderUpdated", ORDER))) == (403, "not_configured")


def test_an_orders_event_becomes_a_signal_and_a_poke(installed: World, redis_url: str) -> None:
    with redis.Redis.from_url(redis_url) as listener, listener.pubsub() as pokes:
        pokes.subscribe("distribution:poke")
        assert pokes.get_message(timeout=2) is not None

        assert installed.shop.deliver(installed.client, told("OrderFullyPaid", ORDER)).status_code == 204

        poke = pokes.get_message(timeout=2)
    assert installed.inbox() == [("saleor", "order", ORDER, "app.order_fully_paid", None)]
    assert poke is not None
    assert poke["type"] == "message"


def test_every_order_of_an_import_becomes_a_signal(installed: World) -> None:
    body = told("OrderBulkCreated", "T3JkZXI6MQ==", "T3JkZXI6Mg==")
    assert installed.shop.deliver(installed.client, body).status_code == 204
    assert sorted(row[2] for row in installed.inbox()) == ["T3JkZXI6MQ==", "T3JkZXI6Mg=="]


def test_a_fulfilment_tells_of_its_order(installed: World) -> None:
    body = told("FulfillmentCreated", ORDER)
    assert installed.shop.deliver(installed.client, body, webhook="fulfillments").status_code == 204
    assert [row[2:4] for row in installed.inbox()] == [(ORDER, "app.fulfillment_created")]


def test_a_checkout_tells_of_its_referral(installed: World) -> None:
    body = told("CheckoutCreated", "Q2hlY2tvdXQ6MQ==", code=" ALICE ", click="c-1")
    assert installed.shop.deliver(installed.client, body, webhook="checkouts").status_code == 204
    assert installed.inbox() == [
        ("saleor", "checkout", "Q2hlY2tvdXQ6MQ==", "app.checkout_created", {"code": "ALICE", "click": "c-1"})
    ]


def test_a_referral_is_cut_and_cleaned_as_the_plugin_does(installed: World) -> None:
    body = told("CheckoutMetadataUpdated", "Q2hlY2tvdXQ6MQ==", code="A\0" + "B" * 1_000)
    assert installed.shop.deliver(installed.client, body, webhook="checkouts").status_code == 204
    assert installed.inbox()[0][4] == {"code": "A\ufffd" + "B" * 253, "click": None}


def test_a_checkout_without_referral_is_no_signal(installed: World) -> None:
    body = told("CheckoutCreated", "Q2hlY2tvdXQ6MQ==", code="  ")
    assert installed.shop.deliver(installed.client, body, webhook="checkouts").status_code == 204
    assert installed.inbox() == []


def test_a_signal_that_waits_is_not_put_twice(installed: World) -> None:
    for _ in range(3):
        assert installed.shop.deliver(installed.client, told("OrderUpdated", ORDER)).status_code == 204
    assert len(installed.inbox()) == 1


def test_a_new_key_of_the_shop_is_learnt_by_itself(installed: World) -> None:
    installed.shop.deliver(installed.client, told("OrderCreated", ORDER))
    installed.app.extensions["saleor_app"].keys._tried_at = None
    installed.shop.keys = [key_named("second")]

    assert installed.shop.deliver(installed.client, told("OrderUpdated", ORDER)).status_code == 204


def forgeries() -> dict[str, Any]:
    """Each a way to deliver what the shop did not say, or not so; with the status and the reason it is refused by."""
    late = datetime.now(UTC) - timedelta(days=1, minutes=1)
    early = datetime.now(UTC) + timedelta(minutes=6)
    body = told("OrderUpdated", ORDER)
    stranger = {"Saleor-Api-Url": "https://stranger.example.com/graphql/"}
    return {
        "wrong key, our name": (
            lambda shop, client: shop.deliver(client, body, signature=SigningKey("first").sign(body)),
            (401, "bad_signature"),
        ),
        "wrong key, its own name": (
            lambda shop, client: shop.deliver(client, body, signature=key_named("theirs").sign(body)),
            (401, "unknown_key"),
        ),
        "altered body": (
            lambda shop, client: shop.deliver(
                client, body.replace(b"MQ", b"Mg"), signature=shop.keys[0].sign(body)
            ),
            (401, "bad_signature"),
        ),
        "no signature": (
            lambda shop, client: shop.deliver(client, body, signature=""),
            (401, "unsigned"),
        ),
        "other domain": (
            lambda shop, client: shop.deliver(client, body, **{"Saleor-Domain": "stranger.example.com"}),
            (403, "other_domain"),
        ),
        "other address": (
            lambda shop, client: shop.deliver(client, body, **stranger),
            (403, "other_domain"),
        ),
        "oversized": (
            lambda shop, client: shop.deliver(client, body + b" " * LARGEST_BODY),
            (413, "too_large"),
        ),
        "told to another app": (
            lambda shop, client: shop.deliver(
                client, body_of("OrderUpdated", ORDER, app_id="QXBwOjk=", issued_at=datetime.now(UTC))
            ),
            (403, "other_app"),
        ),
        "of the day before yesterday": (
            lambda shop, client: shop.deliver(client, told("OrderUpdated", ORDER, issued_at=late)),
            (409, "stale"),
        ),
        "of tomorrow": (
            lambda shop, client: shop.deliver(client, told("OrderUpdated", ORDER, issued_at=early)),
            (409, "ahead"),
        ),
        "by another webhook": (
            lambda shop, client: shop.deliver(client, body, webhook="fulfillments"),
            (400, "malformed"),
        ),
        "no such webhook": (
            lambda shop, client: shop.deliver(client, body, webhook="prices"),
            (404, "unknown_webhook"),
        ),
        "an event nobody asked for": (
            lambda shop, client: shop.deliver(client, body.replace(b"OrderUpdated", b"ProductUpdated")),
            (400, "malformed"),
        ),
        "no JSON": (lambda shop, client: shop.deliver(client, b"hello"), (400, "malformed")),
        "deep JSON": (lambda shop, client: shop.deliver(client, b"[" * 100_000), (400, "malformed")),
        "JSON of another shape": (
            lambda shop, client: shop.deliver(client, b'{"__typename": ["OrderUpdated"]}'),
            (400, "malformed"),
        ),
        "an id that is none": (
            lambda shop, client: shop.deliver(client, told("OrderUpdated", "x" * 256)),
            (400, "malformed"),
        ),
        "an import of nothing": (
            lambda shop, client: shop.deliver(client, told("OrderBulkCreated")),
            (400, "malformed"),
        ),
    }


@pytest.mark.parametrize("name", sorted(forgeries()))
def test_a_forgery_is_refused_logged_and_counted(
    installed: World, name: str, caplog: pytest.LogCaptureFixture
) -> None:
    forge, (status, reason) = forgeries()[name]
    before = installed.refusals(reason)
    caplog.clear()

    assert refused(forge(installed.shop, installed.client)) == (status, reason)

    assert installed.inbox() == []
    assert installed.rows("SELECT * FROM distribution.saleor_deliveries") == []
    assert installed.refusals(reason) == before + 1
    assert [record.name for record in caplog.records if f"delivery refused ({reason})" in record.message] == [
        "portal.saleor_app"
    ]


def test_a_replay_is_refused_logged_and_counted(installed: World, caplog: pytest.LogCaptureFixture) -> None:
    body = told("OrderUpdated", ORDER)
    signature = installed.shop.keys[0].sign(body)
    assert installed.shop.deliver(installed.client, body, signature=signature).status_code == 204
    before, taken = installed.refusals("replay"), installed.inbox()

    answer = installed.shop.deliver(installed.client, body, signature=signature)

    assert refused(answer) == (409, "replay")
    assert installed.refusals("replay") == before + 1
    assert "delivery refused (replay)" in caplog.text
    assert installed.inbox() == taken


def test_what_a_sender_names_itself_stays_on_one_line_of_the_log(
    installed: World, caplog: pytest.LogCaptureFixture
) -> None:
    name = "a\\nb" + "c" * 5_000
    installed.shop.deliver(installed.client, told("OrderUpdated", ORDER), **{"Saleor-Domain": name})
    [record] = [each for each in caplog.records if each.name == "portal.saleor_app"]
    assert len(record.getMessage()) < 400


def test_nothing_is_taken_before_the_app_is_installed(world: World) -> None:
    assert refused(world.shop.deliver(world.client, told("OrderUpdated", ORDER))) == (404, "not_installed")


def test_while_the_shops_keys_cannot_be_read_saleor_is_told_to_try_again(installed: World) -> None:
    installed.shop.up = False
    answer = installed.shop.deliver(installed.client, told("OrderUpdated", ORDER))
    assert refused(answer) == (503, "keys_unavailable")
    assert answer.headers["Retry-After"] == "30"


def test_a_delivery_the_database_did_not_take_is_no_replay_afterwards(
    installed: World, engine: Engine
) -> None:
    body = told("OrderUpdated", ORDER)
    with Session(engine) as session:
        session.execute(text("LOCK TABLE distribution.inbox IN ACCESS EXCLUSIVE MODE"))
        session.execute(text("SET LOCAL idle_in_transaction_session_timeout = 0"))
        first = installed.shop.deliver(installed.client, body)
    assert first.status_code == 503

    assert installed.shop.deliver(installed.client, body).status_code == 204
    assert len(installed.inbox()) == 1


def test_with_redis_away_deliveries_are_taken(installed: World) -> None:
    installed.app.extensions["redis"] = redis.Redis(port=1, socket_connect_timeout=0.1)
    assert installed.shop.deliver(installed.client, told("OrderUpdated", ORDER)).status_code == 204


def test_uninstalled_in_saleor_the_token_is_gone_and_nothing_is_taken_any_more(installed: World) -> None:
    del installed.shop.apps["the-token"]

    assert (
        installed.shop.deliver(installed.client, told("AppDeleted", APP_ID), webhook="app").status_code == 204
    )

    [row] = installed.rows("SELECT token_encrypted, removed_reason FROM distribution.saleor_installations")
    assert tuple(row) == (None, "deleted in Saleor")
    assert shop_token(installed.settings, installed.engine) is None
    assert (
        refused(installed.shop.deliver(installed.client, told("OrderUpdated", ORDER)))[1] == "not_installed"
    )
    actions = installed.rows(
        "SELECT action FROM distribution.audit_log WHERE action LIKE 'saleor.%' ORDER BY number"
    )
    assert [row.action for row in actions] == ["saleor.install", "saleor.remove"]


def test_an_app_that_still_works_was_not_uninstalled(installed: World) -> None:
    """Any app of the shop can have the shop sign nearly anything: what closes us is asked of the shop."""
    answer = installed.shop.deliver(installed.client, told("AppDeleted", APP_ID), webhook="app")

    assert refused(answer) == (403, "not_deleted")
    assert shop_token(installed.settings, installed.engine) == "the-token"


def test_whether_we_were_uninstalled_is_asked_again_while_the_shop_is_away(installed: World) -> None:
    installed.shop.deliver(installed.client, told("OrderUpdated", ORDER))
    installed.shop.up = False
    answer = installed.shop.deliver(installed.client, told("AppDeleted", APP_ID), webhook="app")
    assert refused(answer) == (503, "unreachable")


def test_another_app_that_was_deleted_is_none_of_our_business(installed: World) -> None:
    del installed.shop.apps["the-token"]
    answer = installed.shop.deliver(installed.client, told("AppDeleted", "QXBwOjk="), webhook="app")
    assert refused(answer) == (403, "other_app")
    assert shop_token(installed.settings, installed.engine) == "the-token"

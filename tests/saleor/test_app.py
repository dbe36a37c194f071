"""A real Saleor installs the App by its manifest, tells it what happens in signed webhooks, and removes it again."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any, NamedTuple

import httpx
import pytest
from cryptography.fernet import Fernet
from flask import Flask, Response, request
from sqlalchemy import Engine, text
from sqlalchemy.orm import Session

from distribution.adapters.saleor.app.events import EVENTS
from distribution.adapters.saleor.app.manifest import APP_ID, PERMISSIONS
from distribution.adapters.saleor.connect import connect, shop_token
from distribution.db import transaction
from distribution.settings.environment import Settings
from jobs.drain import drain
from portal.app import create_app
from tests.drained import worth
from tests.factories import a_chain, a_code
from tests.functional.conftest import portal_settings
from tests.saleor.client import Saleor
from tests.saleor.conftest import variable
from tests.saleor.shop import Channel, Shop
from tests.serving import answering

_SECONDS = 60.0
_APPS = "{ apps(first: 100) { edges { node { id identifier } } } }"
_WEBHOOKS = """
query($id: ID!) { app(id: $id) { accessToken extensions { label } permissions { code }
  webhooks { name isActive asyncEvents { eventType }
  eventDeliveries(first: 100) { edges { node { status eventType } } } } } }
"""
_INSTALL = """
mutation($input: AppInstallInput!) { appInstall(input: $input) { appInstallation { id } errors { field message } } }
"""
_INSTALLATIONS = "{ appsInstallations { id status message manifestUrl } }"
_DROP = "mutation($id: ID!) { appDeleteFailedInstallation(id: $id) { errors { field message } } }"
_DELETE = "mutation($id: ID!) { appDelete(id: $id) { errors { field message } } }"


class Sent(NamedTuple):
    """What Saleor sent to which path, and what it was answered."""

    path: str
    headers: dict[str, str]
    body: bytes
    status: int


@dataclass
class AppWorld:
    """A portal on a port of this machine, the real shop, and what the shop has sent."""

    url: str
    saleor: Saleor
    settings: Settings
    engine: Engine
    deliveries: list[Sent]

    def install(self) -> None:
        """Have Saleor install the App, as its dashboard does."""
        given = {
            "appName": "Distribution",
            "manifestUrl": f"{self.url}/saleor/manifest",
            "permissions": list(PERMISSIONS),
        }
        self.saleor.run(_INSTALL, input=given)

    def app_id(self) -> str | None:
        """Our app, as Saleor lists it."""
        edges = self.saleor.run(_APPS)["apps"]["edges"]
        return next((edge["node"]["id"] for edge in edges if edge["node"]["identifier"] == APP_ID), None)

    def failure(self) -> str | None:
        """What Saleor shows whoever tried to install it."""
        for each in self.saleor.run(_INSTALLATIONS)["appsInstallations"]:
            if each["manifestUrl"].startswith(self.url) and each["status"] == "FAILED":
                self.saleor.run(_DROP, id=each["id"])
                return str(each["message"])
        return None

    def remove(self) -> None:
        """Have Saleor delete the App, if it is there."""
        if (app_id := self.app_id()) is not None:
            self.saleor.run(_DELETE, id=app_id)

    def rows(self, query: str) -> list[Any]:
        with Session(self.engine) as session:
            return list(session.execute(text(query)))

    def signals(self, subject_id: str) -> dict[str, Any]:
        """The referral by the hook that told of this subject."""
        return {
            row.hook: row.referral
            for row in self.rows("SELECT subject_id, hook, referral FROM distribution.inbox")
            if row.subject_id == subject_id
        }


def until(found: Callable[[], Any]) -> Any:
    """What is found in the end: Saleor delivers from its own queue."""
    end = time.monotonic() + _SECONDS
    while not (value := found()):
        assert time.monotonic() < end, "Saleor's queue has not delivered it"
        time.sleep(0.2)
    return value


@contextmanager
def portal_of(api_url: str, saleor_url: str, engine: Engine, redis_url: str) -> Iterator[AppWorld]:
    """A portal that was told its shop is at `api_url`; the real shop is left without the App, as it was found."""
    saleor = Saleor(saleor_url, variable("EMAIL"), variable("PASSWORD"))
    deliveries: list[Sent] = []
    settings: list[Settings] = []

    def made(url: str) -> Flask:
        settings.append(
            portal_settings(
                engine.url.render_as_string(hide_password=False).replace("+psycopg", ""),
                redis_url,
                url,
                encryption_keys=Fernet.generate_key().decode(),
                saleor_api_url=api_url,
            )
        )
        return _heard(create_app(settings[0], engine, testing=True), deliveries)

    with answering(made) as url:
        world = AppWorld(url, saleor, settings[0], engine, deliveries)
        assert world.app_id() is None, "this shop has the App installed already: it is left alone"
        yield world
        world.remove()
        # What is still in Saleor's queue finds somebody who answers.
        time.sleep(1)


@pytest.fixture
def world(saleor_url: str, engine: Engine, redis_url: str) -> Iterator[AppWorld]:
    """The portal of this shop."""
    with portal_of(saleor_url, saleor_url, engine, redis_url) as world:
        yield world


def _heard(app: Flask, deliveries: list[Sent]) -> Flask:
    @app.after_request
    def note(response: Response) -> Response:
        if request.method == "POST":
            headers = dict(request.headers)
            deliveries.append(Sent(request.path, headers, request.get_data(), response.status_code))
        return response

    return app


@pytest.fixture
def selling(shop: Shop) -> Channel:
    """A channel to sell in; a plugin that may be on writes to a database of its own."""
    return shop.channel()


def test_from_the_manifest_to_the_commission_and_out_again(
    world: AppWorld, shop: Shop, selling: Channel
) -> None:
    with transaction(world.engine) as session:
        chain = a_chain(session, 3)
        a_code(session, chain[0], "APPALICE")

    world.install()
    app_id = until(world.app_id)
    token = until(lambda: shop_token(world.settings, world.engine))
    checkout = shop.checkout(selling, referral_code="APPALICE", referral_click="click-1")
    order = shop.complete(checkout)
    shop.fulfill(selling, order)
    imported = shop.import_orders(selling, 2)

    told = until(lambda: (found := world.signals(order.id)) and "app.order_fulfilled" in found and found)
    assert {"app.order_created", "app.order_paid", "app.order_fully_paid", "app.fulfillment_created"} <= set(
        told
    )
    assert until(lambda: world.signals(checkout)) == {
        "app.checkout_created": {"code": "APPALICE", "click": "click-1"}
    }
    assert [until(lambda each=each: world.signals(each)) for each in imported] == [
        {"app.order_bulk_created": None}
    ] * 2
    assert {each.status for each in world.deliveries if each.path.startswith("/saleor/webhooks")} == {204}

    client = connect(world.settings, world.engine)
    assert client is not None
    with client:
        assert drain(world.engine, client).error is None
    # 20.00, shipped: 10, 5 and 2 per cent.
    assert worth(world.engine)[order.id] == [40, 100, 200]

    known = world.saleor.run(_WEBHOOKS, id=app_id)["app"]
    assert sorted(each["code"] for each in known["permissions"]) == sorted(PERMISSIONS)
    assert {event["eventType"] for webhook in known["webhooks"] for event in webhook["asyncEvents"]} == {
        event.name for event in EVENTS
    }

    assert [each["label"] for each in known["extensions"]] == ["Commission"]
    shown = httpx.get(
        f"{world.url}/saleor/app/commission",
        params={"order": order.id},
        headers={"Authorization": f"Bearer {known['accessToken']}"},
    )
    assert shown.status_code == 200
    assert "$3.40" in shown.text

    genuine = next(each for each in world.deliveries if each.path == "/saleor/webhooks/orders")
    altered = genuine.body.replace(b"Order", b"order")
    assert _again(world, genuine, genuine.body) == (409, "replay")
    assert _again(world, genuine, altered) == (401, "bad_signature")

    world.remove()
    until(lambda: shop_token(world.settings, world.engine) is None)
    [row] = world.rows("SELECT token_encrypted, removed_reason FROM distribution.saleor_installations")
    assert tuple(row) == (None, "deleted in Saleor")
    assert token


def test_a_shop_cannot_install_the_app_of_another_and_is_told_why(
    saleor_url: str, engine: Engine, redis_url: str
) -> None:
    with portal_of("https://another-shop.example.com/graphql/", saleor_url, engine, redis_url) as world:
        world.install()

        assert until(world.failure) == ("this program belongs to another shop (DISTRIBUTION_SALEOR_API_URL)")
        assert world.app_id() is None
        assert world.rows("SELECT * FROM distribution.saleor_installations") == []


def _again(world: AppWorld, genuine: Sent, body: bytes) -> tuple[int, str]:
    """What a stranger is answered who sends what Saleor has sent."""
    headers = {name: value for name, value in genuine.headers.items() if name.startswith("Saleor-")}
    answer = httpx.post(f"{world.url}{genuine.path}", headers=headers, content=body)
    return answer.status_code, answer.json()["error"]["code"]

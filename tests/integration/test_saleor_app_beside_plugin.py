"""The plugin and the App hear the same traffic: either way the same commission, and both at once give it once."""

from __future__ import annotations

import json
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from datetime import UTC, datetime
from itertools import chain, zip_longest
from typing import Any, NamedTuple

import pytest
from cryptography.fernet import Fernet
from sqlalchemy import Engine, text
from sqlalchemy.orm import Session

from distribution.adapters.saleor.app.address import Address, address
from distribution.adapters.saleor.app.events import EVENTS
from distribution.adapters.saleor.app.installation import install
from distribution.adapters.saleor.app.intake import Envelope, Intake
from distribution.adapters.saleor.app.keyring import KeyRing
from distribution.adapters.saleor.client import SaleorClient
from distribution.db import create_engine, transaction
from distribution.privacy.encryption import Cipher
from distribution.proof import prove
from jobs.drain import drain
from saleor_plugin.inbox import Inbox
from saleor_plugin.referral import Referral
from saleor_plugin.signals import Signal
from tests.database import TestDatabases
from tests.drained import final_state, time_passes, worth
from tests.factories import a_chain, a_code
from tests.recordings import CODE, HERE, SCENARIOS, steps
from tests.saleor_app import APP_ID, told
from tests.saleor_server import Order, Shop, running_shop, with_code
from tests.saleor_signing import jwks, key_named

BY_HOOK = {event.name.lower(): event for event in EVENTS}
PLUGIN, APP = "plugin", "app"


class Happened(NamedTuple):
    """One step of a scenario: the order as it is then, if there is one, and the hooks that fired."""

    scenario: str
    order: Order | None
    hooks: tuple[str, ...]


def traffic() -> list[list[Happened]]:
    """All scenarios side by side: their first steps, their second steps, and so on."""
    rows = list(zip_longest(*(_scenario(name) for name in SCENARIOS)))
    return [[each for each in row if each is not None] for row in rows]


def _scenario(name: str) -> Iterator[Happened]:
    """Its steps; where the order changes without any hook, one is told that a later change would bring."""
    recording = json.loads((HERE / "recordings" / f"{name}.json").read_text())
    fired = {each["step"]: tuple(each["hooks"]) for each in recording["hooks"]}
    for step in recording["steps"]:
        order = step["order"] and with_code(step["order"], CODE)
        yield Happened(name, order, fired.get(step["step"]) or (("order_updated",) if order else ()))


class Ways:
    """The two ways into one database, as far as they are open."""

    def __init__(self, url: str, engine: Engine, shop: Shop, ways: tuple[str, ...]) -> None:
        found = address(shop.url)
        assert found is not None
        self._address: Address = found
        self._key = key_named("first")
        self._plugin = Inbox(url.replace("+psycopg", "")) if PLUGIN in ways else None
        self._app: Intake | None = None
        if APP in ways:
            cipher = Cipher([Fernet.generate_key().decode()])
            with transaction(engine) as session:
                install(
                    session,
                    api_url=found.api_url,
                    app_id=APP_ID,
                    saleor_version="3.23",
                    token=shop.token,
                    cipher=cipher,
                    now=datetime.now(UTC),
                )
            self._app = Intake(
                engine=engine,
                shop=found,
                keys=KeyRing(lambda: jwks(self._key), time.monotonic),
                clients=lambda token: SaleorClient(shop.url, token),
                cipher=cipher,
            )

    def tell(self, happened: Happened) -> None:
        """Every hook of this step that a way listens to."""
        for hook in happened.hooks:
            if hook not in BY_HOOK:
                continue
            kind = "checkout" if hook.startswith("checkout") else "order"
            if kind == "order" and happened.order is None:
                continue
            subject = happened.order["id"] if kind == "order" and happened.order else happened.scenario
            if self._plugin is not None:
                referral = Referral(CODE, None) if kind == "checkout" else None
                self._plugin.write([Signal(kind, subject, hook, referral)])
            if self._app is not None:
                self._deliver(BY_HOOK[hook].type_name, BY_HOOK[hook].webhook, subject, kind)

    def close(self) -> None:
        """Let go of the plugin's connection."""
        if self._plugin is not None:
            self._plugin.close()

    def _deliver(self, type_name: str, webhook: str, subject: str, kind: str) -> None:
        assert self._app is not None
        body = told(type_name, subject, **({"code": CODE} if kind == "checkout" else {}))
        self._app.take(
            Envelope(
                webhook=webhook,
                api_url=self._address.api_url,
                domain=self._address.domain,
                signature=self._key.sign(body),
                body=body,
            ),
            now=datetime.now(UTC),
        )


@contextmanager
def program(databases: TestDatabases) -> Iterator[tuple[str, Engine]]:
    """A program of its own with somebody who sells."""
    url = databases.create()
    engine = create_engine(url)
    with transaction(engine) as session:
        a_code(session, a_chain(session, 3)[0], CODE)
    try:
        yield url, engine
    finally:
        engine.dispose()
        databases.drop(url)


def lived(databases: TestDatabases, shop: Shop, ways: tuple[str, ...]) -> dict[str, Any]:
    """What is recorded once all of the traffic has come these ways, two workers draining at once."""
    shop.orders.clear()
    with (
        program(databases) as (url, engine),
        SaleorClient(shop.url, shop.token, timeout_seconds=5, sleep=lambda _: None) as client,
        SaleorClient(shop.url, shop.token, timeout_seconds=5, sleep=lambda _: None) as another,
        ThreadPoolExecutor(2) as workers,
    ):
        open_ways = Ways(url, engine, shop, ways)
        for row in traffic():
            shop.put(*(happened.order for happened in row if happened.order is not None))
            for happened in row:
                open_ways.tell(happened)
            errors = [done.error for done in workers.map(lambda each: drain(engine, each), (client, another))]
            assert errors == [None, None]
        for _ in range(2):
            time_passes(engine)
            assert drain(engine, client).error is None
        open_ways.close()
        with Session(engine) as session:
            checkouts = session.execute(
                text("SELECT checkout_id, code, click_id FROM distribution.checkout_referrals ORDER BY 1")
            ).all()
            left = session.scalar(text("SELECT count(*) FROM distribution.inbox"))
        with Session(engine) as session:
            assert prove(session).holds
        assert left == 0
        return {
            "orders": final_state(engine),
            "worth": worth(engine),
            "checkouts": [tuple(row) for row in checkouts],
        }


@pytest.fixture
def shop() -> Iterator[Shop]:
    with running_shop() as shop:
        yield shop


def test_either_way_gives_the_same_commission_and_both_at_once_give_it_once(
    databases: TestDatabases, shop: Shop
) -> None:
    plugin, app, both = (lived(databases, shop, ways) for ways in ((PLUGIN,), (APP,), (PLUGIN, APP)))

    assert app == plugin
    assert both == plugin
    newest = {step.snapshot.order_id: step for scenario in SCENARIOS for step in steps(scenario)}
    assert plugin["worth"] == {
        order_id: sorted(chain.from_iterable(step.worth.values())) for order_id, step in newest.items()
    }
    assert plugin["checkouts"]

"""The receipt of an order, by API and from the console, and what its distributor sees of it."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import Engine, text
from sqlalchemy.orm import Session

from distribution.commission.accrue import accrue
from distribution.commission.plan.built_in import BUILT_IN
from distribution.commission.publish import publish
from distribution.db import transaction
from distribution.proof import prove
from tests.factories import ACTOR
from tests.functional.api_client import ApiClient, a_token, an_application
from tests.functional.conftest import log_in
from tests.functional.console_client import ConsoleClient
from tests.functional.console_world import ConsoleWorld
from tests.model.order import ModelLine, ModelOrder
from tests.saleor_orders import snapshot_of

Console = Callable[[str], ConsoleClient]
DAY = timedelta(days=1)


@pytest.fixture
def sent_at() -> datetime:
    return datetime.now(UTC).replace(microsecond=0) - 4 * DAY


@pytest.fixture
def name(request: pytest.FixtureRequest) -> str:
    """Of the order: the tests share what the program has lived through."""
    return f"arrives in {request.node.name}"


@pytest.fixture
def order_id(lived_in_engine: Engine, shop: ConsoleWorld, sent_at: datetime, name: str) -> int:
    """An order that was sent four days ago, and counts as received fifteen days after."""
    line = ModelLine(1, 8_000, 8_000, shipments=[(sent_at, 1)])
    with transaction(lived_in_engine) as session:
        code = session.execute(
            text("SELECT code FROM distribution.referral_codes WHERE distributor_id = :who LIMIT 1"),
            {"who": shop.world.hero_id},
        ).scalar_one()
        publish(session, {**BUILT_IN, "received_after_days": 15}, actor=ACTOR, now=sent_at - 2 * DAY)
        order = ModelOrder(name, "USD", sent_at - DAY, {"TEE": line}, code=code, charged=8_000)
        accrue(session, [snapshot_of(order.shown(), sent_at)], now=sent_at)
        found: int = session.execute(
            text("SELECT id FROM distribution.orders WHERE external_id = :name"), {"name": name}
        ).scalar_one()
    return found


@pytest.fixture
def api(lived_in_engine: Engine, redis_url: str, shop: ConsoleWorld) -> ApiClient:
    token = a_token(lived_in_engine, "orders:write", source="saleor")
    return ApiClient(an_application(lived_in_engine, redis_url), token)


def waits(engine: Engine, order_id: int, sent_at: datetime) -> set[timedelta]:
    """How long after the sending what the order brings matures."""
    with Session(engine) as session:
        assert prove(session).differences == ()
        rows = session.execute(
            text(
                "SELECT matures_at FROM distribution.commission_lines WHERE order_id = :id "
                "GROUP BY matures_at HAVING sum(amount_minor) <> 0"
            ),
            {"id": order_id},
        )
        return {matures_at - sent_at for (matures_at,) in rows}


def test_by_api(api: ApiClient, lived_in_engine: Engine, order_id: int, sent_at: datetime, name: str) -> None:
    said = {"order_id": name, "received_at": (sent_at + DAY).isoformat(), "confirmed_by": "carrier"}
    assert waits(lived_in_engine, order_id, sent_at) == {29 * DAY}

    assert api.post("/receipts", said)["recorded"] is True
    assert waits(lived_in_engine, order_id, sent_at) == {15 * DAY}
    assert api.post("/receipts", said)["recorded"] is False


def test_a_till_brings_nothing_of_the_shops_forward(
    lived_in_engine: Engine, redis_url: str, order_id: int, sent_at: datetime, name: str
) -> None:
    application = an_application(lived_in_engine, redis_url)
    till = ApiClient(application, a_token(lived_in_engine, "orders:write"))
    said = {"order_id": name, "received_at": (sent_at + DAY).isoformat(), "confirmed_by": "merchant"}
    till.post("/receipts", said, status=404)
    refused = till.post("/receipts", {**said, "source": "saleor"}, status=403)
    assert refused["detail"] == "this token lacks the scope money:write"
    assert waits(lived_in_engine, order_id, sent_at) == {29 * DAY}

    finance = ApiClient(application, a_token(lived_in_engine, "orders:write", "money:write"))
    assert finance.post("/receipts", {**said, "source": "saleor"})["source"] == "saleor"
    assert waits(lived_in_engine, order_id, sent_at) == {15 * DAY}


@pytest.mark.parametrize(
    "changes, status, field",
    [
        ({"order_id": "nowhere"}, 404, "order_id"),
        ({"received_at": "2020-01-01T00:00:00Z"}, 422, "received_at"),
        ({"received_at": "2199-01-01T00:00:00Z"}, 422, "received_at"),
        ({"received_at": "2026-01-01T00:00:00"}, 422, "received_at"),
        ({"confirmed_by": "neighbour"}, 422, "confirmed_by"),
    ],
)
def test_what_the_api_refuses(
    api: ApiClient,
    order_id: int,
    sent_at: datetime,
    name: str,
    changes: dict[str, Any],
    status: int,
    field: str | None,
) -> None:
    said = {"order_id": name, "received_at": sent_at.isoformat(), "confirmed_by": "carrier", **changes}

    assert api("POST", "/receipts", said, status=status).get_json().get("field") == field


def test_it_is_confirmed_in_the_console_and_seen_by_its_distributor(
    console: Console,
    console_app: Flask,
    shop: ConsoleWorld,
    lived_in_engine: Engine,
    order_id: int,
    sent_at: datetime,
) -> None:
    browser = console_app.test_client()
    log_in(browser, shop.world.hero_email)
    assert "counts as received on" in browser.get(f"/orders/{order_id}").get_data(as_text=True)
    page = f"/console/orders/{order_id}"
    assert "Nobody has confirmed it yet." in console("finance").page(page)
    local = (datetime.now(UTC) - timedelta(minutes=1)).replace(tzinfo=None, microsecond=0).isoformat()

    shown = console("finance").act(
        f"{page}/receipts", {"received_at": local, "confirmed_by": "shopper"}, page=page
    )

    assert "confirmed by the shopper" in shown
    assert waits(lived_in_engine, order_id, sent_at) != {29 * DAY}
    assert "14 days after it is received" in browser.get(f"/orders/{order_id}").get_data(as_text=True)


def test_a_time_that_cannot_be_is_refused_beside_its_field(console: Console, order_id: int) -> None:
    page = f"/console/orders/{order_id}"
    finance = console("finance")
    for wrong in ("", "soon", "2020-01-01T00:00", "2199-01-01T00:00"):
        answer = finance.send(
            f"{page}/receipts", {"received_at": wrong, "confirmed_by": "carrier"}, page=page
        )
        assert answer.status_code == 422
        assert "Enter a " in answer.get_data(as_text=True)

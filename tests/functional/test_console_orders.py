"""Orders: found by filters, explained, given to somebody else."""

from __future__ import annotations

import re
from collections.abc import Callable

from sqlalchemy import Engine, text
from sqlalchemy.orm import Session

from tests.functional.console_client import ConsoleClient, last_act, merchant_actor
from tests.functional.console_world import ConsoleWorld

Console = Callable[[str], ConsoleClient]


def _orders(page: str) -> list[str]:
    return re.findall(r'href="/console/orders/(\d+)"', page)


def _one(engine: Engine, query: str) -> int:
    with Session(engine) as session:
        return int(session.execute(text(query)).scalar_one())


def test_filters(console: Console, lived_in_engine: Engine) -> None:
    owner = console("owner")
    whole = _one(lived_in_engine, "SELECT count(*) FROM distribution.orders")
    assert len(_orders(owner.page("/console/orders"))) == min(50, whole)
    for query, condition in {
        "whose=attributed": "distributor_id IS NOT NULL",
        "whose=unattributed": "distributor_id IS NULL",
        "reason=referral_code": "reason = 'referral_code'",
        "reason=astray": "reason IN ('unknown_code', 'inactive_distributor', 'malformed_code')",
        "currency=EUR": "currency = 'EUR'",
        "status=cancelled": "status = 'cancelled'",
        "status=shipped": "status = 'open' AND paid AND given_back_minor = 0 AND returned_quantity = 0"
        " AND fulfilled_quantity >= quantity",
        "number=%235001": "number = '5001'",
        "number=order-5001": "number = '5001'",
    }.items():
        expected = _one(lived_in_engine, f"SELECT count(*) FROM distribution.orders WHERE {condition}")
        assert len(_orders(owner.page(f"/console/orders?{query}"))) == min(50, expected), query


def test_pages_hold_every_order_once(console: Console, lived_in_engine: Engine) -> None:
    owner = console("owner")
    seen: list[str] = []
    path, pages = "/console/orders", []
    while path:
        page = owner.page(path)
        pages.append(path)
        seen += _orders(page)
        following = re.search(r'rel="next" href="([^"]+)"', page)
        path = following[1] if following else ""
    assert len(pages) > 1
    assert len(seen) == len(set(seen)) == _one(lived_in_engine, "SELECT count(*) FROM distribution.orders")
    back = re.search(r'rel="prev" href="([^"]+)"', owner.page(pages[-1]))
    assert back is not None
    assert _orders(owner.page(back[1])) == seen[-50 - len(_orders(owner.page(pages[-1]))) :][:50]


def test_an_order_explains_itself(console: Console, lived_in_engine: Engine) -> None:
    order_id = _one(
        lived_in_engine, "SELECT order_id FROM distribution.commission_lines ORDER BY order_id LIMIT 1"
    )
    page = console("owner").page(f"/console/orders/{order_id}")
    for words in (
        "Whose it is",
        "Frozen",
        "Built-in plan",
        "Level 1",
        "How it comes to that",
        "×",
        "Snapshots",
    ):
        assert words in page


def test_reassigned_to_somebody_and_to_nobody(
    console: Console, lived_in_engine: Engine, shop: ConsoleWorld
) -> None:
    finance = console("finance")
    order_id = _one(
        lived_in_engine,
        "SELECT min(id) FROM distribution.orders WHERE reason = 'no_referral' AND fulfilled_quantity > 0",
    )
    path = f"/console/orders/{order_id}/distributor"
    unknown = finance.send(path, {"distributor": "NOT-A-CODE", "reason": "they told us"})
    assert unknown.status_code == 422
    assert "Nobody has this code, address or id." in unknown.get_data(as_text=True)
    assert "Say why" in finance.send(path, {"distributor": "ADA", "reason": " "}).get_data(as_text=True)

    page = finance.act(path, {"distributor": "ada", "reason": "the shopper told us"})
    assert "Reassigned by the merchant" in page
    assert "the shopper told us" in page
    act = last_act(lived_in_engine, "order.reassign")
    assert act.actor == merchant_actor(lived_in_engine, "finance")
    assert act.reason == "the shopper told us"
    assert act.after == {"distributor_id": str(shop.world.hero_id)}
    recorded = f"SELECT coalesce(sum(amount_minor), 0) FROM distribution.commission_lines WHERE order_id = {order_id}"
    assert _one(lived_in_engine, recorded) > 0

    assert "Nothing would change" in finance.send(path, {"distributor": "ADA", "reason": "again"}).get_data(
        as_text=True
    )
    assert "superseded" in finance.act(path, {"distributor": "", "reason": "was a mistake"})
    assert _one(lived_in_engine, recorded) == 0


def test_a_customer_changes_hands_from_now_on(console: Console, lived_in_engine: Engine) -> None:
    support = console("support")
    order_id = _one(lived_in_engine, "SELECT id FROM distribution.orders WHERE customer_key IS NOT NULL")
    assert "Ada Lovelace" in support.page(f"/console/orders/{order_id}")
    path = f"/console/orders/{order_id}/customer"
    assert "decided by the merchant" in support.act(path, {"owner": "P01", "why": "met them at the fair"})
    act = last_act(lived_in_engine, "customer.rebind")
    assert act.reason == "met them at the fair"
    assert "shopper@example.com" not in str((act.subject_id, act.before, act.after))
    assert "theirs already" not in support.page(f"/console/orders/{order_id}")
    assert support.send(path, {"owner": "P01", "why": "again"}).status_code == 422
    assert "nobody's" in support.act(path, {"owner": "", "why": "they asked"})


def test_read_again_from_the_shop(console: Console, lived_in_engine: Engine) -> None:
    order_id = _one(lived_in_engine, "SELECT min(id) FROM distribution.orders")
    assert "once more within seconds" in console("support").act(f"/console/orders/{order_id}/read-again")
    assert last_act(lived_in_engine, "order.read_again").subject_id.startswith("saleor:")
    assert _one(lived_in_engine, "SELECT count(*) FROM distribution.inbox WHERE hook = 'console'") == 1


def test_a_customer_is_looked_up_by_an_address_that_is_kept_nowhere(
    console: Console, lived_in_engine: Engine
) -> None:
    support = console("support")
    found = support.send("/console/customers", {"email": " Shopper@example.com "}, page="/console/customers")
    assert found.status_code == 303
    assert "hopper" not in found.location
    page = support.page(found.location)
    assert _orders(page)
    assert support.send("/console/customers", {"email": "no address"}).status_code == 422
    support.page("/console/customers/00", status=404)
    stranger = support.act("/console/customers", {"email": "stranger@example.com"})
    assert "Bound to nobody." in stranger

    given = {"owner": "ADA", "why": "agreed in writing"}
    refused = support.send(found.location, {**given, "lasts": "until"})
    assert (refused.status_code, "Enter the day." in refused.get_data(as_text=True)) == (422, True)
    past = support.send(found.location, {**given, "from_day": "2020-01-01"})
    assert (past.status_code, 'id="from_day-error"' in past.get_data(as_text=True)) == (422, True)
    bound = support.act(
        found.location, {**given, "from_day": "2035-01-01", "lasts": "until", "until_day": "2036-01-01"}
    )
    assert "until 1 January 2036" in bound or "until Jan 1, 2036" in bound
    act = last_act(lived_in_engine, "customer.rebind")
    assert act.after is not None
    assert act.after["effective_at"].startswith("2035-01-01")
    without_end = support.act(found.location, {**given, "lasts": "without_end"})
    assert "without end" in without_end

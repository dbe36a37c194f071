"""Commission held back and let go, from the console and by API, and what its distributor sees of it."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import Engine, text
from sqlalchemy.orm import Session

from tests.functional.api_client import ApiClient, a_token, an_application
from tests.functional.conftest import log_in
from tests.functional.console_client import ConsoleClient, last_act, merchant_actor
from tests.functional.console_world import ConsoleWorld
from tests.proven import proven

Console = Callable[[str], ConsoleClient]
REVIEWS = "/console/reviews"
IN_HOLD = (
    "SELECT min(placed.id) FROM distribution.orders AS placed JOIN distribution.commission_lines AS line "
    "ON line.order_id = placed.id WHERE line.matures_at > now() AND line.amount_minor > 0"
)


def one(engine: Engine, query: str, **facts: Any) -> Any:
    with Session(engine) as session:
        return session.execute(text(query), facts).scalar_one()


def number_of(engine: Engine, order_id: int) -> str:
    return str(one(engine, "SELECT external_id FROM distribution.orders WHERE id = :id", id=order_id))


def moved(engine: Engine, order_id: int) -> int:
    query = "SELECT count(*) FROM distribution.commission_lines WHERE order_id = :id AND kind LIKE 'risk%'"
    return int(one(engine, query, id=order_id))


def test_an_order_is_held_and_released_with_reasons(console: Console, lived_in_engine: Engine) -> None:
    finance = console("finance")
    order_id = one(lived_in_engine, IN_HOLD)
    name = number_of(lived_in_engine, order_id)
    page = finance.act(
        REVIEWS, {"subjects": f"#{name}", "decision": "hold", "moment": "", "reason": "same card as theirs"}
    )
    assert "same card as theirs" in page
    assert moved(lived_in_engine, order_id) > 0
    act = last_act(lived_in_engine, "commission.hold")
    assert (act.actor, act.reason) == (merchant_actor(lived_in_engine, "finance"), "same card as theirs")
    assert "held for review" in finance.page(f"/console/orders/{order_id}")
    proven(lived_in_engine)

    number = re.findall(r'name="ids" value="(\d+)"', page)[0]
    assert "Say why" in finance.act(f"{REVIEWS}/release", {"ids": number, "reason": " "})
    page = finance.act(f"{REVIEWS}/release", {"ids": number, "reason": "another person"})
    assert "1 released." in page
    assert "another person" in finance.page(f"{REVIEWS}?queue=all")
    assert "Nothing would change" in finance.act(f"{REVIEWS}/release", {"ids": number, "reason": "again"})
    proven(lived_in_engine)


def test_many_are_held_at_once_and_their_page_says_so(
    console: Console, lived_in_engine: Engine, shop: ConsoleWorld
) -> None:
    owner = console("owner")
    order_id = one(lived_in_engine, IN_HOLD)
    hero = shop.world.hero_id
    lines = f"#{number_of(lived_in_engine, order_id)}\r\nada\r\n\r\n{hero}\r\n"
    page = owner.act(
        REVIEWS, {"subjects": lines, "decision": "until", "moment": "2999-01-31T12:00", "reason": "a pattern"}
    )
    assert "Decided for 2." in page
    assert "Held until" in owner.page(f"/console/distributors/{hero}")
    proven(lived_in_engine)


@pytest.mark.parametrize(
    "changes, words",
    [
        ({"subjects": "#no-such-order"}, "“#no-such-order” is no order"),
        ({"subjects": " "}, "Name at least one."),
        ({"decision": "until"}, "Enter a date and a time."),
        ({"reason": ""}, "Say why"),
    ],
)
def test_what_is_wrong_is_said_beside_it(console: Console, changes: dict[str, str], words: str) -> None:
    asked = {"subjects": "ada", "decision": "hold", "moment": "", "reason": "odd", **changes}
    answer = console("owner").send(REVIEWS, asked)
    assert answer.status_code == 422
    assert words in answer.get_data(as_text=True)


def test_only_owners_and_finance_decide(console: Console) -> None:
    for role in ("support", "read_only"):
        client = console(role)
        assert "Hold back or let go" not in client.page(REVIEWS)
        asked = {"subjects": "ada", "decision": "hold", "reason": "odd"}
        assert client.send(REVIEWS, asked).status_code == 403


def test_the_form_names_what_one_came_from(console: Console) -> None:
    assert "#order-5001</textarea>" in console("owner").page(f"{REVIEWS}?about=%23order-5001")


@pytest.fixture
def api(lived_in_engine: Engine, redis_url: str, shop: ConsoleWorld) -> ApiClient:
    return ApiClient(
        an_application(lived_in_engine, redis_url), a_token(lived_in_engine, "money:write", "read")
    )


def test_by_api(api: ApiClient, lived_in_engine: Engine) -> None:
    order_id = one(lived_in_engine, IN_HOLD)
    asked = {"order_id": number_of(lived_in_engine, order_id), "decision": "hold", "reason": "odd"}
    # An id alone is one of the token's own source.
    api("POST", "/reviews", asked, status=404)
    asked["source"] = "saleor"
    made = api.post("/reviews", asked)
    assert (made["decision"], made["moment"], made["distributor_id"]) == ("hold", None, None)
    assert moved(lived_in_engine, order_id) > 0
    assert made in api.get("/reviews?stands=only")["items"]
    assert api("POST", "/reviews", asked, status=409).get_json()["field"] == "decision"
    api.post("/reviews", {**asked, "decision": "release"})
    assert made not in api.get("/reviews?stands=only")["items"]
    assert [each["decision"] for each in api.get("/reviews?limit=2")["items"]] == ["release", "hold"]
    proven(lived_in_engine)


@pytest.mark.parametrize(
    "changes, field",
    [
        ({"order_id": "order-5001"}, "order_id"),
        ({"distributor_id": None}, "order_id"),
        ({"decision": "until"}, "moment"),
        ({"decision": "perhaps"}, "decision"),
        ({"moment": "2027-01-01T00:00:00Z"}, "moment"),
        ({"reason": " "}, "reason"),
    ],
)
def test_what_the_api_refuses(
    api: ApiClient, shop: ConsoleWorld, changes: dict[str, Any], field: str
) -> None:
    asked = {"distributor_id": str(shop.world.hero_id), "decision": "hold", "reason": "odd", **changes}
    asked = {name: value for name, value in asked.items() if value is not None}
    assert api("POST", "/reviews", asked, status=422).get_json()["field"] == field


def test_its_distributor_sees_that_it_is_held(
    console: Console, console_app: Flask, shop: ConsoleWorld
) -> None:
    asked = {"subjects": str(shop.world.hero_id), "decision": "hold", "reason": "a pattern"}
    console("owner").act(REVIEWS, asked)
    browser = console_app.test_client()
    log_in(browser, shop.world.hero_email)
    for page in ("/earnings", "/"):
        found = browser.get(page).get_data(as_text=True)
        assert "held for review" in found
        assert "9999" not in found

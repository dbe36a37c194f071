"""Orders by API: the worked example to the cent, what is older, other, ahead, and whose order it is."""

from __future__ import annotations

import copy
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import Engine, select
from sqlalchemy.orm import Session

from distribution.orders.tables import OrderSnapshot
from portal.api.resources.orders import EXAMPLE
from tests.factories import a_chain, a_code
from tests.functional.api_client import ApiClient, a_token, an_application


@pytest.fixture
def application(engine: Engine, redis_url: str) -> Any:
    return an_application(engine, redis_url)


@pytest.fixture
def api(application: Any, engine: Engine) -> ApiClient:
    return ApiClient(application, a_token(engine))


@pytest.fixture
def chain(session: Session) -> list[str]:
    chain = a_chain(session, 3)
    a_code(session, chain[0], "ALICE")
    session.commit()
    return [str(each.id) for each in chain]


def an_order(
    observed_at: str = "2026-11-22T06:37:17Z", line: dict[str, Any] | None = None, **changes: Any
) -> Any:
    order: dict[str, Any] = copy.deepcopy(dict(EXAMPLE))
    order.update(changes, observed_at=observed_at)
    order["lines"][0].update(line or {})
    return order


def shares(answer: Any) -> list[tuple[int, str, str]]:
    return [(share["level"], share["accrued"], share["potential"]) for share in answer["shares"]]


def test_the_worked_example(api: ApiClient, chain: list[str]) -> None:
    answer = api.put("/orders/1001", an_order())

    assert answer["order_id"] == "1001"
    assert answer["paid"] is True
    assert answer["attribution"]["distributor_id"] == chain[0]
    assert answer["attribution"]["reason"] == "referral_code"
    assert answer["shares"] == [
        {
            "line_id": "l-1",
            "level": level,
            "distributor_id": chain[level - 1],
            "rate_bps": rate,
            "accrued": accrued,
            "potential": potential,
            "currency": "USD",
        }
        for level, rate, accrued, potential in [
            (1, 1000, "2.00", "4.00"),
            (2, 500, "1.00", "2.00"),
            (3, 200, "0.40", "0.80"),
        ]
    ]
    assert api.get("/orders/1001") == answer
    assert api.put("/orders/1001", an_order()) == answer


def test_balances_follow_the_order(api: ApiClient, chain: list[str]) -> None:
    api.put("/orders/1001", an_order())

    assert api.get(f"/distributors/{chain[0]}")["balances"] == [
        {
            "currency": "USD",
            "pending": "2.00",
            "matured": "0.00",
            "available": "0.00",
            "reserved": "0.00",
            "paid": "0.00",
            "debt": "0.00",
        }
    ]


def test_a_later_state_replaces_the_one_before(api: ApiClient, chain: list[str]) -> None:
    api.put("/orders/1001", an_order())

    delivered = api.put("/orders/1001", an_order("2026-11-22T07:00:00Z", {"fulfilled": 2}))
    assert shares(delivered) == [(1, "4.00", "4.00"), (2, "2.00", "2.00"), (3, "0.80", "0.80")]

    returned = an_order("2026-11-22T07:10:00Z", {"fulfilled": 1, "returned": 1}, given_back="22.00")
    assert shares(api.put("/orders/1001", returned)) == [
        (1, "2.00", "2.00"),
        (2, "1.00", "1.00"),
        (3, "0.40", "0.40"),
    ]
    gone = api.put("/orders/1001", an_order("2026-11-22T07:20:00Z", status="cancelled"))
    assert shares(gone) == [(1, "0.00", "0.00"), (2, "0.00", "0.00"), (3, "0.00", "0.00")]


def test_an_older_state_changes_nothing_and_gets_the_current_answer(api: ApiClient, chain: list[str]) -> None:
    current = api.put("/orders/1001", an_order())

    older = an_order("2026-11-22T06:37:16Z", {"fulfilled": 2})
    assert api.put("/orders/1001", older) == current
    assert api.get("/orders/1001") == current


def test_another_state_of_the_same_moment_is_a_conflict(api: ApiClient, chain: list[str]) -> None:
    current = api.put("/orders/1001", an_order())

    problem = api.put("/orders/1001", an_order(line={"fulfilled": 2}), status=409)
    assert (problem["code"], problem["field"]) == ("conflict", "observed_at")
    # The same moment as another offset says it.
    api.put("/orders/1001", an_order("2026-11-22T07:37:17+01:00", {"fulfilled": 2}), status=409)
    assert api.get("/orders/1001") == current


def test_five_minutes_ahead_is_the_most(api: ApiClient, chain: list[str]) -> None:
    now = datetime.now(UTC)

    api.put("/orders/1001", an_order((now + timedelta(minutes=4)).isoformat()))
    problem = api.put("/orders/1002", an_order((now + timedelta(minutes=6)).isoformat()), status=422)
    assert problem["field"] == "observed_at"
    api.get("/orders/1002", status=404)


def test_order_ids_are_scoped_to_the_source_of_the_token(
    application: Any, engine: Engine, chain: list[str]
) -> None:
    saleor = ApiClient(application, a_token(engine, source="saleor"))
    till = ApiClient(application, a_token(engine, source="till"))
    saleor.put("/orders/1001", an_order())

    till.get("/orders/1001", status=404)
    assert till.get("/orders")["items"] == []
    other = till.put("/orders/1001", an_order("2026-11-22T06:00:00Z", {"fulfilled": 2}))
    assert shares(other)[0] == (1, "4.00", "4.00")
    assert shares(saleor.get("/orders/1001"))[0] == (1, "2.00", "4.00")


@pytest.mark.parametrize(
    "change, field",
    [
        ({"total": 88.55}, "total"),
        ({"total": "88.555"}, "total"),
        ({"total": "-1.00"}, "total"),
        ({"collected": "1e3"}, "collected"),
        ({"currency": "usd"}, "currency"),
        ({"observed_at": "2026-11-22T06:37:17"}, "observed_at"),
        ({"observed_at": 1795329437}, "observed_at"),
        ({"placed_at": "0001-01-01T00:00:00+14:00"}, "placed_at"),
        ({"status": "paid"}, "status"),
        ({"colour": "red"}, "colour"),
        ({"referral_code": 7}, "referral_code"),
        ({"referral_code": "A\0B"}, "referral_code"),
        ({"customer": {"id": "u-7", "phone": "1"}}, "customer.phone"),
        ({"line": {"net": 40}}, "lines[0].net"),
        ({"line": {"quantity": 10**30}}, "lines[0].quantity"),
        ({"line": {"quantity": True}}, "lines[0].quantity"),
        ({"line": {"returned": 2}}, "lines[0].fulfilled"),
        ({"line": {"gross": "39.00"}}, "lines[0].gross"),
        ({"line": {"cost": 18}}, "lines[0].cost"),
        ({"line": {"undiscounted": {"net": "50.00", "gross": "49.00"}}}, "lines[0].undiscounted.gross"),
        ({"shipping": {"net": "5.00", "gross": "5.50", "tax": "0.50"}}, "shipping.tax"),
        ({"line": {"size": "L"}}, "lines[0].size"),
        ({"line": {"category_ids": ["c-1", None]}}, "lines[0].category_ids[1]"),
    ],
)
def test_what_is_wrong_is_named(api: ApiClient, change: dict[str, Any], field: str) -> None:
    problem = api.put("/orders/1001", {**an_order(line=change.pop("line", None)), **change}, status=422)

    assert problem["field"] == field
    assert field in [error["field"] for error in problem["errors"]]


def test_what_plans_may_count_is_kept(api: ApiClient, session: Session, chain: list[str]) -> None:
    api.put("/orders/1001", an_order())
    (state,) = session.scalars(select(OrderSnapshot.state))
    (line,) = state["lines"]

    assert (state["shipping_net"], state["shipping_gross"]) == (500, 550)
    assert (line["undiscounted_net"], line["undiscounted_gross"], line["cost"]) == (5000, 5500, 1800)


def test_malformed_and_unknown_codes_leave_the_order_unattributed(api: ApiClient, chain: list[str]) -> None:
    unknown = api.put("/orders/1", an_order(referral_code="NOBODY"))
    assert unknown["attribution"]["distributor_id"] is None
    assert unknown["attribution"]["reason"] == "unknown_code"
    assert unknown["shares"] == []
    malformed = api.put("/orders/2", an_order(referral_code="x" * 2_000))
    assert malformed["attribution"]["reason"] == "malformed_code"


def test_ids_of_other_systems_may_hold_anything_printable(api: ApiClient, chain: list[str]) -> None:
    for order_id in ("T3JkZXI6MQ==", "2026/11/1001", "订单 7", "a%2Fb", "x" * 255):
        path = "/orders/" + order_id.replace("%", "%25")
        assert api.put(path, an_order())["order_id"] == order_id
    assert api.put("/orders/a%00b", an_order(), status=422)["field"] == "order_id"
    assert api.put("/orders/" + "x" * 256, an_order(), status=422)["field"] == "order_id"
    api.get("/orders/a%00b", status=404)


def test_the_list_is_paged(api: ApiClient, chain: list[str]) -> None:
    for number in range(5):
        api.put(f"/orders/{number}", an_order())

    seen: list[str] = []
    cursor = ""
    while cursor is not None:
        page = api.get(f"/orders?limit=2&cursor={cursor}")
        seen += [order["order_id"] for order in page["items"]]
        cursor = page["next_cursor"]
    assert seen == ["4", "3", "2", "1", "0"]
    assert page["items"][0] == {
        "order_id": "0",
        "number": "1001",
        "channel": "default",
        "status": "open",
        "paid": True,
        "total": "88.55",
        "currency": "USD",
        "placed_at": "2026-11-22T06:30:00Z",
        "observed_at": "2026-11-22T06:37:17Z",
        "distributor_id": chain[0],
        "reason": "referral_code",
    }
    assert len(api.get(f"/orders?distributor_id={chain[0]}")["items"]) == 5
    assert api.get(f"/orders?distributor_id={chain[1]}")["items"] == []

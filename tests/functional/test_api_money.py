"""Plans, settlements, statements and withdrawals by API, with exact amounts, and the proof at the end."""

from __future__ import annotations

import copy
import threading
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import uuid4

import pytest
from sqlalchemy import Engine
from sqlalchemy.orm import Session

from distribution.commission.plan.built_in import BUILT_IN
from distribution.network.tables import Distributor
from distribution.withdrawal.methods import add_method
from portal.api.resources.orders import EXAMPLE
from tests.factories import ACTOR, EARLY, a_chain, a_code
from tests.functional.api_client import ApiClient, a_token, an_application


@pytest.fixture
def api(engine: Engine, redis_url: str) -> ApiClient:
    return ApiClient(an_application(engine, redis_url), a_token(engine))


@pytest.fixture
def chain(session: Session) -> list[Distributor]:
    chain = a_chain(session, 3)
    a_code(session, chain[0], "ALICE")
    session.commit()
    return chain


@pytest.fixture
def earned(api: ApiClient, chain: list[Distributor]) -> str:
    """Somebody with 20.00 USD and 4 JPY to withdraw."""
    api.put("/orders/1", a_delivered_order("200.00"))
    api.put("/orders/2", a_delivered_order("40", currency="JPY"))
    api.post("/settlements")
    return str(chain[0].id)


def a_delivered_order(net: str, currency: str = "USD", days_ago: int = 30, **changes: Any) -> Any:
    at = datetime.now(UTC) - timedelta(days=days_ago)
    order: dict[str, Any] = copy.deepcopy(dict(EXAMPLE))
    amounts = {"total": net, "collected": net, "given_back": "0"}
    times = {"placed_at": at.isoformat(), "observed_at": at.isoformat()}
    line = {"net": net, "gross": net, "quantity": 1, "fulfilled": 1, "fulfilled_at": at.isoformat()}
    order["lines"][0].update(line)
    # What only some plans count is in the example's own currency.
    for part, name in ((order, "shipping"), (order["lines"][0], "undiscounted"), (order["lines"][0], "cost")):
        part.pop(name, None)
    return {**order, **amounts, **times, "currency": currency, **changes}


def balance(api: ApiClient, distributor_id: str, currency: str = "USD") -> dict[str, str]:
    held = api.get(f"/distributors/{distributor_id}")["balances"]
    found = next(each for each in held if each["currency"] == currency)
    return {name: amount for name, amount in found.items() if name != "currency" and float(amount)}


def test_the_built_in_plan_holds_while_none_is_published(api: ApiClient) -> None:
    assert api.get("/plans/current") == {
        "number": 0,
        "published_at": None,
        "effective_at": None,
        "name": "Built-in",
        "base": "net",
        "ceiling_bps": 3000,
        "hold_days": 14,
        "rates": [{"level": 1, "bps": 1000}, {"level": 2, "bps": 500}, {"level": 3, "bps": 200}],
    }
    assert api.get("/plans") == {"items": [], "next_cursor": None}


def test_a_published_plan_holds_for_orders_placed_from_then_on(
    api: ApiClient, chain: list[Distributor]
) -> None:
    rates = [{"level": 1, "bps": 2000}, {"level": 2, "fixed": "1.50", "currency": "USD"}]
    plan = {"name": "Spring", "base": "net", "ceiling_bps": 4000, "hold_days": 0, "rates": rates}
    published = api.post("/plans", plan)
    assert published["number"] == 1
    assert published["rates"] == rates
    later = api.post("/plans", {**plan, "effective_at": "2199-01-01T00:00:00+08:00"})
    assert (later["number"], later["effective_at"]) == (2, "2198-12-31T16:00:00Z")
    assert api.get("/plans/current") == published
    newest = api.get("/plans?limit=1")
    assert newest["items"] == [later]
    oldest = api.get(f"/plans?limit=1&cursor={newest['next_cursor']}")
    assert oldest == {"items": [published], "next_cursor": None}

    before = api.put("/orders/1", a_delivered_order("100.00"))
    assert [share["accrued"] for share in before["shares"]] == ["10.00", "5.00", "2.00"]
    after = api.put("/orders/2", a_delivered_order("100.00", days_ago=0))
    assert [share["accrued"] for share in after["shares"]] == ["20.00", "1.50"]


@pytest.mark.parametrize(
    "change, field",
    [
        ({"rates": []}, "rates"),
        ({"rates": [{"level": 4, "bps": 1}]}, "rates[0].level"),
        ({"rates": [{"level": 1, "bps": 1}, {"level": 1, "bps": 1}]}, "rates[1]"),
        ({"rates": [{"level": 1, "bps": 10_001}]}, "rates[0].bps"),
        ({"rates": [{"level": 1, "fixed": 1.5, "currency": "USD"}]}, "rates[0].fixed"),
        ({"rates": [{"level": 1, "fixed": "1.505", "currency": "USD"}]}, "rates[0].fixed"),
        ({"rates": [{"level": 1, "fixed": "1.50", "bps": 1, "currency": "USD"}]}, "rates[0]"),
        ({"rates": [7]}, "rates[0]"),
        ({"hold_days": "14"}, "hold_days"),
        ({"name": ""}, "name"),
        ({"effective_at": "2026-01-01T00:00:00Z"}, "effective_at"),
    ],
)
def test_a_wrong_plan_is_refused_by_the_path_of_what_is_wrong(
    api: ApiClient, change: dict[str, Any], field: str
) -> None:
    problem = api.post("/plans", {**BUILT_IN, **change}, status=422)

    assert problem["field"] == field


def test_what_is_matured_is_settled_once(api: ApiClient, chain: list[Distributor]) -> None:
    seller = str(chain[0].id)
    api.put("/orders/1", a_delivered_order("200.00"))
    api.put("/orders/2", a_delivered_order("40", currency="JPY"))
    api.put("/orders/3", a_delivered_order("50.00", days_ago=1))
    assert balance(api, seller) == {"matured": "20.00", "pending": "5.00"}
    assert balance(api, seller, "JPY") == {"matured": "4"}

    settled = api.post("/settlements", key="s-1")

    assert api.post("/settlements", key="s-1") == settled
    japan, usa = settled["runs"]
    assert settled["id"] == japan["id"]
    assert (usa["currency"], usa["credited"], usa["debited"]) == ("USD", "34.00", "0.00")
    assert (usa["statements"], usa["lines"], usa["state"], usa["number"]) == (3, 3, "closed", 1)
    assert (japan["credited"], japan["statements"]) == ("6", 2)
    assert balance(api, seller) == {"available": "20.00", "pending": "5.00"}
    assert api.get(f"/settlements/{usa['id']}") == usa
    assert [each["id"] for each in api.get("/settlements")["items"]] == [usa["id"], japan["id"]]
    again = api.post("/settlements", {})
    assert again == {"id": None, "adjusted": 0, "runs": []}


def test_a_preview_is_what_the_run_then_pays(api: ApiClient, chain: list[Distributor]) -> None:
    api.put("/orders/1", a_delivered_order("200.00"))
    seen = api.get("/settlements/preview?currency=USD")
    assert next((each["distributor_id"], each["total"], each["waits"]) for each in seen["items"]) == (
        str(chain[0].id),
        "20.00",
        False,
    )
    assert api.get("/settlements")["items"] == []
    (run,) = api.post("/settlements")["runs"]
    assert {key: seen[key] for key in ("currency", "number", "statements", "lines", "credited")} == {
        key: run[key] for key in ("currency", "number", "statements", "lines", "credited")
    }
    assert api.get("/settlements/preview?currency=USD")["items"] == []


def test_until_is_a_moment_of_the_past(api: ApiClient, chain: list[Distributor]) -> None:
    api.put("/orders/1", a_delivered_order("200.00", days_ago=30))
    api.put("/orders/2", a_delivered_order("100.00", days_ago=20))
    until = (datetime.now(UTC) - timedelta(days=10)).isoformat()

    api.post("/settlements", {"until": "2199-01-01T00:00:00Z"}, status=422)
    (run,) = api.post("/settlements", {"until": until})["runs"]

    assert run["credited"] == "34.00"
    assert balance(api, str(chain[0].id)) == {"available": "20.00", "matured": "10.00"}


def test_statements(api: ApiClient, chain: list[Distributor], earned: str) -> None:
    run = api.get("/settlements")["items"][0]
    first = api.get(f"/settlements/{run['id']}/statements?limit=2")
    rest = api.get(f"/settlements/{run['id']}/statements?limit=2&cursor={first['next_cursor']}")
    of_run = first["items"] + rest["items"]
    assert [each["distributor_id"] for each in of_run] == sorted(str(each.id) for each in chain)
    assert rest["next_cursor"] is None

    mine = api.get(f"/statements?distributor_id={earned}")["items"]
    assert [(each["currency"], each["total"], each["available_after"]) for each in mine] == [
        ("USD", "20.00", "20.00"),
        ("JPY", "4", "4"),
    ]
    assert api.get(f"/statements/{mine[0]['id']}") == mine[0]
    api.get(f"/statements?distributor_id={uuid4()}", status=404)
    api.get("/statements", status=422)


def test_a_withdrawal_is_reserved_approved_and_paid(api: ApiClient, earned: str) -> None:
    body = {"distributor_id": earned, "amount": "12.50", "currency": "USD", "method": "manual"}
    asked = api.post("/withdrawals", body, key="w-1")
    assert api.post("/withdrawals", body, key="w-1") == asked
    assert (asked["state"], asked["amount"], asked["fee"], asked["method"]) == (
        "requested",
        "12.50",
        "0.00",
        "manual",
    )
    assert balance(api, earned) == {"available": "7.50", "reserved": "12.50"}
    path = f"/withdrawals/{asked['id']}"
    early = api.post(f"{path}/paid", {"reference": "bank 1"}, status=409)
    assert early["code"] == "not_allowed_now"

    assert api.post(f"{path}/approve", status=200)["state"] == "approved"
    assert api.post(f"{path}/approve", {}, status=200)["state"] == "approved"
    paid = api.post(f"{path}/paid", {"reference": "bank 1"}, status=200)

    assert (paid["state"], paid["reference"]) == ("paid", "bank 1")
    assert api.get(path) == paid
    assert balance(api, earned) == {"available": "7.50", "paid": "12.50"}
    api.post(f"{path}/reject", {"reason": "too late"}, status=409)
    assert api.get(f"/withdrawals?distributor_id={earned}&state=paid")["items"] == [paid]
    assert api.get(f"/withdrawals?distributor_id={earned}&state=requested")["items"] == []
    proof = api.get("/proof")
    assert (proof["holds"], proof["differences"]) == (True, [])


def test_refused_and_taken_back_money_is_available_again(api: ApiClient, earned: str) -> None:
    body = {"distributor_id": earned, "amount": "4", "currency": "JPY", "method": "manual"}
    first = api.post("/withdrawals", body)["id"]
    assert balance(api, earned, "JPY") == {"reserved": "4"}
    api.post(f"/withdrawals/{first}/reject", {}, status=422)
    refused = api.post(f"/withdrawals/{first}/reject", {"reason": "no tax id"}, status=200)
    assert (refused["state"], refused["reason"]) == ("rejected", "no tax id")
    second = api.post("/withdrawals", body)["id"]
    assert api.post(f"/withdrawals/{second}/cancel", status=200)["state"] == "cancelled"
    assert balance(api, earned, "JPY") == {"available": "4"}


@pytest.mark.parametrize(
    "change, status, code, field",
    [
        ({"amount": "20.01"}, 409, "insufficient_balance", "amount"),
        ({"amount": "0"}, 422, "below_minimum", "amount"),
        ({"amount": "1.005"}, 422, "invalid", "amount"),
        ({"amount": "-1"}, 422, "invalid", "amount"),
        ({"amount": 1}, 422, "invalid", "amount"),
        ({"amount": "1", "currency": "EUR"}, 409, "insufficient_balance", "amount"),
        ({"currency": "XYZ"}, 422, "invalid", "currency"),
        ({"method": "pigeon"}, 422, "method_unavailable", "method"),
        ({"method": str(uuid4())}, 422, "method_unavailable", "method"),
        ({"distributor_id": str(uuid4())}, 404, "not_found", None),
        ({"distributor_id": "me"}, 422, "invalid", "distributor_id"),
    ],
)
def test_what_a_withdrawal_is_refused_for(
    api: ApiClient, earned: str, change: dict[str, Any], status: int, code: str, field: str | None
) -> None:
    body = {"distributor_id": earned, "amount": "5", "currency": "USD", "method": "manual", **change}
    problem = api.post("/withdrawals", body, status=status)

    assert (problem["code"], problem["field"]) == (code, field)
    if change == {"amount": "20.01"}:
        assert problem["facts"] == {"requested": "20.01", "available": "20.00", "currency": "USD"}
    assert balance(api, earned) == {"available": "20.00"}


def test_a_payout_method_of_their_own_is_named_by_its_id(
    api: ApiClient, earned: str, chain: list[Distributor], session: Session
) -> None:
    own, others = (
        add_method(
            session,
            distributor_id=each.id,
            adapter="manual",
            label="bank 42",
            sealed_details="x",
            actor=ACTOR,
            now=EARLY,
        )
        for each in chain[:2]
    )
    session.commit()
    body = {"distributor_id": earned, "amount": "5.00", "currency": "USD"}

    asked = api.post("/withdrawals", {**body, "method": str(own.id)})
    assert (asked["method"], asked["method_id"]) == ("manual", str(own.id))
    api.post("/withdrawals", {**body, "method": str(others.id)}, status=422)


def test_the_same_balance_is_paid_once(api: ApiClient, earned: str) -> None:
    body = {"distributor_id": earned, "amount": "20.00", "currency": "USD", "method": "manual"}
    statuses: list[int] = []
    threads = [
        threading.Thread(target=lambda: statuses.append(api("POST", "/withdrawals", body).status_code))
        for _ in range(16)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert sorted(statuses) == [201] + [409] * 15
    assert balance(api, earned) == {"reserved": "20.00"}

"""Prepared settlement runs by API: approved by one token or two, or discarded; what is paid, and when."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any
from uuid import UUID

import pytest
from sqlalchemy import Engine
from sqlalchemy.orm import Session

from distribution.db import transaction
from distribution.network.tables import Distributor
from distribution.proof import prove
from distribution.settings import program, tokens
from distribution.settlement.approval import approve_run
from tests.factories import ACTOR, a_chain, a_code
from tests.functional.api_client import ApiClient, a_token, an_application
from tests.functional.test_api_money import a_delivered_order, balance

WRONG = "an order looks made up"


@pytest.fixture
def till(engine: Engine, redis_url: str) -> ApiClient:
    """A token that may settle and not approve."""
    return ApiClient(
        an_application(engine, redis_url), a_token(engine, "orders:write", "money:write", "read")
    )


@pytest.fixture
def ada(engine: Engine, redis_url: str) -> ApiClient:
    return ApiClient(an_application(engine, redis_url), a_token(engine, "money:approve"))


@pytest.fixture
def ben(engine: Engine, redis_url: str) -> ApiClient:
    return ApiClient(an_application(engine, redis_url), a_token(engine, "money:approve"))


@pytest.fixture
def seller(session: Session, till: ApiClient) -> str:
    """Somebody with 20.00 matured, in a program where two people approve what is above 25.00."""
    chain: list[Distributor] = a_chain(session, 1)
    a_code(session, chain[0], "ALICE")
    rules = {"review": True, "second_person_above_minor": {"USD": 2_500}}
    program.change(session, {"settlement": rules}, actor=ACTOR, now=datetime.now(UTC))
    session.commit()
    till.put("/orders/1", a_delivered_order("200.00"))
    return str(chain[0].id)


def prepared(api: ApiClient) -> dict[str, Any]:
    [run] = api.post("/settlements")["runs"]
    assert (run["state"], run["review"], run["statements"]) == ("open", True, 0)
    found: dict[str, Any] = run
    return found


def test_an_approved_run_pays(engine: Engine, till: ApiClient, ada: ApiClient, seller: str) -> None:
    run = prepared(till)
    assert (run["approvals"], run["approvals_missing"]) == ([], 1)
    assert balance(till, seller) == {"matured": "20.00"}
    paid = ada.post(f"/settlements/{run['id']}/approve", {}, status=200, key="a")
    assert (paid["state"], paid["credited"], paid["approvals_missing"]) == ("closed", "20.00", 0)
    assert [each["actor"].split(":")[0] for each in paid["approvals"]] == ["token"]
    assert balance(till, seller) == {"available": "20.00"}
    assert ada.post(f"/settlements/{run['id']}/approve", {}, status=200, key="a") == paid
    assert till.get(f"/settlements/{run['id']}") == paid
    problem = ada.post(f"/settlements/{run['id']}/approve", {}, status=409)
    assert problem["code"] == "not_under_review"
    with transaction(engine) as session:
        assert prove(session).differences == ()


def test_above_the_amount_it_takes_two(till: ApiClient, ada: ApiClient, ben: ApiClient, seller: str) -> None:
    till.put("/orders/2", a_delivered_order("100.00"))
    run = prepared(till)
    assert run["approvals_missing"] == 2
    first = ada.post(f"/settlements/{run['id']}/approve", {}, status=200)
    assert (first["state"], first["approvals_missing"]) == ("open", 1)
    assert ada.post(f"/settlements/{run['id']}/approve", {}, status=409)["code"] == "already_approved"
    second = ben.post(f"/settlements/{run['id']}/approve", {}, status=200)
    assert (second["state"], second["credited"], len(second["approvals"])) == ("closed", "30.00", 2)
    assert balance(till, seller) == {"available": "30.00"}


def test_a_discarded_run_is_gone_and_its_lines_due_again(
    engine: Engine, till: ApiClient, ada: ApiClient, seller: str
) -> None:
    run = prepared(till)
    gone = ada.post(f"/settlements/{run['id']}/discard", {"reason": WRONG}, status=200)
    assert (gone["state"], gone["id"], gone["approvals_missing"]) == ("discarded", run["id"], 0)
    till.get(f"/settlements/{run['id']}", status=404)
    assert till.get("/settlements")["items"] == []
    assert balance(till, seller) == {"matured": "20.00"}
    # The next run has the same number, and what was earned meanwhile besides.
    till.put("/orders/2", a_delivered_order("30.00"))
    again = prepared(till)
    assert (again["number"], again["id"] == run["id"]) == (1, False)
    paid = ada.post(f"/settlements/{again['id']}/approve", {}, status=200)
    assert (paid["credited"], balance(till, seller)) == ("23.00", {"available": "23.00"})
    with transaction(engine) as session:
        assert prove(session).differences == ()


def test_one_approved_by_somebody_can_still_be_discarded(
    engine: Engine, till: ApiClient, ada: ApiClient, ben: ApiClient, seller: str
) -> None:
    till.put("/orders/2", a_delivered_order("100.00"))
    run = prepared(till)
    ada.post(f"/settlements/{run['id']}/approve", {}, status=200)
    gone = ben.post(f"/settlements/{run['id']}/discard", {"reason": WRONG}, status=200)
    assert len(gone["approvals"]) == 1
    # Whatever follows takes two people again.
    assert prepared(till)["approvals_missing"] == 2
    with transaction(engine) as session:
        assert prove(session).differences == ()


def test_killed_between_approval_and_closing_the_same_call_closes_it(
    engine: Engine, redis_url: str, till: ApiClient, seller: str
) -> None:
    run = prepared(till)
    secret = a_token(engine, "money:approve")
    approver = ApiClient(an_application(engine, redis_url), secret)
    with transaction(engine) as session:
        token = tokens.by_secret(session, secret)
        assert token is not None
        # As `approve` leaves it when it is killed after its first transaction.
        approve_run(session, UUID(run["id"]), actor=f"token:{token.name}", now=datetime.now(UTC))
    paid = approver.post(f"/settlements/{run['id']}/approve", {}, status=200)
    assert (paid["state"], paid["credited"], len(paid["approvals"])) == ("closed", "20.00", 1)


@pytest.mark.parametrize("act, body", [("approve", {}), ("discard", {"reason": WRONG})])
def test_it_takes_the_scope(till: ApiClient, seller: str, act: str, body: dict[str, str]) -> None:
    run = prepared(till)
    assert till.post(f"/settlements/{run['id']}/{act}", body, status=403)["code"] == "scope_missing"
    assert balance(till, seller) == {"matured": "20.00"}


@pytest.mark.parametrize("body", [{}, {"reason": ""}])
def test_a_discarded_run_needs_a_reason(
    till: ApiClient, ada: ApiClient, seller: str, body: dict[str, str]
) -> None:
    run = prepared(till)
    assert ada.post(f"/settlements/{run['id']}/discard", body, status=422)["field"] == "reason"

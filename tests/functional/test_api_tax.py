"""Tax by API: what distributors say, what statements withheld, what years came to."""

from __future__ import annotations

from uuid import UUID

import pytest
from sqlalchemy import Engine
from sqlalchemy.orm import Session

from distribution.db import transaction
from distribution.settings import program
from tests.factories import ACTOR, EARLY, a_chain, a_code
from tests.functional.api_client import ApiClient, a_token, an_application
from tests.functional.test_api_money import a_delivered_order

SAID = {
    "country": "DE",
    "recipient": "person",
    "name": "Ada Lovelace",
    "address": "Unter den Linden 1\n10117 Berlin",
    "tax_id": "36 574 261 809",
    "self_billing": True,
}
KEPT = {"country": "DE", "recipient": "person", "tax_id": "•••1809", "self_billing": True}


@pytest.fixture
def api(engine: Engine, redis_url: str) -> ApiClient:
    return ApiClient(an_application(engine, redis_url), a_token(engine))


@pytest.fixture
def alice(session: Session) -> str:
    chain = a_chain(session, 1)
    a_code(session, chain[0], "ALICE")
    rules = {"withholding": [{"country": "DE", "brackets": [{"bps": 1_500}]}], "invoice_prefix": "SB"}
    program.change(session, {"tax": rules}, actor=ACTOR, now=EARLY)
    session.commit()
    return str(chain[0].id)


def test_what_is_said_is_answered_by_the_end_of_the_tax_id(api: ApiClient, alice: str) -> None:
    path = f"/distributors/{alice}/tax-profile"
    assert api.get(path, status=404)["code"] == "not_found"
    said = api.put(path, SAID)
    assert {name: said[name] for name in KEPT} == KEPT
    assert api.get(path) == said
    assert api.put(path, SAID) == said
    assert "Linden" not in str(said)


@pytest.mark.parametrize(
    "field, value",
    [("country", "XX"), ("recipient", "robot"), ("name", ""), ("address", "  "), ("tax_id", "1")],
)
def test_what_is_wrong_is_named(api: ApiClient, alice: str, field: str, value: str) -> None:
    found = api.put(f"/distributors/{alice}/tax-profile", SAID | {field: value}, status=422)
    assert found["field"] == field


def test_a_token_needs_the_scope_for_distributors(
    engine: Engine, redis_url: str, api: ApiClient, alice: str
) -> None:
    path = f"/distributors/{alice}/tax-profile"
    other = ApiClient(an_application(engine, redis_url), a_token(engine, "money:write", "read"))
    assert other.put(path, SAID, status=403)["code"] == "scope_missing"
    api.put(path, SAID)
    assert other.get(path)["tax_id"] == "•••1809"


def test_statements_and_years_say_what_was_withheld(api: ApiClient, alice: str) -> None:
    api.put(f"/distributors/{alice}/tax-profile", SAID)
    api.put("/orders/1", a_delivered_order("200.00"))
    preview = api.get("/settlements/preview?currency=USD")
    assert (preview["credited"], preview["withheld"]) == ("20.00", "3.00")
    (row,) = (each for each in preview["items"] if each["distributor_id"] == alice)
    assert (row["total"], row["tax"], row["net"], row["available_after"]) == (
        "20.00",
        "3.00",
        "17.00",
        "17.00",
    )
    api.post("/settlements")
    (statement,) = api.get(f"/statements?distributor_id={alice}")["items"]
    found = {name: statement[name] for name in ("total", "tax", "net", "withdrawn", "adjusted", "invoice")}
    year = statement["tax_year"]
    assert found == {
        "total": "20.00",
        "tax": "3.00",
        "net": "17.00",
        "withdrawn": "0.00",
        "adjusted": "0.00",
        "invoice": f"SB-{year}-1",
    }
    assert (statement["year_total"], statement["year_tax"], statement["tax_country"]) == (
        "20.00",
        "3.00",
        "DE",
    )
    (total,) = api.get(f"/distributors/{alice}/tax-years")["items"]
    assert (total["year"], total["total"], total["tax"], total["net"]) == (year, "20.00", "3.00", "17.00")
    assert api.get(f"/distributors/{alice}")["balances"][0]["available"] == "17.00"


def test_a_statement_says_what_moved_since_the_one_before(api: ApiClient, alice: str, engine: Engine) -> None:
    api.put("/orders/1", a_delivered_order("200.00"))
    api.post("/settlements")
    with transaction(engine) as session:
        limits = {"second_person_above_minor": {"USD": 10_000}}
        program.change(session, {"adjustment": limits}, actor=ACTOR, now=EARLY)
    api.post(
        "/adjustments",
        {
            "distributor_id": alice,
            "amount": "1.50",
            "currency": "USD",
            "category": "prize",
            "reason": "A very good month",
        },
    )
    api.post(
        "/withdrawals", {"distributor_id": alice, "amount": "5.00", "currency": "USD", "method": "manual"}
    )
    api.put("/orders/2", a_delivered_order("100.00"))
    api.post("/settlements")
    second = api.get(f"/statements?distributor_id={alice}")["items"][0]
    assert (second["adjusted"], second["withdrawn"], second["net"]) == ("1.50", "-5.00", "10.00")
    assert second["available_after"] == "26.50"


def test_a_year_is_paged_by_distributor(api: ApiClient, session: Session, alice: str) -> None:
    bob = a_chain(session, 1)[0]
    a_code(session, bob, "BOB")
    session.commit()
    api.put("/orders/1", a_delivered_order("200.00"))
    api.put("/orders/2", a_delivered_order("100.00", currency="EUR", referral_code="BOB"))
    api.put("/orders/3", a_delivered_order("100.00", referral_code="BOB"))
    api.post("/settlements")
    year = api.get(f"/statements?distributor_id={alice}")["items"][0]["tax_year"]
    items, cursor, pages = [], "", 0
    while cursor is not None:
        page = api.get(f"/tax-years/{year}?limit=1" + (f"&cursor={cursor}" if cursor else ""))
        assert len({each["distributor_id"] for each in page["items"]}) == 1
        items, cursor, pages = items + page["items"], page["next_cursor"], pages + 1
    assert pages == 2
    found = {(UUID(each["distributor_id"]), each["currency"], each["total"]) for each in items}
    assert found == {(UUID(alice), "USD", "20.00"), (bob.id, "USD", "10.00"), (bob.id, "EUR", "10.00")}
    assert api.get("/tax-years/1999") == {"items": [], "next_cursor": None}

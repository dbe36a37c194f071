"""Adjustments by API and from the console."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import UTC, datetime
from threading import Thread
from typing import Any
from uuid import UUID

import pytest
from sqlalchemy import Engine
from sqlalchemy.orm import Session

from distribution.adjustment import read
from distribution.db import transaction
from distribution.ledger.read import holdings
from distribution.proof import prove
from distribution.settings import program
from tests.factories import ACTOR, a_distributor
from tests.functional.api_client import ApiClient, a_token, an_application
from tests.functional.console_client import ConsoleClient, last_act, merchant_actor
from tests.functional.console_world import ConsoleWorld

Console = Callable[[str], ConsoleClient]
LIMIT = {"second_person_above_minor": {"USD": 5_000}}


def limit(engine: Engine) -> None:
    with transaction(engine) as session:
        program.change(session, {"adjustment": LIMIT}, actor=ACTOR, now=datetime.now(UTC))


@pytest.fixture
def application(engine: Engine, redis_url: str) -> Any:
    limit(engine)
    return an_application(engine, redis_url)


@pytest.fixture
def api(engine: Engine, application: Any) -> ApiClient:
    return ApiClient(application, a_token(engine, "money:write", "read"))


@pytest.fixture
def second(engine: Engine, application: Any) -> ApiClient:
    return ApiClient(application, a_token(engine, "money:approve", "read"))


@pytest.fixture
def someone(session: Session) -> str:
    person = a_distributor(session)
    session.commit()
    return str(person.id)


def new(someone: str, amount: str, **others: str) -> dict[str, str]:
    facts = {"currency": "USD", "category": "correction", "reason": "Order 1001 was counted twice"}
    return {"distributor_id": someone, "amount": amount, **facts, **others}


def balances(api: ApiClient, someone: str) -> dict[str, str]:
    (held,) = api.get(f"/distributors/{someone}")["balances"]
    return {name: held[name] for name in ("available", "currency")}


def test_up_to_the_limit_it_is_carried_out_with_the_call(api: ApiClient, someone: str) -> None:
    made = api.post("/adjustments", new(someone, "-12.50", reference="1001"))
    assert (made["amount"], made["state"], made["second_person"]) == ("-12.50", "approved", False)
    assert made["decision"]["by"] == made["proposed_by"]
    assert api.get(f"/adjustments/{made['id']}") == made
    assert made["reference"] == "1001"
    api.post("/adjustments", new(someone, "50.00"))
    assert balances(api, someone) == {"available": "37.50", "currency": "USD"}
    assert api.get("/proof")["holds"]


def test_above_the_limit_another_token_with_the_scope_approves(
    api: ApiClient, second: ApiClient, someone: str
) -> None:
    made = api.post("/adjustments", new(someone, "50.01"))
    assert (made["state"], made["decision"]) == ("waiting", None)
    path = f"/adjustments/{made['id']}"
    assert api("POST", f"{path}/approve", {}, status=403).get_json()["code"] == "scope_missing"
    approved = second.post(f"{path}/approve", {}, status=200)
    assert (approved["state"], approved["amount"]) == ("approved", "50.01")
    assert approved["decision"]["by"] != approved["proposed_by"]
    assert second.post(f"{path}/approve", {}, status=200) == approved
    assert balances(api, someone) == {"available": "50.01", "currency": "USD"}


def test_no_token_approves_what_it_proposed(engine: Engine, application: Any, someone: str) -> None:
    everything = ApiClient(application, a_token(engine))
    made = everything.post("/adjustments", new(someone, "50.01"))
    refused = everything("POST", f"/adjustments/{made['id']}/approve", {}, status=409).get_json()
    assert refused["code"] == "second_person_needed"
    assert everything.get(f"/adjustments/{made['id']}")["state"] == "waiting"


def test_declined_or_taken_back_nothing_moves(
    engine: Engine, application: Any, api: ApiClient, second: ApiClient, someone: str
) -> None:
    first = api.post("/adjustments", new(someone, "50.01"))
    other = api.post("/adjustments", new(someone, "50.02"))
    stranger = ApiClient(application, a_token(engine))
    taken_back = api.post(f"/adjustments/{first['id']}/decline", {"note": "my mistake"}, status=200)
    declined = stranger.post(f"/adjustments/{other['id']}/decline", {"note": "not agreed"}, status=200)
    assert (taken_back["state"], declined["state"]) == ("withdrawn", "declined")
    assert declined["decision"]["note"] == "not agreed"
    late = second("POST", f"/adjustments/{first['id']}/approve", {}, status=409).get_json()
    assert late["code"] == "already_decided"
    assert api.get(f"/distributors/{someone}")["balances"] == []


def test_a_retry_with_the_same_key_is_one_adjustment(api: ApiClient, someone: str) -> None:
    body = new(someone, "12.00")
    answers: list[Any] = []

    def send() -> None:
        answers.append(api("POST", "/adjustments", body, key="adjust-1", status=201).get_json())

    threads = [Thread(target=send) for _ in range(3)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert [answer["id"] for answer in answers] == [answers[0]["id"]] * 3
    assert balances(api, someone) == {"available": "12.00", "currency": "USD"}
    refused = api("POST", "/adjustments", new(someone, "13.00"), key="adjust-1", status=409).get_json()
    assert refused["code"] == "idempotency_key_reused"


@pytest.mark.parametrize(
    "change, field",
    [
        ({"amount": "0.00"}, "amount"),
        ({"amount": "1.001"}, "amount"),
        ({"category": "gift"}, "category"),
        ({"category": "penalty"}, "amount"),
        ({"reason": "no"}, "reason"),
        ({"currency": "XXZ"}, "currency"),
    ],
)
def test_what_says_too_little_is_refused(
    api: ApiClient, someone: str, change: dict[str, str], field: str
) -> None:
    refused = api("POST", "/adjustments", {**new(someone, "1.00"), **change}, status=422).get_json()
    assert refused["field"] == field


def test_lists_by_distributor_and_state_in_pages(api: ApiClient, second: ApiClient, someone: str) -> None:
    made = [api.post("/adjustments", new(someone, amount)) for amount in ("1.00", "60.00", "2.00")]
    first = api.get(f"/adjustments?distributor_id={someone}&limit=2")
    rest = api.get(f"/adjustments?distributor_id={someone}&cursor={first['next_cursor']}")
    assert [each["id"] for each in first["items"] + rest["items"]] == [each["id"] for each in made[::-1]]
    assert rest["next_cursor"] is None
    assert [each["id"] for each in api.get("/adjustments?state=waiting")["items"]] == [made[1]["id"]]
    second("GET", "/adjustments/00000000-0000-7000-8000-000000000000", status=404)


@pytest.fixture
def member(lived_in_engine: Engine, shop: ConsoleWorld) -> UUID:
    """Somebody with nothing yet, in a program where one person decides up to 50 dollars."""
    limit(lived_in_engine)
    with transaction(lived_in_engine) as session:
        return a_distributor(session).id


def form(client: ConsoleClient, path: str, **others: str) -> dict[str, str]:
    key = re.search(r'name="key"[^>]*value="([^"]+)"', client.page(path))
    assert key is not None
    facts = {"direction": "give", "amount": "30.00", "currency": "USD", "category": "goodwill"}
    return {"key": key[1], **facts, "reason": "A parcel of theirs was lost", "reference": "1001", **others}


def test_a_double_click_in_the_console_is_one_adjustment(
    console: Console, lived_in_engine: Engine, member: UUID
) -> None:
    finance = console("finance")
    path = f"/console/distributors/{member}/adjust"
    data = form(finance, path)
    for _ in range(2):
        page = finance.act(path, data, page=path)
        assert "Carried out." in page
        assert "A parcel of theirs was lost" in page
    with transaction(lived_in_engine) as session:
        assert [each.available_minor for each in holdings(session, [member])] == [3_000]
        (seen,) = read.adjustments(session, distributor_id=member)
    assert seen.adjustment.proposed_by == merchant_actor(lived_in_engine, "finance")
    assert last_act(lived_in_engine, "adjustment.approve").subject_id == str(seen.adjustment.id)
    assert "Given by an adjustment" in page


def test_above_the_limit_it_takes_two_people(console: Console, lived_in_engine: Engine, member: UUID) -> None:
    finance, owner = console("finance"), console("owner")
    path = f"/console/distributors/{member}/adjust"
    page = finance.act(
        path, form(finance, path, amount="50.01", direction="take", category="penalty"), page=path
    )
    assert "somebody else of yours has to approve it" in page
    assert "Take it back" in page
    assert 'action="/console/adjustments/' in page
    with transaction(lived_in_engine) as session:
        (seen,) = read.adjustments(session, distributor_id=member)
    one = f"/console/adjustments/{seen.adjustment.id}"
    assert f"{one}/approve" not in page
    assert "You proposed this one" in finance.act(f"{one}/approve")
    assert console("support").send(f"{one}/approve").status_code == 403
    assert "Adjustments to approve" in owner.page("/console/")
    assert f'href="{one}"' in owner.page("/console/adjustments")
    assert "check the reason, then approve or decline it" in owner.page(one)
    assert "Approved and carried out." in owner.act(f"{one}/approve")
    assert "Somebody has decided it meanwhile." in finance.act(f"{one}/decline", {"note": "not so"})
    assert f'href="{one}"' not in owner.page("/console/adjustments")
    assert f'href="{one}"' in owner.page(f"/console/adjustments?distributor={member}")
    with transaction(lived_in_engine) as session:
        assert read.adjustment(session, seen.adjustment.id).state == "approved"
    with transaction(lived_in_engine) as session:
        assert [str(each) for each in prove(session).differences] == []


def test_a_proposal_is_taken_back_with_a_reason(
    console: Console, lived_in_engine: Engine, member: UUID
) -> None:
    owner = console("owner")
    path = f"/console/distributors/{member}/adjust"
    owner.act(path, form(owner, path, amount="60.00"), page=path)
    with transaction(lived_in_engine) as session:
        (seen,) = read.adjustments(session, distributor_id=member)
    one = f"/console/adjustments/{seen.adjustment.id}"
    assert owner.send(f"{one}/decline", {"note": ""}).status_code == 422
    assert "Withdrawn" in owner.act(f"{one}/decline", {"note": "the wrong person"})
    assert "the wrong person" in owner.page(one)


@pytest.mark.parametrize(
    "change, words",
    [
        ({"amount": "ten"}, "Enter an amount like 25.00."),
        ({"amount": "1.001"}, "Enter an amount like 25.00."),
        ({"direction": "take"}, "This kind only ever goes the other way."),
        ({"currency": "XXZ"}, "Enter the code of a currency, like EUR."),
        ({"reason": ""}, "Say why, in a few words."),
        ({"reason": "no"}, "From 3 to 500 characters."),
        ({"direction": ""}, "Choose one."),
    ],
)
def test_a_wrong_form_is_refused_beside_the_field(
    console: Console, lived_in_engine: Engine, member: UUID, change: dict[str, str], words: str
) -> None:
    finance = console("finance")
    path = f"/console/distributors/{member}/adjust"
    answer = finance.send(path, {**form(finance, path), **change}, page=path)
    assert answer.status_code == 422
    assert words in answer.get_data(as_text=True)
    with transaction(lived_in_engine) as session:
        assert read.adjustments(session, distributor_id=member) == []


@pytest.mark.parametrize("role", ["support", "read_only"])
def test_only_who_handles_money_adjusts(console: Console, member: UUID, role: str) -> None:
    path = f"/console/distributors/{member}"
    assert f"{path}/adjust" not in console(role).page(path)
    console(role).page(f"{path}/adjust", status=403)

"""The ledger by API: every transfer once, page by page, balances as of a moment, the head."""

from __future__ import annotations

import threading
from collections import defaultdict
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from urllib.parse import quote

import pytest
from sqlalchemy import Engine

from distribution.db import create_engine, transaction
from distribution.proof import prove
from distribution.proof.keep import write
from distribution.sealing.head import seal_of
from distribution.sealing.seal import seal
from distribution.settlement.settle import settle
from tests.factories import ACTOR
from tests.functional.api_client import ApiClient, a_token, an_application
from tests.lived import live

FAR = datetime(2099, 1, 1, tzinfo=UTC)


@pytest.fixture
def api(engine: Engine, redis_url: str) -> ApiClient:
    return ApiClient(an_application(engine, redis_url), a_token(engine))


@pytest.fixture
def lived(engine: Engine, api: ApiClient) -> ApiClient:
    live(engine)
    return api


def test_every_transfer_is_listed_once_and_comes_to_the_balances(lived: ApiClient) -> None:
    items, cursor = [], ""
    while cursor is not None:
        page = lived.get(f"/ledger/transfers?limit=7&cursor={cursor}")
        items += page["items"]
        cursor = page["next_cursor"]
    assert [each["id"] for each in items] == sorted({each["id"] for each in items})
    assert len(items) == lived.get("/proof")["checked"]["transfers"]
    sums: dict[tuple[str, str], Decimal] = defaultdict(Decimal)
    for each in items:
        sums[each["credit"].split(":")[-1].lower(), each["currency"]] += Decimal(each["amount"])
        sums[each["debit"].split(":")[-1].lower(), each["currency"]] -= Decimal(each["amount"])
    balances = lived.get(f"/ledger/balances?at={quote(FAR.isoformat())}&by=recorded")
    assert {(each["kind"], each["currency"]): Decimal(each["balance"]) for each in balances["items"]} == sums
    for currency in ("USD", "JPY"):
        of_one = [Decimal(each["balance"]) for each in balances["items"] if each["currency"] == currency]
        assert sum(of_one) == 0


def test_transfers_of_one_distributor_and_currency(lived: ApiClient) -> None:
    everything = lived.get("/ledger/transfers?limit=100")["items"]
    who = next(each["distributor_id"] for each in everything if each["currency"] == "JPY")
    found = lived.get(f"/ledger/transfers?limit=100&currency=JPY&distributor_id={who}")["items"]
    assert found == [
        each for each in everything if each["distributor_id"] == who and each["currency"] == "JPY"
    ]
    both = lived.get(f"/ledger/transfers?limit=100&distributor_id={who}")["items"]
    assert both == [each for each in everything if each["distributor_id"] == who]
    nobody = "00000000-0000-7000-8000-000000000000"
    assert lived.get(f"/ledger/transfers?distributor_id={nobody}") == {"items": [], "next_cursor": None}


def test_the_two_times_tell_apart_what_was_true_and_what_was_known(engine: Engine, lived: ApiClient) -> None:
    first = lived.get("/ledger/transfers?limit=1")["items"][0]
    between = datetime.fromisoformat(first["effective_at"]) + timedelta(microseconds=1)
    by = {
        each: lived.get(f"/ledger/balances?at={quote(between.isoformat())}&by={each}")["items"]
        for each in ("effective", "recorded")
    }
    assert by["effective"] != [] or by["recorded"] != []
    assert lived.get("/ledger/balances?at=2001-01-01T00:00:00Z")["items"] == []


def test_the_head_is_that_of_the_newest_seal(engine: Engine, api: ApiClient) -> None:
    assert api.get("/ledger/head") == {
        "seal": 0,
        "digest": "",
        "sealed_at": None,
        "last_transfer_id": 0,
        "last_snapshot": 0,
    }
    settle(engine, actor=ACTOR, now=datetime.now(UTC))
    with transaction(engine) as session:
        [sealed] = seal(session, now=datetime.now(UTC))
    assert seal_of(api.get("/ledger/head")) == (1, sealed.digest)
    assert api.get("/proof")["seal"] == 1


def test_a_proof_that_was_kept_is_answered_where_it_may_be(lived: ApiClient, engine: Engine) -> None:
    fresh = lived.get("/proof?max_age=3600")
    assert fresh["holds"]
    with transaction(engine) as session:
        proof = prove(session)
    earlier = datetime.now(UTC) - timedelta(minutes=30)
    with transaction(engine) as session:
        write(session, proof, now=earlier)
    kept = lived.get("/proof?max_age=3600")
    assert datetime.fromisoformat(kept["proven_at"]) == earlier
    assert {**kept, "proven_at": None} == {**fresh, "proven_at": None}
    assert datetime.fromisoformat(lived.get("/proof?max_age=60")["proven_at"]) > earlier
    assert datetime.fromisoformat(lived.get("/proof")["proven_at"]) > earlier


def test_a_proof_may_take_longer_than_a_page(lived: ApiClient, database_url: str, redis_url: str) -> None:
    hurried = create_engine(database_url, statement_timeout_ms=500)
    api = ApiClient(an_application(hurried, redis_url), a_token(hurried))
    others = hurried.connect()
    others.exec_driver_sql("LOCK TABLE distribution.statements IN ACCESS EXCLUSIVE MODE")
    letting_go = threading.Timer(1.2, others.rollback)
    letting_go.start()
    api.get("/withdrawals")
    assert api.get("/proof")["holds"]
    letting_go.join()
    others.close()
    hurried.dispose()

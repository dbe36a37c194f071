"""Plans by API: whole documents in and out, checked without being published, described by their schema."""

from __future__ import annotations

import json
from typing import Any

import jsonschema
import pytest
from sqlalchemy import Engine
from sqlalchemy.orm import Session

from distribution.commission.plan.document import json_schema
from distribution.commission.publish import history
from portal.api.resources.plans import EXAMPLE
from tests.functional.api_client import ApiClient, a_token, an_application
from tests.refused_plans import RATE, REFUSED, TIERS, plan

FULL: dict[str, Any] = {
    **plan(base="gross", discounts="before", shipping="include", gift_cards="pay", self_purchase="skip"),
    "margin": {"least_bps": 2000},
    "rates": [RATE, {"level": 1, "tiers": TIERS, "category": ["c-1", "c-2"], "priority": 2}],
    "campaigns": [
        {
            "name": "Double week",
            "from": "2026-12-01T00:00:00+08:00",
            "to": "2026-12-08T00:00:00Z",
            "multiplier_bps": 20_000,
            "stacks": True,
        }
    ],
    "caps": [{"per": "distributor", "period": "month", "amount": "500.00", "currency": "USD"}],
    "uplines": {
        "unqualified": "compress",
        "conditions": [{"level": 2, "own_sales": {"amount": "1.00", "currency": "USD", "period": "year"}}],
    },
    "customer_limit": {"orders": 3},
}


@pytest.fixture
def api(engine: Engine, redis_url: str) -> ApiClient:
    return ApiClient(an_application(engine, redis_url), a_token(engine))


def document_of(answer: dict[str, Any]) -> dict[str, Any]:
    facts = {"number", "published_at", "effective_at"}
    return {name: value for name, value in answer.items() if name not in facts}


@pytest.mark.parametrize("document", [FULL, EXAMPLE])
def test_a_document_comes_back_as_it_was_sent(
    api: ApiClient, session: Session, document: dict[str, Any]
) -> None:
    published = api.post("/plans", document)
    assert document_of(published) == document
    assert history(session)[0].document == document
    assert api.get("/plans/current") == api.get("/plans/1") == published
    assert api.get("/plans")["items"] == [published]
    # What was answered can be published again, word for word.
    assert document_of(api.post("/plans", document_of(published))) == document


def test_one_text_and_a_list_of_it_mean_the_same(api: ApiClient, session: Session) -> None:
    document = plan(rates=[RATE, {**RATE, "category": "c-1"}])
    published = api.post("/plans", document)
    assert history(session)[0].document == document
    assert published["rates"][1]["category"] == ["c-1"]


def test_versions_are_read_by_number(api: ApiClient) -> None:
    assert api.get("/plans/0")["name"] == "Built-in"
    for number in ("1", "-1", "99999999999999999999", "x"):
        assert api("GET", f"/plans/{number}").status_code == 404


@pytest.mark.parametrize(
    "why, document, path", [each[:3] for each in REFUSED], ids=[each[0] for each in REFUSED]
)
def test_a_malformed_document_is_refused_by_its_path(
    api: ApiClient, why: str, document: dict[str, Any], path: str
) -> None:
    for resource in ("/plans", "/plans/check"):
        problem = api.post(resource, document, status=422)
        assert problem["field"] == path, why
        assert path in [each["field"] for each in problem["errors"]]


def test_every_error_is_listed(api: ApiClient, session: Session) -> None:
    wrong = plan(ceiling_bps=-1, hold_days="x", rates=[{"level": 9, "bps": 1}])
    problem = api.post("/plans", wrong, status=422)
    assert [each["field"] for each in problem["errors"]] == ["ceiling_bps", "hold_days", "rates[0].level"]
    unknown = plan(
        rates=[RATE, {**RATE, "grade": ["gold", "silver"]}],
        uplines={"conditions": [{"level": 2, "grades": ["tin"]}]},
    )
    problem = api.post("/plans", unknown, status=422)
    assert [(each["field"], each["message"]) for each in problem["errors"]] == [
        ("rates[1].grade[0]", "unknown grade 'gold'"),
        ("rates[1].grade[1]", "unknown grade 'silver'"),
        ("uplines.conditions[0].grades[0]", "unknown grade 'tin'"),
    ]
    assert history(session) == []


def test_a_check_publishes_nothing_and_says_what_is_seldom_meant(api: ApiClient, session: Session) -> None:
    found = api.post("/plans/check", plan(hold_days=0, ceiling_bps=5000), status=200)
    assert (found["rates"], found["campaigns"], found["caps"]) == (1, 0, 0)
    assert [(each["code"], each["field"]) for each in found["warnings"]] == [
        ("level_without_rate", "rates"),
        ("level_without_rate", "rates"),
        ("pays_much", "ceiling_bps"),
        ("ceiling_never_reached", "ceiling_bps"),
        ("no_hold", "hold_days"),
    ]
    assert history(session) == []
    # When it would hold is said to `POST /plans` only.
    assert api.post("/plans/check", {**plan(), "effective_at": None}, status=422)["field"] == "effective_at"


def test_a_check_says_that_a_planned_version_would_never_hold(api: ApiClient) -> None:
    def told() -> bool:
        found = api.post("/plans/check", plan(), status=200)["warnings"]
        return {"code": "overtakes_planned", "field": "effective_at"} in found

    assert not told()
    api.post("/plans", {**plan(), "effective_at": "2999-01-01T00:00:00Z"})
    assert told()
    api.post("/plans", plan())
    assert not told()


def test_who_may_only_read_may_check_and_not_publish(engine: Engine, redis_url: str) -> None:
    reader = ApiClient(an_application(engine, redis_url), a_token(engine, "read"))
    reader.post("/plans/check", plan(), status=200)
    reader.post("/plans", plan(), status=403)


def test_the_schema_is_there_for_everybody_and_holds(engine: Engine, redis_url: str) -> None:
    stranger = ApiClient(an_application(engine, redis_url), None)
    schema = stranger.get("/plans/schema.json")
    assert schema == json.loads(json.dumps(json_schema()))
    assert stranger("GET", "/plans/schema.json?x=1").status_code == 422
    stranger.get("/plans/current", status=401)
    jsonschema.Draft202012Validator.check_schema(schema)
    validator = jsonschema.Draft202012Validator(schema)
    assert not validator.is_valid({**plan(), "customer_limit": None})
    for document in (FULL, EXAMPLE, plan(rates=[{**RATE, "category": "c-1"}])):
        validator.validate(document)
    refused = [document for _, document, _, _ in REFUSED if not validator.is_valid(document)]
    # The rest breaks rules that no schema can say: one field about another, two rates about one another.
    assert len(refused) > len(REFUSED) / 2

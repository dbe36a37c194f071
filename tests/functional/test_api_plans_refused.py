"""Refused plans by API: 422, a problem document that names the field, and nothing published."""

from __future__ import annotations

import pytest
from sqlalchemy import Engine

from tests.functional.api_client import ApiClient, a_token, an_application
from tests.refused_plans import RATE, REFUSED, plan


@pytest.fixture
def api(engine: Engine, redis_url: str) -> ApiClient:
    return ApiClient(an_application(engine, redis_url), a_token(engine))


def test_every_malformed_plan_is_a_problem_that_names_its_field(api: ApiClient) -> None:
    for why, document, field, _ in REFUSED:
        answer = api("POST", "/plans", document, status=422)
        assert answer.mimetype == "application/problem+json", why
        assert answer.json is not None
        assert answer.json["field"] == field, why
        assert answer.json["detail"], why
        assert answer.json["status"] == 422
    assert api.get("/plans") == {"items": [], "next_cursor": None}
    assert api.get("/plans/current")["number"] == 0


def test_rates_that_tie_are_both_named(api: ApiClient) -> None:
    problem = api.post(
        "/plans", plan(rates=[{**RATE, "product": "p-1"}, RATE, {**RATE, "product": ["p-2", "p-1"]}]), 422
    )
    assert problem["field"] == "rates[2]"
    assert "rates[0]" in problem["detail"]

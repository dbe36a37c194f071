"""An order's explanation on pages and in the API: whole for the merchant, for a distributor nothing of others."""

from __future__ import annotations

import html
import re
from collections.abc import Iterator
from datetime import UTC, datetime
from fractions import Fraction
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import Engine, text
from sqlalchemy.orm import Session

from distribution.db import create_engine, transaction
from distribution.settings import merchants
from portal.app import create_app
from tests.explained import PASSWORD, Explained, build_explained
from tests.factories import ACTOR
from tests.functional.api_client import ApiClient, a_token, an_application
from tests.functional.conftest import log_in, portal_settings, token_of

# What the seller must not learn: rates, names and conditions of others, what the goods cost, what the shop keeps.
NOT_THE_SELLERS = (
    "5.43%", "4.32%", "2.11%", "7.77%", "Cleo", "Ben", "Somebody", "silver", "bronze", "47.13", "40%", "12.87",
    "Spring",
)  # fmt: skip
NOT_THE_TOPS = (
    "3%", "9%", "10%", "12%", "4.32%", "2.11%", "7.77%", "8.88%", "Double week", "Lovelace", "Ben", "gold", "bronze",
    "silver", "47.13", "40%", "12.87", "$5.00",
)  # fmt: skip


@pytest.fixture(scope="module")
def engine_with_order(module_database_url: str) -> Iterator[Engine]:
    engine = create_engine(module_database_url)
    yield engine
    engine.dispose()


@pytest.fixture(scope="module")
def order(engine_with_order: Engine) -> Explained:
    with transaction(engine_with_order) as session:
        merchants.create(
            session, email="owner@shop.example", name="Hanna", password=PASSWORD, role="owner", actor=ACTOR,
            now=datetime.now(UTC),
        )  # fmt: skip
    return build_explained(engine_with_order, now=datetime.now(UTC))


@pytest.fixture(scope="module")
def app(
    engine_with_order: Engine, order: Explained, module_database_url: str, redis_server_url: str
) -> Flask:
    return create_app(portal_settings(module_database_url, redis_server_url), engine_with_order, testing=True)


@pytest.fixture(scope="module")
def path(engine_with_order: Engine, order: Explained) -> str:
    """The order's page."""
    with Session(engine_with_order) as session:
        query = text("SELECT id FROM distribution.orders WHERE external_id = :id")
        return f"/orders/{session.execute(query, {'id': order.order_id}).scalar_one()}"


def signed_in(app: Flask, email: str, language: str = "en") -> FlaskClient:
    """The browser of a distributor."""
    client = app.test_client()
    log_in(client, email, PASSWORD)
    client.set_cookie("language", language)
    return client


def words(page: str) -> str:
    """What a page says, without its markup."""
    return " ".join(html.unescape(re.sub(r"<[^>]+>", " ", page)).split())


@pytest.mark.parametrize("language", ["en", "zh_Hans"])
def test_a_seller_learns_their_own_part_and_nothing_of_others(app: Flask, path: str, language: str) -> None:
    client = signed_in(app, "ada-explained@example.com", language)
    for page in (path, "/earnings"):
        answer = client.get(page)
        assert answer.status_code == 200
        source = answer.get_data(as_text=True)
        told = words(source)
        assert [secret for secret in NOT_THE_SELLERS if secret in told] == []
        assert "3%" in told
    assert "filler" not in source


@pytest.mark.parametrize("language", ["en", "zh_Hans"])
def test_whoever_is_passed_a_level_learns_no_reason_why(app: Flask, path: str, language: str) -> None:
    client = signed_in(app, "cleo@example.com", language)
    for page in (path, "/earnings"):
        told = words(client.get(page).get_data(as_text=True)).replace("US$", "$")
        # A rate is a whole number here, not the end of another one.
        assert [secret for secret in NOT_THE_TOPS if re.search(rf"(?<![\d.]){re.escape(secret)}", told)] == []
        assert "5.43%" in told


def test_whoever_does_not_qualify_sees_no_such_order(app: Flask, path: str) -> None:
    assert signed_in(app, "ben@example.com").get(path).status_code == 404


def test_the_steps_are_on_the_page(app: Flask, path: str) -> None:
    told = words(signed_in(app, "ada-explained@example.com").get(path).get_data(as_text=True))
    assert "Price after all discounts, without tax $19.99" in told
    assert "Rate: 3% in category Cook & Bake $0.5997" in told
    assert "Campaign “Double week”: ×2 $1.1994" in told
    assert "Rounded down once, at the end. $1.19" in told
    assert "$19.99 × 1 ÷ 1 × 6% = $1.1994 → $1.19" in told
    assert "Lowered to the shop's limit for this product. $8.7445…" in told
    assert "8.88% on everything, orders from $5,000.00 the order is too small" in told


@pytest.mark.parametrize("language", ["en", "zh_Hans"])
def test_the_merchant_reads_how_it_travelled_and_every_rule(app: Flask, path: str, language: str) -> None:
    client = app.test_client()
    client.set_cookie("language", language)
    form = {
        "email": "owner@shop.example",
        "password": PASSWORD,
        "csrf_token": token_of(client, "/console/login"),
    }
    assert client.post("/console/login", data=form).status_code == 303
    told = words(client.get(f"/console{path}").get_data(as_text=True))
    for name in (
        "Ada Lovelace",
        "Ben Baker",
        "Cleo Rossi",
        "5.43%",
        "silver",
        "bronze",
        "Double week",
        "12.87",
    ):
        assert name in told
    answer = client.get(f"/console{path}/explanation?line=mug&level=1")
    assert answer.status_code == 200
    level = words(answer.get_data(as_text=True))
    for name in ("7.77%", "Somebody Else", "401", "Spring", "filler-0", "filler-98"):
        assert name in level
    assert client.get(f"/console{path}/explanation?line=mug&level=9").status_code == 404
    assert client.get(f"/console{path}/explanation").status_code == 404


@pytest.fixture(scope="module")
def api(engine_with_order: Engine, order: Explained, redis_server_url: str) -> ApiClient:
    token = a_token(engine_with_order, "orders:write", source="saleor")
    return ApiClient(an_application(engine_with_order, redis_server_url), token)


def explanation(api: ApiClient, query: str = "") -> dict[str, Any]:
    """What the API says of the order."""
    found: dict[str, Any] = api("GET", f"/orders/explained-1/explanation{query}", status=200).get_json()
    return found


def test_the_api_explains_every_level_exactly(api: ApiClient, order: Explained) -> None:
    found = explanation(api)
    assert found["plan"]["name"] == "Winter"
    assert [(each["distributor_id"], each["earns"], each["passed_up"]) for each in found["chain"]] == [
        (str(order.seller_id), 1, False),
        (str(order.sponsor_id), None, False),
        (str(order.top_id), 2, True),
    ]
    assert found["chain"][1]["refused"] == [{"level": 2, "reason": "grade"}]
    assert found["unearned"] == [{"level": 3, "why": "past_the_third"}]
    mug, knife, apron = found["lines"]
    first = mug["levels"][0]
    assert first["rate"] == {
        "path": "rates[1]",
        "document": {"level": 1, "bps": 300, "category": ["kitchen", "garden"]},
    }
    assert [each["path"] for each in first["campaigns"]] == ["campaigns[0]"]
    assert first["claim"]["claim"] == {"amount": "1.19", "minor_units": "5997/50"}
    assert first["lost"]["reasons"] == {
        "other_product": 401, "less_specific": 2, "other_person": 1, "order_too_small": 1, "repeat_order_only": 1,
    }  # fmt: skip
    assert [(each["rule"]["path"], each["row"]) for each in first["lost"]["named"][:2]] == [
        ("rates[2]", "what"),
        ("rates[0]", "what"),
    ]
    assert first["lost_campaigns"]["reasons"] == {"over": 1}
    assert [cut["limit"] for cut in knife["levels"][0]["claim"]["cuts"]] == ["margin"]
    assert knife["levels"][0]["claim"]["cuts"][0]["allowed"]["amount"] == "12.87"
    assert apron["levels"][2] == {
        **apron["levels"][2], "distributor_id": None, "vacancy": "past_the_third", "rate": None, "claim": None,
    }  # fmt: skip


def test_the_apis_figures_follow_from_one_another(api: ApiClient) -> None:
    total = Fraction(0)
    for line in explanation(api)["lines"]:
        for level in line["levels"]:
            claim, worth = level["claim"], level["worth"]
            if claim is None:
                continue
            amount = Fraction(claim["rate_comes_to"]["minor_units"]) * Fraction(claim["multiplier"])
            for cut in claim["cuts"]:
                assert Fraction(cut["before"]["minor_units"]) == amount
                amount *= Fraction(cut["factor"])
                assert Fraction(cut["after"]["minor_units"]) == amount
            assert Fraction(claim["claim"]["minor_units"]) == amount
            assert Fraction(claim["rate"]) == amount / (Fraction(claim["base"]["total"]) * 100)
            exact = (
                Fraction(worth["total"])
                * 100
                * worth["fulfilled"]
                / worth["quantity"]
                * Fraction(worth["kept"])
            )
            exact *= Fraction(claim["rate"])
            assert Fraction(worth["exact"]["minor_units"]) == exact
            assert Fraction(worth["amount"]) * 100 == int(exact)
            total += Fraction(worth["amount"])
    shares = api("GET", "/orders/explained-1", status=200).get_json()["shares"]
    assert total == sum(Fraction(share["accrued"]) for share in shares)


def test_the_api_names_as_many_lost_rules_as_asked_for(api: ApiClient) -> None:
    [line] = explanation(api, "?line_id=knife&most_lost=200")["lines"]
    assert line["line_id"] == "knife"
    assert len(line["levels"][0]["lost"]["named"]) == 200
    assert explanation(api, "?most_lost=0")["lines"][0]["levels"][0]["lost"]["named"] == []
    api("GET", "/orders/explained-1/explanation?most_lost=201", status=422)
    api("GET", "/orders/nowhere/explanation", status=404)
    assert api("PUT", "/orders/explained-1/explanation", {}).status_code == 405


def test_an_order_of_another_source_is_not_explained(
    engine_with_order: Engine, order: Explained, redis_server_url: str
) -> None:
    other = ApiClient(
        an_application(engine_with_order, redis_server_url), a_token(engine_with_order, source="till")
    )
    other("GET", "/orders/explained-1/explanation", status=404)

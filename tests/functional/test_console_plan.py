"""The plan: shown as a merchant reads it, compared, reviewed, and published now or at a time."""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import Engine
from sqlalchemy.orm import Session

from distribution.commission.publish import current, history, publish
from distribution.db import transaction
from tests.functional.console_client import ConsoleClient, last_act, merchant_actor
from tests.refused_plans import TIERS

Console = Callable[[str], ConsoleClient]
WINTER: dict[str, Any] = {
    "name": "Winter",
    "ceiling_bps": 2000,
    "hold_days": 30,
    "rates": [
        {"level": 1, "bps": 1250},
        {"level": 2, "fixed": "1.25", "currency": "EUR"},
        {"level": 1, "bps": 300, "category": "c-electronics", "customer": "first"},
        {"level": 1, "tiers": TIERS, "product": ["p-1", "p-2", "p-3", "p-4", "p-5"]},
    ],
    "campaigns": [
        {
            "name": "Double week",
            "from": "2099-12-01T00:00:00+00:00",
            "to": "2099-12-08T00:00:00+00:00",
            "multiplier_bps": 20_000,
            "levels": [1],
        },
        {
            "name": "Long ago",
            "from": "2020-12-01T00:00:00+00:00",
            "to": "2020-12-08T00:00:00+00:00",
            "bps": 1500,
            "levels": [2],
        },
    ],
    "caps": [{"per": "distributor", "period": "month", "amount": "500.00", "currency": "USD"}],
    "uplines": {"unqualified": "compress"},
    "customer_limit": {"months": 24},
}


def a_draft(client: ConsoleClient, document: dict[str, Any]) -> str:
    answer = client.send("/console/plan/drafts", {"document": json.dumps(document)})
    assert answer.status_code == 303
    return str(answer.location).split("?")[0]


def words(page: str) -> str:
    return " ".join(re.sub(r"<[^>]+>", " ", page).split())


def test_the_review_says_what_changes_and_publishes_nothing(
    console: Console, lived_in_engine: Engine
) -> None:
    page = words(console("finance").page(f"{a_draft(console('finance'), WINTER)}/review"))
    for expected in (
        "changed Name of the plan Autumn Winter",
        "changed Ceiling of all levels together 25% 20%",
        "changed Hold period 14 days 30 days",
        "changed When somebody above does not qualify you keep the share the next above who qualifies earns it",
        "changed A customer pays for so many months no limit 24",
        "changed Level 1, the seller: every sale 12% 12.5%",
        "changed Level 2, their sponsor: every sale 4% €1.25 a unit",
        "added Level 1, the seller: Category: c-electronics · first order of a shopper 3%",
        "added Level 1, the seller: Product: p-1, p-2, p-3 and 2 more 5% – 7%, by own sales of the month",
        "removed Level 3, the sponsor's sponsor: every sale $0.50 a unit",
        "added Campaign “Double week” × 2 ·",
        "added Cap of a distributor in a month $500.00",
        "Level 3 earns nothing: no rate is for it.",
        "Campaign 2 is over already.",
    ):
        assert expected in page
    with Session(lived_in_engine) as session:
        assert current(session, now=datetime.now(UTC)).name == "Autumn"


def test_a_product_that_was_sold_is_worked_out_by_the_engine(console: Console) -> None:
    owner = console("owner")
    path = f"{a_draft(owner, {**WINTER, 'ceiling_bps': 1000})}/review"
    assert "Stoneware mug · $18.00" in owner.page(path)
    page = words(owner.page(f"{path}?product=USD Stoneware mug&quantity=2&customer=repeat"))
    # 12.5 % and 1.25 EUR a unit: in dollars the amount for each unit is nothing, and 12.5 % are cut to the ceiling.
    assert "Level 1 every sale · cut by a limit $4.32 $3.60" in page
    assert "The plan's fixed amount is in another currency." in page
    assert "The ceiling cuts" in page
    assert "Level 1 every sale" in words(owner.page(f"{path}?product=nothing&quantity=x&grade=x"))


def test_published_now_and_at_a_time(console: Console, lived_in_engine: Engine) -> None:
    owner = console("owner")
    path = a_draft(owner, WINTER)
    page = owner.act(f"{path}/publish", {"revision": 1, "when": "now"})
    assert "Version 2 is published." in page
    with Session(lived_in_engine) as session:
        newest = history(session)[0]
        assert newest.document == WINTER
        assert newest.actor == merchant_actor(lived_in_engine, "owner")
    assert last_act(lived_in_engine, "plan.publish").after == WINTER
    assert owner.browser.get(path).status_code == 404
    told = words(page)
    for expected in (
        "12.5% every other sale",
        "from $1,000.00 7%",
        "Double week planned × 2",
        "Long ago over",
        "How long a customer pays 24 months",
    ):
        assert expected in told, expected

    spring = {**WINTER, "name": "Spring", "campaigns": []}
    later = (datetime.now(UTC) + timedelta(days=3)).strftime("%Y-%m-%dT%H:%M")
    path = a_draft(owner, spring)
    page = owner.act(f"{path}/publish", {"revision": 1, "when": "later", "effective_at": later})
    assert "Planned" in page
    with Session(lived_in_engine) as session:
        assert history(session)[0].effective_at.strftime("%Y-%m-%dT%H:%M") == later
        assert current(session, now=datetime.now(UTC)).number == 2
    told = words(owner.page("/console/plan/versions/3"))
    assert "removed Campaign “Double week”" in told
    between = words(owner.page("/console/plan/compare?before=3&after=2"))
    assert "added Campaign “Double week”" in between
    assert "Nothing differs" in owner.page("/console/plan/compare?before=2&after=2")
    assert "changed Name of the plan Built-in Winter" in words(
        owner.page("/console/plan/compare?before=0&after=2")
    )
    for missing in ("/console/plan/compare?before=0&after=99", "/console/plan/versions/99"):
        assert owner.browser.get(missing).status_code == 404
    again = owner.send("/console/plan/drafts", {"number": 3})
    assert 'value="Spring"' in owner.page(again.location)
    assert owner.send("/console/plan/drafts", {"number": 99}).status_code == 404


@pytest.mark.parametrize("when", ["2020-01-01T00:00", "", "tomorrow"])
def test_never_in_the_past(console: Console, when: str, lived_in_engine: Engine) -> None:
    owner = console("owner")
    path = a_draft(owner, WINTER)
    answer = owner.send(f"{path}/publish", {"revision": 1, "when": "later", "effective_at": when})
    assert answer.status_code == 422
    page = answer.get_data(as_text=True)
    assert "A plan never takes effect in the past." in page or "Enter a date and a time." in page
    assert owner.browser.get(path).status_code == 200


def test_what_was_changed_or_broken_since_the_review_is_not_published(
    console: Console, lived_in_engine: Engine
) -> None:
    owner = console("owner")
    with Session(lived_in_engine) as session:
        before = len(history(session))
    changed = a_draft(owner, WINTER)
    assert "look at it once more" in owner.act(f"{changed}/publish", {"revision": 7, "when": "now"})
    broken = a_draft(owner, {**WINTER, "rates": []})
    answer = owner.send(f"{broken}/publish", {"revision": 1, "when": "now"})
    assert answer.location == broken
    page = owner.page(f"{broken}/review")
    assert "Not ready to be published" in page
    assert "Publish</span>" not in page
    text = owner.send("/console/plan/drafts", {"document": "no plan"}).location
    answer = owner.send(f"{text.split('?')[0]}/publish", {"revision": 1, "when": "now"})
    assert answer.location.endswith("/document")
    with Session(lived_in_engine) as session:
        assert len(history(session)) == before


def test_the_built_in_plan_is_shown_until_one_is_published(console: Console, lived_in_engine: Engine) -> None:
    assert "The built-in plan" not in console("read_only").page("/console/plan")
    with transaction(lived_in_engine) as session:
        publish(session, {**WINTER, "name": "<b>Bold</b>"}, actor="token:Till 1", now=datetime.now(UTC))
    page = console("read_only").browser.get("/console/plan").get_data(as_text=True)
    assert "&lt;b&gt;Bold" in page
    assert "Change the plan" not in page

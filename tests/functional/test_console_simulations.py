"""Simulations: begun with a draft, watched, read with all their figures, called off."""

from __future__ import annotations

import csv
import io
import json
import re
from collections.abc import Callable
from datetime import UTC, datetime
from uuid import UUID

import pytest
from sqlalchemy import Engine
from sqlalchemy.orm import Session

from distribution.simulation.advance import advance
from distribution.simulation.read import simulation
from tests.functional.console_client import ConsoleClient, last_act
from tests.functional.console_world import ConsoleWorld
from tests.refused_plans import RATE, plan

Console = Callable[[str], ConsoleClient]
PAGE = "/console/plan/simulations"


def words(page: str) -> str:
    return " ".join(re.sub(r"<[^>]+>", " ", page).split())


def test_a_draft_is_tried_from_the_first_page_to_the_last_figure(
    console: Console, shop: ConsoleWorld, lived_in_engine: Engine
) -> None:
    finance = console("finance")
    first = finance.page(f"{PAGE}?draft={shop.draft_id}")
    assert f'<option value="{shop.draft_id}" selected>Winter</option>' in first
    answer = finance.send(PAGE, {"plan": str(shop.draft_id), "from": "2020-01-01", "to": "2099-01-01"})
    assert answer.status_code == 303
    path = answer.location
    under_way = finance.page(path)
    assert "data-poll" in under_way
    assert '<noscript><meta http-equiv="refresh" content="3"></noscript>' in under_way
    assert "Under way" in finance.page(PAGE)
    assert last_act(lived_in_engine, "simulation.start").subject_id == path.rsplit("/", 1)[1]

    advance(lived_in_engine, UUID(path.rsplit("/", 1)[1]), clock=lambda: datetime.now(UTC))
    with Session(lived_in_engine) as session:
        result = simulation(session, UUID(path.rsplit("/", 1)[1])).result
    assert result is not None
    dollars = next(each for each in result["currencies"] if each["currency"] == "USD")
    page = finance.page(f"{path}?currency=USD")
    told = words(page)
    assert "data-poll" not in page
    for minor in (
        *(dollars["total"][name] for name in ("amount_minor", "recorded_minor", "potential_minor")),
        *(each["amount_minor"] for each in dollars["levels"]),
        *(each["recorded_minor"] for each in dollars["months"]),
        *(each["amount_minor"] for each in (*dollars["gains"], *dollars["losses"])),
    ):
        assert f"${minor / 100:,.2f}" in told
    for heading in (
        "By month",
        "By level",
        "By grade",
        "Who gains most",
        "Who loses most",
        "Orders that were cut",
    ):
        assert heading in told
    assert "the ceiling of all levels" in told
    assert page.count('<svg class="chart"') == 1
    assert words(finance.page(f"{path}?currency=EUR")).count("€") > 10

    file = finance.browser.get(f"{path}.csv")
    assert file.headers["Content-Disposition"].startswith("attachment")
    rows = list(csv.DictReader(io.StringIO(file.get_data(as_text=True).removeprefix("\ufeff"))))
    assert {row["currency"] for row in rows} == {"USD", "EUR"}
    # Cents, so that the sum is exact.
    assert (
        sum(round(float(row["amount"]) * 100) for row in rows if row["currency"] == "USD")
        == dollars["total"]["amount_minor"]
    )


def test_one_that_is_under_way_is_called_off(console: Console, lived_in_engine: Engine) -> None:
    owner = console("owner")
    path = owner.send(PAGE, {"plan": "0"}).location
    page = owner.act(f"{path}/cancel")
    assert "The simulation is called off." in page
    assert "It was called off after" in page
    assert last_act(lived_in_engine, "simulation.cancel").subject_id == path.rsplit("/", 1)[1]


@pytest.mark.parametrize(
    "sent, message",
    [
        (
            {"plan": "0", "from": "2026-02-01", "to": "2026-01-01"},
            "The first day must not be after the last one.",
        ),
        ({"plan": "0", "from": "soon"}, "Enter a date."),
        ({"plan": "0", "to": "soon"}, "Enter a date."),
        ({"plan": "99"}, "This draft cannot be published yet"),
        ({"plan": "nothing"}, "This draft cannot be published yet"),
        ({}, "This draft cannot be published yet"),
    ],
)
def test_what_cannot_be_tried_is_said(console: Console, sent: dict[str, str], message: str) -> None:
    answer = console("owner").send(PAGE, sent)
    assert answer.status_code == 422
    assert message in answer.get_data(as_text=True)


@pytest.mark.parametrize(
    "document", ["no plan", json.dumps(plan(rates=[])), json.dumps(plan(rates=[{**RATE, "grade": "?"}]))]
)
def test_a_draft_that_could_not_be_published_is_not_tried(console: Console, document: str) -> None:
    owner = console("owner")
    draft = (
        owner.send("/console/plan/drafts", {"document": document}).location.split("?")[0].rsplit("/", 1)[1]
    )
    assert owner.send(PAGE, {"plan": draft}).status_code == 422


def test_nothing_was_sold_then(console: Console, lived_in_engine: Engine) -> None:
    owner = console("owner")
    path = owner.send(PAGE, {"plan": "0", "from": "2001-01-01", "to": "2001-02-01"}).location
    advance(lived_in_engine, UUID(path.rsplit("/", 1)[1]), clock=lambda: datetime.now(UTC))
    assert "No order in this time" in owner.page(path)
    owner.page(f"{PAGE}/00000000-0000-7000-8000-000000000000", status=404)

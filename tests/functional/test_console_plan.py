"""The plan: what is wrong stands beside its field, what changes is shown before it is published."""

from __future__ import annotations

import html
import json
import re
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import Engine
from sqlalchemy.orm import Session

from distribution.commission.publish import current, history
from tests.functional.console_client import ConsoleClient, last_act, merchant_actor

Console = Callable[[str], ConsoleClient]
FORM: dict[str, Any] = {
    "name": "Winter",
    "level_1-kind": "percent",
    "level_1-value": "12.5",
    "level_1-currency": "USD",
    "level_2-kind": "fixed",
    "level_2-value": "1.25",
    "level_2-currency": "EUR",
    "level_3-kind": "nothing",
    "level_3-value": "",
    "level_3-currency": "USD",
    "base": "net",
    "ceiling": "20",
    "hold_days": "30",
}
MEANT = {
    "name": "Winter",
    "base": "net",
    "ceiling_bps": 2000,
    "hold_days": 30,
    "rates": [{"level": 1, "bps": 1250}, {"level": 2, "fixed": "1.25", "currency": "EUR"}],
}


@pytest.mark.parametrize(
    "wrong, field, words",
    [
        ({"level_1-value": "abc"}, "level_1-value", "Enter a percentage from 0 to 100"),
        ({"level_1-value": "101"}, "level_1-value", "Enter a percentage from 0 to 100"),
        ({"level_1-value": "1.234"}, "level_1-value", "Enter a percentage from 0 to 100"),
        ({"level_2-value": "1.234"}, "level_2-value", "Enter an amount like 2.50"),
        ({"level_2-value": "-1"}, "level_2-value", "Enter an amount like 2.50"),
        ({"ceiling": "120"}, "ceiling", "Enter a percentage from 0 to 100"),
        ({"ceiling": ""}, "ceiling", "Enter a percentage."),
        ({"hold_days": "-1"}, "hold_days", "From 0 to 3650 days."),
        ({"hold_days": "x"}, "hold_days", ""),
        ({"name": ""}, "name", "Give the plan a name."),
        (
            {"level_1-kind": "nothing", "level_2-kind": "nothing"},
            "level_1-kind",
            "At least one level earns something.",
        ),
    ],
)
def test_what_is_wrong_stands_beside_its_field(
    console: Console, wrong: dict[str, str], field: str, words: str
) -> None:
    answer = console("owner").send("/console/plan/edit", {**FORM, **wrong})
    page = html.unescape(answer.get_data(as_text=True))
    assert answer.status_code == 422
    beside = page.split(f'id="{field}-error"', 1)
    assert len(beside) == 2, field
    assert words in beside[1][:400]
    assert "What changes" not in page


def test_the_difference_is_shown_and_nothing_is_published_yet(
    console: Console, lived_in_engine: Engine
) -> None:
    page = html.unescape(console("owner").send("/console/plan/edit", FORM).get_data(as_text=True))
    for words in (
        "<del>Autumn</del>",
        "<ins>Winter</ins>",
        "<del>12%</del>",
        "<ins>12.5%</ins>",
        "€1.25",
        "<ins>20%</ins>",
    ):
        assert words in page
    with Session(lived_in_engine) as session:
        assert current(session, now=datetime.now(UTC)).name == "Autumn"


def test_published_now_and_at_a_time(console: Console, lived_in_engine: Engine) -> None:
    owner = console("owner")
    review = html.unescape(owner.send("/console/plan/edit", FORM).get_data(as_text=True))
    written = re.search(r'name="document" value="(\{.*\})"', review)
    assert written is not None
    again = owner.send("/console/plan/edit", {"document": written[1], "when": "now"}).get_data(as_text=True)
    assert 'value="12.5"' in again
    assert 'value="1.25"' in again
    page = owner.act("/console/plan/publish", {"document": written[1], "when": "now"})
    assert "Version 2 is published." in page
    with Session(lived_in_engine) as session:
        newest = history(session)[0]
        assert newest.document == MEANT
        assert newest.actor == merchant_actor(lived_in_engine, "owner")
    assert last_act(lived_in_engine, "plan.publish").after == MEANT

    later = (datetime.now(UTC) + timedelta(days=3)).strftime("%Y-%m-%dT%H:%M")
    page = owner.act(
        "/console/plan/publish", {"document": written[1], "when": "later", "effective_at": later}
    )
    assert "Planned" in page
    with Session(lived_in_engine) as session:
        assert history(session)[0].effective_at.strftime("%Y-%m-%dT%H:%M") == later
        assert current(session, now=datetime.now(UTC)).number == 2
    assert "In words" in owner.page("/console/plan/versions/3")


@pytest.mark.parametrize("when", ["2020-01-01T00:00", "", "tomorrow"])
def test_never_in_the_past(console: Console, when: str) -> None:
    form = {"document": json.dumps(MEANT), "when": "later", "effective_at": when}
    answer = console("owner").send("/console/plan/publish", form)
    assert answer.status_code == 422
    page = answer.get_data(as_text=True)
    assert "A plan never takes effect in the past." in page or "Enter a date and a time." in page


@pytest.mark.parametrize(
    "document", ["", "{}", "[]", '{"name": "x", "rates": [{"level": 4, "bps": 1}]}', "null"]
)
def test_a_forged_document_is_refused(console: Console, document: str) -> None:
    assert console("owner").send("/console/plan/publish", {"document": document}).status_code == 400

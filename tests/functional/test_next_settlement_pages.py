"""The next settlement in words, on the first page and among the earnings, in both languages."""

from __future__ import annotations

import re
from datetime import UTC, datetime
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient

from distribution.analytics.next_settlement import NextSettlement
from portal.settling import next_words

FOUND: dict[str, Any] = {
    "currency": "USD",
    "at": datetime(2026, 12, 1, 3, tzinfo=UTC),
    "hourly": False,
    "expected_minor": 900,
    "smallest_minor": None,
    "review": False,
    "taxed": False,
}


@pytest.mark.parametrize(
    "facts, words",
    [
        ({}, "Next settlement on Dec 1, 2026: $9.00 expected."),
        (
            {"smallest_minor": 1_000, "review": True},
            (
                "Next settlement on Dec 1, 2026: $9.00 expected. That is below the minimum of $10.00, so it moves to a "
                "later settlement."
            ),
        ),
        (
            {"review": True, "taxed": True, "hourly": True},
            (
                "Next settlement on Dec 1, 2026 03:00: $9.00 expected. It is yours once the shop has approved it. "
                "Tax may be withheld from it."
            ),
        ),
        ({"expected_minor": -50}, "Next settlement on Dec 1, 2026: $0.50 is taken back."),
        ({"expected_minor": 0}, "Next settlement on Dec 1, 2026: nothing has matured yet."),
        ({"at": None}, "The shop settles by hand: $9.00 has matured."),
        ({"at": None, "expected_minor": -50}, "The shop settles by hand: $0.50 is taken back."),
        ({"at": None, "expected_minor": 0}, "The shop settles by hand: nothing has matured yet."),
    ],
)
def test_every_case_has_its_words(portal: Flask, facts: dict[str, Any], words: str) -> None:
    with portal.test_request_context("/"):
        assert " ".join(next_words(NextSettlement(**{**FOUND, **facts}))) == words


@pytest.mark.parametrize("page", ["/", "/earnings"])
@pytest.mark.parametrize(
    "language, sentence",
    [
        ("en", r"Next settlement on \w+ \d+, \d+: \$[\d,.]+ expected\."),
        ("zh_Hans", r"下次结算：.+，预计 US\$[\d,.]+。"),
    ],
)
def test_pages_tell_of_it(hero: FlaskClient, page: str, language: str, sentence: str) -> None:
    hero.set_cookie("language", language)
    assert re.search(sentence, hero.get(page).get_data(as_text=True))

"""Money, numbers and dates as each language writes them."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta

import pytest
from flask import Flask
from flask_babel import Babel, force_locale

from portal import formatting

AT = datetime(2026, 11, 22, 15, 4, tzinfo=UTC)


@pytest.fixture(autouse=True)
def _a_request() -> Iterator[None]:
    app = Flask(__name__)
    Babel(app)
    with app.test_request_context():
        yield


@pytest.mark.parametrize(
    "language, written",
    [
        (
            "en",
            ["$1,234.50", "−€0.05", "+¥1,200", "CN¥8.00", "1,234,567", "12.5%", "Nov 22, 2026", "Nov 22",
             "Nov 22, 2026 15:04", "14 days", "in 3 days"],
        ),
        (
            "zh_Hans",
            ["US$1,234.50", "−€0.05", "+JP¥1,200", "¥8.00", "1,234,567", "12.5%", "2026年11月22日", "11月22日",
             "2026年11月22日 15:04", "14天", "3天后"],
        ),
    ],
)  # fmt: skip
def test_each_language_writes_its_own_way(language: str, written: list[str]) -> None:
    with force_locale(language):
        assert [
            formatting.money(123_450, "USD"),
            formatting.money(-5, "EUR"),
            formatting.money(1_200, "JPY", sign=True),
            formatting.money(800, "CNY"),
            formatting.number(1_234_567),
            formatting.percent(1_250),
            formatting.day(date(2026, 11, 22)),
            formatting.short_day(AT),
            formatting.minute(AT),
            formatting.span(14),
            formatting.from_now(AT + timedelta(days=3), AT),
        ] == written


def test_sentences_follow_one_another_as_the_language_has_it() -> None:
    assert formatting.prose(["Paid.", None, "Thank you."]) == "Paid. Thank you."
    assert formatting.prose(["已打款。", "", "参考号：7。"]) == "已打款。参考号：7。"

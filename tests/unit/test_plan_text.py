"""A plan as text, and its values as a form writes and reads them: what is not changed stays what it was."""

from __future__ import annotations

import json
import re
from random import Random
from typing import Any

import pytest

from distribution.analytics.plan_text import NotJson, lay_out, read
from portal.console.plans.codecs import FACTOR, PERCENT, WHOLE, WORDS, Codec, LocalTime
from tests.model.plan.generate import a_document

SHANGHAI = LocalTime("Asia/Shanghai")


def at(document: Any, path: str) -> Any:
    for part in re.findall(r"[^.\[\]]+", path):
        document = document[int(part)] if isinstance(document, list) else document[part]
    return document


@pytest.mark.parametrize("seed", range(40))
def test_a_text_says_what_the_document_says_and_where(seed: int) -> None:
    document = json.loads(json.dumps(a_document(Random(seed))))
    laid = lay_out(document)
    assert read(laid.text) == document
    lines = laid.text.split("\n")
    for path, number in laid.lines.items():
        value = at(document, path)
        name = re.sub(r"\[\d+\]$", "", path).rpartition(".")[2]
        line = lines[number - 1]
        assert path.endswith("]") or not path or f'"{name}":' in line
        if not isinstance(value, dict | list):
            assert json.dumps(value, ensure_ascii=False) in line
    assert lay_out(read(laid.text)) == laid


def test_a_path_that_is_not_written_is_where_it_would_stand() -> None:
    laid = lay_out({"name": "x", "rates": [{"level": 1}, {"level": 2}]})
    assert laid.line_of("rates[1].bps") == laid.line_of("rates[1]") == 5
    assert laid.line_of("campaigns[3].to") == 1


def test_fields_stand_in_the_order_of_the_rule_book_and_unknown_ones_last() -> None:
    text = lay_out({"zeta": 1, "rates": [{"category": "c", "bps": 1, "level": 1}], "name": "x"}).text
    assert text.index('"name"') < text.index('"rates"') < text.index('"zeta"')
    assert '{"level": 1, "bps": 1, "category": "c"}' in text


@pytest.mark.parametrize(
    "text, line",
    [
        ("", 1),
        ("null", 1),
        ('{\n"a": 1,\n"a": 2}', 1),
        ('{"a": Infinity}', 1),
        ('{"a": 1e999}', 1),
        ('{\n\n"a" 1}', 3),
        ('{"a": "\\udc00"}', 1),
        ('{"a": "\\u0000"}', 1),
        ('{"a":' * 40 + "1" + "}" * 40, 1),
        ("[" * 100_000, 1),
    ],
)
def test_what_cannot_be_kept_is_no_document(text: str, line: int) -> None:
    with pytest.raises(NotJson) as refused:
        read(text)
    assert refused.value.line == line


@pytest.mark.parametrize(
    "codec, value, shown",
    [
        (PERCENT, 1250, "12.5"),
        (PERCENT, 10_000, "100"),
        (PERCENT, 0, "0"),
        (PERCENT, 20_000, "200"),
        (PERCENT, -5, "-5"),
        (PERCENT, True, "true"),
        (PERCENT, 12.5, "12.5"),
        (PERCENT, "half", "half"),
        (PERCENT, None, ""),
        (PERCENT, [1], "[1]"),
        (FACTOR, 15_000, "1.5"),
        (FACTOR, 20_000, "2"),
        (FACTOR, 100_000, "10"),
        (FACTOR, 1, "0.0001"),
        (FACTOR, 0, "0"),
        (FACTOR, 10**30, str(10**30)),
        (WHOLE, 7, "7"),
        (WORDS, {"a": 1}, '{"a": 1}'),
        (SHANGHAI, "2026-12-01T00:00:00+00:00", "2026-12-01T08:00"),
        (SHANGHAI, "2026-12-01T00:00:30Z", "2026-12-01T08:00:30"),
        (SHANGHAI, "2026-12-01T00:00:00", "2026-12-01T00:00:00"),
        (SHANGHAI, "0001-01-01T00:00:00+23:00", "0001-01-01T00:00:00+23:00"),
        (SHANGHAI, 7, "7"),
        (SHANGHAI, "soon", "soon"),
    ],
)
def test_a_value_is_shown(codec: Codec, value: Any, shown: str) -> None:
    assert codec.shown(value) == shown


@pytest.mark.parametrize(
    "codec, text, value",
    [
        (PERCENT, "12,5 %", 1250),
        (PERCENT, "7", 700),
        (PERCENT, "101", "101"),
        (PERCENT, "1.234", "1.234"),
        (PERCENT, "many", "many"),
        (FACTOR, "×1,5", 15_000),
        (FACTOR, "2", 20_000),
        (FACTOR, "0.00001", "0.00001"),
        (FACTOR, "1e99", "1e99"),
        (FACTOR, "NaN", "NaN"),
        (WHOLE, "-3", -3),
        (WHOLE, "3.5", "3.5"),
        (WHOLE, "²", "²"),
        (SHANGHAI, "2026-12-01T08:00", "2026-12-01T08:00:00+08:00"),
        (SHANGHAI, "2026-12-01T08:00+01:00", "2026-12-01T08:00+01:00"),
        (SHANGHAI, "soon", "soon"),
    ],
)
def test_what_is_typed_means_a_value_or_stays_what_it_is(codec: Codec, text: str, value: Any) -> None:
    assert codec.typed(text) == value

"""What plans pay, as `tests/specification` says it: the naive implementation and the program agree with every row."""

from __future__ import annotations

import pytest

from tests.frozen import frozen_shares
from tests.model.plan.limits import Key
from tests.model.plan_rules import NaiveShare, naive_shares, naive_worth
from tests.specification.tables import CHAPTERS, Row, rows

ROWS = list(rows())
EACH_ROW = pytest.mark.parametrize("row", [pytest.param(row, id=f"{row.chapter}: {row.why}") for row in ROWS])


def check(row: Row, shares: dict[Key, NaiveShare]) -> None:
    """Every share that the row names, and no other."""
    assert set(shares) == set(row.pays)
    for (line_id, level), expected in row.pays.items():
        share = shares[line_id, level]
        told = f"{line_id}, level {level}"
        assert share.claimed == expected.claimed, told
        assert share.nothing == expected.nothing, told
        assert share.distributor_id == expected.distributor_id, told
        if expected.rate is not None:
            assert share.rate == expected.rate, told
        if share.rate:
            # What is worth nothing anyway needs no bound.
            assert share.most == expected.most, told
        if expected.worth is not None:
            base = row.case.document.get("base", "net")
            assert naive_worth(row.case.state, line_id, base, share.rate, share.most) == expected.worth, told


def test_there_is_a_row_for_everything() -> None:
    whys = [(row.chapter, row.why) for row in ROWS]
    written = [
        line for path in CHAPTERS.glob("*.md") for line in path.read_text().splitlines() if line[:1] == "|"
    ]
    headings = 2 * len(list(CHAPTERS.glob("*.md")))
    assert len(ROWS) == len(written) - headings > 400
    assert len(set(whys)) == len(whys)


@EACH_ROW
def test_naive(row: Row) -> None:
    case = row.case
    check(row, naive_shares(case.document, case.state, case.facts, case.people, case.earlier))


@EACH_ROW
def test_program(row: Row) -> None:
    check(row, frozen_shares(row.case))

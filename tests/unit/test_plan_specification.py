"""What plans pay, as `tests/specification` says it: the naive implementation and the program agree with every row."""

from __future__ import annotations

from collections.abc import Callable
from uuid import UUID

import pytest

from distribution.commission.hold import hold_days
from tests.frozen import compiled, frozen_shares, frozen_terms
from tests.model.plan import holds
from tests.model.plan.limits import Key
from tests.model.plan_rules import NaiveShare, naive_shares, naive_worth
from tests.specification.tables import CHAPTERS, Row, rows

ROWS = list(rows())
EACH_ROW = pytest.mark.parametrize("row", [pytest.param(row, id=f"{row.chapter}: {row.why}") for row in ROWS])


def check(row: Row, shares: dict[Key, NaiveShare], waits: Callable[[str], int]) -> None:
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
        if expected.hold_days is not None:
            assert waits(share.distributor_id) == expected.hold_days, told
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
    people = {person["id"]: person for person in case.people if person is not None}
    shares = naive_shares(case.document, case.state, case.facts, case.people, case.earlier)
    check(row, shares, lambda who: holds.hold_days(case.document, people[who]))


@EACH_ROW
def test_program(row: Row) -> None:
    plan = compiled(row.case.document)
    assert plan.needs.grade or not row.case.document.get("hold_days_by_grade"), "the grade is not frozen"
    terms = frozen_terms(row.case)
    check(row, frozen_shares(row.case), lambda who: hold_days(terms, plan, UUID(who)))

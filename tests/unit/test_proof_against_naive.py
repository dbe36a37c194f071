"""The proof's own arithmetic agrees with every written row, and with the naive implementation on random cases."""

from __future__ import annotations

from random import Random
from typing import Any

import pytest

from distribution.proof.orders.lines import hold_days
from distribution.proof.rates import Book, Earlier, due
from tests.frozen import comparable
from tests.model.plan.generate import some_cases
from tests.model.plan.generate_orders import Case
from tests.model.plan.limits import Key
from tests.model.plan_rules import NaiveShare, naive_shares
from tests.specification.tables import Row, rows
from tests.unit.test_plan_specification import check

ROWS = list(rows())


def kept(case: Case) -> dict[str, Any]:
    """The facts as terms keep them: what says nothing is left out."""
    facts: dict[str, Any] = {
        "has_earlier_order": case.facts["repeat"],
        "stages": case.facts["stages"],
        "people": [
            person and {name: value for name, value in person.items() if value not in (None, [], True)}
            for person in case.people
        ],
    }
    credited = case.facts["credited"]
    return facts | ({"credited": credited} if credited["orders"] else {})


def proven(case: Case) -> dict[Key, NaiveShare]:
    """What the proof says the shares are, written as those of the naive implementation."""
    chain = [person and person["id"] for person in case.people]
    earlier = [Earlier(share["line_id"], share["distributor_id"], share["claimed"]) for share in case.earlier]
    return {
        (share.line_id, share.level): NaiveShare(
            share.distributor_id, share.rate, share.claimed_minor, share.most_minor, share.nothing
        )
        for share in due(Book(case.document), case.state, kept(case), chain, earlier)
    }


@pytest.mark.parametrize("row", [pytest.param(row, id=f"{row.chapter}: {row.why}") for row in ROWS])
def test_a_written_row(row: Row) -> None:
    document, facts = row.case.document, kept(row.case)
    chain = [person and person["id"] for person in row.case.people]
    by_grade, everybody = document.get("hold_days_by_grade", {}), document["hold_days"]
    check(row, proven(row.case), lambda who: hold_days(by_grade, everybody, facts, chain, who))


def test_random_cases() -> None:
    for case in some_cases(Random(11), 1_000):
        expected = naive_shares(case.document, case.state, case.facts, case.people, case.earlier)
        assert comparable(proven(case)) == comparable(expected), case

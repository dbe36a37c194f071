"""What an adjustment moves, for whatever somebody had."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from distribution.adjustment.split import Split, split, takes_second_person

AMOUNTS = st.integers(-(10**15), 10**15).filter(bool)
HELD = st.one_of(
    st.tuples(st.integers(0, 10**15), st.just(0)), st.tuples(st.just(0), st.integers(-(10**15), 0))
)


@given(amount=AMOUNTS, held=HELD)
def test_what_was_there_changes_by_the_amount_and_never_both_stay(amount: int, held: tuple[int, int]) -> None:
    available, debt = held
    part = split(amount, available_minor=available, debt_minor=debt)
    assert min(part.given_minor, part.repaid_minor, part.taken_minor, part.owed_minor) >= 0
    available_after = available + part.given_minor - part.repaid_minor - part.taken_minor
    debt_after = debt + part.repaid_minor - part.owed_minor
    assert available_after + debt_after == available + debt + amount
    assert available_after >= 0 >= debt_after
    assert available_after == 0 or debt_after == 0


@pytest.mark.parametrize(
    "amount, available, debt, expected",
    [
        (500, 100, 0, Split(given_minor=500)),
        (500, 0, -200, Split(given_minor=500, repaid_minor=200)),
        (500, 0, -900, Split(given_minor=500, repaid_minor=500)),
        (-500, 900, 0, Split(taken_minor=500)),
        (-500, 300, 0, Split(taken_minor=300, owed_minor=200)),
        (-500, 0, -200, Split(owed_minor=500)),
    ],
)
def test_debt_is_repaid_first_and_what_is_lacking_is_owed(
    amount: int, available: int, debt: int, expected: Split
) -> None:
    assert split(amount, available_minor=available, debt_minor=debt) == expected


@pytest.mark.parametrize(
    "amount, limit, two",
    [
        (100, 100, False),
        (101, 100, True),
        (-100, 100, False),
        (-101, 100, True),
        (1, 0, True),
        (-1, None, True),
        (1, None, True),
    ],
)
def test_a_second_person_is_needed_above_the_limit_and_always_without_one(
    amount: int, limit: int | None, two: bool
) -> None:
    assert takes_second_person(amount, limit) is two

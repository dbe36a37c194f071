"""What a withdrawal costs: whole minor units, never rounded up, always less than the amount."""

from __future__ import annotations

from fractions import Fraction
from math import floor

import pytest
from hypothesis import given
from hypothesis import strategies as st

from distribution.errors import InvalidInput
from distribution.settings import program
from distribution.settings.document import ProgramSettings
from distribution.withdrawal.errors import FeeTakesAll
from distribution.withdrawal.fee import FREE, Fee
from distribution.withdrawal.policy import policy_of

minor = st.integers(0, 10**15)
fees = st.builds(Fee, minor, st.integers(0, 9_999), st.one_of(st.none(), minor))


@pytest.mark.parametrize(
    "fee, amount_minor, expected",
    [
        (Fee(), 1, 0),
        (Fee(fixed_minor=50), 51, 50),
        (Fee(bps=125), 10_000, 125),
        (Fee(bps=125), 79, 0),
        (Fee(bps=125), 80, 1),
        (Fee(fixed_minor=30, bps=290), 10_000, 320),
        (Fee(fixed_minor=30, bps=290, maximum_minor=200), 10_000, 200),
        (Fee(fixed_minor=30, maximum_minor=0), 1, 0),
    ],
)
def test_fixed_and_percent_up_to_the_highest(fee: Fee, amount_minor: int, expected: int) -> None:
    assert fee.of(amount_minor, "USD") == expected


@given(fees, st.integers(1, 10**15))
def test_a_fee_is_the_exact_one_rounded_down_and_leaves_something(fee: Fee, amount_minor: int) -> None:
    exact = floor(Fraction(fee.fixed_minor) + Fraction(amount_minor) * Fraction(fee.bps, 10_000))
    expected = exact if fee.maximum_minor is None else min(exact, fee.maximum_minor)
    if expected < amount_minor:
        assert fee.of(amount_minor, "USD") == expected
        return
    with pytest.raises(FeeTakesAll) as refused:
        fee.of(amount_minor, "USD")
    assert (refused.value.fee_minor, refused.value.field) == (expected, "amount")


@given(fees, st.integers(1, 10**15), st.integers(0, 10**9))
def test_who_withdraws_more_never_gets_less(fee: Fee, amount_minor: int, more: int) -> None:
    try:
        less = amount_minor - fee.of(amount_minor, "USD")
    except FeeTakesAll:
        return
    assert amount_minor + more - fee.of(amount_minor + more, "USD") >= less


@given(fees, st.integers(1, 10**15))
def test_a_fee_that_is_none_charges_nothing(fee: Fee, amount_minor: int) -> None:
    if fee.is_none:
        assert fee.of(amount_minor, "USD") == 0
    assert FREE.is_none


def test_the_program_says_the_fee_by_currency() -> None:
    settings = ProgramSettings.model_validate(
        {"withdrawal": {"fee_fixed_minor": {"USD": 30}, "fee_bps": 100, "fee_maximum_minor": {"USD": 500}}}
    )
    dollars, yen = (policy_of(settings, currency, methods=["manual"]).fee for currency in ("USD", "JPY"))
    assert (dollars, yen) == (Fee(30, 100, 500), Fee(0, 100, None))


@pytest.mark.parametrize(
    "rules",
    [
        {"fee_fixed_minor": {"USD": 600}, "fee_maximum_minor": {"USD": 500}},
        {"fee_fixed_minor": {"USD": 600}, "maximum_minor": {"USD": 600}},
        {"fee_bps": 10_000},
        {"fee_bps": -1},
        {"weekdays": [0]},
        {"weekdays": [8]},
        {"days_of_month": [32]},
        {"processing_days": 0},
        {"cooling_days": -1},
    ],
)
def test_rules_that_cannot_be(rules: dict[str, object]) -> None:
    with pytest.raises(InvalidInput):
        program.checked({"withdrawal": rules})

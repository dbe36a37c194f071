"""What a statement withholds: brackets over the year, given back with what is taken back, never reaching further."""

from __future__ import annotations

from itertools import accumulate

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import ValidationError

from distribution.settings.tax import TaxBracket, TaxRules, Withholding
from distribution.tax.withholding import Taxed, rule_for, tax_minor, withheld_minor

BRACKETS = (
    TaxBracket(bps=0),
    TaxBracket(from_minor=80_000, bps=2_000),
    TaxBracket(from_minor=2_500_000, bps=3_000),
)


def brackets_of(steps: list[tuple[int, int]]) -> tuple[TaxBracket, ...]:
    starts = accumulate(step for step, _ in steps)
    later = tuple(
        TaxBracket(from_minor=start, bps=bps) for start, (_, bps) in zip(starts, steps, strict=True)
    )
    return (TaxBracket(bps=500), *later)


any_brackets = st.lists(
    st.tuples(st.integers(1, 100_000), st.integers(0, 10_000)), min_size=0, max_size=5
).map(brackets_of)
totals = st.lists(st.integers(-200_000, 500_000), min_size=1, max_size=12)


@pytest.mark.parametrize(
    "total_minor, expected",
    [(-5, 0), (0, 0), (80_000, 0), (80_004, 0), (80_005, 1), (2_500_000, 484_000), (2_500_010, 484_003)],
)
def test_brackets_are_marginal_and_rounded_down_once(total_minor: int, expected: int) -> None:
    assert tax_minor(BRACKETS, total_minor) == expected


@given(any_brackets, totals)
def test_a_year_withholds_the_tax_on_its_total_whenever_it_never_fell_below_nothing(
    brackets: tuple[TaxBracket, ...], parts: list[int]
) -> None:
    total = withheld = 0
    for part in parts:
        withheld += withheld_minor(
            brackets, before_minor=total, withheld_before_minor=withheld, total_minor=part
        )
        total += part
        assert withheld == tax_minor(brackets, total)


@given(any_brackets, any_brackets, totals, totals)
def test_what_is_withheld_is_never_more_than_the_statement_nor_given_back_more_than_was_withheld(
    brackets: tuple[TaxBracket, ...], others: tuple[TaxBracket, ...], first: list[int], then: list[int]
) -> None:
    total = withheld = 0
    for place, part in enumerate([*first, *then]):
        now = brackets if place < len(first) else others
        tax = withheld_minor(now, before_minor=total, withheld_before_minor=withheld, total_minor=part)
        assert tax <= max(part, 0)
        total, withheld = total + part, withheld + tax
        assert withheld >= 0


def test_rates_that_change_reach_back_to_no_statement_before() -> None:
    low, high = (TaxBracket(bps=1_000),), (TaxBracket(bps=2_000),)
    assert withheld_minor(low, before_minor=0, withheld_before_minor=0, total_minor=1_000) == 100
    assert withheld_minor(high, before_minor=1_000, withheld_before_minor=100, total_minor=1_000) == 200


RULES = TaxRules(
    withholding=(
        Withholding(brackets=(TaxBracket(bps=1),)),
        Withholding(tax_id="missing", brackets=(TaxBracket(bps=2),)),
        Withholding(country="US", brackets=(TaxBracket(bps=3),)),
        Withholding(country="US", tax_id="missing", brackets=(TaxBracket(bps=4),)),
        Withholding(country="US", recipients="company", brackets=(TaxBracket(bps=5),)),
        Withholding(country="US", currency="USD", brackets=(TaxBracket(bps=6),)),
    )
)


@pytest.mark.parametrize(
    "taxed, currency, bps",
    [
        (Taxed("FR", has_tax_id=True), "EUR", 1),
        (Taxed("FR"), "EUR", 2),
        (Taxed(), "EUR", 2),
        (Taxed("US", has_tax_id=True), "EUR", 3),
        (Taxed("US"), "EUR", 4),
        (Taxed("US"), "USD", 4),
        (Taxed("US", "company"), "EUR", 5),
        (Taxed("US", has_tax_id=True), "USD", 6),
    ],
)
def test_the_closest_rule_holds_by_country_then_recipients_then_tax_id_then_currency(
    taxed: Taxed, currency: str, bps: int
) -> None:
    rule = rule_for(RULES, taxed, currency)
    assert rule is not None
    assert rule.brackets[0].bps == bps


def test_without_a_rule_for_the_rest_nothing_is_withheld_from_them() -> None:
    rules = TaxRules(withholding=(Withholding(country="US", brackets=(TaxBracket(bps=3),)),))
    assert rule_for(rules, Taxed("FR"), "EUR") is None


@given(st.permutations(RULES.withholding), st.sampled_from(["US", "FR", None]), st.booleans())
def test_the_order_of_the_rules_says_nothing(
    rules: list[Withholding], country: str | None, has_tax_id: bool
) -> None:
    taxed = Taxed(country, has_tax_id=has_tax_id)
    shuffled = TaxRules(withholding=tuple(rules))
    assert rule_for(shuffled, taxed, "USD") == rule_for(RULES, taxed, "USD")


@pytest.mark.parametrize(
    "document, path, rule",
    [
        ({"withholding": [{"country": "XX", "brackets": [{"bps": 1}]}]}, "withholding.0.country", "country"),
        ({"withholding": [{"brackets": []}]}, "withholding.0.brackets", "at least 1"),
        ({"withholding": [{"brackets": [{"from_minor": 1, "bps": 1}]}]}, "withholding.0", "begins at 0"),
        (
            {
                "withholding": [
                    {
                        "currency": "USD",
                        "brackets": [{"bps": 1}, {"from_minor": 5, "bps": 1}, {"from_minor": 5, "bps": 2}],
                    }
                ]
            },
            "withholding.0",
            "above the one before",
        ),
        (
            {"withholding": [{"brackets": [{"bps": 1}, {"from_minor": 5, "bps": 2}]}]},
            "withholding.0",
            "need a currency",
        ),
        ({"withholding": [{"brackets": [{"bps": 10_001}]}]}, "withholding.0.brackets.0.bps", "10000"),
        (
            {"withholding": [{"brackets": [{"bps": 1}]}, {"brackets": [{"bps": 2}]}]},
            "",
            "withholding[1] is for the same",
        ),
        ({"invoice_prefix": "sb"}, "invoice_prefix", "pattern"),
    ],
)
def test_what_cannot_be_is_refused_with_its_place_and_the_rule(
    document: dict[str, object], path: str, rule: str
) -> None:
    with pytest.raises(ValidationError) as refused:
        TaxRules.model_validate(document)
    error = refused.value.errors()[0]
    assert ".".join(map(str, error["loc"])) == path
    assert rule in error["msg"]

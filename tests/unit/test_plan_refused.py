"""Plans that are refused: each names the path of what is wrong and the rule; rules that tie name one another."""

from __future__ import annotations

from random import Random
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from distribution.commission.plan.compiled import compile_plan
from distribution.commission.plan.parse import parse
from distribution.errors import InvalidInput
from tests.model.plan.generate import a_campaign, a_rate, cases
from tests.model.plan.generate_orders import Case
from tests.model.plan.selectors import Entry
from tests.model.plan.ties import campaigns_tie, rates_tie
from tests.refused_plans import CAMPAIGN, GOOD, RATE, REFUSED, plan

WHAT = ("variant", "product", "collection", "category")
WHO = ("distributor", "group", "grade")


def refused(document: dict[str, Any]) -> InvalidInput:
    """How a plan is refused."""
    with pytest.raises(InvalidInput) as caught:
        compile_plan(parse(document))
    return caught.value


def test_the_plan_that_the_refused_ones_were_made_from_is_good() -> None:
    assert compile_plan(parse(GOOD))


@pytest.mark.parametrize(
    "document, field, word",
    [pytest.param(document, field, word, id=why) for why, document, field, word in REFUSED],
)
def test_malformed(document: dict[str, Any], field: str, word: str) -> None:
    problem = refused(document)
    path, _, rule = problem.message.partition(": ")
    assert (problem.field, path) == (field, field)
    assert word in rule
    assert "Document" not in rule, "the name of a class helps no merchant"


def test_there_are_many() -> None:
    assert len({why for why, *_ in REFUSED}) == len(REFUSED) > 70


def rates(*entries: Entry) -> dict[str, Any]:
    return plan(rates=[{"level": 3, "bps": 1}, *({**RATE, **entry} for entry in entries)])


def campaigns(*entries: Entry) -> dict[str, Any]:
    return plan(campaigns=[{**CAMPAIGN, **entry} for entry in entries])


@pytest.mark.parametrize(
    "first, second",
    [
        ({}, {}),
        ({}, {"bps": 5}),
        ({"product": "p-1"}, {"product": "p-1"}),
        ({"product": ["p-1", "p-2"]}, {"product": ["p-2", "p-3"]}),
        ({"category": "c-1"}, {"category": ["c-2", "c-1"]}),
        ({"collection": "col-1"}, {"collection": "col-2"}),
        ({"group": "press"}, {"group": "teachers"}),
        ({"product": "p-1", "group": "press"}, {"product": "p-1", "group": "teachers"}),
        ({"grade": "gold"}, {"grade": ["silver", "gold"]}),
        ({"channel": ["a", "b"]}, {"channel": "b"}),
        ({"stage": "new"}, {"stage": "new"}),
        ({"customer": "first"}, {"customer": "first"}),
        (
            {"order_from": {"amount": "5.00", "currency": "USD"}},
            {"order_from": {"amount": "5", "currency": "USD"}},
        ),
        ({"priority": 7}, {"priority": 7}),
        ({"priority": 0}, {}),
    ],
)
def test_rates_that_tie_are_both_named(first: Entry, second: Entry) -> None:
    problem = refused(rates(first, {"level": 2}, second))
    assert problem.field == "rates[3]"
    assert "rates[1]" in problem.message


@pytest.mark.parametrize(
    "first, second",
    [
        ({"product": "p-1"}, {"product": "p-2"}),
        ({"product": "p-1"}, {"variant": "v-1"}),
        ({"category": ["c-1", "c-2"]}, {"category": ["c-3"]}),
        ({"collection": "col-1"}, {"collection": "col-2", "priority": 1}),
        ({"grade": "gold"}, {"grade": "silver"}),
        ({"channel": "a"}, {"channel": "b"}),
        ({"stage": "new"}, {"stage": "slow"}),
        ({"customer": "first"}, {"customer": "repeat"}),
        (
            {"order_from": {"amount": "5.00", "currency": "USD"}},
            {"order_from": {"amount": "5.00", "currency": "EUR"}},
        ),
        (
            {"order_from": {"amount": "5.00", "currency": "USD"}},
            {"order_from": {"amount": "5.01", "currency": "USD"}},
        ),
        ({"level": 1}, {"level": 2}),
        ({}, {"priority": 1}),
    ],
)
def test_rates_that_something_decides_between_are_accepted(first: Entry, second: Entry) -> None:
    assert parse(rates(first, second))


@pytest.mark.parametrize(
    "first, second",
    [
        ({}, {}),
        ({"stacks": True}, {}),
        ({"collection": "col-1"}, {"collection": "col-2"}),
        ({"levels": [1, 2]}, {"levels": [2, 3]}),
        ({}, {"from": "2026-12-07T23:59:59+00:00", "to": "2027-01-01T00:00:00+00:00"}),
    ],
)
def test_campaigns_that_tie_are_both_named(first: Entry, second: Entry) -> None:
    problem = refused(campaigns({"product": "p-1"}, first, second))
    assert problem.field == "campaigns[2]"
    assert "campaigns[1]" in problem.message


def test_two_overrides_tie_even_where_both_stack() -> None:
    override = {key: value for key, value in CAMPAIGN.items() if key != "multiplier_bps"} | {
        "stacks": True,
        "bps": 1,
    }
    assert refused(plan(campaigns=[override, override])).field == "campaigns[1]"
    assert parse(plan(campaigns=[override, {**CAMPAIGN, "stacks": True}]))


@pytest.mark.parametrize(
    "first, second",
    [
        ({"stacks": True}, {"stacks": True}),
        ({"levels": [1]}, {"levels": [2, 3]}),
        ({}, {"from": "2026-12-08T00:00:00+00:00", "to": "2027-01-01T00:00:00+00:00"}),
        ({}, {"priority": 1}),
    ],
)
def test_campaigns_that_something_decides_between_are_accepted(first: Entry, second: Entry) -> None:
    assert parse(campaigns(first, second))


@given(case=cases())
def test_a_plan_without_ties_is_accepted(case: Case) -> None:
    assert parse(case.document)


@given(seed=st.integers(0, 2**64))
def test_any_two_rates_are_refused_exactly_when_they_tie(seed: int) -> None:
    random = Random(seed)
    first, second = alike(random, a_rate(random, "USD"), a_rate(random, "USD"))
    assert accepted(plan(rates=[first, second])) != rates_tie(first, second)


@given(seed=st.integers(0, 2**64))
def test_any_two_campaigns_are_refused_exactly_when_they_tie(seed: int) -> None:
    random = Random(seed)
    first, second = alike(random, a_campaign(random, "USD"), a_campaign(random, "USD"))
    assert accepted(plan(campaigns=[first, second])) != campaigns_tie(first, second)


def alike(random: Random, first: Entry, second: Entry) -> tuple[Entry, Entry]:
    """Mostly the second with the first one's kind of selectors, so that ties are as likely as not."""
    for selectors in (WHAT, WHO, ("channel",), ("stage",), ("order_from",), ("customer",), ("priority",)):
        if random.random() < 0.85 and not any(name in first and name in second for name in selectors):
            second = {name: value for name, value in second.items() if name not in selectors}
            second |= {name: first[name] for name in selectors if name in first}
    return first, second


def accepted(document: dict[str, Any]) -> bool:
    try:
        parse(document)
    except InvalidInput:
        return False
    return True

"""What holds for every plan and every order, whatever the rates are."""

from __future__ import annotations

from dataclasses import replace
from fractions import Fraction
from random import Random
from typing import Any

from hypothesis import assume, given
from hypothesis import strategies as st

from tests.frozen import compiled, frozen_shares
from tests.model.plan.generate import a_document, a_rate, cases, mostly
from tests.model.plan.generate_orders import Case, an_order_of
from tests.model.plan.limits import most_of_line
from tests.model.plan.order import Document, minor
from tests.model.plan.people import earners
from tests.model.plan.rates import winner
from tests.model.plan.selectors import matches, rank
from tests.model.plan.ties import rates_tie
from tests.model.plan_rules import naive_worth

SEEDS = st.integers(0, 2**64)


@given(case=cases())
def test_all_levels_of_a_line_together_never_pass_its_ceiling(case: Case) -> None:
    shares = frozen_shares(case)
    for line in case.state["lines"]:
        own = [share for (line_id, _), share in shares.items() if line_id == line["id"]]
        most = most_of_line(case.document, case.state, line)
        assert sum(share.claimed for share in own) <= most
        total = line[case.document.get("base", "net")]
        assert sum((share.rate for share in own), Fraction(0)) * total <= most


@given(case=cases())
def test_amounts_are_never_negative_nor_above_what_the_caps_leave(case: Case) -> None:
    for share in frozen_shares(case).values():
        assert share.rate >= 0
        assert share.claimed >= 0
        assert share.most is None or share.claimed <= share.most
        assert not (share.nothing and (share.rate or share.claimed))


@given(case=cases())
def test_all_that_is_claimed_fits_the_caps_of_line_order_and_person(case: Case) -> None:
    shares, currency = frozen_shares(case), case.state["currency"]
    people = {person["id"]: person for person in case.people if person}
    for cap in case.document.get("caps", []):
        if cap["currency"] != currency:
            continue
        amount = minor(cap["amount"], currency)
        before = sum(share["claimed"] for share in case.earlier)
        if cap["per"] == "line":
            for line in case.state["lines"]:
                assert (
                    sum(share.claimed for (line_id, _), share in shares.items() if line_id == line["id"])
                    <= amount
                )
        elif cap["per"] == "order":
            assert sum(share.claimed for share in shares.values()) <= max(0, amount - before)
        else:
            for person_id, person in people.items():
                before = sum(
                    share["claimed"] for share in case.earlier if share["distributor_id"] == person_id
                )
                before += person["earned"][cap["period"]]
                own = sum(share.claimed for share in shares.values() if share.distributor_id == person_id)
                assert own <= max(0, amount - before)


@given(case=cases())
def test_a_share_is_never_worth_more_than_its_bound_however_the_line_changes(case: Case) -> None:
    shares = frozen_shares(case)
    grown = [
        {**line, "net": line["net"] * 3, "gross": line["gross"] * 3, "fulfilled": line["quantity"]}
        for line in case.state["lines"]
    ]
    for (line_id, _), share in shares.items():
        base = case.document.get("base", "net")
        worth = naive_worth({**case.state, "lines": grown}, line_id, base, share.rate, share.most)
        assert 0 <= worth <= (3 * share.claimed + 3 if share.most is None else share.most)


@given(case=cases(), seed=SEEDS)
def test_the_order_in_which_rules_are_written_is_irrelevant(case: Case, seed: int) -> None:
    shuffled = {key: mixed(value, Random(seed)) for key, value in mixed(case.document, Random(seed)).items()}
    if "uplines" in shuffled:
        shuffled["uplines"] = {key: mixed(value, Random(seed)) for key, value in shuffled["uplines"].items()}
    assert frozen_shares(replace(case, document=shuffled)) == frozen_shares(case)


@given(case=cases(), seed=SEEDS)
def test_the_order_of_lines_groups_and_collections_is_irrelevant(case: Case, seed: int) -> None:
    random = Random(seed)
    lines = [
        {**line, "collection_ids": mixed(line["collection_ids"], random)}
        for line in mixed(case.state["lines"], random)
    ]
    people = [person and {**person, "groups": mixed(person["groups"], random)} for person in case.people]
    other = replace(
        case, state={**case.state, "lines": lines}, people=people, earlier=mixed(case.earlier, random)
    )
    assert frozen_shares(other) == frozen_shares(case)


@given(case=cases(), seed=SEEDS)
def test_a_rate_less_specific_than_the_winner_changes_nothing(case: Case, seed: int) -> None:
    random = Random(seed)
    currency = mostly(random, case.state["currency"])
    loser = next(
        (rate for rate in (a_rate(random, currency) for _ in range(50)) if loses_everywhere(case, rate)), None
    )
    assume(loser is not None)
    assert loser is not None
    rates = [*case.document["rates"], loser]
    random.shuffle(rates)
    assert frozen_shares(replace(case, document={**case.document, "rates": rates})) == frozen_shares(case)


def loses_everywhere(case: Case, rate: dict[str, Any]) -> bool:
    """Whether it may be added to the plan, and a more specific one wins wherever it matches; it does somewhere."""
    document, state, facts = case.document, case.state, case.facts
    if any(rates_tie(rate, other) for other in document["rates"]) or not matches_somewhere(case, rate):
        return False
    for level, person in earners(document, state, case.people).items():
        for line in state["lines"]:
            if level == rate["level"] and matches(rate, document, state, facts, line, person):
                best = winner(document, state, facts, line, level, person)
                if best is None or rank(best, line) < rank(rate, line):
                    return False
    return True


def matches_somewhere(case: Case, rate: dict[str, Any]) -> bool:
    """Whether a line and a person exist for it."""
    return any(
        matches(rate, case.document, case.state, case.facts, line, person)
        for level, person in earners(case.document, case.state, case.people).items()
        for line in case.state["lines"]
        if level == rate["level"]
    )


@given(case=cases())
def test_there_are_three_levels_and_nobody_earns_at_two(case: Case) -> None:
    shares = frozen_shares(case)
    at: dict[int, set[str]] = {}
    for (_, level), share in shares.items():
        at.setdefault(level, set()).add(share.distributor_id)
    assert set(at) <= {1, 2, 3}
    assert all(len(people) == 1 for people in at.values())
    assert len(set().union(*at.values())) == len(at)
    chain = [person["id"] for person in case.people if person]
    assert set().union(*at.values()) <= set(chain)


@given(case=cases())
def test_freezing_again_adds_nothing(case: Case) -> None:
    shares = frozen_shares(case)
    earlier = [
        {"line_id": line_id, "level": level, "distributor_id": share.distributor_id, "claimed": share.claimed}
        for (line_id, level), share in shares.items()
    ]
    again = frozen_shares(replace(case, earlier=[*case.earlier, *earlier]))
    assert not set(again) & set(shares)


@given(case=cases(), seed=SEEDS)
def test_a_compiled_plan_gives_the_same_after_any_other_order(case: Case, seed: int) -> None:
    plan, random = compiled(case.document), Random(seed)
    expected = frozen_shares(case, plan)
    for _ in range(3):
        frozen_shares(an_order_of(random, case.document, case), plan)
    assert frozen_shares(case, plan) == expected


def mixed(value: Any, random: Random) -> Any:
    """A list in another order, an object with its fields in another order, all else as it is."""
    if isinstance(value, list):
        return random.sample(value, len(value))
    if isinstance(value, dict):
        names = random.sample(list(value), len(value))
        return {name: value[name] for name in names}
    return value


def test_generated_plans_are_various() -> None:
    """The cases above are worth nothing if they are all alike."""
    documents: list[Document] = [a_document(Random(seed)) for seed in range(300)]
    for field in ("campaigns", "caps", "uplines", "customer_limit", "margin", "hold_days_by_grade"):
        assert sum(bool(document.get(field)) for document in documents) > 30, field
    assert any(len(document["rates"]) > 40 for document in documents)

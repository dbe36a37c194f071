"""The program and the naive implementation freeze the same shares, for random plans and orders."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterator
from random import Random
from time import monotonic

import pytest

from distribution.commission.plan.compiled import CompiledPlan
from tests.frozen import comparable, compiled, frozen_shares
from tests.model.plan.generate import some_cases
from tests.model.plan.generate_orders import Case
from tests.model.plan_rules import naive_shares

ORDERS_OF_A_PLAN = 8


def check(seed: int, cases: int) -> Counter[str]:
    """Try this many; what was met on the way is counted, to see that random is not empty."""
    met: Counter[str] = Counter()
    document: object = None
    plan: CompiledPlan | None = None
    for case in some_cases(Random(seed), cases, orders=ORDERS_OF_A_PLAN):
        if case.document is not document:
            # One compiled plan for several orders, as in production: what it remembers must not leak.
            document, plan = case.document, compiled(case.document)
        expected = naive_shares(case.document, case.state, case.facts, case.people, case.earlier)
        got = frozen_shares(case, plan)
        if comparable(got) != comparable(expected):
            pytest.fail("\n".join(told(seed, case, got, expected)), pytrace=False)
        met["orders"] += 1
        met["shares"] += len(expected)
        met["that claim something"] += sum(share.claimed > 0 for share in expected.values())
        met["at a cap"] += sum(
            share.most is not None and share.claimed == share.most for share in expected.values()
        )
        for share in expected.values():
            if share.nothing:
                met[share.nothing] += 1
    return met


def told(seed: int, case: Case, got: object, expected: object) -> Iterator[str]:
    """A case on few lines, to be pasted into a test."""
    yield f"program and naive implementation disagree, seed {seed}"
    for name in ("document", "state", "facts", "people", "earlier"):
        yield f"{name} = json.loads({json.dumps(getattr(case, name), ensure_ascii=False)!r})"
    yield f"program: {got}"
    yield f"naive:   {expected}"


def test_random_cases() -> None:
    met = check(seed=3, cases=2_000)
    assert met["orders"] == 2_000
    assert all(met[reason] for reason in ("gift_card", "base_is_zero", "customer_limit", "other_currency"))
    assert met["that claim something"] > 1_000
    assert met["at a cap"] > 100


@pytest.mark.prove
def test_a_hundred_thousand_random_cases() -> None:
    began, met = monotonic(), Counter[str]()
    for _ in range(10):
        met += check(seed=Random().getrandbits(63), cases=10_000)
    figures = ", ".join(f"{number} {name}" for name, number in met.items())
    print(f"plans against the naive implementation: {figures}; no disagreement; {monotonic() - began:.0f} s")

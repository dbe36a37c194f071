"""Every scenario of a real Saleor, recorded step by step, accrues to the minor unit what it is worth."""

from __future__ import annotations

import random
from collections import defaultdict

import pytest
from sqlalchemy import text
from sqlalchemy.orm import Session

from distribution.commission.accrue import accrue
from distribution.orders.snapshot import OrderSnapshot
from tests.factories import a_chain, a_code
from tests.recordings import CODE, FIRST_OBSERVED_AT, SCENARIOS, Step, steps

NOW = FIRST_OBSERVED_AT


@pytest.fixture
def network(session: Session) -> Session:
    seller, *_ = a_chain(session, 3)
    a_code(session, seller, CODE)
    return session


def accrued(session: Session, snapshot: OrderSnapshot) -> dict[str, list[int]]:
    rows = session.execute(
        text(
            """
            SELECT share.line_id, share.level, coalesce(sum(line.amount_minor), 0)
            FROM distribution.orders AS o JOIN distribution.shares AS share ON share.order_id = o.id
            LEFT JOIN distribution.commission_lines AS line
                ON line.order_id = share.order_id AND line.share_number = share.number
            WHERE o.external_id = :id GROUP BY share.line_id, share.level ORDER BY share.line_id, share.level
            """
        ),
        {"id": snapshot.order_id},
    ).all()
    by_line: dict[str, dict[int, int]] = defaultdict(dict)
    for line_id, level, amount in rows:
        by_line[line_id][level] = int(amount)
    return {str(line.sku): [by_line[line.id].get(level, 0) for level in (1, 2, 3)] for line in snapshot.lines}


def record(session: Session, sequence: list[Step]) -> None:
    for step in sequence:
        accrue(session, [step.snapshot], now=NOW)


def newest(sequence: list[Step]) -> dict[str, Step]:
    last: dict[str, Step] = {}
    for step in sequence:
        last[step.snapshot.order_id] = max(
            last.get(step.snapshot.order_id, step), step, key=lambda each: each.snapshot.observed_at
        )
    return last


@pytest.mark.parametrize("scenario", SCENARIOS)
def test_each_step_accrues_exactly_what_it_is_worth(network: Session, scenario: str) -> None:
    for step in steps(scenario):
        accrue(network, [step.snapshot], now=NOW)

        assert accrued(network, step.snapshot) == step.worth, step.name


@pytest.mark.parametrize("scenario", SCENARIOS)
def test_repeated_reversed_and_shuffled_steps_end_at_the_newest_state(
    network: Session, scenario: str
) -> None:
    sequence = list(steps(scenario))
    shuffled = sequence * 2
    random.Random(scenario).shuffle(shuffled)
    for order in (sequence[::-1], [step for step in sequence for _ in range(2)], shuffled):
        nested = network.begin_nested()
        record(network, order)
        for step in newest(sequence).values():
            assert accrued(network, step.snapshot) == step.worth
        nested.rollback()


def test_one_batch_of_all_steps_of_all_scenarios_accrues_what_the_last_ones_are_worth(
    network: Session,
) -> None:
    sequence = [step for scenario in SCENARIOS for step in steps(scenario)]

    accrue(network, [step.snapshot for step in sequence], now=NOW)

    for step in newest(sequence).values():
        assert accrued(network, step.snapshot) == step.worth, step.snapshot.number

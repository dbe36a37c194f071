"""What a snapshot says is kept as JSON and comes back as it was; what came later leaves old states their hashes."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import UTC, datetime

import pytest

from distribution.commission.accrue import content
from distribution.orders.snapshot import OPEN, OrderLine, OrderSnapshot
from distribution.orders.state import from_state, to_state

NOW = datetime(2026, 11, 22, 9, 0, tzinfo=UTC)
LINE = OrderLine(
    "l-1", 2, 1, 0, net_minor=4000, gross_minor=4400, category_ids=("c-2", "c-1"), fulfilled_at=NOW
)
SNAPSHOT = OrderSnapshot(
    source="saleor",
    order_id="o-1",
    number="1001",
    channel="default",
    currency="USD",
    observed_at=NOW,
    placed_at=NOW,
    status=OPEN,
    total_minor=4400,
    collected_minor=4400,
    given_back_minor=0,
    lines=(LINE,),
    customer_key=b"\x01\x02",
)
RICH = replace(
    SNAPSHOT,
    shipping_net_minor=500,
    shipping_gross_minor=550,
    lines=(replace(LINE, undiscounted_net_minor=5000, undiscounted_gross_minor=5500, cost_minor=0),),
)


@pytest.mark.parametrize("snapshot", [SNAPSHOT, RICH], ids=["plain", "rich"])
def test_a_snapshot_comes_back_from_its_state(snapshot: OrderSnapshot) -> None:
    state = json.loads(json.dumps(to_state(snapshot)))

    assert from_state(snapshot.source, snapshot.observed_at, state) == snapshot


def test_a_state_of_the_first_version_reads_as_it_did_and_keeps_its_hash() -> None:
    state = to_state(SNAPSHOT)

    assert set(state) & {"shipping_net", "shipping_gross"} == set()
    assert set(state["lines"][0]) & {"undiscounted_net", "undiscounted_gross", "cost"} == set()
    # Taken with the first version's code: a shop's orders must not all look changed after an upgrade.
    assert content(SNAPSHOT).digest.hex() == "5fbba2be0a33785cceb84b4e6089b4aa"


def test_what_a_shop_says_changes_the_hash_even_where_it_is_nothing() -> None:
    free = replace(SNAPSHOT, lines=(replace(LINE, cost_minor=0),))

    assert content(free) != content(SNAPSHOT)

"""The orders a real Saleor showed, step by step, with what each step is worth."""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any, NamedTuple

from distribution.adapters.saleor.mapper import Keys, to_snapshot
from distribution.orders.snapshot import OrderSnapshot

HERE = Path(__file__).parent
SCENARIOS = sorted(path.stem for path in (HERE / "recordings").glob("*.json"))
FIRST_OBSERVED_AT = datetime(2026, 11, 22, 12, 0, tzinfo=UTC)
KEYS = Keys(hash_key=b"k" * 32, referral_code="lab_ref")
CODE = "DIST-ALICE"


class Step(NamedTuple):
    """One state of an order, and what it is worth by SKU and level; None before there is an order."""

    name: str
    order: dict[str, Any]
    snapshot: OrderSnapshot
    worth: dict[str, list[int]]


def expected() -> dict[str, Any]:
    """`expected.json` by scenario."""
    return {each["scenario"]: each for each in json.loads((HERE / "expected.json").read_text())}


def steps(scenario: str) -> Iterator[Step]:
    """The steps of a scenario in which there is an order, each observed a second after the one before.

    Every order carries the referral code: the recordings without it show what an order is worth all the same.
    """
    recording = json.loads((HERE / "recordings" / f"{scenario}.json").read_text(), parse_float=Decimal)
    wanted = expected()[scenario]["steps"]
    for index, (step, want) in enumerate(zip(recording["steps"], wanted, strict=True)):
        order = step["order"]
        if order is None:
            assert want["lines"] is None
            continue
        order["metadata"] = [{"key": "lab_ref", "value": CODE}]
        observed_at = FIRST_OBSERVED_AT + timedelta(seconds=index)
        yield Step(step["step"], order, to_snapshot(order, observed_at=observed_at, keys=KEYS), want["lines"])

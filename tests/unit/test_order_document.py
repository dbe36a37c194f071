"""What another shop says of an order beside its lines' prices: shipping, undiscounted prices, cost, categories."""

from __future__ import annotations

import copy
from datetime import UTC, datetime
from typing import Any

import pytest

from distribution.errors import InvalidInput
from distribution.orders.document import parse
from distribution.orders.snapshot import OrderSnapshot

NOW = datetime(2026, 11, 22, 9, 0, tzinfo=UTC)
ORDER: dict[str, Any] = {
    "number": "1001",
    "channel": "till",
    "currency": "USD",
    "observed_at": "2026-11-22T06:37:17Z",
    "placed_at": "2026-11-22T06:30:00Z",
    "status": "open",
    "total": "49.50",
    "collected": "49.50",
    "given_back": "0.00",
    "lines": [{"id": "l-1", "quantity": 2, "fulfilled": 0, "returned": 0, "net": "40.00", "gross": "44.00"}],
}


def read(line: dict[str, Any] | None = None, **order: Any) -> OrderSnapshot:
    document = copy.deepcopy(ORDER) | order
    document["lines"][0].update(line or {})
    return parse(document, order_id="1001", source="till", hash_key=b"k" * 32, now=NOW)


@pytest.mark.parametrize("nothing", [{}, {"undiscounted": None, "cost": None}])
def test_what_is_not_said_is_not_known(nothing: dict[str, Any]) -> None:
    snapshot = read(nothing, shipping=None)
    (line,) = snapshot.lines

    assert (snapshot.shipping_net_minor, snapshot.shipping_gross_minor) == (0, 0)
    assert (line.undiscounted_net_minor, line.undiscounted_gross_minor, line.cost_minor) == (None, None, None)


def test_shipping_undiscounted_price_and_cost_are_read() -> None:
    snapshot = read(
        {"undiscounted": {"net": "50.00", "gross": "55.00"}, "cost": "0.00", "category_ids": ["leaf", "top"]},
        shipping={"net": "5.00", "gross": "5.50"},
    )
    (line,) = snapshot.lines

    assert (snapshot.shipping_net_minor, snapshot.shipping_gross_minor) == (500, 550)
    assert (line.undiscounted_net_minor, line.undiscounted_gross_minor, line.cost_minor) == (5000, 5500, 0)
    assert line.category_ids == ("leaf", "top")


def test_an_undiscounted_price_below_the_price_is_a_surcharge_and_taken() -> None:
    (line,) = read({"undiscounted": {"net": "0.00", "gross": "1.00"}}).lines

    assert (line.undiscounted_net_minor, line.undiscounted_gross_minor) == (0, 100)


def test_times_are_kept_in_utc_since_the_database_knows_no_offset_beyond_sixteen_hours() -> None:
    snapshot = read(placed_at="2026-11-21T06:30:00-21:24")

    assert snapshot.placed_at.isoformat() == "2026-11-22T03:54:00+00:00"


WRONG: list[tuple[dict[str, Any], dict[str, Any], str]] = [
    ({}, {"shipping": "5.00"}, "shipping"),
    ({}, {"shipping": {"net": "5.00"}}, "shipping.gross"),
    ({}, {"shipping": {"net": "-5.00", "gross": "5.00"}}, "shipping.net"),
    ({}, {"shipping": {"net": "5.00", "gross": "4.99"}}, "shipping.gross"),
    ({"undiscounted": ["50.00"]}, {}, "lines[0].undiscounted"),
    ({"undiscounted": {"gross": "55.00"}}, {}, "lines[0].undiscounted.net"),
    ({"undiscounted": {"net": "50.001", "gross": "55.00"}}, {}, "lines[0].undiscounted.net"),
    ({"undiscounted": {"net": "50.00", "gross": "49.00"}}, {}, "lines[0].undiscounted.gross"),
    ({"cost": 18}, {}, "lines[0].cost"),
    ({"cost": "-1.00"}, {}, "lines[0].cost"),
    ({"cost": "cheap"}, {}, "lines[0].cost"),
]


@pytest.mark.parametrize("line, order, path", WRONG, ids=[path for _, _, path in WRONG])
def test_what_is_wrong_is_named_by_its_path(line: dict[str, Any], order: dict[str, Any], path: str) -> None:
    with pytest.raises(InvalidInput) as refused:
        read(line, **order)

    assert refused.value.field == path
    assert path in refused.value.message

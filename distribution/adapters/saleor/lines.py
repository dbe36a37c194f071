"""Orders in a file, one JSON object a line: `{"observed_at": "…", "order": {…}}`."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from typing import Any

from distribution.adapters.saleor.record import Shown

LONGEST_ID = 255


@dataclass(frozen=True, slots=True)
class BadLine:
    """A line that is no order as of a moment, with why, and what there is of an order in it."""

    error: str
    order_id: str | None = None
    order: Any = None


@dataclass(frozen=True, slots=True)
class Line:
    """One line of the file, read as far as it could be."""

    number: int
    content: Shown | BadLine
    size: int


def read_lines(file: Iterable[bytes]) -> Iterator[Line]:
    """Each line that is not empty; numbers are read exactly."""
    for number, line in enumerate(file, start=1):
        if line.strip():
            yield Line(number, _content(line), len(line))


def batches(lines: Iterable[Line], *, largest: int) -> Iterator[list[Line]]:
    """Lines in their order, cut so that no order occurs twice in a batch."""
    batch: list[Line] = []
    seen: set[str] = set()
    for line in lines:
        order_id = line.content.order_id
        if len(batch) == largest or order_id in seen:
            yield batch
            batch, seen = [], set()
        batch.append(line)
        if order_id is not None:
            seen.add(order_id)
    if batch:
        yield batch


def _content(line: bytes) -> Shown | BadLine:
    try:
        document = json.loads(line, parse_float=Decimal)
    except (ValueError, RecursionError) as error:
        return BadLine(f"is no JSON: {error}")
    order = document.get("order") if isinstance(document, dict) else None
    if not isinstance(order, dict):
        return BadLine("has no object `order`")
    order_id = order.get("id")
    if not isinstance(order_id, str) or not 1 <= len(order_id) <= LONGEST_ID:
        return BadLine("its order has no id")
    try:
        observed_at = datetime.fromisoformat(document.get("observed_at", ""))
    except (TypeError, ValueError):
        return BadLine("`observed_at` is no ISO 8601 time", order_id, order)
    if observed_at.tzinfo is None or not 1970 < observed_at.year < 9000:
        return BadLine("`observed_at` has no offset or no sensible year", order_id, order)
    return Shown(order_id, order, observed_at)

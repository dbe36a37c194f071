"""A simulation as tables to read."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any
from uuid import UUID

from distribution.money.percent import to_percent_text

_PRODUCTS = 10
_AMOUNTS = ("amount", "potential", "recorded")


def lines_of(answer: Mapping[str, Any], names: Mapping[UUID, str]) -> Iterator[str]:
    """The lines to print, of what `to_answer` gave."""
    since = answer["from"] or "the first order"
    yield f"{answer['plan']}: {answer['result']['orders']} orders placed from {since} to {answer['to']}"
    for currency in answer["result"]["currencies"]:
        yield ""
        yield from _currency(currency, names)


def _currency(found: Mapping[str, Any], names: Mapping[UUID, str]) -> Iterator[str]:
    share = "" if found["share_bps"] is None else f", {_percent(found['share_bps'])} % of it commission"
    yield (
        f"{found['currency']}: {found['attributed_orders']} of {found['orders']} orders are somebody's, "
        f"sales {found['attributed_sales']}{share}"
    )
    rows = [(f"level {level['level']}", *_amounts(level)) for level in found["levels"]]
    if any(found["adjusted"][name].strip("-0.") for name in _AMOUNTS):
        rows.append(("whole periods", *_amounts(found["adjusted"])))
    rows.append(("together", *_amounts(found["total"])))
    yield from _table(("commission", "draft", "once delivered", "recorded"), rows)
    yield from _table(
        ("month", "orders", "sales", "draft", "once delivered", "recorded"),
        [(each["month"], each["orders"], each["sales"], *_amounts(each)) for each in found["months"]],
    )
    if any(grade["grade"] is not None for grade in found["grades"]):
        yield from _table(
            ("grade", "people", "draft", "once delivered"),
            [
                (each["grade"] or "none", each["distributors"], each["amount"], each["potential"])
                for each in found["grades"]
            ],
        )
    yield from _table(
        ("product", "draft", "once delivered"),
        [
            (each["name"] or each["product_id"] or "none", each["amount"], each["potential"])
            for each in found["products"][:_PRODUCTS]
        ],
    )
    for title, people in (("gains most", found["gains"]), ("loses most", found["losses"])):
        changed = [
            (
                names.get(UUID(each["distributor_id"]), each["distributor_id"]),
                *_amounts(each),
                each["difference"],
            )
            for each in people
        ]
        yield from _table((title, "draft", "once delivered", "recorded", "difference"), changed)
    yield from _table(("cut by", "orders"), [(each["kind"], each["orders"]) for each in found["cuts"]])
    margin = found["margin"]
    if margin is not None:
        left = "" if margin["left_bps"] is None else f" ({_percent(margin['left_bps'])} %)"
        yield (
            f"  where costs are known: sales {margin['sales']}, cost {margin['cost']}, "
            f"commission {margin['commission']}, left {margin['left']}{left}"
        )


def _percent(bps: int) -> str:
    return f"-{to_percent_text(-bps)}" if bps < 0 else to_percent_text(bps)


def _amounts(row: Mapping[str, Any]) -> tuple[str, str, str]:
    return row["amount"], row["potential"], row["recorded"]


def _table(head: Sequence[str], rows: Sequence[Sequence[object]]) -> Iterator[str]:
    """Columns as wide as they must be, the first to the left, the others to the right; nothing without rows."""
    if not rows:
        return
    cells = [list(head), *([str(cell) for cell in row] for row in rows)]
    widths = [max(len(row[place]) for row in cells) for place in range(len(head))]
    for row in cells:
        first, *others = (
            cell.rjust(width) if place else cell.ljust(width)
            for place, (cell, width) in enumerate(zip(row, widths, strict=True))
        )
        yield f"  {'  '.join([first, *others])}".rstrip()
    yield ""

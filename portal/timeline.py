"""The way of an order and of a withdrawal as steps, for the timeline component."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from flask_babel import gettext

from distribution.analytics.order_detail import OrderDetail
from portal.formatting import day, is_held, minute
from portal.words import WITHDRAWAL_STATES

MOVES = frozenset({"risk_hold", "risk_release"})


@dataclass(frozen=True, slots=True)
class TimelineItem:
    """One step: what, when if it has happened, and whether that was good (`done`), `bad` or is still to come."""

    label: str
    state: str = ""
    at: str | None = None
    text: str | None = None


def order_timeline(order: OrderDetail, now: datetime) -> list[TimelineItem]:
    """Placed, paid, shipped, matured, and what went wrong on the way."""
    items = [TimelineItem(gettext("Placed"), "done", minute(order.placed_at))]
    if order.state == "cancelled":
        return [*items, TimelineItem(gettext("Cancelled"), "bad", text=gettext("It brings no commission."))]
    items.append(TimelineItem(gettext("Paid"), "done" if order.paid else ""))
    shipped = order.fulfilled_quantity + order.returned_quantity
    items.append(
        TimelineItem(
            gettext("Shipped"),
            "done" if shipped >= order.quantity else "",
            text=gettext("%(shipped)s of %(all)s items", shipped=shipped, all=order.quantity)
            if shipped
            else None,
        )
    )
    if order.received_at is not None or order.received_after_days is not None:
        items.append(_receipt(order))
    if order.returned_quantity or order.state in {"refunded", "partly_refunded"}:
        items.append(
            TimelineItem(
                gettext("Returned or refunded"),
                "bad",
                text=gettext("Commission on what came back was taken back."),
            )
        )
    return [*items, _maturity(order, now)]


def _receipt(order: OrderDetail) -> TimelineItem:
    label = gettext("Received")
    if order.received_at is not None:
        return TimelineItem(label, "done", minute(order.received_at))
    return TimelineItem(
        label,
        text=gettext("%(days)s days after it is shipped at the latest", days=order.received_after_days),
    )


def _maturity(order: OrderDetail, now: datetime) -> TimelineItem:
    sums: dict[datetime, int] = {}
    for line in order.lines:
        sums[line.matures_at] = sums.get(line.matures_at, 0) + line.amount_minor
    # What was moved to another day is nothing where it was.
    dates = [at for at, amount_minor in sums.items() if amount_minor > 0]
    if not dates and order.lines:
        dates = [line.matures_at for line in order.lines if line.amount_minor > 0]
    text = (
        gettext("%(days)s days after it is shipped", days=order.hold_days)
        if order.received_after_days is None
        else gettext("%(days)s days after it is received", days=order.hold_days)
    )
    if order.hold_grade is not None:
        text += ", " + gettext("the hold of grade %(grade)s", grade=order.hold_grade)
    if not dates:
        return TimelineItem(gettext("Commission matures"), text=text)
    newest = max(dates)
    if is_held(newest):
        return TimelineItem(gettext("Commission matures"), text=gettext("held for review"))
    # A review may have moved it; then the plan's hold is not why.
    moved = any(line.kind in MOVES for line in order.lines)
    done = "done" if newest <= now else ""
    return TimelineItem(gettext("Commission matures"), done, day(newest), None if moved else text)


@dataclass(frozen=True, slots=True)
class Happened:
    """One event of a withdrawal."""

    state: str
    at: datetime


def withdrawal_timeline(
    events: Sequence[Happened],
    reason: str | None,
    *,
    due_at: datetime | None = None,
    approvals_needed: int = 1,
) -> list[TimelineItem]:
    """Every state so far, and the ones still to come, the last of them with the time it is promised by."""
    bad = {"rejected", "cancelled", "failed"}
    items = [
        TimelineItem(
            str(WITHDRAWAL_STATES[event.state][0]),
            "bad" if event.state in bad else "done",
            minute(event.at),
            reason if event.state in bad else None,
        )
        for event in events
    ]
    last = events[-1].state if events else "requested"
    if last not in bad | {"paid"}:
        known = {event.state for event in events}
        first = ["approved_once"] if approvals_needed > 1 else []
        promised = None if due_at is None else gettext("promised by %(when)s", when=minute(due_at))
        items += [
            TimelineItem(str(WITHDRAWAL_STATES[state][0]), at=promised if state == "paid" else None)
            for state in (*first, "approved", "paid")
            if state not in known and not (state == "approved_once" and "approved" in known)
        ]
    return items

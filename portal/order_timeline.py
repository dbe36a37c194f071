"""The way of an order as steps, for the timeline component."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta

from flask_babel import gettext, ngettext, pgettext

from distribution.analytics.order_detail import OrderDetail
from distribution.analytics.order_history import GivenBack
from portal.formatting import day, from_now, is_held, minute, money
from portal.timeline import TimelineItem

MOVES = frozenset({"risk_hold", "risk_release"})
Step = tuple[datetime | None, TimelineItem]


def order_timeline(order: OrderDetail, now: datetime) -> list[TimelineItem]:
    """Placed, paid, shipped, received, matured, each with its time where it is known, and what came back between."""
    over = order.state in {"cancelled", "refunded"}
    way: list[Step] = [
        _done(gettext("Placed"), order.placed_at),
        *_payment(order, over),
        *_shipping(order, over),
        *_receipt(order, over, now),
    ]
    steps = _in_time(order.placed_at, way, [_given_back(order, each) for each in order.history.given_back])
    if order.state == "cancelled":
        nothing = gettext("It earns no commission.")
        return [*steps, _done(gettext("Cancelled"), order.history.cancelled_at, "bad", nothing)[1]]
    if order.state != "refunded" or order.accrued_minor > 0:
        steps.append(_maturity(order, now))
    to_come = next((number for number, item in enumerate(steps) if not item.state), None)
    if to_come is not None:
        steps[to_come] = replace(steps[to_come], state="next")
    return steps


def _in_time(newest: datetime, way: list[Step], back: list[Step]) -> list[TimelineItem]:
    """The way in its own order, what came back where its time puts it; what is still to come after all that."""
    placed: list[tuple[bool, datetime, TimelineItem]] = []
    for at, item in way:
        newest = max(newest, at or newest)
        placed.append((not item.state, newest, item))
    placed += [(False, at or newest, item) for at, item in back]
    return [item for *_, item in sorted(placed, key=lambda each: each[:2])]


def _done(label: str, at: datetime | None, state: str = "done", text: str | None = None) -> Step:
    return at, TimelineItem(label, state, None if at is None else minute(at), text)


def _payment(order: OrderDetail, over: bool) -> list[Step]:
    label = pgettext("order", "Paid")
    if order.paid or order.history.paid_at is not None:
        return [_done(label, order.history.paid_at)]
    return [] if over else [(None, TimelineItem(label))]


def _shipping(order: OrderDetail, over: bool) -> list[Step]:
    was = order.history
    sent = order.fulfilled_quantity + order.returned_quantity
    if over or sent >= order.quantity:
        return [_done(gettext("Shipped"), was.shipped_at)] if was.shipped_at or not over else []
    to_come = (None, TimelineItem(gettext("Shipped")))
    if not order.fulfilled_quantity:
        return [to_come]
    part = gettext("%(shipped)s of %(all)s items", shipped=order.fulfilled_quantity, all=order.quantity)
    return [_done(gettext("Partly shipped"), was.first_shipped_at, text=part), to_come]


def _receipt(order: OrderDetail, over: bool, now: datetime) -> list[Step]:
    """Only where somebody says so, or the plan counts it as received after a time: nothing else tells."""
    was, label, days = order.history, gettext("Received"), order.received_after_days
    if was.received_at is not None:
        return [_done(label, was.received_at)]
    if over or (days is None and was.partly_received_at is None):
        return []
    if was.partly_received_at is not None:
        text = gettext("What was sent by %(day)s has arrived.", day=day(was.partly_received_at))
        return [(None, TimelineItem(label, text=text))]
    if was.shipped_at is None or order.fulfilled_quantity < order.quantity - order.returned_quantity:
        text = ngettext(
            "%(num)s day after it is shipped at the latest",
            "%(num)s days after it is shipped at the latest",
            days or 0,
        )
        return [(None, TimelineItem(label, text=text))]
    latest = was.shipped_at + timedelta(days=days or 0)
    if latest > now:
        text = gettext("counts as received on %(day)s at the latest", day=day(latest))
        return [(None, TimelineItem(label, text=text))]
    text = ngettext(
        "Nobody said so: it counts as received %(num)s day after it was shipped.",
        "Nobody said so: it counts as received %(num)s days after it was shipped.",
        days or 0,
    )
    return [(latest, TimelineItem(label, "done", day(latest), text))]


def _given_back(order: OrderDetail, part: GivenBack) -> Step:
    if part.everything:
        label = gettext("Refunded") if part.amount_minor else gettext("Returned")
    else:
        label = gettext("Partly refunded") if part.amount_minor else gettext("Partly returned")
    if part.quantity:
        told = ngettext(
            "%(num)s of %(all)s items came back.",
            "%(num)s of %(all)s items came back.",
            part.quantity,
            all=order.quantity,
        )
    else:
        told = gettext(
            "%(part)s of %(whole)s was given back.",
            part=money(part.amount_minor, order.currency),
            whole=money(order.total_minor, order.currency),
        )
    if any(line.kind == "reversal" for line in order.lines):
        told += " " + gettext("Commission on returned goods was taken back.")
    return _done(label, part.at, "bad", told)


def _maturity(order: OrderDetail, now: datetime) -> TimelineItem:
    label = gettext("Commission matures")
    sums: dict[datetime, int] = {}
    for line in order.lines:
        sums[line.matures_at] = sums.get(line.matures_at, 0) + line.amount_minor
    # What was moved to another day is nothing where it was.
    dates = [at for at, amount_minor in sums.items() if amount_minor > 0]
    if not dates and order.lines:
        dates = [line.matures_at for line in order.lines if line.amount_minor > 0]
    text = (
        ngettext("%(num)s day after it is shipped", "%(num)s days after it is shipped", order.hold_days)
        if order.received_after_days is None
        else ngettext(
            "%(num)s day after it is received", "%(num)s days after it is received", order.hold_days
        )
    )
    if order.hold_grade is not None:
        text += ", " + gettext("the hold period of grade %(grade)s", grade=order.hold_grade)
    if not dates:
        return TimelineItem(label, text=text)
    newest = max(dates)
    if is_held(newest):
        return TimelineItem(label, text=gettext("held for review"))
    # A review may have moved it; then the plan's hold is not why.
    why = None if any(line.kind in MOVES for line in order.lines) else text
    if newest <= now:
        return TimelineItem(gettext("Commission matured"), "done", day(newest), why)
    return TimelineItem(label, "", f"{day(newest)} · {from_now(newest, now)}", why)

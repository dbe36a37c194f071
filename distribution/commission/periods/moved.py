"""Adjusting lines of periods follow what is decided about their distributor: two lines move an amount."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import text
from sqlalchemy.orm import Session

from distribution.commission.lots import Lot, moves
from distribution.commission.periods.tables import PeriodAdjustment
from distribution.commission.review.rule import Reviews

_LINES = text("""
WITH windows AS (
    SELECT DISTINCT ON (currency) currency, epoch, cutoff_at FROM distribution.settlement_runs
    ORDER BY currency, number DESC
)
SELECT line.number, coalesce(line.epoch <= windows.epoch AND line.matures_at <= windows.cutoff_at, false) AS owned
FROM distribution.period_adjustments AS line LEFT JOIN windows USING (currency)
WHERE line.distributor_id = :distributor_id ORDER BY line.number
""")
ORIGINAL_AT = "original_at"


def moved_from(basis: Mapping[str, Any], original_at: datetime, matures_at: datetime) -> dict[str, Any]:
    """A basis that says when its line would have matured, where that is otherwise."""
    known = {name: value for name, value in basis.items() if name != ORIGINAL_AT}
    return known if original_at == matures_at else {**known, ORIGINAL_AT: original_at.isoformat()}


def moved(
    session: Session, distributor_id: UUID, reviews: Reviews, *, epoch: int, now: datetime
) -> list[PeriodAdjustment]:
    """The lines that bring a distributor's unsettled adjusting lines to when they mature by `reviews`; not written."""
    lots: dict[tuple[Any, ...], dict[Lot, int]] = defaultdict(lambda: defaultdict(int))
    last: dict[tuple[Any, ...], PeriodAdjustment] = {}
    for number, owned in session.execute(_LINES, {"distributor_id": distributor_id}).all():
        line = session.get_one(PeriodAdjustment, number)
        key = (line.currency, line.period, line.period_start)
        last[key] = line
        if not owned:
            original = line.basis.get(ORIGINAL_AT)
            original_at = line.matures_at if original is None else datetime.fromisoformat(original)
            lots[key][Lot(line.matures_at, original_at)] += line.amount_minor
    return [
        _line(last[key], position, amount_minor, lot, epoch=epoch, now=now)
        for key, found in lots.items()
        for position, (amount_minor, lot) in enumerate(
            _pairs(found, distributor_id, reviews, now), last[key].position + 1
        )
    ]


def _line(
    last: PeriodAdjustment, position: int, amount_minor: int, lot: Lot, *, epoch: int, now: datetime
) -> PeriodAdjustment:
    return PeriodAdjustment(
        distributor_id=last.distributor_id,
        currency=last.currency,
        period=last.period,
        period_start=last.period_start,
        position=position,
        amount_minor=amount_minor,
        due_minor=last.due_minor,
        recorded_minor=last.recorded_minor,
        basis=moved_from(last.basis, lot.original_at, lot.matures_at),
        matures_at=lot.matures_at,
        recorded_at=now,
        epoch=epoch,
    )


def _pairs(
    lots: Mapping[Lot, int], distributor_id: UUID, reviews: Reviews, now: datetime
) -> list[tuple[int, Lot]]:
    found = moves(lots, lambda original_at: reviews.matures_at(original_at, None, distributor_id), now)
    return [
        part
        for amount_minor, lot, matures_at in found
        for part in ((-amount_minor, lot), (amount_minor, Lot(matures_at, lot.original_at)))
    ]

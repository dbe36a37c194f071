"""A merchant holds, brings forward or releases what is not settled yet of an order or of a distributor."""

from __future__ import annotations

from datetime import datetime
from typing import Any

import psycopg
from sqlalchemy.orm import Session

from distribution.audit.chain import append
from distribution.audit.record import record
from distribution.commission.accrue import raw
from distribution.commission.review.moving import Subject, keep_writers_out, move
from distribution.commission.review.read import standing
from distribution.commission.review.rule import BY, DATED, DECISIONS, HELD_AT, HOLD, RELEASE, UNTIL, Standing
from distribution.commission.review.tables import LONGEST_REASON, CommissionReview
from distribution.errors import Conflict, InvalidInput, NotFound
from distribution.network.tables import Distributor
from distribution.orders.tables import Order

_ACTS = {HOLD: "hold", UNTIL: "hold", BY: "bring_forward", RELEASE: "release"}


def review(
    session: Session,
    subject: Subject,
    *,
    decision: str,
    reason: str,
    actor: str,
    now: datetime,
    moment: datetime | None = None,
) -> CommissionReview:
    """Decide when the unsettled commission of an order or a distributor matures, and what comes of it later.

    `hold` it until somebody releases it, `until` or `by` a moment, or `release` it to when it would have matured.
    Raises NotFound, InvalidInput, Conflict where that stands already or nothing is there to release, WritersBusy.
    """
    _check(decision, moment, reason)
    keep_writers_out(session)
    _exists(session, subject)
    before = _standing(raw(session), subject)
    after = None if decision == RELEASE else Standing(decision, moment)
    if before == after:
        raise Conflict("nothing is held there" if after is None else "that stands already", field="decision")
    move(session, [subject], {subject: after}, now=now)
    decided = append(
        session,
        CommissionReview(
            order_id=subject.order_id,
            distributor_id=subject.distributor_id,
            decision=decision,
            moment=moment,
            reason=reason.strip(),
            actor=actor,
            at=now,
        ),
    )
    record(
        session,
        actor=actor,
        action=f"commission.{_ACTS[decision]}",
        subject_type="order" if subject.order_id is not None else "distributor",
        subject_id=_name(session, subject),
        now=now,
        before=_said(before),
        after=_said(after),
        reason=reason.strip(),
    )
    return decided


def _check(decision: str, moment: datetime | None, reason: str) -> None:
    if decision not in DECISIONS:
        raise InvalidInput(f"decision: must be one of {', '.join(DECISIONS)}", field="decision")
    if (moment is not None) != (decision in DATED):
        raise InvalidInput("moment: belongs to until and by, and only there", field="moment")
    if moment is not None and (moment.tzinfo is None or moment.year >= HELD_AT.year - 1):
        raise InvalidInput("moment: must be a time with offset before the year 9998", field="moment")
    if not 1 <= len(reason.strip()) <= LONGEST_REASON:
        raise InvalidInput(f"reason: say why, in up to {LONGEST_REASON} characters", field="reason")


def _exists(session: Session, subject: Subject) -> None:
    if subject.order_id is not None and session.get(Order, subject.order_id) is None:
        raise NotFound(f"there is no order {subject.order_id}", field="order_id")
    if subject.distributor_id is not None and session.get(Distributor, subject.distributor_id) is None:
        raise NotFound(f"distributor {subject.distributor_id} does not exist", field="distributor_id")


def _standing(connection: psycopg.Connection[Any], subject: Subject) -> Standing | None:
    found = standing(
        connection,
        [] if subject.order_id is None else [subject.order_id],
        [] if subject.distributor_id is None else [subject.distributor_id],
    )
    return next(iter([*found.orders.values(), *found.people.values()]), None)


def _name(session: Session, subject: Subject) -> str:
    if subject.order_id is None:
        return str(subject.distributor_id)
    order = session.get_one(Order, subject.order_id)
    return f"{order.source}:{order.external_id}"


def _said(standing: Standing | None) -> dict[str, Any]:
    if standing is None:
        return {"decision": None}
    moment = standing.moment
    return {"decision": standing.decision, **({} if moment is None else {"moment": moment.isoformat()})}

"""Publish a plan version, read the one in force and the history."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from distribution.audit.chain import append
from distribution.audit.record import record
from distribution.commission.counting.begin import begin_counting
from distribution.commission.plan.built_in import BUILT_IN, BUILT_IN_NUMBER
from distribution.commission.plan.compiled import compile_plan
from distribution.commission.plan.parse import parse
from distribution.commission.plan.references import check_references
from distribution.commission.plan.rules import Plan
from distribution.commission.tables import PlanVersion
from distribution.errors import InvalidInput


def publish(
    session: Session,
    document: Mapping[str, Any],
    *,
    actor: str,
    now: datetime,
    effective_at: datetime | None = None,
) -> PlanVersion:
    """Publish `document` as the next version, in effect from `effective_at` (now when not given).

    Raises InvalidInput naming the path of what is wrong, or `effective_at` when it lies in the past: no plan ever
    changes what an order placed before it earns.
    """
    plan = compile_plan(check(session, document))
    if effective_at is not None and effective_at < now:
        raise InvalidInput("effective_at: a plan never takes effect in the past", field="effective_at")
    begin_counting(session, plan, now=now)
    version = append(
        session,
        PlanVersion(effective_at=effective_at or now, published_at=now, actor=actor, document=dict(document)),
    )
    record(
        session,
        actor=actor,
        action="plan.publish",
        subject_type="plan",
        subject_id=version.number,
        now=now,
        after=dict(document),
    )
    return version


def check(session: Session, document: Mapping[str, Any]) -> Plan:
    """The plan that `document` describes, if it could be published.

    Raises InvalidInput naming the path of what is wrong, also of what it names and is not there.
    """
    plan = parse(document)
    check_references(session, document)
    return plan


def current(session: Session, *, now: datetime) -> Plan:
    """The plan in force at `now`; the built-in one while none is published."""
    version = session.scalars(
        select(PlanVersion)
        .where(PlanVersion.effective_at <= now)
        .order_by(PlanVersion.number.desc())
        .limit(1)
    ).one_or_none()
    return parse(BUILT_IN) if version is None else parse(version.document, version.number)


def overtaken(session: Session, *, effective_at: datetime, now: datetime) -> list[PlanVersion]:
    """The planned versions that one published now, in effect from `effective_at` on, would keep from ever holding.

    Of those in effect the one with the highest number holds: a version planned before and due later than the new one
    never does. By number; what is overtaken already is left out.
    """
    versions = history(session)
    return [
        version
        for version in reversed(versions)
        if version.effective_at > now
        and version.effective_at >= effective_at
        and not is_overtaken(version, versions)
    ]


def is_overtaken(version: PlanVersion, versions: Sequence[PlanVersion]) -> bool:
    """Whether one of `versions` that was published later came into effect no later: it never holds, or never did."""
    return any(
        other.number > version.number and other.effective_at <= version.effective_at for other in versions
    )


def by_number(session: Session, number: int) -> PlanVersion | None:
    """The published version of that number."""
    return session.get(PlanVersion, number)


def document(session: Session, number: int) -> dict[str, Any]:
    """The document of a version, the built-in one for number 0."""
    return BUILT_IN if number == BUILT_IN_NUMBER else session.get_one(PlanVersion, number).document


def history(session: Session) -> list[PlanVersion]:
    """Every version, the newest first."""
    return list(session.scalars(select(PlanVersion).order_by(PlanVersion.number.desc())))

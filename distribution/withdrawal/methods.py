"""Where a distributor wants their money; the details are sealed before they come here."""

from __future__ import annotations

from datetime import datetime, timedelta
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from distribution.audit.record import record
from distribution.db import new_id
from distribution.errors import InvalidInput, NotFound
from distribution.network.tables import Distributor
from distribution.notice import tell
from distribution.settings import program
from distribution.withdrawal.tables import PayoutMethod

LONGEST_LABEL = 80


def add_method(
    session: Session,
    *,
    distributor_id: UUID,
    adapter: str,
    label: str,
    sealed_details: str,
    actor: str,
    now: datetime,
) -> PayoutMethod:
    """Keep a way to be paid; `label` is what people see of it, such as the last digits of the account.

    The distributor is told. Any but the first they ever had cools down: it is paid to some days later only, so that
    they can answer before a thief is paid.
    """
    label = label.strip()
    if not 0 < len(label) <= LONGEST_LABEL:
        raise InvalidInput(f"a label has 1 to {LONGEST_LABEL} characters", field="label")
    cooling_days = program.read(session).withdrawal.cooling_days
    cools = cooling_days > 0 and _had_any(session, distributor_id)
    method = PayoutMethod(
        id=new_id(),
        distributor_id=distributor_id,
        adapter=adapter,
        label=label,
        details_encrypted=sealed_details.encode(),
        created_at=now,
        cooling_until=now + timedelta(days=cooling_days) if cools else None,
    )
    session.add(method)
    session.flush()
    _tell(session, method, "added", now=now)
    _record(session, method, "add", actor=actor, now=now)
    return method


def remove_method(session: Session, method_id: UUID, *, actor: str, now: datetime) -> PayoutMethod:
    """Take a method away for new withdrawals, and tell its owner; raises NotFound."""
    method = session.execute(
        select(PayoutMethod).where(PayoutMethod.id == method_id).with_for_update()
    ).scalar_one_or_none()
    if method is None:
        raise NotFound("there is no such payout method", method_id=method_id)
    if method.removed_at is None:
        method.removed_at = now
        session.flush()
        _tell(session, method, "removed", now=now)
        _record(session, method, "remove", actor=actor, now=now)
    return method


def methods(session: Session, distributor_id: UUID) -> list[PayoutMethod]:
    """The methods a distributor can choose from, oldest first."""
    query = select(PayoutMethod).where(
        PayoutMethod.distributor_id == distributor_id, PayoutMethod.removed_at.is_(None)
    )
    return list(session.scalars(query.order_by(PayoutMethod.id)))


def _had_any(session: Session, distributor_id: UUID) -> bool:
    # Two at once would both be the first: they wait for each other at their owner's row.
    owner = select(Distributor.id).where(Distributor.id == distributor_id).with_for_update(key_share=True)
    session.execute(owner)
    found = select(PayoutMethod.id).where(PayoutMethod.distributor_id == distributor_id).limit(1)
    return session.scalar(found) is not None


def _tell(session: Session, method: PayoutMethod, what: str, *, now: datetime) -> None:
    tell(
        session,
        method.distributor_id,
        f"method_{what}",
        key=f"method-{method.id}-{what}",
        facts={"label": method.label, "cooling_until_at": method.cooling_until},
        now=now,
    )


def _record(session: Session, method: PayoutMethod, act: str, *, actor: str, now: datetime) -> None:
    record(
        session,
        actor=actor,
        action=f"payout_method.{act}",
        subject_type="distributor",
        subject_id=method.distributor_id,
        now=now,
        after={"method_id": str(method.id), "adapter": method.adapter, "label": method.label}
        | ({} if method.cooling_until is None else {"cooling_until": method.cooling_until.isoformat()}),
    )

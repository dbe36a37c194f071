"""Devices that are not asked for the second step again for a while: remembered, recognised, forgotten."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta
from uuid import UUID

from sqlalchemy import delete, select, update
from sqlalchemy.orm import Session

from distribution.access.holder import Holder
from distribution.access.sessions import readable_agent, token_hash
from distribution.access.tables import RememberedDevice
from distribution.audit.record import record
from distribution.errors import NotFound
from distribution.privacy.masking import masked_address

LASTS = timedelta(days=30)


class DeviceNotFound(NotFound):
    """The person has no such remembered device, or its time is over."""

    def __init__(self, device_id: UUID) -> None:
        super().__init__(f"there is no remembered device {device_id}", device_id=device_id)


def remember(
    session: Session,
    holder: Holder,
    *,
    token: str,
    session_version: int,
    user_agent: str,
    address: str,
    now: datetime,
) -> None:
    """Do not ask the browser that has `token` for this person's second step until it expires."""
    session.add(
        RememberedDevice(
            kind=holder.kind,
            person_id=holder.id,
            token_hash=token_hash(token),
            session_version=session_version,
            user_agent=readable_agent(user_agent),
            address_masked=masked_address(address),
            created_at=now,
            last_used_at=now,
            expires_at=now + LASTS,
        )
    )
    session.flush()
    _record(session, holder, "remember_device", now=now)


def is_remembered(
    session: Session, kind: str, person_id: UUID, *, token: str, session_version: int, now: datetime
) -> bool:
    """Whether this browser gave the person's second step lately; its use is noted."""
    query = (
        update(RememberedDevice)
        .where(
            RememberedDevice.token_hash == token_hash(token),
            RememberedDevice.kind == kind,
            RememberedDevice.person_id == person_id,
            RememberedDevice.session_version == session_version,
            RememberedDevice.expires_at > now,
        )
        .values(last_used_at=now)
        .returning(RememberedDevice.id)
    )
    return session.execute(query).first() is not None


def listed(
    session: Session, kind: str, person_id: UUID, *, session_version: int, now: datetime
) -> Sequence[RememberedDevice]:
    """The remembered devices of a person, the one used last first."""
    query = (
        select(RememberedDevice)
        .where(
            RememberedDevice.kind == kind,
            RememberedDevice.person_id == person_id,
            RememberedDevice.session_version == session_version,
            RememberedDevice.expires_at > now,
        )
        .order_by(RememberedDevice.last_used_at.desc(), RememberedDevice.id)
    )
    return session.scalars(query).all()


def forget(session: Session, holder: Holder, device_id: UUID, *, now: datetime) -> None:
    """Ask one of the person's own devices again. Raises DeviceNotFound."""
    query = delete(RememberedDevice).where(
        RememberedDevice.id == device_id,
        RememberedDevice.kind == holder.kind,
        RememberedDevice.person_id == holder.id,
    )
    if session.execute(query.returning(RememberedDevice.id)).first() is None:
        raise DeviceNotFound(device_id)
    _record(session, holder, "forget_device", now=now)


def forget_all(session: Session, kind: str, person_id: UUID) -> int:
    """Ask every device of a person again; returns how many there were."""
    query = delete(RememberedDevice).where(
        RememberedDevice.kind == kind, RememberedDevice.person_id == person_id
    )
    return len(session.execute(query.returning(RememberedDevice.id)).all())


def forget_expired(session: Session, *, now: datetime) -> None:
    """Delete devices whose time is over."""
    session.execute(delete(RememberedDevice).where(RememberedDevice.expires_at <= now))


def _record(session: Session, holder: Holder, act: str, *, now: datetime) -> None:
    record(
        session,
        actor=holder.actor,
        action=f"{holder.kind}.{act}",
        subject_type=holder.kind,
        subject_id=holder.id,
        now=now,
    )

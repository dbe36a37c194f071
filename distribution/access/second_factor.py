"""The second factor of a login: begun, enabled by a right code, asked for, renewed, switched off."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from sqlalchemy import delete, func, insert, select
from sqlalchemy.orm import Session

from distribution.access import devices, sessions
from distribution.access.errors import AlreadyEnabled, NotEnabled
from distribution.access.holder import Holder
from distribution.access.recovery import code_hash
from distribution.access.tables import RecoveryCode, SecondFactor
from distribution.access.totp import step_of
from distribution.audit.record import record
from distribution.notice import tell
from distribution.privacy.encryption import Cipher
from distribution.privacy.hashing import recovery_key

_ACTIONS = {
    "enable": "enable_second_factor",
    "renew_codes": "renew_recovery_codes",
    "disable": "disable_second_factor",
    "reset": "reset_second_factor",
}


def begin(session: Session, holder: Holder, *, secret: str, cipher: Cipher, now: datetime) -> None:
    """Keep a new secret, of no use until `enable`; one begun before is replaced. Raises AlreadyEnabled."""
    factor = found(session, holder.kind, holder.id, for_update=True)
    if factor is not None and factor.enabled_at is not None:
        raise AlreadyEnabled
    if factor is None:
        factor = SecondFactor(kind=holder.kind, person_id=holder.id)
        session.add(factor)
    factor.secret_encrypted = cipher.seal(secret).encode()
    factor.begun_at = now
    session.flush()


def begun_secret(session: Session, holder: Holder, *, cipher: Cipher) -> str | None:
    """The secret that waits for its first code."""
    factor = found(session, holder.kind, holder.id)
    return None if factor is None or factor.enabled_at is not None else secret_of(factor, cipher)


def enable(
    session: Session,
    holder: Holder,
    *,
    code: str,
    recovery_codes: Sequence[str],
    keep: UUID | None,
    cipher: Cipher,
    now: datetime,
) -> bool:
    """Ask for the factor from now on, if `code` is right; every session but `keep` ends.

    Raises NotEnabled, AlreadyEnabled.
    """
    factor = found(session, holder.kind, holder.id, for_update=True)
    if factor is None:
        raise NotEnabled
    if factor.enabled_at is not None:
        raise AlreadyEnabled
    step = step_of(secret_of(factor, cipher), code, now=now, after=factor.last_step)
    if step is None:
        return False
    factor.enabled_at, factor.last_step = now, step
    session.flush()
    _put_codes(session, factor, holder, recovery_codes)
    sessions.end_all(session, holder.kind, holder.id, keep=keep)
    devices.forget_all(session, holder.kind, holder.id)
    _tell(session, holder, "enable", actor=holder.actor, now=now)
    return True


def renew_codes(session: Session, holder: Holder, *, recovery_codes: Sequence[str], now: datetime) -> None:
    """Put new recovery codes in the place of all the old ones. Raises NotEnabled."""
    _put_codes(session, _enabled(session, holder), holder, recovery_codes)
    _tell(session, holder, "renew_codes", actor=holder.actor, now=now)


def disable(session: Session, holder: Holder, *, now: datetime) -> None:
    """Ask for the password alone again; the one who asks has proven both. Raises NotEnabled."""
    session.delete(_enabled(session, holder))
    session.flush()
    devices.forget_all(session, holder.kind, holder.id)
    _tell(session, holder, "disable", actor=holder.actor, now=now)


def reset(session: Session, holder: Holder, *, actor: str, reason: str, now: datetime) -> None:
    """Take away the factor of somebody who lost it, and end their sessions. Raises NotEnabled."""
    session.delete(_enabled(session, holder))
    session.flush()
    sessions.end_all(session, holder.kind, holder.id)
    devices.forget_all(session, holder.kind, holder.id)
    _tell(session, holder, "reset", actor=actor, reason=reason, now=now)


def found(session: Session, kind: str, person_id: UUID, *, for_update: bool = False) -> SecondFactor | None:
    """The person's factor, read afresh, whether enabled or only begun."""
    query = select(SecondFactor).where(SecondFactor.kind == kind, SecondFactor.person_id == person_id)
    query = query.execution_options(populate_existing=True)
    return session.scalar(query.with_for_update() if for_update else query)


def secret_of(factor: SecondFactor, cipher: Cipher) -> str:
    """The secret in the form in which apps take it."""
    return cipher.open(factor.secret_encrypted.decode())


def is_enabled(session: Session, kind: str, person_id: UUID) -> bool:
    """Whether a login of theirs takes a second step."""
    factor = found(session, kind, person_id)
    return factor is not None and factor.enabled_at is not None


def codes_left(session: Session, kind: str, person_id: UUID) -> int:
    """How many recovery codes of theirs still work."""
    query = (
        select(func.count())
        .select_from(RecoveryCode)
        .join(SecondFactor, SecondFactor.id == RecoveryCode.factor_id)
        .where(SecondFactor.kind == kind, SecondFactor.person_id == person_id, RecoveryCode.used_at.is_(None))
    )
    return session.execute(query).scalar_one()


def _enabled(session: Session, holder: Holder) -> SecondFactor:
    factor = found(session, holder.kind, holder.id, for_update=True)
    if factor is None or factor.enabled_at is None:
        raise NotEnabled
    return factor


def _put_codes(session: Session, factor: SecondFactor, holder: Holder, recovery_codes: Sequence[str]) -> None:
    session.execute(delete(RecoveryCode).where(RecoveryCode.factor_id == factor.id))
    key = recovery_key(session)
    session.execute(
        insert(RecoveryCode),
        [{"factor_id": factor.id, "code_hash": code_hash(key, holder.id, code)} for code in recovery_codes],
    )


def _tell(
    session: Session, holder: Holder, act: str, *, actor: str, now: datetime, reason: str | None = None
) -> None:
    tell(session, holder.id, f"factor_{act}", key=f"{act}-{now.isoformat()}", reader=holder.kind, now=now)
    record(
        session,
        actor=actor,
        action=f"{holder.kind}.{_ACTIONS[act]}",
        subject_type=holder.kind,
        subject_id=holder.id,
        reason=reason,
        now=now,
    )

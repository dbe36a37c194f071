"""Looks at a code somebody enters: from the app or a recovery code, each taken once, wrong ones counted."""

from __future__ import annotations

from datetime import datetime, timedelta

from sqlalchemy import update
from sqlalchemy.orm import Session

from distribution.access.errors import NotEnabled, TooManyCodes
from distribution.access.holder import Holder
from distribution.access.recovery import code_hash
from distribution.access.second_factor import found, secret_of
from distribution.access.tables import RecoveryCode, SecondFactor
from distribution.access.totp import step_of
from distribution.notice import tell
from distribution.privacy.encryption import Cipher
from distribution.privacy.hashing import recovery_key

WRONG_IN_A_ROW = 5
_FIRST_CLOSED = timedelta(minutes=15)
_MOST_DOUBLINGS = 4


def check_code(session: Session, holder: Holder, *, code: str, cipher: Cipher, now: datetime) -> bool:
    """Whether the code is right, and was not used before; to be committed whatever the answer: wrong ones count.

    Raises NotEnabled; TooManyCodes while the factor is closed, after every fifth wrong code in a row.
    """
    # The row is held: two that try at once are counted both, and the same code is not taken twice.
    factor = found(session, holder.kind, holder.id, for_update=True)
    if factor is None or factor.enabled_at is None:
        raise NotEnabled
    if factor.closed_until is not None and factor.closed_until > now:
        raise TooManyCodes(factor.closed_until)
    if _app_code(factor, code, cipher, now) or _recovery_code(session, factor, holder, code, now):
        factor.wrong, factor.closed_until = 0, None
        session.flush()
        return True
    factor.wrong += 1
    if factor.wrong % WRONG_IN_A_ROW == 0:
        doublings = min(factor.wrong // WRONG_IN_A_ROW - 1, _MOST_DOUBLINGS)
        factor.closed_until = now + _FIRST_CLOSED * 2**doublings
        _tell(session, holder, "guessing", now=now)
    session.flush()
    return False


def _app_code(factor: SecondFactor, code: str, cipher: Cipher, now: datetime) -> bool:
    step = step_of(secret_of(factor, cipher), code, now=now, after=factor.last_step)
    if step is None:
        return False
    factor.last_step = step
    return True


def _recovery_code(session: Session, factor: SecondFactor, holder: Holder, code: str, now: datetime) -> bool:
    wanted = code_hash(recovery_key(session), holder.id, code)
    used = session.execute(
        update(RecoveryCode)
        .where(
            RecoveryCode.factor_id == factor.id,
            RecoveryCode.code_hash == wanted,
            RecoveryCode.used_at.is_(None),
        )
        .values(used_at=now)
        .returning(RecoveryCode.code_hash)
    ).first()
    if used is not None:
        _tell(session, holder, "recovery", now=now)
    return used is not None


def _tell(session: Session, holder: Holder, what: str, *, now: datetime) -> None:
    tell(session, holder.id, f"factor_{what}", key=f"{what}-{now.isoformat()}", reader=holder.kind, now=now)

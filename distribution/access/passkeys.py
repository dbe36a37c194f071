"""Passkeys of whoever logs in: added, used once a challenge, renamed by nobody, taken away."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from datetime import datetime, timedelta
from uuid import UUID

from sqlalchemy import delete, func, select
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Session

from distribution.access.errors import ChallengeUsed, TooManyPasskeys
from distribution.access.holder import Holder
from distribution.access.tables import Passkey, UsedChallenge
from distribution.audit.record import record
from distribution.errors import Conflict, InvalidInput, NotFound
from distribution.notice import tell

MOST = 20
LONGEST_NAME = 60
CHALLENGE_LASTS = timedelta(minutes=5)


class PasskeyNotFound(NotFound):
    """The person has no such passkey."""

    def __init__(self, passkey_id: UUID) -> None:
        super().__init__(f"there is no passkey {passkey_id}", passkey_id=passkey_id)


class PasskeyTaken(Conflict):
    """This device's passkey is known already."""

    code = "passkey_taken"

    def __init__(self) -> None:
        super().__init__("this passkey is known already")


def add(
    session: Session,
    holder: Holder,
    *,
    credential_id: bytes,
    public_key: bytes,
    sign_count: int,
    backed_up: bool,
    name: str,
    now: datetime,
) -> Passkey:
    """Keep a passkey whose answer was verified; the person is told. Raises PasskeyTaken, TooManyPasskeys."""
    tidy = " ".join(name.split())
    if not 1 <= len(tidy) <= LONGEST_NAME or not tidy.isprintable():
        raise InvalidInput(f"a name has 1 to {LONGEST_NAME} printable characters", field="name")
    if len(listed(session, holder.kind, holder.id)) >= MOST:
        raise TooManyPasskeys(MOST)
    taken = select(func.count()).select_from(Passkey).where(Passkey.credential_id == credential_id)
    if session.execute(taken).scalar_one():
        raise PasskeyTaken
    added = Passkey(
        kind=holder.kind,
        person_id=holder.id,
        credential_id=credential_id,
        public_key=public_key,
        sign_count=sign_count,
        name=tidy,
        backed_up=backed_up,
        created_at=now,
    )
    session.add(added)
    session.flush()
    _tell(session, holder, "passkey_added", now=now)
    return added


def remove(session: Session, holder: Holder, passkey_id: UUID, *, now: datetime) -> None:
    """Forget a passkey of the person's own; they are told. Raises PasskeyNotFound."""
    query = delete(Passkey).where(
        Passkey.id == passkey_id, Passkey.kind == holder.kind, Passkey.person_id == holder.id
    )
    if session.execute(query.returning(Passkey.id)).first() is None:
        raise PasskeyNotFound(passkey_id)
    _tell(session, holder, "passkey_removed", now=now)


def listed(session: Session, kind: str, person_id: UUID) -> Sequence[Passkey]:
    """The passkeys of a person, the oldest first."""
    query = select(Passkey).where(Passkey.kind == kind, Passkey.person_id == person_id).order_by(Passkey.id)
    return session.scalars(query).all()


def by_credential(session: Session, kind: str, credential_id: bytes) -> Passkey | None:
    """The passkey of that credential, held until the transaction ends: two uses at once count one after the other."""
    query = select(Passkey).where(Passkey.kind == kind, Passkey.credential_id == credential_id)
    return session.scalar(query.with_for_update().execution_options(populate_existing=True))


def used(
    session: Session, holder: Holder, passkey: Passkey, *, sign_count: int, backed_up: bool, now: datetime
) -> bool:
    """Note a use whose answer was verified; False, and the person is told, when the counter did not go on.

    To be committed whatever the answer. Keys that are kept in several places do not count: theirs stays 0.
    """
    if (sign_count or passkey.sign_count) and sign_count <= passkey.sign_count:
        _tell(session, holder, "passkey_copied", now=now)
        return False
    passkey.sign_count, passkey.backed_up, passkey.last_used_at = sign_count, backed_up, now
    session.flush()
    return True


def use_challenge(session: Session, challenge: bytes, *, now: datetime) -> None:
    """Let a challenge be answered this once. Raises ChallengeUsed."""
    row = {"challenge_hash": hashlib.sha256(challenge).digest(), "used_at": now}
    query = insert(UsedChallenge).values(row).on_conflict_do_nothing().returning(UsedChallenge.used_at)
    if session.execute(query).first() is None:
        raise ChallengeUsed


def forget_challenges(session: Session, *, now: datetime) -> None:
    """Delete challenges that nobody could use again anyway."""
    session.execute(delete(UsedChallenge).where(UsedChallenge.used_at < now - 2 * CHALLENGE_LASTS))


def _tell(session: Session, holder: Holder, act: str, *, now: datetime) -> None:
    tell(session, holder.id, act, key=f"{act}-{now.isoformat()}", reader=holder.kind, now=now)
    record(
        session,
        actor=holder.actor,
        action=f"{holder.kind}.{act}",
        subject_type=holder.kind,
        subject_id=holder.id,
        now=now,
    )

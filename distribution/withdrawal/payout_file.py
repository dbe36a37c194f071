"""Files of transfers that a person hands to the bank: each withdrawal is in one at most, each file stays as it was."""

from __future__ import annotations

import base64
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from distribution.audit.record import record
from distribution.db import new_id
from distribution.errors import NotFound
from distribution.privacy.encryption import Cipher
from distribution.withdrawal.pay import mark_paid
from distribution.withdrawal.provider import Payout
from distribution.withdrawal.send import order_of
from distribution.withdrawal.states import APPROVED, SENDING, SENT
from distribution.withdrawal.step import take
from distribution.withdrawal.tables import PayoutFile, Withdrawal

MOST = 1_000
"""So many in a file: marked as sent, and as paid, while somebody waits for the page."""


@dataclass(frozen=True, slots=True)
class Made:
    """A file, None when there was nothing to put into one, and how many could not be put into it."""

    file: PayoutFile | None
    left_out: int


def make_file(
    session: Session,
    *,
    method: str,
    currency: str,
    write: Callable[[UUID, Sequence[Payout], datetime], bytes],
    usable: Callable[[Payout], bool],
    cipher: Cipher,
    actor: str,
    now: datetime,
) -> Made:
    """Put every approved withdrawal by this method that is in no file yet into a new one, and mark them as sent.

    `write` makes its content, `usable` says whether a payout can be in it. Raises Undecipherable when a key is missing.
    """
    waiting = session.scalars(
        select(Withdrawal)
        .where(
            Withdrawal.method == method,
            Withdrawal.currency == currency,
            Withdrawal.state.in_((APPROVED, SENDING, SENT)),
            Withdrawal.file_id.is_(None),
        )
        .order_by(Withdrawal.requested_at, Withdrawal.id)
        .limit(MOST)
        # Two people at once: the second waits here, and then sees that these are in a file already.
        .with_for_update()
        .execution_options(populate_existing=True)
    ).all()
    orders = [(each, order_of(session, each, cipher)) for each in waiting]
    chosen = [(each, payout) for each, payout in orders if usable(payout)]
    left_out = len(orders) - len(chosen)
    if not chosen:
        return Made(None, left_out)
    file = _file(session, [payout for _, payout in chosen], method, currency, write, cipher, actor, now)
    for withdrawal, _ in chosen:
        withdrawal.file_id = file.id
        facts = {"file_id": str(file.id)}
        if withdrawal.state == APPROVED:
            take(session, withdrawal, SENDING, act="send", actor=actor, now=now, facts=facts)
        if withdrawal.state == SENDING:
            take(session, withdrawal, SENT, act="find_sent", actor=actor, now=now, facts=facts)
    session.flush()
    _record(session, file, "make", actor=actor, now=now)
    return Made(file, left_out)


def file_content(
    session: Session, file_id: UUID, *, cipher: Cipher, actor: str, now: datetime
) -> tuple[PayoutFile, bytes]:
    """The file as it was made, to the byte: a bank knows it again by its number. Raises NotFound."""
    file = _found(session, file_id)
    content = base64.b64decode(cipher.open(file.content_encrypted.decode()))
    _record(session, file, "take", actor=actor, now=now)
    return file, content


def mark_file_paid(
    session: Session, file_id: UUID, *, reference: str, actor: str, now: datetime
) -> list[Withdrawal]:
    """The bank has carried the file out: those of it that were not decided one by one are paid."""
    _found(session, file_id)
    waiting = session.scalars(
        select(Withdrawal.id)
        .where(Withdrawal.file_id == file_id, Withdrawal.state == SENT)
        .order_by(Withdrawal.id)
    ).all()
    return [mark_paid(session, each, reference=reference, actor=actor, now=now) for each in waiting]


def files(session: Session, *, limit: int = 20) -> list[PayoutFile]:
    """The last files, newest first."""
    return list(session.scalars(select(PayoutFile).order_by(PayoutFile.id.desc()).limit(limit)))


def _file(
    session: Session,
    payouts: Sequence[Payout],
    method: str,
    currency: str,
    write: Callable[[UUID, Sequence[Payout], datetime], bytes],
    cipher: Cipher,
    actor: str,
    now: datetime,
) -> PayoutFile:
    identity = new_id()
    content = base64.b64encode(write(identity, payouts, now)).decode()
    file = PayoutFile(
        id=identity,
        method=method,
        currency=currency,
        count=len(payouts),
        total_minor=sum(payout.amount_minor for payout in payouts),
        actor=actor,
        created_at=now,
        content_encrypted=cipher.seal(content).encode(),
    )
    session.add(file)
    session.flush()
    return file


def _found(session: Session, file_id: UUID) -> PayoutFile:
    file = session.get(PayoutFile, file_id)
    if file is None:
        raise NotFound("there is no such file", file_id=file_id)
    return file


def _record(session: Session, file: PayoutFile, act: str, *, actor: str, now: datetime) -> None:
    record(
        session,
        actor=actor,
        action=f"payout_file.{act}",
        subject_type="payout_file",
        subject_id=file.id,
        now=now,
        after={"method": file.method, "count": file.count, "total_minor": file.total_minor},
    )

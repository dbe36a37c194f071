"""An account that is being closed is kept: its owner took that back, or the merchant took them up again."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from sqlalchemy.orm import Session

from distribution.errors import Conflict
from distribution.leaving.noting import note
from distribution.leaving.telling import tell_kept
from distribution.leaving.under_way import AccountErased, is_erased, waiting


class NothingToTakeBack(Conflict):
    """There is no closing of this account that could still be taken back."""

    code = "nothing_to_take_back"

    def __init__(self) -> None:
        super().__init__("there is no closing that could be taken back")


def take_back(session: Session, distributor_id: UUID, *, now: datetime) -> None:
    """Keep one's own account. Raises NothingToTakeBack once the waiting days are over."""
    closing = waiting(session, distributor_id, for_update=True)
    if closing is None or closing.due_at <= now or closing.ending_at is not None:
        raise NothingToTakeBack
    closing.ended_at, closing.taken_back = now, True
    session.flush()
    note(session, closing, "take_closing_back", actor=f"distributor:{distributor_id}", now=now)


def keep(session: Session, distributor_id: UUID, *, actor: str, now: datetime) -> bool:
    """End a closing that has begun, because the account is to be active again; whether there was one.

    A wish that still waits for its day stays: it is its owner's to take back, and nothing was taken from them yet.
    Before every other lock, as `go_on` takes them. Raises AccountErased when the closing was carried to its end.
    """
    closing = waiting(session, distributor_id, for_update=True)
    if closing is None:
        if is_erased(session, distributor_id):
            raise AccountErased
        return False
    if closing.ending_at is None:
        return False
    closing.ended_at, closing.taken_back = now, True
    session.flush()
    tell_kept(session, closing, now=now)
    note(session, closing, "stop_closing", actor=actor, now=now)
    return True

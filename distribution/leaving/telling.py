"""What somebody is told who closes their account: that they asked, that it began, and at last that it is done."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy.orm import Session

from distribution.leaving.tables import AccountClosing
from distribution.notice import tell


def tell_asked(session: Session, closing: AccountClosing, *, now: datetime) -> None:
    """Tell them from when on it is final: it may not have been them who asked."""
    facts = {"due_at": closing.due_at}
    tell(session, closing.distributor_id, "closing_asked", key=_key(closing, "asked"), facts=facts, now=now)


def tell_begun(session: Session, closing: AccountClosing, *, now: datetime) -> None:
    """Tell them that nothing new is earned, and what is still to be withdrawn."""
    tell(session, closing.distributor_id, "closing_begun", key=_key(closing, "begun"), now=now)


def tell_kept(session: Session, closing: AccountClosing, *, now: datetime) -> None:
    """Tell them that their account is active again and not closed any more: they may still wish to go."""
    tell(session, closing.distributor_id, "closing_stopped", key=_key(closing, "stopped"), now=now)


def tell_done(
    session: Session, closing: AccountClosing, *, address: str, name: str, locale: str | None, now: datetime
) -> None:
    """Write the last letter, to the address that was just erased; with the letter sent, the notice goes too."""
    tell(
        session,
        closing.distributor_id,
        "closing_done",
        key=_key(closing, "done"),
        facts={"to": address, "addressed_as": name, "locale": locale},
        now=now,
    )


def _key(closing: AccountClosing, step: str) -> str:
    return f"closing-{closing.id}-{step}"

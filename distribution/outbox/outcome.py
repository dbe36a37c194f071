"""What became of a claimed effect: done, to be looked at later, failed for now, or given up."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import text
from sqlalchemy.orm import Session

from distribution.errors import DomainError
from distribution.outbox.claim import Claim

MAX_ATTEMPTS = 10
FIRST_DELAY = timedelta(seconds=30)
LONGEST_DELAY = timedelta(hours=6)
_LONGEST_ERROR = 2_000


class GiveUp(DomainError):
    """Raised by a handler: trying again is of no use, a person must look."""

    code = "given_up"


@dataclass(frozen=True, slots=True)
class Later:
    """Returned by a handler: nothing failed, but it is not over; call again at `due_at`."""

    due_at: datetime


# Done is done, whoever says so. Everything else counts only while the claim is ours: a job that was frozen past its
# lease must not undo what the next one has decided.
_DONE = text("""
UPDATE distribution.outbox SET done_at = :now, claimed_until = NULL, last_error = NULL, failed_at = NULL
WHERE id = :id AND done_at IS NULL
""")
_LATER = text("""
UPDATE distribution.outbox SET due_at = :due_at, claimed_until = NULL, attempts = 0, last_error = NULL
WHERE id = :id AND done_at IS NULL AND claimed_until = :claimed_until
""")
_FAILED = text("""
UPDATE distribution.outbox SET due_at = :due_at, claimed_until = NULL, last_error = :error, failed_at = :failed_at
WHERE id = :id AND done_at IS NULL AND claimed_until = :claimed_until
""")


def done(session: Session, claimed: Claim, *, now: datetime) -> None:
    """The effect was carried out."""
    session.execute(_DONE, {"id": claimed.id, "now": now})


def later(session: Session, claimed: Claim, *, due_at: datetime) -> None:
    """The effect is under way and is to be looked at again; its attempts count anew."""
    session.execute(_LATER, {"id": claimed.id, "claimed_until": claimed.claimed_until, "due_at": due_at})


def failed(session: Session, claimed: Claim, error: Exception, *, now: datetime) -> None:
    """The attempt failed: tried again after a delay that doubles each time, given up after `MAX_ATTEMPTS`."""
    over = isinstance(error, GiveUp) or claimed.attempts >= MAX_ATTEMPTS
    parameters = {
        "id": claimed.id,
        "claimed_until": claimed.claimed_until,
        "due_at": now + delay(claimed.attempts),
        "error": f"{type(error).__name__}: {error}"[:_LONGEST_ERROR],
        "failed_at": now if over else None,
    }
    session.execute(_FAILED, parameters)


def delay(attempts: int) -> timedelta:
    """How long to wait after that many attempts."""
    return min(FIRST_DELAY * (1 << min(attempts - 1, MAX_ATTEMPTS)), LONGEST_DELAY)

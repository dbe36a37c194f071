"""Forgets what has done its work and names people, or only fills the disk."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

from sqlalchemy import text
from sqlalchemy.orm import Session

from distribution import outbox
from distribution.access import devices, passkeys, sessions, single_use
from distribution.adapters.saleor.app.receive import forget_deliveries
from distribution.db import transaction
from distribution.invitation import forget as invitation
from distribution.leaving import export
from distribution.media.keep import forget_unused
from distribution.network import email_change
from distribution.orders.bad import forget_bad
from distribution.promotion.click_details import blank_details
from distribution.promotion.poster.ask import forget_posters
from distribution.settings import idempotency, program
from jobs.resources import Resources
from jobs.tracked import tracked

KEPT = timedelta(days=30)
HISTORY_KEPT = timedelta(days=400)
CLICKS_AT_ONCE = 20_000
POSTERS_KEPT, FILES_KEPT = timedelta(days=90), timedelta(days=3)

_OLD_HISTORY = (
    text("DELETE FROM distribution.reconciliations WHERE started_at < :before"),
    text("DELETE FROM distribution.verifications WHERE at < :before"),
    text("DELETE FROM distribution.bad_snapshots WHERE resolved_at < :before"),
    text("DELETE FROM distribution.checkout_referrals WHERE seen_at < :before"),
    text("DELETE FROM distribution.notices WHERE at < :before"),
)
_LETTERS_ALONE = text("DELETE FROM distribution.notices WHERE at < :before AND NOT shown")


@tracked("clean_up")
def clean_up(given: Resources) -> dict[str, Any] | None:
    """Delete answers kept for repeated requests, sessions long idle, effects long done, and old histories."""
    now = datetime.now(UTC)
    with transaction(given.engine) as session:
        done = clean(session, now=now)
        kept = timedelta(days=program.read(session).retention.click_details_days)
    blanked = _blank_old_clicks(given, before=now - kept)
    return {**done, "clicks": blanked}


def _blank_old_clicks(given: Resources, *, before: datetime) -> int:
    """Batch by batch, so that nobody who records a click waits for a night's worth of them."""
    total = 0
    while True:
        with transaction(given.engine) as session:
            blanked = blank_details(session, before=before, limit=CLICKS_AT_ONCE)
        total += blanked
        if blanked < CLICKS_AT_ONCE:
            return total


def clean(session: Session, *, now: datetime) -> dict[str, Any]:
    """Delete it; says how many effects and files there were."""
    idempotency.forget(session, before=now - KEPT)
    forget_deliveries(session, now=now)
    sessions.forget_idle(session, now=now)
    single_use.forget_codes(session, now=now)
    forget_posters(session, before=now - POSTERS_KEPT)
    files = forget_unused(session, before=now - FILES_KEPT)
    devices.forget_expired(session, now=now)
    passkeys.forget_challenges(session, now=now)
    email_change.forget_old(session, now=now)
    export.forget_expired(session, now=now)
    invitation.forget_unused(session, now=now)
    unread = timedelta(days=program.read(session).retention.unread_answers_days)
    forget_bad(session, before=now - unread)
    session.execute(_LETTERS_ALONE, {"before": now - KEPT})
    for statement in _OLD_HISTORY:
        session.execute(statement, {"before": now - HISTORY_KEPT})
    return {"effects": outbox.forget_done(session, before=now - KEPT), "files": files}

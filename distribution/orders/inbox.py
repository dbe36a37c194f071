"""Signals: claimed by id before the order is read, and only those completed by that reading."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import text
from sqlalchemy.orm import Session

from distribution.orders.text import clean

REREAD_AFTER = timedelta(minutes=1)
"""A changed order is read once more then: what answered first may have been a replica that lagged."""
LONGEST_PAUSE = timedelta(hours=1)

_CLAIM_LOCK = text("SELECT pg_advisory_xact_lock(7305811940226006)")
# One read of an order at a time: an order somebody holds a claim on is left alone.
_CLAIM = text(
    """
    WITH due AS (
        SELECT kind, source, subject_id, min(id) AS first FROM distribution.inbox AS signal
        WHERE due_at <= :now AND (claimed_until IS NULL OR claimed_until <= :now)
        AND NOT EXISTS (SELECT 1 FROM distribution.inbox AS held WHERE held.kind = signal.kind
                        AND held.subject_id = signal.subject_id AND held.claimed_until > :now)
        GROUP BY kind, source, subject_id ORDER BY first LIMIT :subjects
    )
    UPDATE distribution.inbox AS signal SET claimed_until = :until, attempts = attempts + 1 FROM due
    WHERE signal.kind = due.kind AND signal.subject_id = due.subject_id AND signal.source = due.source
    AND signal.due_at <= :now
    RETURNING signal.id, signal.source, signal.kind, signal.subject_id, signal.hook, signal.referral,
              signal.received_at, signal.attempts
    """
)
_COMPLETE = text("DELETE FROM distribution.inbox WHERE id = ANY (:ids)")
_PUT_BACK = text(
    """
    UPDATE distribution.inbox SET claimed_until = NULL, last_error = :error,
        due_at = CAST(:now AS timestamptz) + least(make_interval(secs => 2 ^ least(attempts, 12)), :longest)
    WHERE id = ANY (:ids)
    """
)
_ANNOUNCE = text(
    """
    INSERT INTO distribution.inbox (source, kind, subject_id, hook, due_at)
    SELECT :source, 'order', asked.subject_id, :hook, :due_at FROM unnest(CAST(:ids AS text[])) AS asked(subject_id)
    WHERE NOT EXISTS (SELECT 1 FROM distribution.inbox AS waiting WHERE waiting.kind = 'order'
                      AND waiting.subject_id = asked.subject_id AND waiting.hook = :hook
                      AND waiting.claimed_until IS NULL)
    """
)
_ANNOUNCE_CHECKOUT = text(
    """
    INSERT INTO distribution.inbox (source, kind, subject_id, hook, referral)
    VALUES (:source, 'checkout', :checkout_id, :hook, jsonb_build_object('code', CAST(:code AS text),
            'click', CAST(:click AS text)))
    """
)
_CHECKOUTS = text(
    """
    INSERT INTO distribution.checkout_referrals (source, checkout_id, code, click_id, distributor_id, seen_at)
    SELECT DISTINCT ON (asked.source, asked.checkout_id) asked.source, asked.checkout_id, asked.code, asked.click,
           known.distributor_id, asked.seen_at
    FROM unnest(CAST(:sources AS text[]), CAST(:ids AS text[]), CAST(:codes AS text[]), CAST(:clicks AS text[]),
                CAST(:seen AS timestamptz[])) AS asked(source, checkout_id, code, click, seen_at)
    LEFT JOIN distribution.referral_codes AS known ON known.code_key = upper(asked.code)
    ORDER BY asked.source, asked.checkout_id, asked.seen_at DESC
    ON CONFLICT (source, checkout_id) DO UPDATE SET code = excluded.code, click_id = excluded.click_id,
        distributor_id = excluded.distributor_id, seen_at = excluded.seen_at
    WHERE checkout_referrals.seen_at <= excluded.seen_at
    """
)


@dataclass(frozen=True, slots=True)
class ClaimedSignal:
    """A signal that is ours until its lease ends."""

    id: int
    source: str
    kind: str
    subject_id: str
    hook: str
    referral: dict[str, Any] | None
    received_at: datetime
    attempts: int


def claim(session: Session, *, subjects: int, lease: timedelta, now: datetime) -> list[ClaimedSignal]:
    """Claim every due signal of up to `subjects` orders and checkouts, the longest waiting first."""
    session.execute(_CLAIM_LOCK)
    rows = session.execute(_CLAIM, {"now": now, "until": now + lease, "subjects": subjects})
    return [ClaimedSignal(*row) for row in rows]


def complete(session: Session, ids: Collection[int]) -> None:
    """These signals' orders were read and recorded: the signals have done their work."""
    session.execute(_COMPLETE, {"ids": list(ids)})


def put_back(session: Session, ids: Collection[int], *, error: str, now: datetime) -> None:
    """These signals' orders could not be read: try again, each time later, and say why."""
    session.execute(
        _PUT_BACK, {"ids": list(ids), "error": clean(error, 500), "now": now, "longest": LONGEST_PAUSE}
    )


def announce(
    session: Session, order_ids: Collection[str], *, source: str, hook: str, due_at: datetime
) -> None:
    """Put signals of our own, one an order, unless the same one is waiting already."""
    session.execute(_ANNOUNCE, {"ids": list(order_ids), "source": source, "hook": hook, "due_at": due_at})


def announce_checkout(
    session: Session, checkout_id: str, *, source: str, hook: str, code: str | None, click: str | None
) -> None:
    """Put a signal that a checkout carries this referral."""
    session.execute(
        _ANNOUNCE_CHECKOUT,
        {"source": source, "checkout_id": checkout_id, "hook": hook, "code": code, "click": click},
    )


def note_checkouts(session: Session, signals: Iterable[ClaimedSignal]) -> None:
    """Keep the referral that each checkout was last seen with."""
    rows: Sequence[tuple[Any, ...]] = [
        (
            signal.source,
            signal.subject_id,
            _part(signal.referral, "code"),
            _part(signal.referral, "click"),
            signal.received_at,
        )
        for signal in signals
    ]
    if rows:
        sources, ids, codes, clicks, seen = (list(column) for column in zip(*rows, strict=True))
        session.execute(
            _CHECKOUTS, {"sources": sources, "ids": ids, "codes": codes, "clicks": clicks, "seen": seen}
        )


def retry_now(session: Session, ids: Collection[int], *, now: datetime) -> None:
    """A person wants these signals tried again at once."""
    session.execute(
        text("UPDATE distribution.inbox SET due_at = :now, claimed_until = NULL WHERE id = ANY (:ids)"),
        {"ids": list(ids), "now": now},
    )


def _part(referral: dict[str, Any] | None, name: str) -> str | None:
    value = (referral or {}).get(name)
    return clean(value, 255) if isinstance(value, str) and value else None

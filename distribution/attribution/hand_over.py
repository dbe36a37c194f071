"""The customers of somebody who goes: given to another distributor, or to nobody, all at once."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from sqlalchemy import text
from sqlalchemy.orm import Session

from distribution.audit.record import record

# Whose they are now, and whose they were to be from a day on.
_THEIRS = """
FROM (
    SELECT DISTINCT ON (customer_key, greatest(effective_at, CAST(:now AS timestamptz)))
        customer_key, greatest(effective_at, CAST(:now AS timestamptz)) AS begins_at, distributor_id, ends_at
    FROM distribution.bindings
    WHERE customer_key IN (SELECT customer_key FROM distribution.bindings WHERE distributor_id = :from_id)
    ORDER BY customer_key, greatest(effective_at, CAST(:now AS timestamptz)), effective_at DESC, id DESC
) AS newest
WHERE newest.distributor_id = :from_id AND (newest.ends_at IS NULL OR newest.ends_at > CAST(:now AS timestamptz))
"""
_COUNT = text(f"SELECT count(DISTINCT customer_key) {_THEIRS}")
_BIND = text(f"""
INSERT INTO distribution.bindings (customer_key, distributor_id, effective_at, ends_at, audit_number)
SELECT customer_key, CAST(:to_id AS uuid), begins_at,
    CASE WHEN CAST(:to_id AS uuid) IS NOT NULL THEN ends_at END, :audit_number
{_THEIRS}
""")


def hand_over_customers(
    session: Session, *, from_id: UUID, to_id: UUID | None, actor: str, now: datetime, reason: str
) -> int:
    """Bind every shopper who is theirs to somebody else, or to nobody, from now on; returns how many.

    So is who was to become theirs, from that day on. Each stays bound for as long as they were. Orders placed before
    stay whose they are.
    """
    parameters = {"from_id": from_id, "to_id": to_id, "now": now}
    count = session.scalar(_COUNT, parameters) or 0
    if not count:
        return 0
    entry = record(
        session,
        actor=actor,
        action="customer.hand_over",
        subject_type="distributor",
        subject_id=from_id,
        now=now,
        before={"distributor_id": str(from_id)},
        after={"distributor_id": to_id and str(to_id), "customers": count},
        reason=reason,
    )
    session.execute(_BIND, {**parameters, "audit_number": entry.number})
    return count

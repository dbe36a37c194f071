"""What distributors are told of a settlement: of each statement, and of commission whose waiting time is over.

A run may have a million statements, so its own transaction only asks for this; a job then writes all notices at once.
"""

from __future__ import annotations

from datetime import datetime, timedelta
from uuid import UUID

from sqlalchemy import CursorResult, text
from sqlalchemy.orm import Session

from distribution.notice.tables import NoticeMark
from distribution.settings import program
from distribution.settlement.tables import SettlementRun

TELL_RUN = "tell_run"
"""The kind of effect that tells of a closed run."""
RELEASED = "commission_released"
_LATE_COMMITS = timedelta(minutes=10)

_STATEMENTS = text("""
INSERT INTO distribution.notices (reader, person_id, kind, key, facts, shown, at, due_at)
SELECT 'distributor', distributor_id, kind, 'statement-' || id, jsonb_strip_nulls(jsonb_build_object(
        'statement_id', id, 'number', number, 'currency', currency, 'amount_minor', total_minor - tax_minor,
        'taken_minor', tax_minor - total_minor, 'available_minor', available_after_minor,
        'debt_minor', nullif(-debt_after_minor, 0)
    )), true, CAST(:at AS timestamptz), CAST(:at AS timestamptz)
FROM distribution.statements
CROSS JOIN LATERAL (
    SELECT CASE WHEN debt_after_minor < debt_before_minor THEN 'settled_into_debt'
        WHEN total_minor < tax_minor THEN 'settled_down' ELSE 'settled' END AS kind
) AS told
WHERE run_id = :run_id AND NOT kind = ANY (CAST(:left_out AS text[]))
    -- What was only moved to another day is on a statement and no news.
    AND (total_minor <> 0 OR tax_minor <> 0)
ON CONFLICT ON CONSTRAINT notices_key DO NOTHING
""")
_RELEASED = text("""
INSERT INTO distribution.notices (reader, person_id, kind, key, facts, shown, at, due_at)
SELECT 'distributor', distributor_id, :kind, 'released-' || currency || '-' || CAST(:key AS text), jsonb_build_object(
        'currency', currency, 'amount_minor', sum(amount_minor)
    ), true, CAST(:now AS timestamptz), CAST(:now AS timestamptz)
FROM distribution.commission_lines
WHERE currency = ANY (CAST(:currencies AS text[])) AND matures_at > :since AND matures_at <= :upto
    AND recorded_at < matures_at
GROUP BY distributor_id, currency HAVING sum(amount_minor) > 0
ON CONFLICT ON CONSTRAINT notices_key DO NOTHING
""")


def tell_run(session: Session, run_id: UUID) -> int:
    """Tell everybody who has a statement of a closed run; told again it changes nothing. Returns how many were."""
    run = session.get_one(SettlementRun, run_id)
    left_out = ["settled", "settled_down"] if "settlements" in program.read(session).notices.left_out else []
    asked = {"run_id": run_id, "at": run.closed_at, "left_out": left_out}
    return _count(session.execute(_STATEMENTS, asked))


def tell_released(session: Session, currencies: list[str], *, now: datetime) -> int:
    """Tell of the commission that matured since the last time; returns how many people were.

    What matured the moment it was recorded waited for nothing: its statement tells of it.
    """
    upto = now - _LATE_COMMITS
    mark = session.get(NoticeMark, RELEASED, with_for_update=True)
    if mark is None:
        session.add(NoticeMark(name=RELEASED, position=0, at=upto, begun_at=now))
        return 0
    since, mark.at = mark.at, max(upto, mark.at)
    if "commission" in program.read(session).notices.left_out:
        return 0
    asked = {
        "kind": RELEASED,
        "key": mark.at.isoformat(),
        "currencies": currencies,
        "since": since,
        "upto": mark.at,
        "now": now,
    }
    return _count(session.execute(_RELEASED, asked))


def _count(done: object) -> int:
    return done.rowcount if isinstance(done, CursorResult) else 0

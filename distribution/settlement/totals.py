"""What each distributor's statement of a run would come to: the lines the run owns and what earlier runs left.

A total above 0 and below the run's smallest amount gets no statement: it is left for the next run, by its sums, so
that no line is ever read twice.
"""

from __future__ import annotations

from typing import Any

from sqlalchemy import text
from sqlalchemy.orm import Session

from distribution.network.account import CLOSED_STATUSES
from distribution.network.own_closing import CLOSING_ACTOR
from distribution.settlement.tables import SettlementRun
from distribution.settlement.window import OWNED_LINES, window

TOTALS = f"""
SELECT distributor_id, sum(line_count)::bigint AS line_count, sum(accrued_minor)::bigint AS accrued_minor,
    sum(reversed_minor)::bigint AS reversed_minor, sum(accrued_minor + reversed_minor)::bigint AS total_minor
FROM (
    SELECT distributor_id, count(*) AS line_count,
        coalesce(sum(amount_minor) FILTER (WHERE amount_minor > 0), 0) AS accrued_minor,
        coalesce(sum(amount_minor) FILTER (WHERE amount_minor < 0), 0) AS reversed_minor
    FROM ({OWNED_LINES}) AS owned
    GROUP BY distributor_id
    UNION ALL
    SELECT distributor_id, line_count, accrued_minor, reversed_minor FROM distribution.settlement_carries
    WHERE run_id = (
        SELECT id FROM distribution.settlement_runs WHERE currency = :currency AND number = :previous_number
    )
) AS part
GROUP BY distributor_id
"""
# Whoever has left, or rests to close their account, is paid whatever there is: nothing comes to it any more.
IS_LEFT = """
total_minor > 0 AND total_minor < CAST(:smallest_minor AS bigint) AND NOT EXISTS (
    SELECT FROM distribution.distributors person
    WHERE person.id = distributor_id AND (
        person.status = ANY (CAST(:closed_statuses AS text[]))
        OR (person.status = 'suspended' AND :closing_actor = (
            SELECT actor FROM distribution.standings AS standing WHERE standing.distributor_id = person.id
            ORDER BY standing.effective_at DESC, standing.number DESC LIMIT 1
        ))
    )
)
"""
"""Of a row of totals: whether it is left for the next run."""
_IS_ANY = text(f"SELECT EXISTS (SELECT FROM ({TOTALS}) AS total WHERE NOT coalesce({IS_LEFT}, false))")
_CREDITED = text(
    f"SELECT coalesce(sum(total_minor), 0)::bigint FROM ({TOTALS}) AS total "
    f"WHERE total_minor > 0 AND NOT coalesce({IS_LEFT}, false)"
)


def parameters(run: SettlementRun) -> dict[str, Any]:
    """The parameters of `TOTALS` and `IS_LEFT`."""
    return {
        **window(run),
        "previous_number": run.number - 1,
        "smallest_minor": run.smallest_minor,
        "closed_statuses": list(CLOSED_STATUSES),
        "closing_actor": CLOSING_ACTOR,
    }


def is_any(session: Session, run: SettlementRun) -> bool:
    """Whether the run would write a statement."""
    found: bool = session.execute(_IS_ANY, parameters(run)).scalar_one()
    return found


def credited_minor(session: Session, run: SettlementRun) -> int:
    """What the run's statements above 0 come to."""
    found: int = session.execute(_CREDITED, parameters(run)).scalar_one()
    return found

"""Which of a distributor's lines no statement holds yet."""

from __future__ import annotations

from distribution.settlement.window import LINES

# A line is settled when the distributor's newest statement in its currency, or one before, contains it.
UNSETTLED = f"""
SELECT line.currency, line.amount_minor, line.matures_at
FROM ({LINES}) AS line LEFT JOIN (
    SELECT DISTINCT ON (statement.currency) statement.currency, run.epoch, run.cutoff_at
    FROM distribution.statements statement JOIN distribution.settlement_runs run ON run.id = statement.run_id
    WHERE statement.distributor_id = :distributor_id ORDER BY statement.currency, statement.number DESC
) AS closed ON closed.currency = line.currency
WHERE line.distributor_id = :distributor_id
    AND (closed.epoch IS NULL OR line.matures_at > closed.cutoff_at OR line.epoch > closed.epoch)
"""
"""One row a line of `distributor_id`, what was too little to pay among them."""

"""Every check of runs and statements against the lines they own and the transfers they caused.

Which run owns a line is found here in a way of its own: epochs and cutoffs only grow, so it is the first run that
has neither of them below the line's. A bucket of `width_bucket` is how many runs lie below.
"""

from __future__ import annotations

from collections.abc import Iterator

from sqlalchemy.orm import Session

from distribution.ledger.caused import transfers_of
from distribution.ledger.difference import Difference, differences
from distribution.settlement.tax_proof import proof as tax_proof
from distribution.settlement.window import LINES

_OWNED = f"""
SELECT run_ids[greatest(
        width_bucket(line.epoch - 1, epochs), width_bucket(line.matures_at - interval '1 microsecond', cutoffs)
    ) + 1] AS run_id, line.distributor_id, line.currency, line.amount_minor
FROM ({LINES}) AS line
JOIN (
    SELECT currency, array_agg(id ORDER BY number) AS run_ids, array_agg(epoch ORDER BY number) AS epochs,
        array_agg(cutoff_at ORDER BY number) AS cutoffs
    FROM distribution.settlement_runs WHERE closed_at IS NOT NULL GROUP BY currency
) AS runs USING (currency)
"""
_CHECKS = {
    "a run begins where the one before it ended": (
        "settlement_runs",
        """
        SELECT id,
            concat_ws(', ', coalesce(before_number, 0) + 1, coalesce(before_epoch, 0), before_cutoff_at),
            concat_ws(', ', number, previous_epoch, previous_cutoff_at)
        FROM (
            SELECT run.*, lag(number) OVER predecessor AS before_number, lag(epoch) OVER predecessor AS before_epoch,
                lag(cutoff_at) OVER predecessor AS before_cutoff_at
            FROM distribution.settlement_runs run
            WINDOW predecessor AS (PARTITION BY currency ORDER BY number)
        ) AS run
        WHERE (number, previous_epoch, previous_cutoff_at)
            IS DISTINCT FROM (coalesce(before_number, 0) + 1, coalesce(before_epoch, 0), before_cutoff_at)
            OR epoch <= previous_epoch OR cutoff_at < previous_cutoff_at
        """,
    ),
    "an open run is the last of its currency": (
        "settlement_runs",
        """
        SELECT run.id, 'closed', 'open' FROM distribution.settlement_runs run
        JOIN distribution.settlement_runs later ON later.currency = run.currency AND later.number > run.number
        WHERE run.closed_at IS NULL
        """,
    ),
    "every run is older than the epoch that lines carry now": (
        "settlement_runs",
        """
        SELECT run.id, 'below ' || now.epoch, run.epoch
        FROM distribution.settlement_runs run, distribution.settlement_epochs now WHERE run.epoch >= now.epoch
        """,
    ),
    "a run's totals are those of its statements": (
        "settlement_runs",
        """
        SELECT run.id,
            concat_ws(', ', count(statement.id), coalesce(sum(statement.line_count), 0),
                coalesce(sum(total_minor) FILTER (WHERE total_minor > 0), 0),
                coalesce(-sum(total_minor) FILTER (WHERE total_minor < 0), 0)),
            concat_ws(', ', run.statement_count, run.line_count, run.credited_minor, run.debited_minor)
        FROM distribution.settlement_runs run
        LEFT JOIN distribution.statements statement ON statement.run_id = run.id
        GROUP BY run.id
        HAVING (run.closed_at IS NOT NULL OR count(statement.id) > 0)
            AND (run.statement_count, run.line_count, run.credited_minor, run.debited_minor) IS DISTINCT FROM
                (count(statement.id), coalesce(sum(statement.line_count), 0),
                coalesce(sum(total_minor) FILTER (WHERE total_minor > 0), 0),
                coalesce(-sum(total_minor) FILTER (WHERE total_minor < 0), 0))
        """,
    ),
    "what a run owns and what was left to it is in one statement, or left to the next run": (
        "statements",
        f"""
        SELECT coalesce(written.row, 'of ' || due.distributor_id || ' in run ' || due.run_id),
            coalesce(concat_ws(', ', due.line_count, due.accrued_minor, due.reversed_minor), 'nothing'),
            coalesce(concat_ws(', ', written.line_count, written.accrued_minor, written.reversed_minor), 'nothing')
        FROM (
            SELECT run_id, distributor_id, currency, sum(line_count) AS line_count,
                sum(accrued_minor) AS accrued_minor, sum(reversed_minor) AS reversed_minor
            FROM (
                SELECT run_id, distributor_id, currency, count(*) AS line_count,
                    coalesce(sum(amount_minor) FILTER (WHERE amount_minor > 0), 0) AS accrued_minor,
                    coalesce(sum(amount_minor) FILTER (WHERE amount_minor < 0), 0) AS reversed_minor
                FROM ({_OWNED}) AS line WHERE run_id IS NOT NULL
                GROUP BY run_id, distributor_id, currency
                UNION ALL
                SELECT following.id, distributor_id, run.currency, carry.line_count, accrued_minor, reversed_minor
                FROM distribution.settlement_carries carry
                JOIN distribution.settlement_runs run ON run.id = carry.run_id
                JOIN distribution.settlement_runs following ON following.currency = run.currency
                    AND following.number = run.number + 1 AND following.closed_at IS NOT NULL
            ) AS part
            GROUP BY run_id, distributor_id, currency
        ) AS due
        FULL JOIN (
            SELECT id::text AS row, run_id, distributor_id, currency, line_count, accrued_minor, reversed_minor,
                total_minor
            FROM distribution.statements
            UNION ALL
            SELECT 'left by run ' || carry.run_id || ' of ' || distributor_id, carry.run_id, distributor_id, currency,
                carry.line_count, accrued_minor, reversed_minor, accrued_minor + reversed_minor
            FROM distribution.settlement_carries carry
            LEFT JOIN distribution.settlement_runs run ON run.id = carry.run_id AND closed_at IS NOT NULL
        ) AS written ON written.run_id = due.run_id AND written.distributor_id = due.distributor_id
        WHERE (written.line_count, written.accrued_minor, written.reversed_minor, written.total_minor,
                written.currency)
            IS DISTINCT FROM (due.line_count, due.accrued_minor, due.reversed_minor,
                due.accrued_minor + due.reversed_minor, due.currency)
        """,
    ),
    "only what is below a run's smallest amount is left, and nothing of it is in a statement": (
        "settlement_carries",
        """
        SELECT carry.run_id || ' ' || carry.distributor_id, 'below ' || coalesce(run.smallest_minor, 0),
            concat_ws(', ', carry.accrued_minor + carry.reversed_minor, 'statement ' || statement.id)
        FROM distribution.settlement_carries carry
        LEFT JOIN distribution.settlement_runs run ON run.id = carry.run_id
        LEFT JOIN distribution.statements statement
            ON statement.run_id = carry.run_id AND statement.distributor_id = carry.distributor_id
        WHERE statement.id IS NOT NULL OR carry.accrued_minor + carry.reversed_minor >= coalesce(run.smallest_minor, 0)
        """,
    ),
    "a reviewed run is closed once so many people as it needs have approved it": (
        "settlement_runs",
        """
        SELECT run.id, CASE WHEN credited_minor > second_person_above_minor THEN 2 ELSE 1 END || ' approvals',
            count(approval.actor)
        FROM distribution.settlement_runs run
        LEFT JOIN distribution.settlement_approvals approval ON approval.run_id = run.id
            AND approval.at <= run.closed_at
        WHERE run.review AND run.closed_at IS NOT NULL
        GROUP BY run.id
        HAVING count(approval.actor) < CASE WHEN credited_minor > second_person_above_minor THEN 2 ELSE 1 END
        """,
    ),
    "a distributor's statements in a currency are numbered without gaps": (
        "statements",
        """
        SELECT id, expected, number
        FROM (
            SELECT statement.id, statement.number,
                row_number() OVER (PARTITION BY statement.distributor_id, statement.currency ORDER BY run.number)
                    AS expected
            FROM distribution.statements statement
            JOIN distribution.settlement_runs run ON run.id = statement.run_id
        ) AS numbered
        WHERE number <> expected
        """,
    ),
    "a statement leaves available and debt as its total changes them": (
        "statements",
        """
        SELECT id, greatest(left_minor, 0) || ' available, ' || least(left_minor, 0) || ' debt',
            available_after_minor || ' available, ' || debt_after_minor || ' debt'
        FROM (
            SELECT statement.*, available_before_minor + debt_before_minor + total_minor - tax_minor
                AS left_minor
            FROM distribution.statements statement
        ) AS statement
        WHERE (available_after_minor, debt_after_minor)
            IS DISTINCT FROM (greatest(left_minor, 0), least(left_minor, 0))
        """,
    ),
    "a statement's transfers move what it says, from and to its distributor's accounts": (
        "statements",
        """
        SELECT coalesce(statement.id, moved.document_id),
            concat_ws(', ', available_after_minor - available_before_minor, debt_after_minor - debt_before_minor,
                total_minor, tax_minor),
            concat_ws(', ', moved.available_minor, moved.debt_minor, moved.earned_minor, moved.withheld_minor)
        FROM distribution.statements statement
        FULL JOIN (
            SELECT side.document_id,
                coalesce(sum(side.amount_minor) FILTER (WHERE account.kind = 'available'), 0) AS available_minor,
                coalesce(sum(side.amount_minor) FILTER (WHERE account.kind = 'debt'), 0) AS debt_minor,
                coalesce(-sum(side.amount_minor) FILTER (WHERE account.kind = 'commission'), 0) AS earned_minor,
                coalesce(sum(side.amount_minor) FILTER (WHERE account.kind = 'tax'), 0) AS withheld_minor,
                bool_and(account.kind IN ('available', 'debt', 'commission', 'tax')) AS expected_accounts,
                array_agg(DISTINCT account.distributor_id)
                    FILTER (WHERE account.distributor_id IS NOT NULL) AS distributor_ids,
                min(account.currency) AS currency
            FROM (
                SELECT document_id, debit_account_id AS account_id, -amount_minor AS amount_minor
                FROM distribution.transfers WHERE document_type = 'statement'
                UNION ALL
                SELECT document_id, credit_account_id, amount_minor
                FROM distribution.transfers WHERE document_type = 'statement'
            ) AS side
            JOIN distribution.accounts account ON account.id = side.account_id
            GROUP BY side.document_id
        ) AS moved ON moved.document_id = statement.id
        WHERE (statement.total_minor <> 0 OR moved.document_id IS NOT NULL)
            AND (available_after_minor - available_before_minor, debt_after_minor - debt_before_minor, total_minor,
                    tax_minor, true, ARRAY[statement.distributor_id], statement.currency)
                IS DISTINCT FROM (moved.available_minor, moved.debt_minor, moved.earned_minor,
                    moved.withheld_minor, moved.expected_accounts, moved.distributor_ids, moved.currency)
        """,
    ),
    "a statement's transfers are those it causes, at its time": transfers_of(
        "statement",
        """
        SELECT id AS document_id, movement.kind, movement.amount_minor, currency, distributor_id,
            cutoff_at AS effective_at, recorded_at
        FROM distribution.statements
        CROSS JOIN LATERAL (
            VALUES ('settlement_credit', total_minor),
                ('tax_withheld', tax_minor),
                ('tax_returned', -tax_minor),
                ('debt_repayment', debt_after_minor - debt_before_minor),
                ('settlement_debt', debt_before_minor - debt_after_minor),
                ('settlement_debit', -total_minor - greatest(debt_before_minor - debt_after_minor, 0))
        ) AS movement (kind, amount_minor)
        """,
    ),
    "a statement names a run, its cutoff and its end, and a distributor": (
        "statements",
        """
        SELECT statement.id,
            concat_ws(', ', 'an existing run', run.cutoff_at, run.closed_at, 'an existing distributor'),
            concat_ws(', ', coalesce(run.number::text, 'no run'), statement.cutoff_at, statement.recorded_at,
                coalesce(distributor.id::text, 'no distributor'))
        FROM distribution.statements statement
        LEFT JOIN distribution.settlement_runs run ON run.id = statement.run_id
        LEFT JOIN distribution.distributors distributor ON distributor.id = statement.distributor_id
        WHERE (run.cutoff_at, run.closed_at) IS DISTINCT FROM (statement.cutoff_at, statement.recorded_at)
            OR distributor.id IS NULL
        """,
    ),
}


def proof(session: Session) -> Iterator[Difference]:
    """Each difference between lines, runs, statements and transfers."""
    yield from differences(session, _CHECKS)
    yield from tax_proof(session)

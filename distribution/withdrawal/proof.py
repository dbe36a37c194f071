"""Every check of withdrawals against their events and the transfers they caused."""

from __future__ import annotations

from collections.abc import Iterator

from sqlalchemy.orm import Session

from distribution.ledger.caused import transfers_of
from distribution.ledger.difference import Difference, differences
from distribution.withdrawal.states import APPROVED, APPROVED_ONCE, FOLLOWING, REQUESTED, RETURNED

_CHECKS = {
    "a withdrawal is in the state of its last event": (
        "withdrawals",
        """
        SELECT withdrawal.id, coalesce(last.state, 'an event'), withdrawal.state
        FROM distribution.withdrawals withdrawal
        LEFT JOIN (
            SELECT DISTINCT ON (withdrawal_id) withdrawal_id, state FROM distribution.withdrawal_events
            ORDER BY withdrawal_id, step DESC
        ) AS last ON last.withdrawal_id = withdrawal.id
        WHERE last.state IS DISTINCT FROM withdrawal.state
        """,
    ),
    "each event follows from the one before": (
        "withdrawal_events",
        """
        SELECT number, coalesce(before || ' and what may follow', :requested), state
        FROM (
            SELECT number, withdrawal_id, step, state, lag(state) OVER history AS before,
                row_number() OVER history AS expected_step
            FROM distribution.withdrawal_events WINDOW history AS (PARTITION BY withdrawal_id ORDER BY step)
        ) AS event
        WHERE step <> expected_step
            OR coalesce(before, '') || '>' || state <> ALL (CAST(:steps AS text[]))
            OR NOT EXISTS (
                SELECT FROM distribution.withdrawals withdrawal WHERE withdrawal.id = event.withdrawal_id
            )
        """,
    ),
    "a withdrawal costs and promises what its request was told, by the rules of that moment": (
        "withdrawals",
        """
        SELECT withdrawal.id, concat_ws(', ', told.amount_minor, told.fee_minor, told.due_at, told.approvals_needed),
            concat_ws(', ', withdrawal.amount_minor, withdrawal.fee_minor, withdrawal.due_at,
                withdrawal.approvals_needed)
        FROM distribution.withdrawals withdrawal
        JOIN distribution.withdrawal_events event ON event.withdrawal_id = withdrawal.id AND event.step = 1
        CROSS JOIN LATERAL (
            SELECT CAST(facts ->> 'amount_minor' AS bigint) AS amount_minor,
                CAST(facts #>> '{fee,fixed_minor}' AS numeric) AS fixed_minor,
                CAST(facts #>> '{fee,bps}' AS numeric) AS bps,
                CAST(facts #>> '{fee,maximum_minor}' AS numeric) AS maximum_minor
        ) AS rule
        CROSS JOIN LATERAL (
            SELECT rule.amount_minor,
                coalesce(CAST(facts ->> 'fee_minor' AS bigint), 0) AS fee_minor,
                coalesce(least(fixed_minor + div(rule.amount_minor * bps, 10000), maximum_minor), 0) AS computed_minor,
                CAST(facts ->> 'due_at' AS timestamptz) AS due_at,
                coalesce(CAST(facts ->> 'approvals_needed' AS smallint), 1) AS approvals_needed
        ) AS told
        WHERE (told.amount_minor, told.fee_minor, told.computed_minor, told.due_at, told.approvals_needed)
            IS DISTINCT FROM (withdrawal.amount_minor, withdrawal.fee_minor, withdrawal.fee_minor, withdrawal.due_at,
                withdrawal.approvals_needed)
        """,
    ),
    "what takes two people is approved by two": (
        "withdrawal_events",
        """
        SELECT withdrawal.id, CASE WHEN withdrawal.approvals_needed = 1 THEN 'one approval' ELSE 'two people' END,
            coalesce(first.actor, 'nobody') || ', then ' || coalesce(second.actor, 'nobody')
        FROM distribution.withdrawals withdrawal
        LEFT JOIN distribution.withdrawal_events first
            ON first.withdrawal_id = withdrawal.id AND first.state = :approved_once
        LEFT JOIN LATERAL (
            SELECT actor FROM distribution.withdrawal_events event
            WHERE event.withdrawal_id = withdrawal.id AND event.state = :approved ORDER BY step LIMIT 1
        ) AS second ON true
        WHERE CASE WHEN withdrawal.approvals_needed = 1 THEN first.actor IS NOT NULL
            ELSE second.actor IS NOT NULL AND first.actor IS NOT DISTINCT FROM second.actor
                OR second.actor IS NOT NULL AND first.actor IS NULL
                OR first.actor NOT LIKE 'merchant:%' OR second.actor NOT LIKE 'merchant:%' END
        """,
    ),
    "a withdrawal's transfers are those its events cause, at their time": transfers_of(
        "withdrawal",
        """
        SELECT withdrawal.id AS document_id, movement.kind, movement.amount_minor, currency, distributor_id,
            event.at AS effective_at, event.at AS recorded_at
        FROM distribution.withdrawal_events event
        JOIN distribution.withdrawals withdrawal ON withdrawal.id = event.withdrawal_id
        CROSS JOIN LATERAL (
            SELECT 'withdrawal_reserve' AS kind, amount_minor WHERE event.state = :requested
            UNION ALL
            SELECT 'withdrawal_payout', amount_minor - fee_minor WHERE event.state = 'paid'
            UNION ALL
            SELECT 'withdrawal_fee', fee_minor WHERE event.state = 'paid'
            UNION ALL
            SELECT 'withdrawal_return', amount_minor WHERE event.state = ANY (CAST(:returned AS text[]))
            UNION ALL
            SELECT 'debt_repayment', CAST(event.facts ->> 'repaid_minor' AS bigint)
            WHERE event.state = ANY (CAST(:returned AS text[]))
        ) AS movement
        """,
    ),
    "a withdrawal's transfers are those of its state": (
        "withdrawals",
        """
        SELECT coalesce(withdrawal.id, moved.document_id),
            concat_ws(', ', expected.reserved_minor, expected.paid_minor, expected.fees_minor),
            concat_ws(', ', moved.reserved_minor, moved.paid_minor, moved.fees_minor)
        FROM distribution.withdrawals withdrawal
        CROSS JOIN LATERAL (
            SELECT CASE WHEN state = 'paid' OR state = ANY (CAST(:returned AS text[])) THEN 0 ELSE amount_minor END
                    AS reserved_minor,
                CASE WHEN state = 'paid' THEN amount_minor - fee_minor ELSE 0 END AS paid_minor,
                CASE WHEN state = 'paid' THEN fee_minor ELSE 0 END AS fees_minor
        ) AS expected
        FULL JOIN (
            SELECT side.document_id, min(account.currency) AS currency,
                coalesce(sum(side.amount_minor) FILTER (WHERE account.kind = 'reserved'), 0) AS reserved_minor,
                coalesce(sum(side.amount_minor) FILTER (WHERE account.kind = 'payouts'), 0) AS paid_minor,
                coalesce(sum(side.amount_minor) FILTER (WHERE account.kind = 'fees'), 0) AS fees_minor,
                array_agg(DISTINCT account.distributor_id)
                    FILTER (WHERE account.distributor_id IS NOT NULL) AS distributor_ids,
                max(side.amount_minor) FILTER (WHERE side.kind = 'withdrawal_reserve') AS asked_minor
            FROM (
                SELECT document_id, kind, debit_account_id AS account_id, -amount_minor AS amount_minor
                FROM distribution.transfers WHERE document_type = 'withdrawal'
                UNION ALL
                SELECT document_id, kind, credit_account_id, amount_minor
                FROM distribution.transfers WHERE document_type = 'withdrawal'
            ) AS side
            JOIN distribution.accounts account ON account.id = side.account_id
            GROUP BY side.document_id
        ) AS moved ON moved.document_id = withdrawal.id
        WHERE (withdrawal.amount_minor, withdrawal.currency, ARRAY[withdrawal.distributor_id],
                expected.reserved_minor, expected.paid_minor, expected.fees_minor)
            IS DISTINCT FROM (moved.asked_minor, moved.currency, moved.distributor_ids,
                moved.reserved_minor, moved.paid_minor, moved.fees_minor)
        """,
    ),
}


def proof(session: Session) -> Iterator[Difference]:
    """Each difference between withdrawals, their events and their transfers."""
    steps = [
        f">{REQUESTED}",
        *(f"{state}>{to}" for state, following in FOLLOWING.items() for to in following),
    ]
    parameters = {
        "requested": REQUESTED,
        "approved_once": APPROVED_ONCE,
        "approved": APPROVED,
        "steps": steps,
        "returned": sorted(RETURNED),
    }
    return differences(session, _CHECKS, parameters)

"""Every check of adjustments against their decisions and the transfers they caused.

That none of their rows was changed is for the chains; here is what rows have to say of one another.
"""

from __future__ import annotations

from collections.abc import Iterator

from sqlalchemy.orm import Session

from distribution.ledger.caused import transfers_of
from distribution.ledger.difference import Difference, differences

_CHECKS = {
    "an adjustment is of somebody there is, and takes a second person above its limit": (
        "adjustments",
        """
        SELECT adjustment.id, concat_ws(', ', limit_minor IS NULL OR abs(amount_minor) > limit_minor, 'a distributor'),
            concat_ws(', ', second_person, coalesce(distributor.status, 'no distributor'))
        FROM distribution.adjustments adjustment
        LEFT JOIN distribution.distributors distributor ON distributor.id = adjustment.distributor_id
        WHERE second_person IS DISTINCT FROM (limit_minor IS NULL OR abs(amount_minor) > limit_minor)
            OR amount_minor = 0 OR distributor.id IS NULL OR distributor.status IN ('applied', 'rejected')
        """,
    ),
    "what is left behind is all that was available of somebody who was erased, and no person's act": (
        "adjustments",
        """
        SELECT adjustment.id, 'all that was available, of somebody erased',
            concat_ws(', ', amount_minor, available_before_minor, proposed_by)
        FROM distribution.adjustments adjustment
        LEFT JOIN distribution.adjustment_decisions decision ON decision.adjustment_id = adjustment.id
        WHERE category = 'left_behind' AND (
            amount_minor IS DISTINCT FROM -available_before_minor OR proposed_by <> 'job:closing'
            OR NOT EXISTS (
                SELECT FROM distribution.account_closings closing
                WHERE closing.distributor_id = adjustment.distributor_id AND ended_at <= adjustment.proposed_at
                    AND NOT taken_back
            )
        )
        """,
    ),
    "an adjustment without a second person is approved by its proposer at once": (
        "adjustments",
        """
        SELECT adjustment.id, concat_ws(', ', 'approved', proposed_by, proposed_at),
            coalesce(concat_ws(', ', decision.decision, decision.actor, decision.at), 'no decision')
        FROM distribution.adjustments adjustment
        LEFT JOIN distribution.adjustment_decisions decision ON decision.adjustment_id = adjustment.id
        WHERE NOT second_person
            AND (decision.decision, decision.actor, decision.at)
                IS DISTINCT FROM ('approved', proposed_by, proposed_at)
        """,
    ),
    "there is one decision on an adjustment, by who may take it, not before it was proposed": (
        "adjustment_decisions",
        """
        SELECT decision.number, coalesce('another than ' || adjustment.proposed_by, 'an adjustment'),
            concat_ws(', ', decision.decision, decision.actor, decision.at)
        FROM (
            SELECT *, count(*) OVER (PARTITION BY adjustment_id) AS decisions
            FROM distribution.adjustment_decisions
        ) AS decision
        LEFT JOIN distribution.adjustments adjustment ON adjustment.id = decision.adjustment_id
        WHERE adjustment.id IS NULL OR decisions > 1 OR decision.at < adjustment.proposed_at
            OR CASE decision.decision
                WHEN 'approved' THEN adjustment.second_person = (decision.actor = adjustment.proposed_by)
                WHEN 'declined' THEN decision.actor = adjustment.proposed_by
                WHEN 'withdrawn' THEN decision.actor <> adjustment.proposed_by
                ELSE true
            END
        """,
    ),
    "an adjustment's transfers are those of its approval, at its time": transfers_of(
        "adjustment",
        """
        SELECT adjustment.id AS document_id, movement.kind, movement.amount_minor, currency, distributor_id,
            decision.at AS effective_at, decision.at AS recorded_at
        FROM distribution.adjustments adjustment
        JOIN distribution.adjustment_decisions decision ON decision.adjustment_id = adjustment.id
            AND decision.decision = 'approved'
        CROSS JOIN LATERAL (
            VALUES ('adjustment_credit', adjustment.amount_minor),
                ('debt_repayment', CASE WHEN adjustment.amount_minor > 0 THEN
                    least(available_before_minor + adjustment.amount_minor, -debt_before_minor) END),
                ('adjustment_debit', least(-adjustment.amount_minor, available_before_minor)),
                ('adjustment_debt', -adjustment.amount_minor - available_before_minor)
        ) AS movement (kind, amount_minor)
        """,
    ),
    "an approval says what its distributor had: the sum of the transfers before": (
        "adjustment_decisions",
        """
        SELECT number, concat_ws(', ', coalesce(available_minor, 0), coalesce(debt_minor, 0)),
            concat_ws(', ', available_before_minor, debt_before_minor)
        FROM (
            SELECT decision.number, decision.available_before_minor, decision.debt_before_minor,
                sum(side.amount_minor) FILTER (WHERE account.kind = 'available') AS available_minor,
                sum(side.amount_minor) FILTER (WHERE account.kind = 'debt') AS debt_minor
            FROM distribution.adjustment_decisions decision
            JOIN distribution.adjustments adjustment ON adjustment.id = decision.adjustment_id
            JOIN distribution.accounts account ON account.distributor_id = adjustment.distributor_id
                AND account.currency = adjustment.currency AND account.kind IN ('available', 'debt')
            LEFT JOIN LATERAL (
                SELECT min(id) AS id FROM distribution.transfers WHERE document_id = adjustment.id
            ) AS own ON true
            LEFT JOIN LATERAL (
                SELECT -amount_minor AS amount_minor FROM distribution.transfers
                WHERE debit_account_id = account.id AND id < own.id
                UNION ALL
                SELECT amount_minor FROM distribution.transfers
                WHERE credit_account_id = account.id AND id < own.id
            ) AS side ON true
            WHERE decision.decision = 'approved'
            GROUP BY decision.number
        ) AS approval
        WHERE (available_before_minor, debt_before_minor)
            IS DISTINCT FROM (coalesce(available_minor, 0), coalesce(debt_minor, 0))
        """,
    ),
}


def proof(session: Session) -> Iterator[Difference]:
    """Each difference between adjustments, their decisions and their transfers."""
    return differences(session, _CHECKS)

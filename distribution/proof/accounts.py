"""Checks that the accounts there are are those that documents opened."""

from __future__ import annotations

CHECKS = {
    "an account is opened by the statement, adjustment, withdrawal or run that needs it, and only by it": (
        "accounts",
        """
        SELECT coalesce(account.id::text, 'of ' || coalesce(needed.distributor_id::text, 'the program')),
            coalesce(concat_ws(' ', needed.kind, needed.currency, needed.distributor_id), 'no account'),
            coalesce(concat_ws(' ', account.kind, account.currency, account.distributor_id), 'no account')
        FROM (
            SELECT distributor_id, 'available' AS kind, currency FROM distribution.statements
            UNION
            SELECT distributor_id, 'debt', currency FROM distribution.statements WHERE total_minor < 0
            UNION
            SELECT distributor_id, own.kind, currency
            FROM distribution.withdrawals, (VALUES ('available'), ('reserved'), ('debt')) AS own (kind)
            UNION
            SELECT distributor_id, own.kind, currency
            FROM (VALUES ('available'), ('reserved'), ('debt')) AS own (kind), distribution.adjustments adjustment
            JOIN distribution.adjustment_decisions decision ON decision.adjustment_id = adjustment.id
            WHERE decision.decision = 'approved'
            UNION
            SELECT NULL, 'adjustments', currency
            FROM distribution.adjustments adjustment
            JOIN distribution.adjustment_decisions decision ON decision.adjustment_id = adjustment.id
            WHERE decision.decision = 'approved'
            UNION
            SELECT NULL, program.kind, currency
            FROM distribution.settlement_runs, (VALUES ('commission'), ('tax')) AS program (kind)
            WHERE closed_at IS NOT NULL
            UNION
            SELECT NULL, 'payouts', currency FROM distribution.withdrawals WHERE state = 'paid'
            UNION
            SELECT NULL, 'fees', currency FROM distribution.withdrawals WHERE state = 'paid' AND fee_minor > 0
        ) AS needed
        FULL JOIN distribution.accounts account
            ON account.kind = needed.kind AND account.currency = needed.currency
            AND coalesce(account.distributor_id::text, '') = coalesce(needed.distributor_id::text, '')
        -- Runs closed before there was tax opened no account for it.
        WHERE account.id IS NULL AND needed.kind <> 'tax' OR needed.kind IS NULL
        """,
    ),
}

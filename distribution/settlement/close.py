"""The statements of a run and the money they move: whole sets at a time, in the transaction of the caller.

What a distributor has after a run is `available + debt + total - tax`: what is left of it above 0 is available, what
is missing below 0 is debt. So a credit repays debt first, and a reversal takes what is available before it becomes
debt. Tax is withheld from the credit it is on; below 0 it is given back, before anything else is taken.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import text
from sqlalchemy.orm import Session

from distribution.ledger.accounts import AccountKey, account_ids, open_accounts
from distribution.ledger.kinds import (
    DEBT_REPAYMENT,
    SETTLEMENT_CREDIT,
    SETTLEMENT_DEBIT,
    SETTLEMENT_DEBT,
    STATEMENT,
    TAX_RETURNED,
    TAX_WITHHELD,
)
from distribution.settlement import tax
from distribution.settlement.tables import SettlementRun
from distribution.settlement.totals import IS_LEFT, TOTALS, parameters


@dataclass(frozen=True, slots=True)
class RunTotals:
    """What a run came to; both amounts are ≥ 0."""

    statements: int
    lines: int
    credited_minor: int
    debited_minor: int


# A million lines are hashed by distributor in one pass.
_ROOM = text("SELECT set_config('work_mem', '64MB', true)")
_TOTALS = text(f"CREATE TEMPORARY TABLE settlement_totals ON COMMIT DROP AS {TOTALS}")
_CARRIES = text(f"""
WITH waits AS (DELETE FROM settlement_totals WHERE {IS_LEFT} RETURNING *)
INSERT INTO distribution.settlement_carries (run_id, distributor_id, line_count, accrued_minor, reversed_minor)
SELECT :run_id, distributor_id, line_count, accrued_minor, reversed_minor FROM waits
""")
_ACCOUNTS_NEEDED = """
SELECT distributor_id, 'available' AS kind, CAST(:currency AS text) AS currency FROM settlement_totals
UNION ALL
SELECT distributor_id, 'debt', :currency FROM settlement_totals WHERE total_minor < 0
"""
# In the order of their ids, as every other statement that locks balances: no two wait for each other crosswise.
_HOLD = text("""
CREATE TEMPORARY TABLE settlement_holdings ON COMMIT DROP AS
SELECT account.distributor_id, account.kind, balance.account_id, balance.balance_minor
FROM settlement_totals
JOIN distribution.accounts account USING (distributor_id)
JOIN distribution.balances balance ON balance.account_id = account.id
WHERE account.currency = :currency AND account.kind IN ('available', 'debt')
ORDER BY balance.account_id
FOR NO KEY UPDATE OF balance
""")
# The id follows from the run and the distributor: the run's time, then a hash of both, laid out as a UUID version 8.
# The number before is read here, not where statements are inserted: there the table grows under the reading.
_DRAFTS = text("""
CREATE TEMPORARY TABLE settlement_drafts ON COMMIT DROP AS
SELECT encode(
        set_byte(set_byte(hash, 6, get_byte(hash, 6) & 15 | 128), 8, get_byte(hash, 8) & 63 | 128), 'hex'
    )::uuid AS id,
    coalesce(last_number, 0) + 1 AS number, totals.*,
    taxed.profile_number, taxed.country AS tax_country, taxed.self_billing,
    coalesce(taxed.tax_minor, 0) AS tax_minor, taxed.year_total_minor, taxed.year_tax_minor,
    coalesce(adjusted.sum_minor, 0) AS adjusted_to_date_minor,
    available.account_id AS available_id, available.balance_minor AS available_before_minor,
    debt.account_id AS debt_id, coalesce(debt.balance_minor, 0) AS debt_before_minor,
    available.balance_minor + coalesce(debt.balance_minor, 0) + total_minor
        - coalesce(taxed.tax_minor, 0) AS left_minor
FROM settlement_totals totals
JOIN settlement_holdings available
    ON available.distributor_id = totals.distributor_id AND available.kind = 'available'
LEFT JOIN settlement_holdings debt ON debt.distributor_id = totals.distributor_id AND debt.kind = 'debt'
LEFT JOIN settlement_taxes taxed ON taxed.distributor_id = totals.distributor_id
LEFT JOIN (
    SELECT distributor_id, sum(amount_minor)::bigint AS sum_minor
    FROM distribution.adjustments adjustment
    JOIN distribution.adjustment_decisions decision ON decision.adjustment_id = adjustment.id
    WHERE currency = :currency AND decision = 'approved'
    GROUP BY distributor_id
) AS adjusted ON adjusted.distributor_id = totals.distributor_id
LEFT JOIN LATERAL (
    SELECT number AS last_number FROM distribution.statements statement
    WHERE statement.distributor_id = totals.distributor_id AND statement.currency = :currency
    ORDER BY number DESC LIMIT 1
) AS last ON true
CROSS JOIN LATERAL (
    SELECT overlay(
        substring(sha256(uuid_send(:run_id) || uuid_send(totals.distributor_id)) FROM 1 FOR 16)
        PLACING substring(uuid_send(:run_id) FROM 1 FOR 6) FROM 1
    ) AS hash
) AS hashed
""")
_STATEMENTS = text("""
INSERT INTO distribution.statements (id, run_id, distributor_id, currency, number, line_count, accrued_minor,
    reversed_minor, total_minor, debt_before_minor, available_before_minor, debt_after_minor, available_after_minor,
    cutoff_at, recorded_at, adjusted_to_date_minor, tax_year, tax_profile_number, tax_country, tax_minor,
    year_total_minor, year_tax_minor, invoice_series, invoice_number)
SELECT id, :run_id, distributor_id, :currency, number, line_count, accrued_minor,
    reversed_minor, total_minor, debt_before_minor, available_before_minor, least(left_minor, 0),
    greatest(left_minor, 0), :cutoff_at, :now, adjusted_to_date_minor, :tax_year, profile_number, tax_country,
    tax_minor, year_total_minor, year_tax_minor,
    CASE WHEN is_invoiced THEN :invoice_series END,
    CASE WHEN is_invoiced THEN
        :last_invoice_number + row_number() OVER (PARTITION BY is_invoiced ORDER BY distributor_id)
    END
FROM settlement_drafts
CROSS JOIN LATERAL (
    SELECT CAST(:invoice_series AS text) IS NOT NULL AND coalesce(self_billing, false) AND total_minor <> 0
        AS is_invoiced
) AS invoice
""")
_TRANSFERS = text("""
INSERT INTO distribution.transfers (debit_account_id, credit_account_id, currency, amount_minor, kind,
    document_type, document_id, effective_at, recorded_at)
SELECT debit_id, credit_id, :currency, amount_minor, kind, :document_type, id, :cutoff_at, :now
FROM settlement_drafts
CROSS JOIN LATERAL (
    VALUES
        (CAST(:commission_id AS bigint), available_id, total_minor, :credit),
        (available_id, :tax_id, tax_minor, :withheld),
        (:tax_id, available_id, -tax_minor, :returned),
        (available_id, debt_id, least(left_minor, 0) - debt_before_minor, :repayment),
        (available_id, :commission_id, least(-total_minor, available_before_minor + greatest(-tax_minor, 0)), :debit),
        (debt_id, :commission_id, -total_minor - available_before_minor - greatest(-tax_minor, 0), :debt)
) AS movement (debit_id, credit_id, amount_minor, kind)
WHERE amount_minor > 0
""")
_BALANCES = text("""
UPDATE distribution.balances balance SET balance_minor = after_minor
FROM (
    SELECT available_id AS account_id, greatest(left_minor, 0) AS after_minor FROM settlement_drafts
    UNION ALL
    SELECT debt_id, least(left_minor, 0) FROM settlement_drafts WHERE debt_id IS NOT NULL
) AS settled
WHERE balance.account_id = settled.account_id AND balance.balance_minor <> after_minor
""")
_SUM = text("""
SELECT count(*), coalesce(sum(line_count), 0)::bigint,
    coalesce(sum(total_minor) FILTER (WHERE total_minor > 0), 0)::bigint,
    coalesce(-sum(total_minor) FILTER (WHERE total_minor < 0), 0)::bigint
FROM settlement_drafts
""")
_CLEAR = text("DROP TABLE settlement_totals, settlement_holdings, settlement_taxes, settlement_drafts")


def write_statements(session: Session, run: SettlementRun, *, now: datetime) -> RunTotals:
    """Write the statements of what `run` settles, their transfers and the balances after them, and what it leaves."""
    commission = AccountKey(None, "commission", run.currency)
    withheld = AccountKey(None, "tax", run.currency)
    accounts = account_ids(session, [commission, withheld])
    values = {
        **parameters(run),
        "run_id": run.id,
        "now": now,
        "commission_id": accounts[commission],
        "tax_id": accounts[withheld],
        "document_type": STATEMENT,
        "credit": SETTLEMENT_CREDIT,
        "repayment": DEBT_REPAYMENT,
        "debit": SETTLEMENT_DEBIT,
        "debt": SETTLEMENT_DEBT,
        "withheld": TAX_WITHHELD,
        "returned": TAX_RETURNED,
    }
    session.execute(_ROOM)
    session.execute(_TOTALS, values)
    if run.smallest_minor is not None:
        session.execute(_CARRIES, values)
    open_accounts(session, _ACCOUNTS_NEEDED, {"currency": run.currency})
    session.execute(_HOLD, values)
    tax.find(session, run)
    values |= tax.invoices(session, run)
    for statement in (_DRAFTS, _STATEMENTS, _TRANSFERS, _BALANCES):
        session.execute(statement, values)
    totals = RunTotals(*session.execute(_SUM).one())
    session.execute(_CLEAR)
    return totals

"""transfers, balances and statements without foreign keys, which cost a settlement half of its time

A foreign key is checked row by row, six microseconds each: two of five and a half seconds of a run over a million
lines. It also locks the row it points at, so that concurrent postings meet at the program's account. The ids these
columns hold are read from the parent in the same statement (`ledger.post`, `settlement.close`), parents are never
deleted, and the proofs name an orphan. Accounts keep theirs.
"""

from __future__ import annotations

from alembic import op

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None

FOREIGN_KEYS = (
    ("transfers", "debit_account_id", "accounts"),
    ("transfers", "credit_account_id", "accounts"),
    ("balances", "account_id", "accounts"),
    ("statements", "run_id", "settlement_runs"),
    ("statements", "distributor_id", "distributors"),
)


def upgrade() -> None:
    for table, column, _parent in FOREIGN_KEYS:
        op.drop_constraint(f"{table}_{column}_fkey", table, schema="distribution", type_="foreignkey")


def downgrade() -> None:
    for table, column, parent in FOREIGN_KEYS:
        op.create_foreign_key(
            f"{table}_{column}_fkey",
            table,
            parent,
            [column],
            ["id"],
            source_schema="distribution",
            referent_schema="distribution",
        )

"""settlement runs that are reviewed, and totals too small to be paid"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from migrations.guards import append_only, begin_chains, close_once

revision = "0015"
down_revision = "0014"
branch_labels = None
depends_on = None

_APPEND_ONLY = ("settlement_approvals", "settlement_carries")
_BEFORE = ("id", "currency", "number", "epoch", "cutoff_at", "previous_epoch", "opened_at")
_RULES = ("smallest_minor", "review", "second_person_above_minor")


def upgrade() -> None:
    op.add_column(
        "settlement_runs", sa.Column("smallest_minor", sa.BigInteger(), nullable=True), schema="distribution"
    )
    op.add_column(
        "settlement_runs",
        sa.Column("review", sa.Boolean(), server_default=sa.text("false"), nullable=False),
        schema="distribution",
    )
    op.add_column(
        "settlement_runs",
        sa.Column("second_person_above_minor", sa.BigInteger(), nullable=True),
        schema="distribution",
    )
    op.create_table(
        "settlement_approvals",
        sa.Column("number", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("digest", sa.LargeBinary(), nullable=False),
        sa.Column("run_id", sa.Uuid(), nullable=False),
        sa.Column("actor", sa.Text(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("number", name="settlement_approvals_pkey"),
        sa.UniqueConstraint("run_id", "actor", name="settlement_approvals_actor_key"),
        schema="distribution",
    )
    op.create_table(
        "settlement_carries",
        sa.Column("run_id", sa.Uuid(), nullable=False),
        sa.Column("distributor_id", sa.Uuid(), nullable=False),
        sa.Column("line_count", sa.BigInteger(), nullable=False),
        sa.Column("accrued_minor", sa.BigInteger(), nullable=False),
        sa.Column("reversed_minor", sa.BigInteger(), nullable=False),
        sa.CheckConstraint(
            "accrued_minor >= 0 AND reversed_minor <= 0", name=op.f("settlement_carries_signs_check")
        ),
        sa.CheckConstraint("accrued_minor + reversed_minor > 0", name=op.f("settlement_carries_total_check")),
        sa.PrimaryKeyConstraint("run_id", "distributor_id", name="settlement_carries_pkey"),
        schema="distribution",
    )
    append_only(*_APPEND_ONLY)
    begin_chains("settlement_approvals")
    close_once(*_BEFORE, *_RULES, reviewed_may_go=True)


def downgrade() -> None:
    close_once(*_BEFORE, reviewed_may_go=False)
    for table in reversed(_APPEND_ONLY):
        op.drop_table(table, schema="distribution")
    for column in reversed(_RULES):
        op.drop_column("settlement_runs", column, schema="distribution")
    op.execute("DELETE FROM distribution.chain_heads WHERE table_name = 'settlement_approvals'")

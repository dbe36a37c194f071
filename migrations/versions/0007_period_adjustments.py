"""adjusting lines of periods that are over"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

from migrations.guards import append_only, begin_chains

revision = "0007"
down_revision = "0006"
branch_labels = None
depends_on = None

_PERIODS = "period IN ('month', 'quarter', 'year')"


def upgrade() -> None:
    op.create_table(
        "period_adjustments",
        sa.Column("number", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("digest", sa.LargeBinary(), nullable=False),
        sa.Column("distributor_id", sa.Uuid(), nullable=False),
        sa.Column("currency", sa.Text(), nullable=False),
        sa.Column("period", sa.Text(), nullable=False),
        sa.Column("period_start", sa.Date(), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("amount_minor", sa.BigInteger(), nullable=False),
        sa.Column("due_minor", sa.BigInteger(), nullable=False),
        sa.Column("recorded_minor", sa.BigInteger(), nullable=False),
        sa.Column("basis", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.Column("matures_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("recorded_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("epoch", sa.BigInteger(), nullable=False),
        sa.CheckConstraint(_PERIODS, name=op.f("period_adjustments_period_check")),
        sa.CheckConstraint("amount_minor <> 0", name=op.f("period_adjustments_amount_check")),
        sa.CheckConstraint("position >= 1", name=op.f("period_adjustments_position_check")),
        sa.PrimaryKeyConstraint("number", name="period_adjustments_pkey"),
        sa.UniqueConstraint(
            *("distributor_id", "currency", "period", "period_start", "position"),
            name="period_adjustments_position_key",
        ),
        schema="distribution",
    )
    for name, columns in (
        ("distributor_id", ["distributor_id", "currency", "matures_at"]),
        ("matures_at", ["currency", "matures_at"]),
    ):
        op.create_index(
            f"period_adjustments_{name}_idx", "period_adjustments", columns, schema="distribution"
        )
    op.create_index(
        "period_adjustments_epoch_idx",
        "period_adjustments",
        ["epoch"],
        schema="distribution",
        postgresql_using="brin",
    )
    _guard()
    _progress()


def _guard() -> None:
    append_only("period_adjustments")
    begin_chains("period_adjustments")


def _progress() -> None:
    op.create_table(
        "period_marks",
        sa.Column("period", sa.Text(), nullable=False),
        sa.Column("period_start", sa.Date(), nullable=False),
        sa.Column("mark", sa.Numeric(), nullable=False),
        sa.CheckConstraint(_PERIODS, name=op.f("period_marks_period_check")),
        sa.PrimaryKeyConstraint("period", "period_start", name="period_marks_pkey"),
        schema="distribution",
    )
    op.create_table(
        "period_closings",
        sa.Column("distributor_id", sa.Uuid(), nullable=False),
        sa.Column("period", sa.Text(), nullable=False),
        sa.Column("period_start", sa.Date(), nullable=False),
        sa.Column("seen", sa.Numeric(), nullable=False),
        sa.Column("decided", sa.Numeric(), nullable=True),
        sa.Column("decided_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint(_PERIODS, name=op.f("period_closings_period_check")),
        sa.PrimaryKeyConstraint("distributor_id", "period", "period_start", name="period_closings_pkey"),
        schema="distribution",
    )
    op.create_index(
        "period_closings_to_do_idx",
        "period_closings",
        ["period", "period_start", "distributor_id"],
        schema="distribution",
        postgresql_where=sa.text("decided IS DISTINCT FROM seen"),
    )


def downgrade() -> None:
    for table in ("period_closings", "period_marks", "period_adjustments"):
        op.drop_table(table, schema="distribution")
    op.execute("DELETE FROM distribution.chain_heads WHERE table_name = 'period_adjustments'")

"""simulations of draft plans"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0008"
down_revision = "0007"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "simulations",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("document", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.Column("from_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("to_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("in_background", sa.Boolean(), nullable=False),
        sa.Column("status", sa.Text(), nullable=False),
        sa.Column("orders_done", sa.BigInteger(), server_default=sa.text("0"), nullable=False),
        sa.Column("orders_total", sa.BigInteger(), nullable=False),
        sa.Column("state", sa.LargeBinary(), nullable=True),
        sa.Column("result", postgresql.JSONB(none_as_null=True, astext_type=sa.Text()), nullable=True),
        sa.Column("actor", sa.Text(), nullable=False),
        sa.Column("started_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("heartbeat_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("finished_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("error", sa.Text(), nullable=True),
        sa.CheckConstraint(
            "status IN ('running', 'done', 'failed', 'cancelled')", name=op.f("simulations_status_check")
        ),
        sa.PrimaryKeyConstraint("id", name="simulations_pkey"),
        schema="distribution",
    )
    op.create_index("simulations_started_at_idx", "simulations", ["started_at"], schema="distribution")
    op.create_table(
        "simulated_distributors",
        sa.Column("simulation_id", sa.Uuid(), nullable=False),
        sa.Column("currency", sa.Text(), nullable=False),
        sa.Column("distributor_id", sa.Uuid(), nullable=False),
        sa.Column("orders", sa.BigInteger(), nullable=False),
        sa.Column("amount_minor", sa.BigInteger(), nullable=False),
        sa.Column("potential_minor", sa.BigInteger(), nullable=False),
        sa.Column("recorded_minor", sa.BigInteger(), nullable=False),
        sa.ForeignKeyConstraint(
            ["simulation_id"],
            ["distribution.simulations.id"],
            name="simulated_distributors_simulation_id_fkey",
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint(
            "simulation_id", "currency", "distributor_id", name="simulated_distributors_pkey"
        ),
        schema="distribution",
    )


def downgrade() -> None:
    for table in ("simulated_distributors", "simulations"):
        op.drop_table(table, schema="distribution")

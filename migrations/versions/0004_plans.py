"""what a share came to when frozen and may come to at most; sales of orders, and what is counted of them"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column(
        "orders",
        sa.Column("sales_minor", sa.BigInteger(), server_default=sa.text("0"), nullable=False),
        schema="distribution",
    )
    op.add_column(
        "shares",
        sa.Column("claimed_minor", sa.BigInteger(), server_default=sa.text("0"), nullable=False),
        schema="distribution",
    )
    op.add_column("shares", sa.Column("most_minor", sa.BigInteger(), nullable=True), schema="distribution")
    op.create_check_constraint(
        op.f("shares_most_check"), "shares", "claimed_minor >= 0 AND most_minor >= 0", schema="distribution"
    )
    # Exact fractions of a cap over many lines have no longest; that rewrites no row.
    for column in ("rate_numerator", "rate_denominator"):
        op.alter_column("shares", column, type_=sa.Numeric(), schema="distribution")
    op.create_table(
        "counting",
        sa.Column("id", sa.SmallInteger(), autoincrement=False, nullable=False),
        sa.Column("since", sa.DateTime(timezone=True), nullable=False),
        sa.Column("time_zone", sa.Text(), nullable=False),
        sa.CheckConstraint("id = 1", name=op.f("counting_single_check")),
        sa.PrimaryKeyConstraint("id", name="counting_pkey"),
        schema="distribution",
    )
    op.create_table(
        "counter_movements",
        sa.Column("id", sa.BigInteger(), sa.Identity(), nullable=False),
        sa.Column("distributor_id", sa.Uuid(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("currency", sa.Text(), nullable=False),
        sa.Column("month", sa.Date(), nullable=False),
        sa.Column("amount_minor", sa.BigInteger(), nullable=False),
        sa.CheckConstraint("kind IN ('own', 'team', 'earned')", name=op.f("counter_movements_kind_check")),
        sa.PrimaryKeyConstraint("id", name="counter_movements_pkey"),
        schema="distribution",
    )
    op.create_index(
        "counter_movements_distributor_id_idx",
        "counter_movements",
        ["distributor_id", "kind", "currency", "month"],
        schema="distribution",
    )
    op.create_table(
        "counters",
        sa.Column("distributor_id", sa.Uuid(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("currency", sa.Text(), nullable=False),
        sa.Column("month", sa.Date(), nullable=False),
        sa.Column("amount_minor", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("distributor_id", "kind", "currency", "month", name="counters_pkey"),
        schema="distribution",
    )


def downgrade() -> None:
    for table in ("counters", "counter_movements", "counting"):
        op.drop_table(table, schema="distribution")
    for column in ("rate_numerator", "rate_denominator"):
        op.alter_column("shares", column, type_=sa.Numeric(60, 0), schema="distribution")
    op.drop_constraint(op.f("shares_most_check"), "shares", schema="distribution")
    for table, column in (
        ("shares", "most_minor"),
        ("shares", "claimed_minor"),
        ("orders", "sales_minor"),
    ):
        op.drop_column(table, column, schema="distribution")

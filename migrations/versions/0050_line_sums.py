"""sums of the lines of epochs that are over; indexes of the console's lists among millions"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0050"
down_revision = "0049"
branch_labels = None
depends_on = None

_IP = "application #>> '{terms,ip}'"


def upgrade() -> None:
    op.create_table(
        "line_sums",
        sa.Column("currency", sa.Text(), nullable=False),
        sa.Column("epoch", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("matures_hour", sa.DateTime(timezone=True), nullable=False),
        sa.Column("line_count", sa.BigInteger(), nullable=False),
        sa.Column("accrued_minor", sa.BigInteger(), nullable=False),
        sa.Column("reversed_minor", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("currency", "epoch", "matures_hour", name="line_sums_pkey"),
        schema="distribution",
    )
    op.create_table(
        "line_sum_marks",
        sa.Column("id", sa.SmallInteger(), nullable=False),
        sa.Column("epoch", sa.BigInteger(), nullable=False),
        sa.CheckConstraint("id = 1", name=op.f("line_sum_marks_single_check")),
        sa.PrimaryKeyConstraint("id", name="line_sum_marks_pkey"),
        schema="distribution",
    )
    op.execute("INSERT INTO distribution.line_sum_marks (id, epoch) VALUES (1, 0)")
    op.create_index(
        "distributors_created_at_idx", "distributors", ["created_at", "id"], schema="distribution"
    )
    op.create_index(
        "distributors_terms_ip_idx",
        "distributors",
        ["id"],
        schema="distribution",
        postgresql_where=sa.text(f"({_IP}) IS NOT NULL"),
    )
    op.create_index(
        "distributors_joined_at_idx",
        "distributors",
        ["joined_at"],
        schema="distribution",
        postgresql_where=sa.text("joined_at IS NOT NULL"),
    )
    op.create_index(
        "orders_currency_idx",
        "orders",
        ["currency", "placed_at"],
        schema="distribution",
        postgresql_include=["status", "distributor_id", "net_minor"],
    )
    op.create_index(
        "orders_astray_idx",
        "orders",
        ["placed_at", "id"],
        schema="distribution",
        postgresql_where=sa.text("reason IN ('unknown_code', 'malformed_code', 'inactive_distributor')"),
    )


def downgrade() -> None:
    for name in ("astray", "currency"):
        op.drop_index(f"orders_{name}_idx", table_name="orders", schema="distribution")
    for name in ("created_at", "joined_at", "terms_ip"):
        op.drop_index(f"distributors_{name}_idx", table_name="distributors", schema="distribution")
    for table in ("line_sum_marks", "line_sums"):
        op.drop_table(table, schema="distribution")

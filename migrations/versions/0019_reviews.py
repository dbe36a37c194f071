"""what merchants decide about when commission matures"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from migrations.guards import append_only, begin_chains

revision = "0019"
down_revision = "0018"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "commission_reviews",
        sa.Column("number", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("digest", sa.LargeBinary(), nullable=False),
        sa.Column("order_id", sa.BigInteger(), nullable=True),
        sa.Column("distributor_id", sa.Uuid(), nullable=True),
        sa.Column("decision", sa.Text(), nullable=False),
        sa.Column("moment", sa.DateTime(timezone=True), nullable=True),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("actor", sa.Text(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint(
            "num_nonnulls(order_id, distributor_id) = 1", name=op.f("commission_reviews_subject_check")
        ),
        sa.CheckConstraint(
            "decision IN ('hold', 'until', 'by', 'release')", name=op.f("commission_reviews_decision_check")
        ),
        sa.CheckConstraint(
            "(moment IS NOT NULL) = (decision IN ('until', 'by'))",
            name=op.f("commission_reviews_moment_check"),
        ),
        sa.CheckConstraint(
            "char_length(reason) BETWEEN 1 AND 500", name=op.f("commission_reviews_reason_check")
        ),
        sa.ForeignKeyConstraint(
            ["order_id"], ["distribution.orders.id"], name="commission_reviews_order_id_fkey"
        ),
        sa.ForeignKeyConstraint(
            ["distributor_id"],
            ["distribution.distributors.id"],
            name="commission_reviews_distributor_id_fkey",
        ),
        sa.PrimaryKeyConstraint("number", name="commission_reviews_pkey"),
        schema="distribution",
    )
    for column in ("order_id", "distributor_id"):
        op.create_index(
            f"commission_reviews_{column}_idx",
            "commission_reviews",
            [column, "number"],
            schema="distribution",
        )
    append_only("commission_reviews")
    begin_chains("commission_reviews")
    op.add_column(
        "commission_lines",
        sa.Column("original_at", sa.DateTime(timezone=True), nullable=True),
        schema="distribution",
    )


def downgrade() -> None:
    op.drop_column("commission_lines", "original_at", schema="distribution")
    op.drop_table("commission_reviews", schema="distribution")
    op.execute("DELETE FROM distribution.chain_heads WHERE table_name = 'commission_reviews'")

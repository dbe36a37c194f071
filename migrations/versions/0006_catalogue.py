"""what the shop sells, where and under which categories, by name"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "catalogue_items",
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("id", sa.Text(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("parent_id", sa.Text(), nullable=True),
        sa.Column("seen_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("gone", sa.Boolean(), server_default=sa.text("false"), nullable=False),
        sa.CheckConstraint(
            "kind IN ('channel', 'category', 'collection', 'product', 'variant')",
            name="catalogue_items_kind_check",
        ),
        sa.PrimaryKeyConstraint("kind", "id", name="catalogue_items_pkey"),
        schema="distribution",
    )
    op.create_table(
        "catalogue_readings",
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("read_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("items", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("kind", name="catalogue_readings_pkey"),
        schema="distribution",
    )


def downgrade() -> None:
    op.drop_table("catalogue_readings", schema="distribution")
    op.drop_table("catalogue_items", schema="distribution")

"""which codes of distributors are in the shop's voucher"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0022"
down_revision = "0021"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "shop_vouchers",
        sa.Column("code_key", sa.Text(), nullable=False),
        sa.Column("voucher_id", sa.Text(), nullable=False),
        sa.Column("refused", sa.Text(), nullable=True),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("code_key", name="shop_vouchers_pkey"),
        schema="distribution",
    )


def downgrade() -> None:
    op.drop_table("shop_vouchers", schema="distribution")

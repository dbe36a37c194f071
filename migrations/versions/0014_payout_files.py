"""files of payouts for the bank"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0014"
down_revision = "0012"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "payout_files",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("method", sa.Text(), nullable=False),
        sa.Column("currency", sa.Text(), nullable=False),
        sa.Column("count", sa.Integer(), nullable=False),
        sa.Column("total_minor", sa.BigInteger(), nullable=False),
        sa.Column("actor", sa.Text(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("content_encrypted", sa.LargeBinary(), nullable=False),
        sa.PrimaryKeyConstraint("id", name="payout_files_pkey"),
        schema="distribution",
    )
    op.add_column("withdrawals", sa.Column("file_id", sa.Uuid(), nullable=True), schema="distribution")
    op.create_foreign_key(
        "withdrawals_file_id_fkey",
        "withdrawals",
        "payout_files",
        ["file_id"],
        ["id"],
        source_schema="distribution",
        referent_schema="distribution",
    )
    op.create_index(
        "withdrawals_file_id_idx",
        "withdrawals",
        ["file_id"],
        schema="distribution",
        postgresql_where=sa.text("file_id IS NOT NULL"),
    )


def downgrade() -> None:
    op.drop_column("withdrawals", "file_id", schema="distribution")
    op.drop_table("payout_files", schema="distribution")

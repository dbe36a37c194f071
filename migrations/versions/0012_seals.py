"""seals over transfers and orders' histories

Snapshots of orders get numbers of their own, in the order in which they lie on disk: that rewrites the table once.
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

from migrations.guards import append_only, begin_chains

revision = "0012"
down_revision = "0009"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "transfer_seals",
        sa.Column("number", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("digest", sa.LargeBinary(), nullable=False),
        sa.Column("last_transfer_id", sa.BigInteger(), nullable=False),
        sa.Column("transfer_count", sa.BigInteger(), nullable=False),
        sa.Column("transfers_digest", sa.LargeBinary(), nullable=False),
        sa.Column("last_snapshot", sa.BigInteger(), nullable=False),
        sa.Column("snapshot_count", sa.BigInteger(), nullable=False),
        sa.Column("snapshots_digest", sa.LargeBinary(), nullable=False),
        sa.Column("chains", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.Column("sealed_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint(
            "transfer_count >= 0 AND snapshot_count >= 0", name=op.f("transfer_seals_counts_check")
        ),
        sa.PrimaryKeyConstraint("number", name="transfer_seals_pkey"),
        schema="distribution",
    )
    append_only("transfer_seals")
    begin_chains("transfer_seals")
    op.add_column(
        "order_snapshots",
        sa.Column("sequence", sa.BigInteger(), sa.Identity(), nullable=False),
        schema="distribution",
    )
    op.create_index(
        "order_snapshots_sequence_idx",
        "order_snapshots",
        ["sequence"],
        schema="distribution",
        postgresql_using="brin",
    )
    for column in (
        sa.Column("seal_number", sa.BigInteger(), nullable=True),
        sa.Column("seal_digest", sa.LargeBinary(), nullable=True),
        sa.Column("since_seal", sa.BigInteger(), nullable=True),
    ):
        op.add_column("verifications", column, schema="distribution")


def downgrade() -> None:
    for column in ("since_seal", "seal_digest", "seal_number"):
        op.drop_column("verifications", column, schema="distribution")
    op.drop_index("order_snapshots_sequence_idx", "order_snapshots", schema="distribution")
    op.drop_column("order_snapshots", "sequence", schema="distribution")
    op.drop_table("transfer_seals", schema="distribution")
    op.execute("DELETE FROM distribution.chain_heads WHERE table_name = 'transfer_seals'")

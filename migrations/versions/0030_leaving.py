"""leaving: copies of somebody's data, accounts that are to be closed"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0030"
down_revision = "0029"
branch_labels = None
depends_on = None


def _time(name: str, *, nullable: bool = False) -> sa.Column[object]:
    return sa.Column(name, sa.DateTime(timezone=True), nullable=nullable)


def upgrade() -> None:
    op.create_table(
        "data_exports",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("distributor_id", sa.Uuid(), nullable=False),
        _time("requested_at"),
        _time("made_at", nullable=True),
        _time("expires_at", nullable=True),
        sa.Column("size_bytes", sa.BigInteger(), nullable=True),
        sa.Column("content_encrypted", sa.LargeBinary(), nullable=True),
        sa.CheckConstraint("(made_at IS NULL) = (expires_at IS NULL)", name=op.f("data_exports_made_check")),
        sa.PrimaryKeyConstraint("id", name="data_exports_pkey"),
        schema="distribution",
    )
    op.create_index(
        "data_exports_distributor_id_idx", "data_exports", ["distributor_id"], schema="distribution"
    )
    op.create_table(
        "account_closings",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("distributor_id", sa.Uuid(), nullable=False),
        _time("requested_at"),
        _time("due_at"),
        sa.Column("forgoes_rest", sa.Boolean(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=True),
        _time("ending_at", nullable=True),
        _time("ended_at", nullable=True),
        sa.Column("taken_back", sa.Boolean(), server_default=sa.text("false"), nullable=False),
        sa.CheckConstraint("due_at > requested_at", name=op.f("account_closings_due_later_check")),
        sa.PrimaryKeyConstraint("id", name="account_closings_pkey"),
        schema="distribution",
    )
    op.create_index(
        "account_closings_open_key",
        "account_closings",
        ["distributor_id"],
        unique=True,
        schema="distribution",
        postgresql_where=sa.text("ended_at IS NULL"),
    )


def downgrade() -> None:
    op.drop_table("account_closings", schema="distribution")
    op.drop_table("data_exports", schema="distribution")

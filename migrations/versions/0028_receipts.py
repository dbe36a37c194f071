"""when the goods of an order arrived"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from migrations.guards import append_only

revision = "0028"
down_revision = "0027"
branch_labels = None
depends_on = None

_KINDS = ("accrual", "reversal", "risk_hold", "risk_release")


def upgrade() -> None:
    op.create_table(
        "receipts",
        sa.Column("order_id", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("snapshot_number", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("received_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("confirmed_by", sa.Text(), nullable=False),
        sa.Column("actor", sa.Text(), nullable=False),
        sa.Column("recorded_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint(
            "confirmed_by IN ('shopper', 'carrier', 'merchant')", name=op.f("receipts_confirmed_by_check")
        ),
        sa.CheckConstraint("received_at <= recorded_at", name=op.f("receipts_received_at_check")),
        sa.PrimaryKeyConstraint("order_id", "snapshot_number", name="receipts_pkey"),
        schema="distribution",
    )
    append_only("receipts")
    _kinds(*_KINDS, "receipt")


def downgrade() -> None:
    _kinds(*_KINDS)
    op.drop_table("receipts", schema="distribution")


def _kinds(*kinds: str) -> None:
    name = "commission_lines_kind_check"
    op.execute(f"ALTER TABLE distribution.commission_lines DROP CONSTRAINT {name}")
    op.execute(f"ALTER TABLE distribution.commission_lines ADD CONSTRAINT {name} CHECK (kind IN {kinds})")

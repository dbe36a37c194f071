"""the newest commission lines of a distributor are found by an index"""

from __future__ import annotations

from alembic import op

revision = "0039"
down_revision = "0041"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_index(
        "commission_lines_recorded_at_idx",
        "commission_lines",
        ["distributor_id", "recorded_at"],
        schema="distribution",
    )


def downgrade() -> None:
    op.drop_index("commission_lines_recorded_at_idx", "commission_lines", schema="distribution")

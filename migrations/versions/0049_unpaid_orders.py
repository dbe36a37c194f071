"""orders that wait for their payment are found by whoever earns of them"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0049"
down_revision = "0046"
branch_labels = None
depends_on = None

_COLUMNS = ("distributor_id", "second_id", "third_id")


def upgrade() -> None:
    for column in _COLUMNS:
        op.create_index(
            f"orders_{column}_unpaid_idx",
            "orders",
            [column, "id"],
            schema="distribution",
            postgresql_where=sa.text("status = 'open' AND NOT paid"),
        )


def downgrade() -> None:
    for column in _COLUMNS:
        op.drop_index(f"orders_{column}_unpaid_idx", table_name="orders", schema="distribution")

"""what a comparison with the shop covered, and the paid orders it found recorded"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0024"
down_revision = "0023"
branch_labels = None
depends_on = None

_COUNTS = ("paid", "attributed")


def upgrade() -> None:
    kind = sa.Column("kind", sa.Text(), server_default=sa.text("'changed'"), nullable=False)
    op.add_column("reconciliations", kind, schema="distribution")
    until_at = sa.Column("until_at", sa.DateTime(timezone=True), nullable=True)
    op.add_column("reconciliations", until_at, schema="distribution")
    for name in _COUNTS:
        count = sa.Column(name, sa.Integer(), server_default=sa.text("0"), nullable=False)
        op.add_column("reconciliations", count, schema="distribution")
    op.execute("UPDATE distribution.reconciliations SET kind = 'everything' WHERE since_at = to_timestamp(0)")
    op.create_check_constraint(
        op.f("reconciliations_kind_check"),
        "reconciliations",
        "kind IN ('changed', 'placed', 'everything')",
        schema="distribution",
    )


def downgrade() -> None:
    # A comparison by when orders were placed would be taken for one by when they changed.
    op.execute("DELETE FROM distribution.reconciliations WHERE kind = 'placed'")
    op.drop_constraint(op.f("reconciliations_kind_check"), "reconciliations", schema="distribution")
    for name in (*reversed(_COUNTS), "until_at", "kind"):
        op.drop_column("reconciliations", name, schema="distribution")

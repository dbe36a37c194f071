"""who stands above an order's seller and the level of a line, where pages of big sellers are read

Lines and orders were written by their terms and shares: both columns are filled in from there. Append-only triggers
look away meanwhile; nothing that a digest covers changes.
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0044"
down_revision = "0036"
branch_labels = None
depends_on = None

_BY_PERSON = "commission_lines_distributor_id_idx"
_KEY = ["distributor_id", "currency", "matures_at"]


def _own_orders(*columns: str) -> None:
    op.drop_index("orders_distributor_id_idx", table_name="orders", schema="distribution")
    op.create_index("orders_distributor_id_idx", "orders", list(columns), schema="distribution")


def upgrade() -> None:
    for column in ("second_id", "third_id"):
        op.add_column("orders", sa.Column(column, sa.Uuid(), nullable=True), schema="distribution")
    op.execute("""
        UPDATE distribution.orders SET second_id = terms.second_id, third_id = terms.third_id
        FROM distribution.terms WHERE terms.order_id = orders.id AND terms.number = orders.terms_count
    """)
    for column in ("second_id", "third_id"):
        op.create_index(
            f"orders_{column}_idx",
            "orders",
            [column, "placed_at", "id"],
            schema="distribution",
            postgresql_where=sa.text(f"{column} IS NOT NULL"),
        )
    _own_orders("distributor_id", "placed_at", "id")
    op.add_column(
        "commission_lines", sa.Column("level", sa.SmallInteger(), nullable=True), schema="distribution"
    )
    op.drop_index(_BY_PERSON, table_name="commission_lines", schema="distribution")
    op.execute("ALTER TABLE distribution.commission_lines DISABLE TRIGGER append_only")
    op.execute("""
        UPDATE distribution.commission_lines line SET level = share.level FROM distribution.shares share
        WHERE share.order_id = line.order_id AND share.number = line.share_number
    """)
    op.execute("ALTER TABLE distribution.commission_lines ENABLE TRIGGER append_only")
    op.alter_column("commission_lines", "level", nullable=False, schema="distribution")
    op.create_check_constraint(
        op.f("commission_lines_level_check"),
        "commission_lines",
        "level BETWEEN 1 AND 3",
        schema="distribution",
    )
    op.create_index(
        _BY_PERSON,
        "commission_lines",
        _KEY,
        schema="distribution",
        postgresql_include=["order_id", "amount_minor", "epoch", "level"],
    )


def downgrade() -> None:
    _own_orders("distributor_id", "placed_at")
    op.drop_index(_BY_PERSON, table_name="commission_lines", schema="distribution")
    op.create_index(_BY_PERSON, "commission_lines", _KEY, schema="distribution")
    op.drop_column("commission_lines", "level", schema="distribution")
    for column in ("second_id", "third_id"):
        op.drop_column("orders", column, schema="distribution")

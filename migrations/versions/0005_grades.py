"""grades and groups of distributors, sales stages of products"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

from migrations.guards import append_only, begin_chains

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None

CHAINED = ("distributor_grades", "distributor_groups", "product_stages")


def upgrade() -> None:
    op.add_column("distributors", sa.Column("grade", sa.Text(), nullable=True), schema="distribution")
    op.add_column(
        "distributors",
        sa.Column("groups", postgresql.ARRAY(sa.Text()), server_default=sa.text("'{}'"), nullable=False),
        schema="distribution",
    )
    op.create_index(
        "distributors_grade_idx",
        "distributors",
        ["grade", "created_at"],
        schema="distribution",
        postgresql_where=sa.text("grade IS NOT NULL"),
    )
    op.create_index(
        "distributors_groups_idx",
        "distributors",
        ["groups"],
        schema="distribution",
        postgresql_using="gin",
        postgresql_where=sa.text("groups <> '{}'"),
    )
    _about_distributors("distributor_grades", sa.Column("grade", sa.Text(), nullable=True))
    _about_distributors(
        "distributor_groups",
        sa.Column("group_key", sa.Text(), nullable=False),
        sa.Column("member", sa.Boolean(), nullable=False),
    )
    op.create_index(
        "distributor_grades_as_of_idx",
        "distributor_grades",
        ["distributor_id", sa.text("effective_at DESC"), sa.text("number DESC")],
        schema="distribution",
    )
    op.create_index(
        "distributor_groups_as_of_idx",
        "distributor_groups",
        ["distributor_id", "group_key", sa.text("effective_at DESC"), sa.text("number DESC")],
        schema="distribution",
    )
    _products()
    append_only(*CHAINED)
    begin_chains(*CHAINED)


def _about_distributors(table: str, *columns: sa.Column[object]) -> None:
    op.create_table(
        table,
        sa.Column("number", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("digest", sa.LargeBinary(), nullable=False),
        sa.Column("distributor_id", sa.Uuid(), nullable=False),
        *columns,
        sa.Column("effective_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("recorded_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("actor", sa.Text(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=True),
        sa.ForeignKeyConstraint(
            ["distributor_id"], ["distribution.distributors.id"], name=f"{table}_distributor_id_fkey"
        ),
        sa.PrimaryKeyConstraint("number", name=f"{table}_pkey"),
        schema="distribution",
    )


def _products() -> None:
    op.create_table(
        "product_stages",
        sa.Column("number", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("digest", sa.LargeBinary(), nullable=False),
        sa.Column("product_id", sa.Text(), nullable=False),
        sa.Column("stage", sa.Text(), nullable=False),
        sa.Column("units", sa.BigInteger(), nullable=False),
        sa.Column("effective_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint(
            "stage IN ('new', 'best_selling', 'slow', 'regular')", name=op.f("product_stages_stage_check")
        ),
        sa.PrimaryKeyConstraint("number", name="product_stages_pkey"),
        schema="distribution",
    )
    op.create_index(
        "product_stages_as_of_idx",
        "product_stages",
        ["product_id", sa.text("effective_at DESC"), sa.text("number DESC")],
        schema="distribution",
    )
    op.create_table(
        "first_sales",
        sa.Column("product_id", sa.Text(), nullable=False),
        sa.Column("sold_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("product_id", name="first_sales_pkey"),
        schema="distribution",
    )
    op.create_table(
        "stage_readings",
        sa.Column("id", sa.SmallInteger(), autoincrement=False, nullable=False),
        sa.Column("order_id", sa.BigInteger(), nullable=False),
        sa.Column("previous_order_id", sa.BigInteger(), nullable=False),
        sa.CheckConstraint("id = 1", name=op.f("stage_readings_single_check")),
        sa.PrimaryKeyConstraint("id", name="stage_readings_pkey"),
        schema="distribution",
    )
    op.execute("INSERT INTO distribution.stage_readings (id, order_id, previous_order_id) VALUES (1, 0, 0)")


def downgrade() -> None:
    for table in ("stage_readings", "first_sales", *CHAINED):
        op.drop_table(table, schema="distribution")
    names = ", ".join(f"'{table}'" for table in CHAINED)
    op.execute(f"DELETE FROM distribution.chain_heads WHERE table_name IN ({names})")
    op.drop_index("distributors_groups_idx", table_name="distributors", schema="distribution")
    op.drop_index("distributors_grade_idx", table_name="distributors", schema="distribution")
    op.drop_column("distributors", "groups", schema="distribution")
    op.drop_column("distributors", "grade", schema="distribution")

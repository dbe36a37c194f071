"""materials for distributors, and how they are used"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0033"
down_revision = "0032"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "materials",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("title", sa.Text(), nullable=False),
        *_words("body"),
        sa.Column("address", sa.Text(), nullable=True),
        sa.Column("picture", sa.LargeBinary(), nullable=True),
        sa.Column("language", sa.Text(), nullable=True),
        sa.Column("channel", sa.Text(), nullable=True),
        sa.Column("product_id", sa.Text(), nullable=True),
        *_words("product", "path", "campaign", "scene"),
        *_lists("grades", "groups", "countries"),
        sa.Column("template", sa.Text(), nullable=True),
        sa.Column("palette", sa.Text(), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("changed_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("archived_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint(
            "kind IN ('text', 'picture', 'poster', 'video', 'article', 'use_case', 'live')",
            name=op.f("materials_kind_check"),
        ),
        sa.CheckConstraint("kind <> 'picture' OR picture IS NOT NULL", name=op.f("materials_picture_check")),
        sa.CheckConstraint(
            "(kind IN ('video', 'article', 'use_case', 'live')) <= (address IS NOT NULL)",
            name=op.f("materials_address_check"),
        ),
        sa.ForeignKeyConstraint(
            ["picture"], ["distribution.media_files.digest"], name="materials_picture_fkey"
        ),
        sa.PrimaryKeyConstraint("id", name="materials_pkey"),
        schema="distribution",
    )
    op.create_index(
        "materials_shown_idx",
        "materials",
        ["changed_at"],
        schema="distribution",
        postgresql_where=sa.text("archived_at IS NULL"),
    )
    op.create_table(
        "material_uses",
        sa.Column("material_id", sa.Uuid(), nullable=False),
        sa.Column("distributor_id", sa.Uuid(), nullable=False),
        sa.Column("use", sa.Text(), nullable=False),
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column("times", sa.Integer(), nullable=False),
        sa.CheckConstraint(
            "use IN ('view', 'copy', 'download', 'share')", name=op.f("material_uses_use_check")
        ),
        sa.ForeignKeyConstraint(
            ["material_id"], ["distribution.materials.id"], name="material_uses_material_id_fkey"
        ),
        sa.ForeignKeyConstraint(
            ["distributor_id"], ["distribution.distributors.id"], name="material_uses_distributor_id_fkey"
        ),
        sa.PrimaryKeyConstraint("material_id", "distributor_id", "use", "day", name="material_uses_pkey"),
        schema="distribution",
    )
    op.create_index(
        "material_uses_distributor_id_idx", "material_uses", ["distributor_id", "day"], schema="distribution"
    )


def downgrade() -> None:
    op.drop_table("material_uses", schema="distribution")
    op.drop_table("materials", schema="distribution")


def _words(*names: str) -> list[sa.Column[str]]:
    return [sa.Column(name, sa.Text(), server_default=sa.text("''"), nullable=False) for name in names]


def _lists(*names: str) -> list[sa.Column[list[str]]]:
    return [
        sa.Column(name, postgresql.ARRAY(sa.Text()), server_default=sa.text("'{}'"), nullable=False)
        for name in names
    ]

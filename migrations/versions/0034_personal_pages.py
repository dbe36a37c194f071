"""personal pages: their versions, and what visitors reported of them"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0034"
down_revision = "0033"
branch_labels = None
depends_on = None

_STATES = "state IN ('pending', 'approved', 'rejected', 'replaced', 'taken_down')"
_CATEGORIES = "category IN ('false', 'offending', 'spam', 'rights', 'other')"


def _time(name: str, *, nullable: bool = False) -> sa.Column[object]:
    return sa.Column(name, sa.DateTime(timezone=True), nullable=nullable)


def upgrade() -> None:
    op.create_table(
        "page_versions",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("distributor_id", sa.Uuid(), nullable=False),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("shown_name", sa.Text(), nullable=False),
        sa.Column("region", sa.Text(), nullable=True),
        sa.Column("portrait_digest", sa.LargeBinary(), nullable=True),
        sa.Column("words", sa.Text(), nullable=False),
        sa.Column("product_ids", postgresql.ARRAY(sa.Text()), nullable=False),
        sa.Column("found_by_search", sa.Boolean(), nullable=False),
        _time("submitted_at"),
        _time("decided_at", nullable=True),
        sa.Column("decided_by", sa.Text(), nullable=True),
        sa.Column("reason", sa.Text(), nullable=True),
        sa.CheckConstraint(_STATES, name=op.f("page_versions_state_check")),
        sa.ForeignKeyConstraint(
            ["distributor_id"],
            ["distribution.distributors.id"],
            name="page_versions_distributor_id_fkey",
        ),
        sa.ForeignKeyConstraint(
            ["portrait_digest"],
            ["distribution.media_files.digest"],
            name="page_versions_portrait_digest_fkey",
        ),
        sa.PrimaryKeyConstraint("id", name="page_versions_pkey"),
        schema="distribution",
    )
    for state in ("pending", "approved"):
        op.create_index(
            f"page_versions_{state}_key",
            "page_versions",
            ["distributor_id"],
            unique=True,
            schema="distribution",
            postgresql_where=sa.text(f"state = '{state}'"),
        )
    op.create_index(
        "page_versions_state_idx", "page_versions", ["state", "submitted_at"], schema="distribution"
    )
    op.create_table(
        "page_reports",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("version_id", sa.Uuid(), nullable=False),
        sa.Column("category", sa.Text(), nullable=False),
        sa.Column("words", sa.Text(), nullable=False),
        _time("reported_at"),
        _time("closed_at", nullable=True),
        sa.Column("closed_by", sa.Text(), nullable=True),
        sa.CheckConstraint(_CATEGORIES, name=op.f("page_reports_category_check")),
        sa.ForeignKeyConstraint(
            ["version_id"],
            ["distribution.page_versions.id"],
            name="page_reports_version_id_fkey",
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("id", name="page_reports_pkey"),
        schema="distribution",
    )
    op.create_index(
        "page_reports_open_idx",
        "page_reports",
        ["reported_at"],
        schema="distribution",
        postgresql_where=sa.text("closed_at IS NULL"),
    )


def downgrade() -> None:
    op.drop_table("page_reports", schema="distribution")
    op.drop_table("page_versions", schema="distribution")

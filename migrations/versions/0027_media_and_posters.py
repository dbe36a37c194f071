"""pictures that are kept, and posters"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0027"
down_revision = "0026"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "media_files",
        sa.Column("digest", sa.LargeBinary(), nullable=False),
        sa.Column("content_type", sa.Text(), nullable=False),
        sa.Column("content", sa.LargeBinary(), nullable=False),
        sa.Column("width", sa.Integer(), nullable=True),
        sa.Column("height", sa.Integer(), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint("octet_length(digest) = 32", name=op.f("media_files_digest_check")),
        sa.PrimaryKeyConstraint("digest", name="media_files_pkey"),
        schema="distribution",
    )
    op.create_index("media_files_created_at_idx", "media_files", ["created_at"], schema="distribution")
    # Pictures are compressed already.
    op.execute("ALTER TABLE distribution.media_files ALTER COLUMN content SET STORAGE EXTERNAL")
    op.create_table(
        "picture_copies",
        sa.Column("address", sa.Text(), nullable=False),
        sa.Column("digest", sa.LargeBinary(), nullable=True),
        sa.Column("problem", sa.Text(), nullable=True),
        sa.Column("fetched_at", sa.DateTime(timezone=True), nullable=False),
        _file("picture_copies", "digest"),
        sa.PrimaryKeyConstraint("address", name="picture_copies_pkey"),
        schema="distribution",
    )
    op.create_table(
        "portraits",
        sa.Column("distributor_id", sa.Uuid(), nullable=False),
        sa.Column("digest", sa.LargeBinary(), nullable=False),
        sa.Column("set_at", sa.DateTime(timezone=True), nullable=False),
        _file("portraits", "digest"),
        sa.PrimaryKeyConstraint("distributor_id", name="portraits_pkey"),
        schema="distribution",
    )
    op.create_table(
        "brand_pictures",
        sa.Column("use", sa.Text(), nullable=False),
        sa.Column("digest", sa.LargeBinary(), nullable=False),
        sa.Column("set_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint("use = 'logo'", name=op.f("brand_pictures_use_check")),
        _file("brand_pictures", "digest"),
        sa.PrimaryKeyConstraint("use", name="brand_pictures_pkey"),
        schema="distribution",
    )
    op.create_table(
        "posters",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("distributor_id", sa.Uuid(), nullable=False),
        sa.Column("content_hash", sa.LargeBinary(), nullable=False),
        sa.Column("spec", postgresql.JSONB(), nullable=False),
        sa.Column("asked_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("made_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("problem", sa.Text(), nullable=True),
        sa.Column("png", sa.LargeBinary(), nullable=True),
        sa.Column("pdf", sa.LargeBinary(), nullable=True),
        sa.CheckConstraint(
            "(made_at IS NULL) = (png IS NULL) AND (made_at IS NULL) = (pdf IS NULL)",
            name=op.f("posters_made_check"),
        ),
        sa.ForeignKeyConstraint(
            ["distributor_id"], ["distribution.distributors.id"], name="posters_distributor_id_fkey"
        ),
        _file("posters", "png"),
        _file("posters", "pdf"),
        sa.PrimaryKeyConstraint("id", name="posters_pkey"),
        sa.UniqueConstraint("distributor_id", "content_hash", name="posters_content_hash_key"),
        schema="distribution",
    )
    op.create_index("posters_asked_at_idx", "posters", ["distributor_id", "asked_at"], schema="distribution")
    op.create_index(
        "posters_waiting_idx",
        "posters",
        ["asked_at"],
        schema="distribution",
        postgresql_where=sa.text("made_at IS NULL AND problem IS NULL"),
    )
    op.add_column("catalogue_offers", sa.Column("large_picture", sa.Text()), schema="distribution")


def downgrade() -> None:
    op.drop_column("catalogue_offers", "large_picture", schema="distribution")
    for table in ("posters", "brand_pictures", "portraits", "picture_copies", "media_files"):
        op.drop_table(table, schema="distribution")


def _file(table: str, column: str) -> sa.ForeignKeyConstraint:
    return sa.ForeignKeyConstraint(
        [column], ["distribution.media_files.digest"], name=f"{table}_{column}_fkey"
    )

"""invitations by e-mail"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0040"
down_revision = "0044"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "invitations",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("email_encrypted", sa.Text(), nullable=True),
        sa.Column("email_hash", sa.LargeBinary(), nullable=True),
        sa.Column("words_encrypted", sa.Text(), nullable=True),
        sa.Column("locale", sa.Text(), nullable=False),
        sa.Column("invited_by", sa.Text(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("expires_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("sent_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("opened_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("applied_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("declined_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("distributor_id", sa.Uuid(), nullable=True),
        sa.ForeignKeyConstraint(
            ["distributor_id"], ["distribution.distributors.id"], name="invitations_distributor_id_fkey"
        ),
        sa.PrimaryKeyConstraint("id", name="invitations_pkey"),
        schema="distribution",
    )
    op.create_index(
        "invitations_created_at_idx",
        "invitations",
        [sa.text("created_at DESC"), "id"],
        schema="distribution",
    )
    op.create_index(
        "invitations_email_hash_idx",
        "invitations",
        ["email_hash"],
        schema="distribution",
        postgresql_where=sa.text("email_hash IS NOT NULL"),
    )
    op.create_index(
        "invitations_distributor_id_idx", "invitations", ["distributor_id"], schema="distribution"
    )
    op.create_index(
        "invitations_kept_idx",
        "invitations",
        ["expires_at"],
        schema="distribution",
        postgresql_where=sa.text("email_encrypted IS NOT NULL"),
    )


def downgrade() -> None:
    op.drop_table("invitations", schema="distribution")

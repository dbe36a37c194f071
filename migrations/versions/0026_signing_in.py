"""signing in elsewhere: identities, codes that work once, OpenID providers; logins of the console without a password"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0026"
down_revision = "0025"
branch_labels = None
depends_on = None


def _time(name: str, *, nullable: bool = False) -> sa.Column[object]:
    return sa.Column(name, sa.DateTime(timezone=True), nullable=nullable)


def upgrade() -> None:
    op.alter_column("merchants", "password_hash", nullable=True, schema="distribution")
    op.create_table(
        "external_identities",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("person_id", sa.Uuid(), nullable=False),
        sa.Column("issuer", sa.Text(), nullable=False),
        sa.Column("subject", sa.Text(), nullable=False),
        sa.Column("follows", sa.Boolean(), nullable=False),
        _time("linked_at"),
        _time("last_used_at"),
        sa.CheckConstraint(
            "kind IN ('distributor', 'merchant')", name=op.f("external_identities_kind_check")
        ),
        sa.PrimaryKeyConstraint("id", name="external_identities_pkey"),
        sa.UniqueConstraint("kind", "issuer", "subject", name="external_identities_subject_key"),
        sa.UniqueConstraint("kind", "person_id", "issuer", name="external_identities_person_key"),
        schema="distribution",
    )
    op.create_table(
        "single_use_codes",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("purpose", sa.Text(), nullable=False),
        sa.Column("code_hash", sa.LargeBinary(), nullable=False),
        sa.Column("content_encrypted", sa.Text(), nullable=False),
        _time("created_at"),
        _time("expires_at"),
        _time("used_at", nullable=True),
        sa.CheckConstraint("expires_at > created_at", name=op.f("single_use_codes_expires_later_check")),
        sa.PrimaryKeyConstraint("id", name="single_use_codes_pkey"),
        sa.UniqueConstraint("code_hash", name="single_use_codes_code_hash_key"),
        schema="distribution",
    )
    op.create_index(
        "single_use_codes_expires_at_idx", "single_use_codes", ["expires_at"], schema="distribution"
    )
    op.create_table(
        "identity_providers",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("label", sa.Text(), nullable=False),
        sa.Column("issuer", sa.Text(), nullable=False),
        sa.Column("client_id", sa.Text(), nullable=False),
        sa.Column("client_secret_encrypted", sa.Text(), nullable=True),
        sa.Column("for_distributors", sa.Boolean(), nullable=False),
        sa.Column("for_merchants", sa.Boolean(), nullable=False),
        _time("created_at"),
        sa.CheckConstraint(
            "for_distributors OR for_merchants", name=op.f("identity_providers_for_somebody_check")
        ),
        sa.PrimaryKeyConstraint("id", name="identity_providers_pkey"),
        sa.UniqueConstraint("issuer", name="identity_providers_issuer_key"),
        schema="distribution",
    )


def downgrade() -> None:
    op.drop_table("identity_providers", schema="distribution")
    op.drop_table("single_use_codes", schema="distribution")
    op.drop_table("external_identities", schema="distribution")
    # No password matches this: who signed in elsewhere is let in again once one is set for them.
    op.execute("UPDATE distribution.merchants SET password_hash = '' WHERE password_hash IS NULL")
    op.alter_column("merchants", "password_hash", nullable=False, schema="distribution")

"""passkeys, the challenges they answered, remembered devices; what a distributor shows, a change of e-mail address"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0029"
down_revision = "0028"
branch_labels = None
depends_on = None

_KIND = "kind IN ('distributor', 'merchant')"


def _time(name: str, *, nullable: bool = False) -> sa.Column[object]:
    return sa.Column(name, sa.DateTime(timezone=True), nullable=nullable)


def upgrade() -> None:
    op.create_table(
        "passkeys",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("person_id", sa.Uuid(), nullable=False),
        sa.Column("credential_id", sa.LargeBinary(), nullable=False),
        sa.Column("public_key", sa.LargeBinary(), nullable=False),
        sa.Column("sign_count", sa.BigInteger(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("backed_up", sa.Boolean(), nullable=False),
        _time("created_at"),
        _time("last_used_at", nullable=True),
        sa.CheckConstraint(_KIND, name=op.f("passkeys_kind_check")),
        sa.CheckConstraint("sign_count >= 0", name=op.f("passkeys_sign_count_check")),
        sa.PrimaryKeyConstraint("id", name="passkeys_pkey"),
        sa.UniqueConstraint("credential_id", name="passkeys_credential_id_key"),
        schema="distribution",
    )
    op.create_index("passkeys_person_idx", "passkeys", ["kind", "person_id"], schema="distribution")
    op.create_table(
        "used_challenges",
        sa.Column("challenge_hash", sa.LargeBinary(), nullable=False),
        _time("used_at"),
        sa.PrimaryKeyConstraint("challenge_hash", name="used_challenges_pkey"),
        schema="distribution",
    )
    op.create_table(
        "remembered_devices",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("person_id", sa.Uuid(), nullable=False),
        sa.Column("token_hash", sa.LargeBinary(), nullable=False),
        sa.Column("session_version", sa.Integer(), nullable=False),
        sa.Column("user_agent", sa.Text(), nullable=False),
        sa.Column("address_masked", sa.Text(), nullable=False),
        _time("created_at"),
        _time("last_used_at"),
        _time("expires_at"),
        sa.CheckConstraint(_KIND, name=op.f("remembered_devices_kind_check")),
        sa.PrimaryKeyConstraint("id", name="remembered_devices_pkey"),
        sa.UniqueConstraint("token_hash", name="remembered_devices_token_hash_key"),
        schema="distribution",
    )
    op.create_index(
        "remembered_devices_person_idx", "remembered_devices", ["kind", "person_id"], schema="distribution"
    )
    op.create_table(
        "shown_profiles",
        sa.Column("distributor_id", sa.Uuid(), nullable=False),
        sa.Column("shown_name", sa.Text(), nullable=True),
        sa.Column("region", sa.Text(), nullable=True),
        _time("changed_at"),
        sa.CheckConstraint("region ~ '^[A-Z]{2}$'", name=op.f("shown_profiles_region_check")),
        sa.ForeignKeyConstraint(
            ["distributor_id"],
            ["distribution.distributors.id"],
            name="shown_profiles_distributor_id_fkey",
        ),
        sa.PrimaryKeyConstraint("distributor_id", name="shown_profiles_pkey"),
        schema="distribution",
    )
    op.create_table(
        "email_changes",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("distributor_id", sa.Uuid(), nullable=False),
        sa.Column("email", sa.Text(), nullable=False),
        _time("requested_at"),
        _time("old_confirmed_at", nullable=True),
        _time("new_confirmed_at", nullable=True),
        sa.ForeignKeyConstraint(
            ["distributor_id"],
            ["distribution.distributors.id"],
            name="email_changes_distributor_id_fkey",
        ),
        sa.PrimaryKeyConstraint("id", name="email_changes_pkey"),
        sa.UniqueConstraint("distributor_id", name="email_changes_distributor_id_key"),
        schema="distribution",
    )


def downgrade() -> None:
    for table in ("email_changes", "shown_profiles", "remembered_devices", "used_challenges", "passkeys"):
        op.drop_table(table, schema="distribution")

"""access: second factors with recovery codes, sessions kept on the server; their key

Who is logged in when this is brought up logs in once more: cookies name sessions now.
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0020"
down_revision = "0019"
branch_labels = None
depends_on = None

_KIND = "kind IN ('distributor', 'merchant')"


def _time(name: str, *, nullable: bool = False) -> sa.Column[object]:
    return sa.Column(name, sa.DateTime(timezone=True), nullable=nullable)


def upgrade() -> None:
    op.create_table(
        "second_factors",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("person_id", sa.Uuid(), nullable=False),
        sa.Column("secret_encrypted", sa.LargeBinary(), nullable=False),
        _time("begun_at"),
        _time("enabled_at", nullable=True),
        sa.Column("last_step", sa.BigInteger(), server_default=sa.text("0"), nullable=False),
        sa.Column("wrong", sa.SmallInteger(), server_default=sa.text("0"), nullable=False),
        _time("closed_until", nullable=True),
        sa.CheckConstraint(_KIND, name=op.f("second_factors_kind_check")),
        sa.CheckConstraint("wrong >= 0", name=op.f("second_factors_wrong_check")),
        sa.PrimaryKeyConstraint("id", name="second_factors_pkey"),
        sa.UniqueConstraint("kind", "person_id", name="second_factors_person_key"),
        schema="distribution",
    )
    op.create_table(
        "recovery_codes",
        sa.Column("factor_id", sa.Uuid(), nullable=False),
        sa.Column("code_hash", sa.LargeBinary(), nullable=False),
        _time("used_at", nullable=True),
        sa.ForeignKeyConstraint(
            ["factor_id"],
            ["distribution.second_factors.id"],
            name="recovery_codes_factor_id_fkey",
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("factor_id", "code_hash", name="recovery_codes_pkey"),
        schema="distribution",
    )
    op.create_table(
        "login_sessions",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("person_id", sa.Uuid(), nullable=False),
        sa.Column("token_hash", sa.LargeBinary(), nullable=False),
        sa.Column("session_version", sa.Integer(), nullable=False),
        sa.Column("user_agent", sa.Text(), nullable=False),
        sa.Column("address_masked", sa.Text(), nullable=False),
        _time("created_at"),
        _time("last_seen_at"),
        sa.CheckConstraint(_KIND, name=op.f("login_sessions_kind_check")),
        sa.PrimaryKeyConstraint("id", name="login_sessions_pkey"),
        sa.UniqueConstraint("token_hash", name="login_sessions_token_hash_key"),
        schema="distribution",
    )
    op.create_index(
        "login_sessions_person_idx", "login_sessions", ["kind", "person_id"], schema="distribution"
    )
    op.create_index(
        "login_sessions_last_seen_at_idx", "login_sessions", ["last_seen_at"], schema="distribution"
    )
    op.execute(
        "INSERT INTO distribution.hash_keys (name, key) "
        "VALUES ('recovery', sha256(convert_to(gen_random_uuid()::text || gen_random_uuid()::text, 'UTF8')))"
    )


def downgrade() -> None:
    op.execute("DELETE FROM distribution.hash_keys WHERE name = 'recovery'")
    op.drop_table("login_sessions", schema="distribution")
    op.drop_table("recovery_codes", schema="distribution")
    op.drop_table("second_factors", schema="distribution")

"""teams: who joined when, by level, and how a sponsor and their recruits may reach each other"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0036"
down_revision = "0039"
branch_labels = None
depends_on = None

_LEVELS = ("sponsor", "second", "third")
_MEMBERS = sa.text("status IN ('active', 'suspended')")


def upgrade() -> None:
    for above in _LEVELS:
        op.create_index(
            f"distributors_{above}_joined_idx",
            "distributors",
            [f"{above}_id", "joined_at"],
            schema="distribution",
            postgresql_where=_MEMBERS,
        )
    op.create_table(
        "contacts",
        sa.Column("distributor_id", sa.Uuid(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("value_encrypted", sa.LargeBinary(), nullable=False),
        sa.Column("to_recruits", sa.Boolean(), nullable=False),
        sa.Column("to_sponsor", sa.Boolean(), nullable=False),
        sa.Column("changed_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint(
            "kind IN ('email', 'phone', 'wechat', 'whatsapp', 'telegram')",
            name=op.f("contacts_kind_check"),
        ),
        sa.CheckConstraint("to_recruits OR to_sponsor", name=op.f("contacts_shown_check")),
        sa.ForeignKeyConstraint(
            ["distributor_id"], ["distribution.distributors.id"], name="contacts_distributor_id_fkey"
        ),
        sa.PrimaryKeyConstraint("distributor_id", name="contacts_pkey"),
        schema="distribution",
    )


def downgrade() -> None:
    op.drop_table("contacts", schema="distribution")
    for above in reversed(_LEVELS):
        op.drop_index(f"distributors_{above}_joined_idx", table_name="distributors", schema="distribution")

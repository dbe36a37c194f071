"""notices: what people are told, what they chose, where channels reach them; sales are told of from here on"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0031"
down_revision = "0030"
branch_labels = None
depends_on = None


def _time(name: str, *, nullable: bool = False) -> sa.Column[object]:
    return sa.Column(name, sa.DateTime(timezone=True), nullable=nullable)


def upgrade() -> None:
    op.create_table(
        "notices",
        sa.Column("id", sa.Uuid(), server_default=sa.text("gen_random_uuid()"), nullable=False),
        sa.Column("reader", sa.Text(), nullable=False),
        sa.Column("person_id", sa.Uuid(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("key", sa.Text(), nullable=False),
        sa.Column("facts", postgresql.JSONB(), nullable=False),
        sa.Column("shown", sa.Boolean(), nullable=False),
        _time("at"),
        _time("due_at"),
        _time("read_at", nullable=True),
        _time("planned_at", nullable=True),
        sa.CheckConstraint("reader IN ('distributor', 'merchant')", name=op.f("notices_reader_check")),
        sa.PrimaryKeyConstraint("id", name="notices_pkey"),
        sa.UniqueConstraint("person_id", "key", name="notices_key"),
        schema="distribution",
    )
    op.create_index(
        "notices_inbox_idx",
        "notices",
        ["person_id", sa.text("at DESC"), sa.text("id DESC")],
        postgresql_where=sa.text("shown"),
        schema="distribution",
    )
    op.create_index(
        "notices_unread_idx",
        "notices",
        ["person_id"],
        postgresql_where=sa.text("shown AND read_at IS NULL"),
        schema="distribution",
    )
    op.create_index(
        "notices_due_at_idx",
        "notices",
        ["due_at"],
        postgresql_where=sa.text("planned_at IS NULL"),
        schema="distribution",
    )
    op.create_index("notices_told_idx", "notices", ["person_id", "kind", "planned_at"], schema="distribution")
    op.create_index("notices_at_idx", "notices", ["at"], postgresql_using="brin", schema="distribution")
    op.create_table(
        "notice_choices",
        sa.Column("person_id", sa.Uuid(), nullable=False),
        sa.Column("channel", sa.Text(), nullable=False),
        sa.Column("topic", sa.Text(), nullable=False),
        sa.Column("wanted", sa.Boolean(), nullable=False),
        sa.PrimaryKeyConstraint("person_id", "channel", "topic", name="notice_choices_pkey"),
        schema="distribution",
    )
    op.create_table(
        "notice_quiet",
        sa.Column("person_id", sa.Uuid(), nullable=False),
        sa.Column("from_hour", sa.SmallInteger(), nullable=False),
        sa.Column("until_hour", sa.SmallInteger(), nullable=False),
        sa.CheckConstraint(
            "from_hour BETWEEN 0 AND 23 AND until_hour BETWEEN 0 AND 23 AND from_hour <> until_hour",
            name=op.f("notice_quiet_hours_check"),
        ),
        sa.PrimaryKeyConstraint("person_id", name="notice_quiet_pkey"),
        schema="distribution",
    )
    op.create_table(
        "notice_addresses",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("person_id", sa.Uuid(), nullable=False),
        sa.Column("channel", sa.Text(), nullable=False),
        sa.Column("address_encrypted", sa.LargeBinary(), nullable=False),
        sa.Column("label", sa.Text(), nullable=False),
        _time("created_at"),
        sa.PrimaryKeyConstraint("id", name="notice_addresses_pkey"),
        sa.UniqueConstraint("person_id", "channel", name="notice_addresses_key"),
        schema="distribution",
    )
    op.create_table(
        "notice_marks",
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("position", sa.BigInteger(), nullable=False),
        _time("at"),
        _time("begun_at"),
        sa.PrimaryKeyConstraint("name", name="notice_marks_pkey"),
        schema="distribution",
    )


def downgrade() -> None:
    for table in ("notice_marks", "notice_addresses", "notice_quiet", "notice_choices", "notices"):
        op.drop_table(table, schema="distribution")

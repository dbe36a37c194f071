"""announcements of the merchant's; browsers that want to be pushed to, and the key that we push with"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0032"
down_revision = "0031"
branch_labels = None
depends_on = None


def _time(name: str, *, nullable: bool = False) -> sa.Column[object]:
    return sa.Column(name, sa.DateTime(timezone=True), nullable=nullable)


def _text(name: str) -> sa.Column[object]:
    return sa.Column(name, sa.Text(), nullable=False)


def upgrade() -> None:
    op.create_table(
        "announcements",
        sa.Column("id", sa.Uuid(), nullable=False),
        _text("title_en"),
        _text("title_zh"),
        _text("text_en"),
        _text("text_zh"),
        _text("audience"),
        sa.Column(
            "audience_keys", postgresql.ARRAY(sa.Text()), server_default=sa.text("'{}'"), nullable=False
        ),
        _time("from_at", nullable=True),
        _time("until_at", nullable=True),
        _text("state"),
        _time("created_at"),
        _time("changed_at"),
        sa.CheckConstraint(
            "state IN ('draft', 'published', 'withdrawn')", name=op.f("announcements_state_check")
        ),
        sa.CheckConstraint(
            "audience IN ('all', 'grade', 'group', 'country')", name=op.f("announcements_audience_check")
        ),
        sa.CheckConstraint(
            "(audience = 'all') = (audience_keys = '{}')", name=op.f("announcements_audience_keys_check")
        ),
        sa.CheckConstraint("until_at > from_at", name=op.f("announcements_until_check")),
        sa.CheckConstraint(
            "state = 'draft' OR from_at IS NOT NULL", name=op.f("announcements_published_check")
        ),
        sa.PrimaryKeyConstraint("id", name="announcements_pkey"),
        schema="distribution",
    )
    op.create_index(
        "announcements_state_idx",
        "announcements",
        ["state", sa.text("created_at DESC")],
        schema="distribution",
    )
    op.create_index(
        "notices_announcement_idx",
        "notices",
        ["key"],
        postgresql_where=sa.text("kind = 'announcement'"),
        schema="distribution",
    )
    op.create_table(
        "push_subscriptions",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("person_id", sa.Uuid(), nullable=False),
        _text("endpoint"),
        sa.Column("public_key", sa.LargeBinary(), nullable=False),
        sa.Column("auth_encrypted", sa.LargeBinary(), nullable=False),
        _text("user_agent"),
        _time("created_at"),
        sa.PrimaryKeyConstraint("id", name="push_subscriptions_pkey"),
        sa.UniqueConstraint("endpoint", name="push_subscriptions_endpoint_key"),
        schema="distribution",
    )
    op.create_index(
        "push_subscriptions_person_id_idx", "push_subscriptions", ["person_id"], schema="distribution"
    )
    op.execute(
        "INSERT INTO distribution.hash_keys (name, key) "
        "VALUES ('push', sha256(convert_to(gen_random_uuid()::text || gen_random_uuid()::text, 'UTF8')))"
    )


def downgrade() -> None:
    op.execute("DELETE FROM distribution.hash_keys WHERE name = 'push'")
    op.drop_table("push_subscriptions", schema="distribution")
    op.drop_index("notices_announcement_idx", "notices", schema="distribution")
    op.drop_table("announcements", schema="distribution")

"""addresses of channels are proven; posters that fail are given up; no poster with a legal name nobody chose to show"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0038"
down_revision = "0034"
branch_labels = None
depends_on = None

_LEGAL_NAMES = """
DELETE FROM distribution.posters AS poster USING distribution.distributors AS person
WHERE person.id = poster.distributor_id AND poster.spec ->> 'person' = person.name
AND NOT EXISTS (
    SELECT FROM distribution.shown_profiles AS shown
    WHERE shown.distributor_id = person.id AND shown.shown_name = person.name
)
"""


def upgrade() -> None:
    op.add_column("posters", _count("attempts"), schema="distribution")
    op.execute(_LEGAL_NAMES)
    for name, kind in (
        ("proven_at", sa.DateTime(timezone=True)),
        ("code_hash", sa.LargeBinary()),
        ("code_until", sa.DateTime(timezone=True)),
    ):
        op.add_column("notice_addresses", sa.Column(name, kind, nullable=True), schema="distribution")
    op.add_column("notice_addresses", _count("code_tries"), schema="distribution")


def downgrade() -> None:
    for name in ("code_tries", "code_until", "code_hash", "proven_at"):
        op.drop_column("notice_addresses", name, schema="distribution")
    op.drop_column("posters", "attempts", schema="distribution")


def _count(name: str) -> sa.Column[int]:
    return sa.Column(name, sa.SmallInteger(), server_default=sa.text("0"), nullable=False)

"""what a storefront may show of a code, what the shop's voucher gives, and two more kinds of signals"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects.postgresql import JSONB

revision = "0025"
down_revision = "0024"
branch_labels = None
depends_on = None

# A view reads with its owner's rights: who may select from it needs none on what is behind it. Of a name only what
# people call each other by is shown; of one in Chinese, Japanese or Korean, the family name.
_VIEW = """
CREATE VIEW distribution.storefront_codes AS
SELECT code.code_key, code.code,
    CASE WHEN ascii(btrim(person.name)) >= 11904 THEN left(btrim(person.name), 1) || '**'
         ELSE split_part(btrim(person.name), ' ', 1) END AS name,
    voucher.code AS voucher, offer.document AS offer
FROM distribution.referral_codes AS code
JOIN distribution.distributors AS person ON person.id = code.distributor_id AND person.status = 'active'
LEFT JOIN LATERAL (
    SELECT own.code, there.voucher_id
    FROM distribution.referral_codes AS own
    JOIN distribution.shop_vouchers AS there ON there.code_key = own.code_key AND there.refused IS NULL
    WHERE own.distributor_id = code.distributor_id AND own.active
    ORDER BY own.code_key = code.code_key DESC, own.created_at, own.code_key LIMIT 1
) AS voucher ON true
LEFT JOIN distribution.voucher_offers AS offer ON offer.voucher_id = voucher.voucher_id
WHERE code.active
"""


def upgrade() -> None:
    op.create_table(
        "voucher_offers",
        sa.Column("voucher_id", sa.Text(), nullable=False),
        sa.Column("document", JSONB(), nullable=False),
        sa.Column("read_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("voucher_id", name="voucher_offers_pkey"),
        schema="distribution",
    )
    op.execute(_VIEW)
    _kinds("'order', 'checkout', 'customer', 'settings'")


def downgrade() -> None:
    op.execute("DELETE FROM distribution.inbox WHERE kind IN ('customer', 'settings')")
    _kinds("'order', 'checkout'")
    op.execute("DROP VIEW distribution.storefront_codes")
    op.drop_table("voucher_offers", schema="distribution")


def _kinds(kinds: str) -> None:
    op.execute("ALTER TABLE distribution.inbox DROP CONSTRAINT inbox_kind_check")
    op.execute(f"ALTER TABLE distribution.inbox ADD CONSTRAINT inbox_kind_check CHECK (kind IN ({kinds}))")

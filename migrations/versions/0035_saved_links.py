"""links people save, clicks by link and by page, and prices without tax of what links lead to"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0035"
down_revision = "0038"
branch_labels = None
depends_on = None

# As `distribution/promotion/landing.py` does it to new clicks; a place between two parameters is never left empty.
_NOISE = (
    "(ref|click|utm_\\w+|mc_[ce]id|_g[al]|[a-z]{1,3}clid|gclsrc|[wg]braid|igsh(id)?|spm|scm|isappinstalled|nsukey)"
    "(=[^&]*)?|from=(singlemessage|groupmessage|timeline)"
)
_PAGES = f"""
UPDATE distribution.clicks AS click
SET url = coalesce(nullif(rtrim(split_part(page.address, '?', 1), '/'), ''), '/')
    || coalesce('?' || (
        SELECT string_agg(part, '&' ORDER BY place)
        FROM regexp_split_to_table(nullif(substring(page.address FROM '\\?(.*)$'), ''), '&') WITH ORDINALITY AS _(part, place)
        WHERE part <> '' AND part !~ '^({_NOISE})$'
    ), '')
FROM (
    SELECT id, split_part(regexp_replace(url, '^[A-Za-z][A-Za-z0-9+.-]*://[^/?#]*', ''), '#', 1) AS address
    FROM distribution.clicks WHERE url ~ '[?#]|^[A-Za-z][A-Za-z0-9+.-]*://|./$'
) AS page
WHERE page.id = click.id
"""


def upgrade() -> None:
    op.create_table(
        "saved_links",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("distributor_id", sa.Uuid(), nullable=False),
        sa.Column("slug", sa.Text(), nullable=False),
        sa.Column("path", sa.Text(), nullable=False),
        sa.Column("tag", sa.Text(), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("archived_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint("slug ~ '^[a-z0-9][a-z0-9-]{1,39}$'", name=op.f("saved_links_slug_check")),
        sa.CheckConstraint("path LIKE '/%'", name=op.f("saved_links_path_check")),
        sa.CheckConstraint("char_length(tag) BETWEEN 1 AND 40", name=op.f("saved_links_tag_check")),
        sa.ForeignKeyConstraint(
            ["distributor_id"], ["distribution.distributors.id"], name="saved_links_distributor_id_fkey"
        ),
        sa.PrimaryKeyConstraint("id", name="saved_links_pkey"),
        sa.UniqueConstraint("distributor_id", "slug", name="saved_links_distributor_id_slug_key"),
        schema="distribution",
    )
    op.create_table(
        "click_repeats",
        sa.Column("id", sa.Text(), nullable=False),
        sa.Column("click_id", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("id", name="click_repeats_pkey"),
        schema="distribution",
    )
    op.add_column("clicks", sa.Column("link_id", sa.Uuid(), nullable=True), schema="distribution")
    op.add_column(
        "catalogue_offers", sa.Column("net_minor", sa.BigInteger(), nullable=True), schema="distribution"
    )
    op.execute(_PAGES)


def downgrade() -> None:
    op.drop_column("catalogue_offers", "net_minor", schema="distribution")
    op.drop_column("clicks", "link_id", schema="distribution")
    op.drop_table("click_repeats", schema="distribution")
    op.drop_table("saved_links", schema="distribution")

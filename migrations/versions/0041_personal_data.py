"""tokens keep the reading they need by name; answers of the shop without who bought; logins that are disabled"""

from __future__ import annotations

import hashlib
import json
import re
from typing import Any

import sqlalchemy as sa
from alembic import op

revision = "0041"
down_revision = "0035"
branch_labels = None
depends_on = None

_NAMES = """
    amount billingAddress category channel channelListings code collections costPrice country created
    createdAt currency currencyCode events fulfillments grantedRefunds gross id key kind lines metadata
    metafields net number order orderLine origin original parent product productName productSku
    productType quantity referral_code referral_click shippingAddress shippingCostsIncluded shippingPrice
    shippingRefundedAmount slug status total totalCharged totalPrice totalRefundPending totalRefunded
    transactions type undiscountedTotalPrice user variant voucherCode
"""
_KNOWN = frozenset(_NAMES.split())
_ADDRESS = re.compile(r"[^\s@\"'<>()\[\],;:]+@[^\s@\"'<>()\[\],;:]+")


def upgrade() -> None:
    op.add_column(
        "merchants",
        sa.Column("disabled_at", sa.DateTime(timezone=True), nullable=True),
        schema="distribution",
    )
    op.create_index(
        "clicks_details_at_idx",
        "clicks",
        ["at"],
        schema="distribution",
        postgresql_where=sa.text("ip_hash IS NOT NULL OR user_agent IS NOT NULL"),
    )
    # Reading needed no scope: what only reports orders reads those still, the rest keeps what it may rely on.
    op.execute(
        "UPDATE distribution.api_tokens SET scopes = array_prepend('read', scopes) "
        "WHERE NOT scopes && ARRAY['read', 'all'] AND NOT scopes <@ ARRAY['orders:write']"
    )
    op.execute(
        "UPDATE distribution.api_tokens SET scopes = ARRAY['read', 'people:read'] || array_remove(scopes, 'read') "
        "WHERE scopes @> ARRAY['distributors:write']"
    )
    _take_people_out()


def downgrade() -> None:
    op.execute(
        "UPDATE distribution.api_tokens SET scopes = array_remove(scopes, 'people:read') "
        "WHERE 'people:read' = ANY (scopes)"
    )
    op.drop_index("clicks_details_at_idx", table_name="clicks", schema="distribution")
    op.drop_column("merchants", "disabled_at", schema="distribution")


def _take_people_out() -> None:
    connection = op.get_bind()
    query = "SELECT key FROM distribution.hash_keys WHERE name = 'shopper'"
    key = bytes(connection.execute(sa.text(query)).scalar_one())
    rows = connection.execute(
        sa.text("SELECT source, external_id, error, answer FROM distribution.bad_snapshots")
    ).all()
    change = sa.text(
        "UPDATE distribution.bad_snapshots SET error = :error, answer = CAST(:answer AS jsonb) "
        "WHERE source = :source AND external_id = :external_id"
    )
    for row in rows:
        # One that was cut is text from within a document; only whole ones have names to go by.
        kept = _kept(row.answer, key) if isinstance(row.answer, dict) else None
        connection.execute(
            change,
            {
                "source": row.source,
                "external_id": row.external_id,
                "error": _without_addresses(row.error, key),
                "answer": json.dumps(kept),
            },
        )


def _kept(value: Any, key: bytes) -> Any:
    if isinstance(value, dict):
        return {_without_addresses(name, key): _value(name, item, key) for name, item in value.items()}
    if isinstance(value, list):
        return [_kept(item, key) for item in value]
    return _without_addresses(value, key) if isinstance(value, str) else value


def _value(name: str, value: Any, key: bytes) -> Any:
    if name == "userEmail" and isinstance(value, str):
        return _hashed(value, key)
    if name in _KNOWN or value is None or isinstance(value, bool):
        return _kept(value, key)
    return f"(text of {len(value)})" if isinstance(value, str) else "(left out)"


def _without_addresses(text: str, key: bytes) -> str:
    return _ADDRESS.sub(lambda found: _hashed(found[0], key), text)


def _hashed(address: str, key: bytes) -> str:
    tidy = address.strip().casefold().encode()
    return f"hash:{hashlib.blake2b(tidy, key=key, digest_size=16, person=b'email').hexdigest()}"

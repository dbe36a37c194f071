"""A program of a million distributors and ten million commission lines, made up by the database itself.

Sales follow a power law: the first sellers have thousands of orders, half of all people next to none. Everybody after
the first twenty has a sponsor, so that the first ones have teams of thousands. A line in twenty-five still waits for
the end of its hold.
"""

from __future__ import annotations

import json

from sqlalchemy import Engine, text

from distribution.db import transaction

# Foreign keys and append-only triggers look away while the past is made up.
_PAST = """
SET LOCAL session_replication_role = replica;
SET LOCAL work_mem = '256MB';
SET LOCAL maintenance_work_mem = '512MB';
SET LOCAL synchronous_commit = off;
CREATE TEMPORARY TABLE people ON COMMIT DROP AS
SELECT number, md5('person ' || number)::uuid AS id, nullif(number / 20, 0) AS above
FROM generate_series(1, {distributors}) AS number;
CREATE UNIQUE INDEX ON people (number);
ANALYZE people;
CREATE TEMPORARY TABLE chains ON COMMIT DROP AS
SELECT one.number, one.id, two.id AS second_id, three.id AS third_id, four.id AS fourth_id,
    1 + (two.id IS NOT NULL)::integer + (three.id IS NOT NULL)::integer AS depth
FROM people AS one LEFT JOIN people AS two ON two.number = one.above
LEFT JOIN people AS three ON three.number = two.above
LEFT JOIN people AS four ON four.number = three.above;
CREATE UNIQUE INDEX ON chains (number);
ANALYZE chains;
INSERT INTO distribution.distributors (id, email, name, status, sponsor_id, second_id, third_id, depth, email_hash,
    created_at, joined_at, email_confirmed_at)
SELECT id, number || '@example.com', 'Ada Lovelace', 'active', second_id, third_id, fourth_id, depth, '',
    now() - interval '400 days', now() - interval '400 days', now() - interval '400 days' FROM chains;
INSERT INTO distribution.acceptances (id, distributor_id, version, at)
SELECT gen_random_uuid(), id, '1', now() - interval '400 days' FROM chains;
INSERT INTO distribution.referral_codes (code_key, code, kind, distributor_id, active, created_at)
SELECT 'CODE' || number, 'CODE' || number, 'link', id, true, now() - interval '400 days' FROM chains;
INSERT INTO distribution.team_counts (distributor_id, level, members)
SELECT sponsor, level, count(*) FROM (
    SELECT second_id AS sponsor, 1 AS level FROM chains UNION ALL SELECT third_id, 2 FROM chains
    UNION ALL SELECT fourth_id, 3 FROM chains
) AS team WHERE sponsor IS NOT NULL GROUP BY 1, 2;
CREATE TEMPORARY TABLE sold ON COMMIT DROP AS
SELECT number AS order_id,
    now() - interval '1 day' * (number % 360) - interval '1 second' * (number % 86400) AS placed_at,
    1000 + number * 31 % 9000 AS net_minor,
    1 + floor({distributors} * power((number * 7919::bigint % 1000003) / 1000003.0, 3))::bigint AS seller
FROM generate_series(1, {orders}) AS number;
INSERT INTO distribution.orders (id, source, external_id, number, channel, currency, country, status, paid, total_minor,
    net_minor, sales_minor, quantity, fulfilled_quantity, returned_quantity, given_back_minor, placed_at, observed_at,
    content_hash, distributor_id, second_id, third_id, reason, snapshot_count, terms_count, share_count, line_count,
    digest)
SELECT order_id, 'saleor', 'o' || order_id, order_id, 'default', 'USD', 'US', 'open', true, net_minor, net_minor,
    net_minor, 1, 1, 0, 0, placed_at, placed_at, '', chains.id, second_id, third_id,
    'referral_code', 1, 1, depth, depth, ''
FROM sold JOIN chains ON chains.number = seller;
INSERT INTO distribution.order_snapshots (order_id, number, observed_at, recorded_at, state, parts, digest)
SELECT order_id, 1, placed_at, placed_at, {order} || jsonb_build_object(
    'order_id', 'o' || order_id, 'number', order_id::text, 'total', net_minor, 'collected', net_minor,
    'placed_at', to_char(placed_at, 'YYYY-MM-DD"T"HH24:MI:SS"+00:00"'),
    'lines', jsonb_build_array({line} || jsonb_build_object(
        'name', 'Tee ' || order_id % 500, 'product_id', 'p' || order_id % 500, 'net', net_minor, 'gross', net_minor,
        'fulfilled_at', to_char(placed_at, 'YYYY-MM-DD"T"HH24:MI:SS"+00:00"')))), '', '' FROM sold;
INSERT INTO distribution.terms (order_id, number, snapshot_number, plan_number, seller_id, second_id, third_id, reason,
    detail, hold_days, facts, frozen_at)
SELECT order_id, 1, 1, 0, id, second_id, third_id, 'referral_code', '', 14, '{facts}', placed_at
FROM sold JOIN chains ON chains.number = seller;
CREATE TEMPORARY TABLE earned ON COMMIT DROP AS
SELECT order_id, level, CASE level WHEN 1 THEN id WHEN 2 THEN second_id ELSE third_id END AS who, placed_at,
    net_minor * percent / 100 AS amount_minor, percent
FROM sold JOIN chains ON chains.number = seller CROSS JOIN (VALUES (1, 10), (2, 5), (3, 2)) AS rate(level, percent)
WHERE level <= depth;
INSERT INTO distribution.shares (order_id, number, terms_number, snapshot_number, line_id, level, distributor_id, base,
    rate_numerator, rate_denominator, claimed_minor, rule)
SELECT order_id, level, 1, 1, 'l', level, who, 'net', percent, 100, amount_minor, '{{"rate": 0}}' FROM earned;
INSERT INTO distribution.commission_lines (order_id, number, share_number, snapshot_number, distributor_id, currency,
    amount_minor, kind, matures_at, recorded_at, epoch, level)
SELECT order_id, level, level, 1, who, 'USD', amount_minor, 'accrual', placed_at + interval '14 days', placed_at, 1,
    level
FROM earned;
"""
_INDEXES = """
SELECT indexrelid::regclass::text AS name, pg_get_indexdef(indexrelid) AS definition
FROM pg_index JOIN pg_class ON pg_class.oid = indexrelid
WHERE relnamespace = 'distribution'::regnamespace AND NOT indisunique
"""
_NOTHING = ("customer_id", "customer_key", "click_id", "voucher_code", "replacement_of")
_ORDER = {
    **dict.fromkeys(_NOTHING),
    "channel": "default",
    "currency": "USD",
    "status": "open",
    "given_back": 0,
    "country": "US",
    "referral_code": "ADA",
}
_LINE = {
    "id": "l",
    "sku": None,
    "variant_id": "v",
    "gift_card": False,
    "category_ids": [],
    "collection_ids": [],
    "quantity": 1,
    "fulfilled": 1,
    "returned": 0,
}
_FACTS = {"has_earlier_order": False, "binds": False}


def make_past(engine: Engine, *, distributors: int, orders: int) -> int:
    """Fill an empty database; the number of commission lines."""
    past = _PAST.format(
        distributors=distributors,
        orders=orders,
        order=f"'{json.dumps(_ORDER)}'::jsonb",
        line=f"'{json.dumps(_LINE)}'::jsonb",
        facts=json.dumps(_FACTS),
    )
    with transaction(engine) as session:
        # An index grows slowly row by row: each is built once everything is there.
        indexes = session.execute(text(_INDEXES)).all()
        for index in indexes:
            session.execute(text(f"DROP INDEX {index.name}"))
        for statement in (*past.split(";\n"), *(index.definition for index in indexes)):
            if statement.strip():
                session.execute(text(statement.replace(":", "\\:")))
        lines: int = session.execute(text("SELECT count(*) FROM distribution.commission_lines")).scalar_one()
    with engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
        connection.execute(text("VACUUM ANALYZE"))
    return lines

"""Checks that what is projected for speed says what the histories behind it say."""

from __future__ import annotations

_NEWEST = """
SELECT DISTINCT ON (distributor_id) * FROM distribution.{table}
WHERE effective_at <= now() ORDER BY distributor_id, effective_at DESC, number DESC
"""

CHECKS = {
    "a distributor's sponsor is that of the newest sponsorship": (
        "distributors",
        f"""
        SELECT person.id, coalesce(newest.sponsor_id::text, 'nobody'), coalesce(person.sponsor_id::text, 'nobody')
        FROM distribution.distributors AS person LEFT JOIN ({_NEWEST.format(table="sponsorships")}) AS newest
            ON newest.distributor_id = person.id
        WHERE newest.sponsor_id IS DISTINCT FROM person.sponsor_id
        """,
    ),
    "a distributor's status is that of the newest standing": (
        "distributors",
        f"""
        SELECT person.id, coalesce(newest.status, 'none'), person.status
        FROM distribution.distributors AS person LEFT JOIN ({_NEWEST.format(table="standings")}) AS newest
            ON newest.distributor_id = person.id
        WHERE newest.status IS DISTINCT FROM person.status
        """,
    ),
    "a distributor's grade is that of the newest record": (
        "distributors",
        f"""
        SELECT person.id, coalesce(newest.grade, 'none'), coalesce(person.grade, 'none')
        FROM distribution.distributors AS person
        LEFT JOIN ({_NEWEST.format(table="distributor_grades")}) AS newest ON newest.distributor_id = person.id
        WHERE newest.grade IS DISTINCT FROM person.grade
        """,
    ),
    "a distributor's groups are those of the newest records": (
        "distributors",
        """
        SELECT person.id, coalesce(array_to_string(kept.groups, ', '), 'none'), array_to_string(person.groups, ', ')
        FROM distribution.distributors AS person
        LEFT JOIN (
            SELECT distributor_id, array_agg(group_key ORDER BY group_key COLLATE "C") AS groups FROM (
                SELECT DISTINCT ON (distributor_id, group_key) distributor_id, group_key, member
                FROM distribution.distributor_groups WHERE effective_at <= now()
                ORDER BY distributor_id, group_key, effective_at DESC, number DESC
            ) AS newest WHERE member GROUP BY distributor_id
        ) AS kept ON kept.distributor_id = person.id
        WHERE coalesce(kept.groups, '{}') <> person.groups
        """,
    ),
    "a distributor's depth and further uplines follow from the sponsor's": (
        "distributors",
        """
        SELECT person.id,
            concat_ws(' ', coalesce(sponsor.depth, 0) + 1, sponsor.sponsor_id, sponsor.second_id),
            concat_ws(' ', person.depth, person.second_id, person.third_id)
        FROM distribution.distributors AS person
        LEFT JOIN distribution.distributors AS sponsor ON sponsor.id = person.sponsor_id
        WHERE (person.depth, person.second_id, person.third_id)
            IS DISTINCT FROM (coalesce(sponsor.depth, 0) + 1, sponsor.sponsor_id, sponsor.second_id)
        """,
    ),
    "a binding is what the order's terms say, or what the audit log says": (
        "bindings",
        """
        SELECT binding.id, 'its cause', coalesce('order ' || binding.order_id, 'audit entry ' || binding.audit_number)
        FROM distribution.bindings AS binding
        LEFT JOIN distribution.terms ON terms.order_id = binding.order_id AND terms.number = 1
        LEFT JOIN distribution.audit_log AS entry ON entry.number = binding.audit_number
        WHERE CASE WHEN binding.order_id IS NOT NULL
            THEN (terms.facts -> 'binds') IS DISTINCT FROM 'true'::jsonb
                OR terms.seller_id IS DISTINCT FROM binding.distributor_id OR binding.audit_number IS NOT NULL
            ELSE coalesce(entry.action NOT IN ('customer.rebind', 'customer.bind', 'customer.hand_over'), true)
                OR (entry.after ->> 'distributor_id') IS DISTINCT FROM binding.distributor_id::text
        END
        """,
    ),
    "an order that binds its shopper has the binding": (
        "bindings",
        """
        SELECT 'order ' || terms.order_id, 'a binding', 'none'
        FROM distribution.terms LEFT JOIN distribution.bindings AS binding ON binding.order_id = terms.order_id
        WHERE terms.number = 1 AND terms.facts -> 'binds' = 'true'::jsonb AND binding.id IS NULL
        """,
    ),
}

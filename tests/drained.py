"""What tests of the drain share: putting signals in, looking at the inbox, letting time pass, and what came of it."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from typing import Any

from sqlalchemy import Engine, Row, text
from sqlalchemy.orm import Session

from distribution.db import transaction


def add_signals(engine: Engine, order_ids: Iterable[str], *, repeated: int = 1) -> None:
    """Signals as the plugin writes them."""
    with transaction(engine) as session:
        for order_id in order_ids:
            for _ in range(repeated):
                session.execute(
                    text(
                        "INSERT INTO distribution.inbox (kind, subject_id, hook) VALUES ('order', :id, 'order_updated')"
                    ),
                    {"id": order_id},
                )


def inbox(engine: Engine) -> list[Row[Any]]:
    """What waits."""
    with Session(engine) as session:
        return list(session.execute(text("SELECT * FROM distribution.inbox ORDER BY id")))


def time_passes(engine: Engine) -> None:
    """Every pause and every lease is over."""
    with transaction(engine) as session:
        session.execute(
            text("UPDATE distribution.inbox SET due_at = clock_timestamp(), claimed_until = NULL")
        )


def worth(engine: Engine) -> dict[str, list[int]]:
    """What is recorded of each order's shares, smallest first."""
    with Session(engine) as session:
        rows = session.execute(
            text(
                """
                SELECT o.external_id, line.line_id, level.level, coalesce(share.accrued, 0)::bigint AS accrued
                FROM distribution.orders o
                JOIN distribution.order_snapshots s ON s.order_id = o.id AND s.number = o.snapshot_count
                CROSS JOIN LATERAL (
                    SELECT entry ->> 'id' AS line_id FROM jsonb_array_elements(s.state -> 'lines') AS entry
                ) AS line
                CROSS JOIN generate_series(1, 3) AS level (level)
                LEFT JOIN LATERAL (
                    SELECT sum(amount_minor) AS accrued FROM distribution.shares AS s
                    JOIN distribution.commission_lines AS l ON l.order_id = s.order_id AND l.share_number = s.number
                    WHERE s.order_id = o.id AND s.line_id = line.line_id AND s.level = level.level
                ) AS share ON true
                """
            )
        ).all()
    found: dict[str, list[int]] = defaultdict(list)
    for row in rows:
        found[row.external_id].append(row.accrued)
    return {order_id: sorted(amounts) for order_id, amounts in found.items()}


def final_state(engine: Engine) -> list[tuple[Any, ...]]:
    """Everything recorded of orders that does not depend on when it was written."""
    with Session(engine) as session:
        rows = session.execute(
            text(
                """
                SELECT o.external_id, o.snapshot_count, o.terms_count, o.share_count, o.line_count, o.content_hash,
                    ARRAY(SELECT l.share_number || ':' || l.amount_minor || ':' || l.kind
                          FROM distribution.commission_lines AS l WHERE l.order_id = o.id ORDER BY l.number)
                FROM distribution.orders o ORDER BY o.external_id
                """
            )
        )
        return [tuple(tuple(part) if isinstance(part, list) else part for part in row) for row in rows]

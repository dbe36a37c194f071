"""The shop says that orders changed, as Saleor's plugin would: an inbox row, and a poke that may be lost."""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime

import redis
from sqlalchemy import Engine

from distribution.adapters.queue import POKE_CHANNEL
from distribution.adapters.saleor.mapper import SOURCE
from distribution.db import transaction
from distribution.demo.shop.store import Store
from distribution.orders.inbox import announce

CREATED, UPDATED = "order_created", "order_updated"


def announce_changes(store: Store, engine: Engine, redis_url: str, *, now: datetime) -> None:
    """Bring the shop's stories to `now`, and signal what changed."""
    changed = store.advance(now)
    if changed:
        signal(engine, redis_url, changed, hook=UPDATED, now=now)


def signal(engine: Engine, redis_url: str, order_ids: Collection[str], *, hook: str, now: datetime) -> None:
    """Put a signal for each order into the inbox."""
    with transaction(engine) as session:
        announce(session, order_ids, source=SOURCE, hook=hook, due_at=now)
    with redis.Redis.from_url(redis_url) as connection:
        connection.publish(POKE_CHANNEL, hook)

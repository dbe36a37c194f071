"""Fills an empty database, and the shop's file, with the demo's year."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime
from random import Random

from sqlalchemy import Engine

from distribution.db import transaction
from distribution.demo.brand import ACTOR, OWNER, PASSWORD, PROGRAM_SETTINGS, YEAR
from distribution.demo.news import tell_news
from distribution.demo.pages import write_pages
from distribution.demo.plot import Plot, write_plot
from distribution.demo.replay import Replay
from distribution.demo.shop.store import Store
from distribution.demo.showing import give_materials
from distribution.demo.taxes import TAX_RULES
from distribution.privacy.encryption import Cipher
from distribution.settings import merchants, program

_SEED = 1888


def load(
    engine: Engine, store: Store, *, now: datetime, cipher: Cipher, progress: Callable[[float], None]
) -> Plot:
    """Live a year that ends at `now`; the database must be migrated and empty."""
    plot = write_plot(Random(_SEED), now)
    began_at = now - YEAR
    with transaction(engine) as session:
        program.change(session, {**PROGRAM_SETTINGS, "tax": TAX_RULES}, actor=ACTOR, now=began_at)
        merchants.create(
            session,
            email=OWNER.email,
            name=OWNER.name,
            role=OWNER.role,
            password=PASSWORD,
            actor=ACTOR,
            now=began_at,
        )
    Replay(engine, plot, Random(_SEED + 1), cipher).run(progress)
    with transaction(engine) as session:
        tell_news(session, actor=ACTOR, now=now)
        give_materials(session, now=now)
        write_pages(session, now=now)
    store.add(plot.orders)
    return plot


def today() -> datetime:
    """The moment the year ends at, to the second."""
    return datetime.now(UTC).replace(microsecond=0)

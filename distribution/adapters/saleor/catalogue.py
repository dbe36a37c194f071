"""Reads the shop's catalogue and keeps it, so that plans and pickers know channels, categories and products by name."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from sqlalchemy import Engine

from distribution.adapters.saleor.catalogue_pages import catalogue_pages
from distribution.adapters.saleor.client import SaleorClient
from distribution.db import clock_at, transaction
from distribution.orders.catalogue import KINDS, Kind, finish, keep


@dataclass(slots=True)
class CatalogueRead:
    """How much was read of one kind so far, and how much of what was known is gone."""

    kind: Kind
    seen: int = 0
    gone: int = 0


def read_catalogue(
    engine: Engine,
    client: SaleorClient,
    *,
    after_page: Callable[[CatalogueRead], None] = lambda _read: None,
) -> list[CatalogueRead]:
    """Read everything, kind by kind.

    This is an edge: each page is read between transactions and kept in one of its own. What is missing is gone only
    when its kind was read to the end. Raises SaleorUnreachable and SaleorRefused; what was kept until then stands.
    """
    return [_read(engine, client, kind, after_page) for kind in KINDS]


def _read(
    engine: Engine, client: SaleorClient, kind: Kind, after_page: Callable[[CatalogueRead], None]
) -> CatalogueRead:
    read = CatalogueRead(kind)
    with transaction(engine) as session:
        began_at = clock_at(session)
    for items in catalogue_pages(client, kind):
        with transaction(engine) as session:
            keep(session, kind, items, began_at=began_at)
        read.seen += len(items)
        after_page(read)
    with transaction(engine) as session:
        read.gone = finish(session, kind, began_at=began_at)
    return read

"""`distribution catalogue`."""

from __future__ import annotations

import click

from distribution.adapters.saleor.catalogue import CatalogueRead, read_catalogue
from distribution.adapters.saleor.client import SaleorClient
from distribution.adapters.saleor.connect import required_token
from distribution.adapters.saleor.offers import read_offers
from distribution.cli.database import opened_engine
from distribution.cli.progress import line
from distribution.db import transaction
from distribution.orders.catalogue import present
from distribution.settings.environment import Settings, Variable

_NEEDS = (Variable.DATABASE_URL, Variable.SALEOR_API_URL)
_PLURALS = {
    "channel": "channels",
    "category": "categories",
    "collection": "collections",
    "product": "products",
    "variant": "variants",
}


@click.command("catalogue")
def command() -> int:
    """Read Saleor's channels, categories, collections and products, for plans and for the console's pickers."""
    settings = Settings.load(needs=_NEEDS)
    with (
        opened_engine(settings) as engine,
        SaleorClient(settings.saleor_api_url, required_token(settings, engine)) as client,
        line() as told,
    ):
        done = read_catalogue(engine, client, after_page=lambda read: told(_count(read)))
        with transaction(engine) as session:
            channels = present(session, "channel")
        offers = read_offers(engine, client, channels)
    click.echo(
        f"Read {', '.join(_count(read) for read in done)}; gone: {sum(read.gone for read in done)};"
        f" shown to everybody: {offers}."
    )
    return 0


def _count(read: CatalogueRead) -> str:
    return f"{read.seen} {read.kind if read.seen == 1 else _PLURALS[read.kind]}"

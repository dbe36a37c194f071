"""`distribution vouchers`."""

from __future__ import annotations

from datetime import UTC, datetime

import click

from distribution.adapters.saleor.client import SaleorClient
from distribution.adapters.saleor.connect import required_token
from distribution.adapters.saleor.vouchers import keep_vouchers
from distribution.cli.database import opened_engine
from distribution.errors import InvalidInput
from distribution.settings.environment import Settings, Variable

_NEEDS = (Variable.DATABASE_URL, Variable.SALEOR_API_URL)


@click.command("vouchers")
def command() -> int:
    """Read the shop's voucher, add the codes of active distributors, take out those of others."""
    settings = Settings.load(needs=_NEEDS)
    with (
        opened_engine(settings) as engine,
        SaleorClient(settings.saleor_api_url, required_token(settings, engine)) as client,
    ):
        kept = keep_vouchers(engine, client, actor="cli:vouchers", now=datetime.now(UTC), whole=True)
    if kept is None:
        raise InvalidInput(
            "the program has no voucher: name one in its settings", field="vouchers.voucher_id"
        )
    click.echo(f"Added {kept.added}, taken out {kept.taken_out}, refused by the shop {kept.refused}.")
    return 0
